#include "models/cluster_managers/yarn_settings.h"

#include <algorithm>
#include <array>

#include "models/cluster_managers/yarn.h"
#include "models/cluster_managers/yarn_faults.h"

namespace muster {
namespace {

using YarnType = ParameterType;

constexpr std::array kYarnParameters = {
    Parameter{"scheduler", YarnType::Text, "capacity", "Rules by which queues share the cluster",
              "8.2: Hadoop's default", 0, 0, "capacity|fair"},
    Parameter{"queues", YarnType::Text, "default",
              "Queues with what differs from the default, as in "
              "\"etl capacity=60 maximum=100; adhoc capacity=40 user_limit=2\"; also am_percent, "
              "label, and for fair weight, min_share",
              "8.2: one queue"},
    Parameter{"default_queue", YarnType::Text, "user",
              "fair: where an application goes that names no queue: root.<user>, a queue called "
              "user here, or default (yarn.scheduler.fair.user-as-default-queue)",
              "yarn-default.xml of Hadoop 3.3: true", 0, 0, "user|default"},
    Parameter{
        "am_percent", YarnType::Number, "10",
        "maximum-am-resource-percent: part of a queue that masters may use; fair: maxAMShare, "
        "50 where it is not given",
        "8.2; fair [K]", 0, 100},
    Parameter{"minimum_allocation", YarnType::Size, "1g",
              "yarn.scheduler.minimum-allocation-mb: containers are multiples of it", "8.2", 1},
    Parameter{"maximum_allocation", YarnType::Size, "8g",
              "yarn.scheduler.maximum-allocation-mb: a larger request is refused", "8.2", 1},
    Parameter{"maximum_vcores", YarnType::Count, "4",
              "yarn.scheduler.maximum-allocation-vcores: a request for more is refused, with "
              "either calculator",
              "yarn-default.xml of Hadoop 3.3", 1, 100000},
    Parameter{"calculator", YarnType::Text, "memory",
              "memory: DefaultResourceCalculator, cores are not counted; dominant: both are", "8.2",
              0, 0, "memory|dominant"},
    Parameter{"heartbeat", YarnType::Duration, "1s",
              "nodemanagers.heartbeat-interval-ms: a node is given containers at its heartbeats",
              "8.2", 0.001, 3600},
    Parameter{"containers_per_heartbeat", YarnType::Count, "1",
              "maximum-offswitch-assignments: containers that a node gets at one heartbeat", "8.2",
              1, 1000},
    Parameter{"reservations", YarnType::Flag, "true",
              "A node that is too full for the request whose turn it is waits for it", "8.2"},
    Parameter{"reservable_nodes", YarnType::Number, "0.05",
              "fair: part of the nodes, rounded up, that may wait for one application",
              "Hadoop 3.3, FSAppAttempt.reservationExceedsThreshold", 0, 1},
    Parameter{"am_label", YarnType::Text, "",
              "Node label of masters where the application names none", "8.2, 18.11"},
    Parameter{"share_labels", YarnType::Flag, "false",
              "Requests without label use labelled nodes too, as on EMR 5", "18.11; EMR: 9.1"},
    Parameter{"am_attempts", YarnType::Count, "2", "am.max-attempts: starts of a master", "8.2", 1,
              100},
    Parameter{"node_expiry", YarnType::Duration, "600s",
              "nm.liveness-monitor.expiry-interval-ms: until a node that broke without notice is "
              "given up, with the masters on it",
              "8.2", 0, 86400},
    Parameter{"submission", YarnType::Duration, "4.2s",
              "Cluster mode: from spark-submit until the ResourceManager has accepted it",
              "measured-laws 6", 0, 3600},
    Parameter{"client_submission", YarnType::Duration, "2.4s",
              "Client mode: the same from the driver's ApplicationStart",
              "recordings, chapter: 2.4 s on the JVM", 0, 3600},
    Parameter{"python_submission", YarnType::Duration, "700ms",
              "What a Python application's archives add to the submission",
              "recordings, chapter: yarn-client-py against start-yarn-client", 0, 3600},
    Parameter{"python_localisation", YarnType::Duration, "300ms",
              "What they add to the start of each container",
              "the same: masters to executors' processes +0.3 s, those to registrations +0.3 s", 0,
              3600},
    Parameter{"am_start", YarnType::Duration, "3s",
              "Client mode: from the master's container until it is registered", "measured-laws 6",
              0, 3600},
    Parameter{"driver_start", YarnType::Duration, "3s",
              "Cluster mode: from the master's container until the driver's ApplicationStart",
              "recordings of 6: 2.5-3.9 s", 0, 3600},
    Parameter{"client_ask", YarnType::Duration, "1s",
              "Client mode: from the master's registration until it asks for executors",
              "recordings of 6: 0.9-1.3 s", 0, 60},
    Parameter{"cluster_ask", YarnType::Duration, "300ms",
              "Cluster mode: from the master's registration until it asks for executors",
              "recordings of 6: 0.3-0.5 s", 0, 60},
    Parameter{"executor_start", YarnType::Duration, "1s",
              "Until an executor's process runs: localisation and launch", "measured-laws 6: + 6 s",
              0, 3600},
    Parameter{"executor_start_cpu", YarnType::Number, "5",
              "Core-seconds that the executor's JVM then needs until it registers",
              "measured-laws 6: + 6 s in all", 0, 3600},
    Parameter{"executor_usable", YarnType::Duration, "150ms",
              "From an executor's registration to its first offer", "recordings of 6: 0.07-0.2 s",
              0, 60},
};

// FairScheduler, 3.3: a queue that an application names is made (allow-undeclared-pools).
void declare_yarn_queues(const Scenario& scenario, const std::string& unnamed,
                         std::vector<YarnQueue>& queues) {
  for (const YarnUse& use : yarn_uses(scenario)) {
    YarnQueue queue;
    queue.name = yarn_queue_name(yarn_asked_queue(use.conf, unnamed));
    if (std::ranges::find(queues, queue.name, &YarnQueue::name) == queues.end())
      queues.push_back(queue);
  }
}

}  // namespace

std::span<const Parameter> yarn_parameters() { return kYarnParameters; }

std::string yarn_unnamed_queue(const Parameters& given) {
  return given.text("scheduler") == "fair" ? given.text("default_queue") : "default";
}

std::string yarn_asked_queue(const Conf& conf, const std::string& unnamed) {
  std::string name = conf.text("spark.yarn.queue", "default");
  return name == "default" ? unnamed : name;
}

YarnSettings::YarnSettings(const Scenario& scenario) {
  const Parameters given(kYarnParameters, scenario.cluster.manager);
  allocation = {given.size("minimum_allocation"), given.size("maximum_allocation"),
                static_cast<std::int32_t>(given.count("maximum_vcores"))};
  count_cores = given.text("calculator") == "dominant";
  reservations = given.flag("reservations");
  share_labels = given.flag("share_labels");
  am_label = given.text("am_label");
  rules.fair = given.text("scheduler") == "fair";
  if (rules.fair) reservable_nodes = given.number("reservable_nodes");
  std::vector<std::string> faults;  // which yarn_faults() tells
  queues = parse_yarn_queues(given.text("queues"), faults);
  unnamed_queue = yarn_unnamed_queue(given);
  if (rules.fair) declare_yarn_queues(scenario, unnamed_queue, queues);
  rules.am_percent = rules.fair && !given.given("am_percent") ? 50 : given.number("am_percent");
  rules.unit = allocation.minimum.count();
  heartbeat = given.duration("heartbeat");
  per_heartbeat = static_cast<std::uint32_t>(given.count("containers_per_heartbeat"));
  submission = given.duration("submission");
  client_submission = given.duration("client_submission");
  python_submission = given.duration("python_submission");
  python_localisation = given.duration("python_localisation");
  am_start = given.duration("am_start");
  driver_start = given.duration("driver_start");
  client_ask = given.duration("client_ask");
  cluster_ask = given.duration("cluster_ask");
  executor_start = given.duration("executor_start");
  executor_start_cpu = given.number("executor_start_cpu");
  executor_usable = given.duration("executor_usable");
  node_expiry = given.duration("node_expiry");
  am_attempts = static_cast<std::uint32_t>(given.count("am_attempts"));
  for (const NodeSpec& node : scenario.cluster.nodes)
    groups.push_back({node.name, node.labels, node.count, node.role != "master"});
}

const YarnQueue* YarnSettings::queue_of(const Conf& conf) const {
  const std::string name = yarn_asked_queue(conf, unnamed_queue);
  const auto at = std::ranges::find(queues, yarn_queue_name(name), &YarnQueue::name);
  return at == queues.end() ? nullptr : &*at;
}

YarnLabelsOf YarnSettings::labels_of(const Conf& conf) const {
  const YarnQueue* queue = queue_of(conf);
  const std::string label = queue ? queue->label : "";
  return {.master = conf.text("spark.yarn.am.nodeLabelExpression",
                              am_label.empty() ? label : am_label),
          .executor = conf.text("spark.yarn.executor.nodeLabelExpression", label)};
}

}  // namespace muster
