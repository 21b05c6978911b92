#include "models/autoscalers/cluster_autoscaler.h"

#include <fmt/format.h>

#include <optional>

#include "models/autoscalers/scaling.h"

namespace muster {
namespace {

constexpr Parameter kClusterAutoscalerParameters[] = {
    {.name = "scan_interval",
     .type = ParameterType::Duration,
     .fallback = "10s",
     .doc = "How often it looks; the first look comes at random within this time",
     .source = "Cluster Autoscaler FAQ (--scan-interval)",
     .least = 0.001},
    {.name = "boot",
     .type = ParameterType::Duration,
     .fallback = "120s",
     .doc = "From the order until a machine is ready, the median",
     .source = "spark-semantics 8.4: 2 minutes in AWS examples, 3-4 on GCE"},
    {.name = "boot_sigma",
     .type = ParameterType::Number,
     .fallback = "0.25",
     .doc = "Spread of that, of the logarithm: one machine in twenty takes over 181 s",
     .source = "set so that GCE's 3 minutes are the slowest twentieth",
     .most = 3},
    {.name = "expander",
     .type = ParameterType::Text,
     .fallback = "least-waste",
     .doc = "Which group grows where several would do; Kubernetes' own default is random",
     .source = "Cluster Autoscaler FAQ (--expander)",
     .choices = "least-waste|most-pods"},
    {.name = "unneeded",
     .type = ParameterType::Duration,
     .fallback = "10min",
     .doc = "So long a machine must have been empty before it goes",
     .source = "Cluster Autoscaler FAQ (--scale-down-unneeded-time)"},
    {.name = "after_add",
     .type = ParameterType::Duration,
     .fallback = "10min",
     .doc = "No machine goes so soon after one was ordered",
     .source = "Cluster Autoscaler FAQ (--scale-down-delay-after-add)"},
    {.name = "empty_at_once",
     .type = ParameterType::Count,
     .fallback = "10",
     .doc = "Machines that may go in one look",
     .source = "Cluster Autoscaler FAQ (--max-empty-bulk-delete)",
     .least = 1},
    {.name = "patience",
     .type = ParameterType::Duration,
     .fallback = "24h",
     .doc = "It stops looking when nothing at all has changed for so long",
     .source = "ours: a run in which nothing can happen must end"},
};

// Only empty machines go: executors are pods that no controller would start again, which the
// Cluster Autoscaler does not evict whatever a machine's utilisation is.
class ClusterAutoscaler final : public Autoscaler {
 public:
  explicit ClusterAutoscaler(const Scenario& scenario)
      : specs_(scenario.cluster.nodes),
        reserves_(scenario.cluster.manager),
        parameters_(kClusterAutoscalerParameters, scenario.cluster.autoscaler),
        scan_(parameters_.duration("scan_interval")),
        clock_(scan_, parameters_.duration("patience")),
        orders_(parameters_.duration("boot"), parameters_.number("boot_sigma")),
        most_pods_(parameters_.text("expander") == "most-pods") {}

  void decide(const View& view, ClusterCommands& commands) override {
    if (clock_.due(view, scan_phase(view, scan_))) {
      empty_.look(view);
      grow(view, commands);
      shrink(view, commands);
    }
    clock_.wake(view, commands);
  }

 private:
  struct Option {
    ScalingGroup group;
    ScalingPlan plan;
    std::int64_t placed = 0;
  };

  bool better(const Option& a, const Option& b) const {
    if (most_pods_ && a.placed != b.placed) return a.placed > b.placed;
    if (a.plan.waste < b.plan.waste || a.plan.waste > b.plan.waste)
      return a.plan.waste < b.plan.waste;
    return a.plan.machines < b.plan.machines;
  }

  // One group in each look; what is left waits for the next.
  void grow(const View& view, ClusterCommands& commands) {
    const std::vector<ScalingDemand> demand = scaling_demand(view);
    if (demand.empty()) return void(stuck_ = false);
    std::optional<Option> best;
    for (const ScalingGroup& group : scaling_groups(view, specs_, &reserves_)) {
      Option option{.group = group, .plan = scaling_plan(group, demand, group.room())};
      for (const std::int64_t placed : option.plan.placed) option.placed += placed;
      if (option.placed > 0 && (!best || better(option, *best))) best = option;
    }
    if (best) {
      order(*best, demand, view, commands);
    } else if (!stuck_) {
      commands.push_back(command::Note{
          "autoscaler",
          scaling_text(demand) + " wait, and no group may grow or has machines large enough"});
    }
    stuck_ = !best;
  }

  void order(const Option& option, std::span<const ScalingDemand> demand, const View& view,
             ClusterCommands& commands) {
    orders_.order(option.group.row, option.plan.machines, Duration(), view, commands);
    last_order_ = view.now;
    commands.push_back(command::Note{
        "group " + specs_[option.group.row].name,
        fmt::format("{} ordered: {} fit no node", option.plan.machines, scaling_text(demand))});
  }

  void shrink(const View& view, ClusterCommands& commands) {
    if (last_order_.happened() && view.now - last_order_ < parameters_.duration("after_add"))
      return;
    std::int64_t left = parameters_.count("empty_at_once");
    for (const ScalingGroup& group : scaling_groups(view, specs_, &reserves_))
      empty_.remove(view, group, parameters_.duration("unneeded"), left, commands);
  }

  std::span<const NodeSpec> specs_;
  KubernetesReserves reserves_;
  Parameters parameters_;
  Duration scan_;
  ScalingClock clock_;
  MachineOrders orders_;
  bool most_pods_;
  EmptyMachines empty_;
  Time last_order_ = Time::never();
  bool stuck_ = false;  // said so already
};

}  // namespace

std::span<const Parameter> cluster_autoscaler_parameters() { return kClusterAutoscalerParameters; }

std::unique_ptr<Autoscaler> make_cluster_autoscaler(const Scenario& scenario) {
  return std::make_unique<ClusterAutoscaler>(scenario);
}

}  // namespace muster
