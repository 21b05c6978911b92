#include "models/catalog.h"

#include <array>
#include <cctype>
#include <utility>

#include "models/autoscalers/cluster_autoscaler.h"
#include "models/autoscalers/emr_managed.h"
#include "models/autoscalers/karpenter.h"
#include "models/clouds/emr.h"
#include "models/cluster_managers/given.h"
#include "models/cluster_managers/kubernetes.h"
#include "models/cluster_managers/local.h"
#include "models/cluster_managers/mesos.h"
#include "models/cluster_managers/standalone.h"
#include "models/cluster_managers/yarn.h"
#include "models/cluster_managers/yarn_faults.h"
#include "models/disturbances/executor_loss.h"
#include "models/disturbances/network_partition.h"
#include "models/disturbances/node_loss.h"
#include "models/disturbances/several.h"
#include "models/disturbances/slow_node.h"
#include "models/disturbances/spot_reclaim.h"
#include "models/disturbances/task_failure.h"
#include "models/executor_allocators/dynamic_allocation.h"
#include "models/executor_allocators/fixed.h"
#include "models/task_costs/recorded.h"
#include "models/task_costs/work.h"
#include "models/task_schedulers/task_scheduler.h"
#include "sim/base/problems.h"
#include "sim/scenario/master.h"

namespace muster {
namespace {

using Executors = std::span<const ExecutorSpec>;

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

std::string small_letters(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// The manager that a master stands for.
std::string_view manager_of(Master::Kind kind) {
  switch (kind) {
    case Master::Kind::Local: return "local";
    case Master::Kind::LocalCluster:
    case Master::Kind::Standalone: return "standalone";
    case Master::Kind::Yarn: return "yarn";
    case Master::Kind::Kubernetes: return "kubernetes";
    case Master::Kind::Mesos: return "mesos";
  }
  return {};
}

// A master that another manager stands behind.
ModelFaults manager_faults(const Scenario& scenario, std::string_view manager) {
  const std::string& named = scenario.cluster.master;
  const auto master = named.empty() ? master_of(scenario.conf) : parse_master(named);
  if (!master || manager_of(master->kind) == manager) return {};
  return {{"", "does not go with the master " +
                   (named.empty() ? scenario.conf.text("spark.master", "") : named) +
                   ", which is for the manager `" + std::string(manager_of(master->kind)) +
                   "`: leave one of them out"}};
}

// An autoscaler is part of one kind of cluster.
ModelFaults autoscaler_faults(const Scenario& given, std::string_view manager) {
  Scenario scenario = given;
  if (const CloudModel* cloud = find_model(clouds(), given.cluster.cloud.name))
    cloud->make(scenario);
  const std::string taken = cluster_manager_name(scenario);
  if (taken == manager) return {};
  return {{"", "works with the cluster manager " + std::string(manager) + " only; here it is `" +
                   taken + "`"}};
}

}  // namespace

// Tables are made at their first use: parameters come from other files.

std::span<const TaskSchedulerModel> task_schedulers() {
  static const std::array rows = {
      TaskSchedulerModel{
          "fifo", "task sets by job, then stage (spark.scheduler.mode=FIFO)", {}, make_fifo},
      TaskSchedulerModel{
          "fair", "pools share by weight and minShare (spark.scheduler.mode=FAIR)", {}, make_fair},
  };
  return rows;
}

std::span<const ExecutorAllocatorModel> executor_allocators() {
  static const std::array rows = {
      ExecutorAllocatorModel{
          "fixed", "spark.executor.instances, or as many cores as spark.cores.max allows", {},
          [](ApplicationId, const Application& app, const Scenario&) {
            return make_fixed_allocator(app);
          }},
      ExecutorAllocatorModel{
          "dynamic_allocation", "by backlog and idleness (spark.dynamicAllocation.enabled)", {},
          [](ApplicationId id, const Application& app, const Scenario&) {
            return make_dynamic_allocation(id, app);
          }},
  };
  return rows;
}

std::span<const ClusterManagerModel> cluster_managers() {
  static const std::array rows = {
      ClusterManagerModel{
          "given", "executors register and leave at the times given", {},
          [](Executors executors, const Scenario&) { return make_given_cluster(executors); }},
      ClusterManagerModel{"local", "driver and one executor in one process (local[N])",
                          local_parameters(), make_local, local_faults},
      ClusterManagerModel{
          "standalone", "Spark's own: workers' cores, spreadOut, drivers first",
          standalone_parameters(),
          [](Executors, const Scenario& scenario) { return make_standalone(scenario); },
          [](const ModelChoice&, const Scenario& scenario) {
            return manager_faults(scenario, "standalone");
          }},
      ClusterManagerModel{
          "yarn", "Hadoop's: containers at heartbeats, queues, labels, application masters",
          yarn_parameters(),
          [](Executors, const Scenario& scenario) { return make_yarn(scenario); },
          [](const ModelChoice& choice, const Scenario& scenario) {
            ModelFaults faults = manager_faults(scenario, "yarn");
            for (ModelFault& fault : yarn_faults(choice, scenario))
              faults.push_back(std::move(fault));
            return faults;
          }},
      ClusterManagerModel{
          "kubernetes", "pods in batches, node fit, image pulls", kubernetes_parameters(),
          [](Executors, const Scenario& scenario) { return make_kubernetes(scenario); },
          [](const ModelChoice&, const Scenario& scenario) {
            return manager_faults(scenario, "kubernetes");
          }},
      ClusterManagerModel{"mesos", "coarse-grained mode: executors on offers of agents' free cores",
                          mesos_parameters(),
                          [](Executors, const Scenario& scenario) { return make_mesos(scenario); },
                          [](const ModelChoice& choice, const Scenario& scenario) {
                            ModelFaults faults = manager_faults(scenario, "mesos");
                            for (ModelFault& fault : mesos_faults(choice, scenario))
                              faults.push_back(std::move(fault));
                            return faults;
                          }},
  };
  return rows;
}

std::span<const AutoscalerModel> autoscalers() {
  static const std::array rows = {
      AutoscalerModel{"cluster_autoscaler", "Kubernetes Cluster Autoscaler: node groups",
                      cluster_autoscaler_parameters(), make_cluster_autoscaler,
                      [](const ModelChoice&, const Scenario& scenario) {
                        return autoscaler_faults(scenario, "kubernetes");
                      }},
      AutoscalerModel{"karpenter", "Karpenter: machines that fit the pending pods",
                      karpenter_parameters(), make_karpenter,
                      [](const ModelChoice&, const Scenario& scenario) {
                        return autoscaler_faults(scenario, "kubernetes");
                      }},
      AutoscalerModel{"emr_managed", "EMR managed scaling: Task first, Core never below HDFS",
                      emr_managed_parameters(), make_emr_managed,
                      [](const ModelChoice&, const Scenario& scenario) {
                        return autoscaler_faults(scenario, "yarn");
                      }},
  };
  return rows;
}

std::span<const DisturbanceModel> disturbances() {
  static const std::array rows = {
      DisturbanceModel{"executor_loss", "an executor crashes, is lost or is told to go",
                       executor_loss_parameters(), make_executor_loss, executor_loss_faults},
      DisturbanceModel{"node_loss", "machines break, with all that is on them",
                       node_loss_parameters(), make_node_loss, node_loss_faults},
      DisturbanceModel{"spot_reclaim", "the cloud takes spot machines back after a notice",
                       spot_reclaim_parameters(), make_spot_reclaim, spot_reclaim_faults},
      DisturbanceModel{"slow_node", "tasks on some machines take longer for a while",
                       slow_node_parameters(), make_slow_node, slow_node_faults},
      DisturbanceModel{"task_failure", "task attempts fail now and then",
                       task_failure_parameters(), make_task_failure, task_failure_faults},
      DisturbanceModel{"network_partition",
                       "driver and executors do not hear each other (client mode)",
                       network_partition_parameters(), make_network_partition,
                       network_partition_faults},
  };
  return rows;
}

std::span<const CloudModel> clouds() {
  static const std::array rows = {
      CloudModel{"emr", "Amazon EMR: Master/Core/Task, releases 5, 6, 7, instance types",
                 emr_parameters(), [](Scenario& scenario) { apply_emr(scenario); }, emr_faults},
  };
  return rows;
}

std::span<const TaskCostModel> task_costs() {
  static const std::array rows = {
      TaskCostModel{
          "recorded", "each task takes what the recording or the scenario says", {},
          make_recorded_cost},
      TaskCostModel{
          "written", "what the scenario says for its slot; slow machines and lost outputs count",
          {}, make_written_cost},
      TaskCostModel{"work", "the task's own work, and what Spark does around it",
                    work_cost_parameters(), make_work_cost},
  };
  return rows;
}

std::vector<PortInfo> model_ports() {
  std::vector<PortInfo> ports;
  const auto add = [&ports](PortInfo port, const auto& rows) {
    for (const auto& row : rows)
      port.models.push_back({row.name, row.doc, row.parameters, row.faults});
    ports.push_back(std::move(port));
  };
  add({"task scheduler", "task_scheduler", "", "which task runs where and when", true, {}},
      task_schedulers());
  add({"executor allocator", "executor_allocator", "",
       "how many executors an application asks for, and which it gives back", true, {}},
      executor_allocators());
  add({"cluster manager", "manager", "cluster", "where drivers and executors come to life", true,
       {}},
      cluster_managers());
  add({"cloud", "cloud", "cluster", "what machines are, and what they cost", false, {}}, clouds());
  add({"autoscaler", "autoscaler", "cluster", "how many machines there are", false, {}},
      autoscalers());
  add({"disturbance", "disturbances", "cluster", "what goes wrong", false, {}}, disturbances());
  add({"task cost", "task_cost", "", "how long a task takes", true, {}}, task_costs());
  return ports;
}

std::string task_scheduler_name(const Scenario& scenario, const Conf& conf) {
  const std::string& name = scenario.task_scheduler.name;
  return small_letters(name.empty() ? conf.text("spark.scheduler.mode", "FIFO") : name);
}

std::string executor_allocator_name(const Scenario& scenario, const Conf& conf) {
  if (!scenario.executor_allocator.name.empty()) return scenario.executor_allocator.name;
  const bool asks = conf.flag("spark.dynamicAllocation.enabled", false) &&
                    cluster_manager_name(scenario) != "local";
  return asks ? "dynamic_allocation" : "fixed";
}

std::string cluster_manager_name(const Scenario& scenario) {
  const ClusterSpec& cluster = scenario.cluster;
  if (!cluster.manager.name.empty()) return cluster.manager.name;
  const bool replays = std::holds_alternative<LogWorkload>(scenario.workload);
  const bool recorded = replays && cluster.nodes.empty();
  const auto master =
      cluster.master.empty() ? master_of(scenario.conf) : parse_master(cluster.master);
  if (!cluster.executors.empty() || recorded || !master) return "given";
  const std::string_view name = manager_of(master->kind);
  return find_model(cluster_managers(), name) ? std::string(name) : "given";
}

std::string task_cost_name(const Scenario& scenario) {
  if (!scenario.task_cost.name.empty()) return scenario.task_cost.name;
  if (std::holds_alternative<LogWorkload>(scenario.workload)) return "recorded";
  return std::holds_alternative<ProgramWorkload>(scenario.workload) ? "work" : "written";
}

const TaskSchedulerModel* choose_task_scheduler(const Scenario& scenario, const Conf& conf,
                                                std::string& why) {
  const std::string name = task_scheduler_name(scenario, conf);
  const TaskSchedulerModel* row = find_model(task_schedulers(), name);
  if (!row) why = unknown_model(model_ports().front(), name);
  return row;
}

std::unique_ptr<Disturbances> make_disturbances(const Scenario& scenario) {
  std::vector<std::unique_ptr<Disturbances>> parts;
  const std::vector<ModelChoice>& choices = scenario.cluster.disturbances;
  for (std::uint32_t i = 0; i < choices.size(); ++i)
    if (const DisturbanceModel* row = find_model(disturbances(), choices[i].name))
      parts.push_back(row->make(choices[i], i, scenario));
  return parts.empty() ? nullptr : make_several(std::move(parts));
}

std::string unknown_model(const PortInfo& port, std::string_view name) {
  std::vector<std::string_view> names;
  for (const ModelInfo& model : port.models) names.push_back(model.name);
  std::string text = "no " + std::string(port.name) + " `" + std::string(name) + "`";
  const std::string near = did_you_mean(name, names);
  if (!near.empty() || names.empty()) return text + near;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "; there are: " : ", ") + std::string(names[i]);
  return text;
}

}  // namespace muster
