// What is drawn of a run besides its tasks: further applications, slow executors, waits without an
// end, lanes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "gui/layout/describe.h"
#include "gui/layout/draw.h"
#include "gui/layout/svg.h"
#include "sim/plan/explain.h"
#include "tests/report_timelines.h"

namespace muster::gui {
namespace {

using testing::HasSubstr;

// An executor of two cores; a job with a stage of two tasks of 10 s.
Timeline two_tasks() {
  TimelineMaker maker;
  maker.executor("1", "alpha", 2, 1000).job(0, 4000, 30000, {0}).stage(0, 5000, 29000, 2);
  maker.task(0, 0, 0, 6000, 16000).task(0, 1, 0, 8000, 18000).end(40000);
  return maker.timeline;
}

std::vector<std::shared_ptr<const Scene>> scenes_of_timeline(const Timeline& timeline) {
  Result result;
  result.timeline = timeline;
  result.totals = totals_of(timeline);
  return {std::make_shared<Scene>(std::make_shared<const Result>(std::move(result)), "run")};
}

// A second application and a lost attempt are bands of their own on the axis of the run.
TEST(GuiScene, FurtherApplicationsAreDrawnWhereTheyRan) {
  Result result;
  result.timeline = two_tasks();
  result.totals = totals_of(result.timeline);
  OtherApplication other{.timeline = two_tasks(), .milestones = {}, .failure = {}};
  other.timeline.application.name = "question";
  const auto shift = [](Timeline& t, Duration by) {
    t.application.start += by, t.application.end += by;
    for (Time& at : t.attempts.launch) at += by;
    for (Time& at : t.attempts.finish) at += by;
    for (StageSpan& stage : t.stages) stage.submitted += by, stage.completed += by;
    for (JobSpan& job : t.jobs) job.submitted += by, job.completed += by;
    for (ExecutorSpan& executor : t.executors) executor.added += by;
  };
  OtherApplication lost = other;
  lost.failure = "driver lost";
  shift(other.timeline, Duration::seconds(20));
  shift(lost.timeline, Duration() - Duration::seconds(50));
  result.others.push_back(other);
  result.lost_attempts.push_back(lost);
  const auto scenes = scenes_of(std::make_shared<const Result>(result), "run", nullptr,
                                ColourMode::Stage);
  ASSERT_EQ(scenes.size(), 3U);
  EXPECT_EQ(scenes[1]->title, "run, attempt 1, lost with its driver");
  EXPECT_EQ(scenes[2]->title, "run, question");
  EXPECT_EQ(scenes[0]->tasks.row(0).front().from, 6'000'000);
  EXPECT_EQ(scenes[1]->tasks.row(0).front().from, -44'000'000);
  EXPECT_EQ(scenes[2]->tasks.row(0).front().from, 26'000'000);
  EXPECT_EQ(words_of(scenes[2]->driver_at(30'000'000)->what), "tasks run");
  const View view = fitted(scenes, View{.selected = {}}, Size{1000, 700});
  EXPECT_LT(view.from, -49'000'000);
  EXPECT_GE(view.to, 60'000'000);
}

// The machine that took a driver with it has no executor: it is there, and says what became of it.
TEST(GuiScene, TheMachineOfALostDriverIsSeen) {
  Result result;
  result.timeline = two_tasks();
  result.totals = totals_of(result.timeline);
  const Time start = result.timeline.application.start;
  result.milestones.submitted = start - Duration::seconds(60), result.milestones.attempts = 2;
  for (const char* host : {"alpha", "beta", "gamma"})
    result.nodes.push_back({.host = host, .group = "task", .gone_reason = {}});
  result.nodes[1].gone = start - Duration::seconds(5), result.nodes[1].gone_reason = "reclaimed";
  OtherApplication lost{.timeline = two_tasks(), .milestones = {}, .failure = "driver lost"};
  lost.milestones.driver_place = "beta", lost.milestones.submitted = result.milestones.submitted;
  result.lost_attempts.push_back(lost);
  const auto scenes = scenes_of(std::make_shared<const Result>(result), "run", nullptr,
                                ColourMode::Stage);
  ASSERT_EQ(scenes.size(), 2U);
  EXPECT_EQ(scenes[0]->hosts.size(), 3U);
  ASSERT_EQ(scenes[1]->hosts.size(), 2U);  // not gamma
  EXPECT_EQ(scenes[1]->hosts[1].name, "beta");
  const Size size{1000, 900};
  const View view = fitted(scenes, View{.selected = {}}, size);
  const auto picture = [&](std::size_t scene) {
    DisplayList list;
    draw(Scenes(scenes).subspan(scene, 1), view, size, list);
    return to_svg(list, "a");
  };
  EXPECT_THAT(picture(0), testing::AllOf(HasSubstr("attempt 2, "), HasSubstr("gone: reclaimed"),
                                         HasSubstr(">no executor<")));
  EXPECT_THAT(picture(1), testing::AllOf(HasSubstr(">driver<"), HasSubstr("gone: reclaimed"),
                                         testing::Not(HasSubstr(">no executor<"))));
}

TEST(GuiScene, ASlowExecutorIsMarkedAndExplained) {
  TimelineMaker maker;
  for (int e = 0; e < 3; ++e)
    maker.executor(std::to_string(e), "h" + std::to_string(e), 1, 1000);
  maker.job(0, 1500, 12'000, {0}).stage(0, 1600, 12'000, 12);
  for (std::uint32_t i = 0; i < 12; ++i) {
    const std::int64_t long_as = i % 3 == 2 ? 2500 : 1000;
    maker.task(0, i, i % 3, 2000 + long_as * (i / 3), 2000 + long_as * (i / 3 + 1));
  }
  maker.end(13'000);
  const auto scenes = scenes_of_timeline(maker.timeline);
  const Size size{1000, 700};
  DisplayList list;
  draw(scenes, fitted(scenes, View{.selected = {}}, size), size, list);
  const Colour slow = paint_of(Theme::Dark).slow;
  EXPECT_THAT(to_svg(list, "a"), HasSubstr("2.5x slower"));
  EXPECT_TRUE(std::ranges::any_of(list.shapes, [&](const Shape& s) { return s.colour == slow; }));
  const auto words = [&](Thing::Kind kind, std::uint32_t item) {
    std::string out;
    for (const std::string& line :
         describe(scenes, {.kind = kind, .scene = 0, .item = item, .at = 0}))
      out += line + "\n";
    return out;
  };
  EXPECT_THAT(words(Thing::Kind::Executor, 2), HasSubstr("took 2.5 times as long for its 4 tasks"));
  EXPECT_THAT(words(Thing::Kind::Executor, 0),
              HasSubstr("is not slow: 4 tasks, median 1.00 s, elsewhere 1.00 s"));
  EXPECT_THAT(words(Thing::Kind::Stage, 0), HasSubstr("only 3 tasks of slow executor 2 ran"));
}

std::string words_about(const std::vector<std::shared_ptr<const Scene>>& scenes,
                        const Thing& thing) {
  std::string out;
  for (const std::string& line : describe(scenes, thing)) out += line + "\n";
  return out;
}

// Where the driver ran is said by its row, its machine, and the search for it.
TEST(GuiScene, TheDriverHasAPlace) {
  Timeline timeline = two_tasks();
  timeline.conf.set("spark.driver.host", "alpha");
  const auto scenes = scenes_of_timeline(timeline);
  const std::string place = "on alpha (client mode)";
  const Thing found = find(scenes, "driver", {});
  EXPECT_EQ(found.kind, Thing::Kind::Driver);
  EXPECT_THAT(words_about(scenes, found), HasSubstr("the driver runs " + place));
  EXPECT_THAT(words_about(scenes, {.kind = Thing::Kind::Driver, .item = 0}), HasSubstr(place));
  EXPECT_THAT(words_about(scenes, {.kind = Thing::Kind::Host, .item = 0}),
              HasSubstr("the driver runs here: " + place));
  const Size size{1000, 700};
  const View view = fitted(scenes, View{.selected = {}}, size);
  DisplayList list;
  draw(scenes, view, size, list);
  EXPECT_THAT(to_svg(list, "a"), HasSubstr("driver " + place));
  // The row's label is the driver, too.
  const Arrangement arranged(scenes, view, size);
  for (const Track& track : arranged.tracks) {
    if (track.kind != Track::Kind::Driver) continue;
    EXPECT_TRUE(arranged.hit(20, arranged.screen(track.y0) + 4).same(found));
  }
  EXPECT_TRUE(exists(scenes, found));
}

// A network partition is a mark on the driver's row, and the driver says when it was.
TEST(GuiScene, ANetworkPartitionIsMarked) {
  Result result;
  result.timeline = two_tasks();
  result.totals = totals_of(result.timeline);
  const Time start = result.timeline.application.start;
  result.reasons = {{start + Duration::seconds(7), "cluster", "cannot be reached by its client"},
                    {start + Duration::seconds(12), "cluster", "can be reached by its client"}};
  const std::vector<std::shared_ptr<const Scene>> scenes = {
      std::make_shared<Scene>(std::make_shared<const Result>(result), "run")};
  ASSERT_EQ(scenes[0]->cut_off.size(), 1U);
  EXPECT_EQ(scenes[0]->cut_off[0], std::pair(std::int64_t{7'000'000}, std::int64_t{12'000'000}));
  const Size size{1400, 700};
  DisplayList list;
  draw(scenes, fitted(scenes, View{.selected = {}}, size), size, list);
  EXPECT_THAT(to_svg(list, "a"), HasSubstr("network partition"));
  EXPECT_THAT(words_about(scenes, find(scenes, "driver", {})),
              HasSubstr("do not hear each other: 5.00 s"));
}

TEST(GuiScene, ItsMakingIsStopped) {
  Result result;
  result.timeline = two_tasks();
  const auto shared = std::make_shared<const Result>(result);
  std::stop_source stop;
  EXPECT_GT(Scene(shared, "run", nullptr, nullptr, stop.get_token()).rows, 0U);
  EXPECT_FALSE(explain(result.timeline, {}, stop.get_token()).path.segments.empty());
  stop.request_stop();
  EXPECT_EQ(Scene(shared, "run", nullptr, nullptr, stop.get_token()).rows, 0U);
  EXPECT_TRUE(explain(result.timeline, {}, stop.get_token()).path.segments.empty());
}

// Two stages of two pools on one core: the second waits for it, in the words of the critical path.
TEST(GuiScene, AStageThatWaitsForACoreSaysSoAndNamesItsPool) {
  TimelineMaker maker;
  maker.executor("1", "alpha", 1, 1000).job(0, 2000, 9000, {0}).job(1, 2000, 12'000, {1});
  maker.stage(0, 2100, 8900, 1).stage(1, 2100, 11'900, 1);
  maker.task(0, 0, 0, 2200, 8800).task(1, 0, 0, 8850, 11'800).end(13'000);
  maker.timeline.conf.set("spark.scheduler.mode", "fair");  // Spark takes it in any case
  maker.timeline.jobs[0].pool = "etl", maker.timeline.jobs[1].pool = "adhoc";
  Result result;
  result.timeline = maker.timeline;
  result.totals = totals_of(result.timeline);
  result.pools.push_back({"etl", 3, 2});
  const std::vector<std::shared_ptr<const Scene>> scenes = {
      std::make_shared<Scene>(std::make_shared<const Result>(result), "run")};
  const std::string words = words_about(scenes, {.kind = Thing::Kind::Stage, .item = 1});
  EXPECT_THAT(words, HasSubstr(": waiting for a core 6.65 s, since other stages had them"));
  EXPECT_THAT(words, HasSubstr("its FAIR pool: adhoc (weight and minShare not logged)"));
  EXPECT_THAT(words, HasSubstr("pool etl (weight 3, minShare 2) ran 1 task when"));
  EXPECT_THAT(words_about(scenes, {.kind = Thing::Kind::Attempt, .item = 1}),
              HasSubstr("waiting for a core, other stages had them"));
  const CriticalPath path = critical_path(maker.timeline);
  const auto wait = std::ranges::find(path.segments, PathKind::CoreWait, &PathSegment::kind);
  ASSERT_NE(wait, path.segments.end());
  EXPECT_EQ(wait->note, "other stages had the cores; FAIR pool adhoc waited while pool etl ran 1 "
                        "task");
  EXPECT_EQ(path.of(PathKind::CoreWait), Duration::millis(6650));
  EXPECT_EQ(path.of(PathKind::StagePreparation), Duration::millis(100));
}

// What a log that is cut off has no end of has not failed.
TEST(GuiScene, AnAttemptWithoutAnEndIsNoFailure) {
  TimelineMaker maker;
  maker.executor("1", "alpha", 2, 1000).job(0, 2000, -1, {0}).stage(0, 2100, -1, 2);
  maker.task(0, 0, 0, 2200, 8800).task(0, 1, 0, 2200, 8800);
  maker.timeline.attempts.finish[1] = Time::never();
  maker.timeline.attempts.outcome[1] = Outcome::Running;
  const auto scenes = scenes_of_timeline(maker.timeline);
  EXPECT_THAT(words_about(scenes, {.kind = Thing::Kind::Stage, .item = 0}),
              HasSubstr("2 attempts, 0 of them not successful, 1 without an end in the log"));
  EXPECT_THAT(words_about(scenes, {.kind = Thing::Kind::Attempt, .item = 1}),
              HasSubstr("(no end in the log)"));
}

// What never ends goes on beyond the last thing that happened, and the driver's row says why.
TEST(GuiScene, AnEndlessWaitIsSeen) {
  TimelineMaker maker;
  maker.job(0, 1000, -1, {0}).stage(0, 1100, -1, 4);
  Result result;
  result.timeline = maker.timeline;
  result.timeline.application.end = Time::never();
  result.waits_for_ever = true, result.succeeded = false;
  const Scene scene(std::make_shared<const Result>(result), "run");
  const DriverSpan* span = scene.driver_at(1'500'000);
  ASSERT_TRUE(span);
  EXPECT_EQ(words_of(span->what), words_of(PathKind::ExecutorWait));
  EXPECT_TRUE(span->endless);
  EXPECT_EQ(span->to, scene.last);
  EXPECT_EQ(scene.stages.row(0).front().to, scene.last);
}

// Lanes: each span takes the first that is free.
TEST(GuiScene, SpansThatOverlapTakeTheFirstFreeLane) {
  TimelineMaker maker;
  maker.executor("1", "alpha", 2, 0);
  maker.job(0, 1000, 9000, {}).job(1, 2000, 4000, {}).job(2, 3000, 8000, {});
  maker.job(3, 4000, 6000, {}).job(4, 9000, 9500, {});
  maker.end(10'000);
  const auto scenes = scenes_of_timeline(maker.timeline);
  const BarTable& jobs = scenes[0]->jobs;
  ASSERT_EQ(jobs.rows(), 3U);
  const auto items = [&](std::uint32_t lane) {
    std::vector<std::uint32_t> out;
    for (const Bar& bar : jobs.row(lane)) out.push_back(bar.item);
    return out;
  };
  EXPECT_THAT(items(0), testing::ElementsAre(0, 4));
  EXPECT_THAT(items(1), testing::ElementsAre(1, 3));
  EXPECT_THAT(items(2), testing::ElementsAre(2));
}

}  // namespace
}  // namespace muster::gui
