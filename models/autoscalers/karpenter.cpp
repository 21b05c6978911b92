#include "models/autoscalers/karpenter.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "models/autoscalers/scaling.h"

namespace muster {
namespace {

constexpr Parameter kKarpenterParameters[] = {
    {.name = "batch_idle",
     .type = ParameterType::Duration,
     .fallback = "1s",
     .doc = "It decides when no pod was added for so long; it also looks so often",
     .source = "karpenter options.go (BATCH_IDLE_DURATION)",
     .least = 0.001},
    {.name = "batch_max",
     .type = ParameterType::Duration,
     .fallback = "10s",
     .doc = "It decides at the latest so long after the first pending pod",
     .source = "karpenter options.go (BATCH_MAX_DURATION)"},
    {.name = "decision",
     .type = ParameterType::Duration,
     .fallback = "12s",
     .doc = "From the end of the batch until the machines are ordered",
     .source = "13 s from pending to NodeClaim (DOE ray-batch-inference); 2 s in node-latency"},
    {.name = "boot",
     .type = ParameterType::Duration,
     .fallback = "40s",
     .doc = "From the order until a machine is ready, the median",
     .source = "DOE ray-batch-inference; 22-24 s in node-latency, 70-90 s in users' reports"},
    {.name = "boot_sigma",
     .type = ParameterType::Number,
     .fallback = "0.4",
     .doc = "Spread of that, of the logarithm: nine machines of ten take 21 to 77 s",
     .source = "covers the figures in provisioning_latency.tsv",
     .most = 3},
    {.name = "consolidate_after",
     .type = ParameterType::Duration,
     .fallback = "0s",
     .doc = "So long a machine must have been empty before it goes",
     .source = "karpenter nodepool.go (consolidateAfter)"},
    {.name = "disruption_interval",
     .type = ParameterType::Duration,
     .fallback = "10s",
     .doc = "How often it looks for empty machines; one goes when it is empty in two looks",
     .source = "its 10 s loop, and the check once more before a removal",
     .least = 0.001},
    {.name = "patience",
     .type = ParameterType::Duration,
     .fallback = "24h",
     .doc = "It stops looking when nothing at all has changed for so long",
     .source = "ours: a run in which nothing can happen must end"},
};

// Only empty machines go: Spark's users forbid the eviction of executors (do-not-disrupt).
class Karpenter final : public Autoscaler {
 public:
  explicit Karpenter(const Scenario& scenario)
      : specs_(scenario.cluster.nodes),
        reserves_(scenario.cluster.manager),
        parameters_(kKarpenterParameters, scenario.cluster.autoscaler),
        idle_(parameters_.duration("batch_idle")),
        most_(parameters_.duration("batch_max")),
        clock_(idle_, parameters_.duration("patience")),
        orders_(parameters_.duration("boot"), parameters_.number("boot_sigma")) {}

  void decide(const View& view, ClusterCommands& commands) override {
    if (clock_.due(view, idle_)) {
      grow(view, commands);
      shrink(view, commands);
    }
    clock_.wake(view, commands);
  }

 private:
  // Whether the batch of pending pods is complete.
  bool gathered(const View& view, std::int64_t count) {
    if (count == 0) return first_ = Time::never(), false;
    if (!first_.happened()) {
      first_ = last_ = view.now;
      for (const ApplicationState& state : view.states)
        if (state.pending.count > 0) first_ = std::min(first_, state.pending.since);
      last_ = first_;
    } else if (count != count_) {
      last_ = view.now;
    }
    count_ = count;
    return view.now - last_ >= idle_ || view.now - first_ >= most_;
  }

  void grow(const View& view, ClusterCommands& commands) {
    std::vector<ScalingDemand> demand = scaling_demand(view);
    if (!gathered(view, scaling_count(demand))) return;
    first_ = Time::never();
    std::vector<ScalingGroup> groups = scaling_groups(view, specs_, &reserves_);
    while (!demand.empty())
      if (!order_cheapest(groups, demand, view, commands)) break;
    if (!demand.empty() && !stuck_)
      commands.push_back(command::Note{
          "autoscaler",
          scaling_text(demand) + " wait, and no group may grow or has machines large enough"});
    stuck_ = !demand.empty();
  }

  // Cores bought for each container stand for the price, which goes with them within a family.
  static double price(const ScalingGroup& group, const ScalingPlan& plan) {
    std::int64_t placed = 0;
    for (const std::int64_t each : plan.placed) placed += each;
    return static_cast<double>(group.cores) * plan.machines / static_cast<double>(placed);
  }

  bool order_cheapest(std::vector<ScalingGroup>& groups, std::vector<ScalingDemand>& demand,
                      const View& view, ClusterCommands& commands) {
    ScalingGroup* best = nullptr;
    ScalingPlan plan;
    for (ScalingGroup& group : groups) {
      ScalingPlan other = scaling_plan(group, demand, group.room());
      if (other.machines == 0) continue;
      if (best && price(group, other) >= price(*best, plan)) continue;
      best = &group;
      plan = std::move(other);
    }
    if (!best) return false;
    orders_.order(best->row, plan.machines, parameters_.duration("decision"), view, commands);
    commands.push_back(command::Note{
        "group " + specs_[best->row].name,
        fmt::format("{} ordered: {} fit no node", plan.machines, scaling_text(demand))});
    best->machines += plan.machines;
    for (std::size_t d = 0; d < demand.size(); ++d) demand[d].count -= plan.placed[d];
    std::erase_if(demand, [](const ScalingDemand& each) { return each.count == 0; });
    return true;
  }

  void shrink(const View& view, ClusterCommands& commands) {
    if (disruption_.happened() && view.now < disruption_) return;
    disruption_ = view.now + parameters_.duration("disruption_interval");
    empty_.look(view);
    std::int64_t left = std::ssize(view.nodes);
    for (const ScalingGroup& group : scaling_groups(view, specs_, &reserves_))
      empty_.remove(view, group, parameters_.duration("consolidate_after"), left, commands);
  }

  std::span<const NodeSpec> specs_;
  KubernetesReserves reserves_;
  Parameters parameters_;
  Duration idle_, most_;
  ScalingClock clock_;
  MachineOrders orders_;
  EmptyMachines empty_;
  Time disruption_ = Time::never();    // its next look
  Time first_ = Time::never(), last_;  // when the first and the last pod of the batch came
  std::int64_t count_ = 0;
  bool stuck_ = false;  // said so already
};

}  // namespace

std::span<const Parameter> karpenter_parameters() { return kKarpenterParameters; }

std::unique_ptr<Autoscaler> make_karpenter(const Scenario& scenario) {
  return std::make_unique<Karpenter>(scenario);
}

}  // namespace muster
