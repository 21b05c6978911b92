// Rows too thin to be drawn one by one, and the names beside the rows.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gui/layout/draw.h"

namespace muster::gui::drawing {
namespace {
constexpr float kStrip = 4;  // pixels; about
constexpr int kCell = 2;     // pixels of time
constexpr int kShades = 12;
}  // namespace

void Painter::cells_of(const Scene& scene, std::uint32_t first, std::uint32_t end,
                       std::size_t level, Cells& to) const {
  const auto count = to.shown.size();
  if (level < scene.density.levels() && scene.density.finest() <= 2 * kCell * a.pixel()) {
    const Density::Strip strip =
        scene.density.strip(level, first / Density::rows_of(level), kCell * a.pixel());
    if (!strip.cells.empty()) {
      if (to.width != strip.width) {  // once for all strips of a track
        to.width = strip.width;
        to.source.assign(count, SIZE_MAX);
        for (std::size_t x = 0; x < count; ++x) {
          const std::int64_t at = a.time_at(a.left + static_cast<float>(kCell * x)) - strip.from;
          if (at >= 0) to.source[x] = static_cast<std::size_t>(at / strip.width);
        }
      }
      for (std::size_t x = 0; x < count; ++x)
        to.shown[x] =
            to.source[x] < strip.cells.size() ? strip.cells[to.source[x]] : Density::Cell();
      return;
    }
  }
  const std::int64_t width =
      std::max<std::int64_t>(1, (a.view.to - a.view.from) / static_cast<std::int64_t>(count));
  for (std::uint32_t r = first; r < end; ++r)
    for (const Bar& bar : scene.tasks.visible(r, a.view.from, a.view.to, kCell * a.pixel()))
      to.sums.add(bar, a.view.from, width);
  to.sums.finish(width, end - first, to.shown);
}

void Painter::strip(const std::vector<Density::Cell>& cells, float y0, float y1) {
  Colour colour;
  std::size_t from = 0;
  bool open = false;
  std::uint8_t marks = 0;
  const auto flush = [&](std::size_t to) {
    if (!open) return;
    const float x0 = a.left + static_cast<float>(kCell * from);
    const float x1 = std::min(a.right, a.left + static_cast<float>(kCell * to));
    out.fill(x0, y0, x1, y1, colour);
    if (marks & (kFailed | kLost))
      out.fill(x0, y0, x1, y0 + 1, marks & kFailed ? paint.failed : paint.lost);
    open = false;
  };
  for (std::size_t x = 0; x < cells.size(); ++x) {
    const Density::Cell& cell = cells[x];
    if (cell.cover == 0) {
      flush(x);
      continue;
    }
    const int step = 1 + cell.cover * (kShades - 1) / 255;
    const Colour here =
        mixed(paint.panel, key_colour(a.view.colour, cell.key), 50 + step * 205 / kShades);
    const auto marked = static_cast<std::uint8_t>(cell.marks & (kFailed | kLost));
    if (open && here == colour && marked == marks) continue;
    flush(x);
    colour = here, from = x, open = true, marks = marked;
  }
  flush(cells.size());
}

void Painter::strips(const Track& track) {
  const Scene& scene = *a.scenes[track.scene];
  out.fill(a.left, a.screen(track.y0), a.right, a.screen(track.y1), paint.panel);
  // The coarsest grouping that is still thin: about kStrip pixels each.
  std::size_t level = 0;
  while (static_cast<float>(Density::rows_of(level)) * track.lane < kStrip * 0.6F) ++level;
  const bool single = track.lane * 4 > 2 * kStrip;
  if (single) level = SIZE_MAX;
  const std::uint32_t group = single ? 1 : Density::rows_of(level);
  const auto first =
      static_cast<std::uint32_t>(std::max(0.0F, (a.view.scroll - track.y0) / track.lane));
  Cells cells(static_cast<std::size_t>(std::ceil((a.right - a.left) / kCell)));
  for (std::uint32_t r = first / group * group; r < scene.rows; r += group) {
    const std::uint32_t end = std::min(scene.rows, r + group);
    const float y0 = a.screen(track.y0 + static_cast<float>(r) * track.lane);
    const float y1 = a.screen(track.y0 + static_cast<float>(end) * track.lane);
    if (y0 >= a.bottom) break;
    cells_of(scene, r, end, level, cells);
    strip(cells.shown, std::round(y0), std::round(y1));
  }
}

// The host on the left, its executors beside it; what would overlap is left out.
void Painter::labels(const Track& track) {
  const Scene& scene = *a.scenes[track.scene];
  const float unit = a.view.scale;
  const std::vector<float>& tops = a.blocks[track.scene];
  float free_host = a.top, free_executor = a.top;
  const float above = a.view.scroll - track.y0;
  auto e = static_cast<std::size_t>(std::ranges::upper_bound(tops, above) - tops.begin());
  if (e > 0) --e;
  for (; e < scene.executors.size(); ++e) {
    const ExecutorRows& block = scene.executors[e];
    const float top = a.screen(track.y0 + tops[e]);
    if (top >= a.bottom) break;
    const float bottom = top + static_cast<float>(block.rows) * track.lane;
    // A name stays in sight while its rows are.
    const float y = std::clamp(a.top + 1, top + 1, std::max(top + 1, bottom - a.small - 1));
    if (scene.hosts[block.host].first == e || top <= a.top) {
      const HostRows& host = scene.hosts[block.host];
      if (y >= free_host && y + a.small < a.bottom) {
        const std::string words = host.group.empty() || host.name.starts_with(host.group)
                                      ? host.name
                                      : host.name + " (" + host.group + ")";
        out.text(8 * unit, y, words, a.small, paint.ink, a.left * 0.55F - 12 * unit);
        free_host = y + a.small + 1;
      }
    }
    if (block.executor == Slots::kNone) {
      if (y < free_executor || y + a.small >= a.bottom) continue;
      const bool driver = scene.has_driver(scene.hosts[block.host]);
      out.text(a.left * 0.55F, y, driver ? "driver" : "no executor", a.small, paint.faint,
               a.left * 0.45F - 6 * unit);
      free_executor = y + a.small + 1;
      continue;
    }
    const std::optional<double> slowness = scene.slowness(block.executor);
    if (slowness)
      out.fill(a.left - 4 * unit, std::max(a.top, top), a.left - unit,
               std::min(a.bottom, std::max(bottom, top + 2)), paint.slow);
    if (y < free_executor || y + a.small >= a.bottom) continue;
    const ExecutorSpan& executor = scene.timeline().executors[block.executor];
    const auto label = [&](float at, const std::string& words) {
      out.text(a.left * 0.55F, at, words, a.small, slowness ? paint.slow : paint.faint,
               a.left * 0.45F - 6 * unit);
    };
    const std::string whole = "executor " + executor.id;
    const bool fits = text_width(whole, a.small) <= a.left * 0.45F - 6 * unit;
    const std::string name = fits ? whole : executor.id;
    const std::string slow = slowness ? fmt::format("{:.1f}x slower", *slowness) : "";
    if (slowness && y + 2 * a.small + 2 < std::min(bottom, a.bottom)) {
      label(y, name);
      label(y + a.small + 1, slow);
    } else {
      label(y, slowness ? executor.id + ": " + slow : name);
    }
    free_executor = y + a.small + 1;
  }
}

}  // namespace muster::gui::drawing
