// Drivers whose machine goes, executors that nobody answers, and who knows what when.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/catalog.h"
#include "models/task_costs/recorded.h"
#include "sim/engine/simulation.h"
#include "sim/run/run.h"
#include "tests/app_builder.h"

namespace muster {
namespace {

// Starts the driver on the first machine that is there, and remembers when it was asked.
struct WatchfulManager final : ClusterManager {
  std::vector<Time> asked;
  std::vector<ApplicationId> waiting;

  void submitted(ApplicationId id, const View&, ClusterCommands&) override {
    waiting.push_back(id);
  }
  void driver_lost(ApplicationId id, const View&, ClusterCommands&) override {
    waiting.push_back(id);
  }
  void decide(const View& view, ClusterCommands& commands) override {
    asked.push_back(view.now);
    for (std::uint32_t n = 0; n < view.nodes.size() && !waiting.empty(); ++n) {
      if (view.nodes[n].phase != NodePhase::Ready) continue;
      commands.push_back(command::StartDriver{
          .application = waiting.back(), .node = n, .start = {}});
      waiting.pop_back();
    }
  }
};

// Removes the first machine.
struct LoseFirst final : Disturbances {
  Duration at;
  Duration notice;
  bool silent = false;
  bool done = false;

  void decide(const View& view, ClusterCommands& commands) override {
    const Time when = view.states[0].submitted + at;
    if (std::exchange(done, view.now >= when)) return;
    if (view.now < when)
      commands.push_back(command::WakeAt{{}, when, command::Waker::Disturbances});
    else
      commands.push_back(command::RemoveNode{
          .node = 0, .notice = notice, .silent = silent, .reason = "gone"});
  }
};

struct DriverLoss : testing::Test {
  WatchfulManager manager;
  LoseFirst loss;
  Application app;

  // Two machines, and an application without jobs whose context takes 10 s.
  Milestones play() {
    app.context_start = seconds(10);
    app.tail = seconds(30);
    Scenario scenario;
    std::string why;
    const auto cost = make_recorded_cost(app, Scenario());
    const auto scheduler =
        choose_task_scheduler(scenario, app.conf, why)->make(ApplicationId(0), app, scenario);
    const ApplicationInput one{.application = &app,
                               .scheduler = scheduler.get(),
                               .cost = cost.get(),
                               .cluster_mode = true,
                               .gated = true,
                               .max_attempts = 2};
    const std::vector<NodeInput> nodes = {{.name = "a", .starts_at = {}},
                                          {.name = "b", .starts_at = {}}};
    Simulation simulation({.applications = {&one, 1},
                           .executors = {},
                           .nodes = nodes,
                           .groups = {},
                           .cluster_manager = &manager,
                           .disturbances = &loss});
    simulation.run();
    return simulation.milestones(ApplicationId(0));
  }
};

TEST_F(DriverLoss, ANewContextTakesItsTime) {
  loss.at = seconds(7);
  const Milestones milestones = play();
  EXPECT_EQ(milestones.attempts, 2u);
  // Its driver starts at 7 s; what the lost one had planned for 10 s is forgotten.
  EXPECT_EQ(milestones.driver_started, Time() + seconds(7));
  EXPECT_EQ(milestones.context_ready, Time() + seconds(17));
}

// What the lost one had planned for this very instant is forgotten too.
TEST_F(DriverLoss, InTheInstantOfItsEndRunsTheProgramAgain) {
  loss.at = seconds(30);
  loss.notice = seconds(10);
  const Milestones milestones = play();  // its context takes 10 s, its tail 30 s
  EXPECT_EQ(milestones.attempts, 2u);
  EXPECT_EQ(milestones.driver_started, Time() + seconds(40));
  EXPECT_EQ(milestones.context_ready, Time() + seconds(50));
}

TEST_F(DriverLoss, ManagersAreToldOfANoticeOnly) {
  loss.at = seconds(7);
  loss.notice = seconds(60);
  play();
  EXPECT_TRUE(std::ranges::count(manager.asked, Time() + seconds(7)));
  manager = {}, loss.done = false;
  loss.silent = true;
  play();
  EXPECT_FALSE(std::ranges::count(manager.asked, Time() + seconds(7)));
  EXPECT_TRUE(std::ranges::count(manager.asked, Time() + seconds(67)));
}

// --- executors that nobody answers ------------------------------------------------------------

Scenario standalone(std::int32_t workers, std::int32_t tasks, ModelChoice disturbance) {
  Scenario scenario;
  scenario.cluster.master = "spark://m:7077";
  NodeSpec worker;
  worker.name = "worker", worker.count = workers, worker.cores = 2, worker.memory = Bytes::gib(4);
  scenario.cluster.nodes = {worker};
  scenario.cluster.disturbances = {std::move(disturbance)};
  StageSpec stage;
  stage.tasks = tasks;
  stage.duration = ConstantDuration{Duration::seconds(10)};
  JobSpec job;
  job.stages = {stage};
  scenario.workload = JobsWorkload{.jobs = {job}, .resource_profiles = {}, .tail = {}};
  return scenario;
}

Result explained(const Scenario& scenario) {
  Problems problems;
  RunOptions options;
  options.explain = true;
  auto result = run(scenario, problems, options);
  EXPECT_TRUE(result) << problems.text();
  return result ? *result : Result();
}

std::vector<Reason> about(const Result& result, const std::string& text) {
  std::vector<Reason> found;
  for (const Reason& reason : result.reasons)
    if (reason.text.find(text) != std::string::npos) found.push_back(reason);
  return found;
}

// The next driver finds their cores taken until they have had no answer for 10 minutes
// (spark.executor.heartbeat.maxFailures, 60, every 10 s): the standalone master cannot know.
TEST(OrphanedExecutors, HoldTheirCoresForTenMinutes) {
  Scenario scenario = standalone(
      3, 90, {"node_loss", {{"node", "worker-1"}, {"at", "30s"}, {"silent", "true"}}});
  scenario.cluster.deploy_mode = "cluster";
  scenario.conf.set("spark.driver.supervise", "true");
  scenario.conf.set("spark.cores.max", "3");
  const Result result = explained(scenario);
  ASSERT_TRUE(result.succeeded) << result.failure;
  EXPECT_EQ(result.milestones.attempts, 2u);
  const std::vector<Reason> exits = about(result, "exits by itself with code 56");
  ASSERT_EQ(exits.size(), 2u);
  const Time lost = result.milestones.submitted + seconds(5 + 30);
  EXPECT_GE(exits.front().at - lost, seconds(600));
  EXPECT_LE(exits.back().at - lost, seconds(610));
  // Of two workers with two cores each, the next driver and two orphans hold three.
  std::int32_t before = 0, after = 0;
  for (const ExecutorSpan& executor : result.timeline.executors)
    (executor.added < exits.front().at ? before : after) += executor.cores;
  EXPECT_EQ(before, 1);
  EXPECT_EQ(after, 2);
}

TEST(OrphanedExecutors, AreStoppedWhenTheirDriverIsHeardAgain) {
  const Result result = explained(standalone(
      2, 80, {"network_partition", {{"at", "20s"}, {"lasts", "5min"}}}));
  ASSERT_TRUE(result.succeeded) << result.failure;
  EXPECT_EQ(about(result, "is heard again and stopped").size(), 2u);
  EXPECT_TRUE(about(result, "exits by itself").empty());
  // No new executor before: the workers hold the old ones.
  ASSERT_EQ(result.timeline.executors.size(), 4u);
  EXPECT_GE(result.timeline.executors[2].added - result.timeline.application.start, seconds(320));
}

TEST(OrphanedExecutors, ExitWhenThePartitionIsLonger) {
  const Result result = explained(standalone(
      2, 80, {"network_partition", {{"at", "20s"}, {"lasts", "20min"}}}));
  EXPECT_EQ(about(result, "exits by itself with code 56").size(), 2u);
}

}  // namespace
}  // namespace muster
