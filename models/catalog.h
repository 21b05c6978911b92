// The one table that names every model: port, JSON name, one line, parameters, maker. Reading it is
// reading the product; the command line, the checks, the schema and the window list what stands
// here. A new model is one row in catalog.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/fault.h"
#include "models/parameters.h"
#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"
#include "sim/workload/application.h"

namespace muster {

// What is wrong with a use of the model beyond the values of single parameters; null: nothing.
using FaultsOfModel = ModelFaults (*)(const ModelChoice&, const Scenario&);

// A row: name (as in scenario files), one line, parameters, then how it is made.
template <class Maker>
struct Model {
  std::string_view name;
  std::string_view doc;
  std::span<const Parameter> parameters;
  Maker make;
  FaultsOfModel faults = nullptr;
};

using TaskSchedulerModel =
    Model<std::unique_ptr<TaskScheduler> (*)(ApplicationId, const Application&, const Scenario&)>;
using ExecutorAllocatorModel = Model<std::unique_ptr<ExecutorAllocator> (*)(
    ApplicationId, const Application&, const Scenario&)>;
// The executors are those given as facts, groups expanded.
using ClusterManagerModel =
    Model<std::unique_ptr<ClusterManager> (*)(std::span<const ExecutorSpec>, const Scenario&)>;
using AutoscalerModel = Model<std::unique_ptr<Autoscaler> (*)(const Scenario&)>;
// The number is the row of ClusterSpec::disturbances.
using DisturbanceModel =
    Model<std::unique_ptr<Disturbances> (*)(const ModelChoice&, std::uint32_t, const Scenario&)>;
// A cloud fills in what its names stand for: machines of instance types, settings of a release.
using CloudModel = Model<void (*)(Scenario&)>;
using TaskCostModel = Model<std::unique_ptr<TaskCost> (*)(const Application&, const Scenario&)>;

// All rows of a port. Of task schedulers, cluster managers and task costs the first is the default
// where neither the scenario nor Spark's configuration decides.
std::span<const TaskSchedulerModel> task_schedulers();
std::span<const ExecutorAllocatorModel> executor_allocators();
std::span<const ClusterManagerModel> cluster_managers();
std::span<const AutoscalerModel> autoscalers();
std::span<const DisturbanceModel> disturbances();
std::span<const CloudModel> clouds();
std::span<const TaskCostModel> task_costs();

// A port as data, for lists and checks.
struct ModelInfo {
  std::string_view name;
  std::string_view doc;
  std::span<const Parameter> parameters;
  FaultsOfModel faults = nullptr;
};
struct PortInfo {
  std::string_view name;     // "cluster manager"
  std::string_view field;    // of the scenario file; empty: it is not chosen there
  std::string_view section;  // that the field is in: "cluster", or empty
  std::string_view doc;      // the question that its models answer
  bool has_default = false;  // without a name something else decides
  std::vector<ModelInfo> models;
};
std::vector<PortInfo> model_ports();

// The name of the model that is taken: the one that is written, else what Spark's configuration and
// the master say. Small letters. Of ports that need not have a model: may be empty.
std::string task_scheduler_name(const Scenario& scenario, const Conf& conf);
std::string executor_allocator_name(const Scenario& scenario, const Conf& conf);
// Where the master's own manager has no row, or no master is given: "given".
std::string cluster_manager_name(const Scenario& scenario);

// Of a replay, of jobs and of programs written out.
std::string task_cost_name(const Scenario& scenario);

// The row of this name; null: none.
template <class Row>
const Row* find_model(std::span<const Row> rows, std::string_view name) {
  for (const Row& row : rows)
    if (row.name == name) return &row;
  return nullptr;
}

// The row for a scenario. Null and a text in `why` when there is no such model.
const TaskSchedulerModel* choose_task_scheduler(const Scenario& scenario, const Conf& conf,
                                                std::string& why);

// All disturbances of the scenario as one; null: none.
std::unique_ptr<Disturbances> make_disturbances(const Scenario& scenario);

// "no task scheduler `fare`: did you mean `fair`?", or with the names that there are.
std::string unknown_model(const PortInfo& port, std::string_view name);

}  // namespace muster
