// The window's content off-screen: the same frames that a display would show, driven by a scripted
// hand, and pictures that are equal byte for byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "sim/report/size_words.h"
#include "sim/scenario/read_scenario.h"
#include "tests/report_timelines.h"
#include "tests/shell.h"
#include "tests/window.h"

namespace muster::gui {
namespace {

using testing::HasSubstr;

TEST(GuiWindowTest, ALogIsShownAboveItsSimulation) {
  Window window({recording("c1-shuffle2-r1")});
  EXPECT_THAT(window.app().state(), HasSubstr("ready=1 scenes=2"));
  window.keep("log");
}

TEST(GuiWindowTest, TheSameFrameTwice) {
  Window one({recording("a1-equal64-r1")});
  const Image first = one.frame();
  EXPECT_EQ(first, one.frame());
  EXPECT_GT(to_png(first).size(), 10'000U);
}

TEST(GuiWindowTest, TheWheelZoomsAtThePointerAndADragMoves) {
  Window window({recording("c1-shuffle2-r1")});
  const View before = window.app().view();
  window.frame({.x = 600, .y = 500});
  window.frame({.x = 600, .y = 500, .wheel = 1});
  const View near = window.app().view();
  EXPECT_NEAR(static_cast<double>(near.to - near.from),
              0.8 * static_cast<double>(before.to - before.from), 10);
  window.frame({.x = 600, .y = 500, .down = true});
  window.frame({.x = 650, .y = 500, .down = true});
  window.frame({.x = 700, .y = 500, .down = true});
  window.frame({.x = 700, .y = 500});
  EXPECT_LT(window.app().view().from, near.from);
  window.press(Command::Fit);
  EXPECT_EQ(window.app().view().from, before.from);
  EXPECT_EQ(window.app().view().to, before.to);
}

TEST(GuiWindowTest, ADragWithShiftMeasuresEitherWay) {
  Window window({recording("c1-shuffle2-r1")});
  const auto measured = [&](float from, float to) {
    window.frame({.x = from, .y = 500, .shift = true});
    window.frame({.x = from, .y = 500, .down = true, .shift = true});
    window.frame({.x = to, .y = 500, .down = true, .shift = true});
    window.frame({.x = to, .y = 500, .shift = true});
    return window.app().range();
  };
  const auto right = measured(500, 700), left = measured(700, 500);
  ASSERT_TRUE(right && left);
  EXPECT_EQ(*right, *left);
  const View& view = window.app().view();
  EXPECT_GT(right->first, view.from);
  EXPECT_LT(right->second, view.to);
  EXPECT_LT(right->first, right->second);
}

TEST(GuiWindowTest, FurtherApplicationsAndLostAttemptsAreBandsOfTheirOwn) {
  Window two({scenario("two_applications.json")});
  EXPECT_THAT(two.app().state(), HasSubstr("ready=1 scenes=2"));
  two.keep("two-applications");
  Window lost({scenario("emr6_task_reclaim.json")});
  EXPECT_THAT(lost.app().state(), HasSubstr("ready=1 scenes=2"));
  lost.keep("lost-attempt");
  lost.click(100, 900);  // a machine of the lost attempt
  lost.keep("lost-attempt-clicked");
}

TEST(GuiWindowTest, KeysChangeColourAndTheme) {
  Window window({scenario("hello.json")});
  for (std::size_t i = 0; i < kColourModeCount; ++i) window.press(Command::NextColour);
  window.press(Command::Theme);
  EXPECT_THAT(window.app().state(), HasSubstr("colour=stage theme=light"));
}

TEST(GuiWindowTest, ASearchedTaskIsSelectedAndDescribed) {
  Window window({recording("h1-kill-exec-map-r1")});
  const Thing stage = find(window.app().session().scenes(), "stage", {});
  EXPECT_EQ(stage.kind, Thing::Kind::Stage);
  window.press(Command::NextColour);
  window.keep("locality", {.x = 1000, .y = 300});
}

TEST(GuiWindowTest, AnotherNumberOfExecutorsIsSimulatedAndUndone) {
  Window window({recording("a1-equal64-r1")});
  Session& session = window.app().session();
  ASSERT_TRUE(session.what_if());
  const Duration four = session.what_if()->totals.wall;
  for (int i = 0; i < 4; ++i) window.press(Command::FewerExecutors);  // one remains
  window.wait();
  EXPECT_EQ(session.knob().given, 1);
  EXPECT_GT(session.what_if()->totals.wall, four);
  EXPECT_THAT(window.app().state(), HasSubstr("executors=1"));
  while (session.undo()) window.wait();
  EXPECT_EQ(session.what_if()->totals.wall, four);
}

TEST(GuiWindowTest, ExecutorsTurnedToAndFroAreTheRecordedOnes) {
  Window window({recording("a1-equal64-r1")});
  Session& session = window.app().session();
  const Scenario recorded = *session.scenario();
  for (const Command way : {Command::FewerExecutors, Command::FewerExecutors,
                            Command::MoreExecutors, Command::MoreExecutors})
    window.press(way);
  EXPECT_EQ(*session.scenario(), recorded);
  EXPECT_FALSE(session.set_executors(0));
}

// Of each point: how many executors.
std::vector<int> counts(const SizeCurve& curve) {
  std::vector<int> out;
  for (const SizePoint& point : curve.points) out.push_back(point.executors);
  return out;
}

TEST(GuiWindowTest, TheCurveOverExecutorsComesWithThePanel) {
  Window window({recording("a1-equal64-r1")});
  Session& session = window.app().session();
  EXPECT_FALSE(session.curve_asked());
  window.click(1290, 45);  // the tab "What if"
  window.wait();
  const SizeCurve& curve = session.curve();
  EXPECT_THAT(counts(curve), testing::ElementsAre(2, 3, 4, 5, 6, 8, 12, 16));
  EXPECT_TRUE(curve.points[2].given);
  EXPECT_EQ(curve.points[2].wall, session.what_if()->totals.wall);
  EXPECT_GT(curve.points.front().wall, curve.points.back().wall);
  EXPECT_THAT(words_of_more(curve, 2), HasSubstr("Two more executors (6 instead of 4): "));
  window.keep("what-if");
  // With six it is the same curve seen from elsewhere: what is known is not simulated again.
  const Duration six = curve.points[4].wall;
  session.set_executors(6);
  window.until([&] { return session.standing() == WhatIf::Done; });
  session.draw_curve();
  EXPECT_EQ(session.what_if()->totals.wall, six);
  EXPECT_THAT(counts(session.curve()), testing::IsSupersetOf({3, 5, 6, 8, 12}));
  EXPECT_THAT(session.curve_missing(), testing::Gt(0U));
  session.cancel();
  EXPECT_EQ(session.curve_missing(), 0U);
  EXPECT_THAT(session.notice(), HasSubstr("other numbers of executors: cancelled; press R"));
  window.press(Command::Resume);
  window.wait();
  EXPECT_THAT(counts(session.curve()), testing::ElementsAre(3, 5, 6, 7, 8, 9, 12, 18, 24));
}

TEST(GuiWindowTest, AScenarioThatReplaysALogHasItsExecutorsAsKnobs) {
  Window window({scenario("replay.json")});
  Session& session = window.app().session();
  const Duration before = session.runs()[0].result->totals.wall;
  const int given = session.knob().given;
  EXPECT_EQ(static_cast<int>(session.scenario()->cluster.executors.size()), given);
  ASSERT_TRUE(session.set_executors(given + 1));
  window.wait();
  ASSERT_TRUE(session.set_executors(given));
  window.wait();
  EXPECT_EQ(session.what_if()->totals.wall, before);
}

TEST(GuiWindowTest, WhereExecutorsCannotBeCountedTheReasonIsGiven) {
  Window window({scenario("local.json")});
  Session& session = window.app().session();
  EXPECT_FALSE(session.set_executors(3));
  window.click(1290, 45);
  window.wait();
  EXPECT_THAT(words_of_more(session.curve(), 2), HasSubstr("local mode has one executor"));
}

TEST(GuiWindowTest, AScenarioIsSavedAsItIsTurned) {
  Window window({scenario("hello.json")});
  Session& session = window.app().session();
  Scenario next = *session.scenario();
  next.seed = 77;
  session.change(next);
  window.wait();
  const ScratchFolder folder;
  ASSERT_FALSE(session.save(folder.path("mine.json")));
  Problems problems;
  const auto read = read_scenario(folder.path("mine.json"), problems);
  ASSERT_TRUE(read) << problems.text();
  EXPECT_EQ(read->seed, 77U);
}

TEST(GuiWindowTest, WhatCannotBeOpenedSaysWhatToDo) {
  Window window({{"no/such/log", true}});
  EXPECT_THAT(window.app().state(), HasSubstr("ready=0 scenes=0"));
  EXPECT_THAT(window.app().session().runs()[0].failure, HasSubstr("no such file"));
  window.keep("failed");
  Window empty({});
  empty.frame();
}

// So long that nothing here waits for its end.
std::string long_scenario(const ScratchFolder& folder) {
  const std::string path = folder.path("long.json");
  write_text_file(path, R"({
    "cluster": {"executors": [{"count": 20, "cores": 4}]},
    "workload": {"jobs": [{"stages": [{"tasks": 3000000, "duration": "1s"}]}]}
  })");
  return path;
}

TEST(GuiWindowTest, ACancelledLoadSaysSoAndIsTakenUpAgain) {
  const ScratchFolder folder;
  Window window({}, 1);
  Session& session = window.app().session();
  session.open({long_scenario(folder), false});
  window.until([&] { return session.progress().find("attempts") != std::string::npos; });
  window.press(Command::Cancel);
  window.wait();
  EXPECT_THAT(window.app().state(), HasSubstr("runs=1 ready=0 scenes=0"));
  EXPECT_THAT(window.app().state(), HasSubstr("cancelled=1 busy=0"));
  EXPECT_THAT(session.notice(), HasSubstr("cancelled; press R"));
  EXPECT_FALSE(session.runs()[0].result);
  window.keep("cancelled");
  window.press(Command::Resume);
  window.until([&] { return session.progress().find("attempts") != std::string::npos; });
  EXPECT_EQ(session.runs()[0].state, Run::State::Loading);
  window.press(Command::Clear);  // Esc ends what is going on, where nothing is selected
  EXPECT_EQ(session.runs()[0].state, Run::State::Cancelled);
}

TEST(GuiWindowTest, ACancelledSimulationLeavesWhatWasAndSaysSo) {
  Window window({scenario("hello.json")});
  Session& session = window.app().session();
  const std::string before = window.app().state();
  Scenario next = *session.scenario();
  std::get<JobsWorkload>(next.workload).jobs[0].stages[0].tasks = 3'000'000;
  session.change(next);
  EXPECT_EQ(session.standing(), WhatIf::Running);
  window.until([&] { return session.progress().find("attempts") != std::string::npos; });
  window.press(Command::Cancel);
  window.wait();
  EXPECT_EQ(session.standing(), WhatIf::Cancelled);
  EXPECT_FALSE(session.what_if());
  EXPECT_THAT(session.notice(), HasSubstr("press R to run it, Ctrl+Z"));
  window.press(Command::Undo);
  window.wait();
  EXPECT_EQ(session.standing(), WhatIf::Done);
  EXPECT_EQ(session.notice(), "");
}

TEST(GuiWindowTest, AChangeDoesNotEndTheLoadingOfAnotherRun) {
  Window window({scenario("hello.json")});
  Session& session = window.app().session();
  session.open(recording("c1-shuffle2-r1"));
  Scenario next = *session.scenario();
  next.seed = 5;
  session.change(next);
  window.wait();
  EXPECT_THAT(window.app().state(), HasSubstr("runs=2 ready=2"));
}

TEST(GuiWindowTest, FilesAreOpenedFromInside) {
  Window window({});
  window.keep("empty");
  window.press(Command::Open);
  window.frame();
  window.keep("open");
  window.app().open_path(recording("a1-equal64-r1").path);  // as when it is dropped
  window.wait();
  EXPECT_THAT(window.app().state(), HasSubstr("runs=1 ready=1 scenes=2"));
  window.app().open_path(scenario("hello.json").path);
  window.wait();
  EXPECT_THAT(window.app().state(), HasSubstr("runs=2 ready=2 scenes=2"));
  EXPECT_EQ(window.app().session().scenario()->name, "hello");  // the latest is turned
  window.app().open_path("no/such/file");
  window.wait();
  EXPECT_THAT(window.app().session().notice(), HasSubstr("cannot be shown (see Health)"));
  EXPECT_THAT(window.app().state(), HasSubstr("runs=3 ready=2 scenes=2"));
}

TEST(GuiWindowTest, QuitAndClearWorkWhileNothingIsOpen) {
  Window window({});
  window.press(Command::Clear);
  for (const Command any : {Command::ZoomIn, Command::Fit, Command::Left, Command::Search,
                            Command::SearchNext, Command::MoreExecutors, Command::Undo})
    window.press(any);
  EXPECT_FALSE(window.app().quit());
  window.press(Command::Quit);
  EXPECT_TRUE(window.app().quit());
}

TEST(GuiWindowTest, TheKnobsAreShown) {
  Window window({scenario("two_applications.json")});
  window.click(1290, 45);
  window.wait();
  window.keep("knobs");
  EXPECT_THAT(window.app().state(), HasSubstr("what_if=none"));
}

TEST(GuiWindowTest, TheCriticalPathIsShown) {
  Window window({recording("c1-shuffle2-r1")});
  window.click(1405, 45);  // the tab "Path"
  for (float y = 60; y < 300; y += 12) window.click(1400, y);
  window.keep("path");
  EXPECT_THAT(window.app().state(), HasSubstr("scenes=2"));
}

TEST(GuiWindowTest, TwoRunsAreCompared) {
  Window window({scenario("k8s_wait_100_600.json"), scenario("k8s_wait_80_30.json")}, 1,
                Theme::Light);
  EXPECT_THAT(window.app().state(), HasSubstr("scenes=2"));
  window.click(1350, 45);
  window.wait();
  window.keep("compare");
}

TEST(GuiWindowTest, AnyTwoRunsAreComparedOnce) {
  Window window({scenario("k8s_wait_100_600.json"), scenario("k8s_wait_80_30.json")});
  Session& session = window.app().session();
  Scenario next = *session.scenario();
  next.seed = 9;
  session.change(next);
  window.wait();
  session.keep();
  next.seed = 10;
  session.change(next);
  window.wait();
  EXPECT_THAT(window.app().state(), HasSubstr("scenes=4"));
  EXPECT_FALSE(session.comparison(1, 2));
  EXPECT_TRUE(session.busy());
  window.until([&] { return session.comparison(1, 2) != nullptr; });
  const Comparison* first = session.comparison(1, 2);
  ASSERT_TRUE(first);
  const auto wall = [&](std::size_t i) { return session.scenes()[i]->result->totals.wall; };
  EXPECT_EQ(first->wall.left, wall(1));
  EXPECT_EQ(first->wall.right, wall(2));
  window.wait();
  EXPECT_EQ(session.comparison(1, 2), first);
  EXPECT_FALSE(session.busy());  // it is not made again
  session.forget_kept();
  window.wait();
  EXPECT_THAT(window.app().state(), HasSubstr("scenes=3"));
}

TEST(GuiWindowTest, TextsAreTwiceAsLargeOnADenseDisplay) {
  Window window({scenario("hello.json")}, 2);
  window.keep("dense");
  EXPECT_EQ(window.app().view().scale, 2);
}

TEST(GuiWindowTest, APointOfEveryKindCanBeClicked) {
  Window window({scenario("k8s_wait_100_600.json")});
  std::set<Thing::Kind> kinds;
  for (float y = 60; y < 940; y += 110)
    for (float x = 20; x < 1180; x += 290) {
      window.click(x, y);
      kinds.insert(window.app().view().selected.kind);
    }
  EXPECT_GE(kinds.size(), 4U);
  window.keep("clicked", {.x = 760, .y = 420});
}

}  // namespace
}  // namespace muster::gui
