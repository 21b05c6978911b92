#include "models/autoscalers/emr_managed.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/autoscalers/scaling.h"

namespace muster {
namespace {

constexpr Parameter kEmrManagedParameters[] = {
    {.name = "evaluation",
     .type = ParameterType::Duration,
     .fallback = "10s",
     .doc = "How often it looks; the first look comes at random within this time",
     .source = "EMR management guide: metrics are evaluated every 5-10 s",
     .least = 0.001},
    {.name = "saturation",
     .type = ParameterType::Duration,
     .fallback = "120s",
     .doc = "So long containers must have been pending before machines are requested",
     .source = "EMR best practices: requested 2 min after saturation"},
    {.name = "boot",
     .type = ParameterType::Duration,
     .fallback = "330s",
     .doc = "From the request until a machine is RUNNING, the median",
     .source = "EMR best practices: 5-6 min"},
    {.name = "boot_sigma",
     .type = ParameterType::Number,
     .fallback = "0.07",
     .doc = "Spread of that, of the logarithm: nine machines of ten take 294 to 370 s",
     .source = "set so that most fall into the 5-6 min",
     .most = 3},
    {.name = "idle",
     .type = ParameterType::Duration,
     .fallback = "5min",
     .doc = "So long a machine must have been empty before it goes",
     .source = "assumed: EMR does not publish it"},
    {.name = "after_request",
     .type = ParameterType::Duration,
     .fallback = "5min",
     .doc = "No machine goes so soon after machines were requested",
     .source = "assumed: EMR does not publish it"},
    {.name = "hdfs_machines",
     .type = ParameterType::Count,
     .fallback = "0",
     .doc = "Core machines that the data in HDFS needs; 0: as many as it has replicas",
     .source = "EMR management guide: a graceful shrink keeps the replication factor"},
    {.name = "patience",
     .type = ParameterType::Duration,
     .fallback = "24h",
     .doc = "It stops looking when nothing at all has changed for so long",
     .source = "ours: a run in which nothing can happen must end"},
};

// dfs.replication as EMR sets it by the number of core machines that a cluster starts with.
std::int32_t hdfs_replicas(std::int32_t core_machines) {
  if (core_machines >= 10) return 3;
  return core_machines >= 4 ? 2 : 1;
}

class EmrManagedScaling final : public Autoscaler {
 public:
  explicit EmrManagedScaling(const Scenario& scenario)
      : specs_(scenario.cluster.nodes),
        parameters_(kEmrManagedParameters, scenario.cluster.autoscaler),
        evaluation_(parameters_.duration("evaluation")),
        clock_(evaluation_, parameters_.duration("patience")),
        orders_(parameters_.duration("boot"), parameters_.number("boot_sigma")) {}

  void decide(const View& view, ClusterCommands& commands) override {
    if (clock_.due(view, scan_phase(view, evaluation_))) {
      empty_.look(view);
      keep_shuffles(view);
      grow(view, commands);
      shrink(view, commands);
    }
    clock_.wake(view, commands);
  }

 private:
  bool is_core(const ScalingGroup& group) const { return specs_[group.row].role == "core"; }

  // Task groups first: they come and go without moving HDFS blocks. Core groups keep their least
  // number and what HDFS needs.
  std::vector<ScalingGroup> groups(const View& view) const {
    std::vector<ScalingGroup> groups = scaling_groups(view, specs_);
    std::stable_partition(groups.begin(), groups.end(),
                          [&](const ScalingGroup& group) { return !is_core(group); });
    for (ScalingGroup& group : groups) {
      if (!is_core(group)) continue;
      const auto needed = static_cast<std::int32_t>(parameters_.count("hdfs_machines"));
      group.least = std::max({group.least, needed, hdfs_replicas(specs_[group.row].count)});
    }
    return groups;
  }

  // Map outputs of a running job stay on a machine's disk, under the external shuffle service, when
  // their executor has gone: such a machine is not taken.
  void keep_shuffles(const View& view) {
    for (const ExecutorState& executor : view.executors)
      if (executor.active_map_outputs > 0 && executor.node < view.nodes.size())
        empty_.holds(executor.node);
  }

  bool saturated(const View& view) const {
    return std::ranges::any_of(view.states, [&](const ApplicationState& state) {
      return state.pending.count > 0 &&
             view.now - state.pending.since >= parameters_.duration("saturation");
    });
  }

  void grow(const View& view, ClusterCommands& commands) {
    if (!saturated(view)) return void(stuck_ = false);
    std::vector<ScalingDemand> demand = scaling_demand(view);
    for (const ScalingGroup& group : groups(view)) {
      if (demand.empty()) break;
      const ScalingPlan plan = scaling_plan(group, demand, group.room());
      if (plan.machines == 0) continue;
      orders_.order(group.row, plan.machines, Duration(), view, commands);
      last_request_ = view.now;
      commands.push_back(command::Note{
          "group " + specs_[group.row].name,
          fmt::format("{} requested: {} are pending", plan.machines, scaling_text(demand))});
      for (std::size_t d = 0; d < demand.size(); ++d) demand[d].count -= plan.placed[d];
      std::erase_if(demand, [](const ScalingDemand& each) { return each.count == 0; });
    }
    if (!demand.empty() && !stuck_)
      commands.push_back(command::Note{
          "autoscaler",
          scaling_text(demand) + " wait, and no group may grow or has machines large enough"});
    stuck_ = !demand.empty();
  }

  void shrink(const View& view, ClusterCommands& commands) const {
    if (last_request_.happened() &&
        view.now - last_request_ < parameters_.duration("after_request"))
      return;
    std::int64_t left = std::ssize(view.nodes);
    for (const ScalingGroup& group : groups(view))
      empty_.remove(view, group, parameters_.duration("idle"), left, commands);
  }

  std::span<const NodeSpec> specs_;
  Parameters parameters_;
  Duration evaluation_;
  ScalingClock clock_;
  MachineOrders orders_;
  EmptyMachines empty_;
  Time last_request_ = Time::never();
  bool stuck_ = false;  // said so already
};

}  // namespace

std::span<const Parameter> emr_managed_parameters() { return kEmrManagedParameters; }

std::unique_ptr<Autoscaler> make_emr_managed(const Scenario& scenario) {
  return std::make_unique<EmrManagedScaling>(scenario);
}

}  // namespace muster
