#include "gui/layout/scene.h"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <tuple>

#include "sim/plan/explain.h"

namespace muster::gui {
namespace {

std::uint8_t marks_of(const AttemptTable& attempts, std::size_t row) {
  std::uint8_t marks = attempts.speculative[row] ? kSpeculative : 0;
  switch (attempts.outcome[row]) {
    case Outcome::Success:
      break;
    case Outcome::Running:
      marks |= kOpen;
      break;
    case Outcome::TaskKilled:
      marks |= kKilled;
      break;
    case Outcome::ExecutorLostFailure:
    case Outcome::Resubmitted:
      marks |= kLost;
      break;
    default:
      marks |= kFailed;
  }
  return marks;
}

std::string host_of(const ExecutorSpan& executor) {
  return executor.host.empty() ? "host not logged" : executor.host;
}

}  // namespace

Scene::Scene(std::shared_ptr<const Result> a_result, std::string a_title,
             std::shared_ptr<const Result> a_reference, std::shared_ptr<const Result> a_of,
             const std::stop_token& stop)
    : result(std::move(a_result)),
      reference(std::move(a_reference)),
      of(std::move(a_of)),
      title(std::move(a_title)) {
  const Timeline& t = timeline();
  const Time start = (of ? of->timeline : t).application.start;
  zero_ = start.happened() ? start : Time();
  const Slots slots = assign_slots(t);
  const std::function<void()> steps[] = {
      [&] { find_extent(), find_hosts(), find_rows(slots); },
      [&] { find_tasks(slots); },
      [&] { find_stage_facts(), find_bands(); },
      [&] { find_driver(slots); },
      [&] { find_counters(); },
      [&] { find_reference(); },
      [&] { pace = pace_of(t); },
  };
  driver_place = muster::driver_place(t, result->milestones);
  for (const auto& step : steps) {
    if (stop.stop_requested()) return;
    step();
  }
  colour_by(ColourMode::Stage);
}

std::int64_t Scene::relative(Time at) const {
  return at.happened() ? (at - zero_).in_micros() : kUnknown;
}

void Scene::find_extent() {
  const Timeline& t = timeline();
  first = 0;
  if (result->milestones.submitted.happened())
    first = std::min(first, relative(result->milestones.submitted));
  last = std::max(t.wall().in_micros(), std::int64_t{1});
  if (of && t.application.start.happened()) {
    begin = relative(t.application.start);
    first = std::min(first, begin);
    last = relative(t.application.start + t.wall());
  }
  if (t.last_time().happened()) last = std::max(last, relative(t.last_time()));
  // What never ends is seen to go on.
  if (result->waits_for_ever) last += std::max((last - first) / 4, std::int64_t{1'000'000});
}

void Scene::find_hosts() {
  for (const NodeSpan& node : result->nodes)
    hosts.push_back({.name = node.host,
                     .group = node.group,
                     .ordered = relative(node.ordered),
                     .ready = relative(node.ready),
                     .gone = relative(node.gone),
                     .gone_reason = node.gone_reason});
}

void Scene::find_rows(const Slots& slots) {
  const Timeline& t = timeline();
  std::map<std::string, std::uint32_t> known;
  for (std::uint32_t h = 0; h < hosts.size(); ++h) known.emplace(hosts[h].name, h);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> order;  // host, executor
  for (std::uint32_t e = 0; e < t.executors.size(); ++e) {
    if (slots.executors[e].slots == 0) continue;  // the driver's block manager
    const auto next = static_cast<std::uint32_t>(hosts.size());
    const auto [at, is_new] = known.emplace(host_of(t.executors[e]), next);
    if (is_new)
      hosts.push_back({.name = at->first,
                       .group = "",
                       .ordered = kUnknown,
                       .ready = kUnknown,
                       .gone = kUnknown,
                       .gone_reason = ""});
    order.emplace_back(at->second, e);
  }
  std::vector<bool> used(hosts.size());
  for (const auto& [host, e] : order) used[host] = true;
  for (std::uint32_t h = 0; h < hosts.size(); ++h)
    if (!used[h]) order.emplace_back(h, Slots::kNone);  // a machine without executors is seen, too
  std::ranges::stable_sort(order, {}, [](const auto& pair) { return pair.first; });
  block_of_executor.assign(t.executors.size(), Slots::kNone);
  for (const auto& [host, e] : order) {
    const auto at = static_cast<std::uint32_t>(executors.size());
    if (hosts[host].executors++ == 0) hosts[host].first = at;
    if (e == Slots::kNone) {
      executors.push_back({.executor = e,
                           .host = host,
                           .first = rows++,
                           .rows = 1,
                           .from = kUnknown,
                           .to = kUnknown});
      continue;
    }
    block_of_executor[e] = at;
    hosts[host].first_executor =
        std::min(hosts[host].first_executor, relative(slots.executors[e].from));
    executors.push_back({.executor = e,
                         .host = host,
                         .first = rows,
                         .rows = slots.executors[e].slots,
                         .slot = slots.executors[e].first_slot,
                         .from = relative(slots.executors[e].from),
                         .to = relative(slots.executors[e].to)});
    rows += slots.executors[e].slots;
  }
}

void Scene::find_tasks(const Slots& slots) {
  const AttemptTable& attempts = timeline().attempts;
  row_of_attempt.assign(attempts.size(), Slots::kNone);
  wave_of_attempt.assign(attempts.size(), 0);
  std::vector<BarTable::Placed> bars;
  bars.reserve(attempts.size());
  for (std::uint32_t a = 0; a < attempts.size(); ++a) {
    if (slots.slot[a] == Slots::kNone) continue;
    const std::size_t e = attempts.executor[a].index();
    const ExecutorRows& block = executors[block_of_executor[e]];
    row_of_attempt[a] = block.first + slots.slot[a] - slots.executors[e].first_slot;
    bars.push_back({row_of_attempt[a],
                    {.from = relative(slots.held_from[a]),
                     .to = relative(slots.held_until[a]),
                     .item = a,
                     .marks = marks_of(attempts, a)}});
    marks |= bars.back().bar.marks;
  }
  tasks.build(rows, std::move(bars), false);
  for (std::uint32_t r = 0; r < rows; ++r) {
    std::map<std::uint32_t, std::uint32_t> waves;  // by stage
    for (const Bar& bar : tasks.row(r))
      wave_of_attempt[bar.item] = waves[attempts.stage[bar.item].index()]++;
  }
}

void Scene::find_stage_facts() {
  const Timeline& t = timeline();
  stage_facts.reserve(t.stages.size());
  for (const StageSpan& stage : t.stages)
    stage_facts.push_back({.submitted = relative(stage.submitted),
                           .completed = relative(stage.completed),
                           .first_launch = kUnknown,
                           .last_launch = kUnknown,
                           .last_finish = kUnknown,
                           .error = {}});
  for (std::uint32_t a = 0; a < t.attempts.size(); ++a) {
    if (!t.attempts.launch[a].happened()) continue;
    StageFacts& facts = stage_facts[t.attempts.stage[a].index()];
    const std::int64_t from = relative(t.attempts.launch[a]);
    const std::int64_t to = t.attempts.finish[a].happened() ? relative(t.attempts.finish[a]) : last;
    facts.first_launch = std::min(facts.first_launch, from);
    facts.last_launch = facts.last_launch == kUnknown ? from : std::max(facts.last_launch, from);
    facts.last_finish = facts.last_finish == kUnknown ? to : std::max(facts.last_finish, to);
    ++facts.attempts;
    if (t.attempts.outcome[a] == Outcome::Running) ++facts.open;
    else if (t.attempts.outcome[a] != Outcome::Success) ++facts.failed;
    facts.work += to - from;
    if (to - from > facts.longest) facts.longest = to - from, facts.longest_attempt = a;
  }
  if (std::ranges::any_of(stage_facts, [](const StageFacts& facts) {
        return facts.first_launch < kUnknown && facts.first_launch - facts.submitted > 100'000;
      }))
    full = full_times(t);
}

namespace {

// Spans that overlap take lanes of their own: each, in order of their beginnings, the first that is
// free.
class Lanes {
 public:
  void add(Bar bar) {
    for (; !taken_.empty() && taken_.top().first <= bar.from; taken_.pop())
      free_.push(taken_.top().second);
    std::uint32_t lane = count;
    if (free_.empty()) ++count;
    else lane = free_.top(), free_.pop();
    taken_.emplace(std::max(bar.to, bar.from + 1), lane);
    bars.push_back({lane, bar});
  }

  std::uint32_t count = 0;
  std::vector<BarTable::Placed> bars;

 private:
  template <class T>
  using Least = std::priority_queue<T, std::vector<T>, std::greater<>>;
  Least<std::uint32_t> free_;
  Least<std::pair<std::int64_t, std::uint32_t>> taken_;  // until when
};

BarTable in_lanes(std::vector<Bar> spans) {
  std::ranges::stable_sort(spans, {}, &Bar::from);
  Lanes lanes;
  for (const Bar& bar : spans) lanes.add(bar);
  BarTable out;
  out.build(lanes.count, std::move(lanes.bars));
  return out;
}

}  // namespace

void Scene::find_bands() {
  const Timeline& t = timeline();
  std::vector<Bar> of_jobs, of_stages;
  for (std::uint32_t j = 0; j < t.jobs.size(); ++j) {
    const JobSpan& job = t.jobs[j];
    if (!job.submitted.happened()) continue;
    const std::int64_t to = job.completed.happened() ? relative(job.completed) : last;
    const std::uint8_t mark = job.outcome == JobOutcome::Failed ? kFailed : 0;
    of_jobs.push_back({.from = relative(job.submitted), .to = to, .item = j, .marks = mark});
  }
  for (std::uint32_t s = 0; s < t.stages.size(); ++s) {
    const StageFacts& facts = stage_facts[s];
    if (facts.submitted == kUnknown) continue;
    const std::uint8_t mark = t.stages[s].failure.empty() ? 0 : kFailed;
    const std::int64_t to = facts.completed == kUnknown ? last : facts.completed;
    of_stages.push_back(
        {.from = facts.submitted, .to = std::max(to, facts.submitted), .item = s, .marks = mark});
  }
  jobs = in_lanes(std::move(of_jobs));
  stages = in_lanes(std::move(of_stages));
}

std::vector<std::shared_ptr<const Scene>> scenes_of(std::shared_ptr<const Result> result,
                                                    const std::string& title,
                                                    std::shared_ptr<const Result> reference,
                                                    ColourMode colour,
                                                    const std::stop_token& stop) {
  std::vector<std::shared_ptr<const Scene>> out;
  const auto add = [&](std::shared_ptr<Scene> scene) {
    if (colour != ColourMode::Stage && !stop.stop_requested()) scene->colour_by(colour);
    out.push_back(std::move(scene));
  };
  add(std::make_shared<Scene>(result, title, std::move(reference), nullptr, stop));
  for (Further& further : further_of(*result)) {
    if (stop.stop_requested()) break;
    add(std::make_shared<Scene>(std::make_shared<const Result>(std::move(further.result)),
                                title + ", " + further.title, nullptr, result, stop));
  }
  return out;
}

std::optional<double> Scene::slowness(std::uint32_t executor) const {
  if (executor >= pace.executors.size() || !pace.executors[executor].slow) return std::nullopt;
  return worst_factor(pace.executors[executor]);
}

std::string stage_name(const StageSpan& stage) {
  std::string out = "stage " + std::to_string(stage.id);
  if (stage.attempt > 0) out += "." + std::to_string(stage.attempt);
  return out;
}

}  // namespace muster::gui
