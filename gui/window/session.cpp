#include "gui/window/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "sim/base/words.h"
#include "sim/plan/explain.h"
#include "sim/report/output_file.h"
#include "sim/run/check_scenario.h"
#include "sim/scenario/write_scenario.h"

namespace muster::gui {
namespace {

constexpr std::int32_t kMostExecutors = 100'000;

}  // namespace

Session::Session(std::function<void()> wake) : worker_(std::move(wake)) {}

void Session::say(std::string words) {
  const std::lock_guard lock(progress_mutex_);
  progress_ = std::move(words);
}

std::string Session::progress() const {
  if (!worker_.busy()) return {};
  const std::lock_guard lock(progress_mutex_);
  return progress_;
}

Working Session::working(const std::stop_token& stop) {
  return {.say = [this](std::string words) { say(std::move(words)); }, .stop = stop};
}

void Session::open(const Opened& input) {
  runs_.push_back(named(input));
  load_again(runs_.size() - 1);
}

void Session::load_again(std::size_t at) {
  runs_[at] = named(runs_[at].opened);
  worker_.add(Worker::Kind::Load,
              [this, input = runs_[at].opened, at](const std::stop_token& stop) -> Worker::Reply {
                auto done = std::make_shared<Run>(load(input, working(stop)));
                return [this, done, at] { loaded(at, std::move(*done)); };
              });
}

void Session::loaded(std::size_t at, Run done) {
  runs_[at] = std::move(done);
  changed_ = true;
  all_loaded();
  arrange();
}

bool Session::close(std::size_t at) {
  const auto loading = [](const Run& run) { return run.state == Run::State::Loading; };
  if (at >= runs_.size() || std::ranges::any_of(runs_, loading)) return false;
  const bool was_turned = turned() == &runs_[at];
  runs_.erase(runs_.begin() + static_cast<std::ptrdiff_t>(at));
  if (was_turned) {
    worker_.cancel(Worker::Kind::Simulate);
    worker_.cancel(Worker::Kind::Curve);
    scenario_.reset(), what_if_.reset(), turned_ = {};
    history_.clear(), problems_.clear();
    standing_ = WhatIf::None;
    knob_ = {}, curve_ = {};
    curve_missing_ = 0, curve_stopped_ = false;
    ++turn_;
    all_loaded();
  }
  changed_ = true;
  arrange();
  return true;
}

// Once nothing is loading any more there is a run whose knobs are turned.
void Session::all_loaded() {
  if (std::ranges::any_of(runs_, [](const Run& r) { return r.state == Run::State::Loading; }))
    return;
  const Run* run = turned();
  if (!run || (scenario_ && run->opened == turned_)) return;
  turned_ = run->opened;
  scenario_ = run->scenario;
  history_.clear(), problems_.clear();
  executors_ = scenario_->cluster.executors;
  what_if_.reset();
  standing_ = WhatIf::None;
  scenario_turned();
  // One log: its simulation below it. Several runs stand for themselves until a knob is turned.
  if (runs_.size() == 1 && run->opened.is_log) simulate();
}

const Run* Session::turned() const {
  for (auto run = runs_.rbegin(); run != runs_.rend(); ++run)
    if (run->scenario && run->result) return &*run;
  return nullptr;
}

void Session::change(Scenario next) {
  if (!scenario_ || next == *scenario_) return;
  history_.push_back({*scenario_, executors_});
  if (next.cluster.executors != scenario_->cluster.executors) executors_ = next.cluster.executors;
  scenario_ = std::move(next);
  simulate();
}

bool Session::set_executors(std::int32_t count) {
  if (!scenario_ || !knob_.turn || count < 1 || count > kMostExecutors) return false;
  Scenario next = with_executors(count);
  if (next == *scenario_) return false;
  history_.push_back({*scenario_, executors_});
  scenario_ = std::move(next);
  simulate();
  return true;
}

bool Session::undo() {
  if (history_.empty()) return false;
  scenario_ = std::move(history_.back().scenario);
  executors_ = std::move(history_.back().executors);
  history_.pop_back();
  simulate();
  return true;
}

Session::Computed Session::recorded() const {
  const Run* run = turned();
  return run && run->opened.is_log ? run->result : nullptr;
}

// What scenario() gave, if that is known.
const Result* Session::present() const {
  if (standing_ == WhatIf::Done) return what_if_.get();
  const Run* run = turned();
  return standing_ == WhatIf::None && run && !run->opened.is_log ? run->result.get() : nullptr;
}

// The scenario or what it gave is another one.
void Session::scenario_turned() {
  ++turn_;
  worker_.cancel(Worker::Kind::Curve);
  curve_ = {};
  curve_missing_ = 0, curve_stopped_ = false;
  curve_problem_.clear();
  const Run* run = turned();
  const Result* ran = what_if_ ? what_if_.get() : run->result.get();
  const Computed log = recorded();
  knob_ = executor_knob(*scenario_, ran->timeline, log ? &log->timeline : nullptr);
}

void Session::simulate() {
  const Run* run = turned();
  if (!run || !scenario_) return;
  worker_.cancel(Worker::Kind::Simulate);
  standing_ = WhatIf::Running;
  explaining_stopped_ = false;
  scenario_turned();
  worker_.add(Worker::Kind::Simulate, [this, recorded = recorded(), scenario = *scenario_](
                                          const std::stop_token& stop) -> Worker::Reply {
    say("simulating");
    auto problems = std::make_shared<Problems>();
    check_scenario(scenario, *problems);
    Computed result;
    if (problems->empty())
      result = simulated(scenario, recorded.get(), working(stop), *problems);
    return [this, problems, result] { simulation_done(result, *problems); };
  });
}

void Session::simulation_done(const Computed& result, const Problems& problems) {
  problems_.clear();
  for (const Problem& p : problems.list())
    problems_.push_back((p.where.empty() ? "" : p.where + ": ") + p.what);
  standing_ = result ? WhatIf::Done : WhatIf::Refused;
  if (result) what_if_ = result;
  scenario_turned();
  changed_ = true;
  arrange();
}

std::optional<Problem> Session::save(const std::string& path) const {
  if (!scenario_) return Problem{path, "", "there is no scenario to write yet"};
  return write_file(path, to_json(*scenario_));
}

void Session::cancel() {
  if (!busy()) return;
  worker_.cancel();
  for (Run& run : runs_)
    if (run.state == Run::State::Loading) run.state = Run::State::Cancelled;
  if (standing_ == WhatIf::Running) standing_ = WhatIf::Cancelled;
  curve_stopped_ |= curve_missing_ > 0;
  curve_missing_ = 0;
  explaining_stopped_ = true;
  if (!compared_.done) compared_ = {};
  if (!scenario_) all_loaded();
  arrange();
  changed_ = true;
}

void Session::resume() {
  for (std::size_t i = 0; i < runs_.size(); ++i)
    if (runs_[i].state == Run::State::Failed || runs_[i].state == Run::State::Cancelled)
      load_again(i);
  if (standing_ == WhatIf::Cancelled)
    simulate();
  else if (curve_stopped_)
    draw_curve();
  if (std::exchange(explaining_stopped_, false)) explain_scenes();
}

std::string Session::notice() const {
  for (const Run& run : runs_) {
    if (run.state == Run::State::Cancelled) return run.name + ": cancelled; press R to load it";
    if (run.state == Run::State::Failed)
      return run.name + " cannot be shown (see Health); R tries again";
  }
  if (standing_ == WhatIf::Cancelled)
    return "the simulation was cancelled; press R to run it, Ctrl+Z to take the change back";
  if (curve_stopped_) return "other numbers of executors: cancelled; press R to simulate them";
  return {};
}

bool Session::poll() {
  worker_.poll();
  return std::exchange(changed_, false);
}

// Large runs take a moment to prepare: the worker does it, and what is there already is kept.
void Session::arrange() {
  struct Wanted {
    Computed result;
    std::string title;
  };
  std::vector<Wanted> wanted;
  for (const Run& run : runs_)
    if (run.result)
      wanted.push_back({run.result, (run.opened.is_log ? "recorded: " : "simulated: ") + run.name});
  for (const Kept& one : kept_) wanted.push_back({one.result, one.title});
  const bool kept = !kept_.empty() && kept_.back().result == what_if_;
  if (what_if_ && !kept) wanted.push_back({what_if_, history_.empty() ? "simulated" : "what if"});
  worker_.cancel(Worker::Kind::Picture);  // of fewer runs, or in another colour
  worker_.add(
      Worker::Kind::Picture,
      [this, wanted, have = scenes_, mode = colour_](const std::stop_token& stop) -> Worker::Reply {
        say("preparing the picture");
        std::vector<std::shared_ptr<const Scene>> next;
        for (const Wanted& one : wanted) {
          const Computed reference = next.empty() ? nullptr : next.front()->result;
          const auto is_old = [&](const auto& scene) {
            const bool main = scene->result == one.result && scene->reference == reference &&
                              scene->title == one.title;
            return scene->colour_mode() == mode && (main || scene->of == one.result);
          };
          const std::size_t before = next.size();
          std::ranges::copy_if(have, std::back_inserter(next), is_old);
          if (next.size() > before && !next[before]->of) continue;
          next.resize(before);
          std::ranges::copy(scenes_of(one.result, one.title, reference, mode, stop),
                            std::back_inserter(next));
          if (stop.stop_requested()) return {};
        }
        return [this, next] {
          scenes_ = next, changed_ = true;
          ++picture_;
          explain_scenes();
        };
      });
}

// After the picture is there: it is the panel that asks for it.
void Session::explain_scenes() {
  std::erase_if(explanations_, [this](const auto& entry) {
    return std::ranges::none_of(scenes_,
                                [&](const auto& scene) { return scene->result == entry.first; });
  });
  worker_.cancel(Worker::Kind::Explain);
  if (explaining_stopped_) return;
  for (const auto& scene : scenes_) {
    const Computed result = scene->result;
    if (explanation_of(result)) continue;
    worker_.add(Worker::Kind::Explain, [this, result, scene](const std::stop_token& stop) {
      say("explaining");
      auto why =
          std::make_shared<const Explanation>(explain(scene->timeline(), scene->pace, stop));
      return Worker::Reply(
          [this, result, why] { explanations_.emplace_back(result, why), changed_ = true; });
    });
  }
}

void Session::keep() {
  if (!what_if_ || standing_ != WhatIf::Done) return;
  if (!kept_.empty() && kept_.back().result == what_if_) return;
  kept_.push_back({what_if_, fmt::format("kept {}: {}", kept_.size() + 1,
                                         counted(what_if_->totals.peak_executors, "executor"))});
  arrange();
}

void Session::forget_kept() {
  kept_.clear();
  arrange();
}

const Comparison* Session::comparison(std::size_t left, std::size_t right) {
  if (left >= scenes_.size() || right >= scenes_.size()) return nullptr;
  const Computed a = scenes_[left]->result, b = scenes_[right]->result;
  if (compared_.left == a && compared_.right == b) return compared_.done.get();
  compared_ = {a, b, nullptr};
  worker_.cancel(Worker::Kind::Compare);
  worker_.add(Worker::Kind::Compare, [this, a, b](const std::stop_token&) -> Worker::Reply {
    say("comparing");
    auto done = std::make_shared<const Comparison>(compare(a->timeline, b->timeline));
    return [this, a, b, done] {
      if (compared_.left == a && compared_.right == b) compared_.done = done, changed_ = true;
    };
  });
  return nullptr;
}

void Session::colour_by(ColourMode mode) {
  colour_ = mode;
  arrange();
}

const Explanation* Session::explanation_of(const Computed& result) const {
  const auto found =
      std::ranges::find_if(explanations_, [&](const auto& entry) { return entry.first == result; });
  return found == explanations_.end() ? nullptr : found->second.get();
}

const Explanation* Session::explanation(std::size_t scene) const {
  return scene < scenes_.size() ? explanation_of(scenes_[scene]->result) : nullptr;
}

}  // namespace muster::gui
