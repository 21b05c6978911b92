// A whole picture of one or more runs, stacked on one time axis, without a window.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "gui/layout/display_list.h"
#include "gui/layout/view.h"

namespace muster::gui {

struct Shown {
  std::shared_ptr<const Result> result;
  std::string title;
};

struct PictureOptions {
  int width = 1600;                  // pixels
  int height = 0;                    // 0: as high as the runs need
  std::optional<Duration> from, to;  // from the application's start; absent: everything
  ColourMode colour = ColourMode::Stage;
  Theme theme = Theme::Light;
  double scale = 1;  // of texts
};

// The first run is what the others are compared with.
DisplayList picture(std::span<const Shown> runs, const PictureOptions& options);

}  // namespace muster::gui
