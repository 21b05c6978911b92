// Large clusters are what simulation is for: each kind of manager fills eight thousand nodes. What
// grew like their square did not come to an end here; how the time grows is in the bench ("nodes").

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "sim/run/run.h"

namespace muster {
namespace {

struct Kind {
  const char* name;
  const char* master;
  std::vector<std::pair<std::string, std::string>> conf;
};
void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

// Four cores to a node, and as many tasks as cores.
Scenario cluster_of(const Kind& kind, std::int32_t nodes) {
  Scenario scenario;
  scenario.cluster.master = kind.master;
  for (const auto& [key, value] : kind.conf) scenario.conf.set(key, value);
  if (!scenario.conf.flag("spark.dynamicAllocation.enabled", false))
    scenario.conf.set("spark.executor.instances", std::to_string(nodes));
  NodeSpec group;
  group.count = nodes;
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

class Growth : public ::testing::TestWithParam<Kind> {};

TEST_P(Growth, FillsALargeCluster) {
  constexpr std::int32_t kNodes = 8000;
  Problems problems;
  const auto result = run(cluster_of(GetParam(), kNodes), problems);
  ASSERT_TRUE(result) << problems.text();
  EXPECT_TRUE(result->succeeded) << result->failure;
  EXPECT_EQ(result->totals.attempts, 4U * kNodes);
}

INSTANTIATE_TEST_SUITE_P(
    Managers, Growth,
    ::testing::Values(
        Kind{"standalone", "spark://m:7077", {{"spark.executor.cores", "4"}}},
        Kind{"standalone_by_demand", "spark://m:7077",
             {{"spark.executor.cores", "4"}, {"spark.dynamicAllocation.enabled", "true"}}},
        Kind{"yarn", "yarn", {}},
        Kind{"yarn_by_demand", "yarn",
             {{"spark.dynamicAllocation.enabled", "true"},
              {"spark.shuffle.service.enabled", "true"}}},
        Kind{"kubernetes", "k8s://https://m", {}},
        Kind{"mesos", "mesos://m:5050", {{"spark.executor.cores", "4"}}}),
    [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace muster
