#include "models/cluster_managers/yarn_faults.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "models/cluster_managers/yarn.h"
#include "models/cluster_managers/yarn_queues.h"
#include "models/cluster_managers/yarn_settings.h"
#include "sim/base/problems.h"
#include "sim/scenario/json_tree.h"

namespace muster {
namespace {

constexpr const char* kYarnQueueKey = "spark.yarn.queue";

// ": did you mean `etl`?", or all of them.
std::string yarn_nearest(std::string_view name, const std::vector<std::string_view>& names,
                         std::string_view all) {
  const std::string near = did_you_mean(name, names);
  return near.empty() ? fmt::format("; {}: {}", all, fmt::join(names, ", ")) : near;
}

void yarn_queue_faults(const Parameters& given, const Scenario& scenario, ModelFaults& faults) {
  std::vector<std::string> wrong;
  const std::vector<YarnQueue> queues = parse_yarn_queues(given.text("queues"), wrong);
  const bool fair = given.text("scheduler") == "fair";
  if (!fair && wrong.empty()) wrong = yarn_capacity_faults(queues);
  for (std::string& what : wrong) faults.push_back({"queues", std::move(what)});
  std::vector<std::string_view> names;
  for (const YarnQueue& queue : queues) names.push_back(queue.name);
  if (fair) return;  // it makes those that are missing
  std::vector<std::string> told;  // settings of the scenario hold for all its applications
  for (const YarnUse& use : yarn_uses(scenario)) {
    const std::string asked = use.conf.text(kYarnQueueKey, "default");
    if (std::ranges::find(names, yarn_queue_name(asked)) != names.end()) continue;
    if (std::ranges::find(told, use.queue_path) != told.end()) continue;
    told.push_back(use.queue_path);
    const char* unsaid = use.conf.find(kYarnQueueKey) ? "" : ", which is where it goes unsaid";
    faults.push_back({"",
                      fmt::format("YARN refuses an application submitted to unknown queue: {}{}{}",
                                  asked, unsaid,
                                  yarn_nearest(yarn_queue_name(asked), names, "there are")),
                      use.queue_path});
  }
}

class YarnLabels {
 public:
  YarnLabels(const Scenario& scenario, ModelFaults& faults) : faults_(faults) {
    for (const NodeSpec& node : scenario.cluster.nodes)
      if (!node.labels.empty() && node.role != "master" &&
          std::ranges::find(names_, node.labels) == names_.end())
        names_.push_back(node.labels);
  }
  // SchedulerUtils.validateResourceRequest, Hadoop 3.3: InvalidLabelResourceRequestException.
  void check(const std::string& label, const std::string& parameter, const std::string& path) {
    if (label.empty() || std::ranges::find(names_, label) != names_.end()) return;
    std::string what = fmt::format(
        "YARN refuses it: \"Invalid label resource request, cluster do not contain , label= {}\"",
        label);
    what += names_.empty() ? "; no node has a label (cluster.nodes[].labels)"
                           : yarn_nearest(label, names_, "the nodes have");
    faults_.push_back({parameter, std::move(what), path});
  }

 private:
  ModelFaults& faults_;
  std::vector<std::string_view> names_;
};

void yarn_label_faults(const Parameters& given, const Scenario& scenario, ModelFaults& faults) {
  YarnLabels labels(scenario, faults);
  const auto& cloud = scenario.cluster.cloud.parameters;
  const bool by_cloud =
      std::ranges::any_of(cloud, [](const auto& each) { return each.first == "am_label"; });
  labels.check(given.text("am_label"), "am_label", by_cloud ? "/cluster/cloud/am_label" : "");
  std::vector<std::string> wrong;
  for (const YarnQueue& queue : parse_yarn_queues(given.text("queues"), wrong))
    labels.check(queue.label, "queues", "");
  std::vector<std::string> told;
  for (const YarnUse& use : yarn_uses(scenario))
    for (const char* key :
         {"spark.yarn.am.nodeLabelExpression", "spark.yarn.executor.nodeLabelExpression"}) {
      const std::string label = use.conf.text(key, "");
      if (std::ranges::find(told, key + label) != told.end()) continue;
      told.push_back(key + label);
      labels.check(label, "", json_path(use.path, key));
    }
}

}  // namespace

std::vector<YarnUse> yarn_uses(const Scenario& scenario) {
  std::vector<YarnUse> uses = {
      {scenario.conf, "/spark/conf", json_path("/spark/conf", kYarnQueueKey)}};
  for (std::size_t a = 0; a < scenario.applications.size(); ++a) {
    const ApplicationSpec& spec = scenario.applications[a];
    const std::string path = "/applications/" + std::to_string(a);
    YarnUse use = {scenario.conf, path + "/conf", uses.front().queue_path};
    for (const auto& [key, value] : spec.conf.entries()) use.conf.set(key, value);
    if (spec.conf.find(kYarnQueueKey)) use.queue_path = json_path(use.path, kYarnQueueKey);
    if (!spec.queue.empty()) {
      use.conf.set(kYarnQueueKey, spec.queue);
      use.queue_path = path + "/queue";
    }
    uses.push_back(std::move(use));
  }
  return uses;
}

ModelFaults yarn_doubts(const ModelChoice& choice, const Scenario& scenario) {
  const Parameters given(yarn_parameters(), choice);
  const bool fair = given.text("scheduler") == "fair";
  ModelFaults doubts;
  std::vector<std::string> wrong;
  std::vector<std::string_view> names;
  const std::vector<YarnQueue> queues = parse_yarn_queues(given.text("queues"), wrong);
  const YarnQueue plain;
  for (const YarnQueue& queue : queues) {
    names.push_back(queue.name);
    const bool of_capacity =
        queue.capacity < plain.capacity || queue.user_limit < 1 || queue.user_limit > 1;
    const bool of_fair = queue.weight < 1 || queue.weight > 1 || queue.min_share > 0;
    if (fair && of_capacity)
      doubts.push_back({"queues", "queue " + queue.name + ": capacity and user_limit do nothing: "
                                  "they are the CapacityScheduler's; fair has weight"});
    if (!fair && of_fair)
      doubts.push_back({"queues", "queue " + queue.name + ": weight and min_share do nothing: they "
                                  "are the FairScheduler's; capacity has capacity"});
  }
  const std::string unnamed = yarn_unnamed_queue(given);
  const bool lists_default = given.given("queues") &&
                             std::ranges::find(names, std::string_view("default")) != names.end();
  std::vector<std::string> told;
  for (const YarnUse& use : yarn_uses(scenario)) {
    const std::string named = yarn_asked_queue(use.conf, unnamed);
    const std::string asked(yarn_queue_name(named));
    const bool there = std::ranges::find(names, asked) != names.end();
    if (!fair || there || asked == "default" ||
        std::ranges::find(told, use.queue_path) != told.end())
      continue;
    told.push_back(use.queue_path);
    if (named == unnamed) {
      if (lists_default)
        doubts.push_back({"default_queue",
                          "an application that names no queue goes to root.<user>, of weight 1, "
                          "not to `default` (yarn.scheduler.fair.user-as-default-queue); "
                          "\"default_queue\": \"default\" turns that off"});
      continue;
    }
    doubts.push_back({"",
                      "`" + asked + "` is not in `queues`: the FairScheduler makes it, of weight 1 "
                                    "(allow-undeclared-pools)" + did_you_mean(asked, names),
                      use.queue_path});
  }
  return doubts;
}

ModelFaults yarn_faults(const ModelChoice& choice, const Scenario& scenario) {
  const Parameters given(yarn_parameters(), choice);
  ModelFaults faults;
  yarn_queue_faults(given, scenario, faults);
  yarn_label_faults(given, scenario, faults);
  return faults;
}

}  // namespace muster
