// Executors that come late, drain or are lost. Numbers in comments are sections of
// spark-semantics.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/app_builder.h"

namespace muster {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

// 2.1: a new executor is offered alone and filled to all its cores at once.
TEST(LateExecutor, IsFilledAloneAtOnce) {
  std::vector<ExecutorSpec> executors = cluster({2, 4});
  executors[1].registered_at = ms(300);
  const Simulated run = simulate(AppBuilder().stage(20, seconds(2)).build(), executors);
  const std::vector<std::uint32_t> its = run.attempts_on("1");
  ASSERT_GE(its.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(run.launch(its[i]), ms(300));
  EXPECT_THAT(std::vector(run.timeline.attempts.index.begin() + 2,
                          run.timeline.attempts.index.begin() + 6),
              ElementsAre(2, 3, 4, 5));
}

// 2.1: executors that join early take what there is; nothing moves when another comes.
TEST(LateExecutor, GetsNothingOfWhatIsAlreadyLaunched) {
  std::vector<ExecutorSpec> executors = cluster({4, 4});
  executors[1].registered_at = ms(1);
  const Simulated run = simulate(AppBuilder().stage(4, seconds(9)).build(), executors);
  EXPECT_TRUE(run.attempts_on("1").empty());
}

TEST(LateExecutor, IsRegisteredBeforeItIsUsable) {
  std::vector<ExecutorSpec> executors = cluster({1});
  executors[0].registered_at = ms(200), executors[0].usable_at = ms(350);
  const Simulated run = simulate(AppBuilder().stage(1, seconds(1)).build(), executors);
  EXPECT_EQ(run.timeline.executors[0].added - run.timeline.application.start, ms(200));
  EXPECT_EQ(run.launch(0), ms(350));
}

TEST(LateExecutor, IsNotInTheTimelineIfItNeverCame) {
  std::vector<ExecutorSpec> executors = cluster({1, 1});
  executors[1].registered_at = seconds(100);
  const Simulated run = simulate(AppBuilder().stage(1, seconds(1)).build(), executors,
                                 {.until = Time() + seconds(50)});
  EXPECT_EQ(run.timeline.executors.size(), 1U);
}

TEST(Executors, AreListedByRegistration) {
  std::vector<ExecutorSpec> executors = cluster({1, 1, 1});
  executors[0].registered_at = ms(20), executors[1].registered_at = ms(10);
  const Simulated run = simulate(AppBuilder().stage(3, seconds(1)).build(), executors);
  EXPECT_EQ(run.timeline.executors[0].id, "2");
  EXPECT_EQ(run.timeline.executors[1].id, "1");
  EXPECT_EQ(run.timeline.executors[2].id, "0");
  EXPECT_EQ(run.executor(0), "2");
  EXPECT_EQ(run.executor(2), "0");
}

TEST(DrainedExecutor, TakesNothingNewAndLeavesWhenItsLastTaskEnds) {
  std::vector<ExecutorSpec> executors = cluster({2, 1});
  executors[0].removed_at = ms(1500);
  const Simulated run = simulate(
      AppBuilder().stage({seconds(1), seconds(1), seconds(1), seconds(3), seconds(3), seconds(1),
                          seconds(1)}).build(),
      executors);
  EXPECT_THAT(run.timeline.attempts.outcome, Each(Outcome::Success));
  Duration last;
  for (const std::uint32_t a : run.attempts_on("0")) {
    EXPECT_LT(run.launch(a), ms(1500));
    last = std::max(last, run.finish(a));
  }
  EXPECT_EQ(run.timeline.executors[0].removed - run.timeline.application.start, last);
  EXPECT_GT(last, ms(1500));
}

TEST(DrainedExecutor, LeavesAtOnceWhenItIsIdle) {
  std::vector<ExecutorSpec> executors = cluster({1, 1});
  executors[1].removed_at = ms(500);
  executors[1].removed_reason = "idle for too long";
  const Simulated run = simulate(AppBuilder().stage({seconds(1)}).prefers({"h0"}).build(),
                                 executors);
  EXPECT_EQ(run.timeline.executors[1].removed - run.timeline.application.start, ms(500));
  EXPECT_EQ(run.timeline.executors[1].removed_reason, "idle for too long");
  EXPECT_EQ(run.timeline.executors[0].removed_reason, "");
}

// 1.3: what ran on it fails and runs again, on top of the others.
TEST(LostExecutor, ItsRunningTasksRunAgain) {
  std::vector<ExecutorSpec> executors = cluster({1, 1});
  executors[0].removed_at = ms(600), executors[0].removed_when_idle = false;
  executors[0].removed_reason = "worker lost";
  const Simulated run = simulate(AppBuilder().stage(4, seconds(1)).build(), executors);
  ASSERT_EQ(run.timeline.attempts.size(), 5U);
  const std::size_t lost = run.executor(0) == "0" ? 0 : 1;
  EXPECT_EQ(run.timeline.attempts.outcome[lost], Outcome::ExecutorLostFailure);
  EXPECT_EQ(run.finish(lost), ms(600));
  ASSERT_EQ(run.timeline.failures.size(), 1U);
  EXPECT_EQ(run.timeline.failures[0].reason, "worker lost");
  EXPECT_EQ(run.timeline.attempts.index[2], run.timeline.attempts.index[lost]);
  EXPECT_EQ(run.timeline.attempts.number[2], 1);
  EXPECT_EQ(run.launch(2), seconds(1));
  EXPECT_EQ(run.wall(), seconds(4));
}

// 2.8: the driver has the result; the loss a moment later takes nothing away.
TEST(LostExecutor, WhatItHadReportedIsKept) {
  std::vector<ExecutorSpec> executors = cluster({1, 1});
  executors[0].removed_at = ms(1010), executors[0].removed_when_idle = false;
  AppBuilder build;
  build.stage(2, seconds(1));
  build.app.result_handling = ms(50);
  const Simulated run = simulate(build.build(), executors);
  EXPECT_THAT(run.timeline.attempts.outcome, Each(Outcome::Success));
  EXPECT_EQ(run.wall(), ms(1050));
}

TEST(LostExecutor, AFreeCoreElsewhereTakesTheRetryAtOnce) {
  std::vector<ExecutorSpec> executors = cluster({1, 2});
  executors[0].removed_at = ms(600), executors[0].removed_when_idle = false;
  const Simulated run = simulate(AppBuilder().stage(2, seconds(1)).build(), executors);
  EXPECT_EQ(run.launch(2), ms(600));
  EXPECT_EQ(run.executor(2), "1");
  EXPECT_EQ(run.wall(), ms(1600));
}

// 1.3: losses that the application caused count like other failures.
TEST(LostExecutor, FourLossesOfOneTaskEndTheJob) {
  std::vector<ExecutorSpec> executors = cluster({1, 1, 1, 1});
  for (std::size_t e = 0; e < 4; ++e) {
    executors[e].registered_at = seconds(1) * static_cast<int>(e);
    executors[e].removed_at = seconds(1) * static_cast<int>(e) + ms(500);
    executors[e].removed_when_idle = false;
    executors[e].removed_reason = "OOM";
  }
  Application app = AppBuilder().stage(1, seconds(2)).build();
  // In a replay the recording says which stages are given up, not what its losses hit this time.
  EXPECT_EQ(simulate(app, executors).failure, "");
  app.decides_attempts = true;
  app.jobs[0].final_stages = {0};
  const Simulated run = simulate(app, executors);
  EXPECT_THAT(run.failure, ::testing::HasSubstr("Task 0 in stage 0.0 failed 4 times"));
  EXPECT_THAT(run.failure, ::testing::HasSubstr("(h3 executor 3): ExecutorLostFailure"));
  EXPECT_THAT(run.failure, ::testing::EndsWith("Reason: OOM"));
  EXPECT_EQ(run.wall(), ms(3500));
}

// The driver was still busy with the launches before: the attempt has no length, not a negative.
TEST(LostExecutor, ALaunchThatWasNotYetStampedEndsAtItsStamp) {
  std::vector<ExecutorSpec> executors = cluster({4});
  executors[0].removed_at = ms(15), executors[0].removed_when_idle = false;
  AppBuilder build;
  build.stage(4, seconds(1));
  build.app.dispatch = ms(10);
  const Simulated run = simulate(build.build(), executors);
  ASSERT_EQ(run.timeline.attempts.size(), 4U);
  EXPECT_EQ(run.launch(3), ms(30));
  EXPECT_EQ(run.finish(3), ms(30));
  EXPECT_EQ(run.finish(1), ms(15));
  EXPECT_TRUE(run.stuck);
}

TEST(LostExecutor, WithoutAnotherTheRunIsStuckAndSaysSo) {
  std::vector<ExecutorSpec> executors = cluster({2});
  executors[0].removed_at = ms(500), executors[0].removed_when_idle = false;
  const Simulated run = simulate(AppBuilder().stage(5, seconds(1)).build(), executors);
  EXPECT_TRUE(run.stuck);
  EXPECT_EQ(run.waiting_tasks, 5U);
  EXPECT_FALSE(run.timeline.application.end.happened());
}

// 2.1: the end of an executor revives offers, also that of a drained one.
TEST(DrainedExecutor, ItsEndLetsOthersHaveItsTasks) {
  std::vector<ExecutorSpec> executors = cluster({1, 1});
  executors[1].removed_at = seconds(1);
  Application app = AppBuilder().stage(3, seconds(2)).build();
  app.tasks.pinned_executor = {0, 1, 1};
  const Simulated run = simulate(app, executors);
  EXPECT_FALSE(run.stuck);
  EXPECT_EQ(run.executor(2), "0");
  EXPECT_EQ(run.launch(2), seconds(2));
}

// --- pinned replays ------------------------------------------------------------------------------

TEST(Pinned, TasksWaitForTheirExecutorHoweverLong) {
  std::vector<ExecutorSpec> executors = cluster({1, 4});
  executors[1].registered_at = seconds(100);
  Application app = AppBuilder().stage(4, seconds(1)).build();
  app.tasks.pinned_executor = {1, 1, 0, kNoPreference};
  const Simulated run = simulate(app, executors);
  EXPECT_THAT(run.timeline.attempts.index, ElementsAre(2, 3, 0, 1));
  EXPECT_EQ(run.executor(2), "1");
  EXPECT_EQ(run.launch(2), seconds(100));
  EXPECT_EQ(run.launch(1), seconds(1));
  EXPECT_EQ(run.reasons[0], command::LaunchReason::Pinned);
}

TEST(Pinned, TasksWhoseExecutorIsGoneRunAnywhere) {
  std::vector<ExecutorSpec> executors = cluster({1, 1, 1});
  executors[1].host = "h0";  // its host lives on with executor 0
  executors[1].removed_at = ms(500), executors[1].removed_when_idle = false;
  Application app = AppBuilder().stage(4, seconds(1)).build();
  app.tasks.pinned_executor = {0, 1, 1, 2};
  const Simulated run = simulate(app, executors);
  EXPECT_FALSE(run.stuck);
  EXPECT_EQ(run.timeline.attempts.size(), 5U);
  EXPECT_EQ(run.wall(), seconds(2));
}

// The failure is handled when the executor is gone already.
TEST(Pinned, ARetryWhoseExecutorIsGoneRunsAnywhere) {
  std::vector<ExecutorSpec> executors = cluster({1, 1});
  executors[1].removed_at = ms(500);
  AppBuilder build;
  build.stage(2, seconds(1)).fails(1, 0, seconds(1));
  build.app.result_handling = ms(40);
  Application app = build.build();
  app.tasks.pinned_executor = {0, 1};
  const Simulated run = simulate(app, executors);
  EXPECT_FALSE(run.stuck);
  EXPECT_EQ(run.executor(2), "0");
  EXPECT_EQ(run.launch(2), ms(1040));
}

}  // namespace
}  // namespace muster
