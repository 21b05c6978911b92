// Barrier stages need slots for all their tasks before their job is submitted
// (DAGScheduler.checkBarrierStageWithNumSlots, 3.5).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "sim/run/check_scenario.h"
#include "sim/run/run.h"

namespace muster {
namespace {

using ::testing::HasSubstr;

// Four tasks that start at once, on workers of two cores of which the second comes at `late`.
Scenario barrier(Duration late) {
  Scenario scenario;
  scenario.cluster.master = "spark://m:7077";
  NodeSpec worker;
  worker.name = "worker", worker.cores = 2, worker.memory = Bytes::gib(4);
  scenario.cluster.nodes = {worker, worker};
  scenario.cluster.nodes[1].name = "late", scenario.cluster.nodes[1].starts_at = late;
  ProgramWorkload program;
  RddSpec rdd;
  rdd.id = "train", rdd.partitions = 4, rdd.barrier = true;
  program.rdds = {rdd};
  StepSpec step;
  step.job = "train";
  ThreadSpec thread;
  thread.steps = {step};
  RoundSpec round;
  round.threads = {thread};
  program.rounds = {round};
  scenario.workload = program;
  return scenario;
}

Result result_of(const Scenario& scenario) {
  Problems problems;
  auto result = run(scenario, problems);
  EXPECT_TRUE(result) << problems.text();
  return result ? *result : Result();
}

TEST(Barrier, IsTriedAgainEvery15Seconds) {
  const Result result = result_of(barrier(Duration::seconds(40)));
  ASSERT_TRUE(result.succeeded) << result.failure;
  const Duration wait = result.timeline.jobs[0].submitted - result.milestones.context_ready;
  EXPECT_GT(wait, Duration::seconds(45));
  EXPECT_LT(wait, Duration::seconds(61));
}

TEST(Barrier, IsGivenUpAfter40Tries) {
  const Result result = result_of(barrier(Duration::seconds(7200)));
  EXPECT_FALSE(result.succeeded);
  EXPECT_THAT(result.failure, HasSubstr("[SPARK-24819]: Barrier execution mode does not allow run "
                                        "a barrier stage that requires more slots"));
  const Duration tried = result.timeline.application.end - result.milestones.context_ready;
  EXPECT_GE(tried, Duration::seconds(600));
  EXPECT_LT(tried, Duration::seconds(602));
}

TEST(Barrier, DoesNotGoWithDynamicAllocation) {
  Scenario scenario = barrier(Duration());
  scenario.conf.set("spark.dynamicAllocation.enabled", "true");
  Problems problems;
  check_scenario(scenario, problems);
  EXPECT_THAT(problems.text(), HasSubstr("[SPARK-24942]: Barrier execution mode does not support"));
}

}  // namespace
}  // namespace muster
