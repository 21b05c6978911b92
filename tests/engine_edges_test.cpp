// Where a run has nothing to do, nothing to do it with, or is cut off.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "sim/run/run.h"
#include "tests/app_builder.h"

namespace muster {
namespace {

using ::testing::Each;

Duration since_start(const Simulated& run, Time at) { return at - run.timeline.application.start; }

TEST(NothingToDo, AnApplicationWithoutJobsEndsAfterItsTail) {
  AppBuilder build;
  build.app.tail = ms(20);
  const Simulated run = simulate(build.build(), cluster({1}));
  EXPECT_EQ(run.wall(), ms(20));
  EXPECT_FALSE(run.stuck);
  EXPECT_TRUE(run.timeline.jobs.empty());
}

TEST(NothingToDo, AJobWithoutStagesEndsAtOnce) {
  AppBuilder build;
  build.job().job().stage(1, seconds(1));
  build.app.jobs[0].delay = ms(30), build.app.jobs[0].end_delay = ms(4);
  const Simulated run = simulate(build.build(), cluster({1}));
  EXPECT_EQ(since_start(run, run.timeline.jobs[0].submitted), ms(30));
  EXPECT_EQ(since_start(run, run.timeline.jobs[0].completed), ms(34));
  EXPECT_EQ(run.wall(), ms(1034));
}

// spark-semantics.md, 1.2.4: submitted and completed, with nothing between.
TEST(NothingToDo, AStageOverNoPartitionsCompletesAtOnce) {
  AppBuilder build;
  build.stage(std::vector<Duration>{}).stage(2, seconds(1), {0});
  build.app.stages[0].submit_delay = ms(5), build.app.stages[0].completion = ms(2);
  const Simulated run = simulate(build.build(), cluster({2}));
  EXPECT_EQ(since_start(run, run.timeline.stages[0].submitted), ms(5));
  EXPECT_EQ(since_start(run, run.timeline.stages[0].completed), ms(7));
  EXPECT_EQ(run.launch(0), ms(7));
  EXPECT_EQ(run.wall(), ms(1007));
}

TEST(NothingToDo, AStageOverNoPartitionsNeedsNoExecutor) {
  const Simulated run = simulate(AppBuilder().stage(std::vector<Duration>{}).build(), {});
  EXPECT_FALSE(run.stuck);
  EXPECT_EQ(run.wall(), Duration());
}

TEST(NothingToDo, TasksOfNoLengthTakeNoTime) {
  const Simulated run = simulate(AppBuilder().stage(100, Duration()).build(), cluster({1}));
  EXPECT_EQ(run.wall(), Duration());
  EXPECT_EQ(run.timeline.attempts.size(), 100U);
  EXPECT_THAT(run.timeline.attempts.outcome, Each(Outcome::Success));
}

// 1.1.4: announced with the job, never submitted, and nobody waits for it.
TEST(SkippedStage, IsListedAndNothingElse) {
  AppBuilder build;
  build.stage(2, seconds(1));
  build.job().skipped_stage(2).stage(3, seconds(1));
  const Simulated run = simulate(build.build(), cluster({4}));
  ASSERT_EQ(run.timeline.stages.size(), 3U);
  EXPECT_EQ(run.timeline.stages[1].id, 1);
  EXPECT_EQ(run.timeline.stages[1].tasks, 2);
  EXPECT_FALSE(run.timeline.stages[1].submitted.happened());
  EXPECT_FALSE(run.timeline.stages[1].completed.happened());
  EXPECT_EQ(run.timeline.jobs[1].stage_ids, (std::vector<std::int64_t>{1, 2}));
  EXPECT_TRUE(run.attempts_of(1).empty());
  EXPECT_EQ(run.wall(), seconds(2));
}

TEST(SkippedStage, AJobOfNothingElseEndsAtOnce) {
  AppBuilder build;
  build.skipped_stage(2);
  const Simulated run = simulate(build.build(), cluster({1}));
  EXPECT_FALSE(run.stuck);
  EXPECT_EQ(run.wall(), Duration());
}

TEST(NoExecutors, TheRunIsStuckAndEnds) {
  const Simulated run = simulate(AppBuilder().stage(3, seconds(1)).build(), {});
  EXPECT_TRUE(run.stuck);
  EXPECT_EQ(run.failure, "");
  EXPECT_EQ(run.waiting_tasks, 3U);
  EXPECT_TRUE(run.timeline.attempts.launch.empty());
  EXPECT_FALSE(run.timeline.jobs[0].completed.happened());
}

// A set that waits for a better place keeps the revive timer going: there must be something that
// the timer can change.
TEST(NoExecutors, NorDoesATimerRunForEver) {
  const Simulated run =
      simulate(AppBuilder().stage(3, seconds(1)).prefers({"h0"}).build(), {});
  EXPECT_TRUE(run.stuck);
  EXPECT_EQ(run.waiting_tasks, 3U);
}

TEST(NoExecutors, NoneIsLargeEnough) {
  const Simulated run = simulate(
      AppBuilder().conf("spark.task.cpus", "4").stage(3, seconds(1)).prefers({"h0"}).build(),
      cluster({3, 2}));
  EXPECT_TRUE(run.stuck);
  EXPECT_EQ(run.waiting_tasks, 3U);
}

// What a user reads in these cases.
TEST(NoExecutors, TheResultSaysWhy) {
  StageSpec stage;
  stage.tasks = 3;
  JobSpec job;
  job.stages = {stage};
  JobsWorkload workload;
  workload.jobs = {job};
  Scenario scenario;
  scenario.workload = workload;
  Problems problems;
  const std::optional<Result> none = run(scenario, problems);
  ASSERT_TRUE(none.has_value()) << problems.text();
  EXPECT_FALSE(none->succeeded);
  EXPECT_THAT(none->failure, ::testing::HasSubstr("Initial job has not accepted any resources"));

  scenario.cluster.executors.emplace_back().cores = 1;
  scenario.conf.set("spark.task.cpus", "2");
  const std::optional<Result> small = run(scenario, problems);
  ASSERT_TRUE(small.has_value()) << problems.text();
  EXPECT_FALSE(small->succeeded);
  EXPECT_THAT(small->failure, ::testing::HasSubstr("3 tasks wait for an executor"));
}

TEST(OneExecutor, RunsTasksOneAfterAnother) {
  const Simulated run =
      simulate(AppBuilder().stage({ms(300), ms(200), ms(100)}).build(), cluster({1}));
  EXPECT_EQ(run.launch(1), ms(300));
  EXPECT_EQ(run.launch(2), ms(500));
  EXPECT_EQ(run.wall(), ms(600));
}

TEST(ManyCores, TheLongestTaskIsTheWall) {
  const Simulated run = simulate(AppBuilder().stage({ms(300), ms(900), ms(100)}).build(),
                                 cluster({16, 16, 16}));
  EXPECT_EQ(run.wall(), ms(900));
  EXPECT_THAT(run.timeline.attempts.launch, Each(run.timeline.application.start));
}

// --- cut off -------------------------------------------------------------------------------------

TEST(Until, WhatHappensAtThatInstantStillHappens) {
  const Application app = AppBuilder().stage(3, seconds(1)).build();
  const Simulated run = simulate(app, cluster({1}), {.until = app.start + seconds(2)});
  EXPECT_TRUE(run.stuck);
  ASSERT_EQ(run.timeline.attempts.size(), 3U);
  EXPECT_EQ(run.finish(1), seconds(2));
  EXPECT_EQ(run.timeline.attempts.outcome[2], Outcome::Running);
  EXPECT_FALSE(run.timeline.attempts.finish[2].happened());
  EXPECT_FALSE(run.timeline.application.end.happened());
}

TEST(Until, AfterTheEndItChangesNothing) {
  const Application app = AppBuilder().stage(3, seconds(1)).build();
  const Simulated run = simulate(app, cluster({1}), {.until = app.start + seconds(100)});
  EXPECT_FALSE(run.stuck);
  EXPECT_EQ(run.wall(), seconds(3));
}

// A recording that was cut has no end: its replay is not stuck for lack of one.
TEST(Until, AnApplicationThatIsNotKnownToEndIsNotStuck) {
  AppBuilder build;
  build.stage(1, seconds(1));
  build.app.ends = false;
  const Simulated run = simulate(build.build(), cluster({1}));
  EXPECT_FALSE(run.stuck);
  EXPECT_FALSE(run.timeline.application.end.happened());
  EXPECT_EQ(run.timeline.jobs[0].outcome, JobOutcome::Succeeded);
}

}  // namespace
}  // namespace muster
