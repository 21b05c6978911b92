// Models in scenario files: how they are read and written, what the checks say of them, and what
// the schema for editors knows.
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>

#include "models/catalog.h"
#include "models/check_models.h"
#include "models/describe.h"
#include "sim/scenario/json_tree.h"
#include "sim/scenario/read_scenario.h"
#include "sim/scenario/schema.h"
#include "sim/scenario/validate.h"
#include "sim/scenario/write_scenario.h"

namespace muster {
namespace {

constexpr const char* kFull = R"({
  "cluster": {
    "master": "mesos://zk:5050",
    "nodes": [
      {"name": "core", "count": 2, "instance": "m5.xlarge", "role": "core"},
      {
        "name": "task",
        "count": 0,
        "spot": true,
        "labels": "fast",
        "starts_at": "90s",
        "min_count": 0,
        "max_count": 8
      }
    ],
    "shared_cores": 2,
    "manager": {"model": "mesos", "executor_start": "2s", "executor_start_cpu": 3.5},
    "disturbances": ["network_partition", {"model": "node_loss", "node": "core-2", "at": "5m"}]
  },
  "workload": {"jobs": [{"stages": [{"tasks": 4}]}]},
  "applications": [
    {
      "name": "etl",
      "starts_at": "2m",
      "workload": {"jobs": [{"stages": [{"tasks": 2}]}]},
      "conf": {"spark.executor.cores": 2},
      "queue": "root.etl"
    }
  ]
})";

std::optional<Scenario> read(const std::string& text, SourceLines* lines = nullptr) {
  Problems problems;
  auto scenario = parse_scenario(text, "f", problems, lines);
  EXPECT_EQ(problems.text(), "") << text;
  return scenario;
}

// What both checks say, in their order.
std::string problems_of(const std::string& text) {
  SourceLines lines;
  Problems problems;
  const auto scenario = read(text, &lines);
  if (scenario) validate(*scenario, problems, &lines);
  if (scenario) check_models(*scenario, problems, &lines);
  return problems.text();
}

// One node group, one job, and this in the cluster.
std::string with(const std::string& cluster, const std::string& more = "") {
  return problems_of(R"({"cluster": {"nodes": [{"name": "w", "count": 3}], )" + cluster +
                     R"(}, "workload": {"jobs": [{"stages": [{"tasks": 1}]}]})" + more + "}");
}

TEST(ScenarioModels, EveryNewFieldIsRead) {
  const Scenario s = *read(kFull);
  const NodeSpec& task = s.cluster.nodes[1];
  EXPECT_EQ(s.cluster.nodes[0].instance, "m5.xlarge");
  EXPECT_EQ(s.cluster.nodes[0].role, "core");
  EXPECT_TRUE(task.spot);
  EXPECT_EQ(task.labels, "fast");
  EXPECT_EQ(task.starts_at, Duration::seconds(90));
  EXPECT_EQ(task.count, 0);
  EXPECT_EQ(task.max_count, 8);
  EXPECT_EQ(s.cluster.shared_cores, 2);
  const ModelChoice manager{"mesos", {{"executor_start", "2s"}, {"executor_start_cpu", "3.5"}}};
  EXPECT_EQ(s.cluster.manager, manager);
  ASSERT_EQ(s.cluster.disturbances.size(), 2U);
  EXPECT_EQ(s.cluster.disturbances[0].name, "network_partition");
  ASSERT_EQ(s.applications.size(), 1U);
  const ApplicationSpec& etl = s.applications[0];
  EXPECT_EQ(etl.name, "etl");
  EXPECT_EQ(etl.starts_at, Duration::seconds(120));
  EXPECT_EQ(etl.workload.jobs.at(0).stages.at(0).tasks, 2);
  EXPECT_EQ(etl.conf.text("spark.executor.cores", ""), "2");
  EXPECT_EQ(etl.queue, "root.etl");
  EXPECT_EQ(problems_of(kFull), "");
}

TEST(ScenarioModels, WrittenAsRead) {
  const Scenario s = *read(kFull);
  const std::string text = to_json(s);
  EXPECT_EQ(*read(text), s);
  EXPECT_NE(text.find(R"("disturbances": ["network_partition", {"model": "node_loss")"), text.npos)
      << text;
  EXPECT_EQ(text.find("min_count"), text.npos) << "a default is left out";
}

TEST(ScenarioModels, UnknownModelsAndParameters) {
  EXPECT_EQ(with(R"("manager": "mesoss")"),
            "f: line 1 /cluster/manager: no cluster manager `mesoss`: did you mean `mesos`?\n");
  EXPECT_EQ(with(R"("disturbances": [{"model": "flood"}])"),
            "f: line 1 /cluster/disturbances/0: no disturbance `flood`; there are: executor_loss, "
            "node_loss, spot_reclaim, slow_node, task_failure, network_partition\n");
  EXPECT_EQ(with(R"("disturbances": [{"at": "1s"}])"),
            "f: line 1 /cluster/disturbances/0: which model? Its name is missing: `model`\n");
  EXPECT_EQ(with(R"("autoscaler": {"wait": "1s"})"),
            "f: line 1 /cluster/autoscaler: which model? Its name is missing: `model`\n");
  EXPECT_EQ(with(R"("manager": {"model": "mesos", "refusals": "1s"})"),
            "f: line 1 /cluster/manager/refusals: `mesos` has no such parameter: did you mean "
            "`refusal`?\n");
  EXPECT_EQ(with(R"("manager": {"model": "given", "x": 1})"),
            "f: line 1 /cluster/manager/x: `given` has no such parameter\n");
  EXPECT_EQ(with(R"("shared_cores": 1)", R"(, "task_scheduler": "fairr")"),
            "f: line 1 /task_scheduler: no task scheduler `fairr`: did you mean `fair`?\n");
}

TEST(ScenarioModels, FaultyValuesAllAtOnce) {
  EXPECT_EQ(with(R"("manager": {"model": "mesos", "refusal": "soon", "executor_start_cpu": -1,
      "driver_start": "2h"})"),
            "f: line 1 /cluster/manager/refusal: expected a duration such as 30s, got `soon`\n"
            "f: line 1 /cluster/manager/executor_start_cpu: expected at least 0, got `-1`\n"
            "f: line 2 /cluster/manager/driver_start: expected at most 3600 s, got `2h`\n");
  EXPECT_EQ(with(R"("disturbances": [{"model": "executor_loss", "how": "gently"}])"),
            "f: line 1 /cluster/disturbances/0/how: expected one of "
            "crash|lost|decommission|silent, got "
            "`gently`\n");
}

// Parameters without a name are those of the model that the master stands for.
TEST(ScenarioModels, TheMasterDecidesWhereNoNameStands) {
  EXPECT_EQ(with(R"("master": "mesos://m:5050", "manager": {"refusal": "7s"})"), "");
  EXPECT_EQ(with(R"("master": "local[4]", "manager": {"refusal": "7s"})"),
            "f: line 1 /cluster/manager/refusal: `local` has no such parameter; it has: "
            "registration\n");
  Scenario s = *read(kFull);
  EXPECT_EQ(cluster_manager_name(s), "mesos");
  s.cluster.manager = {};
  EXPECT_EQ(cluster_manager_name(s), "mesos");
  s.cluster.master = "local[*]";
  EXPECT_EQ(cluster_manager_name(s), "local");
  s.cluster.executors.resize(1);
  EXPECT_EQ(cluster_manager_name(s), "given");
  EXPECT_EQ(executor_allocator_name(s, s.conf), "fixed");
  s.conf.set("spark.dynamicAllocation.enabled", "true");
  EXPECT_EQ(executor_allocator_name(s, s.conf), "dynamic_allocation");
  s.cluster.executors.clear();  // ignored in local mode
  EXPECT_EQ(executor_allocator_name(s, s.conf), "fixed");
}

TEST(ScenarioModels, WhatTheModelsThemselvesFind) {
  EXPECT_EQ(with(R"("master": "mesos://m:5050")", R"(, "spark": {"version": "4.0.0"})"),
            "f: line 1 /cluster/master: Spark 4.0 removed Mesos, deprecated since 3.2: take "
            "standalone, yarn or kubernetes, or an earlier Spark\n");
  EXPECT_EQ(with(R"("disturbances": [{"model": "node_loss", "node": "w-4"},
      {"model": "slow_node", "node": "v"}, {"model": "spot_reclaim", "node": "w"},
      {"model": "executor_loss", "application": 2}, "node_loss"])"),
            "f: line 1 /cluster/disturbances/0/node: the group `w` has 3 machines at most\n"
            "f: line 2 /cluster/disturbances/1/node: no machine and no group of nodes is called "
            "`v`: did you mean `w`?\n"
            "f: line 2 /cluster/disturbances/2/node: is not spot: write \"spot\": true in its "
            "group, or take node_loss\n"
            "f: line 3 /cluster/disturbances/3/application: the scenario has only 1\n"
            "f: line 3 /cluster/disturbances/4/node: which machine? Name a machine or a group "
            "of nodes\n");
}

TEST(ScenarioModels, CountsAndApplicationsAreValidated) {
  const auto node = [](const std::string& text) {
    return problems_of(R"({"cluster": {"nodes": [)" + text +
                       R"(]}, "workload": {"jobs": [{"stages": [{"tasks": 1}]}]}})");
  };
  EXPECT_EQ(node(R"({"count": 0})"),
            "f: line 1 /cluster/nodes/0/count: no machines, and none can be added: max_count is "
            "0\n");
  EXPECT_EQ(node(R"({"min_count": 3})"),
            "f: line 1 /cluster/nodes/0/min_count: is 3, more than max_count, 0\n");
  EXPECT_EQ(node(R"({"count": 9, "min_count": 1, "max_count": 4})"),
            "f: line 1 /cluster/nodes/0/count: is 9, not from min_count, 1, to max_count, 4\n");
  EXPECT_EQ(with(R"("shared_cores": 2)",
                 R"(, "applications": [{"workload": {"jobs": [{"stages": [
                 {"tasks": 1, "parents": ["x"]}]}]}, "conf": {"spark.task.cpus": 0}}])"),
            "f: line 2 /applications/0/workload/jobs/0/stages/0/parents/0: there is no stage "
            "\"x\"\n"
            "f: line 2 /applications/0/conf/spark.task.cpus: must be at least 1, is 0\n");
}

TEST(ScenarioModels, TheExamplesAreFine) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator("scenarios")) {
    if (entry.path().extension() != ".json") continue;
    Problems problems;
    const auto scenario = read_scenario(entry.path().string(), problems);
    ASSERT_TRUE(scenario) << problems.text();
    check_models(*scenario, problems);
    EXPECT_EQ(problems.text(), "");
    ++files;
  }
  EXPECT_GT(files, 5);
}

// Every row's defaults are values that its own table allows.
TEST(Catalog, DefaultsAreInRange) {
  std::size_t parameters = 0;
  for (const PortInfo& port : model_ports()) {
    for (const ModelInfo& model : port.models) {
      EXPECT_FALSE(model.doc.empty()) << model.name;
      for (const Parameter& parameter : model.parameters) {
        ++parameters;
        EXPECT_NE(parameter.name, "model") << model.name;
        EXPECT_FALSE(parameter.doc.empty() || parameter.source.empty())
            << model.name << "." << parameter.name;
        EXPECT_EQ(parameter_fault(parameter, parameter.fallback), "")
            << model.name << "." << parameter.name;
      }
    }
  }
  EXPECT_GT(parameters, 30U);
}

TEST(Catalog, RangesInWords) {
  const Parameter times{"t", ParameterType::Duration, "1s", "d", "s", 0.001, 3600};
  EXPECT_EQ(parameter_range(times), "duration, 1ms to 1h");
  const Parameter sizes{"t", ParameterType::Size, "1g", "d", "s", 32};
  EXPECT_EQ(parameter_range(sizes), "size, at least 32m");
  const Parameter counts{"t", ParameterType::Count, "1", "d", "s", 0, 10};
  EXPECT_EQ(parameter_range(counts), "whole number, at most 10");
  const Parameter choice{"t", ParameterType::Text, "a", "d", "s", 0, 0, "a|b|c"};
  EXPECT_EQ(parameter_range(choice), "a, b or c");
}

const JsonNode* find(const JsonNode* node, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys)
    if (node) node = node->find(key);
  return node;
}

TEST(Catalog, SchemaCompletesParameters) {
  const auto ports = model_ports();
  Problems problems;
  const auto root = parse_json(json_schema(schema_ports(ports)), "schema", problems);
  ASSERT_TRUE(root) << problems.text();
  const JsonNode* manager =
      find(&*root, {"properties", "cluster", "properties", "manager", "anyOf"});
  ASSERT_TRUE(manager);
  const JsonNode* names = manager->items[0].find("enum");
  ASSERT_TRUE(names);
  EXPECT_EQ(names->items.at(0).text, "given");
  // The names, one object for each, and one for parameters without a name.
  ASSERT_EQ(manager->items.size(), names->items.size() + 2);
  for (std::size_t i = 1; i <= names->items.size(); ++i) {
    const JsonNode* model = find(&manager->items[i], {"properties", "model", "const"});
    ASSERT_TRUE(model);
    EXPECT_EQ(model->text, names->items[i - 1].text);
    EXPECT_EQ(find(&manager->items[i], {"additionalProperties"})->text, "false");
  }
  const JsonNode* disturbances =
      find(&*root, {"properties", "cluster", "properties", "disturbances", "items", "anyOf"});
  ASSERT_TRUE(disturbances);
  const JsonNode& loss = disturbances->items.at(1);
  EXPECT_EQ(find(&loss, {"properties", "how", "enum"})->items.size(), 4U);
  EXPECT_EQ(find(&loss, {"properties", "number", "anyOf"})->items[0].find("minimum")->text, "1");
  EXPECT_EQ(find(&loss, {"properties", "number", "description"})->text,
            "The n-th executor that the application was granted, from 1; whole number, 1 to "
            "1000000; default 1");
}

}  // namespace
}  // namespace muster
