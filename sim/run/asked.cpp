#include "sim/run/asked.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "models/catalog.h"
#include "models/cluster_managers/kubernetes_pods.h"
#include "models/cluster_managers/yarn_containers.h"
#include "models/cluster_managers/yarn_settings.h"
#include "sim/run/executors.h"
#include "sim/run/world.h"
#include "sim/scenario/quantity_text.h"

namespace muster {
namespace {

using Shape = std::pair<std::int32_t, Bytes>;  // cores and heap

std::string counted(std::int64_t count, std::string_view word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

std::string shape_text(const Shape& shape) {
  return fmt::format("{} and {}", counted(shape.first, "core"), bytes_literal(shape.second));
}

std::string list_text(const std::map<Shape, std::int64_t>& shapes) {
  std::string out;
  for (const auto& [shape, count] : shapes)
    out += fmt::format("{}{} with {}", out.empty() ? "" : ", ", counted(count, "executor"),
                       shape_text(shape));
  return out.empty() ? "no executors" : out;
}

std::string facts_text(const Scenario& scenario) {
  std::map<Shape, std::int64_t> shapes;
  for (const ExecutorSpec& executor : executors_of(scenario))
    ++shapes[{executor.cores, executor.memory}];
  return list_text(shapes);
}

Application application_of(const Scenario& scenario) {
  Application app;
  app.conf = scenario.conf;
  app.conf.set("spark.master", scenario.cluster.master);
  app.spark_version = scenario.spark_version;
  return app;
}

// What the master of a standalone cluster starts at once when all its workers are there and nobody
// else is: its own rule, asked of the model.
std::map<Shape, std::int64_t> standalone_grants(const Scenario& scenario) {
  const auto manager = find_model(cluster_managers(), "standalone")->make({}, scenario);
  const Application app = application_of(scenario);
  const Application* apps[] = {&app};
  std::vector<ApplicationState> states(1);
  states[0].submitted = states[0].registered = Time();
  states[0].target = std::numeric_limits<std::int32_t>::max();
  std::vector<NodeState> nodes;
  for (const NodeSpec& group : scenario.cluster.nodes)
    for (std::int32_t n = 0; n < group.count; ++n) {
      nodes.emplace_back();
      nodes.back().cores = group.cores;
      nodes.back().memory = group.memory.count();
      nodes.back().phase = NodePhase::Ready;
    }
  View view;
  view.applications = apps;
  view.states = states;
  view.nodes = nodes;
  ClusterCommands commands;
  manager->decide(view, commands);
  std::map<Shape, std::int64_t> shapes;
  for (const ClusterCommand& command : commands)
    if (const auto* launch = std::get_if<command::LaunchExecutor>(&command))
      ++shapes[{launch->cores, Bytes(launch->charged_memory)}];
  return shapes;
}

// What one executor takes of a node; cores 0: they are not counted.
struct Container {
  std::int32_t cores = 0;
  std::int64_t memory = 0;
};

std::optional<Container> container_of(const Scenario& scenario, const std::string& manager) {
  const Application app = application_of(scenario);
  if (manager == "yarn") {
    const YarnSettings settings(scenario);
    const YarnContainer one = yarn_executor_container(
        app.conf, version_number(app.spark_version), settings.allocation);
    if (one.asked > settings.allocation.maximum) return Container{0, 0};
    return Container{settings.count_cores ? one.cores : 0, one.granted.count()};
  }
  if (manager != "kubernetes") return std::nullopt;
  const KubernetesPod pod = kubernetes_executor_pod(app);
  return Container{pod.requested_cores, pod.memory.count()};
}

// On machines that carry nothing else; with an autoscaler, on as many as there may ever be.
std::int64_t room_for(const Container& one, const ClusterSpec& cluster) {
  std::int64_t room = 0;
  for (const NodeSpec& group : cluster.nodes) {
    if (group.role == "master" || one.memory <= 0) continue;
    std::int64_t fit = group.memory.count() / one.memory;
    if (one.cores > 0) fit = std::min<std::int64_t>(fit, group.cores / one.cores);
    const bool grows = !cluster.autoscaler.name.empty();
    room += fit * (grows ? std::max(group.count, group.max_count) : group.count);
  }
  return room;
}

std::string asked_text(const Scenario& scenario, const std::string& manager) {
  const Conf& conf = scenario.conf;
  const Shape shape{static_cast<std::int32_t>(conf.integer("spark.executor.cores", 1)),
                    conf.bytes("spark.executor.memory", Bytes::gib(1), Bytes::mib(1))};
  const auto one = container_of(scenario, manager);
  const std::string room =
      one ? fmt::format(", room for {}", room_for(*one, scenario.cluster)) : "";
  if (executor_allocator_name(scenario, conf) == "dynamic_allocation") {
    const std::int64_t least = conf.integer("spark.dynamicAllocation.minExecutors", 0);
    const std::string most = conf.text("spark.dynamicAllocation.maxExecutors", "");
    return fmt::format("asks for executors by demand, {}, with {} each{}",
                       most.empty() ? fmt::format("{} or more", least)
                                    : fmt::format("{} to {}", least, most),
                       shape_text(shape), room);
  }
  const std::int64_t count = conf.integer("spark.executor.instances", 2);
  const bool fits = !one || room_for(*one, scenario.cluster) >= count;
  return fmt::format("asks for {} with {}{}", counted(count, "executor"), shape_text(shape),
                     fits ? "" : room + (count > 1 ? " of them" : ""));
}

}  // namespace

std::string executors_text(const Scenario& given) {
  const Scenario scenario = completed(given);
  const std::string manager = cluster_manager_name(scenario);
  if (manager == "given" || manager == "local") return facts_text(scenario);
  if (manager != "standalone" && manager != "mesos") return asked_text(scenario, manager);
  const bool by_demand =
      executor_allocator_name(scenario, scenario.conf) == "dynamic_allocation";
  const std::string most =
      manager == "standalone" ? list_text(standalone_grants(scenario)) : facts_text(scenario);
  return by_demand ? "by demand at most " + most : most;
}

}  // namespace muster
