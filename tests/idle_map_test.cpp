// Causes of idle cores with their place in time: of every free core at any time one, and added up
// the same as the table of `--explain`.
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "sim/plan/explain.h"
#include "sim/plan/explain_waits.h"
#include "tests/report_timelines.h"

namespace muster {
namespace {

using Sums = std::array<Duration, kIdleCauseCount>;

// Every free piece of every slot, as a picture asks for it.
Sums sums_of(const Timeline& timeline, const Slots& slots, const IdleMap& map) {
  Sums sums{};
  const auto spans = explaining::idle_spans(timeline, slots);
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const explaining::IdleSpan& span = spans[i];
    IdleMap::Free free{.slot = span.slot, .from = span.from, .to = span.to,
                       .after = span.after_stage};
    for (std::size_t a = 0; a < slots.slot.size(); ++a)
      if (slots.slot[a] == span.slot && slots.held_from[a] == span.to)
        free.before = timeline.attempts.stage[a].index();
    while (free.from < free.to) {
      const IdleMap::Piece piece = map.piece(free);
      EXPECT_GT(piece.to, free.from);
      EXPECT_LE(piece.to, free.to);
      if (piece.to <= free.from) return sums;
      sums[static_cast<std::size_t>(piece.cause)] += (piece.to - free.from) * span.weight;
      free.from = piece.to;
    }
  }
  return sums;
}

TEST(IdleMap, AddsUpToTheTableOfExplain) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Timeline timeline = random_timeline(seed, 6);
    const Slots slots = assign_slots(timeline);
    const Sums sums = sums_of(timeline, slots, idle_map(timeline, slots));
    const IdleTime idle = explain_idle(timeline);
    Duration rest, rest_there;
    for (std::size_t c = 0; c < kIdleCauseCount; ++c) {
      if (c < kDriverCauseCount) {
        EXPECT_EQ(sums[c], idle.by_cause[c]) << seed << ' ' << words_of(static_cast<IdleCause>(c));
      } else if (static_cast<IdleCause>(c) != IdleCause::Remainder) {
        rest += sums[c], rest_there += idle.by_cause[c];
      }
    }
    EXPECT_EQ(rest, rest_there) << seed;
  }
}

TEST(IdleMap, PeriodsOfTheDriverTileTheLife) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Timeline timeline = random_timeline(seed, 6);
    const IdleMap map = idle_map(timeline, assign_slots(timeline));
    Time at = timeline.application.start;
    for (const DriverPeriod& period : map.driver) {
      EXPECT_EQ(period.from, at);
      EXPECT_LT(period.from, period.to);
      at = period.to;
      EXPECT_EQ(map.driver_at(period.from), &period);
    }
    EXPECT_EQ(at, timeline.application.start + timeline.wall());
  }
}

// Two tasks on two cores from 2.5 s on, one of 1 s and one of 4 s; then nothing until the job ends.
TEST(IdleMap, SaysWhyAtEachTime) {
  TimelineMaker make;
  make.executor("0", "a", 2, 1000).job(0, 2000, 8000, {0}).stage(0, 2100, 7000, 2);
  make.task(0, 0, 0, 2500, 3500).task(0, 1, 0, 2500, 6500).end(9000);
  const Timeline& t = make.timeline;
  const IdleMap map = idle_map(t, assign_slots(t));
  const auto at = [&](std::int64_t ms) { return t.application.start + Duration::millis(ms); };
  const auto why = [&](std::int64_t from, std::uint32_t after, std::uint32_t before) {
    return map.piece({.slot = 0, .from = at(from), .to = at(9000), .after = after,
                      .before = before});
  };
  constexpr std::uint32_t kNone = IdleMap::Free::kNone;
  EXPECT_EQ(why(1500, kNone, 0).cause, IdleCause::Startup);
  EXPECT_EQ(why(2050, kNone, 0).cause, IdleCause::Completion);
  EXPECT_EQ(why(2200, kNone, 0).cause, IdleCause::StagePreparation);
  EXPECT_EQ(why(2200, kNone, 0).driver->subject, 0);
  EXPECT_EQ(why(3500, 0, kNone).cause, IdleCause::SkewTail);
  EXPECT_EQ(why(3500, 0, kNone).to, at(6500));
  EXPECT_EQ(why(3500, kNone, kNone).cause, IdleCause::NoRunnableTask);
  EXPECT_EQ(why(3500, kNone, 0).cause, IdleCause::Dispatch);
  EXPECT_EQ(why(8500, 0, kNone).cause, IdleCause::Shutdown);
  EXPECT_EQ(words_of(*map.driver_at(at(500))), "before the first job, no executor there");
}

// A stage that is submitted before any executor is there waits for one.
TEST(IdleMap, WaitsForAnExecutor) {
  TimelineMaker make;
  make.job(0, 1000, 9000, {0}).stage(0, 1100, 8000, 1).executor("0", "a", 1, 5000);
  make.task(0, 0, 0, 5500, 7500).end(9500);
  const Timeline& t = make.timeline;
  const IdleMap map = idle_map(t, assign_slots(t));
  const auto words = [&](std::int64_t ms) {
    return words_of(*map.driver_at(t.application.start + Duration::millis(ms)));
  };
  EXPECT_EQ(words(3000), words_of(PathKind::ExecutorWait));
  EXPECT_EQ(words(5200), "preparing a stage");
  EXPECT_EQ(words(6000), "tasks run");
}

}  // namespace
}  // namespace muster
