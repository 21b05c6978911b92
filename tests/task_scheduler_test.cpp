// Spark's order of launches: which task set, which task, which executor. Numbers in comments are
// sections of spark-semantics.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/base/random.h"
#include "tests/app_builder.h"

namespace muster {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

std::vector<std::uint32_t> indices(const Simulated& run) { return run.timeline.attempts.index; }

std::vector<std::string> executors_of(const Simulated& run, std::size_t first, std::size_t count) {
  std::vector<std::string> out;
  for (std::size_t a = first; a < first + count; ++a) out.push_back(run.executor(a));
  return out;
}

// Spark ids of the stages in the order of the launches.
std::vector<std::int64_t> stages_of(const Simulated& run) {
  std::vector<std::int64_t> out;
  for (const StageId stage : run.timeline.attempts.stage)
    out.push_back(run.timeline.stages[stage.index()].id);
  return out;
}

// --- dealing -----------------------------------------------------------------------------------

// 2.2.4, 18.5, 18.21: one random permutation of the executors, repeated pass by pass.
TEST(Dealing, OneTaskPerExecutorAndPassInIndexOrder) {
  const Simulated run =
      simulate(AppBuilder().stage(9, seconds(1)).build(), cluster({3, 3, 3}), {.seed = 5});
  EXPECT_THAT(indices(run), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8));
  const std::vector<std::string> first = executors_of(run, 0, 3);
  EXPECT_EQ(std::set<std::string>(first.begin(), first.end()).size(), 3U);
  EXPECT_EQ(executors_of(run, 3, 3), first);
  EXPECT_EQ(executors_of(run, 6, 3), first);
}

TEST(Dealing, FullExecutorsDropOutOfTheNextPasses) {
  const Simulated run = simulate(AppBuilder().stage(6, seconds(1)).build(), cluster({1, 3, 2}));
  std::vector<std::string> left = executors_of(run, 0, 3);
  std::erase(left, "0");
  EXPECT_EQ(executors_of(run, 3, 2), left);
  EXPECT_EQ(run.executor(5), "1");
}

// 16.6.
TEST(Dealing, FewerTasksThanCoresAreSpreadEvenly) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Simulated run = simulate(AppBuilder().stage(7, seconds(1)).build(),
                                   cluster({4, 4, 4}), {.seed = seed});
    std::map<std::string, int> counts;
    for (std::size_t a = 0; a < 7; ++a) ++counts[run.executor(a)];
    for (const char* id : {"0", "1", "2"}) EXPECT_THAT(counts[id], ::testing::AnyOf(2, 3));
  }
}

TEST(Dealing, EachRoundDrawsAnOrderOfItsOwn) {
  AppBuilder build;
  for (int job = 0; job < 60; ++job) build.job().stage(3, seconds(1));
  const Simulated run = simulate(build.build(), cluster({1, 1, 1}));
  std::map<std::vector<std::string>, int> orders;
  for (std::size_t job = 0; job < 60; ++job) ++orders[executors_of(run, 3 * job, 3)];
  EXPECT_EQ(orders.size(), 6U);  // of 60 fair draws one of six is missing once in 10,000
}

TEST(Dealing, TheSeedAndTheReplicationDecideTheOrder) {
  const Application app = AppBuilder().stage(8, seconds(1)).build();
  const auto order = [&](std::uint64_t seed, std::uint32_t replication) {
    return executors_of(simulate(app, cluster({1, 1, 1, 1, 1, 1, 1, 1}),
                                 {.seed = seed, .replication = replication}),
                        0, 8);
  };
  EXPECT_EQ(order(1, 0), order(1, 0));
  EXPECT_NE(order(1, 0), order(2, 0));
  EXPECT_NE(order(1, 0), order(1, 1));
}

TEST(Dealing, AFreedSlotTakesTheLowestPendingIndex) {
  const Simulated run = simulate(
      AppBuilder().stage({ms(500), ms(300), ms(400), seconds(2), seconds(2), seconds(2)}).build(),
      cluster({1, 1, 1}));
  ASSERT_EQ(run.timeline.attempts.size(), 6U);
  EXPECT_THAT(indices(run), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_EQ(run.executor(3), run.executor(1));  // freed first
  EXPECT_EQ(run.launch(3), ms(300));
  EXPECT_EQ(run.executor(4), run.executor(2));
  EXPECT_EQ(run.launch(4), ms(400));
  EXPECT_EQ(run.executor(5), run.executor(0));
  EXPECT_EQ(run.launch(5), ms(500));
}

// 2.2, 18.5: a failed task goes back on top of the stack.
TEST(Dealing, RetriesComeFirst) {
  const Simulated run = simulate(
      AppBuilder().stage(6, seconds(1)).fails(1, 0, ms(500)).build(), cluster({1, 1}));
  EXPECT_THAT(indices(run), ElementsAre(0, 1, 1, 2, 3, 4, 5));
  EXPECT_EQ(run.launch(2), ms(500));
  EXPECT_EQ(run.timeline.attempts.number[2], 1);
}

// The slot is free at the status update: the next task has it before the failure is handled.
TEST(Dealing, ARetryWaitsUntilTheDriverHasHandledTheFailure) {
  AppBuilder build;
  build.stage(6, seconds(1)).fails(1, 0, ms(500));
  build.app.result_handling = ms(20);
  const Simulated run = simulate(build.build(), cluster({1, 1}));
  EXPECT_THAT(indices(run), ElementsAre(0, 1, 2, 1, 3, 4, 5));
  EXPECT_EQ(run.launch(2), ms(500));
  EXPECT_EQ(run.launch(3), seconds(1));
}

// 2.2.4: only executors with at least spark.task.cpus free take part.
TEST(Dealing, TaskCpusLeaveRemaindersIdle) {
  const Simulated run =
      simulate(AppBuilder().conf("spark.task.cpus", "2").stage(8, seconds(1)).build(),
               cluster({5, 1, 3}));
  EXPECT_EQ(run.wall(), seconds(3));  // three at a time
  EXPECT_TRUE(run.attempts_on("1").empty());
  EXPECT_EQ(run.running(ms(500)).at(0), 3);
  EXPECT_EQ(run.attempts_on("0").size() + run.attempts_on("2").size(), 8U);
}

TEST(Dealing, TasksWithoutPreferenceAreReportedAsProcessLocal) {
  const Simulated run = simulate(AppBuilder().stage(2, seconds(1)).build(), cluster({1}));
  EXPECT_THAT(run.timeline.attempts.locality, ::testing::Each(Locality::ProcessLocal));
  EXPECT_THAT(run.reasons, ::testing::Each(command::LaunchReason::NoPreference));
}

// --- the driver's own time ---------------------------------------------------------------------

// 2.9: the dispatch loop is one server.
// Slots that come free one by one are offered one executor at a time, too few for all its tasks:
// the barrier stage waits for the revive timer's offer of all (2.4).
TEST(Barrier, WaitsForAnOfferOfAllItsSlots) {
  AppBuilder build;
  build.conf("spark.master", "spark://m:7077");
  build.concurrent_job().stage({ms(1100), ms(2300), ms(3700), ms(5200)});
  build.concurrent_job(ms(100)).stage(4, ms(2000));
  build.last_stage().barrier = true;
  const Simulated run = simulate(build.build(), cluster({2, 2}));
  ASSERT_FALSE(run.stuck);
  std::vector<Time> launches;
  for (std::size_t a = 0; a < run.timeline.attempts.size(); ++a)
    if (run.timeline.attempts.stage[a].index() == 1)
      launches.push_back(run.timeline.attempts.launch[a]);
  ASSERT_EQ(launches.size(), 4U);
  for (const Time launch : launches) EXPECT_EQ(launch, launches.front());
  const Duration after = launches.front() - run.timeline.application.start;
  EXPECT_GE(after, ms(5200));
  EXPECT_LE(after, ms(6200));  // spark.scheduler.revive.interval
}

TEST(Dispatch, LaunchesOfOneRoundFollowEachOther) {
  AppBuilder build;
  build.stage(4, seconds(1));
  build.app.dispatch = ms(3);
  const Simulated run = simulate(build.build(), cluster({4}));
  for (std::size_t a = 0; a < 4; ++a) EXPECT_EQ(run.launch(a), ms(3) * static_cast<int>(a));
  EXPECT_EQ(run.finish(3), ms(1009));
}

TEST(Dispatch, AFreedSlotIsTakenAgainAfterTheRelaunchTime) {
  AppBuilder build;
  build.stage(2, seconds(1));
  build.app.relaunch = ms(7), build.app.result_handling = ms(50);
  const Simulated run = simulate(build.build(), cluster({1}));
  EXPECT_EQ(run.finish(0), ms(1050));
  EXPECT_EQ(run.launch(1), ms(1007));  // before the finish stamp of the one before
}

// --- between task sets -------------------------------------------------------------------------

TEST(Fifo, ALaterJobGetsWhatEarlierOnesCannotUse) {
  const Simulated run =
      simulate(AppBuilder().concurrent_job().stage(3, seconds(2)).concurrent_job()
                   .stage(4, seconds(1)).build(),
               cluster({2, 2}));
  EXPECT_THAT(stages_of(run), ElementsAre(0, 0, 0, 1, 1, 1, 1));
  EXPECT_EQ(run.launch(3), Duration());  // the fourth core is not left idle
  EXPECT_EQ(run.launch(4), seconds(1));
}

// 16.5: priority is the job's id, not the time of its submission.
TEST(Fifo, AnEarlierJobThatComesLateIsServedFirst) {
  const Simulated run = simulate(AppBuilder().concurrent_job(ms(500)).stage(2, seconds(1))
                                     .concurrent_job().stage(4, seconds(1)).build(),
                                 cluster({1}));
  EXPECT_THAT(stages_of(run), ElementsAre(1, 0, 0, 1, 1, 1));
}

TEST(Fifo, StagesOfAJobGoByTheirIds) {
  AppBuilder build;
  build.stage(2, seconds(1)).stage(2, seconds(1)).stage(1, seconds(1), {0, 1});
  std::swap(build.app.stages[0].spark_id, build.app.stages[1].spark_id);
  const Simulated run = simulate(build.build(), cluster({1}));
  EXPECT_THAT(stages_of(run), ElementsAre(0, 0, 1, 1, 2));
  EXPECT_EQ(run.timeline.stages[0].id, 1);  // row 0 is the one that waited
  EXPECT_EQ(run.launch(2), seconds(2));
}

// 2.3: strict order holds inside a round, not against what already runs.
TEST(Fifo, RunningTasksAreNotPushedAside) {
  const Simulated run = simulate(AppBuilder().concurrent_job(ms(100)).stage(1, seconds(1))
                                     .concurrent_job().stage(1, seconds(5)).build(),
                                 cluster({1}));
  EXPECT_EQ(run.launch(1), seconds(5));
}

// Three pools with more tasks than they can run, whose lengths never end two at once.
AppBuilder three_pools(const std::vector<std::string_view>& pools) {
  AppBuilder build;
  const Stream stream(1, 0, Purpose::Test, 1);
  std::uint64_t draw = 0;
  for (std::size_t p = 0; p < pools.size(); ++p) {
    build.concurrent_job(ms(100) * static_cast<std::int64_t>(p), pools[p]);
    std::vector<Duration> tasks(300);
    for (Duration& task : tasks) task = us(900'000 + stream.below(draw++, 200'000));
    build.stage(tasks);
  }
  return build;
}

// Running tasks of the three stages from 5 s to 15 s, as often as each count was seen.
std::map<std::vector<int>, int> settled(const Simulated& run) {
  std::map<std::vector<int>, int> out;
  for (Duration at = seconds(5); at < seconds(15); at += us(123'457)) {
    const std::map<std::int64_t, int> now = run.running(at);
    ++out[{now.at(0), now.at(1), now.at(2)}];
  }
  return out;
}

// 18.15.
TEST(Fair, WeightsOneTwoFourOnSixteenSlotsSettleAtThreeFiveEight) {
  const Simulated run = simulate(three_pools({"w1", "w2", "w4"}).build(), cluster({4, 4, 4, 4}),
                                 {.fair = true,
                                  .pools = {{.name = "w1", .weight = 1},
                                            {.name = "w2", .weight = 2},
                                            {.name = "w4", .weight = 4}}});
  EXPECT_THAT(settled(run), ElementsAre(Pair(ElementsAre(3, 5, 8), ::testing::Gt(70))));
}

// 18.19.
TEST(Fair, AMinShareOfEightOverridesTheWeights) {
  const Simulated run =
      simulate(three_pools({"m1", "m2", "m4"}).build(), cluster({4, 4, 4, 4}),
               {.fair = true,
                .pools = {{.name = "m1", .weight = 1, .min_share = 8},
                          {.name = "m2", .weight = 2},
                          {.name = "m4", .weight = 4}}});
  EXPECT_THAT(settled(run), ElementsAre(Pair(ElementsAre(8, 3, 5), ::testing::Gt(70))));
}

// 2.3: a pool that no file names has weight 1 and minShare 0.
TEST(Fair, UnknownPoolsShareEqually) {
  const Simulated run =
      simulate(three_pools({"x", "y", "z"}).build(), cluster({4, 4, 4, 3}), {.fair = true});
  EXPECT_THAT(settled(run), ElementsAre(Pair(ElementsAre(5, 5, 5), ::testing::Gt(70))));
}

TEST(Fair, APoolIsFifoInsideUnlessItSaysFair) {
  const Application app = three_pools({"p", "p", "q"}).build();
  const Simulated fifo =
      simulate(app, cluster({4, 4, 4}), {.fair = true, .pools = {{.name = "p"}}});
  // Stage 1 gets nothing before stage 0 has launched its last task, but for the first 200 ms.
  for (Duration at = seconds(5); at < seconds(15); at += ms(500)) {
    const std::map<std::int64_t, int> now = fifo.running(at);
    EXPECT_EQ(now.at(0), 6);
    EXPECT_EQ(now.count(1), 0U);
    EXPECT_EQ(now.at(2), 6);
  }
  const Simulated fair = simulate(app, cluster({4, 4, 4}),
                                  {.fair = true, .pools = {{.name = "p", .mode = "FAIR"}}});
  EXPECT_THAT(settled(fair), ElementsAre(Pair(ElementsAre(3, 3, 6), ::testing::Gt(70))));
}

// 2.3, SPARK-42157: without an allocation file the default pool is FAIR from 3.4 on.
TEST(Fair, TheDefaultPoolIsFairFromThreeFourOn) {
  const auto shares = [](std::string_view version) {
    return simulate(three_pools({"", "", ""}).version(version).build(), cluster({4, 4, 4}),
                    {.fair = true});
  };
  EXPECT_THAT(settled(shares("3.4.0")), ElementsAre(Pair(ElementsAre(4, 4, 4), ::testing::Gt(70))));
  const Simulated before = shares("3.3.4");
  EXPECT_THAT(before.running(seconds(5)), ElementsAre(Pair(0, 12)));
}

TEST(Fair, WithAFileTheDefaultPoolIsFifo) {
  const Simulated run = simulate(three_pools({"", "", ""}).build(), cluster({4, 4, 4}),
                                 {.fair = true, .pools = {{.name = "other"}}});
  EXPECT_THAT(run.running(seconds(5)), ElementsAre(Pair(0, 12)));
}

// A round sorts the pools once, then the first takes all that it can use.
TEST(Fair, OneRoundFillsTheFirstPoolBeforeTheNext) {
  const Simulated run = simulate(
      AppBuilder().concurrent_job({}, "b").stage(4, seconds(1)).concurrent_job({}, "a")
          .stage(4, seconds(1)).build(),
      cluster({4}), {.fair = true});
  EXPECT_THAT(stages_of(run), ElementsAre(1, 1, 1, 1, 0, 0, 0, 0));
}

}  // namespace
}  // namespace muster
