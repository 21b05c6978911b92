#include "sim/run/exclusion_reasons.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "sim/base/words.h"
#include "sim/timeline/slots.h"

namespace muster {
namespace {

using Interval = std::pair<Time, Time>;

// Sorted, and none overlaps another.
std::vector<Interval> merged(std::vector<Interval> all) {
  std::ranges::sort(all);
  std::vector<Interval> out;
  for (const Interval& one : all) {
    if (out.empty() || one.first > out.back().second) out.push_back(one);
    else out.back().second = std::max(out.back().second, one.second);
  }
  return out;
}

// `all` as merged() gives them.
Duration overlap(const std::vector<Interval>& all, Time from, Time to) {
  Duration sum;
  auto at = std::ranges::upper_bound(all, from, {}, &Interval::second);
  for (; at != all.end() && at->first < to; ++at)
    sum += std::max(Duration(), std::min(at->second, to) - std::max(at->first, from));
  return sum;
}

class ExclusionTeller {
 public:
  ExclusionTeller(const Simulation& simulation, const Timeline& timeline);
  Reason reason(const Excluded& one);

 private:
  std::string subject(const Excluded& one) const;
  std::string why(const Excluded& one) const;
  Time until(const Excluded& one) const;
  void find_waits();
  void find_attempts();
  Duration idle(const Excluded& one, std::uint32_t executor) const;
  std::string cost(const Excluded& one);

  const Timeline& timeline_;
  const std::vector<std::int32_t> slots_;
  // When tasks waited for a core: of each stage, and of any.
  std::vector<std::vector<Interval>> waits_of_;
  std::vector<Interval> waits_;
  // Of each executor: its attempts in the order of their launch, and how long the longest took.
  std::vector<std::vector<std::size_t>> attempts_on_;
  std::vector<Duration> longest_on_;
  std::map<TaskSetId, StageId> stage_of_;
  std::map<ExecutorId, std::uint32_t> row_of_;  // of Timeline::executors
  std::map<NodeId, std::string> host_of_;
  std::set<std::pair<TaskSetId, std::uint32_t>> told_;  // executors whose cost was told
};

ExclusionTeller::ExclusionTeller(const Simulation& simulation, const Timeline& timeline)
    : timeline_(timeline), slots_(tasks_at_a_time(timeline)) {
  const std::vector<AttemptId> rows = simulation.recorded_attempts(ApplicationId(0));
  for (std::size_t a = 0; a < rows.size(); ++a) {
    const AttemptState& attempt = simulation.attempts()[rows[a].index()];
    stage_of_.emplace(attempt.task_set, timeline.attempts.stage[a]);
    row_of_.emplace(attempt.executor, timeline.attempts.executor[a].index());
  }
  for (const Excluded& one : simulation.excluded(ApplicationId(0)))
    if (const auto row = row_of_.find(one.executor); row != row_of_.end())
      host_of_.emplace(one.host, timeline.executors[row->second].host);
  find_waits();
  find_attempts();
}

std::string ExclusionTeller::subject(const Excluded& one) const {
  if (const auto row = row_of_.find(one.executor); row != row_of_.end())
    return "executor " + timeline_.executors[row->second].id;
  const auto host = host_of_.find(one.host);
  return "node " + (host == host_of_.end() ? "" : host->second);
}

std::string ExclusionTeller::why(const Excluded& one) const {
  const bool whole_node = !one.executor.valid();
  const std::string failed =
      whole_node ? fmt::format("{} of its executors are", one.failures)
                 : counted(one.failures, "task") + " failed on it";
  if (const auto stage = stage_of_.find(one.task_set); stage != stage_of_.end()) {
    const StageSpan& span = timeline_.stages[stage->second.index()];
    return fmt::format("is excluded for stage {}.{}: {}", span.id, span.attempt, failed);
  }
  return fmt::format("is excluded for the application, for {}: {}{}",
                     duration_text(one.until - one.at), failed,
                     whole_node ? "" : " in stages that succeeded");
}

Time ExclusionTeller::until(const Excluded& one) const {
  Time end = std::min(one.until, timeline_.last_time());
  if (const auto stage = stage_of_.find(one.task_set); stage != stage_of_.end())
    end = std::min(end, timeline_.stages[stage->second.index()].completed);
  return std::max(end, one.at);
}

void ExclusionTeller::find_waits() {
  const AttemptTable& attempts = timeline_.attempts;
  std::map<std::pair<StageId, std::uint32_t>, Time> free_since;  // of tasks: their last end
  waits_of_.resize(timeline_.stages.size());
  for (const std::uint32_t row : launch_order(attempts)) {
    const StageId of = attempts.stage[row];
    const auto [task, first] =
        free_since.emplace(std::pair(of, attempts.index[row]), attempts.finish[row]);
    const Time since = first ? timeline_.stages[of.index()].submitted : task->second;
    if (!attempts.speculative[row] && since < attempts.launch[row])
      waits_of_[of.index()].emplace_back(since, attempts.launch[row]);
    task->second = attempts.finish[row];
  }
  for (std::vector<Interval>& one : waits_of_) {
    one = merged(std::move(one));
    waits_.insert(waits_.end(), one.begin(), one.end());
  }
  waits_ = merged(std::move(waits_));
}

void ExclusionTeller::find_attempts() {
  const AttemptTable& attempts = timeline_.attempts;
  attempts_on_.resize(timeline_.executors.size());
  longest_on_.resize(timeline_.executors.size());
  for (const std::uint32_t row : launch_order(attempts)) {
    if (!attempts.launch[row].happened() || !attempts.executor[row].valid()) continue;
    const std::uint32_t executor = attempts.executor[row].index();
    attempts_on_[executor].push_back(row);
    longest_on_[executor] =
        std::max(longest_on_[executor], attempts.finish[row] - attempts.launch[row]);
  }
}

Duration ExclusionTeller::idle(const Excluded& one, std::uint32_t executor) const {
  const ExecutorSpan& span = timeline_.executors[executor];
  const std::int32_t cpus = task_cpus(timeline_, span.resource_profile);
  const auto stage = stage_of_.find(one.task_set);
  const Time from = std::max(one.at, span.added), to = std::min(until(one), span.removed);
  const std::vector<Interval>& waiting =
      stage == stage_of_.end() ? waits_ : waits_of_[stage->second.index()];
  Duration out = overlap(waiting, from, to) * (slots_[executor] * cpus);
  const AttemptTable& attempts = timeline_.attempts;
  const std::vector<std::size_t>& here = attempts_on_[executor];
  auto at = std::ranges::lower_bound(here, from - longest_on_[executor], {},
                                     [&](std::size_t row) { return attempts.launch[row]; });
  for (; at != here.end() && attempts.launch[*at] < to; ++at)
    out = out - overlap(waiting, std::max(from, attempts.launch[*at]),
                        std::min(to, attempts.finish[*at])) * cpus;
  return std::max(out, Duration());
}

// Of a node: of those of its executors of which it was not told already.
std::string ExclusionTeller::cost(const Excluded& one) {
  Duration sum;
  const auto tell = [&](std::uint32_t row) {
    if (told_.emplace(one.task_set, row).second) sum += idle(one, row);
  };
  if (one.executor.valid()) {
    if (const auto row = row_of_.find(one.executor); row != row_of_.end()) tell(row->second);
  } else if (const auto host = host_of_.find(one.host); host != host_of_.end()) {
    for (const auto& [id, row] : row_of_)
      if (timeline_.executors[row].host == host->second) tell(row);
  }
  if (sum < Duration::millis(1)) return "";
  return "; " + duration_text(sum) + " of its core time idle while tasks waited";
}

Reason ExclusionTeller::reason(const Excluded& one) {
  std::string text = why(one);
  text += cost(one);
  return {one.at, subject(one), std::move(text)};
}

}  // namespace

void add_exclusions(const Simulation& simulation, const Timeline& timeline,
                    std::vector<Reason>& out) {
  const std::span<const Excluded> all = simulation.excluded(ApplicationId(0));
  if (all.empty()) return;
  ExclusionTeller teller(simulation, timeline);
  for (const Excluded& one : all) out.push_back(teller.reason(one));
}

}  // namespace muster
