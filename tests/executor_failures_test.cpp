// Applications that lose too many executors (ApplicationMaster and ExecutorFailureTracker, 3.5).
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "models/cluster_managers/executor_failures.h"
#include "sim/run/run.h"
#include "tests/simulated.h"

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

Time at(std::int64_t second) { return Time() + Duration::seconds(second); }

// ApplicationMaster.allocationThreadImpl compares with >=, ExecutorPodsLifecycleManager with >.
TEST(ExecutorFailures, AreTooManyOneSoonerOnYarn) {
  Conf conf;
  ApplicationState state;
  for (const int second : {10, 20, 30}) state.executor_failures.push_back(at(second));
  const Time now = at(40);
  EXPECT_TRUE(yarn_gives_up(conf, state, Time(), now));
  EXPECT_FALSE(kubernetes_gives_up(conf, state, now));
  state.executor_failures.push_back(now);
  EXPECT_TRUE(kubernetes_gives_up(conf, state, now));
  EXPECT_FALSE(yarn_gives_up(conf, state, at(20), now));  // two of this master
}

TEST(ExecutorFailures, AreForgottenAfterTheValidityInterval) {
  ApplicationState state;
  for (const int second : {10, 20, 30, 40}) state.executor_failures.push_back(at(second));
  for (const char* key : {"spark.executor.failuresValidityInterval",
                          "spark.yarn.executor.failuresValidityInterval"}) {
    Conf conf;
    conf.set(key, "25s");
    EXPECT_TRUE(yarn_gives_up(conf, state, Time(), at(45))) << key;  // three
    EXPECT_FALSE(yarn_gives_up(conf, state, Time(), at(46))) << key;
    EXPECT_FALSE(kubernetes_gives_up(conf, state, at(40))) << key;
  }
}

// Two executors, of which one crashes about every half minute; four may.
Result crashing(const std::string& master, const std::string& mode, const char* version = "3.5.7",
                const char* am_attempts = "", const char* valid = "",
                const char* how = "crash") {
  Scenario scenario;
  if (*am_attempts) scenario.cluster.manager = {"yarn", {{"am_attempts", am_attempts}}};
  if (*valid) scenario.conf.set("spark.executor.failuresValidityInterval", valid);
  scenario.spark_version = version;
  scenario.cluster.master = master;
  scenario.cluster.deploy_mode = mode;
  scenario.conf.set("spark.executor.instances", "2");
  scenario.conf.set("spark.task.maxFailures", "100");
  NodeSpec node;
  node.name = "node", node.count = 2, node.cores = 8, node.memory = Bytes::gib(12);
  scenario.cluster.nodes = {node};
  scenario.cluster.disturbances = {{"executor_loss", {{"per_hour", "60"}, {"how", how}}}};
  StageSpec stage;
  stage.tasks = 200;
  stage.duration = ConstantDuration{Duration::seconds(10)};
  JobSpec job;
  job.stages = {stage};
  scenario.workload = JobsWorkload{.jobs = {job}, .resource_profiles = {}, .tail = {}};
  return result_of(scenario);
}

// Of those that had registered: one that crashes before counts as well, and is in no timeline.
int crashed(const Timeline& timeline) {
  int count = 0;
  for (const ExecutorSpan& executor : timeline.executors)
    count += executor.removed_reason == "Command exited with code 137" ? 1 : 0;
  return count;
}

TEST(ExecutorFailures, EndTheSecondMasterOfAClient) {
  const Result result = crashing("yarn", "client");
  EXPECT_EQ(result.failure, "Max number of executor failures (4) reached");
  EXPECT_LE(crashed(result.timeline), 8);  // four for each of two masters
  EXPECT_GE(crashed(result.timeline), 6);
}

TEST(ExecutorFailures, RunTheProgramOnceMoreInClusterMode) {
  const Result result = crashing("yarn", "cluster");
  EXPECT_EQ(result.failure, "Max number of executor failures (4) reached");
  EXPECT_EQ(result.milestones.attempts, 2u);
  EXPECT_EQ(crashed(result.timeline), 4);  // of the second attempt
}

// The manager's parameter says how often, in both modes.
TEST(ExecutorFailures, RunTheProgramAsOftenAsYarnMay) {
  for (const auto& [text, attempts] : {std::pair("1", 1u), std::pair("3", 3u)}) {
    const Result cluster = crashing("yarn", "cluster", "3.5.7", text);
    EXPECT_EQ(cluster.failure, "Max number of executor failures (4) reached") << text;
    EXPECT_FALSE(cluster.waits_for_ever) << text;
    EXPECT_EQ(cluster.milestones.attempts, attempts);
    EXPECT_EQ(cluster.lost_attempts.size(), attempts - 1);
    const Result client = crashing("yarn", "client", "3.5.7", text);
    EXPECT_EQ(client.failure, "Max number of executor failures (4) reached") << text;
    EXPECT_LE(crashed(client.timeline), 4 * static_cast<int>(attempts));
    EXPECT_GE(crashed(client.timeline), 3 * static_cast<int>(attempts));
  }
}

// Whose heartbeats are missed is killed by its driver, whatever the reason is called.
TEST(ExecutorFailures, AreNotThoseThatFallSilent) {
  const Result result = crashing("yarn", "cluster", "3.5.7", "", "", "silent");
  EXPECT_EQ(result.failure, "");
  EXPECT_GT(result.totals.removed_executors, 5u);
}

TEST(ExecutorFailures, FarApartDoNotAddUp) {
  for (const char* master : {"yarn", "k8s://https://c"}) {
    const Result result = crashing(master, "cluster", "3.5.7", "", "1s");
    EXPECT_EQ(result.failure, "") << master;
    EXPECT_GT(crashed(result.timeline), 5) << master;
  }
}

TEST(ExecutorFailures, EndADriverOnKubernetesFrom35) {
  const Result result = crashing("k8s://https://c", "cluster");
  EXPECT_EQ(result.failure, "Max number of executor failures (4) reached");
  EXPECT_LE(crashed(result.timeline), 5);
  EXPECT_GE(crashed(result.timeline), 4);
  EXPECT_GT(crashed(crashing("k8s://https://c", "cluster", "3.4.1").timeline), 5);
}

}  // namespace
}  // namespace muster
