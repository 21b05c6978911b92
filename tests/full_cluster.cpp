#include "tests/full_cluster.h"

namespace muster {

Scenario full_cluster(const std::string& master, const ConfList& conf, std::int32_t nodes) {
  Scenario scenario;
  scenario.cluster.master = master;
  for (const auto& [key, value] : conf) scenario.conf.set(key, value);
  if (!scenario.conf.flag("spark.dynamicAllocation.enabled", false))
    scenario.conf.set("spark.executor.instances", std::to_string(nodes));
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

}  // namespace muster
