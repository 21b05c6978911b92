#include "models/check_models.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/catalog.h"
#include "models/clouds/fleets.h"
#include "models/clouds/instance_types.h"
#include "models/cluster_managers/kubernetes_pods.h"
#include "sim/scenario/checker.h"
#include "sim/scenario/json_tree.h"

namespace muster {
namespace {

constexpr const char* kWhichModel = "which model? Its name is missing: `model`";

class ModelChecker {
 public:
  ModelChecker(const Scenario& scenario, Problems& problems, const SourceLines* lines)
      : scenario_(scenario), problems_(problems), lines_(lines), ports_(model_ports()) {}

  // `taken`: the name of the model that is taken, which the choice need not say.
  void check(std::string_view field, const std::string& path, const ModelChoice& choice,
             const std::string& taken) const {
    const ModelInfo* model = checked(field, path, choice, taken);
    if (model && model->faults) tell(model->faults(choice, scenario_), path);
  }

  // The manager is seen as the cloud completes it.
  void check_manager(const std::string& path) const {
    Scenario whole = scenario_;
    const CloudModel* cloud = find_model(clouds(), scenario_.cluster.cloud.name);
    const bool made = cloud && cloud->make && !has_faults(*cloud);
    if (made) cloud->make(whole);
    const ModelInfo* model =
        checked("manager", path, scenario_.cluster.manager, cluster_manager_name(whole));
    if (model && model->faults) tell(model->faults(whole.cluster.manager, whole), path);
  }

  void add(const std::string& path, std::string what) const {
    problems_.add(scenario_.file, lines_ ? lines_->where(path) : path, std::move(what));
  }

 private:
  bool has_faults(const CloudModel& cloud) const {
    return cloud.faults && !cloud.faults(scenario_.cluster.cloud, scenario_).empty();
  }

  void tell(ModelFaults faults, const std::string& path) const {
    for (ModelFault& fault : faults) {
      const std::string where = fault.parameter.empty() ? path : json_path(path, fault.parameter);
      add(fault.path.empty() ? where : fault.path, std::move(fault.what));
    }
  }

  // Null where there is no such model, or its parameters are wrong.
  const ModelInfo* checked(std::string_view field, const std::string& path,
                           const ModelChoice& choice, const std::string& taken) const {
    const PortInfo& port = port_of(field);
    const bool silent = choice.name.empty() && choice.parameters.empty();
    const ModelInfo* model = nullptr;
    for (const ModelInfo& row : port.models)
      if (row.name == taken) model = &row;
    if (!model && silent) return nullptr;
    if (taken.empty()) return add(path, kWhichModel), nullptr;
    if (!model) return add(path, unknown_model(port, taken)), nullptr;
    const std::size_t before = problems_.list().size();
    for (const auto& [name, value] : choice.parameters) check(*model, path, name, value);
    return problems_.list().size() > before ? nullptr : model;
  }

  const PortInfo& port_of(std::string_view field) const {
    std::size_t p = 0;
    while (ports_[p].field != field) ++p;
    return ports_[p];
  }

  void check(const ModelInfo& model, const std::string& path, const std::string& name,
             const std::string& value) const {
    std::vector<std::string_view> names;
    for (const Parameter& parameter : model.parameters) {
      names.push_back(parameter.name);
      if (parameter.name != name) continue;
      std::string fault = parameter_fault(parameter, value);
      if (!fault.empty()) add(json_path(path, name), std::move(fault));
      return;
    }
    std::string what = "`" + std::string(model.name) + "` has no such parameter";
    const std::string near = did_you_mean(name, names);
    if (near.empty())
      for (std::size_t i = 0; i < names.size(); ++i)
        what += (i == 0 ? "; it has: " : ", ") + std::string(names[i]);
    add(json_path(path, name), what + near);
  }

  const Scenario& scenario_;
  Problems& problems_;
  const SourceLines* lines_;
  std::vector<PortInfo> ports_;
};

}  // namespace

void check_models(const Scenario& given, Problems& problems, const SourceLines* lines) {
  const Scenario scenario = with_fleets(given);
  const ModelChecker checker(scenario, problems, lines);
  const ClusterSpec& cluster = scenario.cluster;
  const bool says_manager = cluster.manager != ModelChoice();
  if (cluster.cloud.name != "emr") {  // EMR's own faults tell
    std::vector<NodeSpec> groups = given.cluster.nodes;
    for (const auto& [row, what] : size_by_type(groups))
      checker.add("/cluster/nodes/" + std::to_string(row) + "/instance", what);
  }
  // A submit line says no machines, and is asked all the same.
  if (cluster_kind(scenario) == Master::Kind::Kubernetes)
    for (ModelFault& fault : kubernetes_pod_faults(scenario))
      checker.add(fault.path, std::move(fault.what));
  checker.check_manager(says_manager ? "/cluster/manager" : "/cluster/master");
  checker.check("cloud", "/cluster/cloud", cluster.cloud, cluster.cloud.name);
  checker.check("autoscaler", "/cluster/autoscaler", cluster.autoscaler, cluster.autoscaler.name);
  for (std::size_t i = 0; i < cluster.disturbances.size(); ++i) {
    const ModelChoice& choice = cluster.disturbances[i];
    const std::string path = "/cluster/disturbances/" + std::to_string(i);
    if (choice.name.empty())
      checker.add(path, kWhichModel);
    else
      checker.check("disturbances", path, choice, choice.name);
  }
  checker.check("task_scheduler", "/task_scheduler", scenario.task_scheduler,
                task_scheduler_name(scenario, scenario.conf));
  checker.check("executor_allocator", "/executor_allocator", scenario.executor_allocator,
                executor_allocator_name(scenario, scenario.conf));
}

}  // namespace muster
