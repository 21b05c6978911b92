#include "sim/run/recorded_start.h"

#include <algorithm>

#include "sim/run/recorded_json.h"

namespace muster {
namespace {

using Kind = JsonNode::Kind;

std::optional<Duration> mark(const JsonNode& measured, std::string_view name) {
  const JsonNode* marks = measured.find("marks_ms");
  if (!marks || !marks->is(Kind::Array)) return std::nullopt;
  for (const JsonNode& one : marks->items)
    if (recorded::text(one.find("mark")) == name) return recorded::millis(one.find("t_ms"));
  return std::nullopt;
}

StartTimes read_times(const JsonNode& measured) {
  StartTimes times;
  times.application_start = recorded::millis(measured.find("app_start_ms"));
  times.context_ready = mark(measured, "context_ready");
  times.first_task = recorded::millis(measured.find("first_task_launch_ms"));
  const JsonNode* executors = measured.find("executors");
  if (!executors || !executors->is(Kind::Array)) return times;
  for (const JsonNode& one : executors->items) {
    const auto added = recorded::millis(one.find("added_ms"));
    if (added && recorded::text(one.find("id")) != "driver")
      times.first_executor = std::min(*added, times.first_executor.value_or(*added));
  }
  return times;
}

// One process of each was watched, so its list is as long as the cluster has nodes.
std::int32_t processes(const JsonNode& measured, std::string_view of) {
  const JsonNode* list = measured.find(std::string(of) + "_rss_peak_mb");
  return list && list->is(Kind::Array) ? static_cast<std::int32_t>(list->items.size()) : 0;
}

void read_cluster(const JsonNode& root, const JsonNode& measured, Scenario& scenario) {
  ClusterSpec& cluster = scenario.cluster;
  cluster.master = recorded::text(root.find("master"));
  cluster.deploy_mode = recorded::text(root.find("deploy_mode"));
  // The recordings' machine (their README): everything on two real cores.
  cluster.shared_cores = 2;
  if (cluster.master.starts_with("local")) return;
  const bool yarn = cluster.master == "yarn";
  NodeSpec node;
  node.name = yarn ? "node" : "worker";
  node.count = std::max(1, processes(measured, yarn ? "nodemanager" : "worker"));
  // Not described: without a limit of the application each worker has room for one executor.
  const bool limited = scenario.conf.find("spark.cores.max") != nullptr;
  const auto executor = static_cast<std::int32_t>(scenario.conf.integer("spark.executor.cores", 1));
  node.cores = yarn ? 4 : limited ? executor + 1 : executor;
  node.memory = Bytes::gib(yarn ? 4 : 2);
  cluster.nodes.push_back(std::move(node));
}

// Two jobs of one task each that does nothing, one after the other. A stand-in where the program
// is another one: what comes after the context's readiness is not compared then.
ProgramWorkload empty_program() {
  ProgramWorkload program;
  program.application_name = "Empty";
  program.rdds.push_back({.id = "elements", .parents = {}, .preferred_hosts = {}});
  ThreadSpec thread;
  thread.steps = {{.job = "elements"}, {.job = "elements"}};
  program.rounds.push_back({{std::move(thread)}});
  return program;
}

}  // namespace

std::optional<RecordedStart> read_recorded_start(const std::string& file) {
  const auto root = recorded::read_description(file);
  if (!root) return std::nullopt;
  const JsonNode* measured = root->find("measured");
  const std::string program = recorded::text(root->find("program"));
  if (!measured || program.empty() || !root->find("deploy_mode")) return std::nullopt;
  RecordedStart out;
  out.measured = read_times(*measured);
  if (!out.measured.application_start || !out.measured.context_ready) return std::nullopt;
  out.name = recorded::text(root->find("name"));
  out.what = recorded::text(root->find("what"));
  Scenario& scenario = out.scenario;
  scenario.name = out.name;
  scenario.spark_version = recorded::text(root->find("spark_version"));
  scenario.workload = empty_program();
  if (const JsonNode* conf = root->find("conf"))
    for (std::size_t i = 0; i < conf->keys.size(); ++i)
      scenario.conf.set(conf->keys[i], conf->items[i].text);
  read_cluster(*root, *measured, scenario);
  scenario.driver.python = mark(*measured, "python_main").has_value();
  if (!program.starts_with("empty")) out.measured.first_task.reset();
  return out;
}

}  // namespace muster
