#include "models/task_schedulers/task_scheduler.h"

#include <algorithm>
#include <optional>

#include "models/task_schedulers/exclusion.h"
#include "models/task_schedulers/locality_wait.h"
#include "models/task_schedulers/pending_tasks.h"
#include "models/task_schedulers/revive_timer.h"
#include "models/task_schedulers/speculation.h"
#include "models/task_schedulers/unschedulable.h"
#include "sim/scenario/master.h"

namespace muster {
namespace {

// TaskSetManager, as far as launching goes.
struct Manager {
  TaskSetId id;
  std::int32_t cpus;
  std::uint32_t profile;  // whose executors it needs
  bool barrier;
  PendingTasks pending;
  LocalityWait wait;
  Speculation copies;

  bool waits() const { return !pending.empty() || copies.waits(); }
};

// What one pass over the offers did for one task set.
struct PassResult {
  std::optional<Locality> best;  // of the launches; empty: none
  bool rejected = false;         // an executor was turned away by the locality wait alone
};

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

class SparkTaskScheduler final : public TaskScheduler {
 public:
  SparkTaskScheduler(ApplicationId id, const Application& app, std::unique_ptr<TaskSetOrder> order)
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

  void task_set_ready(TaskSetId id, const View& view) override;
  void task_set_gone(TaskSetId id) override;
  void task_pending(TaskSetId id, std::uint32_t index, const View& view) override;
  void executors_changed(const View&) override { levels_stale_ = true; }
  void decide(const View& view, const Offers& offers, Commands& commands) override;
  void task_not_needed(TaskSetId id, std::uint32_t index) override;
  bool wants_ends() const override { return speculation_.on || exclusion_.on(); }
  void attempt_ended(const EndedAttempt& attempt, const View& view) override;

 private:
  void offer_plain(std::span<const ExecutorId> freed, const View& view, Commands& commands);
  void round(const View& view, bool all_resources, Commands& commands);
  std::int64_t offer_set(Manager& manager, const View& view, bool all_resources,
                         Commands& commands);
  PassResult deal_pass(Manager& manager, Locality level, const View& view, Commands& commands);
  std::optional<command::Launch> offer_one(Manager& manager, ExecutorId executor, Locality level,
                                           const View& view);
  command::LaunchReason reason(const Manager& manager, Locality locality) const;
  void forget_decided();
  void count_launch(TaskSetId id);
  void refresh_levels(const View& view);
  void find_alive_hosts(const View& view);
  void ask_for_wake(const View& view, Commands& commands);
  bool find_copies(const View& view);
  void remember_launches(const View& view, const Commands& commands);
  bool may_start(const Manager& manager, const View& view);
  std::optional<command::Launch> offer_copy(Manager& manager, ExecutorId executor, Locality allowed,
                                            const View& view);

  ApplicationId id_;
  std::unique_ptr<TaskSetOrder> order_;
  bool fixed_order_;
  LocalityConf locality_;
  bool racks_, pinned_;
  SpeculationConf speculation_;
  Exclusion exclusion_;
  Unschedulable unschedulable_;
  bool simple_;  // nothing but the order of task sets and their preferences matters
  ReviveTimer revive_;
  Time start_;
  Time revive_at_ = Time::never();   // asked to be woken then, to revive offers
  Time look_at_ = Time::never();     // then, to look for tasks to copy
  std::vector<TaskSetId> sets_;      // not gone; kept where speculation is on
  std::vector<std::unique_ptr<Manager>> managers_;  // by TaskSetId; null: gone
  std::vector<TaskSetId> local_sets_;               // those with preferences
  bool levels_stale_ = false;  // executors came or went since the levels were computed
  bool held_back_ = false;     // in this call a wait that will end kept tasks from free cores
  std::uint64_t draws_ = 0;  // of the OfferOrder stream

  // Launches decided in this call, by task set: not yet in the view.
  std::vector<std::uint32_t> launched_;
  std::vector<TaskSetId> launched_sets_;

  // Reused from round to round.
  std::vector<std::uint32_t> offer_;  // executors of the round, in its order
  std::vector<std::int32_t> free_;    // their free cores
  std::vector<TaskSetId> emptied_;
  std::vector<Locality> levels_;
  std::vector<bool> host_alive_;
};

void SparkTaskScheduler::task_set_ready(TaskSetId id, const View& view) {
  const TaskSetState& set = view.task_set(id);
  if (managers_.size() <= id.index()) managers_.resize(id.index() + 1);
  PendingTasks pending(set, view, racks_);
  std::vector<Locality> levels;
  if (!pending.plain()) find_alive_hosts(view);
  pending.levels(view.executors, host_alive_, levels);
  if (!pending.plain()) local_sets_.push_back(id);
  managers_[id.index()] = std::make_unique<Manager>(
      Manager{id, set.cpus, set.profile, set.barrier, std::move(pending),
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
  Manager& manager = *managers_[id.index()];
  manager.pending.drop(index);
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
      Manager& manager = *managers_[order[at].index()];
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
    free_.push_back(executor.phase == ExecutorPhase::Usable ? executor.free : 0);
    free_cores += free_.back();
  }
  emptied_.clear();
  for (const TaskSetId id : order_->round(view, launched_)) {
    if (free_cores <= 0 && !exclusion_.on()) break;
    Manager& manager = *managers_[id.index()];
    if (manager.barrier && !may_start(manager, view)) continue;
    const std::int64_t taken = offer_set(manager, view, all_resources, commands);
    free_cores -= taken;
    if (taken > 0)
      unschedulable_.launched(commands);
    else if (exclusion_.on() && !manager.barrier)
      unschedulable_.nothing_launched(id, manager.pending.next(), exclusion_, view, commands);
    if (!manager.waits()) emptied_.push_back(id);
  }
  for (const TaskSetId id : emptied_) order_->set_pending(id, false);
}

// A barrier stage starts with all its tasks or not at all (TaskSchedulerImpl.resourceOffers), most
// often when the revive timer offers all executors at once.
bool SparkTaskScheduler::may_start(const Manager& manager, const View& view) {
  std::int64_t slots = 0;
  for (std::size_t o = 0; o < free_.size(); ++o)
    if (view.executors[offer_[o]].profile == manager.profile) slots += free_[o] / manager.cpus;
  held_back_ |= slots < view.task_set(manager.id).tasks;
  return slots >= view.task_set(manager.id).tasks;
}

// Deals tasks of one set over the offers, level by level; returns the cores it took.
std::int64_t SparkTaskScheduler::offer_set(Manager& manager, const View& view, bool all_resources,
                                           Commands& commands) {
  const std::size_t before = commands.size();
  bool rejected = false;
  std::optional<Locality> best;
  levels_ = manager.wait.levels();
  for (const Locality level : levels_) {
    PassResult pass;
    do {
      pass = deal_pass(manager, level, view, commands);
      rejected |= pass.rejected;
      if (pass.best && (!best || *pass.best < *best)) best = pass.best;
    } while (pass.best && manager.waits());
    if (!manager.waits()) break;
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
PassResult SparkTaskScheduler::deal_pass(Manager& manager, Locality level, const View& view,
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
std::optional<command::Launch> SparkTaskScheduler::offer_one(Manager& manager, ExecutorId executor,
                                                             Locality level, const View& view) {
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
std::optional<command::Launch> SparkTaskScheduler::offer_copy(Manager& manager, ExecutorId executor,
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

command::LaunchReason SparkTaskScheduler::reason(const Manager& manager, Locality locality) const {
  if (manager.pending.plain()) return command::LaunchReason::NoPreference;
  if (pinned_) return command::LaunchReason::Pinned;
  if (locality <= Locality::NodeLocal) return command::LaunchReason::Preferred;
  return manager.wait.levels().front() == locality ? command::LaunchReason::NothingBetter
                                                   : command::LaunchReason::WaitExpired;
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
    Manager& manager = *managers_[id.index()];
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

}  // namespace

std::unique_ptr<TaskScheduler> make_task_scheduler(ApplicationId id,
                                                   const Application& application,
                                                   std::unique_ptr<TaskSetOrder> order) {
  return std::make_unique<SparkTaskScheduler>(id, application, std::move(order));
}

}  // namespace muster
