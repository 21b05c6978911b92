// The models that a scenario names or implies, made and wired for one simulation.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sim/base/problems.h"
#include "sim/engine/simulation.h"
#include "sim/scenario/scenario.h"

namespace muster {

struct Setup {
  std::deque<Application> applications;  // the first is the scenario's own
  std::vector<ApplicationInput> inputs;
  std::vector<std::unique_ptr<TaskScheduler>> schedulers;
  std::vector<std::unique_ptr<TaskCost>> costs;
  std::vector<std::unique_ptr<ExecutorAllocator>> allocators;
  std::unique_ptr<ClusterManager> manager;
  std::unique_ptr<Autoscaler> autoscaler;
  std::unique_ptr<Disturbances> disturbances;
  std::vector<ExecutorSpec> executors;
  std::vector<NodeInput> nodes;
  Scenario scenario;  // what the models were made from

  // What the simulation is given; this must outlive it.
  SimulationInput input() const;
};

// Nothing, with problems, where the scenario names what there is not. The scenario must have been
// completed.
std::unique_ptr<Setup> make_world(Application application, std::span<const ExecutorSpec> executors,
                                  const Scenario& scenario, Problems& problems);

// The scenario with what its cloud stands for: machines of instance types, settings of a release.
Scenario completed(const Scenario& scenario);

// A further application as the scenario that it would be alone: its workload, its settings.
Scenario scenario_of(const Scenario& scenario, const ApplicationSpec& spec);

}  // namespace muster
