// Barrier stages need slots for all their tasks before their job is submitted
// (DAGScheduler.checkBarrierStageWithNumSlots, 3.5).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <variant>

#include "sim/plan/explain.h"
#include "sim/run/check_scenario.h"
#include "sim/run/run.h"
#include "tests/report_timelines.h"
#include "tests/simulated.h"

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

// More tries than 16 bits hold; the second worker comes after 70,000 s.
TEST(Barrier, IsGivenUpAfterAsManyTriesAsAreSet) {
  Scenario scenario = barrier(Duration::seconds(70'000));
  scenario.conf.set("spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", "65535");
  scenario.conf.set("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s");
  const Result result = result_of(scenario);
  EXPECT_THAT(result.failure, HasSubstr("[SPARK-24819]"));
  const Duration tried = result.timeline.application.end - result.milestones.context_ready;
  EXPECT_GE(tried, Duration::seconds(65'535));
  EXPECT_LT(tried, Duration::seconds(65'537));
}

// Executor 1 is told to go before the job comes; its blocks keep it until long after. From 3.1 on
// its slots do not count.
TEST(Barrier, DoesNotCountExecutorsThatLeave) {
  Scenario scenario = barrier(Duration());
  scenario.conf.set("spark.storage.decommission.enabled", "true");
  scenario.conf.set("spark.decommission.enabled", "true");
  scenario.cluster.disturbances = {{"executor_loss", {{"at", "15s"}, {"how", "decommission"}}}};
  StepSpec gap;
  gap.gap = Duration::seconds(20);
  auto& steps = std::get<ProgramWorkload>(scenario.workload).rounds[0].threads[0].steps;
  steps.insert(steps.begin(), gap);
  const Result result = result_of(scenario);
  ASSERT_TRUE(result.succeeded) << result.failure;
  ASSERT_EQ(result.timeline.executors.size(), 3u);
  EXPECT_GE(result.timeline.jobs[0].submitted, result.timeline.executors[2].added);
}

// EMR has it on by default, a local master never.
TEST(Barrier, MindsOnlyDynamicAllocationThatIsInEffect) {
  const auto problems_of = [](const Scenario& scenario) {
    Problems problems;
    check_scenario(scenario, problems);
    return problems.text();
  };
  Scenario emr = barrier(Duration());
  emr.cluster.master = "yarn";
  emr.cluster.nodes[0].role = "core";
  for (NodeSpec& node : emr.cluster.nodes) node.instance = "m5.xlarge";
  emr.cluster.cloud = {"emr", {{"release", "6.15"}}};
  EXPECT_THAT(problems_of(emr), HasSubstr("[SPARK-24942]"));
  emr.cluster.cloud.parameters.emplace_back("maximize_resource_allocation", "true");
  EXPECT_EQ(problems_of(emr), "");
  Scenario local = barrier(Duration());
  local.cluster.master = "local[4]";
  local.cluster.nodes.clear();
  local.conf.set("spark.dynamicAllocation.enabled", "true");
  EXPECT_EQ(problems_of(local), "");
}

// One executor of two cores; the barrier stage is submitted while a task of 5 s runs.
TEST(Barrier, WaitsForItsSlotsByName) {
  TimelineMaker make;
  make.executor("0", "a", 2, 0).job(0, 1000, 6000, {0}).stage(0, 1000, 6000, 1);
  make.job(1, 1900, 9100, {1}).stage(1, 2000, 9000, 2).task(0, 0, 0, 1000, 6000);
  make.task(1, 0, 0, 6500, 9000).task(1, 1, 0, 6500, 9000).end(9500);
  Timeline& t = make.timeline;
  const auto at = [&](std::int64_t ms) { return t.application.start + Duration::millis(ms); };
  const TimeSpan none = slot_waits(t)[1];
  EXPECT_EQ(none.from, none.to);  // it is no barrier stage yet
  t.stages[1].rdds.emplace_back().barrier = true;
  EXPECT_EQ(slot_waits(t)[1], (TimeSpan{at(2000), at(6500)}));

  const CriticalPath path = critical_path(t);
  EXPECT_EQ(path.of(PathKind::SlotWait), Duration::millis(4500));
  EXPECT_EQ(path.of(PathKind::StagePreparation), Duration());
  const auto wait = std::ranges::find(path.segments, PathKind::SlotWait, &PathSegment::kind);
  ASSERT_NE(wait, path.segments.end());
  EXPECT_EQ(wait->note, "2 slots, since it is a barrier stage");

  // The free core until 6 s, then both.
  const IdleTime idle = explain_idle(t);
  EXPECT_EQ(idle.of(IdleCause::SlotWait), Duration::millis(4000 + 2 * 500));
  const IdleMap map = idle_map(t, assign_slots(t));
  EXPECT_EQ(map.piece({.slot = 1, .from = at(3000), .to = at(6500), .before = 1}).cause,
            IdleCause::SlotWait);
  EXPECT_EQ(words_of(*map.driver_at(at(6200))), "waiting for a barrier stage's slots");
}

// Where both slots are free, what is left is the driver's preparation.
TEST(Barrier, OfFreeSlotsIsPreparedLikeAnyStage) {
  TimelineMaker make;
  make.executor("0", "a", 2, 0).job(0, 1000, 6000, {0}).stage(0, 1100, 6000, 2);
  make.task(0, 0, 0, 1500, 6000).task(0, 1, 0, 1500, 6000).end(6500);
  make.timeline.stages[0].rdds.emplace_back().barrier = true;
  const CriticalPath path = critical_path(make.timeline);
  EXPECT_EQ(path.of(PathKind::SlotWait), Duration());
  EXPECT_EQ(path.of(PathKind::StagePreparation), Duration::millis(400));
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
