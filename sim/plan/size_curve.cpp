#include "sim/plan/size_curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "sim/base/cores.h"
#include "sim/base/problems.h"
#include "sim/run/executor_knob.h"
#include "sim/run/run.h"

namespace muster {
namespace {

constexpr std::array kRatios = {0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0};
constexpr std::int32_t kMostExecutors = 4000;

std::optional<SizePoint> simulated(Scenario scenario, const Timeline* recorded,
                                   const ExecutorKnob& knob, std::int32_t count,
                                   std::uint32_t repeat = 0) {
  // The given number runs as it is: that point is the input's own result.
  if (count != knob.given) knob.turn(scenario, count);
  scenario.replication += repeat;
  Problems problems;
  const auto result = recorded ? replay(*recorded, scenario, problems) : run(scenario, problems);
  if (!result) return std::nullopt;
  return size_point(*result, count, count == knob.given);
}

}  // namespace

std::vector<std::int32_t> curve_sizes(std::int32_t given, std::int32_t around) {
  std::vector<std::int32_t> out;
  if (around <= 0 || around > kMostExecutors) return out;
  for (const double ratio : kRatios)
    out.push_back(std::max(1, static_cast<std::int32_t>(std::lround(around * ratio))));
  // What people ask first: one less, one more, two more.
  for (const std::int32_t more : {-1, 0, 1, 2}) out.push_back(std::max(1, given + more));
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

SizePoint size_point(const Result& result, std::int32_t count, bool given) {
  return {.executors = count,
          .registered = result.totals.peak_executors,
          .wall = result.totals.wall,
          .core_time = result.totals.available,
          .cost = result.cost,
          .given = given,
          .succeeded = result.succeeded};
}

SizeCurve size_curve(const Scenario& scenario, const Timeline& ran, const Timeline* recorded,
                     const SizeCurveOptions& options) {
  const ExecutorKnob knob = executor_knob(scenario, ran, recorded);
  SizeCurve curve;
  curve.varied = knob.varied, curve.assumed = knob.assumed, curve.why_not = knob.why_not;
  if (!knob.turn) return curve;
  const std::vector<std::int32_t> sizes = curve_sizes(knob.given, knob.around);
  if (sizes.empty()) {
    curve.why_not = fmt::format("{} executors are no number to start from", knob.given);
    return curve;
  }
  std::vector<std::optional<SizePoint>> points(sizes.size() + kSizeRepeats);
  for_each_index(points.size(), options.threads, [&](std::size_t i) {
    const auto repeat = static_cast<std::uint32_t>(i < sizes.size() ? 0 : i - sizes.size() + 1);
    points[i] = simulated(scenario, recorded, knob, repeat == 0 ? sizes[i] : knob.given, repeat);
  });
  if (recorded) curve.recorded = recorded->wall();
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!points[i]) continue;
    if (i < sizes.size()) curve.points.push_back(*points[i]);
    else if (points[i]->succeeded) curve.repeats.push_back(points[i]->wall);
  }
  if (curve.points.empty()) curve.why_not = "no other number of executors could be simulated";
  return curve;
}

}  // namespace muster
