#include "models/disturbances/node_loss.h"

#include <array>

#include "models/disturbances/machines.h"

namespace muster {
namespace {

using NodeLossType = ParameterType;

constexpr std::array kNodeLoss = {
    Parameter{"node", NodeLossType::Text, "",
              "A machine (worker-3), or a group of nodes; empty: all, for draws", "[K]"},
    Parameter{"count", NodeLossType::Count, "1",
              "So many of the group, the first that are there; 0: all", "[K]", 0, 1e6},
    Parameter{"at", NodeLossType::Duration, "0s", "When", "[K]"},
    Parameter{"after", NodeLossType::Text, "start",
              "What `at` counts from: the first application's start, or its first job", "[K]", 0, 0,
              Origin::kChoices},
    Parameter{"per_hour", NodeLossType::Number, "0",
              "Drawn instead of `at`: losses of each machine in an hour, on average", "[K]", 0,
              3600},
    Parameter{"reason", NodeLossType::Text, "worker lost",
              "Of the executors' removal, as in the event log", "Master.removeWorker [C]"},
};

}  // namespace

std::span<const Parameter> node_loss_parameters() { return kNodeLoss; }

std::unique_ptr<Disturbances> make_node_loss(const ModelChoice& choice, std::uint32_t row,
                                             const Scenario& scenario) {
  const Parameters given(kNodeLoss, choice);
  MachineLoss loss;
  loss.model = "node_loss";
  loss.groups = scenario.cluster.nodes;
  loss.node = given.text("node");
  loss.count = static_cast<std::uint32_t>(given.count("count"));
  loss.at = given.duration("at");
  loss.origin = Origin(given.text("after"));
  loss.lifetimes = Lifetimes(given.number("per_hour"), row);
  loss.more_come = machines_come_later(scenario.cluster);
  loss.reason = given.text("reason");
  loss.note = "is lost";
  return make_machine_loss(std::move(loss));
}

ModelFaults node_loss_faults(const ModelChoice& choice, const Scenario& scenario) {
  const Parameters given(kNodeLoss, choice);
  const std::string node = given.text("node");
  ModelFaults faults;
  if (node.empty()) {
    if (given.number("per_hour") <= 0)
      faults.push_back({"node", "which machine? Name a machine or a group of nodes"});
  } else if (std::string what = machine_name_fault(scenario.cluster.nodes, node); !what.empty()) {
    faults.push_back({"node", std::move(what)});
  }
  if (given.number("per_hour") > 0 && given.given("at"))
    faults.push_back({"at", "has no effect on losses that are drawn `per_hour`"});
  return faults;
}

}  // namespace muster
