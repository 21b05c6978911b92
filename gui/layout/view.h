// What part of which runs is looked at, and where everything lies. All pure: the same scenes, view
// and size give the same picture and the same answers.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gui/layout/scene.h"

namespace muster::gui {

struct Size {
  float width = 1280, height = 800;  // pixels
};

// Something that can be pointed at.
struct Thing {
  enum class Kind : std::uint8_t {
    None,
    Attempt,   // item: row of the attempt table
    Stage,     // row of Timeline::stages
    Job,       // row of Timeline::jobs
    Executor,  // row of Scene::executors
    Host,      // row of Scene::hosts
    Counter,   // row of Scene::counters
    Driver,    // row of Scene::driver; their number: the driver itself
    Gap,       // an idle core: its row in the picture
    Run,       // the scene itself
  };
  Kind kind = Kind::None;
  std::uint32_t scene = 0;
  std::uint32_t item = 0;
  std::int64_t at = 0;  // the time that was pointed at
  bool operator==(const Thing&) const = default;
  bool same(const Thing& o) const { return kind == o.kind && scene == o.scene && item == o.item; }
};

struct View {
  std::int64_t from = 0, to = 1;  // microseconds from the application's start
  float scroll = 0;               // pixels of the content above the window
  float row_height = 14;          // of a core, before scaling; may be less than a pixel
  ColourMode colour = ColourMode::Stage;
  Theme theme = Theme::Dark;
  float scale = 1;    // of texts and everything but the plot: 2 on a display with twice the dots
  float cursor = -1;  // x of the cursor that is linked through all runs; < 0: none
  Thing selected;
};

using Scenes = std::span<const std::shared_ptr<const Scene>>;

// A horizontal piece of the picture; y in content pixels (before scrolling, below the axis).
struct Track {
  enum class Kind : std::uint8_t { Heading, Counter, Jobs, Stages, Driver, Cores };
  Kind kind = Kind::Heading;
  std::uint32_t scene = 0;
  std::uint32_t index = 0;  // of Counter
  float y0 = 0, y1 = 0;
  float lane = 0;  // height of a lane or of a core's row
};

class Arrangement {
 public:
  Arrangement(Scenes scenes, const View& view, Size size);

  Scenes scenes;
  View view;
  Size size;
  float font, small;  // text heights
  float left, right;  // of the plot
  float top, bottom;  // between the axis and the legend
  float content = 0;  // height of everything
  std::vector<Track> tracks;
  std::vector<std::vector<float>> blocks;  // by scene: top of each executor in its Cores track

  // Rows too thin for bars of their own are shown as strips of their density.
  bool strips() const { return row_ < 3; }
  float x_of(std::int64_t at) const {
    return left + static_cast<float>(static_cast<double>(at - view.from) * per_us_);
  }
  std::int64_t time_at(float x) const;
  // Microseconds of a pixel, at least 1.
  std::int64_t pixel() const { return pixel_; }
  // Pixels on the screen from pixels of the content.
  float screen(float y) const { return top + y - view.scroll; }
  bool seen(float y0, float y1) const { return screen(y1) > top && screen(y0) < bottom; }
  // Top of a row of cores in content pixels.
  float row_top(const Track& cores, std::uint32_t row) const;
  Thing hit(float x, float y) const;

 private:
  void add_scene(std::uint32_t scene, float& y);
  float add_blocks(std::uint32_t scene);
  Thing hit_lane(const Track& track, const BarTable& bars, Thing::Kind kind, float y,
                 std::int64_t at) const;
  Thing hit_cores(const Track& track, float x, float y, std::int64_t at) const;

  float row_;
  double per_us_;
  std::int64_t pixel_;
};

// Height of each line of a heading below its title, before scaling.
inline constexpr float kHeadingLine = 16;

// What the legend below the picture needs, in pixels.
float legend_height(Scenes scenes, const View& view, float width);

// The whole of all runs, as high as fits between `least` and 18 pixels a row.
View fitted(Scenes scenes, View view, Size size);
// `factor` < 1 magnifies; the time under x stays where it is. Limited to what there is to see.
View zoomed(Scenes scenes, View view, Size size, float x, double factor);
// Moves by pixels to the left and down.
View panned(Scenes scenes, View view, Size size, float dx, float dy);
// Changes the height of rows; what is under y stays there.
View stretched(Scenes scenes, View view, Size size, float y, float factor);

}  // namespace muster::gui
