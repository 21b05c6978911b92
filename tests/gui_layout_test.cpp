// The picture as plain shapes: where things lie, what is merged, what a point says, what is
// written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "gui/layout/describe.h"
#include "gui/layout/draw.h"
#include "gui/layout/heading.h"
#include "gui/layout/picture.h"
#include "gui/layout/svg.h"
#include "tests/report_timelines.h"

namespace muster::gui {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

std::shared_ptr<const Result> result_of(Timeline timeline) {
  Result result;
  result.totals = totals_of(timeline);
  result.timeline = std::move(timeline);
  return std::make_shared<const Result>(std::move(result));
}

// Two executors of two cores on two hosts; a job with a stage of four tasks of 10 s, 2 s apart.
Timeline small_timeline() {
  TimelineMaker maker;
  maker.executor("1", "alpha", 2, 1000).executor("2", "beta", 2, 3000);
  maker.job(0, 4000, 30000, {0}).stage(0, 5000, 29000, 4);
  for (std::uint32_t i = 0; i < 4; ++i)
    maker.task(0, i, i / 2, 6000 + 2000 * i, 16000 + 2000 * i, Locality::NodeLocal,
               i == 3 ? Outcome::ExceptionFailure : Outcome::Success);
  maker.end(40000);
  return maker.timeline;
}

struct Fixture {
  std::vector<std::shared_ptr<const Scene>> scenes;
  Size size{1000, 700};
  View view;
  explicit Fixture(Timeline timeline = small_timeline()) {
    scenes.push_back(std::make_shared<Scene>(result_of(std::move(timeline)), "run"));
    view = fitted(scenes, View{.selected = {}}, size);
  }
  DisplayList list() const {
    DisplayList out;
    draw(scenes, view, size, out);
    return out;
  }
  // The middle of an attempt on the screen.
  std::pair<float, float> middle_of(std::uint32_t attempt) const {
    const Arrangement arranged(scenes, view, size);
    const Scene& scene = *scenes[0];
    const Bar* bar = nullptr;
    for (const Bar& b : scene.tasks.row(scene.row_of_attempt[attempt]))
      if (b.item == attempt) bar = &b;
    for (const Track& track : arranged.tracks)
      if (track.kind == Track::Kind::Cores)
        return {arranged.x_of((bar->from + bar->to) / 2),
                arranged.screen(arranged.row_top(track, scene.row_of_attempt[attempt])) +
                    track.lane / 2};
    return {};
  }
};

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

TEST(GuiLayoutTest, FitShowsEverything) {
  const Fixture f;
  EXPECT_EQ(f.view.from, 0);
  EXPECT_GE(f.view.to, 40'000'000);
  const Arrangement arranged(f.scenes, f.view, f.size);
  EXPECT_LE(arranged.content, arranged.bottom - arranged.top);
  EXPECT_FALSE(arranged.strips());
}

TEST(GuiLayoutTest, EveryTaskIsAtItsPlaceAndIsFoundThere) {
  const Fixture f;
  const Arrangement arranged(f.scenes, f.view, f.size);
  for (std::uint32_t a = 0; a < 4; ++a) {
    const auto [x, y] = f.middle_of(a);
    const Thing thing = arranged.hit(x, y);
    EXPECT_EQ(thing.kind, Thing::Kind::Attempt) << a;
    EXPECT_EQ(thing.item, a);
  }
}

TEST(GuiLayoutTest, ZoomKeepsTheTimeUnderThePointer) {
  const Fixture f;
  const Arrangement before(f.scenes, f.view, f.size);
  const float x = 640;
  const View near = zoomed(f.scenes, f.view, f.size, x, 0.25);
  const Arrangement after(f.scenes, near, f.size);
  EXPECT_NEAR(static_cast<double>(before.time_at(x)), static_cast<double>(after.time_at(x)), 5e4);
  EXPECT_NEAR(static_cast<double>(near.to - near.from),
              static_cast<double>(f.view.to - f.view.from) / 4, 2);
  View far = near;
  for (int i = 0; i < 60; ++i) far = zoomed(f.scenes, far, f.size, x, 0.01);
  EXPECT_GE(far.to - far.from, 200);
  for (int i = 0; i < 60; ++i) far = zoomed(f.scenes, far, f.size, x, 100);
  EXPECT_LT(far.to - far.from, 50'000'000);
}

TEST(GuiLayoutTest, PanStaysInSight) {
  const Fixture f;
  const View left = panned(f.scenes, f.view, f.size, -1e9F, -1e9F);
  EXPECT_GT(left.to, 0);
  EXPECT_EQ(left.scroll, 0);
  const View right = panned(f.scenes, f.view, f.size, 1e6F, 1e9F);
  EXPECT_LT(right.from, 40'000'000);
}

TEST(GuiLayoutTest, TheDriverSaysWhatItWaitsFor) {
  const Fixture f;
  const Scene& scene = *f.scenes[0];
  const auto words = [&](std::int64_t at) { return words_of(scene.driver_at(at)->what); };
  EXPECT_EQ(words(500'000), "before the first job, no executor there");
  EXPECT_EQ(words(2'000'000), "before the first job");
  EXPECT_EQ(words(4'500'000), "ending stages and jobs");
  EXPECT_EQ(words(5'500'000), "preparing a stage");
  EXPECT_EQ(words(10'000'000), "tasks run");
  EXPECT_EQ(words(35'000'000), "after the last job");
}

TEST(GuiLayoutTest, CountersFollowTheTasks) {
  const Fixture f;
  const Scene& scene = *f.scenes[0];
  const auto counter = [&](const std::string& name) -> const Steps& {
    return *std::ranges::find(scene.counters, name, &Steps::name);
  };
  EXPECT_EQ(counter("tasks running").value(9'000'000), 2);
  EXPECT_EQ(counter("tasks running").most(), 4);
  EXPECT_EQ(counter("tasks pending").value(5'500'000), 4);
  EXPECT_EQ(counter("executors").value(2'000'000), 1);
  EXPECT_EQ(counter("executors").most(0, 40'000'000), 2);
}

// A log that is cut, a driver that is lost: what was never launched waits to the end.
TEST(GuiLayoutTest, TasksThatNeverRanArePending) {
  Timeline cut = small_timeline();
  cut.stages.back().tasks += 7;
  cut.stages.back().completed = Time::never();
  const Fixture f(std::move(cut));
  const Scene& scene = *f.scenes[0];
  const auto at = std::ranges::find(scene.counters, "tasks pending", &Steps::name);
  ASSERT_NE(at, scene.counters.end());
  EXPECT_EQ(at->value(scene.last - 1), 7);
}

TEST(GuiLayoutTest, ATooltipNamesTaskPlaceAndReason) {
  const Fixture f;
  const std::string text =
      joined(describe(f.scenes, {.kind = Thing::Kind::Attempt, .scene = 0, .item = 3, .at = 0}));
  EXPECT_THAT(text, HasSubstr("task 3 of stage 0"));
  EXPECT_THAT(text, HasSubstr("executor 2 on beta, NODE_LOCAL"));
  EXPECT_THAT(text, HasSubstr("waited 7.00 s after its stage was submitted"));
  EXPECT_THAT(text, HasSubstr("ExceptionFailure"));
  const std::string gap = joined(
      describe(f.scenes, {.kind = Thing::Kind::Gap, .scene = 0, .item = 0, .at = 2'000'000}));
  EXPECT_THAT(gap, HasSubstr("idle core"));
  EXPECT_THAT(gap, HasSubstr(words_of(IdleCause::Startup)));
  EXPECT_TRUE(describe(f.scenes, {}).empty());
}

TEST(GuiLayoutTest, SearchGoesAround) {
  const Fixture f;
  const Thing stage = find(f.scenes, "Stage 0", {});
  EXPECT_EQ(stage.kind, Thing::Kind::Stage);
  const Thing first = find(f.scenes, "executor", {});
  const Thing second = find(f.scenes, "executor", first);
  EXPECT_EQ(first.item, 0U);
  EXPECT_EQ(second.item, 1U);
  EXPECT_EQ(find(f.scenes, "executor", second).item, 0U);
  EXPECT_EQ(find(f.scenes, "no such thing", {}).kind, Thing::Kind::None);
}

TEST(GuiLayoutTest, ErrorsAgainstTheOtherRun) {
  Timeline slow = small_timeline();
  slow.attempts.finish[0] += Duration::seconds(5);
  slow.stages[0].completed += Duration::seconds(3);
  const Scene scene(result_of(slow), "simulated", result_of(small_timeline()));
  EXPECT_NEAR(*scene.error_of(0), 0.5, 1e-6);
  EXPECT_NEAR(*scene.error_of(1), 0, 1e-6);
  EXPECT_FALSE(scene.error_of(3));  // failed
  EXPECT_NEAR(*scene.stage_facts[0].error, 3.0 / 24, 1e-6);
}

TEST(GuiLayoutTest, FailuresAreSeenAtAnyZoomAndInAnyColour) {
  Fixture f;
  const Colour red = paint_of(Theme::Dark).failed;
  const auto marked = [&] {
    const DisplayList list = f.list();
    const float legend = f.size.height - 30;
    return std::ranges::any_of(list.shapes,
                               [&](const Shape& s) { return s.colour == red && s.y0 < legend; });
  };
  EXPECT_TRUE(marked());
  f.view.colour = ColourMode::Locality;
  f.view.row_height = 4;
  EXPECT_TRUE(marked());
  f.view.to = 40'000'000'000;  // everything within one pixel
  EXPECT_TRUE(marked());
}

TEST(GuiLayoutTest, TheSamePictureTwice) {
  const Fixture f;
  EXPECT_EQ(to_svg(f.list(), "a"), to_svg(f.list(), "a"));
}

TEST(GuiLayoutTest, TextsOfLogsStayTexts) {
  Timeline timeline = small_timeline();
  timeline.application.name = "<script>alert(1)</script>";
  timeline.stages[0].name = "a & b </svg>\x01\xff <img onerror=\"x\">";
  timeline.jobs[0].description = "<script>";
  timeline.executors[0].host = "<b>";
  const Shown run{result_of(timeline), "recorded: " + timeline.application.name};
  const std::string svg = to_svg(picture(std::vector{run}, {}), run.title);
  EXPECT_THAT(svg, Not(HasSubstr("<script")));
  EXPECT_THAT(svg, Not(HasSubstr("<img")));
  EXPECT_THAT(svg, Not(HasSubstr("<b>")));
  EXPECT_THAT(svg, Not(HasSubstr("\x01")));
  EXPECT_THAT(svg, HasSubstr("&lt;script&gt;"));
}

TEST(GuiLayoutTest, EmptyAndCutOffRunsAreDrawn) {
  for (Timeline timeline : {Timeline(), rich_timeline(), random_timeline(7, 4)}) {
    for (std::size_t mode = 0; mode < kColourModeCount; ++mode) {
      const Shown run{result_of(timeline), "run"};
      PictureOptions options;
      options.colour = static_cast<ColourMode>(mode);
      EXPECT_FALSE(picture(std::vector{run, run}, options).shapes.empty());
    }
    timeline.application.end = Time::never();
    for (Time& finish : timeline.attempts.finish) finish = Time::never();
    EXPECT_FALSE(picture(std::vector{Shown{result_of(timeline), "cut"}}, {}).shapes.empty());
  }
}

TEST(GuiLayoutTest, EveryPointOfTheWindowCanBeAskedAndDescribed) {
  Fixture f(rich_timeline());
  for (const float height : {0.4F, 4.0F, 14.0F}) {
    f.view.row_height = height;
    const Arrangement arranged(f.scenes, f.view, f.size);
    for (float y = 0; y < f.size.height; y += 7)
      for (float x = 0; x < f.size.width; x += 13) {
        const Thing thing = arranged.hit(x, y);
        if (thing.kind == Thing::Kind::None) continue;
        EXPECT_FALSE(describe(f.scenes, thing).empty()) << static_cast<int>(thing.kind);
        shown(f.scenes, f.view, f.size, thing);
      }
  }
}

TEST(GuiLayoutTest, HistogramsCountEveryTask) {
  const Fixture f;
  const Histogram h = histogram(*f.scenes[0], 0, 8);
  EXPECT_EQ(std::accumulate(h.counts.begin(), h.counts.end(), 0U), 4U);
  EXPECT_EQ(h.least, 10'000'000);
}

TEST(GuiLayoutTest, AxisTexts) {
  using drawing::axis_step, drawing::axis_text;
  EXPECT_EQ(axis_text(12'345'000, 1'000), "12.345 s");
  EXPECT_EQ(axis_text(65'000'000, 5'000'000), "1:05 min");
  EXPECT_EQ(axis_text(-30'000'000, 30'000'000), "-30 s");
  EXPECT_EQ(axis_text(7'200'000'000, 3'600'000'000), "2 h 00");
  EXPECT_EQ(axis_step(3), 5);
  EXPECT_EQ(axis_step(1'500'000), 2'000'000);
  EXPECT_EQ(axis_step(31'000'000), 60'000'000);
}

TEST(GuiLayoutTest, TextIsCutBetweenCharacters) {
  EXPECT_EQ(clipped("stage 7", 12, 1000), "stage 7");
  EXPECT_EQ(clipped("stage 7", 12, 1), "");
  const std::string cut = clipped("übergröße lang", 12, 60);
  EXPECT_TRUE(cut.ends_with("…"));
  EXPECT_LE(text_width(cut, 12), 60);
}

// --- level of detail -----------------------------------------------------------------------

std::vector<BarTable::Placed> many_bars(std::uint32_t rows, std::int64_t each) {
  std::vector<BarTable::Placed> out;
  for (std::uint32_t r = 0; r < rows; ++r)
    for (std::int64_t i = 0; i < each; ++i)
      out.push_back({r,
                     {.from = i * 1000,
                      .to = i * 1000 + 900,
                      .item = static_cast<std::uint32_t>(r * each + i)}});
  return out;
}

TEST(GuiLayoutTest, BarsAreMergedToPixels) {
  BarTable table;
  table.build(2, many_bars(2, 20'000));
  EXPECT_EQ(table.visible(1, 5'000, 7'500, 1).size(), 3U);
  const auto coarse = table.visible(0, 0, 20'000'000, 20'000);
  EXPECT_LE(coarse.size(), 4'000U);
  EXPECT_GE(coarse.size(), 1'000U);
  std::int64_t at = -1;
  for (const Bar& bar : coarse) {
    EXPECT_GE(bar.from, at);
    EXPECT_NEAR(bar.fill, 230, 15);  // nine tenths
    at = bar.to;
  }
  table.recolour([](std::uint32_t item) { return static_cast<std::uint8_t>(item % 3 == 0); });
  EXPECT_EQ(table.visible(0, 0, 20'000'000, 20'000).front().key, 0);
}

// Tasks far shorter than a pixel lie where they ran: none pushes the next one on.
TEST(GuiLayoutTest, ShortTasksStayWithinTheirTime) {
  TimelineMaker maker;
  maker.executor("1", "alpha", 1, 1000).job(0, 4000, 1'011'000, {0});
  maker.stage(0, 1'000'000, 1'010'000, 500);
  for (std::uint32_t i = 0; i < 500; ++i)
    maker.task(0, i, 0, 1'000'000 + 20 * i, 1'000'015 + 20 * i);
  maker.end(2'000'000);
  const Fixture f(maker.timeline);
  const Arrangement arranged(f.scenes, f.view, f.size);
  const float begin = arranged.x_of(1'000'000'000), end = arranged.x_of(1'010'000'000);
  std::size_t drawn = 0;
  for (const Track& track : arranged.tracks) {
    if (track.kind != Track::Kind::Cores) continue;
    const float y = arranged.screen(arranged.row_top(track, 0)) + 1;
    for (const Shape& shape : f.list().shapes) {
      if (shape.y0 > y || shape.y1 < y || std::abs(shape.x0 - begin) > 2) continue;
      ++drawn;
      EXPECT_LE(shape.x1, end + 2);
    }
  }
  EXPECT_GE(drawn, 1U);
}

TEST(GuiLayoutTest, DensityKeepsWhatIsBusy) {
  BarTable table;
  table.build(256, many_bars(256, 500));
  Density density;
  density.build(table, 0, 500'000);
  ASSERT_FALSE(density.empty());
  for (std::size_t level = 0; level < density.levels(); ++level) {
    const Density::Strip strip = density.strip(level, 0, 4'000);
    ASSERT_FALSE(strip.cells.empty());
    EXPECT_NEAR(strip.cells[strip.cells.size() / 3].cover, 230, 10);
  }
}

TEST(GuiLayoutTest, StepsKnowTheLargest) {
  Steps steps;
  std::vector<std::pair<std::int64_t, std::int32_t>> changes;
  for (int i = 0; i < 1000; ++i) changes.push_back({i * 10, i == 437 ? 50 : i == 438 ? -49 : 1});
  steps.sum(changes);
  EXPECT_EQ(steps.most(0, 4'360), 437);
  EXPECT_EQ(steps.most(4'365, 4'372), 487);
  EXPECT_EQ(steps.value(4'379), 487);
  EXPECT_EQ(steps.value(-5), 0);
}

// Beside the title, or on lines below it: all words are there, and pointing at them tells the rest.
TEST(GuiLayout, AHeadingThatHasNoRoomTakesLines) {
  Fixture f;
  const std::string words = heading_words(*f.scenes[0]);
  EXPECT_THAT(words, HasSubstr("4 tasks on 2 executors, "));
  EXPECT_TRUE(heading_of(*f.scenes[0], 1600, 1).beside);
  const Heading narrow = heading_of(*f.scenes[0], 250, 1);
  EXPECT_FALSE(narrow.beside);
  ASSERT_GT(narrow.lines.size(), 1u);
  std::string joined;
  for (const std::string& line : narrow.lines) joined += (joined.empty() ? "" : " ") + line;
  EXPECT_EQ(joined, words);

  const Arrangement wide(f.scenes, f.view, {1600, 700}), small(f.scenes, f.view, {250, 700});
  EXPECT_EQ(small.tracks[0].y1 - wide.tracks[0].y1,
            kHeadingLine * static_cast<float>(narrow.lines.size()));
  const Thing run = small.hit(100, small.top + 12);
  EXPECT_EQ(run.kind, Thing::Kind::Run);
  EXPECT_THAT(describe(f.scenes, run), Contains(words));
}

}  // namespace
}  // namespace muster::gui
