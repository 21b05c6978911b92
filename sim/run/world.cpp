#include "sim/run/world.h"

#include <algorithm>
#include <string>
#include <utility>

#include "models/catalog.h"
#include "models/cluster_managers/given.h"
#include "models/cluster_managers/standalone.h"
#include "models/executor_allocators/dynamic_allocation.h"
#include "models/executor_allocators/fixed.h"
#include "models/task_costs/recorded.h"
#include "models/task_costs/work.h"

namespace muster {
namespace {

std::vector<NodeInput> expand_nodes(const Scenario& scenario) {
  std::vector<NodeInput> out;
  for (std::uint32_t g = 0; g < scenario.cluster.nodes.size(); ++g) {
    const NodeSpec& group = scenario.cluster.nodes[g];
    for (std::int32_t n = 0; n < group.count; ++n)
      out.push_back({.name = group.count > 1 ? group.name + "-" + std::to_string(n + 1)
                                             : group.name,
                     .group = g,
                     .cores = group.cores,
                     .memory = group.memory.count(),
                     .starts_at = group.starts_at});
  }
  return out;
}

void slow_hosts(const Scenario& scenario, std::vector<NodeInput>& nodes) {
  const auto* program = std::get_if<ProgramWorkload>(&scenario.workload);
  if (!program) return;
  for (const RddSpec& rdd : program->rdds)
    for (NodeInput& node : nodes)
      if (!rdd.slow_host.empty() && node.name == rdd.slow_host) node.slowness = rdd.slow_factor;
}

void add_application(World& world, Application application) {
  const ApplicationId id(world.applications.size());
  world.applications.push_back(std::move(application));
  Application& app = world.applications.back();
  std::string why;
  const bool given = manager_of(world.scenario) == "given";
  if (given) {
    // Executors that are facts count from the application's start.
    app.driver_start = app.registration = app.context_start = Duration();
  }
  const bool dynamic = app.conf.flag("spark.dynamicAllocation.enabled", false);
  world.schedulers.push_back(
      choose_task_scheduler(world.scenario, app.conf, why)->make(id, app, world.scenario));
  world.costs.push_back(app.decides_attempts && !given ? make_work_cost(app, world.scenario)
                                                       : make_recorded_cost(app));
  world.allocators.push_back(given     ? nullptr
                             : dynamic ? make_dynamic_allocation(id, app)
                                       : make_fixed_allocator(app));
  world.inputs.push_back({.application = &app,
                          .scheduler = world.schedulers.back().get(),
                          .cost = world.costs.back().get(),
                          .allocator = world.allocators.back().get(),
                          .cluster_mode = !given && world.scenario.cluster.deploy_mode == "cluster",
                          .gated = !given});
}

}  // namespace

std::string manager_of(const Scenario& scenario) {
  if (!scenario.cluster.manager.name.empty()) return scenario.cluster.manager.name;
  const bool facts = !scenario.cluster.executors.empty() ||
                     std::holds_alternative<LogWorkload>(scenario.workload);
  if (facts || scenario.cluster.nodes.empty()) return "given";
  const std::string master = scenario.cluster.master.empty()
                                 ? scenario.conf.text("spark.master", "")
                                 : scenario.cluster.master;
  return master.starts_with("spark://") ? "standalone" : "given";
}

SimulationInput World::input() const {
  return {.applications = inputs,
          .executors = executors,
          .nodes = nodes,
          .groups = scenario.cluster.nodes,
          .shared_cores = scenario.cluster.shared_cores,
          .cluster_manager = manager.get(),
          .autoscaler = autoscaler.get(),
          .disturbances = disturbances.get(),
          .seed = scenario.seed,
          .replication = scenario.replication};
}

std::unique_ptr<World> make_world(Application application, std::span<const ExecutorSpec> executors,
                                  const Scenario& scenario, Problems& problems) {
  std::string why;
  if (!choose_task_scheduler(scenario, application.conf, why)) {
    problems.add(scenario.file, "/task_scheduler", why);
    return nullptr;
  }
  auto world = std::make_unique<World>();
  world->scenario = scenario;
  if (manager_of(scenario) == "given") {
    world->executors.assign(executors.begin(), executors.end());
    world->manager = make_given_cluster(world->executors);
  } else {
    world->nodes = expand_nodes(scenario);
    slow_hosts(scenario, world->nodes);
    world->manager = make_standalone(world->scenario);
  }
  add_application(*world, std::move(application));
  return world;
}

}  // namespace muster
