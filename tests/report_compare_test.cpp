// Comparisons of two timelines, and their JSON.
#include "sim/report/compare.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/plan/explain.h"
#include "sim/report/json.h"
#include "tests/report_timelines.h"

namespace muster {
namespace {

using Json = nlohmann::json;
using Labels = std::vector<std::string>;

Timeline left_side() {
  TimelineMaker make;
  make.executor("0", "a", 2, 0).executor("1", "b", 2, 0);
  make.job(0, 1000, 3000, {0}).job(1, 4000, 5000, {1, 2});
  make.stage(0, 1000, 3000, 2).stage(1, 4000, 4500, 1).stage(2, -1, -1, 1);
  make.task(0, 0, 0, 1000, 2000, Locality::NodeLocal).task(0, 1, 1, 1000, 3000);
  make.task(1, 0, 1, 4000, 4500).end(10000);
  make.timeline.jobs[1].description = "write";
  return make.timeline;
}

Timeline right_side() {
  TimelineMaker make;
  make.executor("0", "a", 2, 0).executor("9", "c", 2, 0);
  make.job(0, 1500, 4000, {0}).job(7, 5000, 5100, {5});
  make.stage(0, 1500, 4000, 2).stage(5, 5000, 5100, 1);
  make.task(0, 0, 0, 1500, 2000).task(0, 1, 0, 1500, 4000).task(1, 0, 0, 5000, 5100).end(9000);
  make.timeline.jobs[0].outcome = JobOutcome::Failed;
  return make.timeline;
}

TEST(Compare, RelativeError) {
  EXPECT_DOUBLE_EQ(*relative_error(Duration::seconds(2), Duration::seconds(3)), 0.5);
  EXPECT_DOUBLE_EQ(*relative_error(Duration(), Duration()), 0.0);
  EXPECT_FALSE(relative_error(Duration(), Duration::seconds(1)).has_value());
}

// A log that is cut off: what was open in it is not compared, and what came later is no difference.
TEST(Compare, ASideThatStopsIsComparedUpToThere) {
  Timeline left = left_side();
  left.application.end = Time::never();
  left.jobs[1].completed = left.stages[1].completed = Time::never();
  left.attempts.finish[2] = Time::never();
  left.attempts.outcome[2] = Outcome::Running;
  const Comparison c = compare(left, right_side());
  ASSERT_TRUE(c.cut_at.has_value());
  EXPECT_EQ(*c.cut_at, left.wall());
  EXPECT_EQ(c.open, (Labels{"job 1", "stage 1.0"}));
  EXPECT_EQ(c.open_tasks, 1u);
  EXPECT_EQ(c.jobs.size(), 1u);
  EXPECT_EQ(c.only_left, (Labels{"executor 1"}));
  EXPECT_EQ(c.only_right, (Labels{"executor 9"}));
  EXPECT_FALSE(compare(right_side(), left).cut_at.has_value());
}

TEST(Compare, MatchesByIds) {
  const Comparison c = compare(left_side(), right_side());
  EXPECT_DOUBLE_EQ(*c.wall.error(), -0.1);
  ASSERT_EQ(c.jobs.size(), 1u);
  EXPECT_DOUBLE_EQ(*c.jobs[0].span.error(), 0.25);
  EXPECT_EQ(c.jobs[0].span.right_start - c.jobs[0].span.left_start, Duration::millis(500));
  EXPECT_EQ(c.jobs[0].left_outcome, JobOutcome::Succeeded);
  EXPECT_EQ(c.jobs[0].right_outcome, JobOutcome::Failed);
  ASSERT_EQ(c.stages.size(), 1u);
  EXPECT_DOUBLE_EQ(*c.stages[0].span.error(), 0.25);
  EXPECT_EQ(c.stages[0].left_tasks, 2u);
  EXPECT_EQ(c.only_left, (Labels{"job 1", "stage 1.0", "executor 1"}));
  EXPECT_EQ(c.only_right, (Labels{"job 7", "stage 5.0", "executor 9"}));
  ASSERT_EQ(c.executors.size(), 3u);
  EXPECT_EQ(c.executors[0].left_tasks, 1u);
  EXPECT_EQ(c.executors[0].right_tasks, 3u);
  EXPECT_EQ(c.left_localities[static_cast<std::size_t>(Locality::NodeLocal)], 1u);
  EXPECT_EQ(c.right_localities[static_cast<std::size_t>(Locality::ProcessLocal)], 3u);
  EXPECT_DOUBLE_EQ(*c.mean_stage_error, 0.25);
}

TEST(Compare, WithItselfIsExact) {
  for (const Timeline& timeline : {rich_timeline(), random_timeline(3, 9), Timeline()}) {
    const Comparison c = compare(timeline, timeline);
    EXPECT_TRUE(c.only_left.empty() && c.only_right.empty());
    EXPECT_DOUBLE_EQ(*c.wall.error(), 0.0);
    for (const StageComparison& stage : c.stages) EXPECT_DOUBLE_EQ(*stage.span.error(), 0.0);
    EXPECT_EQ(c.left_localities, c.right_localities);
  }
}

TEST(Compare, JobNames) {
  const std::vector<std::string> names = job_names(left_side());
  EXPECT_EQ(names, (Labels{"count at Job.scala:0", "write"}));
}

TEST(Json, ComparisonHasNullForNoError) {
  Timeline left = left_side(), right = right_side();
  left.jobs[0].completed = left.jobs[0].submitted;
  const Json json = Json::parse(to_json(compare(left, right)));
  EXPECT_TRUE(json["jobs"][0]["error"].is_null());
  EXPECT_DOUBLE_EQ(json["stages"][0]["error"].get<double>(), 0.25);
  EXPECT_EQ(json["only_right"].size(), 3u);
  EXPECT_EQ(json["localities"]["NODE_LOCAL"]["left"].get<int>(), 1);
}

TEST(Json, ResultAndExplanation) {
  Result result;
  result.timeline = rich_timeline();
  result.timeline.jobs[0].description = "bad \xff bytes";
  result.totals = totals_of(result.timeline);
  result.succeeded = false, result.failure = "Job aborted";
  result.provenance.scenario = "a";
  result.reasons = {{result.timeline.application.start, "stage 0.0", "submitted"}};
  const std::string text = to_json(result);
  const Json json = Json::parse(text);
  EXPECT_EQ(json["totals"]["wall_s"].get<double>(), 7.5);
  EXPECT_EQ(json["executors"].size(), 3u);
  EXPECT_TRUE(json["executors"][0]["removed_s"].is_null());
  EXPECT_EQ(json["stages"].size(), result.timeline.stages.size());
  EXPECT_EQ(text, to_json(result));
  EXPECT_LT(text.find("\"application\""), text.find("\"totals\""));  // the order is ours

  const Explanation x = explain(result.timeline);
  const Json explanation = Json::parse(to_json(x, result.timeline));
  EXPECT_EQ(explanation["idle"]["by_cause"].size(), kIdleCauseCount);
  EXPECT_EQ(explanation["critical_path"]["segments"].size(), x.path.segments.size());

  const Json both = Json::parse(
      json_document({{"result", text}, {"explanation", to_json(x, result.timeline)}}));
  EXPECT_EQ(both["explanation"], explanation);
}

}  // namespace
}  // namespace muster
