#include "gui/window/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>

#include "gui/window/knobs.h"
#include "sim/plan/explain.h"
#include "sim/report/output_file.h"
#include "sim/report/quantities.h"
#include "sim/run/check_scenario.h"
#include "sim/run/run.h"
#include "sim/scenario/read_scenario.h"
#include "sim/scenario/source_lines.h"
#include "sim/scenario/text_file.h"
#include "sim/scenario/write_scenario.h"
#include "sim/trace/read_log.h"

namespace muster::gui {
namespace {

using Say = std::function<void(std::string)>;

RunOptions options_of(const Say& say) {
  RunOptions options;
  options.explain = true;
  options.progress = [say, calls = std::uint64_t{0}](Time, std::size_t attempts) mutable {
    if (++calls % 64 == 1) say(fmt::format("simulating: {} task attempts", count_text(attempts)));
  };
  return options;
}

// With the recording at hand, or what the scenario itself says.
std::shared_ptr<const Result> simulated(const Scenario& scenario, const Result* recorded,
                                        const Say& say, Problems& problems) {
  std::optional<Result> result;
  if (recorded) {
    result = replay(recorded->timeline, scenario, problems, options_of(say));
  } else if (std::holds_alternative<LogWorkload>(scenario.workload)) {
    const auto read = read_log(event_log_path(scenario), problems);
    if (read) result = replay(read->timeline, scenario, problems, options_of(say));
  } else {
    result = run(scenario, problems, options_of(say));
  }
  if (!result) return nullptr;
  return std::make_shared<const Result>(std::move(*result));
}

Run named(const Opened& opened) {
  return {.opened = opened,
          .name = file_name(opened.path),
          .result = {},
          .scenario = {},
          .doubts = {},
          .failure = ""};
}

Run load_log(const Opened& opened, const Say& say, Problems& problems) {
  Run run = named(opened);
  const auto progress = [&](std::uint64_t bytes, std::uint64_t total) {
    if (total > 0) say(fmt::format("reading {}: {} %", run.name, bytes * 100 / total));
  };
  auto read = read_log(opened.path, problems, progress);
  if (!read) return run;
  for (const HealthNote& note : read->health.notes)
    if (note.severity != Severity::Info) run.doubts.push_back(note.message);
  if (!read->timeline.application.name.empty()) run.name = read->timeline.application.name;
  run.scenario = import_scenario(read->timeline, opened.path, false);
  run.result = std::make_shared<const Result>(recorded_result(std::move(read->timeline)));
  return run;
}

Run load_scenario(const Opened& opened, const Say& say, Problems& problems) {
  Run run = named(opened);
  SourceLines lines;
  std::optional<Scenario> scenario = read_scenario(opened.path, problems, &lines);
  if (!scenario) return run;
  check_scenario(*scenario, problems, &lines);
  if (!problems.empty()) return run;
  if (!scenario->name.empty()) run.name = scenario->name;
  run.result = simulated(*scenario, nullptr, say, problems);
  if (run.result) run.doubts = run.result->provenance.warnings;
  run.scenario = std::move(scenario);
  return run;
}

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

void Session::open(const Opened& input) {
  const std::size_t at = runs_.size();
  runs_.push_back(named(input));
  worker_.add([this, input, at]() -> Worker::Reply {
    say("reading " + input.path);
    const Say report = [this](std::string words) { say(std::move(words)); };
    Problems problems;
    auto done = std::make_shared<Run>(input.is_log ? load_log(input, report, problems)
                                                   : load_scenario(input, report, problems));
    if (!done->result) done->failure = problems.text();
    return [this, done, at] { loaded(at, std::move(*done)); };
  });
}

void Session::loaded(std::size_t at, Run done) {
  runs_[at] = std::move(done);
  changed_ = true;
  arrange();  // first what was recorded
  const bool all =
      std::ranges::all_of(runs_, [](const Run& run) { return run.result || !run.failure.empty(); });
  const Run* run = turned();
  if (!run || !all) return;
  scenario_ = run->scenario;
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
  history_.push_back(*scenario_);
  scenario_ = std::move(next);
  worker_.cancel();
  simulate();
}

bool Session::undo() {
  if (history_.empty()) return false;
  scenario_ = history_.back();
  history_.pop_back();
  worker_.cancel();
  simulate();
  return true;
}

void Session::simulate() {
  const Run* run = turned();
  if (!run || !scenario_) return;
  curve_.clear();
  ++curve_asked_;
  const Computed recorded = run->opened.is_log ? run->result : nullptr;
  worker_.add([this, recorded, scenario = *scenario_]() -> Worker::Reply {
    say("simulating");
    auto problems = std::make_shared<Problems>();
    check_scenario(scenario, *problems);
    Computed result;
    if (problems->empty())
      result = simulated(
          scenario, recorded.get(), [this](std::string w) { say(std::move(w)); }, *problems);
    return [this, problems, result] {
      problems_.clear();
      for (const Problem& p : problems->list())
        problems_.push_back((p.where.empty() ? "" : p.where + ": ") + p.what);
      if (result) what_if_ = result;
      changed_ = true;
      arrange();
    };
  });
}

// One simulation for each count, smallest first: each point shows as soon as it is there.
void Session::draw_curve() {
  const Run* run = turned();
  if (!run || !scenario_) return;
  curve_.clear();
  const int asked = ++curve_asked_;
  const int now = std::max(1, executor_count(*scenario_));
  std::set<int> counts = {1, 2, 3, 4, 6, 8, 12, 16, now, now + 1, now + 2, now * 2, now * 4};
  if (now > 2) counts.insert({now / 2, now - 1});
  while (!counts.empty() && *counts.rbegin() > std::max(16, now * 4))
    counts.erase(std::prev(counts.end()));
  const Computed recorded = run->opened.is_log ? run->result : nullptr;
  for (const int count : counts) {
    Scenario scenario = *scenario_;
    set_executor_count(scenario, count);
    worker_.add([this, recorded, scenario, count, asked]() -> Worker::Reply {
      say(fmt::format("simulating with {} executors", count));
      Problems problems;
      check_scenario(scenario, problems);
      if (!problems.empty()) return [] {};
      const Computed result = simulated(
          scenario, recorded.get(), [](std::string) {}, problems);
      if (!result) return [] {};
      const CurvePoint point{count, result->totals.wall, result->succeeded};
      return [this, point, asked] {
        if (asked != curve_asked_) return;
        curve_.push_back(point), changed_ = true;
      };
    });
  }
}

std::optional<Problem> Session::save(const std::string& path) const {
  if (!scenario_) return Problem{path, "", "there is no scenario to write yet"};
  return write_file(path, to_json(*scenario_));
}

void Session::cancel() {
  worker_.cancel();
  arrange();
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
  if (what_if_) wanted.push_back({what_if_, history_.empty() ? "simulated" : "what if"});
  worker_.add(
      [this, wanted, have = scenes_, mode = colour_]() -> Worker::Reply {
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
          std::ranges::copy(scenes_of(one.result, one.title, reference, mode),
                            std::back_inserter(next));
        }
        return [this, next] {
          scenes_ = next, changed_ = true;
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
  for (const auto& scene : scenes_) {
    const Computed result = scene->result;
    if (explanation_of(result)) continue;
    worker_.add([this, result]() -> Worker::Reply {
      say("explaining");
      auto why = std::make_shared<const Explanation>(explain(result->timeline));
      return [this, result, why] { explanations_.emplace_back(result, why), changed_ = true; };
    });
  }
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
