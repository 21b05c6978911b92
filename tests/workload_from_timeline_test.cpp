// What is taken from a recording, on recordings made by hand: the answer to each is known.
#include "sim/trace/workload_from_timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sim/trace/driver_gaps.h"
#include "sim/trace/read_log.h"
#include "tests/app_builder.h"
#include "tests/report_timelines.h"

namespace muster {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Application application_of(const TimelineMaker& make) {
  Replay replay = workload_from(make.timeline, false);
  check_workload(replay.application);
  return std::move(replay.application);
}

// Two jobs: the first of two stages, four cores.
TimelineMaker two_jobs() {
  TimelineMaker make;
  make.executor("0", "a", 2, 100).executor("1", "b", 2, 200);
  make.job(0, 1000, 4007, {0, 1}).stage(0, 1010, 2502, 2).stage(1, 2505, 4004, 1, {0});
  make.task(0, 0, 0, 1030, 2030).task(0, 1, 1, 1030, 2500).task(1, 0, 0, 2525, 4000);
  make.job(1, 4100, 5200, {2}).stage(2, 4102, 5195, 1).task(2, 0, 1, 4120, 5190);
  return make.end(5300);
}

// --- the driver's gaps ---------------------------------------------------------------------------

TEST(WorkloadGaps, BetweenJobs) {
  const Application app = application_of(two_jobs());
  ASSERT_EQ(app.jobs.size(), 2U);
  EXPECT_THAT(app.jobs[0].after, IsEmpty());
  EXPECT_EQ(app.jobs[0].delay, ms(1000));
  EXPECT_EQ(app.jobs[0].end_delay, ms(3));
  EXPECT_THAT(app.jobs[1].after, ElementsAre(0U));
  EXPECT_EQ(app.jobs[1].delay, ms(93));
  EXPECT_EQ(app.jobs[1].end_delay, ms(5));
  EXPECT_EQ(app.tail, ms(100));
  EXPECT_TRUE(app.ends);
}

TEST(WorkloadGaps, InsideJobs) {
  const Application app = application_of(two_jobs());
  ASSERT_EQ(app.stages.size(), 3U);
  EXPECT_EQ(app.stages[0].submit_delay, ms(10));
  EXPECT_EQ(app.stages[0].prepare, ms(20));
  EXPECT_EQ(app.stages[0].completion, ms(2));
  EXPECT_THAT(app.stages[1].parents, ElementsAre(0U));
  EXPECT_EQ(app.stages[1].submit_delay, ms(3));
  EXPECT_EQ(app.stages[1].prepare, ms(20));
  EXPECT_EQ(app.stages[1].completion, ms(4));
  EXPECT_EQ(app.stages[2].submit_delay, ms(2));
  EXPECT_EQ(app.stages[2].prepare, ms(18));
}

TEST(WorkloadGaps, TheReplayOfItIsTheRecording) {
  const TimelineMaker make = two_jobs();
  const Replay replay = workload_from(make.timeline, false);
  const Simulated run = simulate(replay.application, replay.executors);
  EXPECT_EQ(run.timeline.jobs, make.timeline.jobs);
  EXPECT_EQ(run.timeline.attempts.launch, make.timeline.attempts.launch);
  EXPECT_EQ(run.timeline.attempts.finish, make.timeline.attempts.finish);
  EXPECT_EQ(run.timeline.application.end, make.timeline.application.end);
}

// Jobs of several threads: each follows the job that had ended last, however many are running.
TEST(WorkloadGaps, JobsThatOverlap) {
  TimelineMaker make;
  make.job(0, 100, 900, {}).job(1, 200, 500, {}).job(2, 600, 1000, {}).job(3, 600, 700, {});
  make.job(4, 950, 1000, {});
  const Application app = application_of(make.end(1000));
  EXPECT_THAT(app.jobs[1].after, IsEmpty());
  EXPECT_EQ(app.jobs[1].delay, ms(200));
  EXPECT_THAT(app.jobs[2].after, ElementsAre(1U));
  EXPECT_EQ(app.jobs[2].delay, ms(100));
  EXPECT_THAT(app.jobs[3].after, ElementsAre(1U));
  EXPECT_THAT(app.jobs[4].after, ElementsAre(0U));
  EXPECT_EQ(app.jobs[4].delay, ms(50));
}

// Cores that come free or join at that very instant were free for it.
TEST(WorkloadGaps, PreparationBehindCoresThatJustCameFree) {
  TimelineMaker make;
  make.executor("0", "a", 1, 0);
  make.job(0, 0, 3000, {0, 1}).stage(0, 0, 1000, 1).stage(1, 1000, 3000, 1, {0});
  make.task(0, 0, 0, 30, 1000).task(1, 0, 0, 1012, 3000);
  const Application app = application_of(make.end(3000));
  EXPECT_EQ(app.stages[0].prepare, ms(30));
  EXPECT_EQ(app.stages[1].prepare, ms(12));
}

// A stage that was submitted while all cores were busy says nothing of its preparation: the others'
// median stands for it.
TEST(WorkloadGaps, PreparationBehindBusyCoresIsTheMedian) {
  TimelineMaker make;
  make.executor("0", "a", 1, 0);
  make.job(0, 0, 3000, {0}).stage(0, 0, 3000, 1).task(0, 0, 0, 30, 3000);
  make.job(1, 100, 4000, {1}).stage(1, 100, 4000, 1).task(1, 0, 0, 3000, 4000);
  make.job(2, 5000, 6000, {2}).stage(2, 5000, 6000, 1).task(2, 0, 0, 5010, 6000);
  make.job(3, 7000, 8000, {3}).stage(3, 7000, 8000, 1).task(3, 0, 0, 7020, 8000);
  const Application app = application_of(make.end(9000));
  EXPECT_EQ(app.stages[0].prepare, ms(30));
  EXPECT_EQ(app.stages[1].prepare, ms(20));
}

// Launches a few milliseconds apart while cores are free wait for the driver's loop.
TEST(WorkloadGaps, DispatchIsTheDistanceOfABurst) {
  TimelineMaker make;
  make.executor("0", "a", 8, 0).job(0, 0, 2000, {0}).stage(0, 0, 2000, 4);
  for (std::uint32_t i = 0; i < 4; ++i) make.task(0, i, 0, 10 + 3 * i, 1500);
  EXPECT_EQ(application_of(make.end(3000)).dispatch, ms(3));
}

// Launches that wait for a slot do not.
TEST(WorkloadGaps, DispatchIsNotTheDistanceOfFreedSlots) {
  TimelineMaker make;
  make.executor("0", "a", 3, 0);
  make.job(0, 0, 200, {0}).stage(0, 0, 200, 3);
  for (std::uint32_t i = 0; i < 3; ++i) make.task(0, i, 0, 0, 100 + 40 * i);
  make.job(1, 0, 3000, {1}).stage(1, 0, 3000, 3);
  for (std::uint32_t i = 0; i < 3; ++i) make.task(1, i, 0, 100 + 40 * i, 2000);
  const Application app = application_of(make.end(3000));
  EXPECT_EQ(app.dispatch, Duration());
  EXPECT_EQ(app.relaunch, Duration());
}

TEST(WorkloadGaps, RelaunchIsTheTimeAFreedSlotWaits) {
  TimelineMaker make;
  make.executor("0", "a", 1, 0).job(0, 0, 4000, {0}).stage(0, 0, 4000, 4);
  for (std::uint32_t i = 0; i < 4; ++i) make.task(0, i, 0, 1000 * i, 1000 * i + 994);
  EXPECT_EQ(application_of(make.end(4000)).relaunch, ms(6));
}

// 2.8 of spark-semantics.md: the slot is free at the status update, before the finish stamp.
TEST(WorkloadGaps, ASlotThatWasTakenEarlyTellsTheHandling) {
  TimelineMaker make;
  make.executor("0", "a", 1, 0).job(0, 0, 3000, {0}).stage(0, 0, 3000, 3);
  make.task(0, 0, 0, 0, 1008).task(0, 1, 0, 1000, 2008).task(0, 2, 0, 2000, 3000);
  const Application app = application_of(make.end(3000));
  EXPECT_EQ(app.result_handling, ms(8));
  EXPECT_THAT(app.tasks.handling, ElementsAre(ms(8), ms(8), ms(8)));
  EXPECT_THAT(app.tasks.slot_time, ElementsAre(ms(1000), ms(1000), ms(992)));
}

// The result fetch is handling: the slot is free when it begins.
TEST(WorkloadGaps, GettingTheResultIsHandling) {
  TimelineMaker make;
  make.executor("0", "a", 1, 0).job(0, 0, 1500, {0}).stage(0, 0, 1500, 1).task(0, 0, 0, 0, 1500);
  make.timeline.attempts.getting_result[0] = make.timeline.application.start + ms(1100);
  const Application app = application_of(make.end(1500));
  EXPECT_EQ(app.tasks.slot_time[0], ms(1100));
  EXPECT_EQ(app.tasks.handling[0], ms(400));
}

// --- tasks ---------------------------------------------------------------------------------------

TimelineMaker one_stage(int tasks) {
  TimelineMaker make;
  make.executor("0", "a", 4, 0).executor("1", "b", 4, 0);
  make.job(0, 0, 9000, {0}).stage(0, 0, 9000, tasks);
  return make.end(9000), make;
}

TEST(WorkloadTasks, AFailureIsPlanned) {
  TimelineMaker make = one_stage(1);
  make.task(0, 0, 0, 0, 500, Locality::ProcessLocal, Outcome::ExceptionFailure);
  make.task(0, 0, 0, 600, 1000, Locality::ProcessLocal, Outcome::TaskKilled);
  make.task(0, 0, 1, 1100, 3000);
  AttemptFailure failure;
  failure.attempt = AttemptId(0), failure.reason = "java.lang.Error";
  make.timeline.failures = {failure};
  const Application app = application_of(make);
  EXPECT_EQ(app.tasks.slot_time[0], ms(1900));
  ASSERT_EQ(app.planned_failures.size(), 2U);
  EXPECT_EQ(app.planned_failures[0].number, 0);
  EXPECT_EQ(app.planned_failures[0].after, ms(500));
  EXPECT_TRUE(app.planned_failures[0].counts);
  EXPECT_EQ(app.planned_failures[0].reason, "java.lang.Error");
  EXPECT_EQ(app.planned_failures[1].number, 1);
  EXPECT_EQ(app.planned_failures[1].after, ms(400));
  EXPECT_FALSE(app.planned_failures[1].counts);
}

// The loss of an executor is played again, not the failures it caused.
TEST(WorkloadTasks, ALossIsLeftToTheExecutor) {
  TimelineMaker make;
  make.executor("0", "a", 1, 0, 700).executor("1", "b", 1, 0, 8000);
  make.job(0, 0, 3000, {0}).stage(0, 0, 3000, 1);
  make.task(0, 0, 0, 0, 700, Locality::ProcessLocal, Outcome::ExecutorLostFailure);
  make.task(0, 0, 1, 800, 2800);
  AttemptFailure failure;
  failure.attempt = AttemptId(0);
  make.timeline.failures = {failure};
  const Replay replay = workload_from(make.end(9000).timeline, false);
  EXPECT_THAT(replay.application.planned_failures, IsEmpty());
  EXPECT_EQ(replay.application.tasks.slot_time[0], ms(2000));
  ASSERT_EQ(replay.executors.size(), 2U);
  EXPECT_EQ(replay.executors[0].removed_at, ms(700));
  EXPECT_FALSE(replay.executors[0].removed_when_idle);
  EXPECT_TRUE(replay.executors[1].removed_when_idle);
}

// A copy that overlaps began later than the task: the task takes from its own launch to the finish
// of the copy that won; the loser is no failure.
TEST(WorkloadTasks, ASpeculativeCopyThatWinsShortensItsTask) {
  TimelineMaker make = one_stage(1);
  make.task(0, 0, 0, 0, 5005, Locality::ProcessLocal, Outcome::TaskKilled);
  make.task(0, 0, 1, 3000, 5000);
  make.timeline.attempts.speculative[1] = 1;
  const Application app = application_of(make);
  EXPECT_EQ(app.tasks.slot_time[0], ms(5000));
  EXPECT_THAT(app.planned_failures, IsEmpty());
}

TEST(WorkloadTasks, ASpeculativeCopyThatLosesChangesNothing) {
  TimelineMaker make = one_stage(1);
  make.task(0, 0, 0, 0, 4000).task(0, 0, 1, 3000, 4010, Locality::ProcessLocal,
                                   Outcome::TaskKilled);
  make.timeline.attempts.speculative[1] = 1;
  const Application app = application_of(make);
  EXPECT_EQ(app.tasks.slot_time[0], ms(4000));
  EXPECT_THAT(app.planned_failures, IsEmpty());
}

TEST(WorkloadTasks, ATaskThatNeverEndedTakesWhatWasLeft) {
  TimelineMaker make = one_stage(2);
  make.task(0, 0, 0, 0, 1000).task(0, 1, 0, 500, -1);
  const Replay replay = workload_from(make.timeline, false);
  EXPECT_EQ(replay.application.tasks.slot_time[1], ms(8500));
  ASSERT_EQ(replay.notes.size(), 1U);
  EXPECT_THAT(replay.notes[0], ::testing::StartsWith("1 tasks never ended"));
}

TEST(WorkloadTasks, PinsKeepTheExecutorOfTheLastAttempt) {
  TimelineMaker make = one_stage(2);
  make.task(0, 0, 0, 0, 500, Locality::ProcessLocal, Outcome::ExceptionFailure);
  make.task(0, 0, 1, 600, 1000).task(0, 1, 0, 0, 1000);
  EXPECT_THAT(workload_from(make.timeline, true).application.tasks.pinned_executor,
              ElementsAre(1U, 0U));
  EXPECT_THAT(workload_from(make.timeline, false).application.tasks.pinned_executor, IsEmpty());
}

// --- stages and executors ------------------------------------------------------------------------

TEST(WorkloadStages, SkippedOnesHaveNoTasksAndAreNobodysParents) {
  TimelineMaker make;
  make.executor("0", "a", 1, 0);
  make.job(0, 0, 500, {0}).stage(0, 0, 500, 1).task(0, 0, 0, 0, 500);
  make.job(1, 600, 2000, {1, 2}).stage(1, -1, -1, 7).stage(2, 600, 2000, 1, {1});
  make.task(2, 0, 0, 600, 2000);
  const Application app = application_of(make.end(3000));
  ASSERT_EQ(app.stages.size(), 3U);
  EXPECT_TRUE(app.stages[1].skipped);
  EXPECT_EQ(app.stages[1].job, 1U);
  EXPECT_THAT(app.stages[2].parents, IsEmpty());
  EXPECT_THAT(app.stages[2].parent_ids, ElementsAre(1));
  EXPECT_EQ(app.tasks.size(), 2U);
}

// The skipped stage's RDD was computed by stage 0: its map outputs are where that one ran.
TEST(WorkloadStages, ASkippedParentsShuffleComesFromTheStageThatWroteIt) {
  TimelineMaker make;
  make.executor("0", "a", 1, 0);
  make.job(0, 0, 500, {0}).stage(0, 0, 500, 1).task(0, 0, 0, 0, 500);
  make.job(1, 600, 2000, {1, 2}).stage(1, -1, -1, 1).stage(2, 600, 2000, 1, {1});
  make.task(2, 0, 0, 600, 2000);
  Rdd rdd;
  rdd.id = 3, rdd.partitions = 1;
  make.timeline.stages[0].rdds = make.timeline.stages[1].rdds = {rdd};
  EXPECT_THAT(application_of(make.end(3000)).stages[2].shuffle_sources, ElementsAre(0U));
}

TEST(WorkloadStages, AFailedAttemptEndsAsItDidAndItsRetryFollows) {
  TimelineMaker make;
  make.executor("0", "a", 4, 0);
  make.job(0, 0, 9000, {0}).stage(0, 0, 2000, 2).stage(0, 2200, 5000, 1);
  make.timeline.stages[0].failure = "FetchFailed";
  make.timeline.stages[1].attempt = 1;
  make.task(0, 0, 0, 0, 1000).task(0, 1, 0, 0, 1500, Locality::Any, Outcome::FetchFailed);
  make.task(1, 0, 0, 2200, 5000);
  const Application app = application_of(make.end(9000));
  EXPECT_EQ(app.stages[0].fails_after, ms(2000));
  EXPECT_EQ(app.stages[0].failure, "FetchFailed");
  EXPECT_FALSE(app.stages[1].planned_to_fail());
  EXPECT_THAT(app.stages[1].parents, ElementsAre(0U));
  EXPECT_EQ(app.stages[1].submit_delay, ms(200));
}

TEST(WorkloadExecutors, TheirFirstOfferIsTheBlockManagerOrTheFirstLaunch) {
  TimelineMaker make;
  make.executor("0", "a", 1, 100).executor("1", "b", 1, 100).executor("2", "c", 1, 100);
  make.timeline.executors[0].block_manager_added = make.timeline.application.start + ms(150);
  make.timeline.executors[1].block_manager_added = make.timeline.application.start + ms(150);
  make.job(0, 0, 2000, {0}).stage(0, 0, 2000, 3);
  make.task(0, 0, 0, 120, 2000).task(0, 1, 1, 300, 2000).task(0, 2, 2, 300, 2000);
  const Replay replay = workload_from(make.end(2000).timeline, false);
  EXPECT_EQ(replay.executors[0].usable_at, ms(120));  // it ran something before
  EXPECT_EQ(replay.executors[1].usable_at, ms(150));
  EXPECT_EQ(replay.executors[2].usable_at, ms(100));  // no block manager in the log
  EXPECT_EQ(replay.executors[2].registered_at, ms(100));
}

TEST(WorkloadExecutors, ADriversBlockManagerIsNone) {
  TimelineMaker make;
  make.executor("driver", "d", 0, -1).executor("0", "a", 2, 0);
  make.job(0, 0, 900, {0}).stage(0, 0, 900, 1).task(0, 0, 1, 0, 900);
  const Replay replay = workload_from(make.end(900).timeline, false);
  ASSERT_EQ(replay.executors.size(), 1U);
  EXPECT_EQ(replay.executors[0].id, "0");
}

TEST(Workload, ACutLogHasNoEnd) {
  TimelineMaker make = two_jobs();
  make.timeline.application.end = Time::never();
  EXPECT_FALSE(application_of(make).ends);
}

TEST(Workload, WithoutAStartTheFirstEventStandsForIt) {
  TimelineMaker make = two_jobs();
  make.timeline.application.start = Time::never();
  const Replay replay = workload_from(make.timeline, false);
  EXPECT_EQ(replay.application.start, make.timeline.executors[0].added);
  ASSERT_EQ(replay.notes.size(), 1U);
  EXPECT_THAT(replay.notes[0], ::testing::HasSubstr("no ApplicationStart"));
}

// --- recordings of our own -----------------------------------------------------------------------

Timeline replayed(const Timeline& recorded) {
  const Replay replay = workload_from(recorded, false);
  check_workload(replay.application);
  return simulate(replay.application, replay.executors).timeline;
}

// A replay is a recording without noise: replaying it again changes next to nothing.
TEST(Recordings, AReplayOfAReplayIsStable) {
  int logs = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(MUSTER_SOURCE_DIR "/tests/recordings")) {
    const std::string path = entry.path() / "eventlog.zst";
    if (!std::filesystem::exists(path)) continue;
    Problems problems;
    const auto log = read_log(path, problems);
    ASSERT_TRUE(log.has_value()) << problems.text();
    const Timeline once = replayed(log->timeline), twice = replayed(once);
    EXPECT_NEAR(twice.wall().in_seconds() / once.wall().in_seconds(), 1, 0.0025) << path;
    EXPECT_EQ(twice.jobs.size(), log->timeline.jobs.size()) << path;
    ++logs;
  }
  EXPECT_GE(logs, 9);
}

}  // namespace
}  // namespace muster
