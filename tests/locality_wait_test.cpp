// Delay scheduling: who waits for a better place, and how long. Numbers in comments are sections of
// spark-semantics.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/app_builder.h"

namespace muster {
namespace {

using command::LaunchReason;
using ::testing::Each;
using ::testing::ElementsAre;

constexpr Duration kNoLaunch = Duration::max();

// The first launch at this level; kNoLaunch if there is none.
Duration first_at(const Simulated& run, Locality locality) {
  for (std::size_t a = 0; a < run.timeline.attempts.size(); ++a)
    if (run.timeline.attempts.locality[a] == locality) return run.launch(a);
  return kNoLaunch;
}

int count_at(const Simulated& run, Locality locality) {
  int n = 0;
  for (const Locality l : run.timeline.attempts.locality) n += l == locality;
  return n;
}

// A stage whose tasks all prefer host h0, on h0 and one other executor of a core each.
Simulated all_on_h0(AppBuilder build, std::uint32_t tasks, Duration each,
                    std::uint64_t seed = 1) {
  return simulate(build.stage(tasks, each).prefers({"h0"}).build(), cluster({1, 1}),
                  {.seed = seed});
}

// Blocks of a persisted RDD all lie on executor 0, which was alone when they were made; then
// `tasks` of a second job read them while another executor is idle.
Simulated all_cached_on_0(AppBuilder build, std::uint32_t tasks, Duration each,
                          std::uint64_t seed = 1) {
  build.stage(tasks, ms(10)).persists(0);
  build.job().stage(tasks, each).reads_cache(0);
  std::vector<ExecutorSpec> executors = cluster({1, 1});
  executors[1].registered_at = ms(10) * tasks;
  return simulate(build.build(), executors, {.seed = seed});
}

// --- how long ----------------------------------------------------------------------------------

// 2.4: the wait of one level is over at the first offer after 3 s; offers come every second.
TEST(LocalityWait, OneLevelTakesThreeSecondsAndUpToATick) {
  Duration shortest = kNoLaunch, longest;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const Duration any = first_at(all_on_h0(AppBuilder(), 3, seconds(20), seed), Locality::Any);
    shortest = std::min(shortest, any), longest = std::max(longest, any);
  }
  EXPECT_GE(shortest, seconds(3));
  EXPECT_LT(longest, seconds(4));
  EXPECT_GT(longest - shortest, ms(500));  // the phase of the tick is random
}

// 18.15: a cached block has two levels, PROCESS_LOCAL and NODE_LOCAL: 6 s and up to a tick.
TEST(LocalityWait, ACachedBlockIsWaitedForTwice) {
  Duration shortest = kNoLaunch, longest;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const Simulated run = all_cached_on_0(AppBuilder(), 3, seconds(20), seed);
    const Duration submitted =
        run.timeline.stages[1].submitted - run.timeline.application.start;
    const Duration any = first_at(run, Locality::Any) - submitted;
    shortest = std::min(shortest, any), longest = std::max(longest, any);
  }
  EXPECT_GE(shortest, seconds(6));
  EXPECT_LT(longest, seconds(7));
  EXPECT_GT(longest - shortest, ms(500));
}

// Nothing but the revive tick is left to happen then, hours after the application's start: h0 has
// an executor, which is too small for the task.
TEST(LocalityWait, IsWaitedForLateInALongRun) {
  AppBuilder build;
  build.conf("spark.task.cpus", "2");
  build.concurrent_job(seconds(7200)).stage(1, seconds(1)).prefers({"h0"});
  const Simulated run = simulate(build.build(), cluster({1, 2}));
  EXPECT_FALSE(run.stuck);
  ASSERT_EQ(run.timeline.attempts.size(), 1U);
  EXPECT_GE(run.launch(0), seconds(7203));
  EXPECT_LT(run.launch(0), seconds(7204));
}

TEST(LocalityWait, TheTickHasThePeriodOfItsSetting) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    AppBuilder build;
    build.conf("spark.scheduler.revive.interval", "50ms");
    const Duration any = first_at(all_on_h0(build, 3, seconds(20), seed), Locality::Any);
    EXPECT_GE(any, seconds(3));
    EXPECT_LT(any, ms(3050));
  }
}

// 2.1: the local back end has no such timer; only the ends of tasks bring offers, and only h0 has
// any here.
TEST(LocalityWait, LocalModeHasNoTick) {
  AppBuilder build;
  build.conf("spark.master", "local[2]");
  EXPECT_EQ(all_on_h0(build, 3, seconds(20)).wall(), seconds(60));
}

TEST(LocalityWait, AFreedSlotEndsItToo) {
  AppBuilder build;
  build.conf("spark.scheduler.revive.interval", "1h");
  build.concurrent_job().stage(1, ms(3500));  // takes either core, with no preference
  build.concurrent_job().stage({seconds(20), seconds(20)}).prefers({"h0"});
  const Simulated run = simulate(build.build(), cluster({1, 1}), {.seed = 2});
  ASSERT_EQ(run.timeline.attempts.size(), 3U);
  // Whichever executor the short task had, its end is the offer at which the wait is found over.
  EXPECT_EQ(run.launch(2), ms(3500));
}

// 18.19: with wait 0 local tasks go first, then ANY without a pause.
TEST(LocalityWait, ZeroLetsTasksGoAtOnce) {
  AppBuilder build;
  build.conf("spark.locality.wait", "0");
  const Simulated run = all_on_h0(build, 4, seconds(1));
  EXPECT_THAT(run.timeline.attempts.locality,
              ElementsAre(Locality::NodeLocal, Locality::Any, Locality::NodeLocal, Locality::Any));
  EXPECT_EQ(run.executor(0), "0");
  EXPECT_EQ(run.launch(1), Duration());
  EXPECT_EQ(run.wall(), seconds(2));
}

TEST(LocalityWait, EachLevelHasAWaitOfItsOwn) {
  AppBuilder build;
  build.conf("spark.locality.wait", "1s").conf("spark.locality.wait.node", "0");
  const Simulated run = all_cached_on_0(build, 3, seconds(20));
  const Duration submitted = run.timeline.stages[1].submitted - run.timeline.application.start;
  EXPECT_GE(first_at(run, Locality::Any) - submitted, seconds(1));
  EXPECT_LT(first_at(run, Locality::Any) - submitted, seconds(2));
}

// A bare number of this key is milliseconds.
TEST(LocalityWait, BareNumbersAreMilliseconds) {
  AppBuilder build;
  build.conf("spark.locality.wait", "100").conf("spark.scheduler.revive.interval", "10ms");
  const Duration any = first_at(all_on_h0(build, 3, seconds(20)), Locality::Any);
  EXPECT_GE(any, ms(100));
  EXPECT_LT(any, ms(110));
}

// --- when it starts anew -----------------------------------------------------------------------

// 2.4, SPARK-18886: from 3.1 on, launches of single-executor rounds after a rejection do not start
// the wait anew; the launch at ANY in a full round does.
TEST(LocalityReset, ShortLocalTasksDoNotProlongTheWaitFromThreeOneOn) {
  AppBuilder build;
  build.version("3.1.0");
  const Simulated run = all_on_h0(build, 20, ms(700));
  const Duration any = first_at(run, Locality::Any);
  EXPECT_GE(any, seconds(3));
  EXPECT_LT(any, seconds(4));
  EXPECT_GE(count_at(run, Locality::Any), 2);
  EXPECT_LT(run.wall(), ms(700) * 20);
}

// Up to 3.0 each launch does: tasks shorter than the wait stay on their host to the end.
TEST(LocalityReset, ShortLocalTasksHoldTheStageBackUpToThreeZero) {
  AppBuilder build;
  build.version("3.0.3");
  const Simulated run = all_on_h0(build, 20, ms(700));
  EXPECT_THAT(run.timeline.attempts.locality, Each(Locality::NodeLocal));
  EXPECT_TRUE(run.attempts_on("1").empty());
  EXPECT_EQ(run.wall(), ms(700) * 20);
}

TEST(LocalityReset, TheOldRuleCanBeHadWithItsKey) {
  AppBuilder build;
  build.conf("spark.locality.wait.legacyResetOnTaskLaunch", "true");
  EXPECT_EQ(all_on_h0(build, 20, ms(700)).wall(), ms(700) * 20);
}

// The level becomes that of the launch: after one at ANY all idle executors get theirs.
TEST(LocalityReset, UpToThreeZeroALaunchAtAnyKeepsThatLevel) {
  AppBuilder build;
  build.version("2.4.8");
  const Simulated run = simulate(build.stage(4, seconds(60)).prefers({"h0"}).build(),
                                 cluster({1, 1, 1}));
  EXPECT_EQ(run.launch(1), run.launch(2));
  EXPECT_EQ(count_at(run, Locality::Any), 2);
}

// --- which level -------------------------------------------------------------------------------

// 18.5: in a union, tasks with a preference go before those without.
TEST(Locality, TasksWithAPreferenceGoBeforeThoseWithout) {
  AppBuilder build;
  build.stage(6, seconds(1));
  build.prefers({AppBuilder::kAnywhere, AppBuilder::kAnywhere, AppBuilder::kAnywhere, "h0", "h1",
                 "h0"});
  const Simulated run = simulate(build.build(), cluster({2, 2}));
  std::vector<std::uint32_t> first(run.timeline.attempts.index.begin(),
                                   run.timeline.attempts.index.begin() + 3);
  EXPECT_THAT(first, ::testing::UnorderedElementsAre(3, 4, 5));
  EXPECT_THAT(std::vector(run.timeline.attempts.locality.begin(),
                          run.timeline.attempts.locality.begin() + 3),
              Each(Locality::NodeLocal));
  EXPECT_EQ(run.timeline.attempts.index[3], 0U);
  EXPECT_EQ(run.timeline.attempts.locality[3], Locality::ProcessLocal);
  EXPECT_EQ(run.wall(), seconds(2));
}

// 2.4: tasks without preference need not wait for the others' level to expire.
TEST(Locality, TasksWithoutPreferenceFillIdleExecutorsAtOnce) {
  AppBuilder build;
  build.stage(4, seconds(10)).prefers({"h0", "h0", "h0", AppBuilder::kAnywhere});
  const Simulated run = simulate(build.build(), cluster({1, 1}));
  EXPECT_EQ(run.timeline.attempts.index[1], 3U);
  EXPECT_EQ(run.launch(1), Duration());
  EXPECT_EQ(run.executor(1), "1");
}

// 2.4, 18.12: YARN puts every host into one rack; a block on a host without executor is
// RACK_LOCAL there at once.
TEST(Locality, BlocksElsewhereAreRackLocalOnYarnAndAnyOtherwise) {
  const auto run = [](std::string_view master) {
    return simulate(AppBuilder().conf("spark.master", master).stage(4, seconds(1))
                        .prefers({AppBuilder::kOutside}).build(),
                    cluster({1, 1}));
  };
  const Simulated yarn = run("yarn"), standalone = run("spark://m:7077");
  EXPECT_THAT(yarn.timeline.attempts.locality, Each(Locality::RackLocal));
  EXPECT_THAT(standalone.timeline.attempts.locality, Each(Locality::Any));
  EXPECT_EQ(yarn.wall(), seconds(2));
  EXPECT_EQ(standalone.wall(), seconds(2));
  EXPECT_THAT(standalone.reasons, Each(LaunchReason::NothingBetter));
}

// 2.4: after NODE_LOCAL a task on YARN goes RACK_LOCAL and never needs ANY.
TEST(Locality, OnYarnTheNextLevelIsTheRack) {
  AppBuilder build;
  build.conf("spark.master", "yarn");
  const Simulated run = all_on_h0(build, 3, seconds(20));
  EXPECT_EQ(count_at(run, Locality::Any), 0);
  EXPECT_GE(first_at(run, Locality::RackLocal), seconds(3));
  EXPECT_LT(first_at(run, Locality::RackLocal), seconds(4));
}

TEST(Locality, EveryLaunchHasItsReason) {
  const Simulated run = all_on_h0(AppBuilder(), 2, seconds(20));
  EXPECT_THAT(run.reasons, ElementsAre(LaunchReason::Preferred, LaunchReason::WaitExpired));
}

// 1.4.1: an executor that holds the block is PROCESS_LOCAL, another on its host NODE_LOCAL.
TEST(Locality, ACachedBlockIsNodeLocalForItsNeighbours) {
  AppBuilder build;
  build.stage(2, ms(10)).persists(0);
  build.job().stage(2, seconds(10)).reads_cache(0);
  std::vector<ExecutorSpec> executors = cluster({1, 1});
  executors[1].host = "h0";
  executors[1].registered_at = ms(20);
  const Simulated run = simulate(build.build(), executors);
  EXPECT_EQ(run.timeline.attempts.locality[2], Locality::ProcessLocal);
  EXPECT_EQ(run.executor(2), "0");
  EXPECT_EQ(run.timeline.attempts.locality[3], Locality::NodeLocal);
  EXPECT_GE(run.launch(3), ms(3020));  // the PROCESS_LOCAL wait
}

TEST(Locality, UnpersistedBlocksAttractNobody) {
  AppBuilder build;
  build.stage(2, ms(10)).persists(0);
  build.job().stage(2, seconds(10)).reads_cache(0);
  build.app.cached_rdds[0].unpersist_after_jobs = 1;
  std::vector<ExecutorSpec> executors = cluster({1, 1});
  executors[1].registered_at = ms(20);
  const Simulated run = simulate(build.build(), executors);
  EXPECT_EQ(run.wall(), ms(10'020));
  EXPECT_THAT(run.reasons, Each(LaunchReason::NoPreference));
}

TEST(Locality, BlocksOfALostExecutorAttractNobody) {
  AppBuilder build;
  build.stage(2, ms(10)).persists(0);
  build.job().stage(2, seconds(10)).reads_cache(0);
  build.app.jobs[1].delay = ms(100);
  std::vector<ExecutorSpec> executors = cluster({1, 2});
  executors[1].registered_at = ms(20);
  executors[0].removed_at = ms(50), executors[0].removed_when_idle = false;
  const Simulated run = simulate(build.build(), executors);
  EXPECT_EQ(run.launch(2), ms(120));
  EXPECT_EQ(run.launch(3), ms(120));
}

// 2.4: a level counts only while an executor can offer it.
TEST(Locality, NobodyWaitsForAHostThatLeft) {
  AppBuilder build;
  build.stage(2, seconds(1));
  build.job().stage(2, seconds(1)).prefers({"h0"});
  std::vector<ExecutorSpec> executors = cluster({1, 1});
  executors[0].removed_at = ms(1500), executors[0].removed_when_idle = false;
  const Simulated run = simulate(build.build(), executors);
  // One ran on h0 and was lost at 1.5 s; both then go to h1 without any wait.
  EXPECT_EQ(run.wall(), ms(3500));
}

// --- the reduce side ---------------------------------------------------------------------------

// Two map tasks, `first` and `second` bytes, on hosts of their own; then two reducers.
Simulated reduce(AppBuilder build, std::int64_t first, std::int64_t second) {
  build.stage({seconds(1), seconds(1)}).prefers({"h0", "h1"}).writes_shuffle({first, second});
  build.stage(2, seconds(10), {0}).reads_shuffle();
  return simulate(build.build(), cluster({2, 2}));
}

std::vector<std::string> hosts_of_reducers(const Simulated& run) {
  std::vector<std::string> out;
  for (const std::uint32_t a : run.attempts_of(1))
    out.push_back(run.timeline.executors[run.timeline.attempts.executor[a].index()].host);
  return out;
}

// 1.4: hosts with at least a fifth of the input are preferred.
TEST(ReduceLocality, AHostWithLessThanAFifthIsNotPreferred) {
  const Simulated run = reduce(AppBuilder(), 801, 199);
  EXPECT_THAT(hosts_of_reducers(run), ElementsAre("h0", "h0"));
  const std::vector<std::uint32_t> reducers = run.attempts_of(1);
  EXPECT_EQ(run.timeline.attempts.locality[reducers[0]], Locality::NodeLocal);
}

TEST(ReduceLocality, AHostWithAFifthIsPreferred) {
  EXPECT_THAT(hosts_of_reducers(reduce(AppBuilder(), 800, 200)),
              ::testing::UnorderedElementsAre("h0", "h1"));
}

TEST(ReduceLocality, NothingWrittenIsNothingPreferred) {
  const Simulated run = reduce(AppBuilder(), 0, 0);
  EXPECT_EQ(run.timeline.attempts.locality[2], Locality::ProcessLocal);
  EXPECT_EQ(run.reasons[2], LaunchReason::NoPreference);
}

TEST(ReduceLocality, CameWithOneSixAndCanBeTurnedOff) {
  EXPECT_EQ(reduce(AppBuilder().version("1.5.2"), 801, 199).reasons[2],
            LaunchReason::NoPreference);
  EXPECT_EQ(reduce(AppBuilder().version("1.6.0"), 801, 199).reasons[2], LaunchReason::Preferred);
  EXPECT_EQ(reduce(AppBuilder().conf("spark.shuffle.reduceLocality.enabled", "false"), 801, 199)
                .reasons[2],
            LaunchReason::NoPreference);
}

// SHUFFLE_PREF_MAP_THRESHOLD and SHUFFLE_PREF_REDUCE_THRESHOLD.
TEST(ReduceLocality, ThousandMapsOrReducersAreTooMany) {
  const auto reason = [](std::uint32_t maps, std::uint32_t reducers) {
    AppBuilder build;
    build.stage(maps, ms(1)).writes_shuffle({1});
    build.stage(reducers, ms(1), {0}).reads_shuffle();
    const Simulated run = simulate(build.build(), cluster({4}));
    return run.reasons[run.attempts_of(1).front()];
  };
  EXPECT_EQ(reason(999, 999), LaunchReason::Preferred);
  EXPECT_EQ(reason(1000, 999), LaunchReason::NoPreference);
  EXPECT_EQ(reason(999, 1000), LaunchReason::NoPreference);
}

// By block manager, not by host: two executors of one host have to have a fifth each.
TEST(ReduceLocality, SharesAreThoseOfExecutors) {
  AppBuilder build;
  std::vector<Duration> maps(10, seconds(1));
  build.stage(maps).writes_shuffle({100});
  build.stage(2, seconds(10), {0}).reads_shuffle();
  std::vector<ExecutorSpec> executors = cluster({1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
  for (std::size_t e = 0; e < 10; ++e) executors[e].host = e < 5 ? "left" : "right";
  const Simulated run = simulate(build.build(), executors);
  EXPECT_EQ(run.reasons[10], LaunchReason::NoPreference);  // ten of ten per cent each
}

}  // namespace
}  // namespace muster
