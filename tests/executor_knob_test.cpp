// What another number of executors means on each kind of cluster, and what it then says in words.
#include "sim/run/executor_knob.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "sim/base/problems.h"
#include "sim/plan/size_curve.h"
#include "sim/report/size_words.h"
#include "sim/run/check_scenario.h"
#include "sim/run/run.h"
#include "sim/scenario/read_scenario.h"
#include "tests/report_timelines.h"
#include "tests/simulated.h"

namespace muster {
namespace {

using testing::HasSubstr;

Scenario scenario_of(const std::string& cluster, const std::string& conf = "{}") {
  Problems problems;
  auto scenario = parse_scenario(R"({"spark": {"version": "3.5.7", "conf": )" + conf + R"(},
    "cluster": )" + cluster + R"(,
    "workload": {"jobs": [{"stages": [{"name": "map", "tasks": 200, "duration": "3s"}]}]}})",
                                 "test.json", problems);
  if (scenario) check_scenario(*scenario, problems);
  EXPECT_TRUE(problems.empty()) << problems.text();
  return scenario.value_or(Scenario());
}

ExecutorKnob knob_of(const Scenario& scenario) {
  return executor_knob(scenario, result_of(scenario).timeline, nullptr);
}

// Executors at the same time, when it is turned to `count`.
std::uint64_t registered(Scenario scenario, std::int32_t count) {
  const ExecutorKnob knob = knob_of(scenario);
  EXPECT_TRUE(knob.turn) << knob.why_not;
  if (!knob.turn) return 0;
  knob.turn(scenario, count);
  Problems problems;
  check_scenario(scenario, problems);
  EXPECT_TRUE(problems.empty()) << problems.text();
  return result_of(scenario).totals.peak_executors;
}

constexpr const char* kNodes = R"("nodes": [{"count": 8, "cores": 8, "memory": "32g"}])";
constexpr const char* kShape = R"("spark.executor.cores": "2", "spark.executor.memory": "2g")";

std::string cluster(const std::string& master) {
  return R"({"master": ")" + master + R"(", )" + kNodes + "}";
}

TEST(ExecutorKnob, OnYarnAndKubernetesIsTheNumberOfInstances) {
  for (const char* master : {"yarn", "k8s://https://cluster"}) {
    const Scenario three = scenario_of(
        cluster(master), std::string("{") + kShape + R"(, "spark.executor.instances": "3"})");
    EXPECT_EQ(knob_of(three).given, 3) << master;
    EXPECT_EQ(knob_of(three).varied, "spark.executor.instances");
    EXPECT_EQ(registered(three, 5), 5U) << master;
    const Scenario unsaid = scenario_of(cluster(master), std::string("{") + kShape + "}");
    EXPECT_EQ(knob_of(unsaid).given, 2) << master;  // Spark's default
  }
}

TEST(ExecutorKnob, OnStandaloneIsCoresInWholeExecutors) {
  const Scenario scenario = scenario_of(
      cluster("spark://m:7077"), std::string("{") + kShape + R"(, "spark.cores.max": "8"})");
  EXPECT_EQ(knob_of(scenario).given, 4);
  EXPECT_EQ(registered(scenario, 6), 6U);
  // Where executors take whole workers, the workers are counted.
  const Scenario whole = scenario_of(cluster("spark://m:7077"));
  EXPECT_EQ(knob_of(whole).varied, "workers");
  EXPECT_EQ(registered(whole, 10), 10U);
  // Unless cores are limited, by the application or by the master for all.
  for (const char* key : {"spark.cores.max", "spark.deploy.defaultCores"}) {
    const Scenario some = scenario_of(cluster("spark://m:7077"),
                                      std::string("{\"") + key + R"(": "8"})");
    EXPECT_THAT(knob_of(some).why_not, HasSubstr(key));
  }
}

TEST(ExecutorKnob, OfLocalClusterIsInTheMaster) {
  const Scenario scenario = scenario_of(R"({"master": "local-cluster[2,1,1024]"})");
  EXPECT_EQ(knob_of(scenario).given, 2);
  EXPECT_EQ(registered(scenario, 3), 3U);
}

TEST(ExecutorKnob, UnderDynamicAllocationIsItsMaximum) {
  const std::string conf = std::string("{") + kShape +
                           R"(, "spark.dynamicAllocation.enabled": "true",
    "spark.dynamicAllocation.minExecutors": "3", "spark.dynamicAllocation.maxExecutors": "4"})";
  const Scenario scenario = scenario_of(cluster("yarn"), conf);
  const ExecutorKnob knob = knob_of(scenario);
  EXPECT_EQ(knob.varied, "spark.dynamicAllocation.maxExecutors");
  EXPECT_EQ(knob.given, 4);
  EXPECT_EQ(registered(scenario, 6), 6U);
  EXPECT_EQ(registered(scenario, 2), 2U);  // and the minimum with it
}

TEST(ExecutorKnob, AMaximumThatNobodyReachesIsTriedWhereItBegins) {
  const std::string conf = std::string("{") + kShape +
                           R"(, "spark.dynamicAllocation.enabled": "true",
    "spark.dynamicAllocation.maxExecutors": "100000"})";
  const Scenario scenario = scenario_of(cluster("yarn"), conf);
  const ExecutorKnob knob = knob_of(scenario);
  EXPECT_EQ(knob.given, 100'000);
  EXPECT_LT(knob.around, 100);
  const SizeCurve curve =
      size_curve(scenario, result_of(scenario).timeline, nullptr, {.threads = 1});
  EXPECT_THAT(words_of_more(curve, 2), HasSubstr("None of them comes"));
}

TEST(ExecutorKnob, OfGivenOnesIsTheirNumber) {
  Scenario scenario = scenario_of(R"({"executors": [{"count": 3, "cores": 2}]})");
  EXPECT_EQ(registered(scenario, 7), 7U);
  knob_of(scenario).turn(scenario, 5);
  EXPECT_EQ(scenario.cluster.executors.size(), 1U);  // still one group
  EXPECT_EQ(scenario.cluster.executors.front().count, 5);
}

// Two stay, the third goes after ten seconds and a fourth takes its place.
const char* kComeAndGo = R"({"executors": [{"count": 2, "cores": 2},
  {"cores": 2, "removed_at": "10s"}, {"cores": 2, "registered_at": "20s"}]})";

TEST(ExecutorKnob, OfExecutorsThatLeaveIsHowManyAreThereAtOnce) {
  Scenario scenario = scenario_of(kComeAndGo);
  const ExecutorKnob knob = knob_of(scenario);
  EXPECT_EQ(knob.given, 3);
  EXPECT_THAT(knob.assumed, HasSubstr("come and go as they did"));
  EXPECT_EQ(registered(scenario, 5), 5U);
  EXPECT_EQ(registered(scenario, 2), 2U);
  knob.turn(scenario, 4);
  EXPECT_FALSE(scenario.cluster.executors.back().removed_at);  // a further one stays
}

TEST(ExecutorKnob, FurtherOnesAreLikeThoseThatStayedLongest) {
  // The second comes just before the end; the first leaves, but was there nearly all the time.
  Scenario scenario = scenario_of(R"({"executors": [
    {"cores": 2, "removed_at": "290s"}, {"cores": 2, "registered_at": "280s"}]})");
  const ExecutorKnob knob = knob_of(scenario);
  knob.turn(scenario, 4);
  ASSERT_EQ(scenario.cluster.executors.size(), 4U);
  for (const std::size_t added : {2U, 3U}) {
    EXPECT_EQ(scenario.cluster.executors[added].registered_at, Duration());
    EXPECT_FALSE(scenario.cluster.executors[added].removed_at);
  }
}

TEST(ExecutorKnob, SaysWhyNot) {
  EXPECT_THAT(knob_of(scenario_of(R"({"master": "local[2]"})")).why_not, HasSubstr("local mode"));
  EXPECT_THAT(knob_of(scenario_of(R"({"executors": [{"cores": 2}, {"cores": 3}]})")).why_not,
              HasSubstr("not alike"));
  TimelineMaker maker;
  maker.executor("1", "a", 1, 0).job(0, 100, 1100, {0}).stage(0, 100, 1100, 1);
  maker.task(0, 0, 0, 100, 1100);
  const Timeline recorded = maker.end(1200).timeline;
  Scenario pinned;
  pinned.workload = LogWorkload{.event_log = "log", .pinned = true};
  EXPECT_THAT(executor_knob(pinned, recorded, &recorded).why_not, HasSubstr("pinned"));
}

SizeCurve curve_of(const Scenario& scenario) {
  return size_curve(scenario, result_of(scenario).timeline, nullptr, {.threads = 1});
}

// The executors of a recording are facts; what would bring others is a setting of spark-submit.
TEST(SubmitWords, NameTheSettingOfTheManager) {
  Timeline log;
  log.executors.resize(2);
  for (ExecutorSpan& executor : log.executors) executor.cores = 4;
  EXPECT_EQ(submit_words(log, 6), "");
  log.conf.set("spark.master", "spark://m:7077");
  log.conf.set("spark.cores.max", "8");
  EXPECT_EQ(submit_words(log, 6), "for spark-submit: spark.cores.max=24 (the log has 8)");
  log.conf.set("spark.master", "yarn");
  EXPECT_EQ(submit_words(log, 6),
            "for spark-submit: spark.executor.instances=6 (the log does not set it)");
  log.conf.set("spark.dynamicAllocation.enabled", "true");
  log.conf.set("spark.dynamicAllocation.maxExecutors", "4");
  EXPECT_EQ(submit_words(log, 6),
            "for spark-submit: spark.dynamicAllocation.maxExecutors=6 (the log has 4)");
  // Spark does not start with these above the maximum.
  log.conf.set("spark.dynamicAllocation.minExecutors", "3");
  log.conf.set("spark.dynamicAllocation.initialExecutors", "4");
  EXPECT_EQ(submit_words(log, 3),
            "for spark-submit: spark.dynamicAllocation.maxExecutors=3 (the log has 4), "
            "spark.dynamicAllocation.initialExecutors=3 (the log has 4)");
  EXPECT_EQ(submit_words(log, 2),
            "for spark-submit: spark.dynamicAllocation.maxExecutors=2 (the log has 4), "
            "spark.dynamicAllocation.minExecutors=2 (the log has 3), "
            "spark.dynamicAllocation.initialExecutors=2 (the log has 4)");
}

TEST(SizeWords, SayWallAndCostOfTwoMore) {
  const SizeCurve curve = curve_of(scenario_of(R"({"executors": [{"count": 3, "cores": 2}]})"));
  const std::string words = words_of_more(curve, 2);
  EXPECT_THAT(words, HasSubstr("Two more executors (5 instead of 3): "));
  EXPECT_THAT(words, HasSubstr("1 min 00 s instead of 1 min 42 s (-41.2 %)"));
  EXPECT_THAT(words, HasSubstr("core time"));
  EXPECT_THAT(words, HasSubstr("no machine here has a price"));
  EXPECT_THAT(words_of_more(curve, -1), HasSubstr("One executor fewer (2 instead of 3): "));
  EXPECT_EQ(words_of_more(curve, 77), "");
}

SizePoint point(std::int32_t executors, int seconds, std::int64_t micro_dollars) {
  return {.executors = executors,
          .registered = static_cast<std::uint64_t>(executors),
          .wall = Duration::seconds(seconds),
          .core_time = Duration::seconds(executors * seconds),
          .cost = Money::micro_dollars(micro_dollars)};
}

TEST(SizeWords, SayFromWhereOnMoreBuyNothing) {
  SizeCurve curve;
  curve.points = {point(4, 1000, 400'000), point(6, 700, 420'000), point(10, 600, 600'000),
                  point(16, 595, 950'000)};
  curve.points[0].given = true;
  std::vector<std::string> words = words_of_curve(curve);
  ASSERT_EQ(words.size(), 2u);
  EXPECT_EQ(words[0], "More than 10 buy nothing: 10 min 00 s with 10, 9 min 55 s with 16, the most "
                      "that was simulated.");
  EXPECT_EQ(words[1], "No number is cheaper than 4.");

  curve.points[0].given = false, curve.points[3].given = true;
  words = words_of_curve(curve);
  EXPECT_THAT(words[0], HasSubstr(" 6 of the 16 could go: 10 min 00 s instead of 9 min 55 s "
                                  "(+0.8 %), cost $0.6000 instead of $0.9500 (-36.8 %)."));
  EXPECT_EQ(words[1], "The cheapest is 4: $0.4000 and 16 min 40 s.");

  curve.points[3].wall = Duration::seconds(400);
  EXPECT_EQ(words_of_curve(curve)[0],
            "The more the faster, up to 16, the most that was simulated: 6 min 40 s.");
  curve.points.resize(1);
  EXPECT_TRUE(words_of_curve(curve).empty());
}

TEST(SizeWords, SayHowFarToTrustThem) {
  SizeCurve curve;
  curve.points = {point(4, 1000, 0), point(6, 700, 0)};
  curve.points[0].given = true;
  EXPECT_EQ(words_of_curve(curve).size(), 1u);
  curve.recorded = Duration::seconds(980);
  EXPECT_EQ(words_of_curve(curve).back(),
            "As it was, the simulation takes 16 min 40 s and the recording took 16 min 20 s "
            "(+2.0 %). A smaller difference between two numbers says little.");
  curve.recorded = Duration::seconds(1001);
  EXPECT_THAT(words_of_curve(curve).back(), testing::EndsWith("(-0.1 %)."));
  curve.recorded.reset();
  curve.repeats = {Duration::seconds(990), Duration::seconds(1050)};
  EXPECT_EQ(words_of_curve(curve).back(),
            "With other draws of chance 4 executors take 16 min 30 s to 17 min 30 s (3 runs). A "
            "smaller difference between two numbers says little.");
}

TEST(SizeWords, SayThatThereIsNoRoom) {
  const Scenario full = scenario_of(
      R"({"master": "yarn", "nodes": [{"count": 2, "cores": 4, "memory": "8g"}]})",
      R"({"spark.executor.cores": "2", "spark.executor.memory": "2g",
          "spark.executor.instances": "40"})");
  EXPECT_THAT(words_of_more(curve_of(full), 2), HasSubstr("None of them comes: no more than "));
}

TEST(SizeWords, SayWhyNot) {
  EXPECT_THAT(words_of_more(curve_of(scenario_of(R"({"master": "local[2]"})")), 2),
              HasSubstr("cannot be answered, because local mode"));
}

}  // namespace
}  // namespace muster
