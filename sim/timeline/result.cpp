#include "sim/timeline/result.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "sim/timeline/slots.h"

namespace muster {
namespace {

void count_jobs_and_stages(const Timeline& timeline, Totals& totals) {
  totals.jobs = timeline.jobs.size();
  for (const JobSpan& job : timeline.jobs)
    if (job.outcome == JobOutcome::Failed) ++totals.failed_jobs;
  for (const StageSpan& stage : timeline.stages) {
    ++(stage.submitted.happened() ? totals.stages : totals.skipped_stages);
    if (!stage.failure.empty()) ++totals.failed_stages;
  }
}

void count_attempts(const AttemptTable& attempts, Totals& totals) {
  totals.attempts = attempts.size();
  for (std::size_t row = 0; row < attempts.size(); ++row) {
    const Outcome outcome = attempts.outcome[row];
    if (outcome == Outcome::TaskKilled)
      ++totals.killed_attempts;
    else if (outcome != Outcome::Success && outcome != Outcome::Running &&
             outcome != Outcome::Resubmitted)  // it had succeeded, then its output was lost
      ++totals.failed_attempts;
    if (attempts.speculative[row]) ++totals.speculative_attempts;
    if (attempts.number[row] == 0) ++totals.tasks;
  }
}

void count_executors(const Timeline& timeline, Totals& totals) {
  struct Change {
    Time at;
    std::int64_t executors, cores;
  };
  std::vector<Change> changes;
  const Time end = timeline.application.start + timeline.wall();
  for (const ExecutorSpan& executor : timeline.executors) {
    if (!executor.added.happened()) continue;
    ++totals.executors;
    changes.push_back({executor.added, 1, executor.cores});
    if (!executor.removed.happened()) continue;
    changes.push_back({executor.removed, -1, -executor.cores});
    if (executor.removed < end) ++totals.removed_executors;
  }
  // Leavers first: a replacement at the same instant is no higher peak.
  std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
    return a.at != b.at ? a.at < b.at : a.executors < b.executors;
  });
  std::int64_t executors = 0, cores = 0, peak = 0, peak_cores = 0;
  for (const Change& change : changes) {
    executors += change.executors, cores += change.cores;
    peak = std::max(peak, executors), peak_cores = std::max(peak_cores, cores);
  }
  totals.peak_executors = static_cast<std::uint64_t>(peak);
  totals.peak_cores = static_cast<std::uint64_t>(peak_cores);
}

void sum_core_time(const Timeline& timeline, Totals& totals) {
  const Slots slots = assign_slots(timeline);
  for (const ExecutorSlots& e : slots.executors)
    totals.available += (e.to - e.from) * (std::int64_t{e.slots} * e.weight + e.spare);
  for (std::size_t row = 0; row < slots.slot.size(); ++row)
    if (slots.slot[row] != Slots::kNone)
      totals.busy += (slots.held_until[row] - slots.held_from[row]) *
                     slots.executors[timeline.attempts.executor[row].index()].weight;
}

Result result_of(const OtherApplication& one, const Result& run) {
  Result out;
  std::vector<std::string_view> used = {one.milestones.driver_place};
  for (const ExecutorSpan& executor : one.timeline.executors) used.push_back(executor.host);
  std::ranges::sort(used);
  out.timeline = one.timeline;
  out.milestones = one.milestones;
  for (const NodeSpan& node : run.nodes)
    if (std::ranges::binary_search(used, node.host)) out.nodes.push_back(node);
  out.succeeded = one.failure.empty();
  out.failure = one.failure;
  out.waits_for_ever = one.waits_for_ever;
  out.totals = totals_of(out.timeline);
  return out;
}

}  // namespace

std::vector<Further> further_of(const Result& result) {
  std::vector<Further> out;
  for (std::size_t i = 0; i < result.lost_attempts.size(); ++i)
    out.push_back({"attempt " + std::to_string(i + 1) + ", lost with its driver",
                   result_of(result.lost_attempts[i], result)});
  for (const OtherApplication& other : result.others)
    out.push_back({other.timeline.application.name, result_of(other, result)});
  return out;
}

bool all_succeeded(const Result& result) {
  return result.succeeded &&
         std::ranges::all_of(result.others, [](const OtherApplication& other) {
           return other.failure.empty();
         });
}

Totals totals_of(const Timeline& timeline) {
  Totals totals;
  totals.wall = timeline.wall();
  count_jobs_and_stages(timeline, totals);
  count_attempts(timeline.attempts, totals);
  count_executors(timeline, totals);
  sum_core_time(timeline, totals);
  return totals;
}

const JobSpan* last_job(const Timeline& timeline) {
  const JobSpan* last = nullptr;
  for (const JobSpan& job : timeline.jobs)
    if (job.completed.happened() && (!last || job.completed >= last->completed)) last = &job;
  return last;
}

Result recorded_result(Timeline timeline) {
  Result result;
  result.totals = totals_of(timeline);
  if (const JobSpan* last = last_job(timeline); last && last->outcome == JobOutcome::Failed) {
    result.succeeded = false;
    result.failure = last->failure.empty() ? "the last job failed" : last->failure;
  }
  result.timeline = std::move(timeline);
  return result;
}

}  // namespace muster
