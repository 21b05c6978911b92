// What the policies of the cluster decide, carried out.

#include <algorithm>
#include <charconv>

#include "sim/base/check.h"
#include "sim/engine/simulation.h"

namespace muster {

// Allocators first, because what they wish is what managers grant; autoscalers see what these could
// not place. Each round's wishes are met at the same instant.
void Simulation::decide_cluster() {
  cluster_due_ = false;
  if (WakerState& due = wakers_[waker(command::Waker::Disturbances, {})]; due.due) {
    due.due = false;
    if (input_.disturbances) ask([&](auto& out) { input_.disturbances->decide(view_, out); });
  }
  for (Driver& driver : drivers_) {
    WakerState& due = wakers_[waker(command::Waker::ExecutorAllocator, id_of(driver))];
    if (!due.due && !driver.allocator_due) continue;
    due.due = driver.allocator_due = false;
    const bool works = driver.input.allocator && states_[id_of(driver).index()].wants_executors();
    if (works) ask([&](auto& out) { driver.input.allocator->decide(view_, out); });
  }
  WakerState& manager = wakers_[waker(command::Waker::ClusterManager, {})];
  if (manager.due || manager_due_) {
    manager.due = manager_due_ = false;
    if (input_.cluster_manager) ask([&](auto& out) { input_.cluster_manager->decide(view_, out); });
  }
  WakerState& scaler = wakers_[waker(command::Waker::Autoscaler, {})];
  if (scaler.due) {
    scaler.due = false;
    if (input_.autoscaler) ask([&](auto& out) { input_.autoscaler->decide(view_, out); });
  }
}

template <class Policy>
void Simulation::ask(Policy policy) {
  cluster_commands_.clear();
  refresh_view();
  policy(cluster_commands_);
  act(cluster_commands_);
}

void Simulation::act(const ClusterCommands& commands) {
  for (const ClusterCommand& command : commands)
    std::visit([this](const auto& c) { act(c); }, command);
  refresh_view();
}

std::size_t Simulation::waker(command::Waker who, ApplicationId application) const {
  using enum command::Waker;
  const std::size_t shared = 2 * drivers_.size();
  switch (who) {
    case TaskScheduler: return 2 * application.index();
    case ExecutorAllocator: return 2 * application.index() + 1;
    case ClusterManager: return shared;
    case Autoscaler: return shared + 1;
    case Disturbances: return shared + 2;
  }
  return shared;
}

void Simulation::act(const command::WakeAt& wake) {
  MUSTER_CHECK(wake.at > now_, "a policy asked to be woken in the past");
  const std::size_t row = waker(wake.who, wake.application);
  WakerState& state = wakers_[row];
  if (state.next > now_ && state.next <= wake.at) return;
  state.next = wake.at;
  push(wake.at, event::Wake{static_cast<std::uint32_t>(row)});
  ++ticks_;
}

bool Simulation::on(event::Wake fact) {
  --ticks_;
  WakerState& state = wakers_[fact.waker];
  if (state.next != now_) return false;  // an earlier wake took its place
  state.next = Time::never();
  const bool of_scheduler = fact.waker < 2 * drivers_.size() && fact.waker % 2 == 0;
  if (of_scheduler) {
    drivers_[fact.waker / 2].woken = true;
    return true;
  }
  state.due = cluster_due_ = true;
  return false;
}

// --- executors ---------------------------------------------------------------------------------

void Simulation::act(const command::AddExecutor& add) {
  const ExecutorSpec& spec = input_.executors[add.spec];
  std::string name = spec.id.empty() ? std::to_string(add.spec) : spec.id;
  const NodeId host = cluster_.host(spec.host.empty() ? "host-" + name : spec.host);
  const NodeId blocks =
      spec.block_manager_host.empty() ? host : cluster_.host(spec.block_manager_host);
  const ExecutorId id = cluster_.add({.id = std::move(name),
                                      .removed_reason = spec.removed_reason,
                                      .counts = true},
                                     host, blocks, add.application, spec.cores);
  const std::string& text = cluster_.record(id).id;
  const char* const end = text.data() + text.size();
  std::int64_t number = -1;
  if (std::from_chars(text.data(), end, number).ptr == end) cluster_.state(id).number = number;
  cluster_.state(id).profile =
      profile_row(*applications_[add.application.index()], spec.resource_profile);
  limit_tasks(cluster_.state(id));
  push(add.registered, event::ExecutorAdded{id});
  push(std::max(add.usable, add.registered), event::ExecutorUsable{id});
  if (add.removed.happened() && add.drains) {
    cluster_.record(id).stays_until = add.removed;
    const Time last = std::max(add.usable, add.removed - add.killed_before);
    push(std::min(add.removed, last), event::ExecutorDraining{id});
  }
  if (add.removed.happened() && !add.drains) push(add.removed, event::ExecutorRemoved{id});
  refresh_view();
}

void Simulation::act(const command::LaunchExecutor& launch) {
  MUSTER_CHECK(launch.node < cluster_.nodes().size(), "an executor on no node");
  NodeState& node = cluster_.node(launch.node);
  node.cores_used += launch.charged_cores;
  node.millis_used += launch.charged_millis;
  node.memory_used += launch.charged_memory;
  node.has_image = true;
  Driver& driver = drivers_[launch.application.index()];
  const std::int64_t number =
      launch.number >= 0 ? std::int64_t{launch.number} : std::int64_t{driver.next_executor++};
  const ExecutorId id = cluster_.add({.id = std::to_string(number), .removed_reason = {}},
                                     node.host, node.host, launch.application, launch.cores);
  ExecutorState& executor = cluster_.state(id);
  executor.node = launch.node;
  executor.profile = launch.profile;
  limit_tasks(executor);
  executor.number = number;
  executor.charged_cores = launch.charged_cores;
  executor.charged_millis = launch.charged_millis;
  executor.charged_memory = launch.charged_memory;
  executor.granted = now_;
  cluster_.record(id).app_attempt = driver.attempt;
  executor.until_usable = launch.usable;
  executors_on_[launch.node].push_back(id);
  count_launched(executor, 1);
  refresh_view();

  const FlightId flight = free_flight();
  flights_[flight.index()] = {.attempt = {}, .task_set = {}, .executor = id, .handling = {}};
  plan_.phase_count = 1;
  plan_.phases[0] = {.delay = launch.start};
  if (launch.start_cpu > 0) {
    plan_.phase_count = 2;
    plan_.phases[1] = {.delay = {},
                       .amount = launch.start_cpu,
                       .resources = {shared_cpu_},
                       .cap = Rate::per_second(launch.start_cores)};
  }
  start_phases(flight, plan_, now_);
}

void Simulation::act(const command::StopExecutor& stop) {
  ExecutorState& executor = cluster_.state(stop.executor);
  if (!executor.alive()) return;
  ExecutorRecord& record = cluster_.record(stop.executor);
  record.removed_reason = stop.reason;
  record.counts = stop.how == command::StopHow::Crash;
  record.registers_failure = record.counts && stop.registers_failure;
  outlive(stop.executor, stop.process_ends);
  if (stop.how == command::StopHow::Decommission) {
    push(now_ + stop.after, event::ExecutorDraining{stop.executor});
    return;
  }
  if (stop.how == command::StopHow::Kill) {
    executor.stopping = true;
    give_up_killed(stop.executor);
    executors_changed(executor.application);
  }
  push(now_ + stop.after, event::ExecutorRemoved{stop.executor});
}

void Simulation::act(const command::MarkUnschedulable& mark) {
  TaskSetState& set = task_sets_[mark.task_set.index()];
  set.unschedulable = mark.unschedulable;
  tell_allocator(driver_of(set));
}

void Simulation::act(const command::KillExecutor& kill) {
  act(command::StopExecutor{.executor = kill.executor,
                            .how = command::StopHow::Kill,
                            .after = kill.after,
                            .reason = "Executor killed by driver."});
}

void Simulation::act(const command::RequestExecutors& request) {
  ApplicationState& state = states_[request.application.index()];
  std::uint32_t& target =
      state.profiles.empty() ? state.target : state.profiles[request.profile].target;
  if (target == request.total) return;
  target = request.total;
  manager_due_ = true;
  if (state.profiles.empty()) return;
  state.target = 0;
  for (const ProfileState& profile : state.profiles) state.target += profile.target;
}

void Simulation::act(const command::SetPending& pending) {
  const auto set = [&](PendingContainers& state, std::uint32_t count) {
    const Time since = state.count > 0 ? state.since : now_;
    state = {.count = count,
             .cores = pending.cores,
             .memory = pending.memory,
             .since = since,
             .millis = pending.millis,
             .groups = pending.groups};
  };
  ApplicationState& state = states_[pending.application.index()];
  if (state.profiles.empty()) return set(state.pending, pending.count);
  set(state.profiles[pending.profile].pending, pending.count);
  std::uint32_t all = 0;
  for (const ProfileState& profile : state.profiles) all += profile.pending.count;
  set(state.pending, all);
}

void Simulation::act(const command::StartDriver& start) {
  Driver& driver = drivers_[start.application.index()];
  NodeState& node = cluster_.node(start.node);
  node.cores_used += start.charged_cores;
  node.millis_used += start.charged_millis;
  node.memory_used += start.charged_memory;
  node.has_image = true;
  driver.driver_cores = start.charged_cores;
  driver.driver_millis = start.charged_millis;
  driver.driver_memory = start.charged_memory;
  states_[start.application.index()].driver_node = start.node;
  driver.milestones.driver_place = cluster_.host_name(node.host);
  note("driver", "is placed on " + driver.milestones.driver_place);
  push(now_ + start.start, event::ApplicationStart{start.application});
}

// --- machines ----------------------------------------------------------------------------------

void Simulation::act(const command::AddNode& add) {
  MUSTER_CHECK(add.group < input_.groups.size(), "a node of no group");
  const NodeSpec& group = input_.groups[add.group];
  add_node({.name = group.name + "-" + std::to_string(nodes_of_group_[add.group] + 1),
            .group = add.group,
            .cores = group.cores,
            .memory = group.memory.count(),
            .starts_at = {}},
           now_ + add.boot);
}

void Simulation::act(const command::RemoveNode& remove) {
  NodeState& node = cluster_.node(remove.node);
  if (node.phase == NodePhase::Gone) return;
  node_spans_[remove.node].gone_reason = remove.reason;
  enter(node, NodePhase::Leaving);
  if (!remove.silent) manager_due_ = cluster_due_ = true;  // it is told of the notice
  if (remove.silent)
    for (const ExecutorId id : executors_on_[remove.node])
      drivers_[cluster_.state(id).application.index()].places.silence(id);
  if (!remove.silent && remove.notice > Duration())
    note("node " + node_spans_[remove.node].host, "is told to go: " + remove.reason);
  if (remove.decommissions)
    for (const ExecutorId id : executors_on_[remove.node])
      if (cluster_.state(id).alive())
        act(command::StopExecutor{.executor = id,
                                  .how = command::StopHow::Decommission,
                                  .after = {},
                                  .reason = remove.reason});
  push(now_ + remove.notice, event::NodeGone{remove.node});
}

void Simulation::act(const command::Refuse& refuse) {
  Driver& driver = drivers_[refuse.application.index()];
  driver.failure = refuse.reason;
  end_application(driver);
}

void Simulation::act(const command::EndDriver& end) {
  Driver& driver = drivers_[end.application.index()];
  lose_driver(driver, end.reason, true);
  if (driver.ended.happened()) driver.failure = end.reason;
}

void Simulation::act(const command::SlowNode& slow) {
  cluster_.node(slow.node).slowness = slow.slowness;
}

void Simulation::act(const command::SilenceExecutor& silence) {
  cluster_.state(silence.executor).silent = true;
  Driver& driver = drivers_[cluster_.state(silence.executor).application.index()];
  if (!driver.keeps_outputs) driver.places.silence(silence.executor);
  outlive(silence.executor, silence.process_ends);
}

void Simulation::act(const command::CutOff& cut) {
  Driver& driver = drivers_[cut.application.index()];
  driver.cut_until = std::max(driver.cut_until, cut.until);
}

void Simulation::act(const command::Note& given) { note(given.subject, given.text); }

// --- counters ----------------------------------------------------------------------------------

void Simulation::count(std::uint32_t ApplicationState::*all, std::uint32_t ProfileState::*one,
                       const ExecutorState& executor, std::int32_t more) {
  ApplicationState& state = states_[executor.application.index()];
  const auto add = [more](std::uint32_t& count) {
    if (more > 0 || count > 0) count += static_cast<std::uint32_t>(more);
  };
  add(state.*all);
  if (!state.profiles.empty()) add(state.profiles[executor.profile].*one);
}

void Simulation::count_launched(const ExecutorState& executor, std::int32_t more) {
  count(&ApplicationState::launched, &ProfileState::launched, executor, more);
}

void Simulation::count_present(const ExecutorState& executor, std::int32_t more) {
  count(&ApplicationState::present, &ProfileState::present, executor, more);
}

void Simulation::count_executors(ApplicationId id) {
  Driver& driver = drivers_[id.index()];
  const auto present = static_cast<double>(states_[id.index()].present);
  if (!driver.executor_count.empty() && driver.executor_count.back().first == now_)
    driver.executor_count.back().second = present;
  else
    driver.executor_count.emplace_back(now_, present);
}

void Simulation::count_nodes() {
  const double ready = nodes_there_;
  if (!node_count_.points.empty() && node_count_.points.back().first == now_)
    node_count_.points.back().second = ready;
  else
    node_count_.points.emplace_back(now_, ready);
}

std::vector<NodeSpan> Simulation::nodes() const { return node_spans_; }

}  // namespace muster
