#include "models/catalog.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

#include "models/cluster_managers/given.h"
#include "models/task_costs/recorded.h"
#include "models/task_schedulers/task_scheduler.h"
#include "sim/base/problems.h"

namespace muster {
namespace {

std::unique_ptr<TaskScheduler> make_fifo(ApplicationId id, const Application& app,
                                         const Scenario&) {
  return make_task_scheduler(id, app, make_fifo_order());
}

std::unique_ptr<TaskScheduler> make_fair(ApplicationId id, const Application& app,
                                         const Scenario& scenario) {
  const int version = version_number(app.spark_version);
  return make_task_scheduler(
      id, app, make_fair_order(scenario.pools, version == 0 || version >= spark(3, 4)));
}

constexpr std::array kTaskSchedulers = {
    TaskSchedulerModel{"fifo", "task sets by job, then stage (spark.scheduler.mode=FIFO)",
                       make_fifo},
    TaskSchedulerModel{"fair", "pools share by weight and minShare (spark.scheduler.mode=FAIR)",
                       make_fair},
};

constexpr std::array kClusterManagers = {
    ClusterManagerModel{"given", "executors register and leave at the times given",
                        [](std::span<const ExecutorSpec> executors, const Scenario&) {
                          return make_given_cluster(executors);
                        }},
};

constexpr std::array kTaskCosts = {
    TaskCostModel{"recorded", "each task takes what the recording or the scenario says",
                  [](const Application& app, const Scenario&) { return make_recorded_cost(app); }},
};

}  // namespace

std::span<const TaskSchedulerModel> task_schedulers() { return kTaskSchedulers; }
std::span<const ClusterManagerModel> cluster_managers() { return kClusterManagers; }
std::span<const TaskCostModel> task_costs() { return kTaskCosts; }

const TaskSchedulerModel* choose_task_scheduler(const Scenario& scenario, const Conf& conf,
                                                std::string& why) {
  std::string name = scenario.task_scheduler.name;
  if (name.empty()) name = conf.text("spark.scheduler.mode", "FIFO");
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const TaskSchedulerModel& model : kTaskSchedulers)
    if (model.name == name) return &model;
  std::vector<std::string_view> names;
  for (const TaskSchedulerModel& model : kTaskSchedulers) names.push_back(model.name);
  why = "no task scheduler `" + name + "`" + did_you_mean(name, names);
  return nullptr;
}

}  // namespace muster
