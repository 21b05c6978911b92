// The one door from the command line to the pictures and the window. Which of two builds stands
// behind it: with Dear ImGui and GLFW (gui/window), or without (gui/absent).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gui/layout/picture.h"
#include "sim/base/problems.h"

namespace muster::gui {

// Draws to a file that ends in .svg or .png, whole or not at all. Nothing on success. A build
// without Dear ImGui draws no .png and says what is missing.
std::optional<Problem> render(std::span<const Shown> runs, const PictureOptions& options,
                              const std::string& path);

// A log or a scenario to open.
struct Opened {
  std::string path;
  bool is_log = false;
  bool operator==(const Opened&) const = default;
};
struct WindowOptions {
  Theme theme = Theme::Dark;
  double scale = 0;    // of texts; 0: as the display says
  bool state = false;  // print a STATE line to standard output after each change, for tests
};
// Until the window is closed. Problems: there is no display, or this build has no window.
std::optional<Problem> open_window(const std::vector<Opened>& inputs, const WindowOptions& options);

}  // namespace muster::gui
