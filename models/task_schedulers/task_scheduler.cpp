#include "models/task_schedulers/task_scheduler.h"

#include <algorithm>
#include <variant>

#include "models/task_schedulers/spark_task_scheduler.h"
#include "sim/scenario/master.h"

namespace muster {
namespace {

bool has_racks(const Conf& conf) {
  const auto master = master_of(conf);
  return master && master->kind == Master::Kind::Yarn;
}

LocalityConf locality_conf(const Application& app) {
  LocalityConf conf(app.conf, version_number(app.spark_version));
  // A pinned replay waits for the recorded executor as long as it lives.
  if (!app.tasks.pinned_executor.empty()) conf.waits.fill(Duration::max());
  return conf;
}

}  // namespace

SparkTaskScheduler::SparkTaskScheduler(ApplicationId id, const Application& app,
                                       std::unique_ptr<TaskSetOrder> order)
    : id_(id),
      order_(std::move(order)),
      fixed_order_(order_->fixed()),
      locality_(locality_conf(app)),
      racks_(has_racks(app.conf)),
      pinned_(!app.tasks.pinned_executor.empty()),
      speculation_(app),
      exclusion_(app),
      unschedulable_(id, app),
      simple_(fixed_order_ && !speculation_.on && !exclusion_.on() &&
              app.resource_profiles.empty() && std::ranges::none_of(app.stages, &Stage::barrier)),
      revive_(id, app),
      start_(app.start) {}

void SparkTaskScheduler::task_set_ready(TaskSetId id, const View& view) {
  const TaskSetState& set = view.task_set(id);
  if (managers_.size() <= id.index()) managers_.resize(id.index() + 1);
  PendingTasks pending(set, view, racks_);
  std::vector<Locality> levels;
  if (!pending.plain()) find_alive_hosts(view);
  pending.levels(view.executors, host_alive_, levels);
  if (!pending.plain()) local_sets_.push_back(id);
  managers_[id.index()] = std::make_unique<TaskSetManager>(
      TaskSetManager{id, set.cpus, set.profile, set.barrier, std::move(pending),
                     LocalityWait(std::move(levels), view.now), {}});
  if (speculation_.on) sets_.push_back(id);
  order_->add(id, view);
  order_->set_pending(id, true);
}

void SparkTaskScheduler::task_set_gone(TaskSetId id) {
  if (id.index() >= managers_.size() || !managers_[id.index()]) return;
  order_->remove(id);
  std::erase(local_sets_, id);
  std::erase(sets_, id);
  exclusion_.task_set_gone(id);
  unschedulable_.gone(id);
  managers_[id.index()].reset();
}

void SparkTaskScheduler::task_pending(TaskSetId id, std::uint32_t index, const View& view) {
  managers_[id.index()]->pending.put_back(index, view);
  levels_stale_ |= pinned_;  // its executor may be gone already
  order_->set_pending(id, true);
}

void SparkTaskScheduler::task_not_needed(TaskSetId id, std::uint32_t index) {
  if (id.index() >= managers_.size() || !managers_[id.index()]) return;
  TaskSetManager& manager = *managers_[id.index()];
  manager.pending.drop(index);
  manager.copies.not_needed(index);
  if (!manager.waits()) order_->set_pending(id, false);
}

void SparkTaskScheduler::attempt_ended(const EndedAttempt& attempt, const View& view) {
  if (attempt.task_set.index() >= managers_.size() || !managers_[attempt.task_set.index()]) return;
  if (speculation_.on) managers_[attempt.task_set.index()]->copies.ended(attempt, view.now);
  if (!exclusion_.on()) return;
  if (attempt.outcome == Outcome::Success) {
    if (view.task_set(attempt.task_set).unfinished == 1)
      exclusion_.succeeded(attempt.task_set, view.now);
  } else if (attempt.counts && attempt.outcome != Outcome::TaskKilled) {
    exclusion_.failed(attempt, view.executor(attempt.executor).host, view.now);
  }
}

void SparkTaskScheduler::decide(const View& view, const Offers& offers, Commands& commands) {
  if (levels_stale_) refresh_levels(view);
  forget_decided();
  held_back_ = false;
  killed_.clear();
  bool all = offers.all;
  if (offers.woken) {
    all |= view.now == revive_at_;
    if (view.now == look_at_) all |= find_copies(view);
  }
  if (all) {
    offer_.clear();
    for (std::uint32_t e = 0; e < view.executors.size(); ++e) {
      const ExecutorState& executor = view.executors[e];
      if (executor.application == id_ && executor.offers(1) &&
          exclusion_.allows(ExecutorId(e), executor.host, view.now))
        offer_.push_back(e);
    }
    view.stream(Purpose::OfferOrder, id_.index()).shuffle(draws_, offer_);
    draws_ += offer_.size();
    round(view, true, commands);
  } else if (local_sets_.empty() && simple_) {
    offer_plain(offers.freed, view, commands);
  } else {
    for (const ExecutorId executor : offers.freed) {
      const NodeId host = view.executor(executor).host;
      offer_.clear();
      if (exclusion_.allows(executor, host, view.now)) offer_.push_back(executor.index());
      round(view, false, commands);
    }
  }
  if (exclusion_.on()) unschedulable_.give_up(view.now, commands);
  if (speculation_.on) remember_launches(view, commands);
  ask_for_wake(view, commands);
}

bool SparkTaskScheduler::find_copies(const View& view) {
  bool found = false;
  for (const TaskSetId id : sets_) {
    if (!managers_[id.index()]->copies.check(view.task_set(id), speculation_, view.now)) continue;
    order_->set_pending(id, true);
    found = true;
  }
  return found;
}

void SparkTaskScheduler::remember_launches(const View& view, const Commands& commands) {
  for (const Command& command : commands) {
    const auto* launch = std::get_if<command::Launch>(&command);
    if (launch)
      managers_[launch->task_set.index()]->copies.launched(
          launch->index, launch->executor, view.executor(launch->executor).host,
          launch->speculative, view.now);
  }
}

void SparkTaskScheduler::forget_decided() {
  for (const TaskSetId id : launched_sets_) launched_[id.index()] = 0;
  launched_sets_.clear();
  if (launched_.size() < managers_.size()) launched_.resize(managers_.size(), 0);
}

void SparkTaskScheduler::count_launch(TaskSetId id) {
  if (launched_[id.index()]++ == 0) launched_sets_.push_back(id);
}

void SparkTaskScheduler::refresh_levels(const View& view) {
  levels_stale_ = false;
  if (local_sets_.empty()) return;
  find_alive_hosts(view);
  for (const TaskSetId id : local_sets_) {
    TaskSetManager& manager = *managers_[id.index()];
    if (pinned_) manager.pending.forget_gone(view.executors);
    manager.pending.levels(view.executors, host_alive_, levels_);
    manager.wait.set_levels(levels_, locality_);
  }
}

void SparkTaskScheduler::find_alive_hosts(const View& view) {
  host_alive_.assign(view.hosts, false);
  for (const ExecutorState& executor : view.executors)
    if (executor.phase == ExecutorPhase::Usable || executor.phase == ExecutorPhase::Draining)
      host_alive_[executor.host.index()] = true;
}

// A wait can only end at an offer: while it holds tasks back from free cores, the next tick of the
// revive thread is one. Ticks that find no free core would change nothing; where no executor is
// left that could offer any, they would go on for ever.
void SparkTaskScheduler::ask_for_wake(const View& view, Commands& commands) {
  if (held_back_ && revive_.runs()) {
    revive_at_ = revive_.next(view);
    commands.push_back(command::WakeAt{id_, revive_at_});
  } else if ((speculation_.on || exclusion_.on()) && revive_at_.happened() &&
             revive_at_ > view.now) {
    commands.push_back(command::WakeAt{id_, revive_at_});  // something else came first
  }
  if (const Time at = unschedulable_.next(); at.happened())
    commands.push_back(command::WakeAt{id_, at});
  const bool runs = std::ranges::any_of(
      sets_, [&](TaskSetId id) { return view.task_set(id).unfinished > 0; });
  if (!runs) return;
  // The thread looks every so often from its start on; what it finds between does not matter.
  const std::int64_t ticks =
      (view.now - start_).in_micros() / speculation_.interval.in_micros() + 1;
  look_at_ = start_ + speculation_.interval * ticks;
  commands.push_back(command::WakeAt{id_, look_at_});
}

std::unique_ptr<TaskScheduler> make_task_scheduler(ApplicationId id,
                                                   const Application& application,
                                                   std::unique_ptr<TaskSetOrder> order) {
  return std::make_unique<SparkTaskScheduler>(id, application, std::move(order));
}

}  // namespace muster
