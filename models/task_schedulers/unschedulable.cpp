#include "models/task_schedulers/unschedulable.h"

#include <algorithm>
#include <variant>

#include "models/executor_allocators/dynamic_allocation.h"
#include "sim/scenario/master.h"

namespace muster {

Unschedulable::Unschedulable(ApplicationId id, const Application& app)
    : id_(id),
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

std::optional<ExecutorId> Unschedulable::idle_executor(const View& view,
                                                       const Commands& commands) const {
  for (std::uint32_t e = 0; e < view.executors.size(); ++e) {
    const ExecutorState& executor = view.executors[e];
    if (executor.application != id_ || executor.phase != ExecutorPhase::Usable ||
        executor.stopping || executor.running > 0)
      continue;
    const bool taken = std::ranges::any_of(commands, [e](const Command& command) {
      const auto* launch = std::get_if<command::Launch>(&command);
      const auto* kill = std::get_if<command::KillExecutor>(&command);
      return (launch && launch->executor == ExecutorId(e)) ||
             (kill && kill->executor == ExecutorId(e));
    });
    if (!taken) return ExecutorId(e);
  }
  return std::nullopt;
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
