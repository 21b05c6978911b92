#include "gui/layout/view.h"

#include <algorithm>
#include <cmath>

#include "gui/layout/heading.h"

namespace muster::gui {
namespace {

constexpr float kGutter = 200, kMargin = 14;
constexpr float kAxis = 26;
constexpr float kHeading = 30, kCounter = 34, kLane = 19, kDriver = 20, kSpace = 8;
constexpr float kBand = 8 * kLane;  // the most that jobs or stages take
constexpr float kLeastRow = 0.02F, kMostRow = 40, kFitRow = 18;
constexpr std::int64_t kLeastSpan = 200;  // microseconds

struct Extent {
  std::int64_t first = 0, last = 1;
};

Extent extent_of(Scenes scenes) {
  Extent out;
  for (const auto& scene : scenes) {
    out.first = std::min(out.first, scene->first);
    out.last = std::max(out.last, scene->last);
  }
  return out;
}

float lane_height(const BarTable& bars, float scale) {
  const float lanes = static_cast<float>(std::max(1U, bars.rows()));
  return std::min(kLane * scale, kBand * scale / lanes);
}

View clamped(Scenes scenes, View view, Size size) {
  const Extent extent = extent_of(scenes);
  const std::int64_t whole = extent.last - extent.first;
  const std::int64_t margin = whole / 20 + 1;
  const std::int64_t span = std::clamp<std::int64_t>(view.to - view.from, kLeastSpan,
                                                     std::max(kLeastSpan, whole + 2 * margin));
  view.from = std::clamp(view.from, extent.first - margin,
                         std::max(extent.first - margin, extent.last + margin - span));
  view.to = view.from + span;
  const Arrangement arranged(scenes, view, size);
  const float most = std::max(0.0F, arranged.content - (arranged.bottom - arranged.top));
  view.scroll = std::clamp(view.scroll, 0.0F, most);
  return view;
}

}  // namespace

Arrangement::Arrangement(Scenes of, const View& a_view, Size a_size)
    : scenes(of), view(a_view), size(a_size), row_(a_view.row_height * a_view.scale) {
  font = std::round(12 * view.scale), small = std::round(11 * view.scale);
  left = std::round(std::min(kGutter * view.scale, size.width * 0.3F));
  right = std::max(left + 1, size.width - kMargin * view.scale);
  top = kAxis * view.scale;
  bottom = std::max(top, size.height - legend_height(scenes, view, size.width));
  if (row_ >= 3) row_ = std::round(row_);
  const auto span = static_cast<double>(std::max<std::int64_t>(1, view.to - view.from));
  per_us_ = static_cast<double>(right - left) / span;
  pixel_ = std::max<std::int64_t>(1, static_cast<std::int64_t>(1 / per_us_));
  float y = 0;
  blocks.resize(scenes.size());
  for (std::uint32_t s = 0; s < scenes.size(); ++s) add_scene(s, y);
  content = y;
}

void Arrangement::add_scene(std::uint32_t s, float& y) {
  const Scene& scene = *scenes[s];
  const float unit = view.scale;
  const auto add = [&](Track::Kind kind, float height, float lane, float space,
                       std::uint32_t index = 0) {
    tracks.push_back(
        {.kind = kind, .scene = s, .index = index, .y0 = y, .y1 = y + height, .lane = lane});
    y += height + space;
  };
  const Heading words = heading_of(scene, size.width, unit);
  const auto below = static_cast<float>(words.beside ? 0 : words.lines.size());
  add(Track::Kind::Heading, (kHeading + below * kHeadingLine) * unit, 0, 0);
  for (std::uint32_t c = 0; c < scene.counters.size(); ++c)
    add(Track::Kind::Counter, kCounter * unit, 0, 4 * unit, c);
  if (scene.jobs.rows() > 0) {
    const float lane = lane_height(scene.jobs, unit);
    add(Track::Kind::Jobs, lane * static_cast<float>(scene.jobs.rows()), lane, 3 * unit);
  }
  if (scene.stages.rows() > 0) {
    const float lane = lane_height(scene.stages, unit);
    add(Track::Kind::Stages, lane * static_cast<float>(scene.stages.rows()), lane, 3 * unit);
  }
  add(Track::Kind::Driver, kDriver * unit, 0, kSpace * unit);
  if (scene.rows > 0) add(Track::Kind::Cores, add_blocks(s), row_, kSpace * unit);
}

float Arrangement::add_blocks(std::uint32_t s) {
  const Scene& scene = *scenes[s];
  std::vector<float>& tops = blocks[s];
  tops.reserve(scene.executors.size());
  if (strips()) {
    for (const ExecutorRows& block : scene.executors)
      tops.push_back(static_cast<float>(block.first) * row_);
    return std::max(8.0F, static_cast<float>(scene.rows) * row_);
  }
  const float space = row_ >= 8 ? 3 * view.scale : 1;
  float y = 0, host_top = 0;
  for (std::size_t e = 0; e < scene.executors.size(); ++e) {
    const bool next_host = e > 0 && scene.executors[e].host != scene.executors[e - 1].host;
    if (next_host)  // each has room for its name, lest rows seem to be its neighbour's
      host_top = y = std::max(y + 2 * space, host_top + small + 2);
    else if (e > 0)
      y += space;
    tops.push_back(y);
    y += static_cast<float>(scene.executors[e].rows) * row_;
  }
  return y;
}

std::int64_t Arrangement::time_at(float x) const {
  return view.from + static_cast<std::int64_t>(std::floor(static_cast<double>(x - left) / per_us_));
}

float Arrangement::row_top(const Track& cores, std::uint32_t row) const {
  const std::vector<ExecutorRows>& list = scenes[cores.scene]->executors;
  const auto after = std::ranges::upper_bound(list, row, {}, &ExecutorRows::first);
  const auto e = static_cast<std::size_t>(after - list.begin()) - 1;
  return cores.y0 + blocks[cores.scene][e] + static_cast<float>(row - list[e].first) * row_;
}

Thing Arrangement::hit_lane(const Track& track, const BarTable& bars, Thing::Kind kind, float y,
                            std::int64_t at) const {
  const auto lane = static_cast<std::uint32_t>((y - track.y0) / track.lane);
  if (lane >= bars.rows()) return {};
  // A bar too thin for the pointer is met a little beside it.
  const std::int64_t near = 2 * pixel_;
  const Bar* best = nullptr;
  std::int64_t distance = near + 1;
  for (const Bar& bar : bars.visible(lane, at - near, at + near + 1, pixel_)) {
    const std::int64_t off = std::max({bar.from - at, at - bar.to, std::int64_t{0}});
    if (off < distance) best = &bar, distance = off;
  }
  if (!best) return {};
  return {.kind = kind, .scene = track.scene, .item = best->item, .at = at};
}

Thing Arrangement::hit_cores(const Track& track, float x, float y, std::int64_t at) const {
  const Scene& scene = *scenes[track.scene];
  const std::vector<float>& tops = blocks[track.scene];
  const auto after = std::ranges::upper_bound(tops, y - track.y0);
  if (after == tops.begin()) return {};
  const auto e = static_cast<std::uint32_t>(after - tops.begin() - 1);
  const ExecutorRows& block = scene.executors[e];
  const bool at_host = block.executor == Slots::kNone || x < left * 0.55F;
  if (x < left)
    return {.kind = at_host ? Thing::Kind::Host : Thing::Kind::Executor,
            .scene = track.scene,
            .item = at_host ? block.host : e,
            .at = at};
  const auto row = static_cast<std::uint32_t>((y - track.y0 - tops[e]) / row_);
  if (row >= block.rows) return {};
  Track as_lane = track;
  as_lane.y0 = 0, as_lane.lane = 1;
  const Thing task = hit_lane(as_lane, scene.tasks, Thing::Kind::Attempt,
                              static_cast<float>(block.first + row) + 0.5F, at);
  if (task.kind != Thing::Kind::None) return task;
  return {.kind = Thing::Kind::Gap, .scene = track.scene, .item = block.first + row, .at = at};
}

Thing Arrangement::hit(float x, float y) const {
  if (y < top || y >= bottom || x < 0 || x > right) return {};
  const float inside = y - top + view.scroll;
  const std::int64_t at = time_at(x);
  for (const Track& track : tracks) {
    if (inside < track.y0 || inside >= track.y1) continue;
    const Scene& scene = *scenes[track.scene];
    const bool plot = x >= left;
    switch (track.kind) {
      case Track::Kind::Heading:
        return {.kind = Thing::Kind::Run, .scene = track.scene, .at = at};
      case Track::Kind::Counter:
        return {.kind = Thing::Kind::Counter, .scene = track.scene, .item = track.index, .at = at};
      case Track::Kind::Jobs:
        return plot ? hit_lane(track, scene.jobs, Thing::Kind::Job, inside, at) : Thing();
      case Track::Kind::Stages:
        return plot ? hit_lane(track, scene.stages, Thing::Kind::Stage, inside, at) : Thing();
      case Track::Kind::Driver: {
        const DriverSpan* span = plot ? scene.driver_at(at) : nullptr;
        // Beside its spans it is the driver itself.
        const std::size_t item = span ? static_cast<std::size_t>(span - scene.driver.data())
                                      : scene.driver.size();
        return {.kind = Thing::Kind::Driver,
                .scene = track.scene,
                .item = static_cast<std::uint32_t>(item),
                .at = at};
      }
      case Track::Kind::Cores:
        return hit_cores(track, x, inside, at);
    }
  }
  return {};
}

View fitted(Scenes scenes, View view, Size size) {
  const Extent extent = extent_of(scenes);
  const std::int64_t margin = (extent.last - extent.first) / 60 + 1;
  view.from = extent.first - (extent.first < 0 ? margin : 0);
  view.to = extent.last + margin;
  view.scroll = 0;
  view.row_height = kFitRow;
  const Arrangement high(scenes, view, size);
  const float room = high.bottom - high.top;
  if (high.content <= room) return view;
  float rows = 0, cores = 0;
  for (const Track& track : high.tracks)
    if (track.kind == Track::Kind::Cores)
      cores += track.y1 - track.y0, rows += static_cast<float>(scenes[track.scene]->rows);
  // Below this the picture scrolls: strips need some height to be read.
  const float least = 140 * view.scale * static_cast<float>(scenes.size());
  const float wanted = std::max(least, room - (high.content - cores));
  for (float height = kFitRow; height >= 3; height -= 1) {
    view.row_height = height;
    if (Arrangement(scenes, view, size).content <= std::max(room, high.content - cores + wanted))
      return view;
  }
  view.row_height = std::clamp(wanted / std::max(1.0F, rows) / view.scale, kLeastRow, 3.0F);
  return view;
}

View zoomed(Scenes scenes, View view, Size size, float x, double factor) {
  const Arrangement arranged(scenes, view, size);
  const float fixed = std::clamp(x, arranged.left, arranged.right);
  const double share =
      static_cast<double>((fixed - arranged.left) / (arranged.right - arranged.left));
  const auto span = static_cast<double>(view.to - view.from);
  const double wanted =
      std::clamp(span * std::clamp(factor, 1e-3, 1e3), static_cast<double>(kLeastSpan), 1e17);
  const double anchor = static_cast<double>(view.from) + span * share;
  view.from = static_cast<std::int64_t>(std::llround(anchor - wanted * share));
  view.to = view.from + static_cast<std::int64_t>(std::llround(wanted));
  return clamped(scenes, view, size);
}

View panned(Scenes scenes, View view, Size size, float dx, float dy) {
  const Arrangement arranged(scenes, view, size);
  const double per_pixel = static_cast<double>(view.to - view.from) /
                           static_cast<double>(arranged.right - arranged.left);
  const auto shift = static_cast<std::int64_t>(std::llround(static_cast<double>(dx) * per_pixel));
  view.from += shift, view.to += shift;
  view.scroll += dy;
  return clamped(scenes, view, size);
}

View stretched(Scenes scenes, View view, Size size, float y, float factor) {
  const Arrangement before(scenes, view, size);
  const float height = std::clamp(view.row_height * factor, kLeastRow, kMostRow);
  const float content = y - before.top + view.scroll;
  float share = 0;
  std::uint32_t scene = 0;
  bool in_cores = false;
  for (const Track& track : before.tracks) {
    if (track.kind != Track::Kind::Cores || content < track.y0 || content > track.y1) continue;
    share = (content - track.y0) / (track.y1 - track.y0), scene = track.scene, in_cores = true;
  }
  view.row_height = height;
  const Arrangement after(scenes, view, size);
  for (const Track& track : after.tracks)
    if (in_cores && track.kind == Track::Kind::Cores && track.scene == scene)
      view.scroll = track.y0 + share * (track.y1 - track.y0) - (y - before.top);
  return clamped(scenes, view, size);
}

}  // namespace muster::gui
