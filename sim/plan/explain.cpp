#include "sim/plan/explain.h"

#include <algorithm>
#include <utility>

namespace muster {
namespace {

Duration nearest_rank(const std::vector<Duration>& sorted, double share) {
  if (sorted.empty()) return Duration();
  const double rank = share * static_cast<double>(sorted.size());
  auto index = static_cast<std::size_t>(rank);
  if (static_cast<double>(index) < rank) ++index;  // the ceiling
  return sorted[std::clamp<std::size_t>(index, 1, sorted.size()) - 1];
}

double skew_of(Duration median, Duration max) {
  // The clock's step is 1 ms: a median of zero is somewhere below that.
  return max.in_seconds() / std::max(median, std::min(max, Duration::millis(1))).in_seconds();
}

void finish_row(StageStatistics& row, std::vector<Duration>& durations) {
  row.tasks = durations.size();
  if (durations.empty()) return;
  std::sort(durations.begin(), durations.end());
  row.p50 = nearest_rank(durations, 0.50);
  row.p95 = nearest_rank(durations, 0.95);
  row.max = durations.back();
  row.skew = row.max > Duration() ? skew_of(row.p50, row.max) : 1.0;
}

}  // namespace

std::vector<StageStatistics> stage_statistics(const Timeline& timeline) {
  const AttemptTable& attempts = timeline.attempts;
  const Time end = timeline.application.start + timeline.wall();
  std::vector<StageStatistics> all(timeline.stages.size());
  std::vector<std::vector<Duration>> durations(timeline.stages.size());
  for (std::size_t row = 0; row < attempts.size(); ++row) {
    if (!attempts.launch[row].happened()) continue;
    const std::size_t s = attempts.stage[row].index();
    const Duration duration = std::min(attempts.finish[row], end) - attempts.launch[row];
    all[s].work += duration;
    if (attempts.outcome[row] == Outcome::Success)
      durations[s].push_back(duration);
    else if (attempts.outcome[row] != Outcome::Running)
      ++all[s].failed;
  }
  std::vector<StageStatistics> out;
  const double wall = timeline.wall().in_seconds();
  for (std::size_t s = 0; s < all.size(); ++s) {
    const StageSpan& stage = timeline.stages[s];
    if (!stage.submitted.happened()) continue;
    all[s].row = StageId(s);
    finish_row(all[s], durations[s]);
    const Duration length = std::min(stage.completed, end) - stage.submitted;
    all[s].wall_share = wall > 0 ? length.in_seconds() / wall : 0;
    out.push_back(all[s]);
  }
  return out;
}

Explanation explain(const Timeline& timeline) { return explain(timeline, pace_of(timeline)); }

Explanation explain(const Timeline& timeline, Pace pace, const std::stop_token& stop) {
  Explanation out;
  out.pace = std::move(pace);
  if (!stop.stop_requested()) out.idle = explain_idle(timeline);
  if (!stop.stop_requested()) out.path = critical_path(timeline);
  if (!stop.stop_requested()) out.stages = stage_statistics(timeline);
  return out;
}

}  // namespace muster
