// Whole runs that fill a cluster, with an executor on each of its nodes: four times the nodes
// should take four times as long, not sixteen times.

#include <memory>
#include <string>

#include "sim/run/run.h"
#include "tests/bench/yardstick.h"
#include "tests/full_cluster.h"

namespace muster::bench {
namespace {

const ConfList kByDemand = {{"spark.executor.cores", "4"},
                            {"spark.dynamicAllocation.enabled", "true"},
                            {"spark.shuffle.service.enabled", "true"}};

Contest growth(const char* name, const char* master, const ConfList& conf, const Options& options) {
  const std::int32_t nodes = options.smoke ? 20 : 2000;
  Contest contest{name, static_cast<double>(nodes), "node", {}};
  for (const int times : {1, 4}) {
    const auto scenario =
        std::make_shared<const Scenario>(full_cluster(master, conf, nodes * times));
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
  return growth("nodes/sa", "spark://m:7077", kByDemand, options);
}
Contest nodes_yarn(const Options& options) {
  return growth("nodes/yarn", "yarn", kByDemand, options);
}
Contest nodes_kubernetes(const Options& options) {
  return growth("nodes/k8s", "k8s://https://m", {{"spark.executor.cores", "4"}}, options);
}

}  // namespace muster::bench
