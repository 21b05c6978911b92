// Tasks that fail, stages and jobs that are given up. Numbers in comments are sections of
// spark-semantics.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "models/task_schedulers/exclusion.h"
#include "tests/app_builder.h"

namespace muster {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

// Task 1 of two fails `times` times after half a second each.
AppBuilder failing(int times, bool counts = true) {
  AppBuilder build;
  build.stage(2, seconds(1));
  for (int n = 0; n < times; ++n)
    build.fails(1, static_cast<std::uint16_t>(n), ms(500), counts);
  return build;
}

TEST(Failures, ATaskMayFailThreeTimes) {
  const Simulated run = simulate(failing(3).build(), cluster({2}));
  EXPECT_EQ(run.failure, "");
  EXPECT_EQ(run.wall(), ms(3 * 500 + 1000));
  EXPECT_EQ(run.timeline.jobs[0].outcome, JobOutcome::Succeeded);
  EXPECT_EQ(run.timeline.failures.size(), 3U);
}

// 1.3: the message as Spark writes it, so that it can be compared with a recorded log's.
TEST(Failures, TheFourthAbortsTheStageWithSparksMessage) {
  const Simulated run = simulate(failing(4).build(), cluster({2}));
  EXPECT_EQ(run.failure,
            "Job aborted due to stage failure: Task 1 in stage 0.0 failed 4 times, most recent "
            "failure: Lost task 1.3 in stage 0.0 (TID 4) (h0 executor 0): "
            "java.lang.RuntimeException: no");
  EXPECT_EQ(run.wall(), seconds(2));  // at the fourth failure
  EXPECT_EQ(run.timeline.jobs[0].outcome, JobOutcome::Failed);
  EXPECT_EQ(run.timeline.jobs[0].failure, run.failure);
  EXPECT_EQ(run.timeline.stages[0].failure, run.failure);
  EXPECT_EQ(run.timeline.stages[0].completed, run.timeline.jobs[0].completed);
  EXPECT_FALSE(run.stuck);
}

TEST(Failures, TheLimitCanBeSet) {
  EXPECT_EQ(simulate(failing(1).conf("spark.task.maxFailures", "2").build(), cluster({2})).failure,
            "");
  EXPECT_THAT(simulate(failing(2).conf("spark.task.maxFailures", "2").build(), cluster({2}))
                  .failure,
              StartsWith("Job aborted due to stage failure: Task 1 in stage 0.0 failed 2 times"));
}

// 1.3, 16.10.
TEST(Failures, LocalModeRetriesOnlyWhereItIsTold) {
  const auto failure = [](int times, std::string_view master) {
    return simulate(failing(times).conf("spark.master", master).build(), cluster({2})).failure;
  };
  EXPECT_THAT(failure(1, "local"), ::testing::HasSubstr("failed 1 times"));
  EXPECT_THAT(failure(1, "local[2]"), ::testing::HasSubstr("failed 1 times"));
  EXPECT_THAT(failure(1, "local[*]"), ::testing::HasSubstr("failed 1 times"));
  EXPECT_EQ(failure(2, "local[2,3]"), "");
  EXPECT_THAT(failure(3, "local[2,3]"), ::testing::HasSubstr("failed 3 times"));
  EXPECT_EQ(failure(3, "local-cluster[2,1,1024]"), "");
}

// local[N] does not look at spark.task.maxFailures.
TEST(Failures, LocalModeIgnoresTheClustersLimit) {
  EXPECT_NE(simulate(failing(1).conf("spark.master", "local[2]")
                         .conf("spark.task.maxFailures", "9").build(),
                     cluster({2})).failure,
            "");
}

// TaskEndReason.countTowardsTaskFailures: a kill or a denied commit is not the task's fault.
TEST(Failures, SomeDoNotCount) {
  const Simulated run = simulate(failing(10, false).build(), cluster({2}));
  EXPECT_EQ(run.failure, "");
  EXPECT_EQ(run.wall(), ms(10 * 500 + 1000));
}

// Of each task its own: many tasks that fail once abort nothing.
TEST(Failures, AreCountedForEachTask) {
  AppBuilder build;
  build.stage(10, seconds(1));
  for (std::uint32_t i = 0; i < 10; ++i) build.fails(i, 0, ms(100));
  const Simulated run = simulate(build.build(), cluster({2}));
  EXPECT_EQ(run.failure, "");
  EXPECT_EQ(run.timeline.attempts.size(), 20U);
}

// An action that throws ends a program that is not known to catch it.
TEST(Failures, AFailedJobEndsTheApplication) {
  AppBuilder build = failing(4);
  build.job().stage(1, seconds(1));
  build.app.jobs[0].end_delay = ms(7);
  const Simulated run = simulate(build.build(), cluster({2}));
  ASSERT_EQ(run.timeline.jobs.size(), 1U);
  EXPECT_EQ(run.wall(), ms(2007));
  EXPECT_TRUE(run.attempts_of(1).empty());
}

// Its other tasks run on, but nothing new is launched and the children are never submitted.
TEST(Failures, AnAbortedStageLaunchesNothingMore) {
  AppBuilder build;
  build.stage(8, seconds(3)).fails(0, 0, ms(100)).stage(1, seconds(1), {0});
  const Simulated run =
      simulate(build.conf("spark.task.maxFailures", "1").build(), cluster({2}));
  EXPECT_EQ(run.timeline.attempts.size(), 2U);
  EXPECT_EQ(run.wall(), ms(100));
  ASSERT_EQ(run.timeline.stages.size(), 2U);
  EXPECT_FALSE(run.timeline.stages[1].submitted.happened());
}

TEST(Failures, OtherStagesOfTheJobFailWithIt) {
  AppBuilder build;
  build.stage(1, seconds(1)).fails(0, 0, ms(100)).stage(1, seconds(5)).stage(1, seconds(1), {0, 1});
  const Simulated run =
      simulate(build.conf("spark.task.maxFailures", "1").build(), cluster({2}));
  EXPECT_EQ(run.timeline.stages[1].failure, run.failure);
  EXPECT_EQ(run.timeline.stages[1].completed - run.timeline.application.start, ms(100));
}

TEST(Failures, TheAttemptTableTellsWhatHappened) {
  const Simulated run = simulate(failing(2).build(), cluster({2}));
  EXPECT_THAT(run.timeline.attempts.outcome,
              ElementsAre(Outcome::Success, Outcome::ExceptionFailure, Outcome::ExceptionFailure,
                          Outcome::Success));
  EXPECT_THAT(run.timeline.attempts.number, ElementsAre(0, 0, 1, 2));
  ASSERT_EQ(run.timeline.failures.size(), 2U);
  EXPECT_EQ(run.timeline.failures[0].attempt, AttemptId(1));
  EXPECT_EQ(run.timeline.failures[0].reason, "java.lang.RuntimeException: no");
  EXPECT_EQ(run.timeline.attempts.has_metrics[1], 0);
  EXPECT_EQ(run.timeline.attempts.has_metrics[3], 1);
}

// --- stages that are known to fail ---------------------------------------------------------------

// A stage attempt that a recording saw fail (a fetch failure, say) ends so again, and its retry
// follows as the recording says.
TEST(PlannedStageFailure, EndsTheAttemptAndTheRetryFollows) {
  AppBuilder build;
  build.stage(4, seconds(10)).stage(2, seconds(1), {0});
  Application app = build.build();
  app.stages[0].fails_after = seconds(3);
  app.stages[0].failure = "FetchFailed";
  app.stages[1].spark_id = 0, app.stages[1].attempt = 1;
  app.stages[1].submit_delay = ms(200);
  const Simulated run = simulate(app, cluster({4}));
  EXPECT_EQ(run.failure, "");
  ASSERT_EQ(run.timeline.stages.size(), 2U);
  EXPECT_EQ(run.timeline.stages[0].failure, "FetchFailed");
  EXPECT_EQ(run.timeline.stages[0].completed - run.timeline.application.start, seconds(3));
  EXPECT_EQ(run.timeline.stages[1].submitted - run.timeline.application.start, ms(3200));
  // The zombie's tasks keep their slots (1.3), so the retry waits for them.
  EXPECT_EQ(run.launch(4), seconds(10));
  EXPECT_EQ(run.timeline.attempts.outcome[0], Outcome::Success);
}

TEST(PlannedStageFailure, ItsJobMayBeKnownToFailWithoutAnEndOfTheProgram) {
  AppBuilder build;
  build.stage(1, seconds(10)).job().stage(1, seconds(1));
  Application app = build.build();
  app.stages[0].fails_after = seconds(2), app.stages[0].failure = "cancelled";
  app.jobs[0].fails = true, app.jobs[0].failure = "cancelled";
  const Simulated run = simulate(app, cluster({2}));
  EXPECT_EQ(run.failure, "");
  EXPECT_EQ(run.timeline.jobs[0].outcome, JobOutcome::Failed);
  EXPECT_EQ(run.timeline.jobs[0].failure, "cancelled");
  EXPECT_EQ(run.timeline.jobs[1].outcome, JobOutcome::Succeeded);
  EXPECT_EQ(run.timeline.jobs[1].completed - run.timeline.application.start, seconds(3));
}

// Two originals win against their copies; each copy is told so once.
TEST(Speculation, TheLoserIsKilledOnce) {
  AppBuilder build;
  build.conf("spark.speculation", "true").conf("spark.speculation.quantile", "0.5");
  build.stage({seconds(10), seconds(1), seconds(2), ms(3200)});
  build.job().stage(1, seconds(1));
  const Simulated run = simulate(build.build(), cluster({1, 1, 1, 1}));
  EXPECT_TRUE(run.failure.empty()) << run.failure;
  const AttemptTable& attempts = run.timeline.attempts;
  ASSERT_EQ(attempts.size(), 7U);
  EXPECT_EQ(std::ranges::count(attempts.speculative, 1), 2);
  EXPECT_EQ(std::ranges::count(attempts.outcome, Outcome::TaskKilled), 2);
  for (const AttemptFailure& failure : run.timeline.failures)
    EXPECT_EQ(failure.reason, "another attempt succeeded");
  EXPECT_EQ(run.timeline.failures.size(), 2U);
}

// TaskSetManager.dequeueTaskFromList: what runs somewhere is not launched, failed before or not.
TEST(Speculation, AFailedOriginalIsLeftToItsCopy) {
  AppBuilder build;
  build.conf("spark.speculation", "true").conf("spark.speculation.quantile", "0.5");
  build.stage({seconds(10), seconds(1), seconds(1), seconds(1)}).fails(0, 0, seconds(5));
  const Simulated run = simulate(build.build(), cluster({1, 1, 1, 1}));
  EXPECT_TRUE(run.failure.empty()) << run.failure;
  const AttemptTable& attempts = run.timeline.attempts;
  ASSERT_EQ(attempts.size(), 5U);
  EXPECT_EQ(attempts.outcome[0], Outcome::ExceptionFailure);
  EXPECT_EQ(attempts.index[4], 0U);
  EXPECT_EQ(attempts.speculative[4], 1);
  EXPECT_EQ(attempts.outcome[4], Outcome::Success);
}

// TaskSchedulerImpl.resourceOffers: the only executor is excluded for the task and busy with
// another, so there is nothing to kill and nothing to wait for.
TEST(Exclusion, ATaskThatCanRunNowhereEndsTheJob) {
  AppBuilder build;
  build.conf("spark.excludeOnFailure.enabled", "true");
  build.stage({seconds(10), seconds(10)}).fails(0, 0, seconds(1));
  const Simulated run = simulate(build.build(), cluster({2}));
  EXPECT_THAT(run.failure, ::testing::HasSubstr(
                               "Job aborted due to stage failure: Aborting TaskSet 0.0 because "
                               "task 0 (partition 0) cannot run anywhere due to node and executor "
                               "excludeOnFailure."));
  EXPECT_EQ(run.timeline.jobs[0].completed - run.timeline.application.start, seconds(1));
}

// An idle one is killed; where none comes in its place the set is given up after two minutes.
TEST(Exclusion, AnIdleExecutorIsKilledToMakeRoomForAnother) {
  AppBuilder build;
  build.conf("spark.excludeOnFailure.enabled", "true");
  build.stage({seconds(10)}).fails(0, 0, seconds(1));
  const Simulated run = simulate(build.build(), cluster({1}));
  EXPECT_THAT(run.failure, ::testing::HasSubstr("cannot run anywhere"));
  EXPECT_EQ(run.timeline.jobs[0].completed - run.timeline.application.start, seconds(121));
  ASSERT_EQ(run.timeline.executors.size(), 1U);
  EXPECT_EQ(run.timeline.executors[0].removed_reason, "Executor killed by driver.");
}

// Another executor may run it: nobody is killed.
TEST(Exclusion, ATaskGoesWhereItHasNotFailed) {
  AppBuilder build;
  build.conf("spark.excludeOnFailure.enabled", "true");
  build.stage({seconds(10)}).fails(0, 0, seconds(1));
  const Simulated run = simulate(build.build(), cluster({1, 1}));
  EXPECT_EQ(run.failure, "");
  ASSERT_EQ(run.timeline.attempts.size(), 2U);
  EXPECT_NE(run.timeline.attempts.executor[0], run.timeline.attempts.executor[1]);
}

// HealthTracker: failures count for the application when their stage has succeeded, not before.
TEST(Exclusion, OfTheApplicationFollowsTheStagesSuccess) {
  AppBuilder build;
  build.conf("spark.excludeOnFailure.enabled", "true");
  build.stage(4, seconds(5));
  for (std::uint32_t task = 0; task < 4; ++task) build.fails(task, 0, seconds(1));
  build.concurrent_job(seconds(2)).stage(2, seconds(1));
  build.concurrent_job(seconds(20)).stage(4, seconds(1));
  const Simulated run = simulate(build.build(), cluster({2, 1, 1}));
  EXPECT_EQ(run.failure, "");
  const auto on_first = [&](std::int64_t stage) {
    std::size_t count = 0;
    for (const std::uint32_t attempt : run.attempts_of(stage))
      count += run.executor(attempt) == "0" ? 1 : 0;
    return count;
  };
  EXPECT_EQ(on_first(0), 2U);  // both failed, so the stage avoids it
  EXPECT_EQ(on_first(1), 2U);  // meanwhile others need not
  EXPECT_EQ(on_first(2), 0U);
}

// HealthTracker does not exclude again what is excluded: a set that succeeds later pushes nothing
// on.
TEST(Exclusion, OfTheApplicationEndsAnHourAfterItBegan) {
  AppBuilder build;
  build.conf("spark.excludeOnFailure.enabled", "true");
  build.conf("spark.excludeOnFailure.application.maxFailedExecutorsPerNode", "1");
  Exclusion exclusion(build.build());
  for (const std::uint32_t set : {0u, 1u})
    for (const std::uint32_t task : {0u, 1u})
      exclusion.failed({.task_set = TaskSetId(set),
                        .index = task,
                        .executor = ExecutorId(0),
                        .outcome = Outcome::ExceptionFailure,
                        .counts = true,
                        .launch = Time()},
                       NodeId(0), Time());
  const Time begin = Time() + seconds(10);
  exclusion.succeeded(TaskSetId(0), begin);
  exclusion.succeeded(TaskSetId(1), begin + seconds(1800));
  EXPECT_FALSE(exclusion.allows(ExecutorId(0), NodeId(0), begin + seconds(3599)));
  EXPECT_TRUE(exclusion.allows(ExecutorId(0), NodeId(0), begin + seconds(3600)));
}

// spark.blacklist.* until 4.0; alone before 3.1.
TEST(Exclusion, HasItsOldNamesInOldVersions) {
  const auto executors = [](std::string_view version, std::string_view key) {
    AppBuilder build;
    build.version(version).conf(key, "true");
    build.stage({seconds(10)}).fails(0, 0, seconds(1));
    const Simulated run = simulate(build.build(), cluster({1}));
    return run.failure.empty() ? "retried" : "excluded";
  };
  EXPECT_STREQ(executors("2.4.8", "spark.blacklist.enabled"), "excluded");
  EXPECT_STREQ(executors("3.5.7", "spark.blacklist.enabled"), "excluded");
  EXPECT_STREQ(executors("4.1.0", "spark.blacklist.enabled"), "retried");
  EXPECT_STREQ(executors("2.4.8", "spark.excludeOnFailure.enabled"), "retried");
  EXPECT_STREQ(executors("4.1.0", "spark.excludeOnFailure.enabled"), "excluded");
}

// spark.speculation.task.duration.threshold: a set of one task has no median to be compared with.
TEST(Speculation, ALongTaskIsCopiedAfterTheThreshold) {
  AppBuilder build;
  build.conf("spark.speculation", "true").conf("spark.executor.cores", "1");
  build.stage(1, seconds(100));
  EXPECT_EQ(simulate(build.build(), cluster({1, 1})).timeline.attempts.size(), 1U);
  build.conf("spark.speculation.task.duration.threshold", "10s");
  const Simulated run = simulate(build.build(), cluster({1, 1}));
  ASSERT_EQ(run.timeline.attempts.size(), 2U);
  EXPECT_EQ(run.timeline.attempts.speculative[1], 1);
  EXPECT_GT(run.launch(1), seconds(10));
  EXPECT_LE(run.launch(1), ms(10'200));
}

}  // namespace
}  // namespace muster
