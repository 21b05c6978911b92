// What the driver did and waited for, and the counters: sweeps over the timeline.
#include <fmt/format.h>

#include <algorithm>

#include "gui/layout/scene.h"
#include "sim/plan/explain.h"

namespace muster::gui {

void Scene::find_driver(const Slots& slots) {
  idle_ = idle_map(timeline(), slots);
  waits_for_locality = std::ranges::any_of(
      idle_.locality, [](const std::vector<TimeSpan>& spans) { return !spans.empty(); });
  driver.reserve(idle_.driver.size());
  for (const DriverPeriod& period : idle_.driver)
    driver.push_back({.from = relative(period.from), .to = relative(period.to), .what = period});
  if (result->waits_for_ever) find_endless_wait();
  find_cut_off();
}

// As the disturbance `network_partition` notes its beginning and its end.
void Scene::find_cut_off() {
  for (const Reason& reason : result->reasons) {
    if (reason.subject != "cluster") continue;
    if (reason.text.starts_with("cannot be reached by its client"))
      cut_off.emplace_back(relative(reason.at), last);
    else if (reason.text.starts_with("can be reached") && !cut_off.empty())
      cut_off.back().second = relative(reason.at);
  }
}

// After all that ever happens the last stage that was submitted still waits.
void Scene::find_endless_wait() {
  const auto& list = timeline().stages;
  const auto open = std::find_if(list.rbegin(), list.rend(), [](const StageSpan& stage) {
    return stage.submitted.happened() && !stage.completed.happened();
  });
  const std::int64_t from = relative(timeline().application.start + timeline().wall());
  if (open == list.rend() || !timeline().application.start.happened() || from >= last) return;
  const bool none = std::ranges::none_of(executors, [&](const ExecutorRows& block) {
    return block.executor != Slots::kNone && block.to >= from && block.to > block.from;
  });
  DriverPeriod what{.from = {}, .to = {}, .cause = IdleCause::Dispatch, .no_executor = none};
  if (stage_facts[static_cast<std::size_t>(list.rend() - open - 1)].attempts == 0)
    what.subject = open->id,
    what.cause = is_barrier(*open) ? IdleCause::SlotWait : IdleCause::StagePreparation;
  driver.push_back({.from = from, .to = last, .what = what, .endless = true});
}

const DriverSpan* Scene::driver_at(std::int64_t at) const {
  const auto after = std::ranges::upper_bound(driver, at, {}, &DriverSpan::from);
  if (after == driver.begin() || at >= std::prev(after)->to) return nullptr;
  return &*std::prev(after);
}

std::pair<std::int64_t, std::int64_t> Scene::core_wait(std::uint32_t stage) const {
  const StageFacts& facts = stage_facts[stage];
  if (facts.first_launch == kUnknown || facts.submitted == kUnknown) return {0, 0};
  const TimeSpan span = muster::core_wait(full, time(facts.submitted), time(facts.first_launch));
  return {relative(span.from), relative(span.to)};
}

bool Scene::waits_for_slots(std::uint32_t stage) const {
  return idle_.slot_waits[stage].from < idle_.slot_waits[stage].to;
}

bool Scene::has_driver(const HostRows& host) const {
  return !driver_place.host.empty() && host.name == driver_place.host;
}

void Scene::find_counters() {
  const Timeline& t = timeline();
  using Changes = std::vector<std::pair<std::int64_t, std::int32_t>>;
  Changes pending, running, cores;
  std::vector<std::int32_t> never(t.stages.size(), 0);  // launched, of its tasks
  for (std::size_t s = 0; s < t.stages.size(); ++s)
    never[s] = static_cast<std::int32_t>(t.stages[s].tasks);
  for (std::size_t a = 0; a < t.attempts.size(); ++a) {
    if (!t.attempts.launch[a].happened()) continue;
    const std::int64_t launch = relative(t.attempts.launch[a]);
    const StageFacts& facts = stage_facts[t.attempts.stage[a].index()];
    if (t.attempts.number[a] != 0 || t.attempts.speculative[a]) continue;
    --never[t.attempts.stage[a].index()];
    if (facts.submitted >= launch) continue;
    pending.emplace_back(facts.submitted, 1);
    pending.emplace_back(launch, -1);
  }
  for (std::size_t s = 0; s < t.stages.size(); ++s) {
    if (never[s] <= 0 || !t.stages[s].submitted.happened()) continue;
    pending.emplace_back(stage_facts[s].submitted, never[s]);
    if (t.stages[s].completed.happened())
      pending.emplace_back(relative(t.stages[s].completed), -never[s]);
  }
  // On their cores: the driver hears of a task's end a little later, when the next one runs.
  for (std::uint32_t r = 0; r < rows; ++r)
    for (const Bar& bar : tasks.row(r)) {
      running.emplace_back(bar.from, 1);
      running.emplace_back(bar.to, -1);
    }
  for (const ExecutorRows& block : executors) {
    if (block.from == kUnknown) continue;
    cores.emplace_back(block.from, 1);
    if (block.to < last) cores.emplace_back(block.to, -1);
  }
  const auto add = [&](const char* name, const char* unit, Changes changes) {
    if (changes.empty()) return;
    Steps& steps = counters.emplace_back();
    steps.name = name, steps.unit = unit;
    steps.sum(std::move(changes));
  };
  add("tasks pending", "tasks", std::move(pending));
  add("tasks running", "tasks", std::move(running));
  add("executors", "executors", std::move(cores));
  for (const Counter& counter : t.counters) {
    if (counter.points.empty() || counter.name == "executors") continue;
    if (of && counter.name == "nodes") continue;  // those of the cluster: the run shows them
    std::vector<std::pair<std::int64_t, double>> points;
    for (const auto& [at, value] : counter.points) points.emplace_back(relative(at), value);
    Steps& steps = counters.emplace_back();
    steps.name = counter.name, steps.unit = counter.unit;
    steps.set(points);
  }
}

Scene::Gap Scene::gap(const ExecutorRows& block, std::uint32_t row, std::int64_t from,
                      std::int64_t to, Between attempts) const {
  const auto stage_of = [&](std::uint32_t attempt) {
    return attempt == Slots::kNone ? IdleMap::Free::kNone
                                   : timeline().attempts.stage[attempt].index();
  };
  const IdleMap::Free free{.slot = block.slot + row - block.first,
                           .from = time(from),
                           .to = time(to),
                           .after = stage_of(attempts.after),
                           .before = stage_of(attempts.before)};
  const IdleMap::Piece piece = idle_.piece(free);
  Gap out{.cause = piece.cause, .to = relative(piece.to)};
  if (piece.driver) out.driver = &driver[static_cast<std::size_t>(piece.driver - &idle_.driver[0])];
  if (piece.cause == IdleCause::SkewTail) out.stage = free.after;
  if (piece.cause == IdleCause::Dispatch || piece.cause == IdleCause::SlotWait)
    out.stage = free.before == IdleMap::Free::kNone ? -1 : std::int64_t{free.before};
  return out;
}

std::string Scene::words_of(const Gap& gap) const {
  std::string words(muster::words_of(gap.cause));
  if (gap.stage >= 0)
    words += " (" + stage_name(timeline().stages[static_cast<std::size_t>(gap.stage)]) + ")";
  if (gap.driver && gap.driver->what.subject >= 0)
    words += " (" + subject_text(gap.driver->what) + ")";
  return words;
}

}  // namespace muster::gui
