#include "sim/trace/driver_gaps.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <utility>

#include "sim/workload/resource_profile.h"

namespace muster {
namespace {

// Longer waits for a freed slot are not the driver's relaunch: there was nothing to run, or
// locality held it back.
constexpr Duration kLongestSlotGap = Duration::millis(250);
// Two launches further apart do not belong to one burst.
constexpr Duration kLongestBurstGap = Duration::millis(50);

// That an executor can run at a time, as far as other resources than cores go.
std::int64_t most_tasks(const Timeline& recorded) {
  return default_resource_slots(recorded.conf,
                                version_number(recorded.application.spark_version),
                                recorded.resource_profiles);
}

// Mean of the values between the 5th and the 95th percentile; zero for none.
Duration trimmed_mean(std::vector<Duration>& values) {
  if (values.empty()) return Duration();
  std::sort(values.begin(), values.end());
  const std::size_t cut = values.size() / 20;
  Duration sum;
  for (std::size_t i = cut; i < values.size() - cut; ++i) sum += values[i];
  return sum / static_cast<std::int64_t>(values.size() - 2 * cut);
}

// Attempt rows by launch, equal times in row order.
std::vector<std::uint32_t> by_launch(const AttemptTable& attempts) {
  std::vector<std::uint32_t> order(attempts.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return attempts.launch[a] < attempts.launch[b];
  });
  return order;
}

struct StageEdges {
  Time first_launch = Time::never();
  Time first_finish = Time::never();
};

std::vector<StageEdges> stage_edges(const Timeline& recorded) {
  std::vector<StageEdges> edges(recorded.stages.size());
  for (std::size_t a = 0; a < recorded.attempts.size(); ++a) {
    StageEdges& edge = edges[recorded.attempts.stage[a].index()];
    edge.first_launch = std::min(edge.first_launch, recorded.attempts.launch[a]);
    edge.first_finish = std::min(edge.first_finish, recorded.attempts.finish[a]);
  }
  return edges;
}

// The slots of one executor as the stamps of its attempts show them.
class Slots {
 public:
  explicit Slots(const Timeline& recorded) : recorded_(&recorded) {}

  // The attempts whose finish was stamped by `now` have left their slots.
  void advance(Time now, std::vector<std::uint8_t>& gone) {
    for (; !by_finish_.empty() && by_finish_.top().first <= now; by_finish_.pop()) {
      const std::uint32_t a = by_finish_.top().second;
      if (gone[a]) continue;
      gone[a] = 1;
      --running_;
      freed_.push_back(by_finish_.top().first);
    }
  }

  void add(std::uint32_t attempt) {
    by_finish_.emplace(recorded_->attempts.finish[attempt], attempt);
    by_work_.emplace(work_done(attempt), attempt);
    ++running_;
  }

  // A launch finds all slots taken by attempts that are still to be stamped: one of them has sent
  // its status update already, most likely the one whose executor was through first.
  std::uint32_t release(std::vector<std::uint8_t>& gone) {
    while (gone[by_work_.top().second]) by_work_.pop();
    const std::uint32_t attempt = by_work_.top().second;
    by_work_.pop();
    gone[attempt] = 1;
    --running_;
    return attempt;
  }

  // The stamp of the slot freed last, once; never: no such slot.
  Time take_freed() {
    if (freed_.empty()) return Time::never();
    const Time at = freed_.back();
    freed_.pop_back();
    return at;
  }

  std::size_t running() const { return running_; }

 private:
  using Entry = std::pair<Time, std::uint32_t>;
  using Heap = std::priority_queue<Entry, std::vector<Entry>, std::greater<>>;

  // When the executor itself was through with the attempt, as far as its metrics tell.
  Time work_done(std::uint32_t attempt) const {
    const AttemptTable& attempts = recorded_->attempts;
    std::int64_t ms = 0;
    for (const Amount part : {Amount::ExecutorDeserializeTime, Amount::ExecutorRunTime,
                              Amount::ResultSerializationTime})
      ms += attempts.amount(attempt, part);
    return std::min(attempts.launch[attempt] + Duration::millis(ms), attempts.finish[attempt]);
  }

  const Timeline* recorded_;
  Heap by_finish_, by_work_;
  std::vector<Time> freed_;  // the latest at the back
  std::size_t running_ = 0;
};

// Follows every slot from launch to launch: when it was taken again, measured at the finish stamp
// of the attempt before.
void measure_slots(const Timeline& recorded, const std::vector<std::uint32_t>& order,
                   const std::vector<StageEdges>& edges, std::int32_t cpus, DriverGaps& out) {
  const AttemptTable& attempts = recorded.attempts;
  std::vector<Slots> executors(recorded.executors.size(), Slots(recorded));
  const std::int64_t most = most_tasks(recorded);
  std::vector<std::uint8_t> gone(attempts.size(), 0);
  std::vector<Duration> relaunches, handlings;
  out.released.assign(attempts.size(), Time::never());
  for (const std::uint32_t a : order) {
    const ExecutorId executor = attempts.executor[a];
    if (!executor.valid()) continue;
    const std::int32_t cores = recorded.executors[executor.index()].cores;
    const auto slots = static_cast<std::size_t>(
        std::clamp<std::int64_t>(cores / std::max(1, cpus), 1, most));
    Slots& state = executors[executor.index()];
    const Time launch = attempts.launch[a];
    state.advance(launch, gone);
    if (state.running() >= slots) {
      const std::uint32_t before = state.release(gone);
      out.released[before] = launch;
      handlings.push_back(std::min(attempts.finish[before] - launch, kLongestSlotGap));
    } else if (const Time freed = state.take_freed(); freed.happened()) {
      // A retry waited for the attempt before it, not for the slot.
      const bool waited =
          edges[attempts.stage[a].index()].first_launch < freed && attempts.number[a] == 0;
      if (waited && launch - freed < kLongestSlotGap) relaunches.push_back(launch - freed);
    }
    state.add(a);
  }
  // Each hand-over has one of the two; the other is zero there.
  const std::size_t handovers = relaunches.size() + handlings.size();
  relaunches.resize(handovers), handlings.resize(handovers);
  out.relaunch = trimmed_mean(relaunches);
  out.handling = trimmed_mean(handlings);
}

// +1 at the launch and -1 at the finish of every attempt, and what executors add, by time.
class FreeCores {
 public:
  FreeCores(const Timeline& recorded, const std::vector<Time>& usable, std::int32_t cpus) {
    const std::int64_t most = most_tasks(recorded);
    for (std::size_t e = 0; e < recorded.executors.size(); ++e) {
      if (!usable[e].happened()) continue;
      const std::int64_t tasks = std::min<std::int64_t>(recorded.executors[e].cores / cpus, most);
      const auto cores = static_cast<std::int32_t>(tasks * cpus);  // the rest is no use
      add(usable[e], cores);
      add(recorded.executors[e].removed, -cores);
    }
    for (std::size_t a = 0; a < recorded.attempts.size(); ++a) {
      add(recorded.attempts.launch[a], -cpus);
      add(recorded.attempts.finish[a], cpus);
    }
    std::sort(steps_.begin(), steps_.end());
    std::int64_t sum = 0;
    for (auto& [at, change] : steps_) change = sum += change;
  }

  // Cores free just before `at`.
  std::int64_t before(Time at) const {
    const auto after = std::lower_bound(
        steps_.begin(), steps_.end(), at,
        [](const std::pair<Time, std::int64_t>& step, Time t) { return step.first < t; });
    return after == steps_.begin() ? 0 : std::prev(after)->second;
  }

 private:
  void add(Time at, std::int64_t change) {
    if (at.happened()) steps_.emplace_back(at, change);
  }
  std::vector<std::pair<Time, std::int64_t>> steps_;
};

// Distances between launches of a stage before anything of it finished, while there were free cores
// (else the launch waited for another stage's task to end): they wait for the driver alone.
std::vector<Duration> burst_gaps(const Timeline& recorded, const std::vector<std::uint32_t>& order,
                                 const std::vector<StageEdges>& edges, const FreeCores& free,
                                 std::int32_t cpus) {
  std::vector<Duration> gaps;
  std::vector<Time> last(recorded.stages.size(), Time::never());
  for (const std::uint32_t a : order) {
    const std::uint32_t stage = recorded.attempts.stage[a].index();
    const Time launch = recorded.attempts.launch[a];
    if (launch >= edges[stage].first_finish) continue;
    if (last[stage].happened() && launch - last[stage] <= kLongestBurstGap &&
        free.before(launch) >= cpus)
      gaps.push_back(launch - last[stage]);
    last[stage] = launch;
  }
  return gaps;
}

// The fastest that the driver ever launched: the shortest mean distance over a run of launches. No
// serial cost of a launch can be higher.
Duration fastest_launch(const Timeline& recorded, const std::vector<std::uint32_t>& order) {
  constexpr std::size_t kRun = 50;
  Duration best = Duration::max();
  for (std::size_t i = kRun; i < order.size(); ++i)
    best = std::min(best, recorded.attempts.launch[order[i]] -
                              recorded.attempts.launch[order[i - kRun]]);
  return best == Duration::max() ? best : best / static_cast<std::int64_t>(kRun);
}

std::vector<Duration> prepare_times(const Timeline& recorded, const std::vector<StageEdges>& edges,
                                    const FreeCores& free, std::int32_t cpus) {
  std::vector<Duration> out(recorded.stages.size(), Duration::micros(-1));
  std::vector<Duration> known;
  for (std::size_t s = 0; s < recorded.stages.size(); ++s) {
    const Time submitted = recorded.stages[s].submitted;
    const Time first = edges[s].first_launch;
    if (!submitted.happened() || !first.happened() || first < submitted) continue;
    // What ended or joined at that instant was free for it, what it took itself as well.
    const bool at_once = first == submitted;
    if (!at_once && free.before(submitted + Duration::micros(1)) < cpus) continue;
    out[s] = first - submitted;
    known.push_back(out[s]);
  }
  Duration median;
  if (!known.empty()) {
    std::nth_element(known.begin(), known.begin() + known.size() / 2, known.end());
    median = known[known.size() / 2];
  }
  for (std::size_t s = 0; s < out.size(); ++s) {
    if (out[s] >= Duration()) continue;
    out[s] = median;
    const Time first = edges[s].first_launch;
    if (first.happened() && recorded.stages[s].submitted.happened())
      out[s] = std::max(Duration(), std::min(median, first - recorded.stages[s].submitted));
  }
  return out;
}

}  // namespace

std::vector<Time> executor_usable_times(const Timeline& recorded) {
  std::vector<Time> first(recorded.executors.size(), Time::never());
  for (std::size_t a = 0; a < recorded.attempts.size(); ++a)
    if (const ExecutorId e = recorded.attempts.executor[a]; e.valid())
      first[e.index()] = std::min(first[e.index()], recorded.attempts.launch[a]);
  std::vector<Time> usable(recorded.executors.size(), Time::never());
  for (std::size_t e = 0; e < usable.size(); ++e) {
    const ExecutorSpan& span = recorded.executors[e];
    if (!span.added.happened()) {
      usable[e] = first[e];
      continue;
    }
    Time announced = span.added;
    if (span.block_manager_added.happened())
      announced = std::max(announced, span.block_manager_added);
    usable[e] = std::max(span.added, std::min(first[e], announced));
  }
  return usable;
}

DriverGaps driver_gaps(const Timeline& recorded, const std::vector<Time>& executor_usable,
                       std::int32_t task_cpus) {
  const std::vector<std::uint32_t> order = by_launch(recorded.attempts);
  const std::vector<StageEdges> edges = stage_edges(recorded);
  DriverGaps out;
  const FreeCores free(recorded, executor_usable, task_cpus);
  std::vector<Duration> bursts = burst_gaps(recorded, order, edges, free, task_cpus);
  out.dispatch = std::min(trimmed_mean(bursts), fastest_launch(recorded, order));
  measure_slots(recorded, order, edges, task_cpus, out);
  out.prepare = prepare_times(recorded, edges, free, task_cpus);
  return out;
}

}  // namespace muster
