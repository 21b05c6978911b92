// What --json writes opens again and draws the same picture; what is damaged is refused in words.
#include "sim/report/read_result.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "gui/layout/draw.h"
#include "gui/layout/svg.h"
#include "sim/report/compare.h"
#include "sim/report/json.h"
#include "sim/run/run.h"
#include "sim/scenario/read_scenario.h"
#include "tests/report_timelines.h"

namespace muster {
namespace {

Result simulated(const std::string& name) {
  Problems problems;
  const auto scenario =
      read_scenario(std::string(MUSTER_SOURCE_DIR) + "/scenarios/" + name, problems);
  RunOptions options;
  options.explain = true;
  auto result = run(scenario.value(), problems, options);
  EXPECT_TRUE(problems.empty()) << problems.text();
  return std::move(result).value();
}

std::string document(const Result& result) {
  return json_document({{"result", to_json(result)}});
}

std::string picture(const Result& result) {
  const auto shared = std::make_shared<const Result>(result);
  const auto scenes = gui::scenes_of(shared, "run", nullptr, gui::ColourMode::Locality);
  const gui::Size size{1200, 900};
  gui::DisplayList list;
  gui::draw(scenes, gui::fitted(scenes, gui::View{.selected = {}}, size), size, list);
  return gui::to_svg(list, "a picture");
}

TEST(ReadResult, WhatWasWrittenIsDrawnTheSame) {
  for (const char* name : {"hello.json", "k8s_wait_100_600.json", "two_applications.json",
                           "emr6_task_reclaim.json", "resource_profiles.json", "speculation.json",
                           "fifo_vs_fair.json", "network_partition.json", "executor_lost.json"}) {
    SCOPED_TRACE(name);
    const Result before = simulated(name);
    Problems problems;
    const std::optional<Result> after = parse_result(document(before), name, problems);
    ASSERT_TRUE(after) << problems.text();
    EXPECT_EQ(picture(*after), picture(before));
    EXPECT_EQ(after->totals, before.totals);
    EXPECT_EQ(after->cost, before.cost);
    EXPECT_EQ(after->reasons, before.reasons);
    EXPECT_EQ(after->timeline.schedule_fingerprint(), before.timeline.schedule_fingerprint());
    const Comparison same = compare(before.timeline, after->timeline);
    EXPECT_EQ(same.wall.error().value_or(1), 0);
    EXPECT_TRUE(same.only_left.empty() && same.only_right.empty());
  }
}

// Amounts, failures of each kind, executors that never came.
TEST(ReadResult, ATimelineWithEverything) {
  const Result before = recorded_result(rich_timeline());
  Problems problems;
  const auto after = parse_result(document(before), "x", problems);
  ASSERT_TRUE(after) << problems.text();
  ASSERT_EQ(after->timeline.attempts.size(), before.timeline.attempts.size());
  for (std::size_t a = 0; a < before.timeline.attempts.size(); ++a)
    for (const AmountField& field : amount_fields())
      EXPECT_EQ(after->timeline.attempts.amount(a, field.amount),
                before.timeline.attempts.amount(a, field.amount));
  EXPECT_EQ(after->timeline.attempts.outcome, before.timeline.attempts.outcome);
  EXPECT_EQ(after->timeline.attempts.finish, before.timeline.attempts.finish);
  EXPECT_EQ(after->timeline.failures.size(), before.timeline.failures.size());
}

std::string refusal(const std::string& text) {
  Problems problems;
  EXPECT_FALSE(parse_result(text, "file", problems));
  return problems.text();
}

TEST(ReadResult, WhatIsDamagedOrAnotherThingIsRefused) {
  const std::string good = document(simulated("hello.json"));
  EXPECT_NE(refusal(good.substr(0, good.size() / 2)).find("is damaged"), std::string::npos);
  EXPECT_NE(refusal(R"({"left": {}})").find("holds no result"), std::string::npos);
  EXPECT_NE(refusal(R"({"result": {"stages": []}})").find("another version"), std::string::npos);
  EXPECT_NE(refusal(R"({"result": 7})").find("holds no result"), std::string::npos);
  std::string later = good;
  later.replace(later.find("\"version\": 1"), 12, "\"version\": 9");
  EXPECT_NE(refusal(later).find("another version"), std::string::npos);
  // Each column in turn: too short, not base64, pointing at nothing.
  for (const char* column : {"task_id", "stage", "executor", "locality", "launch_us", "took_us"}) {
    const std::string key = std::string("\"") + column + "\": \"";
    for (const char* content : {"", "????", "/v8B/v8B/v8B/v8B/v8B/v8B/v8B/v8B/v8B/v8B"}) {
      std::string bad = good;
      const std::size_t from = bad.find(key) + key.size();
      bad.replace(from, bad.find('"', from) - from, content);
      Problems problems;
      if (parse_result(bad, "file", problems)) {
        // Any number may be the id of a task, or a time.
        EXPECT_TRUE(column == std::string("task_id") || std::string(column).ends_with("_us"));
      } else {
        EXPECT_NE(problems.text().find("do not fit"), std::string::npos) << column;
      }
    }
  }
}

// A length needs a beginning: an attempt that was never launched has no end.
TEST(ReadResult, AnEndWithoutALaunchIsRefused) {
  TimelineMaker maker;
  maker.executor("0", "a", 1, 0).job(0, 0, 2000, {0}).stage(0, 0, 2000, 1);
  maker.task(0, 0, 0, 500, 1500).end(2000);
  Result result = recorded_result(maker.timeline);
  const auto launches = [](const std::string& text) {
    const std::size_t from = text.find("\"launch_us\": \"") + 14;
    return std::pair(from, text.find('"', from) - from);
  };
  std::string whole = document(result);
  result.timeline.attempts.launch[0] = Time::never();
  const std::string never = document(result);
  const auto [at, length] = launches(whole);
  const auto [other, other_length] = launches(never);
  Problems problems;
  EXPECT_TRUE(parse_result(never, "file", problems)) << problems.text();
  whole.replace(at, length, never.substr(other, other_length));
  EXPECT_NE(refusal(whole).find("do not fit"), std::string::npos);
}

}  // namespace
}  // namespace muster
