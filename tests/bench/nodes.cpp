// Whole runs that fill a cluster, with an executor on each of its nodes: four times the nodes
// should take four times as long, not sixteen times.

#include <memory>
#include <string>
#include <utility>

#include "sim/run/run.h"
#include "tests/bench/yardstick.h"

namespace muster::bench {
namespace {

// Four cores to a node, and as many tasks as cores.
Scenario full_cluster(const char* master, bool by_demand, std::int32_t nodes) {
  Scenario scenario;
  scenario.cluster.master = master;
  scenario.conf.set("spark.executor.cores", "4");
  if (by_demand) {
    scenario.conf.set("spark.dynamicAllocation.enabled", "true");
    scenario.conf.set("spark.shuffle.service.enabled", "true");
  } else {
    scenario.conf.set("spark.executor.instances", std::to_string(nodes));
  }
  NodeSpec group;
  group.count = nodes;
  group.cores = 4;
  group.memory = Bytes::gib(8);
  scenario.cluster.nodes = {group};
  StageSpec stage;
  stage.tasks = 4 * nodes;
  stage.duration = ConstantDuration{Duration::seconds(5)};
  JobSpec job;
  job.stages = {stage};
  JobsWorkload work;
  work.jobs = {job};
  scenario.workload = work;
  return scenario;
}

Contest growth(const char* name, const char* master, bool by_demand, const Options& options) {
  const std::int32_t nodes = options.smoke ? 20 : 2000;
  Contest contest{name, static_cast<double>(nodes), "node", {}};
  for (const int times : {1, 4}) {
    const auto scenario =
        std::make_shared<const Scenario>(full_cluster(master, by_demand, nodes * times));
    contest.contestants.push_back({std::to_string(nodes * times) + " nodes", times > 1 ? 8.0 : 0.0,
                                   [scenario] {
                                     return timed(1, [&] {
                                       Problems problems;
                                       const auto result = run(*scenario, problems);
                                       return result ? result->totals.attempts : 0;
                                     });
                                   },
                                   false});
  }
  return contest;
}

}  // namespace

Contest nodes_standalone(const Options& options) {
  return growth("nodes/sa", "spark://m:7077", true, options);
}
Contest nodes_yarn(const Options& options) { return growth("nodes/yarn", "yarn", true, options); }
Contest nodes_kubernetes(const Options& options) {
  return growth("nodes/k8s", "k8s://https://m", false, options);
}

}  // namespace muster::bench
