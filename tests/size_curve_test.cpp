// Other numbers of executors: which can be tried, what they give, and that threads change nothing.
#include "sim/plan/size_curve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "sim/base/problems.h"
#include "sim/run/run.h"
#include "sim/scenario/read_scenario.h"
#include "tests/report_timelines.h"

namespace muster {
namespace {

using testing::HasSubstr;

Scenario scenario_of(const std::string& text) {
  Problems problems;
  auto scenario = parse_scenario(text, "test.json", problems);
  EXPECT_TRUE(problems.empty()) << problems.text();
  return scenario.value_or(Scenario());
}

Result ran(const Scenario& scenario) {
  Problems problems;
  auto result = run(scenario, problems);
  EXPECT_TRUE(problems.empty()) << problems.text();
  return result.value_or(Result());
}

SizeCurve curve_of(const Scenario& scenario, unsigned threads = 1) {
  return size_curve(scenario, ran(scenario).timeline, nullptr, {.threads = threads});
}

constexpr const char* kGiven = R"({
  "cluster": {"executors": [{"count": 4, "cores": 2}]},
  "workload": {"jobs": [{"name": "a", "stages": [{"name": "map", "tasks": 64, "duration": "1s"}]}]}
})";

TEST(SizeCurve, TriesFewerAndMoreOfEqualExecutors) {
  const Scenario scenario = scenario_of(kGiven);
  const SizeCurve curve = curve_of(scenario);
  EXPECT_EQ(curve.why_not, "");
  std::vector<std::int32_t> sizes;
  for (const SizePoint& point : curve.points) sizes.push_back(point.executors);
  // Shares of four, and one less, one more and two more.
  EXPECT_EQ(sizes, (std::vector<std::int32_t>{2, 3, 4, 5, 6, 8, 12, 16}));
  for (std::size_t i = 1; i < curve.points.size(); ++i)
    EXPECT_LT(curve.points[i].wall, curve.points[i - 1].wall);
  EXPECT_TRUE(curve.points[2].given);
  EXPECT_EQ(curve.points[2].wall, ran(scenario).totals.wall);
  EXPECT_EQ(curve.points.back().registered, 16u);
}

TEST(SizeCurve, IsTheSameForAnyNumberOfThreads) {
  const Scenario scenario = scenario_of(kGiven);
  EXPECT_EQ(curve_of(scenario, 1), curve_of(scenario, 4));
}

TEST(SizeCurve, ReplaysARecordingOnItsOwnExecutors) {
  TimelineMaker maker;
  maker.executor("1", "a", 1, 0).job(0, 100, 4100, {0}).stage(0, 100, 4100, 4);
  for (std::uint32_t i = 0; i < 4; ++i) maker.task(0, i, 0, 100 + 1000 * i, 1100 + 1000 * i);
  const Timeline recorded = maker.end(4200).timeline;
  Scenario scenario;
  scenario.workload = LogWorkload{.event_log = "log"};
  const SizeCurve curve = size_curve(scenario, recorded, &recorded, {.threads = 1});
  ASSERT_EQ(curve.points.size(), 4u);  // 1, 2, 3, 4
  EXPECT_EQ(curve.points[0].wall, recorded.wall());
  EXPECT_LT(curve.points[3].wall, Duration::seconds(2));
}

TEST(SizeCurve, SaysWhyNot) {
  Scenario scenario = scenario_of(kGiven);
  scenario.cluster.executors.emplace_back().cores = 3;
  EXPECT_THAT(curve_of(scenario).why_not, HasSubstr("not alike"));
  scenario = scenario_of(kGiven);
  scenario.cluster.executors.clear();
  scenario.cluster.master = "local[2]";
  EXPECT_THAT(curve_of(scenario).why_not, HasSubstr("local mode"));
}

}  // namespace
}  // namespace muster
