#include "sim/run/world.h"

#include <algorithm>
#include <string>
#include <utility>

#include "models/catalog.h"
#include "models/check_models.h"
#include "models/clouds/fleets.h"
#include "sim/scenario/master.h"
#include "sim/trace/synthetic.h"

namespace muster {
namespace {

// local-cluster[N,C,M]: N workers of C cores and M MiB on this machine.
std::vector<NodeSpec> local_cluster_nodes(const Scenario& scenario) {
  const std::string& named = scenario.cluster.master;
  const auto master = named.empty() ? master_of(scenario.conf) : parse_master(named);
  if (!scenario.cluster.nodes.empty() || !master || master->kind != Master::Kind::LocalCluster)
    return scenario.cluster.nodes;
  NodeSpec workers;
  workers.name = "worker";
  workers.count = master->executors;
  workers.cores = master->cores;
  workers.memory = master->memory;
  return {workers};
}

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

// These managers are told which executors there are; the others decide.
bool executors_are_facts(const std::string& manager) {
  return manager == "given" || manager == "local";
}

// Executors that are facts count from the application's start.
void forget_start_up(Application& app) {
  app.driver_start = app.registration = app.context_start = app.after_gate = Duration();
  app.first_job_delay = app.first_stage_delay = Duration();
}

void add_application(Setup& world, Application application) {
  const ApplicationId id(world.applications.size());
  world.applications.push_back(std::move(application));
  Application& app = world.applications.back();
  const Scenario& scenario = world.scenario;
  const std::string manager = cluster_manager_name(scenario);
  const bool facts = executors_are_facts(manager);
  if (manager == "given") forget_start_up(app);
  std::string why;
  world.schedulers.push_back(
      choose_task_scheduler(scenario, app.conf, why)->make(id, app, scenario));
  const std::string cost = app.decides_attempts ? task_cost_name(scenario) : "recorded";
  world.costs.push_back(find_model(task_costs(), cost)->make(app, scenario));
  const auto* allocator =
      find_model(executor_allocators(), executor_allocator_name(scenario, app.conf));
  world.allocators.push_back(facts ? nullptr : allocator->make(id, app, scenario));
  const bool in_cluster = !facts && scenario.cluster.deploy_mode == "cluster";
  world.inputs.push_back({.application = &app,
                          .scheduler = world.schedulers.back().get(),
                          .cost = world.costs.back().get(),
                          .allocator = world.allocators.back().get(),
                          .cluster_mode = in_cluster,
                          .gated = manager != "given",
                          .max_attempts = in_cluster ? world.manager->attempts(app) : 1});
}

// The later applications of the scenario.
void add_others(Setup& world, Time first_start) {
  for (std::size_t i = 0; i < world.scenario.applications.size(); ++i) {
    const ApplicationSpec& spec = world.scenario.applications[i];
    Scenario one = scenario_of(world.scenario, spec);
    one.name = spec.name.empty() ? "application-" + std::to_string(i + 2) : spec.name;
    Application app = application_from(one);
    app.start = first_start + spec.starts_at;
    check_workload(app);
    add_application(world, std::move(app));
  }
}

}  // namespace

Scenario completed(const Scenario& scenario) {
  Scenario out = with_fleets(scenario);
  if (const CloudModel* cloud = find_model(clouds(), scenario.cluster.cloud.name))
    cloud->make(out);
  out.cluster.nodes = local_cluster_nodes(out);
  return out;
}

Scenario scenario_of(const Scenario& scenario, const ApplicationSpec& spec) {
  Scenario one = scenario;
  JobsWorkload jobs = spec.workload;
  if (!spec.name.empty()) jobs.application_name = spec.name;
  one.workload = std::move(jobs);
  for (const auto& [key, value] : spec.conf.entries()) one.conf.set(key, value);
  if (!spec.queue.empty()) one.conf.set("spark.yarn.queue", spec.queue);
  return one;
}

SimulationInput Setup::input() const {
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

std::unique_ptr<Setup> make_world(Application application, std::span<const ExecutorSpec> executors,
                                  const Scenario& scenario, Problems& problems) {
  const std::size_t before = problems.list().size();
  check_models(scenario, problems);
  if (problems.list().size() > before) return nullptr;
  std::string why;  // a recording's conf may name another scheduler
  if (!choose_task_scheduler(scenario, application.conf, why)) {
    problems.add(scenario.file, "/task_scheduler", why);
    return nullptr;
  }
  auto world = std::make_unique<Setup>();
  world->scenario = scenario;
  const std::string manager = cluster_manager_name(scenario);
  if (executors_are_facts(manager)) {
    world->executors.assign(executors.begin(), executors.end());
  } else {
    world->nodes = expand_nodes(scenario);
    slow_hosts(scenario, world->nodes);
    if (const auto* scaler = find_model(autoscalers(), scenario.cluster.autoscaler.name))
      world->autoscaler = scaler->make(world->scenario);
  }
  world->manager =
      find_model(cluster_managers(), manager)->make(world->executors, world->scenario);
  world->disturbances = make_disturbances(world->scenario);
  const Time start = application.start;
  add_application(*world, std::move(application));
  add_others(*world, start);
  return world;
}

}  // namespace muster
