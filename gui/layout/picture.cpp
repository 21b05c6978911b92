#include "gui/layout/picture.h"

#include <algorithm>
#include <cmath>

#include "gui/layout/draw.h"

namespace muster::gui {
namespace {

constexpr int kMostHeight = 2400;  // of a picture that chooses its own

// From the axis to the legend, with nothing left over.
float height_of(Scenes scenes, const View& view, Size size) {
  const Arrangement arranged(scenes, view, size);
  return std::ceil(arranged.content + arranged.top + (size.height - arranged.bottom));
}

}  // namespace

DisplayList picture(std::span<const Shown> runs, const PictureOptions& options) {
  std::vector<std::shared_ptr<const Scene>> scenes;
  for (const Shown& run : runs) {
    const auto more = scenes_of(run.result, run.title,
                                scenes.empty() ? nullptr : runs.front().result, options.colour);
    scenes.insert(scenes.end(), more.begin(), more.end());
  }
  View view{.colour = options.colour,
            .theme = options.theme,
            .scale = static_cast<float>(options.scale),
            .selected = {}};
  const int most = options.height > 0 ? options.height : kMostHeight;
  Size size{static_cast<float>(options.width), static_cast<float>(most)};
  view = fitted(scenes, view, size);
  if (options.height == 0) size.height = std::min(size.height, height_of(scenes, view, size));
  if (options.from) view.from = options.from->in_micros();
  if (options.to) view.to = options.to->in_micros();
  view.to = std::max(view.to, view.from + 1);
  DisplayList out;
  draw(scenes, view, size, out);
  return out;
}

}  // namespace muster::gui
