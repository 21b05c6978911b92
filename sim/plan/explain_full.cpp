// When no core was free, and what of a stage's wait that explains.
#include <algorithm>
#include <utility>
#include <vector>

#include "sim/plan/explain.h"

namespace muster {
namespace {

// Between the end of a task and the launch of the next one on its core the driver thinks.
constexpr Duration kMoment = Duration::millis(100);

using CoreChanges = std::vector<std::pair<Time, std::int64_t>>;

CoreChanges core_changes(const Timeline& timeline) {
  const AttemptTable& attempts = timeline.attempts;
  const Time end = timeline.last_time();
  CoreChanges out;
  for (const ExecutorSpan& executor : timeline.executors) {
    if (!executor.added.happened()) continue;
    out.emplace_back(executor.added, executor.cores);
    out.emplace_back(std::min(executor.removed, end), -executor.cores);
  }
  std::vector<std::int32_t> cpus;
  for (const StageSpan& stage : timeline.stages)
    cpus.push_back(task_cpus(timeline, stage.resource_profile));
  for (std::size_t row = 0; row < attempts.size(); ++row) {
    if (!attempts.launch[row].happened()) continue;
    const std::int32_t taken = cpus[attempts.stage[row].index()];
    out.emplace_back(attempts.launch[row], -taken);
    out.emplace_back(std::min(attempts.finish[row], end), taken);
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace

std::vector<TimeSpan> full_times(const Timeline& timeline) {
  const CoreChanges changes = core_changes(timeline);
  std::vector<TimeSpan> out;
  std::int64_t free = 0;
  for (std::size_t i = 0; i < changes.size();) {
    const Time at = changes[i].first;
    for (; i < changes.size() && changes[i].first == at; ++i) free += changes[i].second;
    if (free > 0 || i == changes.size()) continue;
    const Time to = changes[i].first;
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
