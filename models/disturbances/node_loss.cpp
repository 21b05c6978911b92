#include "models/disturbances/node_loss.h"

#include <array>

#include "models/disturbances/machines.h"
#include "sim/scenario/master.h"

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
    Parameter{"silent", NodeLossType::Flag, "false",
              "Without a word, as when power or network goes: executors are missed by their "
              "heartbeats, the machine when its manager gives it up",
              "HeartbeatReceiver.scala; spark.network.timeout"},
    Parameter{"given_up", NodeLossType::Duration, "0s",
              "Until its manager gives a silent machine up; 0: standalone 60-120 s "
              "(spark.worker.timeout), YARN 10 min, Kubernetes 340 s, Mesos 75 s",
              "Master.scala; yarn.nm.liveness-monitor.expiry-interval-ms; "
              "node-monitor-grace-period 40 s + pod eviction 300 s; agent ping 5 x 15 s",
              0, 86400},
    Parameter{"reason", NodeLossType::Text, "worker lost",
              "Of the executors' removal, as in the event log", "Master.removeWorker [C]"},
};

// How long each cluster manager waits for a machine that says nothing.
void give_up_silent(const Parameters& given, const Scenario& scenario, MachineLoss& loss) {
  loss.silent = given.flag("silent");
  // A standalone master hears of its applications' end by their connections alone; YARN and
  // Kubernetes end the containers of a driver that is lost.
  const auto master = parse_master(scenario.cluster.master);
  loss.orphans_stay = master && master->kind == Master::Kind::Standalone;
  loss.notice = loss.silent ? given.duration("given_up") : Duration();
  if (!loss.silent || loss.notice > Duration()) return;
  switch (master ? master->kind : Master::Kind::Local) {
    case Master::Kind::Yarn: loss.notice = Duration::seconds(600); break;
    case Master::Kind::Kubernetes: loss.notice = Duration::seconds(340); break;
    case Master::Kind::Mesos: loss.notice = Duration::seconds(75); break;
    default:
      // The master looks every spark.worker.timeout for workers that have been silent for as long.
      loss.notice = loss.notice_spread = Duration::seconds(60);
  }
}

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
  give_up_silent(given, scenario, loss);
  loss.note = loss.silent ? "falls silent: nobody is told" : "is lost";
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
  if (given.given("given_up") && !given.flag("silent"))
    faults.push_back({"given_up", "has no effect on a loss that is not `silent`"});
  if (given.number("per_hour") > 0 && given.given("at"))
    faults.push_back({"at", "has no effect on losses that are drawn `per_hour`"});
  return faults;
}

}  // namespace muster
