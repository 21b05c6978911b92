// The window's knobs: one for each field, model and parameter, and what turning them does.
#include "gui/window/knobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/catalog.h"
#include "sim/base/problems.h"
#include "sim/run/run.h"
#include "sim/scenario/read_scenario.h"
#include "sim/trace/read_log.h"

namespace muster::gui {
namespace {

const std::string kSource = MUSTER_SOURCE_DIR;

Scenario read(const std::string& path) {
  Problems problems;
  auto scenario = read_scenario(path, problems);
  EXPECT_TRUE(scenario) << path << problems.text();
  return scenario.value_or(Scenario());
}

TEST(GuiKnobs, EveryModelHasItsKnob) {
  const std::vector<Knob> knobs =
      knobs_of(read(kSource + "/scenarios/k8s_wait_100_600.json"));
  for (const PortInfo& port : model_ports()) {
    // Not choosable in the scenario file, or a list.
    if (port.field.empty() || port.field == "disturbances" || port.field == "task_cost") continue;
    const auto knob = std::ranges::find_if(
        knobs, [&](const Knob& k) { return k.group == "models" && k.name.ends_with(port.field); });
    ASSERT_NE(knob, knobs.end()) << port.field;
    for (const ModelInfo& model : port.models)
      EXPECT_THAT(knob->choices, testing::Contains(std::string(model.name)));
  }
}

TEST(GuiKnobs, EveryKnobOfEveryScenarioRefusesNonsenseAndKeepsItsValue) {
  for (const auto& file : std::filesystem::directory_iterator(kSource + "/scenarios")) {
    if (file.path().extension() != ".json") continue;
    const Scenario base = read(file.path().string());
    std::set<std::pair<std::string, std::string>> names;
    for (const Knob& knob : knobs_of(base)) {
      const std::string what = base.name + ": " + knob.group + " " + knob.name;
      EXPECT_TRUE(names.emplace(knob.group, knob.name).second) << what << " is there twice";
      Scenario same = base;
      if (!knob.value.empty() || knob.kind == Knob::Kind::Text) {
        EXPECT_TRUE(knob.set(same, knob.value)) << what;
        EXPECT_EQ(same, base) << what;
      }
      if (knob.kind != Knob::Kind::Number) continue;
      for (const char* nonsense : {"many", "nan", "-7", "1e99"}) {
        Scenario other = base;
        EXPECT_FALSE(knob.set(other, nonsense)) << what << " " << nonsense;
        EXPECT_EQ(other, base) << what;
      }
    }
  }
}

// The knob of this name in a group; fails where there is none.
Knob knob_called(const Scenario& scenario, const std::string& group, const std::string& name) {
  for (const Knob& knob : knobs_of(scenario))
    if (knob.group == group && knob.name == name) return knob;
  ADD_FAILURE() << "no knob " << group << " " << name;
  Knob none;
  none.set = [](Scenario&, const std::string&) { return false; };
  return none;
}

// The scenario of a log says nothing of the scheduler: what the log says holds, and is said.
TEST(GuiKnobs, SayWhatComesFromTheLog) {
  Scenario scenario = read(kSource + "/scenarios/replay.json");
  Conf log;
  log.set("spark.scheduler.mode", "FAIR"), log.set("spark.task.cpus", "2");
  std::vector<Knob> knobs = knobs_of(scenario);
  tell_conf(scenario, log, "the log", knobs);
  const auto knob = [&](std::string_view name) {
    return *std::ranges::find(knobs, name, &Knob::name);
  };
  EXPECT_EQ(knob("spark.scheduler.mode").value, "");
  EXPECT_EQ(knob("spark.scheduler.mode").fallback, "FAIR (from the log)");
  EXPECT_EQ(knob("task_scheduler").fallback, "fair (from the log)");
  EXPECT_THAT(knob("task_scheduler").doc, testing::HasSubstr("Taken from the log"));
  EXPECT_EQ(knob("spark.locality.wait").fallback, "");
  EXPECT_EQ(knob("executor_allocator").fallback, "fixed");
  scenario.conf.set("spark.scheduler.mode", "FIFO");
  knobs = knobs_of(scenario);
  tell_conf(scenario, log, "the log", knobs);
  EXPECT_EQ(knob("spark.scheduler.mode").fallback, "");
  EXPECT_EQ(knob("task_scheduler").fallback, "fifo");
}

TEST(GuiKnobs, DisturbancesAreAddedTurnedAndTakenAway) {
  Scenario scenario = read(kSource + "/scenarios/hello.json");
  const Knob more = knob_called(scenario, "cluster.disturbances", "one more");
  for (const DisturbanceModel& model : disturbances())
    EXPECT_THAT(more.choices, testing::Contains(std::string(model.name)));
  ASSERT_TRUE(more.set(scenario, "executor_loss"));
  ASSERT_TRUE(knob_called(scenario, "cluster.disturbances", "one more").set(scenario, "slow_node"));
  ASSERT_EQ(scenario.cluster.disturbances.size(), 2U);
  const DisturbanceModel* loss = find_model(disturbances(), "executor_loss");
  const std::string name(loss->parameters.front().name);
  const std::string value(loss->parameters.front().fallback);
  ASSERT_TRUE(knob_called(scenario, "cluster.disturbances 1 executor_loss", name)
                  .set(scenario, value.empty() ? "5s" : value));
  EXPECT_EQ(scenario.cluster.disturbances[0].parameters.size(), 1U);
  ASSERT_TRUE(knob_called(scenario, "cluster.disturbances", "1").set(scenario, ""));
  ASSERT_EQ(scenario.cluster.disturbances.size(), 1U);
  EXPECT_EQ(scenario.cluster.disturbances[0].name, "slow_node");
}

TEST(GuiKnobs, FurtherApplicationsAreAddedAndTurned) {
  Scenario scenario = read(kSource + "/scenarios/hello.json");
  ASSERT_TRUE(knob_called(scenario, "applications", "how many").set(scenario, "2"));
  ASSERT_EQ(scenario.applications.size(), 2U);
  EXPECT_EQ(scenario.applications[1].workload.jobs.size(), 1U);
  ASSERT_TRUE(knob_called(scenario, "applications 2", "starts_at").set(scenario, "3s"));
  EXPECT_EQ(scenario.applications[1].starts_at, Duration::seconds(3));
  const std::string stage = "applications 1.workload.jobs 1.stages 1";
  ASSERT_TRUE(knob_called(scenario, stage, "tasks").set(scenario, "30"));
  EXPECT_EQ(scenario.applications[0].workload.jobs[0].stages[0].tasks, 30);
  ASSERT_TRUE(knob_called(scenario, "applications 1.conf", "another setting")
                  .set(scenario, "spark.scheduler.mode=FAIR"));
  EXPECT_EQ(scenario.applications[0].conf.text("spark.scheduler.mode", ""), "FAIR");
  ASSERT_TRUE(knob_called(scenario, "applications", "how many").set(scenario, "0"));
  EXPECT_EQ(scenario, read(kSource + "/scenarios/hello.json"));
}

TEST(GuiKnobs, TheWorkloadIsTurned) {
  Scenario scenario = read(kSource + "/scenarios/hello.json");
  const std::string map = "workload.jobs 1.stages 1";
  ASSERT_TRUE(knob_called(scenario, map, "duration").set(scenario, "x1.5"));
  EXPECT_EQ(knob_called(scenario, map, "duration").value, "3s");
  EXPECT_FALSE(knob_called(scenario, map, "duration").set(scenario, "x-2"));
  ASSERT_TRUE(knob_called(scenario, map, "preferred_hosts").set(scenario, "host-0"));
  EXPECT_EQ(knob_called(scenario, map, "preferred_hosts").value, "host-0");
  scenario = read(kSource + "/scenarios/program.json");
  EXPECT_FALSE(knob_called(scenario, "workload.rdds 1", "partitions").value.empty());
  EXPECT_FALSE(knob_called(scenario, "workload.rounds 1.threads 1.steps 1", "job").value.empty());
  scenario = read(kSource + "/scenarios/replay.json");
  ASSERT_TRUE(knob_called(scenario, "workload", "pinned").set(scenario, "true"));
}

TEST(GuiKnobs, WhatIsTurnedForOneGivenExecutorIsTurnedForAll) {
  Problems problems;
  const auto log = read_log(kSource + "/tests/recordings/a1-equal64-r1/eventlog.zst", problems);
  ASSERT_TRUE(log) << problems.text();
  Scenario scenario = import_scenario(log->timeline, "log", false);
  const std::vector<ExecutorSpec> before = scenario.cluster.executors;
  ASSERT_TRUE(knob_called(scenario, "executors", "cores").set(scenario, "7"));
  ASSERT_EQ(scenario.cluster.executors.size(), before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(scenario.cluster.executors[i].cores, 7);
    EXPECT_EQ(scenario.cluster.executors[i].host, before[i].host);
  }
}

TEST(GuiKnobs, WhatGivenExecutorsDifferInSaysSo) {
  Scenario scenario;
  scenario.cluster.executors.resize(3);
  for (ExecutorSpec& one : scenario.cluster.executors) one.cores = 4;
  scenario.cluster.executors[2].usable_at = Duration::seconds(3);
  EXPECT_EQ(knob_called(scenario, "executors", "cores").value, "4");
  EXPECT_EQ(knob_called(scenario, "executors", "cores").fallback, "");
  EXPECT_EQ(knob_called(scenario, "executors", "usable_at").value, "");
  EXPECT_EQ(knob_called(scenario, "executors", "usable_at").fallback, "they differ");
  ASSERT_TRUE(knob_called(scenario, "executors", "usable_at").set(scenario, ""));  // as they are
  EXPECT_EQ(scenario.cluster.executors[2].usable_at, Duration::seconds(3));
  ASSERT_TRUE(knob_called(scenario, "executors", "usable_at").set(scenario, "5s"));
  for (const ExecutorSpec& one : scenario.cluster.executors)
    EXPECT_EQ(one.usable_at, Duration::seconds(5));
  EXPECT_FALSE(knob_called(scenario, "executors", "cores").set(scenario, "none"));
}

// One more of "0.045" is no answer to anything.
TEST(GuiKnobs, OnlyWholeNumbersAreStepped) {
  const Scenario scenario = read(kSource + "/scenarios/emr_fleets.json");
  std::set<std::string> whole, real;
  for (const Knob& knob : knobs_of(scenario))
    if (knob.kind == Knob::Kind::Number) (knob.whole ? whole : real).insert(knob.name);
  EXPECT_THAT(real, testing::IsSupersetOf({"on_demand", "spot"}));
  EXPECT_THAT(whole, testing::IsSupersetOf({"tasks", "count"}));
}

}  // namespace
}  // namespace muster::gui
