// Rounds of offers: which task of which set an executor with a free core gets (TaskSchedulerImpl.
// resourceOffers and TaskSetManager.resourceOffer, core/.../scheduler/, 3.5).

#include <algorithm>
#include <variant>

#include "models/task_schedulers/spark_task_scheduler.h"

namespace muster {

// Rounds over one executor each, while no set has preferences and their order does not depend on
// what runs: the same as round(), in a straight line, because almost every decision of a large run
// is this one.
void SparkTaskScheduler::offer_plain(std::span<const ExecutorId> freed, const View& view,
                                     Commands& commands) {
  const std::span<const TaskSetId> order = order_->round(view, launched_);
  std::size_t at = 0;  // sets before it have nothing left
  for (const ExecutorId id : freed) {
    const ExecutorState& executor = view.executor(id);
    std::int32_t free = executor.phase == ExecutorPhase::Usable ? executor.free : 0;
    while (free > 0 && at < order.size()) {
      TaskSetManager& manager = *managers_[order[at].index()];
      if (manager.pending.empty()) {
        ++at;
        continue;
      }
      if (free < manager.cpus) break;  // an application's tasks all need the same
      commands.emplace_back(std::in_place_type<command::Launch>, order[at],
                            manager.pending.take_plain(), id);
      free -= manager.cpus;
    }
  }
  if (at < order.size() && managers_[order[at].index()]->pending.empty()) ++at;
  emptied_.assign(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(at));
  for (const TaskSetId set : emptied_) order_->set_pending(set, false);
}

// TaskSchedulerImpl.resourceOffers over `offer_`.
void SparkTaskScheduler::round(const View& view, bool all_resources, Commands& commands) {
  free_.clear();
  std::int64_t free_cores = 0;
  for (const std::uint32_t e : offer_) {
    const ExecutorState& executor = view.executors[e];
    const bool offers = executor.phase == ExecutorPhase::Usable && !is_killed(ExecutorId(e));
    free_.push_back(offers ? executor.free : 0);
    free_cores += free_.back();
  }
  emptied_.clear();
  for (const TaskSetId id : order_->round(view, launched_)) {
    if (free_cores <= 0 && !exclusion_.on()) break;
    TaskSetManager& manager = *managers_[id.index()];
    if (manager.barrier && !may_start(manager, view)) continue;
    const std::int64_t taken = offer_set(manager, view, all_resources, commands);
    free_cores -= taken;
    if (taken > 0)
      unschedulable_.launched(commands);
    else if (exclusion_.on() && !manager.barrier)
      look_for_a_place(manager, view, commands);
    if (!manager.waits()) emptied_.push_back(id);
  }
  for (const TaskSetId id : emptied_) order_->set_pending(id, false);
}

// An executor that is killed to make room for another one gets nothing from the sets that follow.
void SparkTaskScheduler::look_for_a_place(TaskSetManager& manager, const View& view,
                                          Commands& commands) {
  const std::size_t before = commands.size();
  unschedulable_.nothing_launched(manager.id, manager.pending.next(), exclusion_, view, commands);
  for (std::size_t c = before; c < commands.size(); ++c) {
    const auto* kill = std::get_if<command::KillExecutor>(&commands[c]);
    if (!kill) continue;
    killed_.push_back(kill->executor);
    for (std::size_t o = 0; o < offer_.size(); ++o)
      if (offer_[o] == kill->executor.index()) free_[o] = 0;
  }
}

// A barrier stage starts with all its tasks or not at all (TaskSchedulerImpl.resourceOffers), most
// often when the revive timer offers all executors at once.
bool SparkTaskScheduler::may_start(const TaskSetManager& manager, const View& view) {
  std::int64_t slots = 0;
  for (std::size_t o = 0; o < free_.size(); ++o)
    if (view.executors[offer_[o]].profile == manager.profile) slots += free_[o] / manager.cpus;
  held_back_ |= slots < view.task_set(manager.id).tasks;
  return slots >= view.task_set(manager.id).tasks;
}

// Deals tasks of one set over the offers, level by level; returns the cores it took.
std::int64_t SparkTaskScheduler::offer_set(TaskSetManager& manager, const View& view,
                                           bool all_resources, Commands& commands) {
  const std::size_t before = commands.size();
  bool rejected = false;
  std::optional<Locality> best;
  levels_ = manager.wait.levels();
  // Without a free core a pass finds nothing and turns nobody away.
  const auto goes_on = [&] {
    return manager.waits() && std::ranges::any_of(free_, [&](std::int32_t free) {
      return free >= manager.cpus;
    });
  };
  for (const Locality level : levels_) {
    PassResult pass;
    do {
      pass = deal_pass(manager, level, view, commands);
      rejected |= pass.rejected;
      if (pass.best && (!best || *pass.best < *best)) best = pass.best;
    } while (pass.best && goes_on());
    if (!goes_on()) break;
  }
  held_back_ |= rejected && manager.wait.ends(locality_);
  if (!locality_.reset_on_launch) {
    if (rejected) {
      manager.wait.no_rejects_since_reset = false;
    } else if (best && (all_resources || manager.wait.no_rejects_since_reset)) {
      manager.wait.reset(view.now, *best);
      manager.wait.no_rejects_since_reset = true;
    }
  }
  return static_cast<std::int64_t>(commands.size() - before) * manager.cpus;
}

// resourceOfferSingleTaskSet: one task at most for each executor.
PassResult SparkTaskScheduler::deal_pass(TaskSetManager& manager, Locality level, const View& view,
                                         Commands& commands) {
  PassResult result;
  for (std::size_t o = 0; o < offer_.size() && manager.waits(); ++o) {
    if (free_[o] < manager.cpus) continue;
    if (view.executors[offer_[o]].profile != manager.profile) continue;
    const ExecutorId executor(offer_[o]);
    const SetExclusion* const failures = exclusion_.of(manager.id);
    if (failures && failures->excludes(executor, view.executor(executor).host)) continue;
    const auto launch = offer_one(manager, executor, level, view);
    if (!launch) {
      result.rejected |= level == Locality::Any && !manager.pending.empty();
      continue;
    }
    commands.push_back(*launch);
    free_[o] -= manager.cpus;
    count_launch(manager.id);
    if (!result.best || launch->locality < *result.best) result.best = launch->locality;
  }
  return result;
}

// TaskSetManager.resourceOffer.
std::optional<command::Launch> SparkTaskScheduler::offer_one(TaskSetManager& manager,
                                                             ExecutorId executor, Locality level,
                                                             const View& view) {
  Locality allowed = level;
  if (level != Locality::NoPref && !manager.pending.plain())
    allowed = std::min(level, manager.wait.allowed(view.now, manager.pending, locality_));
  const NodeId host = view.executor(executor).host;
  const SetExclusion* const failures = exclusion_.of(manager.id);
  const auto not_excluded = [&](std::uint32_t index) {
    return failures->allows(index, executor, host);
  };
  const Allowed may = failures ? Allowed(not_excluded) : Allowed();
  const auto task = manager.pending.take(executor, host, allowed, may);
  if (!task) return offer_copy(manager, executor, allowed, view);
  if (locality_.reset_on_launch && level != Locality::NoPref)
    manager.wait.reset(view.now, task->locality);
  command::Launch launch(manager.id, task->index, executor);
  launch.locality = task->locality;
  launch.reason = reason(manager, task->locality);
  return launch;
}

// Only when the set has nothing else for the executor (TaskSetManager.dequeueTask).
std::optional<command::Launch> SparkTaskScheduler::offer_copy(TaskSetManager& manager,
                                                              ExecutorId executor,
                                                              Locality allowed,
                                                              const View& view) {
  if (!manager.copies.waits()) return std::nullopt;
  if (!manager.pending.plain() && allowed != Locality::Any) return std::nullopt;
  const auto index = manager.copies.take(view.executor(executor).host);
  if (!index) return std::nullopt;
  command::Launch launch(manager.id, *index, executor);
  launch.locality = manager.pending.plain() ? Locality::ProcessLocal : Locality::Any;
  launch.speculative = true;
  launch.reason = command::LaunchReason::Speculation;
  return launch;
}

command::LaunchReason SparkTaskScheduler::reason(const TaskSetManager& manager,
                                                 Locality locality) const {
  if (manager.pending.plain()) return command::LaunchReason::NoPreference;
  if (pinned_) return command::LaunchReason::Pinned;
  if (locality <= Locality::NodeLocal) return command::LaunchReason::Preferred;
  return manager.wait.levels().front() == locality ? command::LaunchReason::NothingBetter
                                                   : command::LaunchReason::WaitExpired;
}

}  // namespace muster
