// What the window shows, without the window: runs that were opened, the scenario that is being
// turned, what its simulation gave. Only the worker computes.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gui/entry.h"
#include "gui/layout/view.h"
#include "gui/window/load.h"
#include "gui/window/worker.h"
#include "sim/report/compare.h"
#include "sim/run/executor_knob.h"
#include "sim/scenario/scenario.h"
#include "sim/timeline/explanation.h"
#include "sim/timeline/size_curve.h"

namespace muster::gui {

// How the simulation of what was turned stands.
enum class WhatIf : std::uint8_t { None, Running, Done, Refused, Cancelled };

class Session {
 public:
  // `wake`: called from another thread when poll() has something to do.
  explicit Session(std::function<void()> wake);

  void open(const Opened& input);
  // Forgets a run, by its place in runs(); false: there is none, or something is being loaded.
  bool close(std::size_t run);
  // Takes what the worker has ready; true if something changed.
  bool poll();
  bool busy() const { return worker_.busy(); }
  // Ends within a moment what is going on. What that leaves undone says so until resume() does it.
  void cancel();
  // Loads again what was cancelled or failed, simulates and explains what was cancelled.
  void resume();
  // What is missing since it was cancelled or cannot be shown, and what to do; empty: nothing is.
  std::string notice() const;
  // What the worker does, "reading eventlog.zst: 45 %"; empty when it rests.
  std::string progress() const;

  // The scenario of the run that is turned, changed; simulates it. Kept for undo.
  void change(Scenario next);
  bool undo();
  // The same with so many executors; false: knob() says why not, or the number is none.
  bool set_executors(std::int32_t count);
  // Makespan and cost over the number of executors. want_curve(): unless it is there or on its way,
  // or would take long; draw_curve(): in any case.
  void want_curve();
  void draw_curve();
  // Problem: it cannot be written.
  std::optional<Problem> save(const std::string& path) const;
  void colour_by(ColourMode mode);  // as soon as the worker has prepared it
  ColourMode colour() const { return colour_; }

  const std::vector<Run>& runs() const { return runs_; }
  Scenes scenes() const { return scenes_; }
  const Run* turned() const;  // the run whose knobs are turned: the last one with a scenario
  const std::optional<Scenario>& scenario() const { return scenario_; }
  // The latest simulation that succeeded or failed by itself; see standing() for whether it is that
  // of scenario().
  const std::shared_ptr<const Result>& what_if() const { return what_if_; }
  WhatIf standing() const { return standing_; }
  const std::vector<std::string>& problems() const { return problems_; }
  // Another number after each change of scenario() or of what it gave.
  std::uint64_t turn() const { return turn_; }
  // What another number of executors means for scenario(), and how many there are now.
  const ExecutorKnob& knob() const { return knob_; }
  const SizeCurve& curve() const { return curve_; }
  std::size_t curve_missing() const { return curve_missing_; }  // points that are being simulated
  bool curve_asked() const { return curve_of_ == turn_; }
  bool curve_possible() const;  // what it starts from is there
  bool curve_stopped() const { return curve_stopped_; }  // cancelled before it was whole
  const std::string& curve_problem() const { return curve_problem_; }  // of points left out
  std::size_t undo_depth() const { return history_.size(); }
  // Another number for each picture: things in scenes() keep their places while it stays.
  std::uint64_t picture() const { return picture_; }
  // Two of the scenes side by side; null: not ready yet. Made once, beside the window.
  const Comparison* comparison(std::size_t left, std::size_t right);
  // The what-if stays as a run of its own, whatever is turned next; forget_kept() undoes that.
  void keep();
  void forget_kept();
  std::size_t kept() const { return kept_.size(); }

  // Null: not there yet, or not_explained().
  const Explanation* explanation(std::size_t scene) const;
  bool not_explained() const { return explaining_stopped_; }  // it was cancelled

 private:
  using Computed = std::shared_ptr<const Result>;
  void load_again(std::size_t run);
  void loaded(std::size_t run, Run done);
  void all_loaded();
  void simulate();
  void simulation_done(const Computed& result, const Problems& problems);
  void scenario_turned();
  Scenario with_executors(std::int32_t count) const;
  void curve_point(std::int32_t count, Scenario scenario, const Computed& log);
  void curve_repeats(const Computed& log);
  void add_point(const SizePoint& point);
  const Result* present() const;
  Computed recorded() const;
  void arrange();
  void explain_scenes();
  const Explanation* explanation_of(const Computed& result) const;
  void say(std::string words);
  Working working(const std::stop_token& stop);

  std::vector<Run> runs_;
  Opened turned_;  // what scenario_ and history_ are about
  // The scenario as it is turned, and the executors that other numbers of them are made from: those
  // that were there before the number was turned.
  struct Turned {
    Scenario scenario;
    std::vector<ExecutorSpec> executors;
  };
  struct Kept {
    Computed result;
    std::string title;
  };
  struct Compared {
    Computed left, right;
    std::shared_ptr<const Comparison> done;
  };
  struct KnownPoint {
    Computed recorded;
    Scenario scenario;
    SizePoint point;
  };
  std::optional<Scenario> scenario_;
  std::vector<ExecutorSpec> executors_;
  std::vector<Turned> history_;
  ExecutorKnob knob_;
  std::uint64_t turn_ = 1;  // how often the scenario or what it gave has changed
  Computed what_if_;
  WhatIf standing_ = WhatIf::None;
  std::vector<std::string> problems_;
  SizeCurve curve_;
  std::uint64_t curve_of_ = 0;  // the turn that it is about
  std::size_t curve_missing_ = 0;
  bool curve_stopped_ = false;
  std::string curve_problem_;
  std::vector<KnownPoint> known_points_;  // of this and earlier curves
  std::vector<Kept> kept_;
  Compared compared_;
  std::vector<std::shared_ptr<const Scene>> scenes_;
  std::uint64_t picture_ = 0;
  std::vector<std::pair<Computed, std::shared_ptr<const Explanation>>> explanations_;
  ColourMode colour_ = ColourMode::Stage;
  bool explaining_stopped_ = false;
  bool changed_ = false;
  mutable std::mutex progress_mutex_;
  std::string progress_;
  Worker worker_;  // last: its thread uses the others
};

}  // namespace muster::gui
