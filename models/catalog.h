// The one table that names every model: port, JSON name, one line, maker. Reading it is reading the
// product; the command line, the scenario reader and the window list what stands here.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"
#include "sim/workload/application.h"

namespace muster {

struct TaskSchedulerModel {
  std::string_view name;  // as in scenario files
  std::string_view doc;   // one line
  std::unique_ptr<TaskScheduler> (*make)(ApplicationId, const Application&, const Scenario&);
};
struct ClusterManagerModel {
  std::string_view name;
  std::string_view doc;
  std::unique_ptr<ClusterManager> (*make)(std::span<const ExecutorSpec>, const Scenario&);
};
struct TaskCostModel {
  std::string_view name;
  std::string_view doc;
  std::unique_ptr<TaskCost> (*make)(const Application&, const Scenario&);
};

// All rows of a port; the first is the default where the scenario names none and Spark's
// configuration does not decide.
std::span<const TaskSchedulerModel> task_schedulers();
std::span<const ClusterManagerModel> cluster_managers();
std::span<const TaskCostModel> task_costs();

// The row for a scenario: the named model, else what spark.scheduler.mode says. Null and a text in
// `why` when there is no such model.
const TaskSchedulerModel* choose_task_scheduler(const Scenario& scenario, const Conf& conf,
                                                std::string& why);

}  // namespace muster
