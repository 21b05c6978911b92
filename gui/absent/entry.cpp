// Behind the door in a build without Dear ImGui and GLFW.
#include "gui/entry.h"

#include "gui/layout/svg.h"
#include "sim/report/output_file.h"

namespace muster::gui {
namespace {

constexpr const char* kMissing =
    "this build has no window: install libimgui-dev, libglfw3-dev, libgl-dev and libopengl-dev, "
    "and "
    "build again";

}  // namespace

std::optional<Problem> render(std::span<const Shown> runs, const PictureOptions& options,
                              const std::string& path) {
  if (!path.ends_with(".svg"))
    return Problem{path, "", std::string("can only be drawn as .svg, since ") + kMissing};
  return write_file(path, to_svg(picture(runs, options), runs.empty() ? "" : runs.front().title));
}

std::optional<Problem> open_window(const std::vector<Opened>&, const WindowOptions&) {
  return Problem{"", "gui", kMissing};
}

}  // namespace muster::gui
