// What a frame costs: layout and display list of large runs, at every zoom that a person tries,
// against filling the picture once. The goals of the window are 5 ms a frame with 200,000 tasks and
// 10 ms with 2,000,000.

#include <memory>
#include <vector>

#include "gui/layout/draw.h"
#include "tests/bench/yardstick.h"
#include "tests/large_run.h"

namespace muster::bench {
namespace {

using gui::Scene;
using Scenes = std::vector<std::shared_ptr<const Scene>>;

constexpr gui::Size kSize{1600, 900};

std::uint64_t fill_pixels() {
  static std::vector<std::uint32_t> pixels(1600 * 900);
  static std::uint32_t colour = 0;
  ++colour;
  for (std::uint32_t& pixel : pixels) pixel = colour;
  return pixels[pixels.size() / 2];
}

std::uint64_t draw_at(const Scenes& scenes, float row, double zoom) {
  gui::View view =
      gui::fitted(scenes, gui::View{.colour = gui::ColourMode::Stage, .selected = {}}, kSize);
  if (row > 0) view.row_height = row;
  view = gui::zoomed(scenes, view, kSize, 700, zoom);
  gui::DisplayList list;
  gui::draw(scenes, view, kSize, list);
  return list.shapes.size();
}

Contest frames(const char* name, std::uint32_t tasks, std::uint32_t executors) {
  const auto scenes = std::make_shared<Scenes>();
  scenes->push_back(std::make_shared<Scene>(large_run(tasks, executors), "large"));
  Contest contest{name, 1, "frame", {}};
  contest.contestants.push_back(
      {"filling the pixels", 0, [] { return timed(5, [] { return fill_pixels(); }); }});
  const auto add = [&](const char* what, float row, double zoom) {
    contest.contestants.push_back(
        {what, 0, [=] { return timed(5, [&] { return draw_at(*scenes, row, zoom); }); }, false});
  };
  add("all of it", 0, 1);
  add("a third", 1, 0.3);
  add("a tenth, rows of 4 px", 4, 0.1);
  add("a hundredth, rows of 16 px", 16, 0.01);
  add("a thousandth", 16, 0.001);
  return contest;
}

}  // namespace

Contest frame_200k(const Options& options) {
  return frames("frame/200k", options.smoke ? 2000 : 200'000, options.smoke ? 10 : 1000);
}

Contest frame_2m(const Options& options) {
  return frames("frame/2M", options.smoke ? 2000 : 2'000'000, options.smoke ? 10 : 1000);
}

}  // namespace muster::bench
