#include "sim/run/executor_knob.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <queue>
#include <utility>
#include <variant>
#include <vector>

#include "models/catalog.h"
#include "sim/run/executors.h"
#include "sim/run/run.h"
#include "sim/run/world.h"
#include "sim/scenario/master.h"

namespace muster {
namespace {

using Specs = std::vector<ExecutorSpec>;

ExecutorKnob refused(std::string why) {
  ExecutorKnob knob;
  knob.why_not = std::move(why);
  return knob;
}

Duration end_of(const ExecutorSpec& executor) {
  return executor.removed_at.value_or(Duration::max());
}

// Those of them that may be there when never more than `most` are at the same time: who comes when
// there is no room is left out.
Specs capped(const Specs& executors, std::int32_t most) {
  std::vector<std::size_t> order(executors.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return executors[i].registered_at; });
  std::vector<bool> stays(executors.size());
  std::priority_queue<Duration, std::vector<Duration>, std::greater<>> ends;
  for (const std::size_t i : order) {
    while (!ends.empty() && ends.top() <= executors[i].registered_at) ends.pop();
    stays[i] = std::cmp_less(ends.size(), most);
    if (stays[i]) ends.push(end_of(executors[i]));
  }
  Specs out;
  for (std::size_t i = 0; i < executors.size(); ++i)
    if (stays[i]) out.push_back(executors[i]);
  return out;
}

std::int32_t most_at_once(const Specs& executors) {
  std::vector<std::pair<Duration, int>> changes;  // ends come before beginnings
  for (const ExecutorSpec& executor : executors) {
    changes.emplace_back(executor.registered_at, 1);
    if (executor.removed_at) changes.emplace_back(*executor.removed_at, -1);
  }
  std::ranges::sort(changes);
  std::int32_t now = 0, most = 0;
  for (const auto& [at, change] : changes) most = std::max(most, now += change);
  return most;
}

// What further executors are like: those that were there nearly as long as any, of a run that took
// `wall`; they stay. One that came to replace another just before the end would be no help.
Specs lasting(const Specs& executors, Duration wall) {
  const auto presence = [&](const ExecutorSpec& executor) {
    return std::max(Duration(), std::min(end_of(executor), wall) - executor.registered_at);
  };
  Duration longest;
  for (const ExecutorSpec& executor : executors) longest = std::max(longest, presence(executor));
  Specs out;
  for (const ExecutorSpec& executor : executors)
    if (presence(executor) >= longest - longest / 10) out.push_back(executor);
  for (ExecutorSpec& executor : out) executor.removed_at.reset();
  return out;
}

// `like`: what further ones are copies of, in turns.
Specs sized(Specs executors, const Specs& like, std::int32_t count) {
  const auto leaves = [](const ExecutorSpec& e) { return e.removed_at.has_value(); };
  std::int32_t now = most_at_once(executors);
  if (now > count && std::ranges::any_of(executors, leaves)) return capped(executors, count);
  if (now > count) executors.resize(static_cast<std::size_t>(count));
  for (std::size_t i = 0; now < count; ++i, ++now) {
    executors.push_back(like[i % like.size()]);
    executors.back().id = fmt::format("new-{}", now);
  }
  return executors;
}

std::string list_assumes(bool recorded, bool some_left) {
  std::string out = recorded
                        ? "Tasks take what they took in the recording: a larger cluster adds no "
                          "contention and no faster reads"
                        : "Tasks take what the scenario says, whatever the number of executors";
  if (some_left)
    out += ". Executors come and go as they did, and nothing decides anew about them: fewer means "
           "never more than so many at the same time, further ones stay to the end";
  return out;
}

ExecutorKnob by_list(const ClusterSpec& cluster, Specs executors, bool recorded, Duration wall) {
  std::erase_if(executors, [](const ExecutorSpec& e) { return e.cores <= 0; });
  if (executors.empty()) return refused("there are no executors whose number could be changed");
  bool some_left = false;
  for (const ExecutorSpec& executor : executors) {
    if (executor.id == "driver") return refused("local mode has one executor, the driver itself");
    if (executor.cores != executors.front().cores ||
        executor.resource_profile != executors.front().resource_profile)
      return refused("the executors are not alike, so that there is no one way to add some");
    some_left |= executor.removed_at.has_value();
  }
  ExecutorKnob knob;
  knob.given = knob.around = most_at_once(executors);
  if (knob.given == 0) return refused("no executor was there for any time");
  knob.varied = "executors";
  knob.assumed = list_assumes(recorded, some_left);
  const Specs& groups = cluster.executors;
  const bool one_group = groups.size() == 1 && groups.front().id.empty() &&
                         groups.front().host.empty() && !some_left;
  if (one_group)
    knob.turn = [](Scenario& s, std::int32_t count) { s.cluster.executors.front().count = count; };
  else
    knob.turn = [like = some_left ? lasting(executors, wall) : executors,
                 executors](Scenario& s, std::int32_t count) {
      s.cluster.executors = sized(executors, like, count);
    };
  return knob;
}

constexpr const char* kMachinesStay =
    "The machines stay as they are: executors that do not fit do not come";

// `there`: how many there were; who asks for more than come begins to see a difference there.
ExecutorKnob by_setting(const char* key, std::int64_t given, std::int64_t each,
                        std::int32_t there) {
  ExecutorKnob knob;
  knob.given = static_cast<std::int32_t>(std::clamp<std::int64_t>(given, 0, 1'000'000));
  knob.around = there > 0 ? std::min(knob.given, there) : knob.given;
  knob.varied = key;
  knob.assumed = kMachinesStay;
  knob.turn = [key, each](Scenario& s, std::int32_t count) {
    s.conf.set(key, std::to_string(count * each));
  };
  return knob;
}

constexpr const char* kMaxExecutors = "spark.dynamicAllocation.maxExecutors";
// With one of them above it Spark does not start (ExecutorAllocationManager.validateSettings, and
// Utils.getDynamicAllocationInitialExecutors: the greatest of the three is the first target).
constexpr const char* kBelowMaximum[] = {"spark.dynamicAllocation.minExecutors",
                                         "spark.dynamicAllocation.initialExecutors",
                                         "spark.executor.instances"};

// ", spark.dynamicAllocation.minExecutors=4 (the log has 6)" for each that must come down with it.
std::string lowered_words(const Conf& conf, std::int32_t most) {
  std::string out;
  for (const char* key : kBelowMaximum)
    if (const std::int64_t was = conf.integer(key, 0); was > most)
      out += fmt::format(", {}={} (the log has {})", key, most, was);
  return out;
}

ExecutorKnob by_maximum(const Conf& conf, std::int32_t there) {
  ExecutorKnob knob = by_setting(kMaxExecutors, conf.integer(kMaxExecutors, there), 1, there);
  knob.assumed = "Dynamic allocation decides, up to this number. " + std::string(kMachinesStay);
  knob.turn = [conf](Scenario& s, std::int32_t count) {
    s.conf.set(kMaxExecutors, std::to_string(count));
    for (const char* key : kBelowMaximum)
      if (conf.integer(key, 0) > count) s.conf.set(key, std::to_string(count));
  };
  return knob;
}

// One executor on each worker, with all its cores.
ExecutorKnob by_workers(const Scenario& scenario, const Conf& conf) {
  for (const char* key : {"spark.cores.max", "spark.deploy.defaultCores"})
    if (conf.find(key))
      return refused("without spark.executor.cores " + std::string(key) +
                     " is spread over the workers: with it there would be executors to count");
  const std::vector<NodeSpec>& nodes = scenario.cluster.nodes;
  if (nodes.size() != 1 || !scenario.cluster.autoscaler.name.empty())
    return refused("without spark.executor.cores a worker gives all its cores to one executor, and "
                   "the workers are not one group of fixed size");
  ExecutorKnob knob;
  knob.given = knob.around = nodes.front().count;
  knob.varied = "workers";
  knob.assumed = "Without spark.executor.cores a worker gives all its cores to one executor: more "
                 "executors are more workers";
  knob.turn = [](Scenario& s, std::int32_t count) { s.cluster.nodes.front().count = count; };
  return knob;
}

// local-cluster[N,C,M]
ExecutorKnob by_master(const Scenario& scenario, const Master& master) {
  if (!scenario.cluster.nodes.empty())
    return refused("cluster.nodes says which workers local-cluster has");
  ExecutorKnob knob;
  knob.given = knob.around = master.executors;
  knob.varied = "the N of local-cluster[N,C,M]";
  knob.assumed = "The one machine that they all share stays as it is";
  knob.turn = [master](Scenario& s, std::int32_t count) {
    const std::string text = fmt::format("local-cluster[{},{},{}]", count, master.cores,
                                         master.memory.count() >> 20);
    if (s.cluster.master.empty())
      s.conf.set("spark.master", text);
    else
      s.cluster.master = text;
  };
  return knob;
}

// Recorded settings hold where the scenario does not say otherwise.
Conf conf_in_effect(const Scenario& whole, const Timeline* recorded) {
  Conf conf = recorded ? recorded->conf : whole.conf;
  for (const auto& [key, value] : whole.conf.entries()) conf.set(key, value);
  return conf;
}

std::int32_t most_registered(const Timeline& ran) {
  Specs executors;
  for (const ExecutorSpan& span : ran.executors) {
    if (!span.added.happened()) continue;
    ExecutorSpec& one = executors.emplace_back();
    one.registered_at = span.added - Time();
    if (span.removed.happened()) one.removed_at = span.removed - Time();
  }
  return most_at_once(executors);
}

}  // namespace

ExecutorKnob executor_knob(const Scenario& scenario, const Timeline& ran,
                           const Timeline* recorded) {
  const auto* log = std::get_if<LogWorkload>(&scenario.workload);
  if (log && log->pinned) return refused("tasks are pinned to the executors of the recording");
  const Scenario whole = completed(scenario);
  const std::string manager = cluster_manager_name(whole);
  const auto master =
      whole.cluster.master.empty() ? master_of(whole.conf) : parse_master(whole.cluster.master);
  if (manager == "local") return refused("local mode has one executor, the driver itself");
  if (manager == "given") {
    // A replayed log has its own executors as facts, and so has what it gave.
    const bool replays = log || recorded;
    const bool own = replays && scenario.cluster.executors.empty();
    Specs executors = own ? import_scenario(recorded ? *recorded : ran, "", false).cluster.executors
                          : executors_of(whole);
    return by_list(scenario.cluster, std::move(executors), replays, ran.wall());
  }
  if (master && master->kind == Master::Kind::LocalCluster) return by_master(scenario, *master);
  const Conf conf = conf_in_effect(whole, recorded);
  const std::int32_t there = most_registered(ran);
  if (executor_allocator_name(whole, conf) == "dynamic_allocation") return by_maximum(conf, there);
  if (manager != "standalone" && manager != "mesos")
    return by_setting("spark.executor.instances", conf.integer("spark.executor.instances", 2), 1,
                      there);
  const std::int64_t cores = conf.integer("spark.executor.cores", 0);
  if (cores > 0)
    return by_setting("spark.cores.max",
                      conf.integer("spark.cores.max", there * cores) / cores, cores, there);
  if (manager == "standalone") return by_workers(scenario, conf);
  return refused("without spark.executor.cores Mesos gives an executor what an offer has");
}

std::string submit_words(const Timeline& recorded, std::int32_t count) {
  const Conf& conf = recorded.conf;
  const std::string master = conf.text("spark.master", "");
  const bool by_cores = master.starts_with("spark://") || master.starts_with("mesos://");
  const bool by_number = master.starts_with("yarn") || master.starts_with("k8s://");
  std::int64_t value = count;
  std::string key = "spark.executor.instances";
  if (conf.flag("spark.dynamicAllocation.enabled", false) && (by_cores || by_number)) {
    key = kMaxExecutors;
  } else if (by_cores) {
    std::int64_t cores = 0;
    for (const ExecutorSpan& executor : recorded.executors)
      cores = std::max<std::int64_t>(cores, executor.cores);
    key = "spark.cores.max", value = count * cores;
  } else if (!by_number) {
    return {};
  }
  const std::string was = conf.text(key, "");
  return "for spark-submit: " + key + "=" + std::to_string(value) +
         (was.empty() ? " (the log does not set it)" : " (the log has " + was + ")") +
         (key == kMaxExecutors ? lowered_words(conf, count) : std::string());
}

}  // namespace muster
