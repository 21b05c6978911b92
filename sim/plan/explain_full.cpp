// When no core was free, and what of a stage's wait that explains.
#include <algorithm>
#include <iterator>
#include <vector>

#include "sim/plan/explain.h"

namespace muster {
namespace {

// Between the end of a task and the launch of the next one on its core the driver thinks.
constexpr Duration kMoment = Duration::millis(100);

// Of the cores that are there, and of those without a task.
struct CoreChange {
  Time at;
  std::int64_t there = 0, free = 0;
};
using CoreChanges = std::vector<CoreChange>;

CoreChanges core_changes(const Timeline& timeline) {
  const AttemptTable& attempts = timeline.attempts;
  const Time end = timeline.last_time();
  CoreChanges out;
  const std::int64_t most =
      default_resource_slots(timeline.conf, version_number(timeline.application.spark_version),
                             timeline.resource_profiles) *
      task_cpus(timeline, 0);
  for (const ExecutorSpan& executor : timeline.executors) {
    if (!executor.added.happened()) continue;
    const bool limited = executor.resource_profile == 0;
    const std::int64_t cores =
        limited ? std::min<std::int64_t>(executor.cores, most) : executor.cores;
    out.push_back({executor.added, cores, cores});
    out.push_back({std::min(executor.removed, end), -cores, -cores});
  }
  std::vector<std::int32_t> cpus;
  for (const StageSpan& stage : timeline.stages)
    cpus.push_back(task_cpus(timeline, stage.resource_profile));
  for (std::size_t row = 0; row < attempts.size(); ++row) {
    if (!attempts.launch[row].happened()) continue;
    const std::int32_t taken = cpus[attempts.stage[row].index()];
    out.push_back({attempts.launch[row], 0, -taken});
    out.push_back({std::min(attempts.finish[row], end), 0, taken});
  }
  std::ranges::sort(out, {}, &CoreChange::at);
  return out;
}

}  // namespace

std::vector<TimeSpan> full_times(const Timeline& timeline) {
  const CoreChanges changes = core_changes(timeline);
  std::vector<TimeSpan> out;
  std::int64_t there = 0, free = 0;
  for (std::size_t i = 0; i < changes.size();) {
    const Time at = changes[i].at;
    for (; i < changes.size() && changes[i].at == at; ++i)
      there += changes[i].there, free += changes[i].free;
    // Where no executor is, no other stage has the cores.
    if (there <= 0 || free > 0 || i == changes.size()) continue;
    const Time to = changes[i].at;
    if (!out.empty() && at - out.back().to <= kMoment) out.back().to = to;
    else out.push_back({at, to});
  }
  return out;
}

TimeSpan core_wait(const std::vector<TimeSpan>& full, Time ready, Time first_launch) {
  const TimeSpan none{first_launch, first_launch};
  const auto after = std::ranges::lower_bound(full, first_launch, {}, &TimeSpan::from);
  if (after == full.begin() || std::prev(after)->to <= ready) return none;
  TimeSpan out{std::max(ready, std::prev(after)->from),
               std::min(std::prev(after)->to, first_launch)};
  if (first_launch - out.to <= kMoment) out.to = first_launch;
  return out.to - out.from > kMoment ? out : none;
}

}  // namespace muster
