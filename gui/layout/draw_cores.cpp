// Tasks on the cores of executors: rows of bars, what idle cores wait for, what is not there.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gui/layout/draw.h"
#include "sim/report/quantities.h"

namespace muster::gui::drawing {
namespace {

// Shades of a merged bar: few, so that equal neighbours can be joined.
int shade(std::uint8_t fill) { return std::min(255, 40 + (fill + 15) / 16 * 14); }

}  // namespace

void Painter::cores(const Track& track) {
  if (a.strips()) {
    strips(track);
    labels(track);
    return;
  }
  const Scene& scene = *a.scenes[track.scene];
  const std::vector<float>& tops = a.blocks[track.scene];
  // The first block that reaches into the window.
  const float above = a.view.scroll - track.y0;
  auto block = static_cast<std::size_t>(std::ranges::upper_bound(tops, above) - tops.begin());
  if (block > 0) --block;
  for (; block < scene.executors.size(); ++block) {
    if (a.screen(track.y0 + tops[block]) >= a.bottom) break;
    executor(track, static_cast<std::uint32_t>(block));
  }
  labels(track);
}

void Painter::executor(const Track& track, std::uint32_t at) {
  const Scene& scene = *a.scenes[track.scene];
  const ExecutorRows& block = scene.executors[at];
  const float y0 = a.screen(track.y0 + a.blocks[track.scene][at]);
  const float y1 = y0 + static_cast<float>(block.rows) * track.lane;
  out.fill(a.left, y0, a.right, y1, paint.absent);
  if (block.from != Scene::kUnknown) {
    const float x0 = std::clamp(a.x_of(block.from), a.left, a.right);
    const float x1 = std::clamp(a.x_of(block.to), a.left, a.right);
    out.fill(x0, y0, x1, y1, paint.panel);
    for (std::uint32_t r = 0; r < block.rows; ++r) {
      const float y = y0 + static_cast<float>(r) * track.lane;
      if (y + track.lane > a.top && y < a.bottom) row(track, block, block.first + r, y);
    }
  }
  not_there(scene, block, y0, y1);
}

void Painter::not_there(const Scene& scene, const ExecutorRows& block, float y0, float y1) {
  const HostRows& host = scene.hosts[block.host];
  const auto shaded = [&](std::int64_t from, std::int64_t to, Colour colour,
                          std::string_view words) {
    if (from == Scene::kUnknown || to <= from) return;
    const std::int64_t end = to == Scene::kUnknown ? a.view.to : to;
    const float x0 = std::clamp(std::round(a.x_of(from)), a.left, a.right);
    const float x1 = std::clamp(std::round(a.x_of(end)), a.left, a.right);
    out.fill(x0, y0, x1, y1, colour);
    if (y1 - y0 < a.small + 2 || x1 - x0 < 40 * a.view.scale) return;
    const float room = x1 - x0 - 8 * a.view.scale;
    out.text(x0 + 4 * a.view.scale, y0 + std::min((y1 - y0 - a.small) / 2, 3 * a.view.scale),
             to == Scene::kUnknown ? std::string(words) : timed_words(to - from, words, room),
             a.small, paint.ink, room);
  };
  if (host.ordered != Scene::kUnknown)
    shaded(host.ordered, std::min(host.ready, host.gone), paint.boot, "machine starts");
  const bool own = block.from != Scene::kUnknown;
  if (host.ready != Scene::kUnknown && own)
    shaded(std::max(host.ready, scene.begin), host.first_executor,
           mixed(paint.absent, paint.boot, kExecutorStarts), "no executor yet");
  if (host.gone != Scene::kUnknown && host.gone > scene.first) {
    const float x = std::round(a.x_of(host.gone));
    if (x > a.left && x < a.right) {
      out.fill(x, y0, x + 2 * a.view.scale, y1, paint.lost);
      if (y1 - y0 > a.small + 2)
        out.text(x + 6 * a.view.scale, y0 + 3 * a.view.scale,
                 "gone: " + (host.gone_reason.empty() ? "removed" : host.gone_reason), a.small,
                 paint.faint, a.right - x - 10 * a.view.scale);
    }
  }
}

// "19.1 s: why", or without the reason where there is no room for most of it.
std::string Painter::timed_words(std::int64_t length, std::string_view words, float room) const {
  const std::string time = duration_text(Duration::micros(length));
  const std::string all = time + ": " + std::string(words);
  return room < 0.6F * text_width(all, a.small) ? time : all;
}

void Painter::row(const Track& track, const ExecutorRows& block, std::uint32_t r, float y) {
  const Scene& scene = *a.scenes[track.scene];
  const float thick = track.lane >= 6 ? 1 : 0;  // a line of panel between rows
  const std::span<const Bar> list = scene.tasks.visible(r, a.view.from, a.view.to, a.pixel());
  gaps(scene, block, r, list, y);
  bars(scene, list, {.y0 = y, .y1 = y + track.lane - thick, .under = paint.panel});
}

// Words only in an executor's first row.
void Painter::gaps(const Scene& scene, const ExecutorRows& block, std::uint32_t r,
                   std::span<const Bar> list, float y) {
  const std::int64_t least = 6 * a.pixel();
  const std::int64_t begin = std::max(block.from, a.view.from), end = std::min(block.to, a.view.to);
  const std::span<const Bar> whole = scene.tasks.row(r);
  std::int64_t free_from = std::min(begin, end);
  const auto idle = [&](std::int64_t to) {
    if (to - free_from < least) return;
    // Merged bars do not say which tasks are the neighbours.
    const auto next =
        std::ranges::partition_point(whole, [&](const Bar& bar) { return bar.to <= free_from; });
    const Scene::Between tasks{
        .after = next == whole.begin() ? Slots::kNone : std::prev(next)->item,
        .before = next == whole.end() ? Slots::kNone : next->item};
    while (to - free_from >= least) {
      const Scene::Gap found = scene.gap(block, r, free_from, to, tasks);
      gap(scene, found, free_from, y, r == block.first);
      free_from = std::max(found.to, free_from + 1);
    }
  };
  for (const Bar& bar : list) {
    idle(std::min(bar.from, end));
    free_from = std::max(free_from, bar.to);
  }
  idle(end);
}

void Painter::gap(const Scene& scene, const Scene::Gap& found, std::int64_t from, float y,
                  bool with_words) {
  const float height = a.view.row_height * a.view.scale;
  const float x0 = std::clamp(std::round(a.x_of(from)), a.left, a.right);
  const float x1 = std::clamp(std::round(a.x_of(found.to)), a.left, a.right);
  out.fill(x0, y, x1, y + std::round(height) - (height >= 6 ? 1 : 0),
           free_core(paint, found.cause));
  if (!with_words || height < a.small || x1 - x0 < 40 * a.view.scale) return;
  const float room = x1 - x0 - 8 * a.view.scale;
  out.text(x0 + 4 * a.view.scale, y + (height - a.small) / 2 - 1,
           timed_words(found.to - from, scene.words_of(found), room), a.small,
           found.cause == IdleCause::LocalityWait ? paint.ink : paint.faint, room);
}

void Painter::flush(Pending& pending, const BarStyle& style) {
  if (!pending.open) return;
  out.fill(pending.x0, style.y0, pending.x1, style.y1, pending.colour);
  mark(pending.marks, pending.x0, pending.x1, style.y0, style.y1);
  pending.open = false;
}

Painter::Pixels Painter::pixels_of(const Bar& bar, float done) const {
  const float at = std::floor(a.x_of(bar.from));
  return {std::max(done, at),
          std::min(a.right, std::max(at + 1, std::round(a.x_of(bar.to))))};
}

void Painter::bars(const Scene& scene, std::span<const Bar> list, const BarStyle& style) {
  constexpr float kWide = 4;
  Pending pending;
  float done = a.left;
  for (const Bar& bar : list) {
    const auto [x0, x1] = pixels_of(bar, done);
    if (x1 <= x0) {
      pending.marks |= bar.marks;
      continue;
    }
    done = x1;
    if (!bar.merged && x1 - x0 >= kWide) {
      flush(pending, style);
      task(scene, bar, x0, x1, style);
      continue;
    }
    Colour colour = key_colour(a.view.colour, bar.key);
    if (bar.fill < 255) colour = mixed(style.under, colour, shade(bar.fill));
    if (pending.open && pending.colour == colour && pending.x1 >= x0 &&
        (pending.marks & ~kSpeculative) == (bar.marks & ~kSpeculative)) {
      pending.x1 = x1;
      continue;
    }
    flush(pending, style);
    pending = {.x0 = x0, .x1 = x1, .colour = colour, .marks = bar.marks, .open = true};
  }
  flush(pending, style);
}

void Painter::parts(const Scene& scene, const Bar& bar, float x0, float x1, const BarStyle& style) {
  const auto list = scene.parts_of(bar.item);
  std::int64_t whole = 0, so_far = 0;
  for (const std::int64_t part : list) whole += part;
  if (whole <= 0) return;
  // The part that is drawn first is what lies outside the executor's clocks.
  float x = x0;
  for (std::size_t p = 0; p < kPartCount; ++p) {
    so_far += list[p];
    const float to =
        std::round(x0 + (x1 - x0) * static_cast<float>(so_far) / static_cast<float>(whole));
    if (to <= x) continue;
    out.fill(x, style.y0, to, style.y1,
             key_colour(ColourMode::TimeSplit, static_cast<std::uint8_t>(p)));
    x = to;
  }
}

void Painter::task(const Scene& scene, const Bar& bar, float x0, float x1, const BarStyle& style) {
  const float unit = a.view.scale, height = style.y1 - style.y0;
  const Colour colour = key_colour(a.view.colour, bar.key);
  const bool split = a.view.colour == ColourMode::TimeSplit && x1 - x0 >= 6;
  if (split)
    parts(scene, bar, x0, x1 - 1, style);
  else
    out.fill(x0, style.y0, x1 - 1, style.y1, colour);
  mark(bar.marks, x0, x1 - 1, style.y0, style.y1);
  const Thing& chosen = a.view.selected;
  if (chosen.kind == Thing::Kind::Attempt && chosen.item == bar.item &&
      a.scenes[chosen.scene].get() == &scene) {
    out.frame(x0, style.y0, x1 - 1, style.y1, paint.selected);
    out.frame(x0 + 1, style.y0 + 1, x1 - 2, style.y1 - 1, paint.selected);
  }
  const bool crossed = bar.marks & (kFailed | kKilled | kLost);  // at its end, as wide as high
  const float room = x1 - x0 - (crossed ? height : 0);
  if (split || height < a.small || room < 26 * unit) return;
  const AttemptTable& attempts = scene.timeline().attempts;
  std::string words = std::to_string(attempts.index[bar.item]);
  if (attempts.number[bar.item] > 0)
    words += fmt::format(" (try {})", attempts.number[bar.item] + 1);
  if (bar.marks & kSpeculative) words += " copy";
  if (room > 90 * unit) words += " · " + duration_text(Duration::micros(bar.to - bar.from));
  out.text(x0 + 4 * unit, style.y0 + (height - a.small) / 2 - 1, words, a.small, ink_on(colour),
           room - 7 * unit);
}

// Failures must be seen at any zoom and in any colour mode: a cross where there is room, else a
// cap.
void Painter::mark(std::uint8_t marks, float x0, float x1, float y0, float y1) {
  if (!(marks & (kFailed | kKilled | kLost | kSpeculative | kOpen))) return;
  const Colour colour = marks & kFailed   ? paint.failed
                        : marks & kLost   ? paint.lost
                        : marks & kKilled ? paint.killed
                                          : paint.speculative;
  const float wide = x1 - x0, high = y1 - y0;
  if (wide < 6 || high < 6) {
    const float cap = std::min(high, std::max(2.0F, high / 3));
    if (marks & (kFailed | kKilled | kLost)) out.fill(x0, y0, x1, y0 + cap, colour);
    return;
  }
  if (marks & kOpen) out.fill(x1 - 3 * a.view.scale, y0, x1, y1, paint.open);
  if (marks & (kFailed | kKilled | kLost)) {
    const float arm = std::min(high - 2, wide - 2);
    const float x = x1 - 1 - arm, thick = std::max(1.0F, 1.5F * a.view.scale);
    out.fill(x - 1, y0, x1, y1, mixed(paint.paper, colour, 70));
    out.line(x, y0 + 1, x + arm, y0 + 1 + arm, colour, thick);
    out.line(x, y0 + 1 + arm, x + arm, y0 + 1, colour, thick);
    out.frame(x0, y0, x1, y1, colour);
  }
  if (marks & kSpeculative) {
    out.frame(x0, y0, x1, y1, paint.speculative);
    out.fill(x0, y0, std::min(x1, x0 + 3 * a.view.scale), y1, paint.speculative);
  }
}

}  // namespace muster::gui::drawing
