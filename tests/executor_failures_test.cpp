// Applications that lose too many executors (ApplicationMaster and ExecutorFailureTracker, 3.5).
#include <gtest/gtest.h>

#include <string>

#include "models/cluster_managers/executor_failures.h"
#include "sim/run/run.h"

namespace muster {
namespace {

TEST(ExecutorFailures, TwiceTheExecutorsAndAtLeastThree) {
  Conf conf;
  EXPECT_EQ(most_executor_failures(conf), 3);
  conf.set("spark.executor.instances", "10");
  EXPECT_EQ(most_executor_failures(conf), 20);
  conf.set("spark.dynamicAllocation.enabled", "true");
  EXPECT_EQ(most_executor_failures(conf), 2'147'483'647);
  conf.set("spark.dynamicAllocation.maxExecutors", "4");
  EXPECT_EQ(most_executor_failures(conf), 8);
  conf.set("spark.yarn.max.executor.failures", "5");
  EXPECT_EQ(most_executor_failures(conf), 5);
  conf.set("spark.executor.maxNumFailures", "6");
  EXPECT_EQ(most_executor_failures(conf), 6);
}

// Two executors, of which one crashes about every half minute; four may.
Result crashing(const std::string& master, const std::string& mode, const char* version = "3.5.7") {
  Scenario scenario;
  scenario.spark_version = version;
  scenario.cluster.master = master;
  scenario.cluster.deploy_mode = mode;
  scenario.conf.set("spark.executor.instances", "2");
  scenario.conf.set("spark.task.maxFailures", "100");
  NodeSpec node;
  node.name = "node", node.count = 2, node.cores = 8, node.memory = Bytes::gib(12);
  scenario.cluster.nodes = {node};
  scenario.cluster.disturbances = {{"executor_loss", {{"per_hour", "60"}}}};
  StageSpec stage;
  stage.tasks = 200;
  stage.duration = ConstantDuration{Duration::seconds(10)};
  JobSpec job;
  job.stages = {stage};
  scenario.workload = JobsWorkload{.jobs = {job}, .resource_profiles = {}, .tail = {}};
  Problems problems;
  auto result = run(scenario, problems);
  EXPECT_TRUE(result) << problems.text();
  return result ? *result : Result();
}

int crashed(const Timeline& timeline) {
  int count = 0;
  for (const ExecutorSpan& executor : timeline.executors)
    count += executor.removed_reason == "Command exited with code 137" ? 1 : 0;
  return count;
}

TEST(ExecutorFailures, EndTheSecondMasterOfAClient) {
  const Result result = crashing("yarn", "client");
  EXPECT_EQ(result.failure, "Max number of executor failures (4) reached");
  EXPECT_EQ(crashed(result.timeline), 10);  // five for each of two masters
}

TEST(ExecutorFailures, RunTheProgramOnceMoreInClusterMode) {
  const Result result = crashing("yarn", "cluster");
  EXPECT_EQ(result.failure, "Max number of executor failures (4) reached");
  EXPECT_EQ(result.milestones.attempts, 2u);
  EXPECT_EQ(crashed(result.timeline), 5);  // of the second attempt
}

TEST(ExecutorFailures, EndADriverOnKubernetesFrom35) {
  const Result result = crashing("k8s://https://c", "cluster");
  EXPECT_EQ(result.failure, "Max number of executor failures (4) reached");
  EXPECT_LE(crashed(result.timeline), 5);  // one may have crashed before it registered
  EXPECT_GT(crashed(crashing("k8s://https://c", "cluster", "3.4.1").timeline), 5);
}

}  // namespace
}  // namespace muster
