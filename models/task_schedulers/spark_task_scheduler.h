// What TaskSchedulerImpl and its TaskSetManagers know between two rounds of offers. Task sets and
// copies are in task_scheduler.cpp, rounds in offers.cpp.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "models/task_schedulers/exclusion.h"
#include "models/task_schedulers/locality_wait.h"
#include "models/task_schedulers/pending_tasks.h"
#include "models/task_schedulers/revive_timer.h"
#include "models/task_schedulers/speculation.h"
#include "models/task_schedulers/task_set_order.h"
#include "models/task_schedulers/unschedulable.h"
#include "sim/engine/policy.h"
#include "sim/workload/application.h"

namespace muster {

// Spark's TaskSetManager, as far as launching goes.
struct TaskSetManager {
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

class SparkTaskScheduler final : public TaskScheduler {
 public:
  SparkTaskScheduler(ApplicationId id, const Application& app, std::unique_ptr<TaskSetOrder> order);

  void task_set_ready(TaskSetId id, const View& view) override;
  void task_set_gone(TaskSetId id) override;
  void task_pending(TaskSetId id, std::uint32_t index, const View& view) override;
  void executors_changed(const View&) override { levels_stale_ = true; }
  void decide(const View& view, const Offers& offers, Commands& commands) override;
  void task_not_needed(TaskSetId id, std::uint32_t index) override;
  bool wants_ends() const override { return speculation_.on || exclusion_.on(); }
  void attempt_ended(const EndedAttempt& attempt, const View& view) override;
  std::span<const Excluded> excluded() const override { return exclusion_.told(); }

 private:
  void offer_plain(std::span<const ExecutorId> freed, const View& view, Commands& commands);
  void round(const View& view, bool all_resources, Commands& commands);
  std::int64_t offer_set(TaskSetManager& manager, const View& view, bool all_resources,
                         Commands& commands);
  PassResult deal_pass(TaskSetManager& manager, Locality level, const View& view,
                       Commands& commands);
  std::optional<command::Launch> offer_one(TaskSetManager& manager, ExecutorId executor,
                                           Locality level, const View& view);
  command::LaunchReason reason(const TaskSetManager& manager, Locality locality) const;
  void forget_decided();
  void count_launch(TaskSetId id);
  void refresh_levels(const View& view);
  void find_alive_hosts(const View& view);
  void ask_for_wake(const View& view, Commands& commands);
  bool find_copies(const View& view);
  void remember_launches(const View& view, const Commands& commands);
  bool may_start(const TaskSetManager& manager, const View& view);
  void look_for_a_place(TaskSetManager& manager, const View& view, Commands& commands);
  bool is_killed(ExecutorId id) const { return std::ranges::find(killed_, id) != killed_.end(); }
  std::optional<command::Launch> offer_copy(TaskSetManager& manager, ExecutorId executor,
                                            Locality allowed, const View& view);

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
  std::vector<std::unique_ptr<TaskSetManager>> managers_;  // by TaskSetId; null: gone
  std::vector<TaskSetId> local_sets_;               // those with preferences
  bool levels_stale_ = false;  // executors came or went since the levels were computed
  bool held_back_ = false;     // in this call a wait that will end kept tasks from free cores
  std::uint64_t draws_ = 0;  // of the OfferOrder stream

  // Launches decided in this call, by task set: not yet in the view.
  std::vector<std::uint32_t> launched_;
  std::vector<TaskSetId> launched_sets_;
  std::vector<ExecutorId> killed_;  // decided in this call, too

  // Reused from round to round.
  std::vector<std::uint32_t> offer_;  // executors of the round, in its order
  std::vector<std::int32_t> free_;    // their free cores
  std::vector<TaskSetId> emptied_;
  std::vector<Locality> levels_;
  std::vector<bool> host_alive_;
};

}  // namespace muster
