// Jobs, stages and the driver.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "gui/layout/draw.h"
#include "sim/report/quantities.h"

namespace muster::gui::drawing {
namespace {

std::string job_words(const JobSpan& job) {
  std::string out = fmt::format("job {}", job.id);
  if (!job.description.empty()) out += ": " + job.description;
  return out;
}

std::string stage_words(const Scene& scene, std::uint32_t row) {
  const StageSpan& stage = scene.timeline().stages[row];
  const StageFacts& facts = scene.stage_facts[row];
  std::string out = stage_name(stage);
  if (facts.error) out += " " + error_text(facts.error);
  out += fmt::format(" · {} task{}", count_text(static_cast<std::uint64_t>(stage.tasks)),
                     stage.tasks == 1 ? "" : "s");
  if (facts.completed != Scene::kUnknown)
    out += " · " + duration_text(Duration::micros(facts.completed - facts.submitted));
  if (!stage.name.empty()) out += " · " + stage.name;
  return out;
}

}  // namespace

template <class ColourOf, class WordsOf>
void Painter::band(const Track& track, const BarTable& table, Thing::Kind kind, ColourOf colour_of,
                   WordsOf words_of) {
  const float unit = a.view.scale;
  for (std::uint32_t lane = 0; lane < table.rows(); ++lane) {
    const float y0 = a.screen(track.y0 + static_cast<float>(lane) * track.lane);
    const float y1 = y0 + track.lane - 1;
    float done = a.left;
    for (const Bar& bar : table.visible(lane, a.view.from, a.view.to, a.pixel())) {
      const auto [x0, x1] = pixels_of(bar, done);
      if (x1 <= x0) continue;
      const Colour colour = colour_of(bar);
      out.fill(x0, y0, x1 - x0 >= 4 ? x1 - 1 : x1, y1, colour);
      mark(bar.marks, x0, x1, y0, y1);
      done = x1;
      if (bar.merged || x1 - x0 <= 18 * unit) continue;
      const Thing here{.kind = kind, .scene = track.scene, .item = bar.item};
      if (here.same(a.view.selected)) out.frame(x0, y0, x1, y1, paint.selected);
      if (track.lane <= a.small) continue;
      // The whole name, its beginning, or where that would be cut the number alone.
      const float room = x1 - x0 - 8 * unit;
      const auto [number, words] = words_of(bar);
      const bool is_short = room < text_width("stage 10", a.small);
      out.text(x0 + 4 * unit, y0 + (track.lane - a.small) / 2 - 1,
               is_short && text_width(words, a.small) > room ? number : words, a.small,
               ink_on(colour), room);
    }
  }
}

void Painter::jobs(const Track& track) {
  const Scene& scene = *a.scenes[track.scene];
  lane_labels(track, "jobs");
  band(
      track, scene.jobs, Thing::Kind::Job, [&](const Bar&) { return paint.job; },
      [&](const Bar& bar) {
        const JobSpan& job = scene.timeline().jobs[bar.item];
        return std::pair(std::to_string(job.id), job_words(job));
      });
}

void Painter::stages(const Track& track) {
  const Scene& scene = *a.scenes[track.scene];
  const ColourMode mode =
      a.view.colour == ColourMode::Error ? ColourMode::Error : ColourMode::Stage;
  lane_labels(track, "stages");
  band(
      track, scene.stages, Thing::Kind::Stage,
      [&](const Bar& bar) { return key_colour(mode, bar.key); },
      [&](const Bar& bar) {
        const StageSpan& stage = scene.timeline().stages[bar.item];
        return std::pair(std::to_string(stage.id), stage_words(scene, bar.item));
      });
}

void Painter::driver(const Track& track) {
  const Scene& scene = *a.scenes[track.scene];
  const float unit = a.view.scale;
  const float y0 = a.screen(track.y0), y1 = a.screen(track.y1);
  std::string place = "driver " + muster::words_of(scene.driver_place);
  place.resize(std::min(place.size(), place.find(" (")));  // the mode has no room
  out.text(8 * unit, y0 + 3 * unit, place, a.small, paint.faint, a.left - 16 * unit);
  const auto begin = std::ranges::partition_point(
      scene.driver, [&](const DriverSpan& span) { return span.to < a.view.from; });
  float done = a.left;
  for (auto span = begin; span != scene.driver.end() && span->from < a.view.to; ++span) {
    const float x0 = std::max(done, std::floor(std::max(a.left, a.x_of(span->from))));
    const float x1 = std::min(a.right, std::round(a.x_of(span->to)));
    if (x1 <= x0) {  // on to the next one that shows
      const std::int64_t next = a.time_at(done + 1);
      while (std::next(span) != scene.driver.end() && std::next(span)->to < next) ++span;
      continue;
    }
    const bool busy = !span->what.cause;
    const Colour colour = busy ? paint.busy : paint.wait;
    out.fill(x0, y0, x1, y1, colour);
    if (x1 - x0 >= 4) out.fill(x1 - 1, y0, x1, y1, paint.paper);
    std::string words = words_of(span->what);
    const float room = x1 - x0 - 8 * unit;
    if (span->endless) words = "for ever: " + words;
    else if (!busy) words = timed_words(span->to - span->from, words, room);
    if (x1 - x0 > 40 * unit)
      out.text(x0 + 4 * unit, y0 + 4 * unit, words, a.small, busy ? paint.faint : paint.ink, room);
    done = x1;
  }
  cut_off(scene, y0, y1);
}

// A network partition: a red line through the driver's row, with its name where there is room.
void Painter::cut_off(const Scene& scene, float y0, float y1) {
  const float unit = a.view.scale;
  for (const auto& [from, to] : scene.cut_off) {
    const float x0 = std::max(a.left, std::round(a.x_of(from)));
    const float x1 = std::min(a.right, std::round(a.x_of(to)));
    if (x1 <= x0) continue;
    out.fill(x0, y0, x1, y1, mixed(paint.paper, paint.lost, 90));
    out.fill(x0, y0, x1, y0 + 2 * unit, paint.lost);
    const float room = x1 - x0 - 8 * unit;
    if (room > 40 * unit)
      out.text(x0 + 4 * unit, y0 + 4 * unit,
               timed_words(to - from, "network partition: driver and cluster cut off", room),
               a.small, paint.ink, room);
  }
}

}  // namespace muster::gui::drawing
