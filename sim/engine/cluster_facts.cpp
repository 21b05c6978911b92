// Executors and machines: registered, usable, leaving, gone.

#include <algorithm>
#include <utility>

#include "sim/base/check.h"
#include "sim/engine/simulation.h"

namespace muster {

// --- executors ---------------------------------------------------------------------------------

// Cores that no task can take, because GPUs and the like are used up before them, are never free.
void Simulation::limit_tasks(ExecutorState& executor) const {
  const ProfileNeeds& needs =
      drivers_[executor.application.index()].profiles[executor.profile];
  const std::int64_t most = needs.most_tasks * needs.cpus;
  executor.free = static_cast<std::int32_t>(std::min<std::int64_t>(executor.cores, most));
}

// The process of an executor has started and registers.
void Simulation::executor_started(FlightId id) {
  const ExecutorId executor = flights_[id.index()].executor;
  land(id);
  if (cluster_.state(executor).silent) return;
  const Driver& driver = drivers_[cluster_.state(executor).application.index()];
  push(std::max(now_, driver.cut_until), event::ExecutorAdded{executor});
}

bool Simulation::on(event::ExecutorAdded fact) {
  ExecutorState& executor = cluster_.state(fact.executor);
  if (executor.phase != ExecutorPhase::Expected) return false;
  cluster_.record(fact.executor).added = now_;
  executor.phase = ExecutorPhase::Registered;
  Driver& driver = drivers_[executor.application.index()];
  count_present(executor, 1);
  if (!driver.milestones.first_executor.happened()) driver.milestones.first_executor = now_;
  count_executors(executor.application);
  tell_allocator(driver);
  if (executor.granted.happened())
    push(now_ + executor.until_usable, event::ExecutorUsable{fact.executor});
  return false;
}

bool Simulation::on(event::ExecutorUsable fact) {
  ExecutorState& executor = cluster_.state(fact.executor);
  if (executor.phase != ExecutorPhase::Registered) return false;
  executor.phase = ExecutorPhase::Usable;
  executor.idle_since = now_;
  Driver& driver = drivers_[executor.application.index()];
  tell_allocator(driver);
  executors_changed(executor.application);
  offer(driver, fact.executor, executor);
  return true;
}

bool Simulation::on(event::ExecutorDraining fact) {
  ExecutorState& executor = cluster_.state(fact.executor);
  if (!executor.alive()) return false;
  executor.phase = ExecutorPhase::Draining;
  if (executor.running == 0)
    decommissioned(fact.executor);
  else
    executors_changed(executor.application);
  return true;
}

// The last task of an executor that leaves has ended.
void Simulation::decommissioned(ExecutorId id) {
  ExecutorState& executor = cluster_.state(id);
  if (executor.stopping) return;
  if (executor.node == kNone) {  // its life was given as a fact
    const Time until = cluster_.record(id).stays_until;
    if (until <= now_) return remove_executor(id);
    executor.stopping = true;
    return push(until, event::ExecutorRemoved{id});
  }
  executor.stopping = true;
  const Conf& conf = drivers_[executor.application.index()].input.application->conf;
  const bool moves = conf.flag("spark.storage.decommission.enabled", false);
  move_blocks(id);
  push(now_ + (moves ? kMigrationCheck : kDecommissionExit), event::ExecutorRemoved{id});
}

// BlockManagerDecommissioner moves blocks while the executor still runs tasks; those of its last
// tasks when these have ended.
void Simulation::move_blocks(ExecutorId id) {
  Driver& driver = drivers_[cluster_.state(id).application.index()];
  if (driver.input.application->conf.flag("spark.storage.decommission.enabled", false))
    driver.places.migrate(id, cluster_.executors());
}

bool Simulation::on(event::ExecutorRemoved fact) {
  const ExecutorState& executor = cluster_.state(fact.executor);
  if (!executor.alive()) return false;
  Driver& driver = drivers_[executor.application.index()];
  if (driver.ended.happened() && executor.node != kNone) return false;
  if (executor.phase == ExecutorPhase::Draining) move_blocks(fact.executor);
  const ExecutorRecord& record = cluster_.record(fact.executor);
  if (record.registers_failure)
    states_[executor.application.index()].executor_failures.push_back(now_);
  remove_executor(fact.executor);
  lose_attempts(fact.executor, cluster_.record(fact.executor).counts);
  return true;
}

void Simulation::remove_executor(ExecutorId id) {
  ExecutorState& executor = cluster_.state(id);
  Driver& driver = drivers_[executor.application.index()];
  const bool was_there = executor.phase != ExecutorPhase::Expected;
  executor.phase = ExecutorPhase::Gone;
  if (was_there) cluster_.record(id).removed = now_;
  if (was_there) count_present(executor, -1);
  if (executor.node != kNone && !outlives(id)) process_ended(id);
  count_executors(executor.application);
  manager_due_ = cluster_due_ = true;
  tell_allocator(driver);
  lose_outputs(driver, id);
  went_in_vain(driver);
  executors_changed(executor.application);
  driver.offer_all = true;  // executorLost revives offers
}

// From now on it may be that its process ends later than its driver believes.
void Simulation::outlive(ExecutorId id, Time process_ends) {
  if (!process_ends.happened()) return;
  cluster_.record(id).process_ends = process_ends;
  push(process_ends, event::ExecutorExited{id});
}

bool Simulation::outlives(ExecutorId id) const {
  const ExecutorRecord& record = cluster_.record(id);
  return !record.exited && record.process_ends.happened() && record.process_ends > now_;
}

// CoarseGrainedExecutorBackend exits with code 56 when spark.executor.heartbeat.maxFailures of its
// heartbeats have had no answer (Executor.reportHeartBeat, 3.5), or when its driver can tell it to.
bool Simulation::on(event::ExecutorExited fact) {
  const ExecutorState& executor = cluster_.state(fact.executor);
  if (cluster_.record(fact.executor).exited) return false;
  const Driver& driver = drivers_[executor.application.index()];
  const bool told = !executor.silent && now_ >= driver.cut_until;
  note("executor " + cluster_.record(fact.executor).id,
       told ? "is heard again and stopped: its driver had given it up"
            : "exits by itself with code 56: no answer to its heartbeats for so long");
  process_ended(fact.executor);
  return false;
}

// Its node is free, and its manager may put another in its place.
void Simulation::process_ended(ExecutorId id) {
  ExecutorState& executor = cluster_.state(id);
  if (std::exchange(cluster_.record(id).exited, true)) return;
  uncount_launched(id);
  release_node(executor);
  manager_due_ = cluster_due_ = true;
}

void Simulation::uncount_launched(ExecutorId id) {
  ExecutorRecord& record = cluster_.record(id);
  const ExecutorState& executor = cluster_.state(id);
  if (std::exchange(record.uncounted, true)) return;
  // The executors of an earlier attempt of the application are not among those that it has.
  if (record.app_attempt == drivers_[executor.application.index()].attempt)
    count_launched(executor, -1);
}

// The driver has it killed; its process goes later.
void Simulation::give_up_killed(ExecutorId id) {
  if (cluster_.state(id).node == kNone || !input_.cluster_manager) return;
  switch (input_.cluster_manager->killed_executor()) {
    case ClusterManager::KilledExecutor::Held:
      return;
    case ClusterManager::KilledExecutor::Replaced:
      uncount_launched(id);
      manager_due_ = true;
      return;
    case ClusterManager::KilledExecutor::GivenBack:
      return process_ended(id);
  }
}

// Once, however its end is told.
void Simulation::release_node(ExecutorState& executor) {
  if (executor.node >= cluster_.nodes().size()) return;
  NodeState& node = cluster_.node(executor.node);
  node.cores_used -= std::exchange(executor.charged_cores, 0);
  node.millis_used -= std::exchange(executor.charged_millis, 0);
  node.memory_used -= std::exchange(executor.charged_memory, 0);
  MUSTER_CHECK(node.cores_used >= 0 && node.memory_used >= 0, "a node was given back twice");
}

void Simulation::executors_changed(ApplicationId id) {
  drivers_[id.index()].input.scheduler->executors_changed(view_);
}

// --- machines ----------------------------------------------------------------------------------

void Simulation::add_node(const NodeInput& node, Time ready) {
  NodeState state;
  state.host = cluster_.host(node.name);
  state.group = node.group;
  state.cores = node.cores;
  state.memory = node.memory;
  if (input_.cluster_manager) {
    const auto kept = input_.cluster_manager->reserve(node.cores, node.memory);
    state.millis_reserved = kept.millis;
    state.memory -= kept.memory;
  }
  state.since = now_;
  state.slowness = node.slowness;
  const std::uint32_t row = cluster_.add(state);
  executors_on_.emplace_back();
  ++view_.nodes_version;
  const bool named = node.group < input_.groups.size();
  if (named) ++nodes_of_group_[node.group];
  node_spans_.push_back({.host = node.name,
                         .group = named ? input_.groups[node.group].name : "",
                         .ordered = std::max(now_, first_submission()),
                         .gone_reason = {}});
  if (ready < Time::never()) push(ready, event::NodeReady{row});
}

void Simulation::enter(NodeState& node, NodePhase phase) {
  const auto is_there = [](NodePhase p) {
    return p == NodePhase::Ready || p == NodePhase::Leaving;
  };
  nodes_there_ += is_there(phase) ? 1 : 0;
  nodes_there_ -= is_there(node.phase) ? 1 : 0;
  node.phase = phase;
  node.since = now_;
  ++view_.nodes_version;
}

bool Simulation::on(event::NodeReady fact) {
  NodeState& node = cluster_.node(fact.node);
  if (node.phase != NodePhase::Booting) return false;
  enter(node, NodePhase::Ready);
  node_spans_[fact.node].ready = now_;
  count_nodes();
  manager_due_ = cluster_due_ = true;
  return false;
}

bool Simulation::on(event::NodeGone fact) {
  NodeState& node = cluster_.node(fact.node);
  if (node.phase == NodePhase::Gone) return false;
  enter(node, NodePhase::Gone);
  NodeSpan& span = node_spans_[fact.node];
  span.gone = now_;
  note("node " + span.host, "leaves: " + span.gone_reason);
  count_nodes();
  manager_due_ = cluster_due_ = true;
  for (const ExecutorId id : executors_on_[fact.node]) {
    const ExecutorState& executor = cluster_.state(id);
    process_ended(id);
    Driver& driver = drivers_[executor.application.index()];
    if (!executor.alive() || driver.ended.happened()) continue;
    cluster_.record(id).removed_reason = span.gone_reason;
    remove_executor(id);
    lose_attempts(id, false);
  }
  lose_shuffle_files(fact.node);
  for (Driver& driver : drivers_) went_in_vain(driver);
  for (Driver& driver : drivers_)
    if (states_[id_of(driver).index()].driver_node == fact.node)
      lose_driver(driver, "node " + span.host + " is gone: " + span.gone_reason,
                  input_.cluster_manager->counts_lost_nodes());
  return true;
}

// What executors had written on the machine, those that left before too: not even a shuffle service
// survives it.
void Simulation::lose_shuffle_files(std::uint32_t node) {
  for (const ExecutorId id : executors_on_[node])
    drivers_[cluster_.state(id).application.index()].places.drop_outputs(id);
}

void Simulation::note(std::string subject, std::string text) {
  notes_.push_back({now_, std::move(subject), std::move(text)});
}

}  // namespace muster
