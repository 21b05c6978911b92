#include "gui/layout/draw.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "gui/layout/heading.h"
#include "sim/report/quantities.h"

namespace muster::gui {

void draw(Scenes scenes, const View& view, Size size, DisplayList& out) {
  out.clear();
  out.width = size.width, out.height = size.height;
  const Arrangement arranged(scenes, view, size);
  drawing::Painter painter(arranged, out);
  out.fill(0, 0, size.width, size.height, paint_of(view.theme).paper);
  painter.grid();
  for (const Track& track : arranged.tracks)
    if (arranged.seen(track.y0, track.y1)) painter.track(track);
  painter.cursor();
  painter.axis();
  painter.legend();
}

namespace drawing {

std::int64_t axis_step(std::int64_t least) {
  constexpr std::int64_t kSecond = 1'000'000;
  for (std::int64_t unit = 1; unit < kSecond; unit *= 10)
    for (const std::int64_t n : {1, 2, 5})
      if (unit * n >= least) return unit * n;
  for (const std::int64_t s :
       {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400})
    if (s * kSecond >= least) return s * kSecond;
  std::int64_t days = 86400 * kSecond;
  while (days < least && days < INT64_MAX / 4) days *= 2;
  return days;
}

std::string axis_text(std::int64_t at, std::int64_t step) {
  const std::string sign = at < 0 ? "-" : "";
  const std::int64_t us = at < 0 ? -at : at;
  const std::int64_t whole = us / 1'000'000;
  int digits = 0;
  for (std::int64_t unit = 1'000'000; digits < 6 && step % unit != 0; unit /= 10) ++digits;
  std::string fraction =
      fmt::format("{:06}", us % 1'000'000).substr(0, static_cast<std::size_t>(digits));
  if (!fraction.empty()) fraction = "." + fraction;
  if (whole < 60) return fmt::format("{}{}{} s", sign, whole, fraction);
  const std::int64_t minutes = whole / 60, hours = minutes / 60;
  const bool no_seconds = step % 60'000'000 == 0;
  if (hours > 0 && no_seconds) return fmt::format("{}{} h {:02}", sign, hours, minutes % 60);
  if (no_seconds) return fmt::format("{}{} min", sign, minutes);
  if (hours > 0)
    return fmt::format("{}{}:{:02}:{:02}{}", sign, hours, minutes % 60, whole % 60, fraction);
  return fmt::format("{}{}:{:02}{} min", sign, minutes, whole % 60, fraction);
}

void Painter::grid() {
  const std::int64_t step =
      axis_step(static_cast<std::int64_t>(static_cast<double>(a.view.to - a.view.from) * 100 *
                                          a.view.scale / static_cast<double>(a.right - a.left)));
  std::int64_t at = a.view.from / step * step;
  for (; at <= a.view.to; at += step) {
    const float x = std::round(a.x_of(at));
    if (x >= a.left) out.fill(x, a.top, x + 1, a.bottom, mixed(paint.paper, paint.line, 150));
  }
}

void Painter::axis() {
  const float unit = a.view.scale;
  out.fill(0, 0, a.size.width, a.top, paint.paper);
  out.fill(0, a.top - 1, a.size.width, a.top, paint.line);
  const std::int64_t step =
      axis_step(static_cast<std::int64_t>(static_cast<double>(a.view.to - a.view.from) * 100 *
                                          unit / static_cast<double>(a.right - a.left)));
  const float room = a.left - 16 * unit;
  constexpr std::string_view kTime = "time from the start";
  out.text(8 * unit, 7 * unit, text_width(kTime, a.small) <= room ? kTime : "time", a.small,
           paint.faint, room);
  std::int64_t at = a.view.from / step * step;
  for (; at <= a.view.to; at += step) {
    const float x = std::round(a.x_of(at));
    if (x < a.left - 1) continue;
    out.fill(x, a.top - 6 * unit, x + 1, a.top, paint.faint);
    const std::string words = axis_text(at, step);
    if (x + 4 * unit + text_width(words, a.small) < a.size.width)
      out.text(x + 4 * unit, 6 * unit, words, a.small, paint.ink);
  }
}

void Painter::cursor() {
  if (a.view.cursor < a.left || a.view.cursor > a.right) return;
  const float x = std::round(a.view.cursor);
  out.fill(x, a.top, x + 1, a.bottom, paint.faint);
}

void Painter::track(const Track& track) {
  switch (track.kind) {
    case Track::Kind::Heading:
      return heading(track);
    case Track::Kind::Counter:
      return counter(track);
    case Track::Kind::Jobs:
      return jobs(track);
    case Track::Kind::Stages:
      return stages(track);
    case Track::Kind::Driver:
      return driver(track);
    case Track::Kind::Cores:
      return cores(track);
  }
}

void Painter::heading(const Track& track) {
  const Scene& scene = *a.scenes[track.scene];
  const float unit = a.view.scale, y0 = a.screen(track.y0), y1 = a.screen(track.y1);
  out.fill(0, y0 + 4 * unit, a.size.width, y1 - 2 * unit, paint.panel);
  float x = 8 * unit, y = y0 + 9 * unit;
  const Heading words = heading_of(scene, a.size.width, unit);
  const float wide = out.text(x, y, scene.title, a.font, paint.ink, a.size.width - 2 * x, true);
  if (words.beside) x += wide + 14 * unit;
  const Colour colour = scene.result->succeeded ? paint.faint : paint.failed;
  for (const std::string& line : words.lines) {
    if (!words.beside) y += kHeadingLine * unit;
    out.text(x, y, line, a.font, colour, a.size.width - x - 8 * unit);
  }
}

void Painter::lane_labels(const Track& track, std::string_view words) {
  const float y = a.screen(track.y0) + std::max(1.0F, (track.lane - a.small) / 2 - 1);
  out.text(8 * a.view.scale, y, words, a.small, paint.faint, a.left - 16 * a.view.scale);
}

void Painter::counter(const Track& track) {
  const Scene& scene = *a.scenes[track.scene];
  const Steps& steps = scene.counters[track.index];
  const float unit = a.view.scale, y0 = a.screen(track.y0), y1 = a.screen(track.y1);
  const std::array<Colour, 5> colours = {paint.pending, paint.running, paint.capacity, paint.nodes,
                                         paint.other};
  const Colour colour = colours[std::min<std::size_t>(track.index, colours.size() - 1)];
  out.text(8 * unit, y0 + 4 * unit, steps.name, a.small, paint.faint, a.left - 16 * unit);
  out.text(8 * unit, y0 + 18 * unit,
           fmt::format("up to {}", count_text(static_cast<std::uint64_t>(
                                       std::llround(std::max(0.0, steps.most()))))),
           a.small, paint.faint, a.left - 16 * unit);
  const auto high = static_cast<float>(std::max(1e-9, steps.most()));
  const Colour area = mixed(paint.paper, colour, 90);
  float from = a.left, height = -1;
  const auto flush = [&](float to) {
    if (height <= 0) return;
    out.fill(from, y1 - height, to, y1, area);
    out.fill(from, y1 - height, to, y1 - height + std::max(1.0F, unit), colour);
  };
  const float end = std::min(a.right, std::ceil(a.x_of(scene.last)));
  for (float x = a.left; x < end; x += 1) {
    const std::int64_t t0 = a.time_at(x), t1 = std::max(t0, a.time_at(x + 1) - 1);
    const auto value = static_cast<float>(steps.most(t0, t1));
    const float next = value <= 0 ? 0 : std::max(1.0F, std::round(value / high * (y1 - y0 - 2)));
    if (next == height) continue;
    flush(x);
    from = x, height = next;
  }
  flush(end);
  out.fill(a.left, y1, a.right, y1 + 1, paint.line);
}

Colour Painter::key_colour(ColourMode mode, std::uint8_t key) const {
  const std::span<const Key> keys = keys_of(mode, a.view.theme);
  return keys[key % keys.size()].colour;
}

}  // namespace drawing
}  // namespace muster::gui
