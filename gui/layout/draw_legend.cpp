// What the colours mean: of those that are in the picture.
#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "gui/layout/draw.h"

namespace muster::gui {
namespace {

constexpr float kLine = 17, kAbove = 8, kBox = 11, kBeside = 16, kBetween = 14, kMargin = 8;

struct LegendEntry {
  Colour colour;
  std::string_view words;
};

// Things that are drawn in any of the runs.
struct Seen {
  std::uint8_t marks = 0;
  bool boots = false, locality = false, slow = false, driver = false, waits = false;
  bool cut_off = false;
};

Seen seen_in(Scenes scenes) {
  Seen out;
  for (const auto& scene : scenes) {
    out.marks |= scene->marks;
    out.locality |= scene->waits_for_locality;
    out.cut_off |= !scene->cut_off.empty();
    out.driver |= !scene->driver.empty();
    out.waits |= std::ranges::any_of(
        scene->driver, [](const DriverSpan& span) { return span.what.cause.has_value(); });
    out.boots |= std::ranges::any_of(
        scene->hosts, [](const HostRows& host) { return host.ordered != Scene::kUnknown; });
    out.slow |= std::ranges::any_of(scene->pace.executors, &ExecutorPace::slow);
  }
  return out;
}

std::vector<LegendEntry> entries_of(Scenes scenes, const View& view) {
  const Paint& paint = paint_of(view.theme);
  const Seen seen = seen_in(scenes);
  std::vector<LegendEntry> out;
  const auto add = [&](bool is, Colour colour, std::string_view words) {
    if (is) out.push_back({colour, words});
  };
  for (const Key& key : keys_of(view.colour, view.theme))
    add(!key.name.empty(), key.colour, key.name);
  add(seen.marks & kFailed, paint.failed, "failed");
  add(seen.marks & kKilled, paint.killed, "killed");
  add(seen.marks & kLost, paint.lost, "lost with its executor");
  add(seen.marks & kSpeculative, paint.speculative, "speculative copy");
  add(seen.marks & kOpen, paint.open, "no end seen");
  add(seen.slow, paint.slow, "slow executor");
  add(seen.driver, paint.busy, "tasks run");
  add(seen.waits, paint.wait, "no task runs");
  add(seen.cut_off, mixed(paint.paper, paint.lost, 90), "network partition");
  add(seen.waits, free_core(paint, IdleCause::BetweenJobs), "free core: the driver");
  add(seen.locality, free_core(paint, IdleCause::LocalityWait), "free core: locality wait");
  add(seen.driver, free_core(paint, IdleCause::NoRunnableTask), "free core: other causes");
  add(seen.boots, paint.boot, "machine starts");
  add(seen.boots, mixed(paint.absent, paint.boot, kExecutorStarts), "no executor yet");
  return out;
}

std::string title_of(ColourMode mode) {
  return "colour: " + std::string(name_of(mode)) +
         (mode == ColourMode::Stage ? ", as in the band of stages" : "");
}

// Calls `place` with each entry and its place, in pixels from the legend's top left corner.
template <class Place>
float lay_out(const View& view, float width, const std::vector<LegendEntry>& entries, Place place) {
  const float unit = view.scale, small = std::round(11 * unit), left = kMargin * unit;
  float x = left + text_width(title_of(view.colour), small) + kBetween * unit, y = kAbove * unit;
  for (const LegendEntry& entry : entries) {
    const float wide = kBeside * unit + text_width(entry.words, small);
    if (x + wide > width - kMargin * unit && x > left) x = left, y += kLine * unit;
    place(entry, x, y);
    x += wide + kBetween * unit;
  }
  return y + (kLine + 1) * unit;
}

}  // namespace

Colour free_core(const Paint& paint, IdleCause cause) {
  const bool driver = static_cast<std::size_t>(cause) < kDriverCauseCount;
  // Grey, lest it is taken for a pale kind of the two others.
  if (!driver && cause != IdleCause::LocalityWait) return mixed(paint.panel, paint.faint, 28);
  return mixed(paint.panel, paint.wait, driver ? 110 : 255);
}

float legend_height(Scenes scenes, const View& view, float width) {
  return lay_out(view, width, entries_of(scenes, view), [](const LegendEntry&, float, float) {});
}

namespace drawing {

void Painter::legend() {
  const float unit = a.view.scale, top = a.bottom;
  out.fill(0, top, a.size.width, a.size.height, paint.paper);
  out.fill(0, top, a.size.width, top + 1, paint.line);
  out.text(kMargin * unit, top + kAbove * unit, title_of(a.view.colour), a.small, paint.ink);
  lay_out(a.view, a.size.width, entries_of(a.scenes, a.view),
          [&](const LegendEntry& entry, float x, float y) {
            out.fill(x, top + y, x + kBox * unit, top + y + kBox * unit, entry.colour);
            out.text(x + kBeside * unit, top + y, entry.words, a.small, paint.faint);
          });
}

}  // namespace drawing
}  // namespace muster::gui
