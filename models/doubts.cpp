#include "models/doubts.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "models/catalog.h"
#include "models/clouds/emr.h"
#include "models/cluster_managers/kubernetes_selectors.h"
#include "models/cluster_managers/yarn_faults.h"
#include "sim/base/problems.h"
#include "sim/scenario/json_tree.h"
#include "sim/scenario/master.h"
#include "sim/scenario/setting_doubts.h"

namespace muster {
namespace {

class Doubter {
 public:
  Doubter(const Scenario& scenario, Problems& warnings, const SourceLines* lines)
      : scenario_(scenario), cluster_(scenario.cluster), warnings_(warnings), lines_(lines) {}

  void doubt() const {
    doubt_facts();
    doubt_nodes();
    doubt_local();
    doubt_yarn_words();
    doubt_allocator();
    doubt_shuffle_service();
    doubt_settings();
    doubt_master_settings();
    doubt_release();
    doubt_pools();
    if (std::holds_alternative<LogWorkload>(scenario_.workload)) doubt_replay();
  }

 private:
  void add(const std::string& path, std::string what) const {
    warnings_.add(scenario_.file, lines_ ? lines_->where(path) : path, std::move(what));
  }
  std::optional<Master> master() const {
    return cluster_.master.empty() ? master_of(scenario_.conf) : parse_master(cluster_.master);
  }
  bool is_local_mode() const { return master() && master()->kind == Master::Kind::Local; }

  // Executors are facts, or a manager starts them on machines.
  void doubt_facts() const {
    if (cluster_.executors.empty() || std::holds_alternative<LogWorkload>(scenario_.workload))
      return;
    const std::string manager = cluster_manager_name(scenario_);
    if (manager != "given")
      add("/cluster/executors", "do nothing: `" + manager + "` starts its own on the nodes");
    else if (!cluster_.nodes.empty())
      add("/cluster/nodes", "do nothing: `executors` says which there are");
  }

  void doubt_nodes() const {
    if (!cluster_.autoscaler.name.empty()) return;
    for (std::size_t n = 0; n < cluster_.nodes.size(); ++n)
      if (cluster_.nodes[n].max_count > cluster_.nodes[n].count)
        add("/cluster/nodes/" + std::to_string(n) + "/max_count",
            "does nothing without an `autoscaler`: the group stays at its count of " +
                std::to_string(cluster_.nodes[n].count));
  }

  void doubt_local() const {
    if (!is_local_mode() || !cluster_.executors.empty()) return;
    if (cluster_.nodes.size() > 1 || (!cluster_.nodes.empty() && master()->cores > 0))
      add("/cluster/nodes", "do nothing: " + cluster_.master + " is one process on one machine");
    if (!scenario_.applications.empty())
      add("/applications",
          "each is a process of its own with its own " + cluster_.master +
              "; that they share one machine's cores is not simulated");
    if (scenario_.conf.find("spark.executor.instances"))
      add(json_path("/spark/conf", "spark.executor.instances"),
          "does nothing in local mode: the driver is the one executor");
    // Utils.isDynamicAllocationEnabled, 3.5.
    if (scenario_.conf.flag("spark.dynamicAllocation.enabled", false))
      add(json_path("/spark/conf", "spark.dynamicAllocation.enabled"),
          "does nothing in local mode: the driver is the one executor");
  }

  void doubt_yarn_words() const {
    const bool yarn = cluster_manager_name(scenario_) == "yarn";
    if (yarn || !cluster_.cloud.name.empty()) {
      for (ModelFault& doubt : yarn_doubts(cluster_.manager, scenario_))
        add(doubt.path.empty() ? "/cluster/manager/" + doubt.parameter : doubt.path,
            std::move(doubt.what));
      return;
    }
    if (cluster_manager_name(scenario_) == "kubernetes") {
      for (ModelFault& doubt : kubernetes_doubts(scenario_)) add(doubt.path, std::move(doubt.what));
      return doubt_queues();
    }
    for (std::size_t n = 0; n < cluster_.nodes.size(); ++n)
      if (!cluster_.nodes[n].labels.empty())
        add("/cluster/nodes/" + std::to_string(n) + "/labels",
            "do nothing: they are YARN's and Kubernetes'");
    doubt_queues();
  }

  void doubt_queues() const {
    for (std::size_t a = 0; a < scenario_.applications.size(); ++a)
      if (!scenario_.applications[a].queue.empty())
        add("/applications/" + std::to_string(a) + "/queue", "does nothing: queues are YARN's");
  }

  void doubt_allocator() const {
    const std::string manager = cluster_manager_name(scenario_);
    if (scenario_.executor_allocator.name == "dynamic_allocation" &&
        (manager == "given" || manager == "local") && cluster_.cloud.name.empty())
      add("/executor_allocator", "does nothing: no manager is asked for executors");
  }

  void doubt_shuffle_service() const {
    if (cluster_manager_name(scenario_) == "kubernetes" &&
        scenario_.conf.flag("spark.shuffle.service.enabled", false))
      add(json_path("/spark/conf", "spark.shuffle.service.enabled"),
          "Spark on Kubernetes brings no external shuffle service: executors that find none on "
          "their node do not start. spark.dynamicAllocation.shuffleTracking.enabled does without");
  }

  // Of each application; what the scenario's settings say of the first is not said again.
  void doubt_settings() const {
    std::vector<SettingDoubt> told;
    const auto doubt = [&](const Conf& conf, const Conf& own, const std::string& path) {
      const Master::Kind kind = settings_kind();
      const bool dynamic = executor_allocator_name(scenario_, conf) == "dynamic_allocation";
      for (SettingDoubt& one :
           setting_doubts(conf, kind, dynamic, version_number(scenario_.spark_version))) {
        if (std::ranges::find(told, one) != told.end()) continue;
        add(json_path(own.find(one.key) ? path : "/spark/conf", one.key), one.what);
        told.push_back(std::move(one));
      }
    };
    doubt(scenario_.conf, scenario_.conf, "/spark/conf");
    for (std::size_t a = 0; a < scenario_.applications.size(); ++a) {
      Conf conf = scenario_.conf;
      const Conf& own = scenario_.applications[a].conf;
      for (const auto& [key, value] : own.entries()) conf.set(key, value);
      if (!own.empty()) doubt(conf, own, "/applications/" + std::to_string(a) + "/conf");
    }
  }

  // Where executors are facts nobody is asked for any, by settings neither.
  Master::Kind settings_kind() const {
    using enum Master::Kind;
    const std::string manager = cluster_manager_name(scenario_);
    if (manager == "standalone") return Standalone;
    if (manager == "yarn") return Yarn;
    if (manager == "kubernetes") return Kubernetes;
    return manager == "mesos" ? Mesos : Local;
  }

  // Master.scala reads them from its own spark-defaults or SPARK_MASTER_OPTS, 3.5.
  void doubt_master_settings() const {
    const auto doubt = [&](const Conf& conf, const std::string& path) {
      for (const char* key :
           {"spark.deploy.spreadOut", "spark.deploy.spreadOutApps",
            "spark.deploy.maxExecutorRetries", "spark.deploy.spreadOutDrivers",
            "spark.deploy.workerSelectionPolicy"})
        if (conf.find(key)) add(json_path(path, key), master_setting_text(key));
    };
    doubt(scenario_.conf, "/spark/conf");
    for (std::size_t a = 0; a < scenario_.applications.size(); ++a)
      doubt(scenario_.applications[a].conf, "/applications/" + std::to_string(a) + "/conf");
  }

  std::string master_setting_text(std::string_view key) const {
    std::string out = "does nothing in an application: it is a setting of the standalone master "
                      "(SPARK_MASTER_OPTS)";
    if (cluster_manager_name(scenario_) != "standalone") return out;
    if (key == "spark.deploy.spreadOut" || key == "spark.deploy.spreadOutApps")
      return out + "; here: \"manager\": {\"model\": \"standalone\", \"spread_out\": ...}";
    return out;
  }

  void doubt_release() const {
    if (cluster_.cloud.name != "emr") return;
    if (std::string what = emr_release_doubt(cluster_.cloud); !what.empty())
      add("/cluster/cloud/release", std::move(what));
  }

  void doubt_pools() const {
    const bool fair = task_scheduler_name(scenario_, scenario_.conf) == "fair";
    if (!fair && !scenario_.pools.empty())
      add("/pools", "do nothing: they are of spark.scheduler.mode FAIR");
    const auto of_jobs = [&](const JobsWorkload& workload, const std::string& path) {
      for (std::size_t j = 0; j < workload.jobs.size(); ++j)
        doubt_pool(workload.jobs[j].pool, fair, path + "/jobs/" + std::to_string(j));
    };
    if (const auto* jobs = std::get_if<JobsWorkload>(&scenario_.workload))
      of_jobs(*jobs, "/workload");
    if (const auto* program = std::get_if<ProgramWorkload>(&scenario_.workload))
      for (std::size_t r = 0; r < program->rounds.size(); ++r)
        for (std::size_t t = 0; t < program->rounds[r].threads.size(); ++t)
          doubt_pool(program->rounds[r].threads[t].pool, fair,
                     "/workload/rounds/" + std::to_string(r) + "/threads/" + std::to_string(t));
    for (std::size_t a = 0; a < scenario_.applications.size(); ++a)
      of_jobs(scenario_.applications[a].workload,
              "/applications/" + std::to_string(a) + "/workload");
  }

  // FairSchedulableBuilder.addTaskSetManager, 3.5. Without a list there is nothing to misspell.
  void doubt_pool(const std::string& pool, bool fair, const std::string& path) const {
    if (pool.empty() || pool == "default") return;
    if (scenario_.pools.empty()) {
      if (!fair) add(path + "/pool", "does nothing: pools are of spark.scheduler.mode FAIR");
      return;
    }
    if (!fair) return;  // that is said of `pools`
    std::vector<std::string_view> names;
    for (const PoolSpec& each : scenario_.pools) names.push_back(each.name);
    if (std::ranges::find(names, pool) != names.end()) return;
    add(path + "/pool",
        "`" + pool + "` is not in `pools`: Spark makes it with the default configuration "
                     "(schedulingMode: FIFO, minShare: 0, weight: 1)" + did_you_mean(pool, names));
  }

  // A replay has the recording's executors, unless the scenario names others or has machines and a
  // master for a manager.
  void doubt_replay() const {
    if (cluster_manager_name(scenario_) != "given") return;
    const char* facts = cluster_.executors.empty() ? "the recording's executors are taken"
                                                   : "`executors` says which there are";
    if (!cluster_.nodes.empty())
      add("/cluster/nodes", std::string("do nothing: ") + facts +
                                (cluster_.executors.empty() && cluster_.master.empty()
                                     ? "; with a `master` a cluster manager would start others"
                                     : ""));
    if (!cluster_.autoscaler.name.empty())
      add("/cluster/autoscaler", std::string("does nothing: ") + facts);
  }

  const Scenario& scenario_;
  const ClusterSpec& cluster_;
  Problems& warnings_;
  const SourceLines* lines_;
};

}  // namespace

void doubt_models(const Scenario& scenario, Problems& warnings, const SourceLines* lines) {
  Doubter(scenario, warnings, lines).doubt();
}

}  // namespace muster
