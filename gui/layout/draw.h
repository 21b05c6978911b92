// The picture: from prepared runs and a view to plain shapes. A pure function; its cost goes by the
// pixels and not by the tasks.
#pragma once

#include "gui/layout/display_list.h"
#include "gui/layout/view.h"

namespace muster::gui {

// Replaces what `out` held. The scenes must have been coloured by the view's mode.
void draw(Scenes scenes, const View& view, Size size, DisplayList& out);

namespace drawing {  // the parts, one file each

// Bars of one lane or row, merged where they are no wider than a pixel.
struct BarStyle {
  float y0, y1;
  Colour under;  // what shows through a merged bar with gaps
};

class Painter {
 public:
  Painter(const Arrangement& arranged, DisplayList& list)
      : a(arranged), out(list), paint(paint_of(arranged.view.theme)) {}

  void track(const Track& track);
  void axis();
  void legend();
  void grid();
  void cursor();

 private:
  struct Pending {
    float x0 = 0, x1 = 0;
    Colour colour;
    std::uint8_t marks = 0;
    bool open = false;
  };

  void heading(const Track& track);
  void counter(const Track& track);
  // At least a pixel wide, but where another bar (until `done`) has its pixels already it pushes
  // nothing aside; empty: x1 <= x0.
  struct Pixels {
    float x0, x1;
  };
  Pixels pixels_of(const Bar& bar, float done) const;
  // Lanes of bars with words in them.
  template <class ColourOf, class WordsOf>
  void band(const Track& track, const BarTable& table, Thing::Kind kind, ColourOf colour_of,
            WordsOf words_of);
  void jobs(const Track& track);
  void stages(const Track& track);
  void driver(const Track& track);
  void cut_off(const Scene& scene, float y0, float y1);
  void cores(const Track& track);
  void executor(const Track& track, std::uint32_t block);
  void not_there(const Scene& scene, const ExecutorRows& block, float y0, float y1);
  void row(const Track& track, const ExecutorRows& block, std::uint32_t row, float y);
  void bars(const Scene& scene, std::span<const Bar> list, const BarStyle& style);
  void gaps(const Scene& scene, const ExecutorRows& block, std::uint32_t row,
            std::span<const Bar> list, float y);
  void gap(const Scene& scene, const Scene::Gap& gap, std::int64_t from, float y, bool with_words);
  void task(const Scene& scene, const Bar& bar, float x0, float x1, const BarStyle& style);
  void parts(const Scene& scene, const Bar& bar, float x0, float x1, const BarStyle& style);
  std::string timed_words(std::int64_t length, std::string_view words, float room) const;
  void flush(Pending& pending, const BarStyle& style);
  void mark(std::uint8_t marks, float x0, float x1, float y0, float y1);
  void strips(const Track& track);
  void strip(const std::vector<Density::Cell>& cells, float y0, float y1);
  // The cells of one strip, and what is the same for all strips of a track.
  struct Cells {
    explicit Cells(std::size_t count) : shown(count), sums(count) {}
    std::vector<Density::Cell> shown;
    std::vector<std::size_t> source;  // by cell shown: the one that is known in advance
    std::int64_t width = 0;           // of those
    CellSums sums;
  };
  void cells_of(const Scene& scene, std::uint32_t first, std::uint32_t end, std::size_t level,
                Cells& to) const;
  void labels(const Track& track);
  void lane_labels(const Track& track, std::string_view words);
  Colour key_colour(ColourMode mode, std::uint8_t key) const;

  const Arrangement& a;
  DisplayList& out;
  const Paint& paint;
};

// "1 min 05 s", "12.345 s": as fine as a step of the axis needs.
std::string axis_text(std::int64_t at, std::int64_t step);
// A round step of at least `least` microseconds.
std::int64_t axis_step(std::int64_t least);

}  // namespace drawing
}  // namespace muster::gui
