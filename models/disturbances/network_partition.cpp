#include "models/disturbances/network_partition.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "models/disturbances/heartbeats.h"
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
    if (from_.reached(*origin, view, commands)) begin(view, commands);
    if (from_.is_past() && until_.reached(*origin, view, commands) && hit_)
      commands.push_back(command::Note{"cluster", "can be reached by its client again"});
  }

  void missed(std::vector<std::string>& out) const override {
    if (const std::string what = from_.missed(); !what.empty())
      out.push_back("network_partition " + what);
  }

 private:
  // In cluster mode the driver stands beside its executors.
  void begin(const View& view, ClusterCommands& commands) {
    for (std::uint32_t a = 0; a < view.states.size(); ++a) {
      if (view.states[a].cluster_mode || view.states[a].ended.happened()) continue;
      hit_ = true;
      commands.push_back(command::CutOff{ApplicationId(a), view.now + lasts_});
    }
    if (!hit_) return;
    commands.push_back(command::Note{
        "cluster", "cannot be reached by its client for " + duration_literal(lasts_) +
                       ": what tasks have done is heard of afterwards"});
    for (std::uint32_t e = 0; e < view.executors.size(); ++e) give_up(e, view, commands);
  }

  // A driver that hears no heartbeats for too long takes its executors for dead. They live on, and
  // their manager sees them alive, until they exit by themselves or can be told to.
  void give_up(std::uint32_t e, const View& view, ClusterCommands& commands) const {
    const ExecutorState& executor = view.executors[e];
    if (!executor.alive() || view.state(executor.application).cluster_mode) return;
    const Conf& conf = view.applications[executor.application.index()]->conf;
    const Duration after = until_given_up(conf, view, ExecutorId(e));
    if (after >= lasts_) return;
    const Duration alive = std::min(lasts_, until_it_exits(conf, view, ExecutorId(e)));
    commands.push_back(command::StopExecutor{.executor = ExecutorId(e),
                                             .how = command::StopHow::Crash,
                                             .after = after,
                                             .reason = heartbeat_text(conf),
                                             .process_ends = view.now + alive,
                                             .registers_failure = false});
  }

  Duration lasts_;
  Origin origin_;
  Moment from_, until_;
  bool hit_ = false;
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
