// Executors that say nothing any more, clusters that their client cannot reach, tasks that fail now
// and then: what the driver does before it knows, and after.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/run/run.h"
#include "tests/simulated.h"

namespace muster {
namespace {

ModelChoice disturbance(const char* name,
                        std::vector<std::pair<std::string, std::string>> parameters) {
  return {name, std::move(parameters)};
}

// 40 tasks of 10 s on two standalone executors of two cores: 100 s when all goes well.
Scenario two_workers(ModelChoice choice) {
  Scenario scenario;
  scenario.cluster.master = "spark://m:7077";
  NodeSpec worker;
  worker.name = "worker", worker.count = 2, worker.cores = 2, worker.memory = Bytes::gib(4);
  scenario.cluster.nodes = {worker};
  scenario.cluster.disturbances = {std::move(choice)};
  StageSpec stage;
  stage.name = "only", stage.tasks = 40;
  stage.duration = ConstantDuration{Duration::seconds(10)};
  JobSpec job;
  job.stages = {stage};
  scenario.workload = JobsWorkload{
      .application_name = "a", .jobs = {job}, .resource_profiles = {}, .tail = {}};
  return scenario;
}

std::map<Outcome, int> outcomes(const Timeline& timeline) {
  std::map<Outcome, int> counts;
  for (const Outcome outcome : timeline.attempts.outcome) ++counts[outcome];
  return counts;
}

// The executor that goes before the application does.
ExecutorId lost_in(const Timeline& timeline) {
  for (std::size_t e = 0; e < timeline.executors.size(); ++e)
    if (timeline.executors[e].removed < timeline.application.end) return ExecutorId(e);
  return ExecutorId::none();
}

TEST(SilentExecutor, HangsUntilItsHeartbeatsAreMissed) {
  const auto loss = disturbance(
      "executor_loss", {{"after", "first_job"}, {"at", "25s"}, {"how", "silent"}});
  const Result result = result_of(two_workers(loss));
  ASSERT_TRUE(result.succeeded) << result.failure;
  ASSERT_TRUE(lost_in(result.timeline).valid());
  const ExecutorSpan& gone = result.timeline.executors[lost_in(result.timeline).index()];
  EXPECT_EQ(gone.removed_reason, "Executor heartbeat timed out after 120000 ms");
  const Duration missed =
      gone.removed - result.timeline.jobs[0].submitted - Duration::seconds(25);
  EXPECT_GE(missed, Duration::seconds(109));  // 120 s, less what is left of a beat, plus a look
  EXPECT_LE(missed, Duration::seconds(181));
  // Two tasks hung on it all that time, and ran again elsewhere.
  EXPECT_EQ(outcomes(result.timeline)[Outcome::ExecutorLostFailure], 2);
  EXPECT_EQ(outcomes(result.timeline)[Outcome::Success], 40);
}

// Nothing that ends on a dead executor reaches the driver, however short the time until it knows.
TEST(SilentExecutor, NoTaskEndsBetweenTheLossAndItsNotice) {
  const auto loss = disturbance(
      "executor_loss", {{"after", "first_job"}, {"at", "25s"}, {"noticed", "20s"}});
  const Result result = result_of(two_workers(loss));
  ASSERT_TRUE(result.succeeded) << result.failure;
  const Time died = result.timeline.jobs[0].submitted + Duration::seconds(25);
  const ExecutorId gone = lost_in(result.timeline);
  ASSERT_TRUE(gone.valid());
  for (std::size_t a = 0; a < result.timeline.attempts.size(); ++a)
    if (result.timeline.attempts.executor[a] == gone &&
        result.timeline.attempts.outcome[a] == Outcome::Success) {
      EXPECT_LE(result.timeline.attempts.finish[a], died + Duration::millis(100));
    }
}

TEST(SilentNode, TheMasterGivesItsWorkerUp) {
  const auto loss = disturbance("node_loss", {{"node", "worker-1"},
                                              {"after", "first_job"},
                                              {"at", "25s"},
                                              {"silent", "true"}});
  const Result result = result_of(two_workers(loss));
  ASSERT_TRUE(result.succeeded) << result.failure;
  std::vector<Duration> removals;
  for (const ExecutorSpan& executor : result.timeline.executors)
    if (executor.removed.happened() && executor.removed < result.timeline.application.end)
      removals.push_back(executor.removed - result.timeline.jobs[0].submitted);
  ASSERT_EQ(removals.size(), 1U);
  EXPECT_GE(removals[0], Duration::seconds(85));   // spark.worker.timeout after it fell silent
  EXPECT_LE(removals[0], Duration::seconds(145));  // twice that
  EXPECT_EQ(outcomes(result.timeline)[Outcome::Success], 40);
}

// As Spark 3.5.7 did when a worker process was killed: the map stage that runs takes the outputs
// that went with the machine back at once, in the same attempt.
TEST(NodeLoss, ARunningMapStageRunsLostOutputsAgain) {
  Scenario scenario = two_workers(disturbance(
      "node_loss", {{"node", "worker-1"}, {"after", "first_job"}, {"at", "28s"}}));
  JobSpec& job = std::get<JobsWorkload>(scenario.workload).jobs[0];
  job.stages.push_back(job.stages[0]);
  job.stages[0].shuffle_write = Bytes::mib(40);
  job.stages[1].name = "reduce", job.stages[1].parents = {"only"};
  const Result result = result_of(scenario);
  ASSERT_TRUE(result.succeeded) << result.failure;
  EXPECT_EQ(result.timeline.stages.size(), 2U);
  const auto resubmitted = std::ranges::count(result.timeline.failures, "Resubmitted",
                                              &AttemptFailure::reason);
  EXPECT_EQ(resubmitted, 4);  // two waves on two cores
  EXPECT_EQ(outcomes(result.timeline)[Outcome::ExecutorLostFailure], 2);
  EXPECT_EQ(outcomes(result.timeline)[Outcome::Success], 40 + 4 + 40);
}

Result partitioned(const char* lasts) {
  return result_of(two_workers(disturbance(
      "network_partition", {{"after", "first_job"}, {"at", "25s"}, {"lasts", lasts}})));
}

TEST(Partition, AShortOneDelaysWhatTasksHaveDone) {
  const Result plain = partitioned("1ms");
  const Result result = partitioned("60s");
  ASSERT_TRUE(result.succeeded) << result.failure;
  EXPECT_EQ(outcomes(result.timeline)[Outcome::Success], 40);
  EXPECT_EQ(result.totals.failed_attempts, 0U);
  // Each slot stands still from the end of its task until the two hear each other again.
  const Duration lost = result.timeline.wall() - plain.timeline.wall();
  EXPECT_GE(lost, Duration::seconds(50));
  EXPECT_LE(lost, Duration::seconds(60));
  const Time from = result.timeline.jobs[0].submitted + Duration::seconds(26);
  for (const Time finish : result.timeline.attempts.finish)
    EXPECT_FALSE(finish > from && finish < from + Duration::seconds(58));
}

TEST(Partition, ALongOneCostsTheExecutors) {
  const Result result = partitioned("5min");
  ASSERT_TRUE(result.succeeded) << result.failure;
  EXPECT_EQ(outcomes(result.timeline)[Outcome::Success], 40);
  EXPECT_EQ(outcomes(result.timeline)[Outcome::ExecutorLostFailure], 4);
  // Nobody new is heard of while it lasts.
  const Time until = result.timeline.jobs[0].submitted + Duration::seconds(325);
  for (std::size_t e = 2; e < result.timeline.executors.size(); ++e)
    EXPECT_GE(result.timeline.executors[e].added, until);
}

TEST(TaskFailures, AreDrawnForEachAttempt) {
  Scenario scenario = two_workers(disturbance("task_failure", {{"probability", "0.2"}}));
  const Result result = result_of(scenario);
  ASSERT_TRUE(result.succeeded) << result.failure;
  const int failures = outcomes(result.timeline)[Outcome::ExceptionFailure];
  EXPECT_GE(failures, 3);  // 10 are expected
  EXPECT_LE(failures, 20);
  EXPECT_EQ(outcomes(result.timeline)[Outcome::Success], 40);
  EXPECT_EQ(result.timeline.failures[0].reason.substr(0, 19), "java.io.IOException");
  scenario.seed = 2;
  EXPECT_NE(outcomes(result_of(scenario).timeline), outcomes(result.timeline));
}

TEST(TaskFailures, FourOfOneTaskEndTheJob) {
  const Result result = result_of(two_workers(disturbance("task_failure", {{"probability", "1"}})));
  EXPECT_FALSE(result.succeeded);
  EXPECT_NE(result.failure.find("failed 4 times"), std::string::npos) << result.failure;
}

TEST(TaskFailures, MayConcernOneStage) {
  Scenario scenario = two_workers(disturbance(
      "task_failure", {{"probability", "1"}, {"stage", "second"}, {"counts", "false"}}));
  JobSpec& job = std::get<JobsWorkload>(scenario.workload).jobs[0];
  StageSpec second = job.stages[0];
  second.name = "second", second.tasks = 3, second.parents = {"only"};
  job.stages.push_back(second);
  const Result result = result_of(scenario);
  ASSERT_TRUE(result.succeeded) << result.failure;
  for (std::size_t a = 0; a < result.timeline.attempts.size(); ++a)
    if (result.timeline.attempts.outcome[a] != Outcome::Success) {
      EXPECT_EQ(result.timeline.attempts.stage[a].index(), 1U);
    }
  EXPECT_EQ(outcomes(result.timeline)[Outcome::ExceptionFailure], 3 * 8);
}

}  // namespace
}  // namespace muster
