// Resource profiles: who gets which executors. The program of the recordings (Spark 3.5.7 on
// local-cluster[2,4,1400]) has three jobs: 8 tasks, 8 with a profile, 4 without.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "models/cluster_managers/kubernetes_pods.h"
#include "models/cluster_managers/yarn_containers.h"
#include "sim/report/event_log.h"
#include "sim/run/check_scenario.h"
#include "sim/run/run.h"
#include "sim/trace/read_log.h"
#include "tests/simulated.h"

namespace muster {
namespace {

using ::testing::HasSubstr;

using Keys = std::vector<std::pair<std::string, std::string>>;

Conf conf_from(const Keys& keys) {
  Conf conf;
  for (const auto& [key, value] : keys) conf.set(key, value);
  return conf;
}

StageSpec stage_of(std::int32_t tasks, const std::string& profile) {
  StageSpec stage;
  stage.tasks = tasks;
  stage.duration = ConstantDuration{Duration::seconds(2)};
  stage.resource_profile = profile;
  return stage;
}

// The recorded program.
Scenario program(const Keys& conf, const Keys& profile) {
  Scenario scenario;
  scenario.cluster.master = "local-cluster[2,4,1400]";
  scenario.conf = conf_from(conf);
  scenario.conf.set("spark.executor.cores", "2");
  scenario.conf.set("spark.executor.memory", "500m");
  JobsWorkload jobs;
  jobs.resource_profiles = {{"other", conf_from(profile)}};
  jobs.jobs.resize(3);
  jobs.jobs[0].stages = {stage_of(8, "")};
  jobs.jobs[1].stages = {stage_of(8, "other")};
  jobs.jobs[2].stages = {stage_of(4, "")};
  jobs.jobs[2].delay = Duration::seconds(1);
  scenario.workload = jobs;
  return scenario;
}

const Keys kAllocation = {{"spark.dynamicAllocation.enabled", "true"},
                          {"spark.dynamicAllocation.executorIdleTimeout", "4s"}};
const Keys kLarger = {
    {"spark.executor.cores", "4"}, {"spark.executor.memory", "600m"}, {"spark.task.cpus", "2"}};

std::string problems_of(const Scenario& scenario) {
  Problems problems;
  check_scenario(scenario, problems);
  return problems.text();
}

Timeline recorded(const std::string& name) {
  Problems problems;
  const auto log =
      read_log(MUSTER_SOURCE_DIR "/tests/data/" + name + "/eventlog.zst", problems);
  EXPECT_TRUE(log) << problems.text();
  return log ? log->timeline : Timeline();
}

// By stage: the number of tasks of each of its executors, with these one's profile and cores.
using Share = std::multiset<std::tuple<std::int64_t, std::int32_t, int>>;

std::vector<Share> shares(const Timeline& timeline) {
  std::vector<std::map<std::size_t, int>> tasks(timeline.stages.size());
  for (std::size_t row = 0; row < timeline.attempts.size(); ++row)
    ++tasks[timeline.attempts.stage[row].index()][timeline.attempts.executor[row].index()];
  std::vector<Share> out(tasks.size());
  for (std::size_t s = 0; s < tasks.size(); ++s)
    for (const auto& [e, count] : tasks[s])
      out[s].emplace(timeline.executors[e].resource_profile, timeline.executors[e].cores, count);
  return out;
}

// Without the driver's block manager.
std::ptrdiff_t executors(const Timeline& timeline) {
  return std::ranges::count_if(timeline.executors,
                               [](const ExecutorSpan& e) { return e.added.happened(); });
}

TEST(ResourceProfiles, HaveTheirOwnExecutorsAsRecorded) {
  const Timeline real = recorded("rp-executors");
  const Result result = result_of(program(kAllocation, kLarger));
  ASSERT_TRUE(result.succeeded) << result.failure;
  EXPECT_EQ(shares(result.timeline), shares(real));
  EXPECT_EQ(executors(result.timeline), executors(real));
  ASSERT_EQ(result.timeline.resource_profiles.size(), 1u);
  EXPECT_EQ(result.timeline.resource_profiles, real.resource_profiles);
  // Executors of the profile wait until those of the default one have been idle for long enough.
  EXPECT_GE(result.timeline.executors[4].added - result.timeline.jobs[0].completed,
            Duration::seconds(4));
}

TEST(ResourceProfiles, OfTasksOnlyShareExecutorsWithoutDynamicAllocation) {
  const Timeline real = recorded("rp-tasks");
  const Result result = result_of(program({{"spark.cores.max", "6"}}, {{"spark.task.cpus", "2"}}));
  ASSERT_TRUE(result.succeeded) << result.failure;
  // Which of the three gets the odd tasks is a matter of Spark's permutation.
  for (const Timeline* timeline : {&real, &result.timeline}) {
    ASSERT_EQ(timeline->stages.size(), 3u);
    EXPECT_EQ(executors(*timeline), 3);
    const auto all = shares(*timeline);
    EXPECT_EQ(all[1].size(), 3u);
    for (const auto& [profile, cores, tasks] : all[1]) EXPECT_EQ(profile, 0);
    EXPECT_EQ(timeline->stages[1].resource_profile, 1);
  }
  // One task of two cores at a time: three rounds of two seconds.
  const StageSpan& stage = result.timeline.stages[1];
  EXPECT_GE(stage.completed - stage.submitted, Duration::seconds(6));
  EXPECT_LT(stage.completed - stage.submitted, Duration::seconds(7));
}

TEST(ResourceProfiles, AReplayKeepsToThem) {
  Problems problems;
  const auto result = replay(recorded("rp-executors"), Scenario(), problems);
  ASSERT_TRUE(result) << problems.text();
  EXPECT_EQ(shares(result->timeline), shares(recorded("rp-executors")));
}

TEST(ResourceProfiles, AreImported) {
  const Scenario scenario = import_scenario(recorded("rp-executors"), "", true);
  EXPECT_EQ(problems_of(scenario), "");
  EXPECT_EQ(shares(result_of(scenario).timeline), shares(recorded("rp-executors")));
}

TEST(ResourceProfiles, StandInTheEventLog) {
  const Result result = result_of(program(kAllocation, kLarger));
  const std::string path = ::testing::TempDir() + "resource_profiles.log";
  ASSERT_FALSE(write_event_log(path, result.timeline));
  std::ifstream file(path);
  const std::string log(std::istreambuf_iterator<char>(file), {});
  EXPECT_THAT(log, HasSubstr(R"({"Event":"SparkListenerResourceProfileAdded","Resource Profile )"
                             R"(Id":1,"Executor Resource Requests":{"cores":{"Resource Name":)"
                             R"("cores","Amount":4,"Discovery Script":"","Vendor":""},"memory":)"
                             R"({"Resource Name":"memory","Amount":600,)"));
  Problems problems;
  const auto again = read_log(path, problems);
  ASSERT_TRUE(again) << problems.text();
  EXPECT_EQ(again->timeline.resource_profiles, result.timeline.resource_profiles);
  EXPECT_EQ(shares(again->timeline), shares(result.timeline));
}

// On every manager executors of both kinds come, and tasks keep to theirs.
TEST(ResourceProfiles, WorkOnYarnKubernetesAndStandalone) {
  for (const char* master : {"yarn", "k8s://https://c:443", "spark://m:7077"}) {
    Scenario scenario = program(kAllocation, kLarger);
    scenario.cluster.master = master;
    NodeSpec node;
    node.name = "node", node.count = 3, node.cores = 8, node.memory = Bytes::gib(8);
    scenario.cluster.nodes = {node};
    const Result result = result_of(scenario);
    ASSERT_TRUE(result.succeeded) << master << ": " << result.failure;
    const std::vector<Share> stages = shares(result.timeline);
    for (std::size_t s = 0; s < 3; ++s)
      for (const auto& [profile, cores, tasks] : stages[s]) {
        EXPECT_EQ(profile, s == 1 ? 1 : 0) << master;
        EXPECT_EQ(cores, s == 1 ? 4 : 2) << master;
      }
  }
}

// ResourceProfile.getResourcesForClusterManager: the overhead is that of the default heap.
TEST(ResourceProfiles, KeepTheOverheadOfTheDefaultProfile) {
  Application app;
  app.spark_version = "3.5.7";
  app.conf = conf_from({{"spark.executor.memory", "8g"}});
  app.resource_profiles = {make_resource_profile(1, conf_from({{"spark.executor.memory", "20g"}})),
                           make_resource_profile(2, conf_from({{"spark.executor.cores", "3"},
                                                               {"spark.executor.memoryOverhead",
                                                                "1g"}}))};
  const auto mib = [](Bytes bytes) { return bytes.count() >> 20; };
  const auto containers = yarn_executor_containers(app, {});
  ASSERT_EQ(containers.size(), 3u);
  EXPECT_EQ(mib(containers[0].asked), 8192 + 819);
  EXPECT_EQ(mib(containers[1].asked), 20480 + 819);
  EXPECT_EQ(mib(containers[2].asked), 8192 + 1024);
  EXPECT_EQ(containers[2].cores, 3);
  EXPECT_EQ(mib(kubernetes_executor_pod(app, 1).memory), 20480 + 819);
  EXPECT_EQ(mib(kubernetes_executor_pod(app, 2).memory), 8192 + 1024);
  EXPECT_EQ(kubernetes_executor_pod(app, 2).requested_millis, 3000);
}

// Only the default profile's containers are checked at submission; nothing comes of the others.
TEST(ResourceProfiles, AboveYarnsMaximumAreNamed) {
  Scenario scenario = program(kAllocation, {{"spark.executor.memory", "9g"}});
  scenario.cluster.master = "yarn";
  NodeSpec node;
  node.name = "node", node.count = 3, node.cores = 8, node.memory = Bytes::gib(64);
  scenario.cluster.nodes = {node};
  Problems problems;
  RunOptions options;
  options.explain = true;
  const auto result = run(scenario, problems, options);
  ASSERT_TRUE(result) << problems.text();
  EXPECT_TRUE(result->waits_for_ever);
  EXPECT_THAT(shares(result->timeline)[1], ::testing::IsEmpty());
  EXPECT_TRUE(std::ranges::any_of(result->reasons, [](const Reason& reason) {
    return reason.text.starts_with("gets no executors of resource profile 1: 9600 MB each");
  }));
}

// The manager's name says what cluster it is where no master does.
TEST(ResourceProfiles, GoByTheNameOfTheManager) {
  Scenario scenario = program(kAllocation, kLarger);
  scenario.cluster.master.clear();
  scenario.cluster.manager.name = "yarn";
  scenario.cluster.nodes = {NodeSpec()};
  EXPECT_EQ(problems_of(scenario), "");
  scenario.cluster.manager.name = "mesos";
  EXPECT_THAT(problems_of(scenario), HasSubstr("ResourceProfiles are only supported on"));
}

TEST(ResourceProfiles, AreRefusedAsSparkDoes) {
  EXPECT_EQ(problems_of(program(kAllocation, kLarger)), "");
  EXPECT_THAT(problems_of(program({}, kLarger)),
              HasSubstr("ResourceProfiles are only supported on YARN and Kubernetes and Standalone "
                        "with dynamic allocation enabled."));
  Scenario old = program(kAllocation, kLarger);
  old.conf.set("spark.dynamicAllocation.shuffleTracking.enabled", "true");
  old.cluster.master = "spark://m:7077";
  old.cluster.nodes = {NodeSpec()};
  old.spark_version = "3.3.2";
  EXPECT_THAT(problems_of(old), HasSubstr("ResourceProfiles are only supported on YARN and "
                                          "Kubernetes with dynamic allocation enabled."));
  old.spark_version = "3.4.0";
  EXPECT_EQ(problems_of(old), "");
  old.spark_version = "3.0.3";
  EXPECT_THAT(problems_of(old), HasSubstr("resource profiles came with Spark 3.1"));
  Scenario tasks = program({}, {{"spark.task.cpus", "2"}});
  tasks.cluster.master = "yarn";
  tasks.cluster.nodes = {NodeSpec()};
  EXPECT_EQ(problems_of(tasks), "");
  tasks.spark_version = "3.5.0";
  EXPECT_THAT(problems_of(tasks),
              HasSubstr("TaskResourceProfiles are only supported for Standalone cluster for now "
                        "when dynamic allocation is disabled."));
}

TEST(ResourceProfiles, NameTheirFaults) {
  EXPECT_THAT(problems_of(program(kAllocation, {{"spark.task.cpus", "4"}})),
              HasSubstr("The number of cores per executor (=2) has to be >= the number of cpus per "
                        "task = 4."));
  EXPECT_THAT(problems_of(program(kAllocation, {{"spark.executor.core", "4"}})),
              HasSubstr("did you mean `spark.executor.cores`"));
  Scenario scenario = program(kAllocation, kLarger);
  std::get<JobsWorkload>(scenario.workload).jobs[1].stages[0].resource_profile = "othr";
  EXPECT_THAT(problems_of(scenario),
              HasSubstr("there is no resource profile \"othr\": did you mean `other`"));
}

}  // namespace
}  // namespace muster
