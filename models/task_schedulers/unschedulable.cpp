#include "models/task_schedulers/unschedulable.h"

#include <algorithm>
#include <variant>

#include "models/executor_allocators/dynamic_allocation.h"
#include "models/task_schedulers/executor_map.h"
#include "sim/scenario/master.h"
#include "sim/workload/conf.h"

namespace muster {

Unschedulable::Unschedulable(ApplicationId id, const Application& app)
    : id_(id),
      scala_2_13_(version_number(app.spark_version) >= spark(4, 0)),
      local_(is_local(app.conf)),
      allocates_(!local_ && app.conf.flag("spark.dynamicAllocation.enabled", false)),
      patience_(app.conf.duration("spark.scheduler.excludeOnFailure.unschedulableTaskSetTimeout",
                                  Duration::seconds(120), Duration::seconds(1))),
      removal_delay_(executor_removal_delay(app)) {}

void Unschedulable::nothing_launched(TaskSetId set, std::optional<std::uint32_t> next,
                                     const Exclusion& exclusion, const View& view,
                                     Commands& commands) {
  if (!next || waiting_.contains(set) || !can_run_nowhere(set, *next, exclusion, view)) return;
  const auto idle = idle_executor(view, commands);
  if (idle && !local_) commands.push_back(command::KillExecutor{*idle, removal_delay_});
  if (!idle && allocates_) commands.push_back(command::MarkUnschedulable{set, true});
  const bool may_change = idle || allocates_;
  waiting_[set] = {may_change ? view.now + patience_ : view.now, *next};
}

void Unschedulable::launched(Commands& commands) {
  for (const auto& [set, waiting] : waiting_)
    if (allocates_) commands.push_back(command::MarkUnschedulable{set, false});
  waiting_.clear();
}

// Executors that are busy count, and those that are on their way out.
bool Unschedulable::can_run_nowhere(TaskSetId set, std::uint32_t index, const Exclusion& exclusion,
                                    const View& view) const {
  const SetExclusion* const failures = exclusion.of(set);
  bool any = false;
  for (std::uint32_t e = 0; e < view.executors.size(); ++e) {
    const ExecutorState& executor = view.executors[e];
    const bool registered = executor.alive() && executor.phase != ExecutorPhase::Expected;
    if (executor.application != id_ || !registered) continue;
    any = true;
    const ExecutorId id(e);
    if (!exclusion.allows(id, executor.host, view.now)) continue;
    if (!failures || (!failures->excludes(id, executor.host) &&
                      failures->allows(index, id, executor.host)))
      return false;
  }
  return any;
}

// Of several the first that Spark's map of executors comes to.
std::optional<ExecutorId> Unschedulable::idle_executor(const View& view,
                                                       const Commands& commands) const {
  std::size_t there = 0;
  for (const ExecutorState& executor : view.executors)
    there += executor.application == id_ && executor.registered() ? 1 : 0;
  std::optional<ExecutorId> first;
  std::uint32_t first_place = 0;
  for (std::uint32_t e = 0; e < view.executors.size(); ++e) {
    if (!is_idle(ExecutorId(e), view, commands)) continue;
    const std::uint32_t place =
        place_in_executor_map(view.executors[e].number, there, scala_2_13_);
    if (first && place >= first_place) continue;
    first = ExecutorId(e);
    first_place = place;
  }
  return first;
}

bool Unschedulable::is_idle(ExecutorId id, const View& view, const Commands& commands) const {
  const ExecutorState& executor = view.executors[id.index()];
  if (executor.application != id_ || executor.phase != ExecutorPhase::Usable ||
      executor.stopping || executor.running > 0)
    return false;
  return std::ranges::none_of(commands, [id](const Command& command) {
    const auto* launch = std::get_if<command::Launch>(&command);
    const auto* kill = std::get_if<command::KillExecutor>(&command);
    return (launch && launch->executor == id) || (kill && kill->executor == id);
  });
}

void Unschedulable::give_up(Time now, Commands& commands) {
  std::erase_if(waiting_, [&](const auto& entry) {
    if (entry.second.expires > now) return false;
    commands.push_back(command::AbortTaskSet{entry.first, entry.second.index});
    return true;
  });
}

Time Unschedulable::next() const {
  Time next = Time::never();
  for (const auto& [set, waiting] : waiting_) next = std::min(next, waiting.expires);
  return next;
}

}  // namespace muster
