// What a picture of a large run is made of does not grow with its tasks: what cannot be told apart
// is merged. The time of a frame is in the bench ("frame").
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "gui/layout/draw.h"
#include "tests/large_run.h"

namespace muster::gui {
namespace {

constexpr Size kSize{1600, 900};

std::size_t most_shapes(std::uint32_t tasks, std::uint32_t executors) {
  std::vector<std::shared_ptr<const Scene>> scenes;
  scenes.push_back(std::make_shared<Scene>(large_run(tasks, executors), "large"));
  std::size_t most = 0;
  for (const float row : {1.0F, 4.0F, 16.0F})
    for (const double zoom : {1.0, 0.3, 0.1, 0.03, 0.01, 0.001, 0.0001}) {
      View view = fitted(scenes, View{.colour = ColourMode::Stage, .selected = {}}, kSize);
      view.row_height = row;
      view = zoomed(scenes, view, kSize, 700, zoom);
      DisplayList list;
      draw(scenes, view, kSize, list);
      most = std::max(most, list.shapes.size());
    }
  return most;
}

TEST(GuiSpeed, ShapesAreBoundedByThePicture) {
  const std::size_t small = most_shapes(100'000, 100), large = most_shapes(400'000, 100);
  EXPECT_GT(small, 1000U);
  EXPECT_LT(large, small + small / 2);
}

TEST(GuiSpeed, RowsOutOfSightAreNotDrawn) {
  EXPECT_LT(most_shapes(80'000, 1000), 4 * most_shapes(80'000, 100));
}

}  // namespace
}  // namespace muster::gui
