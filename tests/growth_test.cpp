// The time that a run takes grows like its cluster, not like its square: large ones are what
// simulation is for. Measured by ratio, in processor time, because machines differ.

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
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

// The least of three, since other programs can only add to it.
double seconds_of(const Scenario& scenario) {
  double least = 1e9;
  for (int i = 0; i < 3; ++i) {
    Problems problems;
    const std::clock_t before = std::clock();
    const auto result = run(scenario, problems);
    least = std::min(least, static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC);
    EXPECT_TRUE(result && result->succeeded) << problems.text();
  }
  return least;
}

class Growth : public ::testing::TestWithParam<Kind> {};

TEST_P(Growth, IsNotThatOfTheSquare) {
  constexpr std::int32_t kNodes = 2000, kTimes = 4;
  constexpr double kClockStep = 0.01;  // a few milliseconds say nothing
  const double small = std::max(kClockStep, seconds_of(cluster_of(GetParam(), kNodes)));
  const double large = seconds_of(cluster_of(GetParam(), kNodes * kTimes));
  EXPECT_LT(large / small, 0.6 * kTimes * kTimes) << small << " s, then " << large << " s";
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
