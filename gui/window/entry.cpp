// Behind the door in a build with Dear ImGui and GLFW.
#include "gui/entry.h"

#include "gui/layout/svg.h"
#include "gui/window/canvas.h"
#include "gui/window/image.h"
#include "sim/report/output_file.h"

namespace muster::gui {

std::optional<Problem> render(std::span<const Shown> runs, const PictureOptions& options,
                              const std::string& path) {
  const DisplayList list = picture(runs, options);
  if (path.ends_with(".png")) return write_file(path, to_png(to_image(list, options.scale, false)));
  return write_file(path, to_svg(list, runs.empty() ? "" : runs.front().title));
}

}  // namespace muster::gui
