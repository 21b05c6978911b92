#include "sim/run/executors.h"

#include <algorithm>
#include <limits>

#include "sim/scenario/master.h"

namespace muster {
namespace {

std::vector<ExecutorSpec> expand(const std::vector<ExecutorSpec>& groups) {
  std::vector<ExecutorSpec> out;
  for (const ExecutorSpec& group : groups) {
    for (std::int32_t i = 0; i < group.count; ++i) {
      ExecutorSpec one = group;
      one.count = 1;
      if (one.id.empty()) one.id = std::to_string(out.size());
      else if (group.count > 1) one.id += "-" + std::to_string(i + 1);
      if (one.host.empty()) one.host = "host-" + one.id;
      out.push_back(std::move(one));
    }
  }
  return out;
}

// As many executors of the asked shape as fit a node by cores and by memory; without a shape one
// for the whole node (spark-semantics.md, 8.1).
std::vector<ExecutorSpec> fill_nodes(const Scenario& scenario) {
  const Conf& conf = scenario.conf;
  const Bytes memory =
      conf.bytes("spark.executor.memory", Bytes::gib(1), Bytes::mib(1));
  std::int64_t left = conf.integer("spark.executor.instances",
                                   std::numeric_limits<std::int32_t>::max());
  std::int64_t cores_left = conf.integer("spark.cores.max",
                                         std::numeric_limits<std::int32_t>::max());
  std::vector<ExecutorSpec> out;
  for (const NodeSpec& group : scenario.cluster.nodes) {
    for (std::int32_t n = 0; n < group.count; ++n) {
      const std::int64_t shape = conf.integer("spark.executor.cores", group.cores);
      std::int64_t fit = std::min(group.cores / std::max<std::int64_t>(1, shape),
                                  group.memory.count() / std::max<std::int64_t>(1, memory.count()));
      for (; fit > 0 && left > 0 && cores_left >= shape; --fit, --left, cores_left -= shape) {
        ExecutorSpec one;
        one.id = std::to_string(out.size());
        one.host = group.count > 1 ? group.name + "-" + std::to_string(n + 1) : group.name;
        one.cores = static_cast<std::int32_t>(shape);
        one.memory = memory;
        out.push_back(std::move(one));
      }
    }
  }
  return out;
}

}  // namespace

std::vector<ExecutorSpec> executors_of(const Scenario& scenario) {
  if (!scenario.cluster.executors.empty()) return expand(scenario.cluster.executors);
  const std::string& named = scenario.cluster.master;
  const auto master = named.empty() ? master_of(scenario.conf) : parse_master(named);
  if (master && master->kind == Master::Kind::Local) {
    ExecutorSpec driver;
    driver.id = "driver";
    driver.host = "localhost";
    driver.cores = master->cores;
    // local[*]: all that the machine has.
    const std::vector<NodeSpec>& nodes = scenario.cluster.nodes;
    if (driver.cores == 0) driver.cores = nodes.empty() ? NodeSpec().cores : nodes.front().cores;
    return {driver};
  }
  return fill_nodes(scenario);
}

}  // namespace muster
