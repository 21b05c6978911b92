// Jobs, stages and the driver.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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
  out += fmt::format(" · {} tasks", count_text(static_cast<std::uint64_t>(stage.tasks)));
  if (facts.completed != Scene::kUnknown)
    out += " · " + duration_text(Duration::micros(facts.completed - facts.submitted));
  if (!stage.name.empty()) out += " · " + stage.name;
  return out;
}

}  // namespace

void Painter::jobs(const Track& track) {
  const Scene& scene = *a.scenes[track.scene];
  lane_labels(track, "jobs");
  for (std::uint32_t lane = 0; lane < scene.jobs.rows(); ++lane) {
    const float y0 = a.screen(track.y0 + static_cast<float>(lane) * track.lane);
    const float y1 = y0 + track.lane - 1;
    float done = a.left;
    for (const Bar& bar : scene.jobs.visible(lane, a.view.from, a.view.to, a.pixel())) {
      const float x0 = std::max(done, std::floor(std::max(a.left, a.x_of(bar.from))));
      const float x1 = std::min(a.right, std::max(x0 + 1, std::round(a.x_of(bar.to))));
      if (x1 <= x0) continue;
      const bool wide = x1 - x0 >= 4;
      out.fill(x0, y0, wide ? x1 - 1 : x1, y1, paint.job);
      mark(bar.marks, x0, x1, y0, y1);
      if (!bar.merged && x1 - x0 > 30 * a.view.scale && track.lane > a.small)
        out.text(x0 + 4 * a.view.scale, y0 + (track.lane - a.small) / 2 - 1,
                 job_words(scene.timeline().jobs[bar.item]), a.small, ink_on(paint.job),
                 x1 - x0 - 8 * a.view.scale);
      done = x1;
    }
  }
}

void Painter::stages(const Track& track) {
  const Scene& scene = *a.scenes[track.scene];
  const ColourMode mode =
      a.view.colour == ColourMode::Error ? ColourMode::Error : ColourMode::Stage;
  lane_labels(track, "stages");
  for (std::uint32_t lane = 0; lane < scene.stages.rows(); ++lane) {
    const float y0 = a.screen(track.y0 + static_cast<float>(lane) * track.lane);
    const float y1 = y0 + track.lane - 1;
    float done = a.left;
    for (const Bar& bar : scene.stages.visible(lane, a.view.from, a.view.to, a.pixel())) {
      const float x0 = std::max(done, std::floor(std::max(a.left, a.x_of(bar.from))));
      const float x1 = std::min(a.right, std::max(x0 + 1, std::round(a.x_of(bar.to))));
      if (x1 <= x0) continue;
      const Colour colour = key_colour(mode, bar.key);
      out.fill(x0, y0, x1 - x0 >= 4 ? x1 - 1 : x1, y1, colour);
      mark(bar.marks, x0, x1, y0, y1);
      done = x1;
      if (bar.merged || x1 - x0 <= 30 * a.view.scale) continue;
      const Thing here{.kind = Thing::Kind::Stage, .scene = track.scene, .item = bar.item};
      if (here.same(a.view.selected)) out.frame(x0, y0, x1, y1, paint.selected);
      if (track.lane > a.small)
        out.text(x0 + 4 * a.view.scale, y0 + (track.lane - a.small) / 2 - 1,
                 stage_words(scene, bar.item), a.small, ink_on(colour), x1 - x0 - 8 * a.view.scale);
    }
  }
}

void Painter::driver(const Track& track) {
  const Scene& scene = *a.scenes[track.scene];
  const float unit = a.view.scale;
  const float y0 = a.screen(track.y0), y1 = a.screen(track.y1);
  out.text(8 * unit, y0 + 3 * unit, "driver", a.small, paint.faint, a.left - 16 * unit);
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
    const bool busy = span->state == DriverState::Tasks;
    const Colour colour = busy ? paint.busy : paint.wait;
    out.fill(x0, y0, x1, y1, colour);
    if (x1 - x0 >= 4) out.fill(x1 - 1, y0, x1, y1, paint.paper);
    std::string words(words_of(span->state));
    if (!busy) words = duration_text(Duration::micros(span->to - span->from)) + ": " + words;
    if (x1 - x0 > 44 * unit)
      out.text(x0 + 4 * unit, y0 + 4 * unit, words, a.small, busy ? paint.faint : paint.ink,
               x1 - x0 - 8 * unit);
    done = x1;
  }
}

}  // namespace muster::gui::drawing
