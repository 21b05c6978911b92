// GPUs and the like: how many tasks run at a time on an executor, and what Spark refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/plan/explain.h"
#include "sim/run/check_scenario.h"
#include "sim/timeline/slots.h"
#include "sim/workload/custom_resources.h"
#include "tests/simulated.h"

namespace muster {
namespace {

using ::testing::HasSubstr;
using Settings = std::vector<std::pair<std::string, std::string>>;

Conf conf_of(const Settings& settings) {
  Conf conf;
  for (const auto& [key, value] : settings) conf.set(key, value);
  return conf;
}

Settings amounts(const std::string& executor, const std::string& task) {
  return {{"spark.executor.resource.gpu.amount", executor},
          {"spark.task.resource.gpu.amount", task}};
}

std::int64_t slots(const std::string& executor, const std::string& task) {
  return resource_slots(conf_of(amounts(executor, task)), spark(3, 5));
}

TEST(CustomResources, FractionsShareAnAddress) {
  EXPECT_EQ(slots("1", "1"), 1);
  EXPECT_EQ(slots("2", "0.5"), 4);
  EXPECT_EQ(slots("1", "0.25"), 4);
  EXPECT_EQ(slots("1", "0.3"), 3);  // floor(1 / 0.3)
  EXPECT_EQ(slots("5", "2"), 2);
  EXPECT_EQ(slots("2", "0"), CustomResource::kNoLimit);
  EXPECT_EQ(resource_slots(conf_of(amounts("1", "1")), spark(2, 4)), CustomResource::kNoLimit);
}

TEST(CustomResources, TheScarcestDecides) {
  Settings both = amounts("4", "1");
  both.emplace_back("spark.executor.resource.fpga.amount", "1");
  both.emplace_back("spark.task.resource.fpga.amount", "0.5");
  EXPECT_EQ(resource_slots(conf_of(both), 0), 2);
}

// Two executors of four cores.
Scenario scenario_of(const Settings& settings, const std::string& master = "spark://m:7077") {
  Scenario scenario;
  scenario.cluster.master = master;
  NodeSpec node;
  node.name = "n", node.count = 2, node.cores = 4, node.memory = Bytes::gib(8);
  scenario.cluster.nodes = {node};
  scenario.conf = conf_of(settings);
  StageSpec stage;
  stage.tasks = 12;
  stage.duration = ConstantDuration{Duration::seconds(10)};
  JobSpec job;
  job.stages = {stage};
  scenario.workload = JobsWorkload{.jobs = {job}, .resource_profiles = {}, .tail = {}};
  return scenario;
}

// The finish is stamped when the driver has handled the result: the slot was free before.
constexpr Duration kHandled = Duration::millis(100);

std::size_t most_at_a_time(const Timeline& timeline) {
  const AttemptTable& attempts = timeline.attempts;
  std::size_t most = 0;
  for (std::size_t a = 0; a < attempts.size(); ++a) {
    std::size_t beside = 0;
    for (std::size_t b = 0; b < attempts.size(); ++b)
      beside += attempts.executor[a] == attempts.executor[b] &&
                attempts.launch[b] <= attempts.launch[a] &&
                attempts.finish[b] > attempts.launch[a] + kHandled;
    most = std::max(most, beside);
  }
  return most;
}

TEST(CustomResources, LimitTheTasksOfAnExecutor) {
  const std::map<std::string, std::size_t> cases = {{"1", 1}, {"0.5", 2}, {"0.1", 4}};
  for (const auto& [task, tasks] : cases)
    for (const char* mode : {"FIFO", "FAIR"}) {
      Settings settings = amounts("1", task);
      settings.emplace_back("spark.scheduler.mode", mode);
      const Result result = result_of(scenario_of(settings));
      EXPECT_TRUE(result.succeeded) << result.failure;
      EXPECT_EQ(most_at_a_time(result.timeline), tasks) << task << mode;
      const Slots dealt = assign_slots(result.timeline);
      EXPECT_EQ(dealt.count, 2 * tasks);
      const IdleTime idle = explain_idle(result.timeline);
      EXPECT_EQ(idle.of(IdleCause::Remainder) > Duration(), tasks < 4);
    }
}

// ExecutorAllocationManager asks for executors by tasks at a time.
TEST(CustomResources, DynamicAllocationAsksForMore) {
  const auto executors = [](Settings settings) {
    settings.emplace_back("spark.executor.cores", "2");
    settings.emplace_back("spark.dynamicAllocation.enabled", "true");
    Scenario scenario = scenario_of(settings);
    scenario.cluster.nodes[0].count = 8;
    return result_of(scenario).timeline.executors.size();
  };
  EXPECT_EQ(executors({}), 6U);
  EXPECT_EQ(executors(amounts("1", "1")), 12U);
}

std::string problems_of(const Settings& settings, const char* version = "3.5.7",
                        const char* master = "yarn") {
  Scenario scenario = scenario_of(settings, master);
  scenario.spark_version = version;
  Problems problems;
  check_scenario(scenario, problems);
  return problems.text();
}

TEST(CustomResources, AreRefusedInSparksWords) {
  EXPECT_EQ(problems_of(amounts("1", "1")), "");
  EXPECT_THAT(problems_of({{"spark.task.resource.gpu.amount", "1"}}),
              HasSubstr("No executor resource configs were specified for the following task "
                        "configs: gpu"));
  EXPECT_THAT(problems_of(amounts("1", "2")),
              HasSubstr("The executor resource: gpu, amount: 1 needs to be >= the task resource "
                        "request amount of 2.0"));
  EXPECT_THAT(problems_of({{"spark.executor.resource.gpu.vendor", "nvidia.com"}}),
              HasSubstr("You must specify an amount for gpu"));
  EXPECT_THAT(problems_of(amounts("0.5", "0.5")), HasSubstr("For input string: \"0.5\""));
  EXPECT_THAT(problems_of(amounts("2", "0.75")),
              HasSubstr("The resource amount 0.75 must be either <= 0.5, or a whole number."));
  EXPECT_EQ(problems_of(amounts("2", "0.75"), "4.0.0"), "");
  EXPECT_THAT(problems_of(amounts("2", "1.5"), "4.0.0"), HasSubstr("<= 1.0, or a whole number."));
  EXPECT_THAT(problems_of(amounts("1", "1"), "3.5.7", "k8s://https://c"),
              HasSubstr("Resource: gpu was requested, but vendor was not specified."));
  EXPECT_EQ(problems_of(amounts("1", "2"), "2.4.8"), "");  // nobody reads them
}

TEST(CustomResources, WasteIsTold) {
  Settings settings = amounts("1", "1");
  settings.emplace_back("spark.executor.cores", "4");
  Problems warnings;
  doubt_scenario(scenario_of(settings), warnings);
  EXPECT_THAT(warnings.text(),
              HasSubstr("The configuration of cores (exec = 4 task = 1, runnable tasks = 4) will "
                        "result in wasted resources due to resource gpu limiting the number of "
                        "runnable tasks per executor to: 1."));
  settings = amounts("8", "1");
  settings.emplace_back("spark.executor.cores", "4");
  Problems others;
  doubt_scenario(scenario_of(settings), others);
  EXPECT_THAT(others.text(),
              HasSubstr("The configuration of resource: gpu (exec = 8, task = 1.0/1, runnable "
                        "tasks = 8) will result in wasted resources due to resource cpus"));
}

}  // namespace
}  // namespace muster
