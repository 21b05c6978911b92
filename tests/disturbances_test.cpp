// What goes wrong, and when: views made by hand, and the commands that come of them.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "models/disturbances/executor_loss.h"
#include "models/disturbances/machines.h"
#include "models/disturbances/network_partition.h"
#include "models/disturbances/node_loss.h"
#include "models/disturbances/several.h"
#include "models/disturbances/slow_node.h"
#include "models/disturbances/spot_reclaim.h"

namespace muster {
namespace {

Time at(double seconds) { return Time() + Duration::from_seconds(seconds); }

// Two groups: "core" with one machine, "task" with three, which are spot. One application.
struct World {
  Scenario scenario;
  std::vector<NodeState> nodes;
  std::vector<ExecutorState> executors;
  std::vector<ApplicationState> states = std::vector<ApplicationState>(1);
  std::vector<TaskSetState> sets;
  Application application;
  Time now;

  World() {
    NodeSpec core, task;
    core.name = "core", core.count = 1;
    task.name = "task", task.count = 3, task.spot = true;
    scenario.cluster.nodes = {core, task};
    for (const std::uint32_t group : {0U, 1U, 1U, 1U}) add_node(group);
    for (int i = 0; i < 3; ++i) add_executor();
  }

  void add_node(std::uint32_t group) {
    NodeState node;
    node.group = group;
    node.phase = NodePhase::Ready;
    node.since = now;
    nodes.push_back(node);
  }
  void add_executor() {
    ExecutorState executor;
    executor.application = ApplicationId(0);
    executor.phase = ExecutorPhase::Usable;
    executor.granted = now;
    executors.push_back(executor);
  }

  ClusterCommands ask(Disturbances& model, Time when) {
    now = when;
    View view;
    view.now = now;
    const Application* const pointer = &application;
    view.applications = std::span(&pointer, 1);
    view.nodes = nodes, view.executors = executors, view.states = states, view.task_sets = sets;
    ClusterCommands commands;
    model.decide(view, commands);
    return commands;
  }
};

template <class Command>
std::vector<Command> all(const ClusterCommands& commands) {
  std::vector<Command> out;
  for (const ClusterCommand& command : commands)
    if (const auto* one = std::get_if<Command>(&command)) out.push_back(*one);
  return out;
}

Time woken(const ClusterCommands& commands) {
  const auto wakes = all<command::WakeAt>(commands);
  EXPECT_LE(wakes.size(), 1U);
  for (const command::WakeAt& wake : wakes) EXPECT_EQ(wake.who, command::Waker::Disturbances);
  return wakes.empty() ? Time::never() : wakes[0].at;
}

ModelChoice choice(std::vector<std::pair<std::string, std::string>> parameters) {
  return {"", std::move(parameters)};
}

std::vector<std::uint32_t> removed(const ClusterCommands& commands) {
  std::vector<std::uint32_t> rows;
  for (const auto& command : all<command::RemoveNode>(commands)) rows.push_back(command.node);
  return rows;
}

using Rows = std::vector<std::uint32_t>;

TEST(Machines, NamesAreGroupAndNumber) {
  World w;
  w.add_node(1);  // an autoscaler's
  const auto called = [&](std::string_view name) {
    View view;
    view.nodes = w.nodes;
    return machines_called(view, w.scenario.cluster.nodes, name);
  };
  EXPECT_EQ(called("core"), Rows{0});
  EXPECT_EQ(called("task"), (Rows{1, 2, 3, 4}));
  EXPECT_EQ(called("task-2"), Rows{2});
  EXPECT_EQ(called("task-4"), Rows{4});
  EXPECT_EQ(called("task-5"), Rows{});
  EXPECT_EQ(called("other"), Rows{});
  EXPECT_EQ(called("").size(), 5U);
  w.nodes[2].phase = NodePhase::Gone;  // and still the second
  EXPECT_EQ(called("task-2"), Rows{});
  EXPECT_EQ(called("task-3"), Rows{3});
  View view;
  view.nodes = w.nodes;
  EXPECT_EQ(machine_name(view, w.scenario.cluster.nodes, 0), "core");
  EXPECT_EQ(machine_name(view, w.scenario.cluster.nodes, 3), "task-3");
}

TEST(ExecutorLoss, TheSecondCrashesAtItsTime) {
  World w;
  const auto model = make_executor_loss(choice({{"number", "2"}, {"at", "40s"}}), 0, w.scenario);
  EXPECT_EQ(woken(w.ask(*model, at(5))), at(45)) << "counts from the first application's start";
  EXPECT_EQ(woken(w.ask(*model, at(20))), at(45)) << "asked too early, it asks again";
  const auto commands = w.ask(*model, at(45));
  const auto stops = all<command::StopExecutor>(commands);
  ASSERT_EQ(stops.size(), 1U);
  EXPECT_EQ(stops[0].executor, ExecutorId(1));
  EXPECT_EQ(stops[0].how, command::StopHow::Crash);
  EXPECT_EQ(stops[0].after, Duration::millis(35));
  EXPECT_EQ(stops[0].reason, "Command exited with code 137");
  EXPECT_FALSE(woken(commands).happened());
  EXPECT_TRUE(w.ask(*model, at(50)).empty()) << "once";
}

TEST(ExecutorLoss, ByIdAndHow) {
  World w;
  ExecutorSpec pair, named;
  pair.count = 2;
  named.id = "late";
  w.scenario.cluster.executors = {pair, named};
  const auto stop = [&](const ModelChoice& what) {
    const auto stops =
        all<command::StopExecutor>(w.ask(*make_executor_loss(what, 0, w.scenario), at(1)));
    EXPECT_EQ(stops.size(), 1U);
    return stops.at(0);
  };
  EXPECT_EQ(stop(choice({{"executor", "1"}})).executor, ExecutorId(1));
  const auto lost = stop(choice({{"executor", "late"}, {"how", "lost"}}));
  EXPECT_EQ(lost.executor, ExecutorId(2));
  EXPECT_EQ(lost.how, command::StopHow::Lost);
  EXPECT_EQ(lost.reason, "worker lost");
  const auto told = stop(choice({{"how", "decommission"}, {"reason", "mine"}}));
  EXPECT_EQ(told.how, command::StopHow::Decommission);
  EXPECT_EQ(told.after, Duration());
  EXPECT_EQ(told.reason, "mine");
}

TEST(ExecutorLoss, AfterTheFirstJob) {
  World w;
  const auto model =
      make_executor_loss(choice({{"after", "first_job"}, {"at", "3s"}}), 0, w.scenario);
  EXPECT_EQ(woken(w.ask(*model, at(0))), at(0.1));
  w.sets.resize(1);
  EXPECT_EQ(woken(w.ask(*model, at(8.1))), at(11.1));
  EXPECT_EQ(all<command::StopExecutor>(w.ask(*model, at(11.1))).size(), 1U);
}

TEST(ExecutorLoss, NobodyThereIsANote) {
  World w;
  w.executors[0].phase = ExecutorPhase::Gone;
  const auto commands = w.ask(*make_executor_loss({}, 0, w.scenario), at(0));
  EXPECT_TRUE(all<command::StopExecutor>(commands).empty());
  EXPECT_EQ(all<command::Note>(commands).size(), 1U);
}

TEST(NodeLoss, OneOfTheGroupAtOnce) {
  World w;
  w.nodes[1].phase = NodePhase::Booting;
  const auto commands = w.ask(*make_node_loss(choice({{"node", "task"}}), 0, w.scenario), at(0));
  const auto gone = all<command::RemoveNode>(commands);
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone[0].node, 2U) << "the first that is there";
  EXPECT_EQ(gone[0].notice, Duration());
  EXPECT_FALSE(gone[0].decommissions);
  EXPECT_EQ(gone[0].reason, "worker lost");
  const auto notes = all<command::Note>(commands);
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].subject, "node task-2");
}

TEST(SpotReclaim, TwoMinutesNoticeForAllSpotMachines) {
  World w;
  w.scenario.conf.set("spark.decommission.enabled", "true");
  const auto commands = w.ask(*make_spot_reclaim({}, 0, w.scenario), at(0));
  EXPECT_EQ(removed(commands), (Rows{1, 2, 3})) << "core is not spot";
  for (const auto& gone : all<command::RemoveNode>(commands)) {
    EXPECT_EQ(gone.notice, Duration::seconds(120));
    EXPECT_TRUE(gone.decommissions);
  }
  EXPECT_EQ(all<command::Note>(commands)[0].text, "is reclaimed, gone in 2min");
}

TEST(SpotReclaim, DrawnForEachMachineFromItsOwnStart) {
  World w;
  const auto run = [&](std::uint32_t row) {
    World copy = w;
    const auto model = make_spot_reclaim(choice({{"per_hour", "2"}}), row, w.scenario);
    std::vector<Time> times;
    for (Time when = at(0); when.happened();) {
      const auto commands = copy.ask(*model, when);
      for (const std::uint32_t node : removed(commands)) {
        copy.nodes[node].phase = NodePhase::Leaving;
        times.push_back(when);
      }
      when = woken(commands);
    }
    return times;
  };
  const std::vector<Time> first = run(0);
  EXPECT_EQ(first.size(), 3U);
  EXPECT_EQ(run(0), first);
  EXPECT_NE(run(1), first) << "another disturbance draws its own";
}

TEST(Lifetimes, HaveTheGivenMean) {
  View view;
  const Lifetimes lifetimes(4, 0);
  double sum = 0;
  for (std::uint32_t row = 0; row < 10'000; ++row) sum += lifetimes.of(row, view).in_seconds();
  EXPECT_NEAR(sum / 10'000, 900, 27) << "four an hour: 15 min, three standard errors";
}

TEST(NodeLoss, NewMachinesAreFoundWhereSomeCome) {
  World w;
  w.scenario.cluster.autoscaler.name = "karpenter";
  const auto model = make_node_loss(choice({{"per_hour", "0.001"}}), 0, w.scenario);
  EXPECT_EQ(woken(w.ask(*model, at(0))), at(10)) << "looks every 10 s";
  w.states[0].ended = at(15);
  EXPECT_TRUE(w.ask(*model, at(20)).empty()) << "nothing can go wrong any more";
}

TEST(SlowNode, FromAndUntil) {
  World w;
  const auto model = make_slow_node(
      choice({{"node", "task-3"}, {"factor", "4"}, {"from", "10s"}, {"until", "30s"}}), 0,
      w.scenario);
  EXPECT_EQ(woken(w.ask(*model, at(0))), at(10));
  auto commands = w.ask(*model, at(10));
  auto slow = all<command::SlowNode>(commands);
  ASSERT_EQ(slow.size(), 1U);
  EXPECT_EQ(slow[0].node, 3U);
  EXPECT_EQ(slow[0].slowness, 4);
  EXPECT_EQ(woken(commands), at(30));
  commands = w.ask(*model, at(30));
  slow = all<command::SlowNode>(commands);
  ASSERT_EQ(slow.size(), 1U);
  EXPECT_EQ(slow[0].slowness, 1);
  EXPECT_FALSE(woken(commands).happened());
}

TEST(NetworkPartition, CutsOffClientsOnly) {
  World w;
  const auto model =
      make_network_partition(choice({{"at", "5s"}, {"lasts", "20s"}}), 0, w.scenario);
  EXPECT_EQ(woken(w.ask(*model, at(0))), at(5));
  const auto commands = w.ask(*model, at(5));
  EXPECT_EQ(all<command::Note>(commands).size(), 1U);
  ASSERT_EQ(all<command::CutOff>(commands).size(), 1U);
  EXPECT_EQ(all<command::CutOff>(commands)[0].until, at(25));
  EXPECT_TRUE(all<command::StopExecutor>(commands).empty());  // too short to be missed
  EXPECT_EQ(woken(commands), at(25));
  w.states[0].cluster_mode = true;
  const auto other =
      make_network_partition(choice({{"at", "5s"}, {"lasts", "20s"}}), 0, w.scenario);
  EXPECT_TRUE(all<command::CutOff>(w.ask(*other, at(6))).empty());
}

TEST(Several, TheEarliestWakes) {
  World w;
  std::vector<std::unique_ptr<Disturbances>> parts;
  parts.push_back(make_node_loss(choice({{"node", "core"}, {"at", "50s"}}), 0, w.scenario));
  parts.push_back(make_executor_loss(choice({{"at", "20s"}}), 1, w.scenario));
  const auto model = make_several(std::move(parts));
  EXPECT_EQ(woken(w.ask(*model, at(0))), at(20));
  const auto commands = w.ask(*model, at(20));
  EXPECT_EQ(all<command::StopExecutor>(commands).size(), 1U);
  EXPECT_EQ(woken(commands), at(50));
  EXPECT_EQ(removed(w.ask(*model, at(50))), Rows{0});
}

}  // namespace
}  // namespace muster
