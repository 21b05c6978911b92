#include "models/disturbances/spot_reclaim.h"

#include <algorithm>
#include <array>

#include "models/disturbances/machines.h"
#include "sim/scenario/quantity_text.h"

namespace muster {
namespace {

using SpotType = ParameterType;

// Sections of docs: the two minutes are EC2's own (spark-semantics 8.4, 9.3, 15).
constexpr std::array kSpotReclaim = {
    Parameter{"node", SpotType::Text, "",
              "A machine (task-3), or a group of nodes; empty: all that are spot", "[K]"},
    Parameter{"count", SpotType::Count, "0", "So many of them, the first that are there; 0: all",
              "[K]", 0, 1e6},
    Parameter{"at", SpotType::Duration, "0s", "When the notice comes", "[K]"},
    Parameter{"after", SpotType::Text, "start",
              "What `at` counts from: the first application's start, or its first job", "[K]", 0, 0,
              Origin::kChoices},
    Parameter{"per_hour", SpotType::Number, "0",
              "Drawn instead of `at`: reclaims of each spot machine in an hour, on average", "[K]",
              0, 3600},
    Parameter{"notice", SpotType::Duration, "120s", "From the notice to the machine's end",
              "9.3, 15 [D]", 0, 86400},
    Parameter{"decommissions", SpotType::Flag, "false",
              "Executors are told at once and move their blocks away; absent: "
              "spark.decommission.enabled",
              "4 [C]"},
    Parameter{"reason", SpotType::Text, "Spot instance reclaimed",
              "Of the executors' removal, as in the event log", "[K]"},
};

}  // namespace

std::span<const Parameter> spot_reclaim_parameters() { return kSpotReclaim; }

std::unique_ptr<Disturbances> make_spot_reclaim(const ModelChoice& choice, std::uint32_t row,
                                                const Scenario& scenario) {
  const Parameters given(kSpotReclaim, choice);
  MachineLoss loss;
  loss.model = "spot_reclaim";
  loss.groups = scenario.cluster.nodes;
  loss.node = given.text("node");
  loss.count = static_cast<std::uint32_t>(given.count("count"));
  loss.only_spot = true;
  loss.at = given.duration("at");
  loss.origin = Origin(given.text("after"));
  loss.lifetimes = Lifetimes(given.number("per_hour"), row);
  loss.more_come = machines_come_later(scenario.cluster);
  loss.notice = given.duration("notice");
  loss.decommissions = given.given("decommissions")
                           ? given.flag("decommissions")
                           : scenario.conf.flag("spark.decommission.enabled", false);
  loss.reason = given.text("reason");
  loss.note = "is reclaimed, gone in " + duration_literal(loss.notice);
  return make_machine_loss(std::move(loss));
}

ModelFaults spot_reclaim_faults(const ModelChoice& choice, const Scenario& scenario) {
  const Parameters given(kSpotReclaim, choice);
  const std::vector<NodeSpec>& groups = scenario.cluster.nodes;
  const std::string node = given.text("node");
  ModelFaults faults;
  if (node.empty()) {
    if (std::ranges::none_of(groups, &NodeSpec::spot))
      faults.push_back({"", "no group of nodes is spot: write \"spot\": true"});
  } else if (std::string what = machine_name_fault(groups, node); !what.empty()) {
    faults.push_back({"node", std::move(what)});
  } else if (!groups[find_machine(groups, node)->group].spot) {
    faults.push_back({"node", "is not spot: write \"spot\": true in its group, or take node_loss"});
  }
  if (given.number("per_hour") > 0 && given.given("at"))
    faults.push_back({"at", "has no effect on reclaims that are drawn `per_hour`"});
  return faults;
}

}  // namespace muster
