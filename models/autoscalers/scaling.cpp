#include "models/autoscalers/scaling.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "sim/base/fingerprint.h"
#include "sim/base/words.h"

namespace muster {
namespace {

struct ScalingRoom {
  std::int64_t millis;
  std::int64_t memory;
  std::uint32_t group;
};

// How many of the demand's containers the room takes.
std::int64_t scaling_fits(const ScalingRoom& room, const ScalingDemand& demand) {
  if (!demand.may_use(room.group)) return 0;
  std::int64_t count = std::numeric_limits<std::int64_t>::max();
  if (demand.all_millis() > 0) count = std::min(count, room.millis / demand.all_millis());
  if (demand.memory > 0) count = std::min(count, room.memory / demand.memory);
  return std::max<std::int64_t>(count, 0);
}

std::int64_t scaling_fill(ScalingRoom& room, const ScalingDemand& demand, std::int64_t count) {
  const std::int64_t taken = std::min(count, scaling_fits(room, demand));
  room.millis -= taken * demand.all_millis();
  room.memory -= taken * demand.memory;
  return taken;
}

bool scaling_alive(const NodeState& node) {
  return node.phase == NodePhase::Booting || node.phase == NodePhase::Ready;
}

double scaling_waste(const ScalingGroup& group, std::span<const ScalingRoom> rooms) {
  double free = 0;
  for (const ScalingRoom& room : rooms)
    free += static_cast<double>(room.millis) /
                static_cast<double>(std::max<std::int64_t>(group.all_millis(), 1)) +
            static_cast<double>(room.memory) /
                static_cast<double>(std::max<std::int64_t>(group.memory, 1));
  return rooms.empty() ? 0 : free / (2 * static_cast<double>(rooms.size()));
}

// Everything whose change shows that the run is going on.
std::uint64_t scaling_progress(const View& view) {
  Fingerprint print;
  const auto add = [&](auto value) { print.add(static_cast<std::uint64_t>(value)); };
  for (const NodeState& node : view.nodes) add(node.phase), add(node.free_millis());
  for (const ApplicationState& state : view.states) {
    add(state.submitted.in_micros()), add(state.registered.in_micros());
    add(state.ended.in_micros());
    add(state.target), add(state.launched), add(state.present), add(state.pending.count);
    for (const TaskSetId set : state.active_sets)
      add(set.index()), add(view.task_set(set).unfinished), add(view.task_set(set).running);
  }
  return print.value();
}

}  // namespace

std::vector<ScalingDemand> scaling_demand(const View& view) {
  std::vector<ScalingDemand> demand;
  const auto add = [&](const PendingContainers& pending) {
    if (pending.count > 0)
      demand.push_back({.count = pending.count,
                        .cores = pending.cores,
                        .memory = pending.memory,
                        .millis = pending.millis,
                        .groups = pending.groups});
  };
  for (const ApplicationState& state : view.states) {
    if (state.profiles.empty()) add(state.pending);
    for (const ProfileState& profile : state.profiles) add(profile.pending);
  }
  std::ranges::stable_sort(demand, [](const ScalingDemand& a, const ScalingDemand& b) {
    return a.all_millis() != b.all_millis() ? a.all_millis() > b.all_millis()
                                            : a.memory > b.memory;
  });
  std::vector<ScalingRoom> rooms;
  for (const NodeState& node : view.nodes)
    if (scaling_alive(node))
      rooms.push_back({node.free_millis(), node.memory - node.memory_used, node.group});
  for (ScalingDemand& each : demand)
    for (ScalingRoom& room : rooms) each.count -= scaling_fill(room, each, each.count);
  std::erase_if(demand, [](const ScalingDemand& each) { return each.count == 0; });
  return demand;
}

std::int64_t scaling_count(std::span<const ScalingDemand> demand) {
  std::int64_t count = 0;
  for (const ScalingDemand& each : demand) count += each.count;
  return count;
}

std::string scaling_text(std::span<const ScalingDemand> demand) {
  const std::int64_t count = scaling_count(demand);
  return fmt::format("{} container{} of {:g} cores and {} MiB", count, count == 1 ? "" : "s",
                     static_cast<double>(demand.front().all_millis()) / 1000,
                     demand.front().memory / Bytes::mib(1).count());
}

std::vector<ScalingGroup> scaling_groups(const View& view, std::span<const NodeSpec> specs,
                                         const KubernetesReserves* reserves) {
  std::vector<ScalingGroup> groups;
  for (std::size_t row = 0; row < specs.size(); ++row) {
    const NodeSpec& spec = specs[row];
    if (spec.max_count <= 0) continue;
    ScalingGroup group{.row = static_cast<std::uint32_t>(row),
                       .cores = spec.cores,
                       .memory = spec.memory.count(),
                       .least = spec.min_count,
                       .most = spec.max_count};
    if (reserves) {
      const auto kept = reserves->of(spec.cores, spec.memory.count());
      group.memory -= kept.memory;
      group.reserved = kept.millis;
    }
    for (const NodeState& node : view.nodes) {
      if (node.group != row) continue;
      group.cores = node.cores, group.memory = node.memory;
      group.reserved = node.millis_reserved;
      group.machines += scaling_alive(node);
    }
    groups.push_back(group);
  }
  return groups;
}

ScalingPlan scaling_plan(const ScalingGroup& group, std::span<const ScalingDemand> demand,
                         std::int32_t most) {
  ScalingPlan plan;
  std::vector<ScalingRoom> rooms;
  for (const ScalingDemand& each : demand) {
    std::int64_t left = each.count;
    for (ScalingRoom& room : rooms) left -= scaling_fill(room, each, left);
    while (left > 0 && std::ssize(rooms) < most) {
      ScalingRoom room{group.all_millis(), group.memory, group.row};
      const std::int64_t taken = scaling_fill(room, each, left);
      if (taken == 0) break;
      rooms.push_back(room);
      left -= taken;
    }
    plan.placed.push_back(each.count - left);
  }
  plan.machines = static_cast<std::int32_t>(rooms.size());
  plan.waste = scaling_waste(group, rooms);
  return plan;
}

void EmptyMachines::look(const View& view) {
  since_.resize(view.nodes.size(), Time::never());
  for (std::size_t n = 0; n < since_.size(); ++n) {
    const NodeState& node = view.nodes[n];
    const bool empty = node.phase == NodePhase::Ready && node.empty();
    if (!empty) since_[n] = Time::never();
    if (empty && !since_[n].happened()) since_[n] = view.now;
  }
}

void EmptyMachines::remove(const View& view, const ScalingGroup& group, Duration after,
                           std::int64_t& left, ClusterCommands& commands) const {
  std::int32_t spare = group.machines - group.least;
  for (std::size_t n = 0; n < since_.size() && spare > 0 && left > 0; ++n) {
    if (view.nodes[n].group != group.row || !since_[n].happened()) continue;
    const Duration time = view.now - since_[n];
    if (time == Duration() || time < after) continue;
    commands.push_back(
        command::RemoveNode{.node = static_cast<std::uint32_t>(n),
                            .notice = Duration(),
                            .decommissions = false,
                            .reason = "empty for " + duration_text(time)});
    --spare, --left;
  }
}

bool ScalingClock::due(const View& view, Duration phase) {
  if (!next_.happened()) next_ = view.now + phase, changed_ = view.now;
  if (view.now < next_) return false;
  while (next_ <= view.now) next_ += period_;
  return true;
}

bool ScalingClock::worth_waiting(const View& view) {
  const std::uint64_t seen = scaling_progress(view);
  if (seen != seen_) seen_ = seen, changed_ = view.now;
  if (view.now - changed_ >= patience_) return false;
  return std::ranges::any_of(view.states,
                             [](const ApplicationState& state) { return !state.ended.happened(); });
}

void ScalingClock::wake(const View& view, ClusterCommands& commands) {
  if (worth_waiting(view))
    commands.push_back(
        command::WakeAt{.application = {}, .at = next_, .who = command::Waker::Autoscaler});
}

void MachineOrders::order(std::uint32_t group, std::int32_t count, Duration before,
                          const View& view, ClusterCommands& commands) {
  for (std::int32_t machine = 0; machine < count; ++machine) {
    // Entity 0 is the scan's phase.
    const Stream stream = view.stream(Purpose::NodeBoot, ++ordered_);
    const double boot = stream.lognormal(0, median_.in_seconds(), sigma_);
    commands.push_back(
        command::AddNode{.group = group, .boot = before + Duration::from_seconds(boot)});
  }
}

Duration scan_phase(const View& view, Duration period) {
  return Duration::from_seconds(period.in_seconds() * view.stream(Purpose::NodeBoot, 0).uniform(0));
}

}  // namespace muster
