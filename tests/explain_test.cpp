// Explanations of small timelines whose answers can be worked out by hand, and the laws that hold
// for every timeline: idle time is split exactly, the critical path tiles the wall time.
#include "sim/plan/explain.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "sim/timeline/result.h"
#include "sim/timeline/slots.h"
#include "sim/trace/read_log.h"
#include "tests/report_timelines.h"

namespace muster {
namespace {

using enum IdleCause;

Duration ms(std::int64_t n) { return Duration::millis(n); }

// Sums, signs and tiling.
void expect_laws(const Timeline& timeline, const std::string& what) {
  const Explanation x = explain(timeline);
  Duration sum;
  for (const Duration part : x.idle.by_cause) {
    EXPECT_GE(part, Duration()) << what;
    sum += part;
  }
  EXPECT_EQ(sum, x.idle.idle) << what;
  EXPECT_EQ(x.idle.idle, x.idle.available - x.idle.busy) << what;
  const Totals totals = totals_of(timeline);
  EXPECT_EQ(x.idle.available, totals.available) << what;
  EXPECT_EQ(x.idle.busy, totals.busy) << what;

  Time at = timeline.application.start;
  Duration by_kind;
  for (const PathSegment& segment : x.path.segments) {
    EXPECT_EQ(segment.from, at) << what;
    EXPECT_GT(segment.to, segment.from) << what;
    at = segment.to;
  }
  for (const Duration part : x.path.by_kind) by_kind += part;
  EXPECT_EQ(at - timeline.application.start, timeline.wall()) << what;
  EXPECT_EQ(by_kind, timeline.wall()) << what;
}

// One executor of two cores from 1 s; a job from 2 s to 5.5 s with one stage of two tasks.
Timeline two_tasks() {
  TimelineMaker make;
  make.executor("0", "a", 2, 1000).job(0, 2000, 5500, {0}).stage(0, 2100, 5200, 2);
  make.task(0, 0, 0, 2500, 5000).task(0, 1, 0, 2500, 4000).end(7000);
  return make.timeline;
}

TEST(Explain, IdleOfTwoTasks) {
  const IdleTime idle = explain_idle(two_tasks());
  EXPECT_EQ(idle.available, ms(12000));
  EXPECT_EQ(idle.busy, ms(4000));
  EXPECT_EQ(idle.of(Startup), ms(2000));
  EXPECT_EQ(idle.of(BetweenJobs), ms(0));
  EXPECT_EQ(idle.of(Completion), ms(2 * 100 + 2 * 500));
  EXPECT_EQ(idle.of(StagePreparation), ms(2 * 400));
  EXPECT_EQ(idle.of(SkewTail), ms(1000));
  EXPECT_EQ(idle.of(Shutdown), ms(3000));
  EXPECT_EQ(idle.idle, ms(8000));
}

TEST(Explain, PathOfTwoTasks) {
  const CriticalPath path = critical_path(two_tasks());
  EXPECT_EQ(path.of(PathKind::Startup), ms(2000));
  EXPECT_EQ(path.of(PathKind::StageSubmission), ms(100));
  EXPECT_EQ(path.of(PathKind::StagePreparation), ms(400));
  EXPECT_EQ(path.of(PathKind::Task), ms(2500));
  EXPECT_EQ(path.of(PathKind::StageEnd), ms(200));
  EXPECT_EQ(path.of(PathKind::JobEnd), ms(300));
  EXPECT_EQ(path.of(PathKind::Shutdown), ms(1500));
  ASSERT_EQ(path.segments.size(), 7u);
  EXPECT_EQ(path.segments[3].attempt, AttemptId(0));
  EXPECT_EQ(path.segments[3].note, "task 0 of 2, executor 0 on a");
}

// The child waits for the slower of its parents; the second job follows after a gap.
TEST(Explain, PathThroughParentsAndJobs) {
  TimelineMaker make;
  make.executor("0", "a", 2, 0);
  make.job(0, 1000, 6000, {0, 1, 2}).job(1, 8000, 9000, {3});
  make.stage(0, 1000, 2000, 1).stage(1, 1000, 4000, 1).stage(2, 4100, 5900, 2, {0, 1});
  make.stage(3, 8000, 9000, 1);
  make.task(0, 0, 0, 1000, 2000).task(1, 0, 0, 1000, 3900);
  make.task(2, 0, 0, 4200, 4300).task(2, 1, 0, 5000, 5800).task(3, 0, 0, 8100, 9000).end(9000);
  const CriticalPath path = critical_path(make.timeline);
  EXPECT_EQ(path.of(PathKind::Startup), ms(1000));
  EXPECT_EQ(path.of(PathKind::Task), ms(2900 + 800 + 900));
  EXPECT_EQ(path.of(PathKind::StageEnd), ms(100 + 100));
  EXPECT_EQ(path.of(PathKind::StageSubmission), ms(100));
  EXPECT_EQ(path.of(PathKind::StagePreparation), ms(100 + 100));
  EXPECT_EQ(path.of(PathKind::CoreWait), ms(800));
  EXPECT_EQ(path.of(PathKind::JobEnd), ms(100));
  EXPECT_EQ(path.of(PathKind::DriverGap), ms(2000));
  EXPECT_EQ(path.of(PathKind::Shutdown), ms(0));
}

// A failed attempt of the last task is no wait for a core; what is between the two is.
TEST(Explain, PathGoesThroughEarlierAttemptsOfTheLastTask) {
  TimelineMaker make;
  make.executor("0", "a", 2, 0).job(0, 1000, 6000, {0}).stage(0, 1000, 6000, 2);
  make.task(0, 0, 0, 1000, 2000).task(0, 1, 0, 1000, 3000).task(0, 1, 0, 3200, 6000).end(6000);
  AttemptTable& attempts = make.timeline.attempts;
  attempts.number[2] = 1;
  attempts.outcome[1] = Outcome::ExceptionFailure;
  const CriticalPath path = critical_path(make.timeline);
  EXPECT_EQ(path.of(PathKind::Task), ms(2000 + 2800));
  EXPECT_EQ(path.of(PathKind::CoreWait), ms(200));
  const auto failed = std::ranges::find_if(path.segments, [](const PathSegment& segment) {
    return segment.note.find("ExceptionFailure") != std::string::npos;
  });
  ASSERT_NE(failed, path.segments.end());
  EXPECT_EQ(failed->to - failed->from, ms(2000));
}

// A copy wins: until it started the first attempt ran.
TEST(Explain, PathGoesThroughTheFirstAttemptToItsCopy) {
  TimelineMaker make;
  make.executor("0", "a", 2, 0).job(0, 1000, 5000, {0}).stage(0, 1000, 5000, 1);
  make.task(0, 0, 0, 1000, 5050).task(0, 0, 0, 4000, 5000).end(5100);
  AttemptTable& attempts = make.timeline.attempts;
  attempts.speculative[1] = true;
  attempts.number[1] = 1;
  attempts.outcome[0] = Outcome::TaskKilled;
  const CriticalPath path = critical_path(make.timeline);
  EXPECT_EQ(path.of(PathKind::Task), ms(4000));
  EXPECT_EQ(path.of(PathKind::CoreWait), ms(0));
}

// The stage waits for an executor to come, then for the driver's first launch.
TEST(Explain, PathWaitsForAnExecutor) {
  TimelineMaker make;
  make.executor("0", "a", 1, 3000).job(0, 1000, 5000, {0}).stage(0, 1000, 5000, 1);
  make.task(0, 0, 0, 3200, 5000).end(5000);
  const CriticalPath path = critical_path(make.timeline);
  EXPECT_EQ(path.of(PathKind::ExecutorWait), ms(2000));
  EXPECT_EQ(path.of(PathKind::StagePreparation), ms(200));
}

// After dynamic allocation gave all executors back no other stage has the cores.
TEST(Explain, PathWaitsForAnExecutorAgain) {
  TimelineMaker make;
  make.executor("0", "a", 1, 0, 4000).executor("1", "a", 1, 9000);
  make.job(0, 1000, 2000, {0}).stage(0, 1000, 2000, 1).task(0, 0, 0, 1000, 2000);
  make.job(1, 6000, 10'000, {1}).stage(1, 6000, 10'000, 1).task(1, 0, 1, 9200, 10'000);
  make.end(10'000);
  EXPECT_TRUE(std::ranges::none_of(full_times(make.timeline), [](const TimeSpan& span) {
    return span.to - span.from > ms(1000);
  }));
  const CriticalPath path = critical_path(make.timeline);
  EXPECT_EQ(path.of(PathKind::ExecutorWait), ms(3000));
  EXPECT_EQ(path.of(PathKind::StagePreparation), ms(200));
  EXPECT_EQ(path.of(PathKind::CoreWait), ms(0));
}

// The job that ends last began while the first one ran: that is no time before the first job.
TEST(Explain, PathOfAJobThatBeganBesideTheFirst) {
  TimelineMaker make;
  make.executor("0", "a", 2, 0).job(0, 1000, 6000, {0}).stage(0, 1000, 6000, 1);
  make.job(1, 3000, 9000, {1}).stage(1, 3000, 9000, 1);
  make.task(0, 0, 0, 1000, 6000).task(1, 0, 0, 3000, 9000).end(9000);
  const CriticalPath path = critical_path(make.timeline);
  EXPECT_EQ(path.of(PathKind::Startup), ms(1000));
  EXPECT_EQ(path.of(PathKind::DriverGap), ms(2000));
}

// The executor that is there at the submission is given back 1 s later; the next comes after 2 s.
TEST(Explain, PathWaitsForAnExecutorInTheMiddle) {
  TimelineMaker make;
  make.executor("0", "a", 1, 0, 2000).executor("1", "a", 1, 4000);
  make.job(0, 1000, 6000, {0}).stage(0, 1000, 6000, 1).task(0, 0, 1, 4100, 6000).end(6000);
  const CriticalPath path = critical_path(make.timeline);
  EXPECT_EQ(path.of(PathKind::ExecutorWait), ms(2000));
  EXPECT_EQ(path.of(PathKind::StagePreparation), ms(1100));
}

// Four tasks prefer host a, which has one core; host b's core takes one after three seconds.
TEST(Explain, LocalityWait) {
  TimelineMaker make;
  make.executor("0", "a", 1, 0).executor("1", "b", 1, 0).job(0, 0, 5000, {0}).stage(0, 0, 5000, 4);
  make.task(0, 0, 0, 0, 1500, Locality::NodeLocal).task(0, 1, 0, 1500, 3000, Locality::NodeLocal);
  make.task(0, 2, 0, 3000, 4500, Locality::NodeLocal).task(0, 3, 1, 3200, 4700, Locality::Any);
  make.end(5000);
  IdleTime idle = explain_idle(make.timeline);
  EXPECT_EQ(idle.of(LocalityWait), ms(3200));
  EXPECT_EQ(idle.of(Dispatch), ms(0));
  EXPECT_EQ(idle.of(SkewTail), ms(200));
  EXPECT_EQ(idle.of(Completion), ms(600));
  // With all waits zero the same schedule has another reason.
  make.timeline.conf.set("spark.locality.wait", "0");
  idle = explain_idle(make.timeline);
  EXPECT_EQ(idle.of(LocalityWait), ms(0));
  EXPECT_EQ(idle.of(Dispatch), ms(3200));
}

// Not one task was launched before the wait was over, and all of them far from their data.
TEST(Explain, LocalityWaitBeforeTheFirstLaunch) {
  TimelineMaker make;
  make.executor("0", "a", 1, 0).job(0, 0, 5000, {0}).stage(0, 0, 5000, 1);
  make.task(0, 0, 0, 3100, 5000, Locality::Any).end(5000);
  EXPECT_EQ(explain_idle(make.timeline).of(LocalityWait), ms(3100));
  EXPECT_EQ(explain_idle(make.timeline).of(StagePreparation), ms(0));
  make.timeline.attempts.locality[0] = Locality::ProcessLocal;
  EXPECT_EQ(explain_idle(make.timeline).of(LocalityWait), ms(0));
  EXPECT_EQ(explain_idle(make.timeline).of(StagePreparation), ms(3100));
}

// A slow driver hands tasks to the core that has waited longest: dispatch, however long it takes.
TEST(Explain, SlowDispatchIsNoLocalityWait) {
  TimelineMaker make;
  make.executor("0", "a", 1, 0).executor("1", "b", 1, 0).executor("2", "c", 1, 0);
  make.job(0, 0, 2000, {0}).stage(0, 0, 2000, 3);
  make.task(0, 0, 0, 0, 1000, Locality::Any).task(0, 1, 1, 200, 1200, Locality::Any);
  make.task(0, 2, 2, 400, 1400, Locality::Any).end(2000);
  const IdleTime idle = explain_idle(make.timeline);
  EXPECT_EQ(idle.of(LocalityWait), ms(0));
  EXPECT_EQ(idle.of(Dispatch), ms(200 + 400));
  EXPECT_EQ(idle.of(SkewTail), ms(400 + 200));
}

// Executors of another resource profile wait for nothing that they could run.
TEST(Explain, ExecutorsOfAnotherProfileHaveNoRunnableTask) {
  TimelineMaker make;
  make.executor("0", "a", 1, 1000).executor("1", "b", 1, 1000);
  make.job(0, 2000, 8000, {0}).stage(0, 2000, 8000, 3);
  make.timeline.stages[0].resource_profile = make.timeline.executors[1].resource_profile = 1;
  for (std::uint32_t i = 0; i < 3; ++i) {
    const std::int64_t at = 2000 + 2000 * i;
    make.task(0, i, 1, at, at + 2000, i == 0 ? Locality::NodeLocal : Locality::Any);
  }
  make.end(8000);
  const IdleTime idle = explain_idle(make.timeline);
  EXPECT_EQ(idle.of(NoRunnableTask), ms(6000));
  EXPECT_EQ(idle.of(LocalityWait), ms(0));
  EXPECT_EQ(idle.of(Dispatch), ms(0));
  const IdleMap map = idle_map(make.timeline, assign_slots(make.timeline));
  for (const auto& spans : map.locality) EXPECT_TRUE(spans.empty());
}

TEST(Explain, FewerTasksThanCores) {
  TimelineMaker make;
  make.executor("0", "a", 4, 0).job(0, 0, 1000, {0}).stage(0, 0, 1000, 1);
  make.task(0, 0, 0, 0, 1000).end(1000);
  EXPECT_EQ(explain_idle(make.timeline).of(NoRunnableTask), ms(3000));
}

TEST(Explain, CoresThatRegisterLateAreMissing) {
  TimelineMaker make;
  make.executor("0", "a", 1, 0).executor("1", "b", 2, 2000);
  make.job(0, 0, 4000, {0}).stage(0, 0, 4000, 4);
  make.task(0, 0, 0, 0, 2000).task(0, 1, 0, 2000, 4000).task(0, 2, 1, 2000, 4000);
  make.task(0, 3, 1, 2000, 4000).end(4000);
  const IdleTime idle = explain_idle(make.timeline);
  EXPECT_EQ(idle.missing_registration, ms(2 * 2000));  // three tasks waited, two cores were to come
  EXPECT_EQ(idle.idle, ms(0));
}

// A failed task is ready again from its failure on.
TEST(Explain, RetryWaitsFromItsFailure) {
  TimelineMaker make;
  make.executor("0", "a", 1, 0).executor("1", "b", 1, 0).job(0, 0, 3000, {0}).stage(0, 0, 3000, 2);
  make.task(0, 0, 0, 0, 1000, Locality::Any, Outcome::ExceptionFailure);
  make.task(0, 1, 1, 0, 3000, Locality::Any).task(0, 0, 0, 1080, 3000, Locality::Any).end(3000);
  EXPECT_EQ(explain_idle(make.timeline).of(Dispatch), ms(80));
}

TEST(Explain, CoresPerTask) {
  TimelineMaker make;
  make.timeline.conf.set("spark.task.cpus", "2");
  make.executor("0", "a", 5, 0).job(0, 0, 1000, {0}).stage(0, 0, 1000, 1);
  make.task(0, 0, 0, 0, 1000).end(1000);
  const IdleTime idle = explain_idle(make.timeline);
  EXPECT_EQ(idle.available, ms(5000));
  EXPECT_EQ(idle.busy, ms(2000));
  EXPECT_EQ(idle.of(Remainder), ms(1000));
  EXPECT_EQ(idle.of(NoRunnableTask), ms(2000));
}

// A task of a resource profile may need more: both idle cores wait for it, not one.
TEST(Explain, CoresPerTaskOfAProfile) {
  TimelineMaker make;
  Conf two;
  two.set("spark.task.cpus", "2");
  make.timeline.resource_profiles = {make_resource_profile(1, two)};
  make.executor("0", "a", 2, 0).job(0, 0, 1000, {0}).stage(0, 0, 1000, 1);
  make.timeline.executors[0].resource_profile = make.timeline.stages[0].resource_profile = 1;
  make.task(0, 0, 0, 400, 1000).end(1000);
  EXPECT_EQ(explain_idle(make.timeline).of(Dispatch) +
                explain_idle(make.timeline).of(StagePreparation),
            ms(2 * 400));
}

TEST(Explain, StageStatistics) {
  TimelineMaker make;
  make.executor("0", "a", 8, 0).job(0, 0, 4000, {0, 1}).stage(0, 0, 2000, 4).stage(1, -1, -1, 3);
  make.task(0, 0, 0, 0, 100).task(0, 1, 0, 0, 200).task(0, 2, 0, 0, 300).task(0, 3, 0, 0, 1000);
  make.task(0, 4, 0, 0, 900, Locality::Any, Outcome::ExceptionFailure).end(4000);
  const std::vector<StageStatistics> rows = stage_statistics(make.timeline);
  ASSERT_EQ(rows.size(), 1u);  // the skipped stage has none
  EXPECT_EQ(rows[0].tasks, 4u);
  EXPECT_EQ(rows[0].failed, 1u);
  EXPECT_EQ(rows[0].p50, ms(200));
  EXPECT_EQ(rows[0].p95, ms(1000));
  EXPECT_EQ(rows[0].max, ms(1000));
  EXPECT_EQ(rows[0].work, ms(2500));
  EXPECT_DOUBLE_EQ(rows[0].skew, 5.0);
  EXPECT_DOUBLE_EQ(rows[0].wall_share, 0.5);
}

TEST(Explain, SlotIsGivenUpToTheNextTask) {
  TimelineMaker make;
  make.executor("0", "a", 1, 0).job(0, 0, 2100, {0}).stage(0, 0, 2100, 2);
  make.task(0, 0, 0, 0, 1010).task(0, 1, 0, 1000, 2000).end(2100);
  const Slots slots = assign_slots(make.timeline);
  EXPECT_EQ(slots.count, 1u);
  EXPECT_EQ(slots.held_until[0], make.timeline.attempts.launch[1]);
  EXPECT_EQ(totals_of(make.timeline).busy, ms(2000));
}

TEST(Explain, LawsHoldForOddTimelines) {
  expect_laws(Timeline(), "empty");
  expect_laws(TimelineMaker().timeline, "without end");
  expect_laws(rich_timeline(), "rich");
  Timeline cut = rich_timeline();
  cut.application.end = Time::never();
  expect_laws(cut, "cut off");
  TimelineMaker backwards;  // two jobs of no length at the same instant
  backwards.job(0, 500, 500, {}).job(1, 500, 500, {}).end(1000);
  expect_laws(backwards.timeline, "no length");
}

TEST(Explain, LawsHoldForRandomTimelines) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed)
    expect_laws(random_timeline(seed, 8), "seed " + std::to_string(seed));
}

std::optional<Timeline> recording(const std::string& name) {
  const std::string path = MUSTER_SOURCE_DIR "/tests/recordings/" + name + "/eventlog.zst";
  if (!std::filesystem::exists(path)) return std::nullopt;
  Problems problems;
  auto log = read_log(path, problems);
  EXPECT_TRUE(log.has_value()) << problems.text();
  return log ? std::optional(std::move(log->timeline)) : std::nullopt;
}

// The recording was made to show delay scheduling: 8 of 16 cores stand idle for about 6 s.
TEST(Explain, RecordedLocalityWait) {
  const auto timeline = recording("e1-wait3s-r1");
  if (!timeline) GTEST_SKIP() << "no such recording";
  expect_laws(*timeline, "e1");
  const IdleTime idle = explain_idle(*timeline);
  EXPECT_NEAR(idle.of(LocalityWait).in_seconds(), 8 * 5.7, 1.0);
  EXPECT_LT(idle.of(Dispatch), ms(200));
}

// An executor was killed; its replacement joined while the rest of the reducers wanted other hosts.
TEST(Explain, RecordedReplacementWaitsForLocality) {
  const auto timeline = recording("h1-kill-exec-map-r1");
  if (!timeline) GTEST_SKIP() << "no such recording";
  expect_laws(*timeline, "h1");
  const IdleTime idle = explain_idle(*timeline);
  EXPECT_NEAR(idle.of(LocalityWait).in_seconds(), 4 * 1.02, 0.1);
  EXPECT_GT(idle.missing_registration, ms(5000));
}

}  // namespace
}  // namespace muster
