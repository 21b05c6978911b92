// The curve of makespan and cost over the number of executors: one simulation for each point.
#include <fmt/format.h>

#include <algorithm>

#include "gui/window/session.h"
#include "sim/plan/size_curve.h"
#include "sim/run/check_scenario.h"

namespace muster::gui {
namespace {

// Larger runs are simulated a dozen times only when somebody asks for it.
constexpr std::uint64_t kSmall = 100'000;  // task attempts
constexpr std::size_t kMostKnown = 200;    // points

}  // namespace

// Made from the executors that were there before their number was turned: going to and fro ends
// where it began.
Scenario Session::with_executors(std::int32_t count) const {
  if (count == knob_.given) return *scenario_;
  Scenario base = *scenario_;
  base.cluster.executors = executors_;
  const Run* run = turned();
  const Result* ran = what_if_ ? what_if_.get() : run->result.get();
  const Computed log = recorded();
  const ExecutorKnob knob = executor_knob(base, ran->timeline, log ? &log->timeline : nullptr);
  const bool by_list = base.cluster.executors != scenario_->cluster.executors;
  if (knob.turn && !(by_list && count == knob.given)) knob.turn(base, count);
  return base;
}

bool Session::curve_possible() const {
  return scenario_ && (standing_ == WhatIf::Done || standing_ == WhatIf::None);
}

void Session::want_curve() {
  if (curve_asked() || !curve_possible()) return;
  const Result* ran = present() ? present() : turned()->result.get();
  if (ran->totals.attempts <= kSmall || !knob_.turn) draw_curve();
}

// Smallest first: each point shows as soon as it is there.
void Session::draw_curve() {
  if (!curve_possible()) return;
  worker_.cancel(Worker::Kind::Curve);
  curve_of_ = turn_;
  curve_ = {.points = {},
            .varied = knob_.varied,
            .assumed = knob_.assumed,
            .why_not = knob_.why_not};
  curve_missing_ = 0, curve_stopped_ = false;
  curve_problem_.clear();
  changed_ = true;
  if (!knob_.turn) return;
  const std::vector<std::int32_t> sizes = curve_sizes(knob_.given, knob_.around);
  if (sizes.empty())
    curve_.why_not = fmt::format("{} executors are no number to start from", knob_.given);
  const Computed log = recorded();
  for (const std::int32_t count : sizes) {
    if (const Result* ran = present(); ran && count == knob_.given) {
      add_point(size_point(*ran, count, true));
      continue;
    }
    Scenario scenario = with_executors(count);
    const auto known = std::ranges::find_if(known_points_, [&](const KnownPoint& k) {
      return k.recorded == log && k.scenario == scenario;
    });
    if (known == known_points_.end()) {
      curve_point(count, std::move(scenario), log);
      continue;
    }
    SizePoint point = known->point;
    point.executors = count, point.given = count == knob_.given;
    add_point(point);
  }
  // Only what was recorded can be compared with the recording.
  if (log && *scenario_ == turned()->scenario) curve_.recorded = log->totals.wall;
  if (!sizes.empty()) curve_repeats(log);
}

// What the present number takes when other numbers are drawn.
void Session::curve_repeats(const Computed& log) {
  for (std::uint32_t repeat = 1; repeat <= kSizeRepeats; ++repeat) {
    Scenario scenario = *scenario_;
    scenario.replication += repeat;
    ++curve_missing_;
    worker_.add(Worker::Kind::Curve, [this, log, scenario](const std::stop_token& stop) {
      say("simulating with other draws");
      Problems problems;
      const Computed result = simulated(
          scenario, log.get(), {.say = [](const std::string&) {}, .stop = stop}, problems);
      return Worker::Reply([this, result] {
        --curve_missing_;
        changed_ = true;
        if (result && result->succeeded) curve_.repeats.push_back(result->totals.wall);
      });
    });
  }
}

void Session::curve_point(std::int32_t count, Scenario scenario, const Computed& log) {
  ++curve_missing_;
  worker_.add(Worker::Kind::Curve, [this, log, scenario = std::move(scenario), count,
                                    given = count == knob_.given](const std::stop_token& stop) {
    say(fmt::format("simulating with {} executors", count));
    auto problems = std::make_shared<Problems>();
    check_scenario(scenario, *problems);
    Computed result;
    if (problems->empty())
      result = simulated(
          scenario, log.get(), {.say = [](const std::string&) {}, .stop = stop}, *problems);
    return Worker::Reply([this, log, scenario, count, given, problems, result] {
      --curve_missing_;
      changed_ = true;
      if (!result) {
        curve_problem_ = fmt::format("{} executors: {}", count, problems->text());
        return;
      }
      add_point(size_point(*result, count, given));
      if (result->totals.attempts > kSmall) return;  // the scenario may be as large
      if (known_points_.size() >= kMostKnown) known_points_.erase(known_points_.begin());
      known_points_.push_back({log, scenario, size_point(*result, count, given)});
    });
  });
}

void Session::add_point(const SizePoint& point) {
  const auto after =
      std::ranges::upper_bound(curve_.points, point.executors, {}, &SizePoint::executors);
  curve_.points.insert(after, point);
}

}  // namespace muster::gui
