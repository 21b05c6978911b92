#include "sim/scenario/validate.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/scenario/checker.h"
#include "sim/scenario/json_tree.h"
#include "sim/scenario/master.h"
#include "sim/scenario/quote.h"
#include "sim/scenario/spark_keys.h"
#include "sim/workload/conf.h"

namespace muster {
namespace {

constexpr const char* kConf = "/spark/conf";

void check_version(const Checker& checker) {
  const int version = plausible_version(checker.scenario.spark_version);
  if (version < spark(1, 3) || version >= spark(5, 0))
    checker.add("/spark/version",
                "expected a version of Spark from 1.3 to 4.x, such as \"3.5.7\", "
                "got " +
                    in_quotes(checker.scenario.spark_version));
}

void check_values(const Checker& checker, const Conf& conf, const std::string& path) {
  for (const auto& [name, value] : conf.entries()) {
    std::string what = spark_setting_problem(name, value);
    if (!what.empty()) checker.add(json_path(path, name), std::move(what));
  }
}

// Settings that agree with their type and still make Spark refuse to start.
void check_settings(const Checker& checker, const Conf& conf, const std::string& path) {
  const auto setting_path = [&](std::string_view name) { return json_path(path, name); };
  std::string mode = conf.text("spark.scheduler.mode", "FIFO");
  for (char& c : mode) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (mode != "FIFO" && mode != "FAIR")
    checker.add(setting_path("spark.scheduler.mode"),
                "expected FIFO or FAIR, got " + in_quotes(mode));
  for (const char* name : {"spark.task.cpus", "spark.task.maxFailures", "spark.executor.cores"})
    if (conf.integer(name, 1) < 1)
      checker.add(setting_path(name), "must be at least 1, is " + conf.text(name, ""));
  const std::int64_t cpus = conf.integer("spark.task.cpus", 1);
  const std::int64_t cores = conf.integer("spark.executor.cores", cpus);
  if (cpus > cores && cores >= 1)
    checker.add(setting_path("spark.task.cpus"),
                "a task needs " + std::to_string(cpus) + " cores, an executor has " +
                    std::to_string(cores) + " (spark.executor.cores)");
  const std::int64_t least = conf.integer("spark.dynamicAllocation.minExecutors", 0);
  const std::int64_t most = conf.integer("spark.dynamicAllocation.maxExecutors", least);
  if (least > most)
    checker.add(
        setting_path("spark.dynamicAllocation.minExecutors"),
        "is " + std::to_string(least) + ", more than maxExecutors, " + std::to_string(most));
}

// ExecutorAllocationManager.validateSettings (3.5); before 3.0 only an external shuffle service
// will do. From 3.4 on tracking is the default. A recording has run, and a cloud sets its own.
void check_dynamic_allocation(const Checker& checker, const Conf& conf, const std::string& path) {
  const Scenario& scenario = checker.scenario;
  const bool settled = std::holds_alternative<LogWorkload>(scenario.workload) ||
                       !scenario.cluster.cloud.name.empty() ||
                       scenario.cluster.master.starts_with("local");
  if (settled || !conf.flag("spark.dynamicAllocation.enabled", false) ||
      conf.flag("spark.shuffle.service.enabled", false))
    return;
  const int version = plausible_version(scenario.spark_version);
  const std::string where = json_path(path, "spark.dynamicAllocation.enabled");
  if (version < spark(3, 0))
    return checker.add(where,
                       "Spark before 3.0 does not start with it unless "
                       "spark.shuffle.service.enabled is true");
  const bool keeps = conf.flag("spark.dynamicAllocation.shuffleTracking.enabled",
                               version >= spark(3, 4)) ||
                     (conf.flag("spark.decommission.enabled", false) &&
                      conf.flag("spark.storage.decommission.shuffleBlocks.enabled",
                                version >= spark(3, 2))) ||
                     conf.find("spark.shuffle.sort.io.plugin.class");
  if (!keeps)
    checker.add(where,
                "Spark does not start with it unless what executors have shuffled is kept: set "
                "spark.dynamicAllocation.shuffleTracking.enabled or spark.shuffle.service.enabled");
}

// The same thing said twice, differently.
void check_agreement(const Checker& checker, const char* setting, const std::string& value,
                     const std::string& path) {
  const std::string* other = checker.scenario.conf.find(setting);
  if (other && *other != value)
    checker.add(path, "is " + in_quotes(value) + ", but " + setting + " is " + in_quotes(*other));
}

void check_master(const Checker& checker) {
  const ClusterSpec& cluster = checker.scenario.cluster;
  const std::string path = "/cluster/master";
  check_agreement(checker, "spark.master", cluster.master, path);
  check_agreement(checker, "spark.submit.deployMode", cluster.deploy_mode, "/cluster/deploy_mode");
  if (cluster.master.empty()) return;
  const auto master = parse_master(cluster.master);
  if (!master)
    return checker.add(path,
                       "expected yarn, local, local[N], spark://..., k8s://... or "
                       "mesos://..., got " +
                           in_quotes(cluster.master));
  using Kind = Master::Kind;
  const bool in_driver = master->kind == Kind::Local || master->kind == Kind::LocalCluster;
  if (in_driver && cluster.deploy_mode == "cluster")
    checker.add("/cluster/deploy_mode", "a local master runs in client mode only");
  const bool old_yarn = cluster.master == "yarn-client" || cluster.master == "yarn-cluster";
  if (old_yarn && plausible_version(checker.scenario.spark_version) >= spark(3, 0))
    checker.add(path, "Spark 3 and later want the master yarn and a deploy mode, not " +
                          in_quotes(cluster.master));
}

// Somewhere to run: facts, machines for a cluster manager, or a master that says all.
void check_any_executor(const Checker& checker) {
  const ClusterSpec& cluster = checker.scenario.cluster;
  if (!cluster.executors.empty() || !cluster.nodes.empty() || !cluster.fleets.empty()) return;
  if (std::holds_alternative<LogWorkload>(checker.scenario.workload)) return;
  const auto master = parse_master(cluster.master);
  using Kind = Master::Kind;
  const bool local = master && master->kind == Kind::Local;
  if (local && master->cores == 0)
    return checker.add("/cluster/master",
                       "how many cores the machine has is not known here: write local[N]");
  if (local || (master && master->kind == Kind::LocalCluster)) return;
  checker.add("/cluster", "nothing to run on: list `executors`, or `nodes` for a cluster manager");
}

void check_executor(const Checker& checker, const std::string& path, const ExecutorSpec& e) {
  if (e.count > 1 && !e.id.empty())
    checker.add(path + "/id",
                std::to_string(e.count) + " executors cannot share the id " + in_quotes(e.id));
  if (e.usable_at && *e.usable_at < e.registered_at)
    checker.add(path + "/usable_at", "is before registered_at");
  if (e.removed_at && *e.removed_at <= e.registered_at)
    checker.add(path + "/removed_at", "must be after registered_at");
  if (e.removed_at && e.usable_at && *e.removed_at < *e.usable_at)
    checker.add(path + "/removed_at", "is before usable_at");
  const std::int64_t cpus = checker.scenario.conf.integer("spark.task.cpus", 1);
  if (cpus > e.cores && e.cores > 0)
    checker.add(path + "/cores", "no task fits: it needs " + std::to_string(cpus) +
                                     " cores (spark.task.cpus), the executor has " +
                                     std::to_string(e.cores));
}

void check_node(const Checker& checker, const std::string& path, const NodeSpec& node) {
  if (node.min_count > node.max_count)
    return checker.add(path + "/min_count", "is " + std::to_string(node.min_count) +
                                                ", more than max_count, " +
                                                std::to_string(node.max_count));
  if (node.count == 0 && node.max_count == 0)
    checker.add(path + "/count", "no machines, and none can be added: max_count is 0");
  if (node.max_count > 0 && (node.count < node.min_count || node.count > node.max_count))
    checker.add(path + "/count", "is " + std::to_string(node.count) + ", not from min_count, " +
                                     std::to_string(node.min_count) + ", to max_count, " +
                                     std::to_string(node.max_count));
}

void check_fleet(const Checker& checker, const std::string& path, const FleetSpec& fleet) {
  if (checker.scenario.cluster.cloud.name != "emr")
    checker.add(path, "instance fleets are EMR's: the cloud is not emr");
  if (fleet.types.empty()) checker.add(path + "/types", "a fleet needs at least one type");
  if (fleet.on_demand_capacity + fleet.spot_capacity < 1)
    checker.add(path, "a fleet without capacity: give on_demand_capacity or spot_capacity");
  if (fleet.role == "master" && fleet.on_demand_capacity + fleet.spot_capacity > 1)
    checker.add(path, "the fleet of the master has one unit, on demand or spot");
}

// Adds a problem at each name that an earlier one in the list equals.
void check_unique(const Checker& checker, const std::vector<std::string>& names,
                  const std::string& path, const std::string& field) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (!names[i].empty()) order.push_back(i);
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return names[i]; });
  for (std::size_t i = 1; i < order.size(); ++i)
    if (names[order[i]] == names[order[i - 1]])
      checker.add(path + "/" + std::to_string(order[i]) + "/" + field,
                  "there is already one with the name " + in_quotes(names[order[i]]));
}

// Fleets become groups of nodes, and machines, leases and prices are told apart by their groups.
// Fleets of the same name are told already.
void check_fleet_groups(const Checker& checker) {
  const ClusterSpec& cluster = checker.scenario.cluster;
  std::vector<std::pair<std::string, std::string>> groups;  // name, fleet
  for (const NodeSpec& node : cluster.nodes) groups.emplace_back(node.name, "");
  for (std::size_t i = 0; i < cluster.fleets.size(); ++i) {
    const FleetSpec& fleet = cluster.fleets[i];
    for (const bool spot : {false, true}) {
      if ((spot ? fleet.spot_capacity : fleet.on_demand_capacity) <= 0) continue;
      const std::string name = fleet.group_name(spot);
      const auto same = std::ranges::find_if(groups, [&](const auto& group) {
        return group.first == name && (group.second.empty() || group.second != fleet.name);
      });
      if (same != groups.end())
        checker.add("/cluster/fleets/" + std::to_string(i) + "/name",
                    "its machines " + std::string(spot ? "on spot" : "on demand") +
                        " are the group " + in_quotes(name) + ", and so are " +
                        (same->second.empty() ? "other nodes"
                                              : "those of fleet " + in_quotes(same->second)));
      groups.emplace_back(name, fleet.name);
    }
  }
}

void check_cluster(const Checker& checker) {
  const ClusterSpec& cluster = checker.scenario.cluster;
  check_master(checker);
  check_any_executor(checker);
  std::vector<std::string> ids, nodes, fleets, pools, priced;
  for (const ExecutorSpec& executor : cluster.executors) ids.push_back(executor.id);
  for (const NodeSpec& node : cluster.nodes) nodes.push_back(node.name);
  for (const PoolSpec& pool : checker.scenario.pools) pools.push_back(pool.name);
  for (std::size_t i = 0; i < cluster.nodes.size(); ++i)
    check_node(checker, "/cluster/nodes/" + std::to_string(i), cluster.nodes[i]);
  for (const FleetSpec& fleet : cluster.fleets) fleets.push_back(fleet.name);
  for (const PriceSpec& price : cluster.prices) priced.push_back(price.instance);
  for (std::size_t i = 0; i < cluster.fleets.size(); ++i)
    check_fleet(checker, "/cluster/fleets/" + std::to_string(i), cluster.fleets[i]);
  for (std::size_t i = 0; i < cluster.executors.size(); ++i)
    check_executor(checker, "/cluster/executors/" + std::to_string(i), cluster.executors[i]);
  check_unique(checker, ids, "/cluster/executors", "id");
  check_unique(checker, nodes, "/cluster/nodes", "name");
  check_unique(checker, fleets, "/cluster/fleets", "name");
  check_fleet_groups(checker);
  check_unique(checker, pools, "/pools", "name");
  check_unique(checker, priced, "/cluster/prices", "instance");
}

// With the settings that it has from the scenario: an application of its own.
void check_application(const Checker& checker, const std::string& path,
                       const ApplicationSpec& application) {
  check_jobs(checker, application.workload, path + "/workload");
  check_values(checker, application.conf, path + "/conf");
  Conf conf = checker.scenario.conf;
  for (const auto& [name, value] : application.conf.entries()) conf.set(name, value);
  check_profiles(checker, application.workload, conf, path + "/workload");
  if (application.conf.empty()) return;
  check_settings(checker, conf, path + "/conf");
  check_refusals(checker, conf, path + "/conf");
}

}  // namespace

int plausible_version(const std::string& text) {
  int digits = 0;
  for (const char c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits > 4) return 0;
  }
  return version_number(text);
}

void validate(const Scenario& scenario, Problems& problems, const SourceLines* lines) {
  const Checker checker{scenario, problems, lines};
  check_limits(checker);
  check_version(checker);
  check_values(checker, scenario.conf, kConf);
  check_settings(checker, scenario.conf, kConf);
  check_refusals(checker, scenario.conf, kConf);
  check_dynamic_allocation(checker, scenario.conf, kConf);
  check_cluster(checker);
  if (const auto* jobs = std::get_if<JobsWorkload>(&scenario.workload)) {
    check_jobs(checker, *jobs, "/workload");
    check_profiles(checker, *jobs, scenario.conf, "/workload");
  }
  if (const auto* program = std::get_if<ProgramWorkload>(&scenario.workload))
    check_program(checker, *program);
  for (std::size_t i = 0; i < scenario.applications.size(); ++i)
    check_application(checker, "/applications/" + std::to_string(i), scenario.applications[i]);
}

}  // namespace muster
