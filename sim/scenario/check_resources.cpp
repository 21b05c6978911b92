#include <cmath>
#include <string>
#include <utility>

#include "sim/scenario/checker.h"
#include "sim/scenario/json_tree.h"
#include "sim/workload/custom_resources.h"

namespace muster {
namespace {

// TaskResourceRequest: 0.5 until 4.0 (SPARK-45527).
bool is_amount(double amount, bool new_rule) {
  const bool whole = amount >= std::floor(amount) && amount <= std::floor(amount);
  return whole || amount <= (new_rule ? 1.0 : 0.5);
}

// KubernetesUtils.buildResourcesQuantities.
std::string vendor_problem(const CustomResource& one, Master::Kind kind) {
  if (kind != Master::Kind::Kubernetes || one.of_executor <= 0 ||
      one.conf->find(one.key("executor", "vendor")))
    return "";
  return "Resource: " + one.name + " was requested, but vendor was not specified.";
}

// ResourceUtils.parseResourceRequest and ResourceProfile.calculateTasksAndLimitingResource, 3.5.7.
std::string executor_problem(const CustomResource& one) {
  const std::string* amount = one.conf->find(one.key("executor"));
  const bool named = one.conf->find(one.key("executor", "vendor")) ||
                     one.conf->find(one.key("executor", "discoveryScript"));
  if (!amount) return named ? "You must specify an amount for " + one.name : "";
  const std::int64_t low = one.conf->integer(one.key("executor"), -1);
  if (low < 0) return "For input string: \"" + *amount + "\" (expected a whole number)";
  if (one.of_task <= static_cast<double>(low) || low == 0) return "";
  return "The executor resource: " + one.name + ", amount: " + std::to_string(low) +
         " needs to be >= the task resource request amount of " + one.task_text();
}

std::string task_problem(const CustomResource& one, bool new_rule) {
  const std::string* amount = one.conf->find(one.key("task"));
  if (!amount) return "";
  if (one.conf->number(one.key("task"), -1) < 0)
    return "For input string: \"" + *amount + "\" (expected a number of at least 0)";
  if (!is_amount(one.of_task, new_rule))
    return "The resource amount " + one.task_text() + " must be either <= " +
           (new_rule ? "1.0" : "0.5") + ", or a whole number.";
  if (one.of_task > 0 && one.of_executor == 0)
    return "No executor resource configs were specified for the following task configs: " +
           one.name;
  return "";
}

}  // namespace

void check_resources(const Checker& checker, const Conf& conf, const std::string& path) {
  const int version = plausible_version(checker.scenario.spark_version);
  if (known_before(version, spark(3, 0))) return;  // they came with it
  const bool new_rule = !known_before(version, spark(4, 0)) && version != 0;
  for (const CustomResource& one : custom_resources(conf)) {
    const auto add = [&](const std::string& key, std::string what) {
      if (!what.empty()) checker.add(json_path(path, key), std::move(what));
    };
    std::string task = task_problem(one, new_rule);
    std::string executor = executor_problem(one);
    add(one.key("executor"), vendor_problem(one, cluster_kind(checker.scenario)));
    if (executor.empty()) add(one.key("task"), std::move(task));
    else add(one.key("executor"), std::move(executor));
  }
}

}  // namespace muster
