// Which executor was slow, and which task was merely long.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "sim/plan/explain.h"
#include "sim/report/pace_text.h"
#include "tests/report_timelines.h"

namespace muster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// One stage on executors 0, 1, 2, ... of one core each, on hosts h0, h1, ...; all of them run
// their tasks one after the other.
struct OneStage {
  TimelineMaker make;
  std::shared_ptr<AmountTable> amounts = std::make_shared<AmountTable>();
  std::uint32_t tasks = 0;
  std::int64_t last = 0;

  explicit OneStage(int executors, int on_a_host = 1) {
    for (int e = 0; e < executors; ++e)
      make.executor(std::to_string(e), "h" + std::to_string(e / on_a_host), 1, 1000);
  }
  // Tasks of an executor from 2 s on, in order, in ms.
  OneStage& runs(std::size_t executor, std::initializer_list<std::int64_t> lengths) {
    std::int64_t at = 2000;
    for (const std::int64_t length : lengths) {
      lines.push_back({executor, at, at + length});
      at += length;
      last = std::max(last, at);
    }
    return *this;
  }
  const Timeline& timeline() {
    make.job(0, 1500, last, {0}).stage(0, 1600, last, static_cast<int>(lines.size()));
    for (const Line& line : lines)
      make.task(0, tasks++, line.executor, line.from, line.to);
    make.end(last + 1000);
    return make.timeline;
  }
  struct Line {
    std::size_t executor;
    std::int64_t from, to;
  };
  std::vector<Line> lines;
};

TEST(Pace, ASlowExecutorIsNamedWithItsTail) {
  OneStage run(3);
  run.runs(0, {1000, 1100, 900, 1000}).runs(1, {1000, 1050, 950, 1000});
  run.runs(2, {2100, 2000, 2200, 2100, 2100, 2100});
  const Timeline& t = run.timeline();
  const Pace pace = pace_of(t);
  ASSERT_EQ(pace.executors.size(), 3u);
  EXPECT_FALSE(pace.executors[0].slow);
  EXPECT_FALSE(pace.executors[1].slow);
  EXPECT_TRUE(pace.executors[2].slow);
  EXPECT_NEAR(pace.executors[2].factor, 2.1, 1e-9);
  EXPECT_FALSE(pace.executors[2].since.happened());
  ASSERT_EQ(pace.stages.size(), 1u);
  EXPECT_EQ(pace.stages[0].executors.front().executor, ExecutorId(2));
  EXPECT_TRUE(pace.stages[0].tail_of_slow);
  EXPECT_EQ(pace.stages[0].tail, Duration::millis(8600));  // 6 s to 14.6 s
  EXPECT_EQ(pace.stages[0].tail_tasks, 5u);                // those that end at 6.1 s and later
  EXPECT_THAT(pace_lines(t, pace, 9),
              ElementsAre("executor 2 on h2 took 2.1 times as long for its 6 tasks as the others "
                          "for theirs",
                          "stage 0.0: only 5 tasks of slow executor 2 ran in its last 8.60 s"));
}

TEST(Pace, ALongTaskMakesNoExecutorSlow) {
  OneStage run(3);
  run.runs(0, {1000, 1000, 1000, 1000}).runs(1, {1000, 1000, 1000, 1000});
  run.runs(2, {1000, 1000, 9000});
  const Timeline& t = run.timeline();
  const Pace pace = pace_of(t);
  for (const ExecutorPace& one : pace.executors) EXPECT_FALSE(one.slow);
  ASSERT_EQ(pace.stages.size(), 1u);
  EXPECT_FALSE(pace.stages[0].tail_of_slow);
  EXPECT_EQ(pace.stages[0].longest, AttemptId(10));
  EXPECT_NEAR(pace.stages[0].longest_factor, 9, 1e-9);
}

TEST(Pace, SinceWhenItWasSlow) {
  OneStage run(3);
  run.runs(0, {1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000});
  run.runs(1, {1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000});
  run.runs(2, {1000, 1000, 1000, 3000, 3000, 3000, 3000, 3000});
  const Timeline& t = run.timeline();
  const ExecutorPace slow = pace_of(t).executors[2];
  ASSERT_TRUE(slow.slow);
  EXPECT_EQ(slow.since - t.application.start, Duration::seconds(5));
  EXPECT_EQ(slow.tasks_since, 5u);
  EXPECT_NEAR(slow.factor_since, 3, 1e-9);
  EXPECT_THAT(pace_text(t, slow), HasSubstr("3.0 times as long for its 5 tasks since 5.00 s"));
}

TEST(Pace, AllExecutorsOfAMachineAreOneLine) {
  OneStage run(6, 2);
  for (std::size_t e = 0; e < 4; ++e) run.runs(e, {1000, 1000, 1000, 1000});
  run.runs(4, {2000, 2000, 2000, 2000, 2000, 2000});
  run.runs(5, {2500, 2500, 2500, 2500, 2500, 2500});
  const Timeline& t = run.timeline();
  EXPECT_THAT(pace_lines(t, pace_of(t), 1),
              ElementsAre(StartsWith("all 2 executors on h2 took 2.0 to 2.5 times as long for "
                                     "their 12 tasks")));
}

TEST(Pace, MoreDataIsNoSlowness) {
  OneStage run(3);
  run.runs(0, {1000, 1000, 1000}).runs(1, {1000, 1000, 1000}).runs(2, {3000, 3000, 3000});
  run.timeline();
  AttemptTable& attempts = run.make.timeline.attempts;
  for (std::size_t a = 0; a < attempts.size(); ++a) {
    attempts.has_metrics[a] = 1;
    attempts.amount_row[a] = static_cast<std::uint32_t>(run.amounts->add_row());
    run.amounts->set(attempts.amount_row[a], Amount::InputBytesRead, a < 6 ? 1000 : 3000);
  }
  attempts.amounts = run.amounts;
  EXPECT_FALSE(pace_of(run.make.timeline).executors[2].slow);
  run.amounts = std::make_shared<AmountTable>(*run.amounts);
  for (std::size_t a = 0; a < attempts.size(); ++a) {
    run.amounts->set(attempts.amount_row[a], Amount::InputBytesRead, 1000);
    run.amounts->set(attempts.amount_row[a], Amount::JvmGcTime, a < 6 ? 10 : 1800);
  }
  attempts.amounts = run.amounts;
  const ExecutorPace slow = pace_of(run.make.timeline).executors[2];
  EXPECT_TRUE(slow.slow);
  EXPECT_EQ(slow.reason, PaceReason::GarbageCollection);
  EXPECT_NEAR(slow.reason_factor, 0.6, 1e-9);
}

// Executors that come late have only the slower tasks of a JVM that is cold.
TEST(Pace, AColdJvmIsNoSlowExecutor) {
  OneStage run(3);
  run.runs(0, {1600, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000});
  run.runs(1, {1600, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000});
  run.runs(2, {1900, 1400, 1400});
  EXPECT_FALSE(pace_of(run.timeline()).executors[2].slow);
}

TEST(Pace, EvenTasksSayNothing) {
  OneStage run(2);
  run.runs(0, {1000, 1000, 1000, 1100}).runs(1, {1000, 1000, 1000, 1000});
  const Timeline& t = run.timeline();
  EXPECT_THAT(pace_lines(t, pace_of(t), 9), IsEmpty());
  EXPECT_THAT(pace_of(Timeline()).executors, IsEmpty());
}

// Whatever a log holds: factors are finite, tails lie in their stages.
TEST(Pace, OfAnyTimeline) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Timeline t = random_timeline(seed, 8);
    const Pace pace = pace_of(t);
    EXPECT_EQ(pace.executors.size(), t.executors.size());
    for (const StagePace& stage : pace.stages) {
      const StageSpan& span = t.stages[stage.row.index()];
      EXPECT_LE(stage.tail, t.wall()) << span.id;
      EXPECT_EQ(stage.tail > Duration(), stage.tail_tasks > 0);
      EXPECT_EQ(tail_text(t, stage).empty(), stage.tail_tasks == 0);
    }
    for (const ExecutorPace& one : pace.executors) {
      EXPECT_LE(one.slow_tasks, one.tasks);
      if (one.slow) {
        EXPECT_GE(one.factor, 1.3);
      }
    }
  }
}

// Two machines of thirty thousand executors: what grew like their square took minutes.
TEST(Pace, IsFoundOnLargeMachines) {
  constexpr std::uint32_t kOnAHost = 30'000, kTasks = 3;
  TimelineMaker make;
  make.job(0, 1500, 20'000, {0}).stage(0, 1600, 20'000, 2 * kOnAHost * kTasks).end(21'000);
  AttemptTable& attempts = make.timeline.attempts;
  for (std::uint32_t e = 0; e < 2 * kOnAHost; ++e) {
    make.executor(std::to_string(e), e < kOnAHost ? "left" : "right", 1, 1000);
    const Duration length = Duration::seconds(e == 7 ? 3 : 1);
    Time at = make.timeline.application.start + Duration::seconds(2);
    for (std::uint32_t i = 0; i < kTasks; ++i, at += length) {
      const std::size_t row = attempts.add(StageId(0), e * kTasks + i).index();
      attempts.executor[row] = ExecutorId(e);
      attempts.launch[row] = at, attempts.finish[row] = at + length;
      attempts.outcome[row] = Outcome::Success;
    }
  }
  const Pace pace = pace_of(make.timeline);
  EXPECT_EQ(std::ranges::count(pace.executors, true, &ExecutorPace::slow), 1);
  EXPECT_TRUE(pace.executors[7].slow);
}

}  // namespace
}  // namespace muster
