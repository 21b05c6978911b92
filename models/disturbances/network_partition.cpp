#include "models/disturbances/network_partition.h"

#include <array>
#include <string>
#include <vector>

#include "models/disturbances/moments.h"
#include "sim/scenario/quantity_text.h"

namespace muster {
namespace {

using PartitionType = ParameterType;

constexpr std::array kNetworkPartition = {
    Parameter{"at", PartitionType::Duration, "0s", "When it begins", "[K]"},
    Parameter{"lasts", PartitionType::Duration, "30s", "For how long", "[K]"},
    Parameter{"after", PartitionType::Text, "start",
              "What `at` counts from: the first application's start, or its first job", "[K]", 0, 0,
              Origin::kChoices},
};

class Partition final : public Disturbances {
 public:
  explicit Partition(const Parameters& given)
      : lasts_(given.duration("lasts")),
        origin_(given.text("after")),
        from_(given.duration("at")),
        until_(given.duration("at") + lasts_) {}

  void decide(const View& view, ClusterCommands& commands) override {
    const auto origin = origin_.get(view, commands);
    if (!origin) return;
    if (from_.reached(*origin, view, commands))
      note("cannot be reached by its client for " + duration_literal(lasts_) +
               ": noted, its effect is not simulated",
           view, commands);
    if (from_.is_past() && until_.reached(*origin, view, commands))
      note("can be reached by its client again", view, commands);
  }

  void missed(std::vector<std::string>& out) const override {
    if (const std::string what = from_.missed(); !what.empty())
      out.push_back("network_partition " + what);
  }

 private:
  // In cluster mode the driver stands beside its executors.
  static void note(const std::string& text, const View& view, ClusterCommands& commands) {
    bool client = false;
    for (const ApplicationState& state : view.states)
      client = client || (!state.cluster_mode && !state.ended.happened());
    if (client) commands.push_back(command::Note{"cluster", text});
  }

  Duration lasts_;
  Origin origin_;
  Moment from_, until_;
};

}  // namespace

std::span<const Parameter> network_partition_parameters() { return kNetworkPartition; }

std::unique_ptr<Disturbances> make_network_partition(const ModelChoice& choice, std::uint32_t,
                                                     const Scenario&) {
  return std::make_unique<Partition>(Parameters(kNetworkPartition, choice));
}

ModelFaults network_partition_faults(const ModelChoice&, const Scenario& scenario) {
  if (scenario.cluster.deploy_mode != "cluster") return {};
  return {{"", "has no effect in cluster mode: the driver stands beside its executors"}};
}

}  // namespace muster
