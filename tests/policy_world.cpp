#include "tests/policy_world.h"

#include <algorithm>
#include <variant>

#include "sim/base/check.h"

namespace muster {

ApplicationId PolicyWorld::add_application(std::string_view version, std::uint32_t target,
                                           Settings conf) {
  auto application = std::make_unique<Application>();
  application->name = "app" + std::to_string(applications.size());
  application->spark_version = version;
  for (const auto& [key, value] : conf) application->conf.set(key, value);
  applications.push_back(std::move(application));
  ApplicationState& state = states.emplace_back();
  state.submitted = state.registered = now;
  state.target = target;
  return ApplicationId(states.size() - 1);
}

ApplicationId PolicyWorld::submit_to_cluster(Settings conf) {
  const ApplicationId id = add_application("3.5.7", 0, conf);
  states.back().registered = Time::never();
  states.back().cluster_mode = true;
  return id;
}

void PolicyWorld::add_nodes(int count, std::int32_t cores, Bytes memory, std::uint32_t group) {
  for (int n = 0; n < count; ++n) {
    NodeState node;
    node.host = NodeId(nodes.size());
    node.group = group;
    node.cores = cores;
    node.memory = memory.count();
    node.phase = NodePhase::Ready;
    node.since = now;
    nodes.push_back(node);
    ready_at.push_back(Time::never());
  }
}

void PolicyWorld::set_pending(ApplicationId id, std::uint32_t count, std::int32_t cores,
                              Bytes memory) {
  apply(command::SetPending{
      .application = id, .count = count, .cores = cores, .memory = memory.count()});
}

std::size_t PolicyWorld::count_nodes(NodePhase phase) const {
  return static_cast<std::size_t>(std::ranges::count(nodes, phase, &NodeState::phase));
}

std::vector<Time> PolicyWorld::registrations() const {
  std::vector<Time> times;
  for (const Launched& each : launched) times.push_back(each.registers());
  std::ranges::sort(times);
  return times;
}

View PolicyWorld::view() const {
  pointers_.clear();
  for (const auto& application : applications) pointers_.push_back(application.get());
  View view;
  view.now = now;
  view.applications = pointers_;
  view.executors = executors;
  view.states = states;
  view.nodes = nodes;
  view.nodes_version = ++views_;  // a test may have changed any
  view.hosts = nodes.size();
  view.seed = seed;
  return view;
}

void PolicyWorld::decide(ClusterManager& manager) {
  manager_wakes = Time::never();
  ClusterCommands commands;
  manager.decide(view(), commands);
  apply(commands);
}

void PolicyWorld::decide(Autoscaler& autoscaler) {
  autoscaler_wakes = Time::never();
  ClusterCommands commands;
  autoscaler.decide(view(), commands);
  apply(commands);
}

void PolicyWorld::play(ClusterManager* manager, Autoscaler* autoscaler, Time until) {
  for (;;) {
    Time next = std::min(manager_wakes, autoscaler_wakes);
    for (const Time ready : ready_at) next = std::min(next, ready);
    if (next > until) break;
    now = next;
    bool came = false;
    for (std::size_t n = 0; n < nodes.size(); ++n) {
      if (ready_at[n] != now) continue;
      ready_at[n] = Time::never();
      nodes[n].phase = NodePhase::Ready;
      nodes[n].since = now;
      came = true;
    }
    if (manager && (came || manager_wakes == now)) decide(*manager);
    if (autoscaler && autoscaler_wakes == now) decide(*autoscaler);
  }
  now = until;
}

void PolicyWorld::apply(const ClusterCommands& commands) {
  for (const ClusterCommand& command : commands)
    std::visit(
        [&](const auto& each) {
          if constexpr (requires { this->apply(each); })
            apply(each);
          else
            MUSTER_CHECK(false, "a command that this world does not know");
        },
        command);
}

void PolicyWorld::apply(const command::LaunchExecutor& command) {
  NodeState& node = nodes[command.node];
  MUSTER_CHECK(node.fits(command.charged_cores, command.charged_memory, command.charged_millis),
               "the node is full");
  node.cores_used += command.charged_cores;
  node.millis_used += command.charged_millis;
  node.memory_used += command.charged_memory;
  node.has_image = true;
  ApplicationState& state = states[command.application.index()];
  ++state.launched;
  if (!state.profiles.empty()) ++state.profiles[command.profile].launched;
  launched.push_back({now, command});
}

void PolicyWorld::apply(const command::StartDriver& command) {
  nodes[command.node].cores_used += command.charged_cores;
  nodes[command.node].millis_used += command.charged_millis;
  nodes[command.node].memory_used += command.charged_memory;
  drivers.emplace_back(now, command);
}

void PolicyWorld::apply(const command::SetPending& command) {
  ApplicationState& state = states[command.application.index()];
  PendingContainers& pending =
      state.profiles.empty() ? state.pending : state.profiles[command.profile].pending;
  if (pending.count == 0) pending.since = now;
  pending.count = command.count;
  pending.cores = command.cores;
  pending.millis = command.millis;
  pending.groups = command.groups;
  pending.memory = command.memory;
}

void PolicyWorld::apply(const command::AddNode& command) {
  const auto [cores, memory] = group_sizes[command.group];
  add_nodes(1, cores, memory, command.group);
  nodes.back().phase = NodePhase::Booting;
  ready_at.back() = now + command.boot;
}

void PolicyWorld::apply(const command::RemoveNode& command) {
  nodes[command.node].phase = NodePhase::Gone;
  removed.emplace_back(now, command);
}

void PolicyWorld::apply(const command::WakeAt& command) {
  MUSTER_CHECK(command.at > now, "a wake that is not in the future");
  (command.who == command::Waker::Autoscaler ? autoscaler_wakes : manager_wakes) = command.at;
}

}  // namespace muster
