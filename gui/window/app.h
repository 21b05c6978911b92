// The window's content: Dear ImGui calls only, so that it also runs off-screen in tests. One
// frame() for each input.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gui/entry.h"
#include "gui/layout/describe.h"
#include "gui/window/canvas.h"
#include "gui/window/knobs.h"
#include "gui/window/memo.h"
#include "gui/window/session.h"

namespace muster::gui {

enum class Command : std::uint8_t {
  None,
  ZoomIn,
  ZoomOut,
  Left,
  Right,
  Up,
  Down,
  Fit,
  Higher,  // rows
  Lower,
  NextColour,
  Theme,
  Open,
  Search,
  SearchNext,
  Undo,
  MoreExecutors,
  FewerExecutors,
  Clear,   // the selection; where there is none, ends what is going on
  ShowSelected,
  Cancel,  // what is going on
  Close,   // the run of what is selected, else the last one
  Tab1,    // tabs of the panel, in their order
  Tab2,
  Tab3,
  Tab4,
  Tab5,
  Resume,  // what was cancelled
  Quit,
};

class App {
 public:
  App(const WindowOptions& options, double scale, std::function<void()> wake);

  void open(const std::vector<Opened>& inputs);
  // A file that was dropped or typed: whichever it is, it says so by its first bytes.
  void open_path(const std::string& path);
  // Keys, as soon as they are pressed: none is lost between two frames.
  void command(Command command) { commands_.push_back(command); }
  // The whole window, as large as ImGui's display.
  void frame(const Fonts& fonts);
  // What a test can check, one line; changes whenever the picture does.
  std::string state() const;
  // Something moves by itself: draw again soon.
  bool restless() const { return session_.busy(); }
  bool quit() const { return quit_; }

  Session& session() { return session_; }
  const View& view() const { return view_; }
  // The piece of time that was measured last, microseconds from the start.
  const std::optional<std::pair<std::int64_t, std::int64_t>>& range() const { return range_; }

 private:
  void obey();
  bool obey(Command command);
  void move(Command command);
  void bar();
  void bar_words();
  bool beside(float width) const;
  void open_line();
  void choose(std::string path);
  void timeline();
  void pointer(float x, float y);
  void tooltip();
  void panel();
  void inspector();
  void parts(const Scene& scene, std::uint32_t attempt);
  void stage_histogram(std::uint32_t scene, std::uint32_t stage);
  void selected_range();
  void what_if();
  void knob(const Knob& knob, std::size_t number);
  void executors();
  void curve();
  void draw_points(const SizeCurve& curve);
  void comparison();
  void choose_sides();
  std::size_t right_side() const;
  void path();
  void graph(std::uint32_t scene);
  void health();
  void close_run();
  void empty();
  void select(const Thing& thing, bool into_sight);
  void search(bool next);
  void add_executors(int more);
  bool edited(const std::string& value, const std::string& hint, std::string& out);
  void wrapped(const std::string& words);
  void bullet(const std::string& words);
  void hint(const std::string& words);

  Session session_;
  WindowOptions options_;
  float scale_;
  View view_;
  Size size_;
  float origin_x_ = 0, origin_y_ = 0;  // of the timeline
  DisplayList list_;
  Thing hover_;
  std::optional<std::pair<std::int64_t, std::int64_t>> range_;
  std::optional<float> range_start_;
  // What the panels show, by picture and thing.
  using PartOf = std::pair<std::uint64_t, Thing>;
  Memo<PartOf, std::vector<std::string>> hover_lines_, selected_lines_;
  Memo<PartOf, Histogram> histogram_;
  Memo<std::pair<std::uint64_t, std::pair<std::int64_t, std::int64_t>>, std::vector<std::string>>
      range_lines_;
  std::optional<std::size_t> left_side_, right_side_;  // of the comparison; none: the last scene
  std::vector<Command> commands_;
  std::vector<Knob> knobs_;
  std::uint64_t knobs_turn_ = 0;  // of the session
  std::string refused_;  // a text that is no value for its knob
  std::string typed_;    // into the field that is being edited
  std::string saved_;
  char search_[128] = "";
  char filter_[64] = "";
  char save_path_[512] = "scenario.json";
  char open_path_[1024] = "";
  Memo<std::string, std::vector<std::string>> offered_;
  bool opening_ = false, focus_open_ = false;
  bool focus_search_ = false;
  bool fitted_ = false;
  std::size_t scenes_seen_ = 0;
  std::size_t tab_ = 0;  // that is shown
  std::optional<std::size_t> wanted_tab_;
  std::string not_found_;  // what was searched for in vain
  bool quit_ = false;
};

}  // namespace muster::gui
