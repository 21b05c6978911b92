#include "sim/plan/size_curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <functional>
#include <optional>
#include <thread>
#include <utility>

#include "sim/base/cores.h"
#include "sim/base/problems.h"
#include "sim/run/executors.h"
#include "sim/run/run.h"
#include "sim/scenario/master.h"

namespace muster {
namespace {

constexpr std::array kRatios = {0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0};
constexpr std::int32_t kMostExecutors = 4000;

// How to make a scenario with n executors.
struct Knob {
  std::int32_t given = 0;
  std::string varied, assumed, why_not;
  std::function<void(Scenario&, std::int32_t)> turn;
};

Knob refused(std::string why) {
  Knob knob;
  knob.why_not = std::move(why);
  return knob;
}

Knob by_list(std::vector<ExecutorSpec> executors, bool recorded) {
  std::erase_if(executors, [](const ExecutorSpec& e) { return e.cores <= 0; });
  if (executors.empty()) return refused("there are no executors whose number could be changed");
  for (const ExecutorSpec& executor : executors) {
    if (executor.id == "driver") return refused("local mode has one executor, the driver itself");
    if (executor.removed_at)
      return refused("executor " + executor.id +
                     " left early: with another number of executors, which would?");
    if (executor.cores != executors.front().cores)
      return refused("the executors are not alike, so that there is no one way to add some");
  }
  Knob knob;
  knob.given = static_cast<std::int32_t>(executors.size());
  knob.varied = "executors";
  knob.assumed = recorded
                     ? "Tasks take what they took in the recording: a larger cluster adds no "
                       "contention and no faster reads"
                     : "Tasks take what the scenario says, whatever the number of executors";
  knob.turn = [executors = std::move(executors)](Scenario& scenario, std::int32_t count) {
    std::vector<ExecutorSpec>& out = scenario.cluster.executors;
    out.clear();
    for (std::int32_t i = 0; i < count; ++i) {
      out.push_back(executors[static_cast<std::size_t>(i) % executors.size()]);
      if (static_cast<std::size_t>(i) >= executors.size()) out.back().id = fmt::format("new-{}", i);
    }
  };
  return knob;
}

Knob by_setting(const Scenario& scenario, const Conf& conf, const Master& master) {
  if (master.kind == Master::Kind::LocalCluster || master.kind == Master::Kind::Mesos)
    return refused("the number of executors is not one setting under this master");
  const std::int64_t cores = conf.integer("spark.executor.cores", 0);
  const bool standalone = master.kind == Master::Kind::Standalone;
  if (standalone && cores <= 0)
    return refused("without spark.executor.cores a worker gives all its cores to one executor");
  Knob knob;
  const std::string key = standalone ? "spark.cores.max" : "spark.executor.instances";
  knob.varied = key;
  knob.assumed = "The machines stay as they are: executors that do not fit do not come";
  if (standalone)
    knob.given = static_cast<std::int32_t>(executors_of(scenario).size());
  else
    knob.given = static_cast<std::int32_t>(conf.integer(key, 2));
  knob.turn = [key, per = standalone ? cores : 1](Scenario& changed, std::int32_t count) {
    changed.conf.set(key, std::to_string(count * per));
  };
  return knob;
}

// `conf`: that which took effect, the cloud's defaults included.
Knob knob_of(const Scenario& scenario, const Conf& conf, const Timeline* recorded) {
  const bool given = recorded || !scenario.cluster.executors.empty();
  if (conf.flag("spark.dynamicAllocation.enabled", false))
    return refused("dynamic allocation decides about the number of executors");
  if (recorded && scenario.cluster.executors.empty())
    return by_list(import_scenario(*recorded, "", false).cluster.executors, true);
  if (given) return by_list(executors_of(scenario), recorded != nullptr);
  const std::string& named = scenario.cluster.master;
  const auto master = named.empty() ? master_of(scenario.conf) : parse_master(named);
  if (!master || master->kind == Master::Kind::Local)
    return by_list(executors_of(scenario), false);
  return by_setting(scenario, conf, *master);
}

std::vector<std::int32_t> sizes_of(std::int32_t given) {
  std::vector<std::int32_t> out;
  for (const double ratio : kRatios)
    out.push_back(std::max(1, static_cast<std::int32_t>(std::lround(given * ratio))));
  // What people ask first: one less, one more, two more.
  for (const std::int32_t more : {-1, 1, 2}) out.push_back(std::max(1, given + more));
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::optional<SizePoint> simulated(Scenario scenario, const Timeline* recorded, const Knob& knob,
                                   std::int32_t count) {
  // The given number runs as it is: that point is the input's own result.
  if (count != knob.given) knob.turn(scenario, count);
  Problems problems;
  const auto result =
      recorded ? replay(*recorded, scenario, problems) : run(scenario, problems);
  if (!result) return std::nullopt;
  return SizePoint{.executors = count,
                   .registered = result->totals.peak_executors,
                   .wall = result->totals.wall,
                   .core_time = result->totals.available,
                   .cost = result->cost,
                   .given = count == knob.given,
                   .succeeded = result->succeeded};
}

}  // namespace

SizeCurve size_curve(const Scenario& scenario, const Timeline& ran, const Timeline* recorded,
                     const SizeCurveOptions& options) {
  const Knob knob = knob_of(scenario, ran.conf, recorded);
  SizeCurve curve;
  curve.varied = knob.varied, curve.assumed = knob.assumed, curve.why_not = knob.why_not;
  if (!knob.turn) return curve;
  if (knob.given <= 0 || knob.given > kMostExecutors) {
    curve.why_not = fmt::format("{} executors are no number to start from", knob.given);
    return curve;
  }
  const std::vector<std::int32_t> sizes = sizes_of(knob.given);
  std::vector<std::optional<SizePoint>> points(sizes.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < sizes.size(); i = next++)
      points[i] = simulated(scenario, recorded, knob, sizes[i]);
  };
  const unsigned cores = usable_cores();
  const std::size_t wanted = options.threads ? options.threads : cores;
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 1; t < std::min(wanted, sizes.size()); ++t) threads.emplace_back(work);
    work();
  }
  for (const std::optional<SizePoint>& point : points)
    if (point) curve.points.push_back(*point);
  if (curve.points.empty()) curve.why_not = "no other number of executors could be simulated";
  return curve;
}

}  // namespace muster
