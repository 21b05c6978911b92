#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/scenario/checker.h"
#include "sim/scenario/json_tree.h"
#include "sim/scenario/master.h"
#include "sim/scenario/quote.h"
#include "sim/scenario/spark_keys.h"
#include "sim/workload/resource_profile.h"

namespace muster {
namespace {

constexpr std::string_view kFromSpark = "Spark says: ";

std::vector<std::string_view> profile_keys() {
  std::vector<std::string_view> keys(kProfileExecutorKeys.begin(), kProfileExecutorKeys.end());
  keys.push_back(kProfileTaskCpus);
  return keys;
}

// ResourceUtils.validateTaskCpusLargeEnough, 3.5. Standalone's executors have as many cores as
// their workers where nobody says how many.
std::string size_problem(const Conf& conf, Master::Kind kind) {
  for (const char* name : {"spark.task.cpus", "spark.executor.cores"})
    if (conf.integer(name, 1) < 1)
      return std::string(name) + " must be at least 1, is " + conf.text(name, "");
  const bool whole_workers =
      kind == Master::Kind::Standalone || kind == Master::Kind::LocalCluster;
  if (whole_workers && !conf.find("spark.executor.cores")) return "";
  const std::int64_t cores = conf.integer("spark.executor.cores", 1);
  const std::int64_t cpus = conf.integer("spark.task.cpus", 1);
  if (cpus <= cores) return "";
  return std::string(kFromSpark) + "The number of cores per executor (=" + std::to_string(cores) +
         ") has to be >= the number of cpus per task = " + std::to_string(cpus) + ".";
}

// ResourceProfileManager.isSupported: YARN and Kubernetes from 3.1 (SPARK-29148), standalone from
// 3.4 (SPARK-39062), with dynamic allocation; profiles of tasks only also without it, on standalone
// from 3.4 (SPARK-39853), elsewhere from 3.5.1 (SPARK-45250, SPARK-45495).
std::string support_problem(const ResourceProfile& profile, const Conf& conf, Master::Kind kind,
                            bool dynamic, int version) {
  using enum Master::Kind;
  const bool container = kind == Yarn || kind == Kubernetes;
  const bool worker = kind == Standalone || (kind == LocalCluster && version >= spark(3, 5));
  if (version < spark(3, 1)) return "resource profiles came with Spark 3.1";
  if (version >= spark(3, 4) && profile.task_only() && !dynamic) {
    const bool everywhere = version >= spark(3, 5, 1);
    if (worker || (container && everywhere)) return size_problem(conf, kind);
    return std::string(kFromSpark) + "TaskResourceProfiles are only supported for Standalone" +
           (everywhere ? ", Yarn and Kubernetes cluster" : " cluster") +
           " for now when dynamic allocation is disabled.";
  }
  const bool current = version >= spark(3, 4);
  if (dynamic && (container || (worker && current))) return size_problem(conf, kind);
  return std::string(kFromSpark) + "ResourceProfiles are only supported on YARN and Kubernetes" +
         (current ? " and Standalone" : "") + " with dynamic allocation enabled.";
}

void check_profile(const Checker& checker, const ResourceProfileSpec& spec, const Conf& application,
                   const std::string& path) {
  const std::vector<std::string_view> keys = profile_keys();
  Conf conf = application;
  bool fine = true;
  for (const auto& [key, value] : spec.conf.entries()) {
    std::string what = std::ranges::find(keys, key) == keys.end()
                           ? "a resource profile has no " + in_quotes(key) + did_you_mean(key, keys)
                           : spark_setting_problem(key, value);
    conf.set(key, value);
    fine &= what.empty();
    if (!what.empty()) checker.add(json_path(path + "/conf", key), std::move(what));
  }
  if (spec.conf.empty()) checker.add(path + "/conf", "a resource profile that asks for nothing");
  if (!fine || spec.conf.empty()) return;
  const Scenario& scenario = checker.scenario;
  const Master::Kind kind = cluster_kind(scenario);
  // Where executors are given as facts nobody is asked for any.
  std::string what = scenario.cluster.executors.empty()
                         ? support_problem({.conf = spec.conf}, conf, kind,
                                           allocates_dynamically(scenario, application),
                                           version_number(scenario.spark_version))
                         : size_problem(conf, kind);
  if (!what.empty()) checker.add(path, std::move(what));
}

}  // namespace

Master::Kind cluster_kind(const Scenario& scenario) {
  using enum Master::Kind;
  constexpr std::pair<std::string_view, Master::Kind> kManagers[] = {
      {"local", Local}, {"standalone", Standalone}, {"yarn", Yarn}, {"kubernetes", Kubernetes},
      {"mesos", Mesos}};
  const ClusterSpec& cluster = scenario.cluster;
  const auto master =
      cluster.master.empty() ? master_of(scenario.conf) : parse_master(cluster.master);
  // Its workers are the standalone manager's, and Spark has rules of its own for it.
  const bool local_cluster = master && master->kind == LocalCluster;
  for (const auto& [name, kind] : kManagers)
    if (cluster.manager.name == name && !local_cluster) return kind;
  if (!cluster.cloud.name.empty() && cluster.master.empty()) return Yarn;
  return master ? master->kind : Local;
}

bool allocates_dynamically(const Scenario& scenario, const Conf& conf) {
  const ClusterSpec& cluster = scenario.cluster;
  const auto master = cluster.master.empty() ? master_of(conf) : parse_master(cluster.master);
  if (cluster.manager.name == "local" || (master && master->kind == Master::Kind::Local))
    return false;
  const auto is_largest = [](const auto& parameter) {
    return parameter.first == "maximize_resource_allocation" && parameter.second == "true";
  };
  const bool by_default = !cluster.cloud.name.empty() &&
                          std::ranges::none_of(cluster.cloud.parameters, is_largest);
  return conf.flag("spark.dynamicAllocation.enabled", by_default);
}

void check_profiles(const Checker& checker, const JobsWorkload& workload, const Conf& conf,
                    const std::string& where) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < workload.resource_profiles.size(); ++i) {
    const ResourceProfileSpec& spec = workload.resource_profiles[i];
    const std::string path = where + "/resource_profiles/" + std::to_string(i);
    if (std::ranges::find(names, spec.name) != names.end())
      checker.add(path + "/name", "there is already one with the name " + in_quotes(spec.name));
    names.push_back(spec.name);
    check_profile(checker, spec, conf, path);
  }
  for (std::size_t j = 0; j < workload.jobs.size(); ++j)
    for (std::size_t s = 0; s < workload.jobs[j].stages.size(); ++s) {
      const std::string& name = workload.jobs[j].stages[s].resource_profile;
      if (name.empty() || std::ranges::find(names, name) != names.end()) continue;
      checker.add(where + "/jobs/" + std::to_string(j) + "/stages/" + std::to_string(s) +
                      "/resource_profile",
                  "there is no resource profile " + in_quotes(name) + did_you_mean(name, names));
    }
}

}  // namespace muster
