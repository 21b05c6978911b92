// YARN as a whole: heartbeats, masters, queues, labels, lost nodes. Numbers in comments are
// sections of spark-semantics.md; the cluster here does at once what the manager's commands say.
#include "models/cluster_managers/yarn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/clouds/emr.h"

namespace muster {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;

constexpr Time at_ms(std::int64_t ms) { return Time::millis(ms); }

Conf conf_of(const std::vector<std::pair<std::string, std::string>>& entries) {
  Conf conf;
  for (const auto& [key, value] : entries) conf.set(key, value);
  return conf;
}

NodeState ready(std::uint32_t group, std::int32_t cores, Bytes memory) {
  NodeState node;
  node.group = group;
  node.cores = cores;
  node.memory = memory.count();
  node.phase = NodePhase::Ready;
  return node;
}

struct Launched {
  Time at;
  std::uint32_t application, node;
};

// Plays the engine's part: does what the commands say and calls the manager when it asked to be.
class Cluster {
 public:
  explicit Cluster(std::vector<NodeSpec> groups,
                   std::vector<std::pair<std::string, std::string>> settings = {}) {
    scenario_.cluster.nodes = std::move(groups);
    scenario_.cluster.manager = {.name = "yarn", .parameters = std::move(settings)};
    for (std::uint32_t g = 0; g < scenario_.cluster.nodes.size(); ++g)
      for (std::int32_t i = 0; i < scenario_.cluster.nodes[g].count; ++i)
        nodes.push_back(
            ready(g, scenario_.cluster.nodes[g].cores, scenario_.cluster.nodes[g].memory));
    yarn_ = make_yarn(scenario_);
  }

  void add(Conf conf, bool cluster_mode, std::uint32_t target) {
    Application app;
    app.driver_start = Duration::millis(1800);
    app.name = "app-" + std::to_string(applications_.size());
    app.spark_version = "3.5.7";
    app.conf = std::move(conf);
    applications_.push_back(app);
    states.emplace_back();
    states.back().cluster_mode = cluster_mode;
    states.back().target = target;
  }
  void submit_all() {
    for (std::uint32_t a = 0; a < states.size(); ++a) {
      states[a].submitted = now;
      if (!states[a].cluster_mode) registrations_[a] = now + Duration::millis(4200);
      std::vector<const Application*> pointers = pointers_now();
      ClusterCommands commands;
      yarn_->submitted(ApplicationId(a), seen(pointers), commands);
      apply(commands);
    }
  }
  void decide() {
    for (auto& [a, at] : registrations_)
      if (at <= now && !states[a].registered.happened()) states[a].registered = at;
    std::vector<const Application*> pointers = pointers_now();
    ClusterCommands commands;
    yarn_->decide(seen(pointers), commands);
    apply(commands);
  }
  void run(Time until) {
    while (true) {
      Time next = wake_;
      for (const auto& [a, at] : registrations_)
        if (at > now) next = std::min(next, at);
      if (next > until) break;
      now = next;
      if (wake_ == now) wake_ = Time::never();
      decide();
      ASSERT_GT(wake_, now);
      ASSERT_LT(++turns_, 100'000);
    }
    now = until;
  }
  std::vector<std::uint32_t> launched_nodes(std::uint32_t app) const {
    std::vector<std::uint32_t> result;
    for (const Launched& one : launched)
      if (one.application == app) result.push_back(one.node);
    return result;
  }

  Time now;
  std::vector<NodeState> nodes;
  std::vector<ApplicationState> states;
  std::vector<ExecutorState> executors;
  std::vector<Launched> launched;
  std::vector<Launched> drivers;
  std::vector<std::string> notes;
  std::vector<ExecutorId> stopped;

 private:
  std::vector<const Application*> pointers_now() const {
    std::vector<const Application*> pointers;
    for (const Application& app : applications_) pointers.push_back(&app);
    return pointers;
  }
  View seen(const std::vector<const Application*>& pointers) const {
    View view;
    view.now = now;
    view.applications = pointers;
    view.executors = executors;
    view.states = states;
    view.nodes = nodes;
    view.nodes_version = ++views_;  // a test may have changed any
    return view;
  }
  void charge(std::uint32_t node, std::int32_t cores, std::int64_t memory) {
    nodes[node].cores_used += cores;
    nodes[node].memory_used += memory;
    EXPECT_LE(nodes[node].memory_used, nodes[node].memory) << "node " << node;
  }
  void apply(const ClusterCommands& commands) {
    for (const ClusterCommand& command : commands) {
      if (const auto* wake = std::get_if<command::WakeAt>(&command)) wake_ = wake->at;
      if (const auto* note = std::get_if<command::Note>(&command)) notes.push_back(note->text);
      if (const auto* stop = std::get_if<command::StopExecutor>(&command))
        stopped.push_back(stop->executor);
      if (const auto* pending = std::get_if<command::SetPending>(&command))
        states[pending->application.index()].pending = {pending->count, pending->cores,
                                                        pending->memory, now};
      if (const auto* e = std::get_if<command::LaunchExecutor>(&command)) {
        charge(e->node, e->charged_cores, e->charged_memory);
        const std::uint32_t a = e->application.index();
        launched.push_back({now, a, e->node});
        executors.emplace_back();
        executors.back().application = e->application;
        executors.back().node = e->node;
        ++states[a].launched;
      }
      if (const auto* driver = std::get_if<command::StartDriver>(&command)) {
        charge(driver->node, driver->charged_cores, driver->charged_memory);
        const std::uint32_t a = driver->application.index();
        drivers.push_back({now, a, driver->node});
        states[a].driver_node = driver->node;
        states[a].registered = Time::never();
        registrations_[a] = now + driver->start + Duration::seconds(2);
      }
    }
  }

  Scenario scenario_;
  std::vector<Application> applications_;
  std::unique_ptr<ClusterManager> yarn_;
  std::map<std::uint32_t, Time> registrations_;
  Time wake_ = Time::never();
  int turns_ = 0;
  mutable std::uint64_t views_ = 0;
};

NodeSpec node_of(const char* name, std::int32_t count, Bytes memory, std::int32_t cores = 4) {
  NodeSpec node;
  node.name = name;
  node.count = count;
  node.cores = cores;
  node.memory = memory;
  return node;
}

Conf executors_of(const char* memory) { return conf_of({{"spark.executor.memory", memory}}); }

// measured-laws 6: submitted at 4.2 s, master +0.3-0.6, registered +3, executors +1.3-1.7 s.
TEST(Yarn, ClientModeStartsInTheRecordedSteps) {
  Cluster cluster({node_of("node", 3, Bytes::gib(8))});
  cluster.add(executors_of("512m"), false, 2);
  cluster.submit_all();
  cluster.run(at_ms(30'000));
  ASSERT_THAT(cluster.launched, SizeIs(2));
  EXPECT_THAT(cluster.launched.front().at, AllOf(Ge(at_ms(8200)), Le(at_ms(10'500))));
  EXPECT_TRUE(cluster.drivers.empty());
  std::int64_t used = 0;
  for (const NodeState& node : cluster.nodes) used += node.memory_used;
  EXPECT_EQ(used, Bytes::gib(2).count());  // the master is not in the view
}

// 8.2: one container for each node and heartbeat spreads round-robin: E executors on M idle nodes
// take about E / M seconds.
TEST(Yarn, GivesEachNodeOneContainerASecond) {
  Cluster cluster({node_of("node", 4, Bytes::gib(64))});
  cluster.add({}, true, 20);
  cluster.submit_all();
  cluster.run(at_ms(60'000));
  ASSERT_THAT(cluster.launched, SizeIs(20));
  for (const NodeState& node : cluster.nodes)
    EXPECT_THAT(node.memory_used, AllOf(Ge(Bytes::gib(8).count()), Le(Bytes::gib(14).count())));
  const Duration took = cluster.launched.back().at - cluster.launched.front().at;
  EXPECT_THAT(took, AllOf(Ge(Duration::seconds(3)), Le(Duration::seconds(8))));
}

// 8.2: the default calculator looks at memory only; the other one at both.
TEST(Yarn, OversubscribesCoresUnlessTheyAreCounted) {
  const Conf conf = conf_of({{"spark.executor.cores", "2"}, {"spark.executor.memory", "512m"}});
  Cluster memory({node_of("node", 1, Bytes::gib(12), 4)});
  memory.add(conf, true, 10);
  memory.submit_all();
  memory.run(at_ms(120'000));
  EXPECT_THAT(memory.launched, SizeIs(10));
  Cluster both({node_of("node", 1, Bytes::gib(12), 4)}, {{"calculator", "dominant"}});
  both.add(conf, true, 10);
  both.submit_all();
  both.run(at_ms(120'000));
  EXPECT_THAT(both.launched, SizeIs(1));  // 1 core of the driver, 2 of the executor
  EXPECT_EQ(both.states[0].pending.count, 9u);
  EXPECT_THAT(both.notes, Contains(HasSubstr("no node has so much free")));
}

TEST(Yarn, ARequestAboveTheMaximumIsRefused) {
  Cluster cluster({node_of("node", 2, Bytes::gib(64))});
  cluster.add(executors_of("8g"), false, 2);
  cluster.submit_all();
  cluster.run(at_ms(60'000));
  EXPECT_TRUE(cluster.launched.empty());
  EXPECT_THAT(cluster.notes,
              ElementsAre(HasSubstr("Required executor memory (8192 MB), offHeap memory (0) MB, "
                                    "overhead (819 MB), and PySpark memory (0 MB) is above the "
                                    "max threshold (8192 MB) of this cluster!")));
}

// A full cluster wakes nobody; what is wished for stays pending, for autoscalers to see.
TEST(Yarn, AFullClusterSleeps) {
  Cluster cluster({node_of("node", 2, Bytes::gib(4))});
  cluster.add({}, true, 5);
  cluster.submit_all();
  cluster.run(at_ms(3'600'000));
  EXPECT_THAT(cluster.launched, SizeIs(3));  // 4 places of 2,048 MB, one is the driver's
  EXPECT_EQ(cluster.states[0].pending.count, 2u);
  EXPECT_EQ(cluster.states[0].pending.memory, Bytes::gib(2).count());
  cluster.states[0].ended = cluster.now;
  cluster.decide();
  EXPECT_EQ(cluster.states[0].pending.count, 0u);
}

// 8.2: with the driver in the master, the share of masters bounds concurrent applications.
TEST(Yarn, MastersWaitForTheirShare) {
  Cluster cluster({node_of("node", 2, Bytes::gib(8))});
  for (int i = 0; i < 3; ++i) cluster.add({}, true, 1);
  cluster.submit_all();
  cluster.run(at_ms(60'000));
  EXPECT_THAT(cluster.drivers, SizeIs(1));  // 10 % of 16 GB is 2 GB: one of 2,048 MB
  EXPECT_THAT(cluster.notes, Contains(HasSubstr("maximum-am-resource-percent")));
  Cluster half({node_of("node", 2, Bytes::gib(8))}, {{"am_percent", "50"}});
  for (int i = 0; i < 3; ++i) half.add({}, true, 1);
  half.submit_all();
  half.run(at_ms(60'000));
  EXPECT_THAT(half.drivers, SizeIs(3));
}

// 8.2: the queue's order is FIFO: the first application takes what there is.
TEST(Yarn, TheFirstApplicationOfAQueueGoesFirst) {
  Cluster cluster({node_of("node", 2, Bytes::gib(8))}, {{"am_percent", "50"}});
  cluster.add({}, true, 100);
  cluster.add({}, true, 100);
  cluster.submit_all();
  cluster.run(at_ms(60'000));
  EXPECT_THAT(cluster.launched_nodes(0), SizeIs(6));
  EXPECT_THAT(cluster.launched_nodes(1), IsEmpty());
}

TEST(Yarn, FairQueuesShareByWeight) {
  Cluster cluster({node_of("node", 4, Bytes::gib(32))},
                  {{"scheduler", "fair"}, {"queues", "a weight=3; b weight=1"}});
  cluster.add(conf_of({{"spark.yarn.queue", "a"}}), true, 100);
  cluster.add(conf_of({{"spark.yarn.queue", "b"}}), true, 100);
  cluster.submit_all();
  cluster.run(at_ms(120'000));
  // 64 places, masters among them: 48 and 16.
  EXPECT_THAT(cluster.launched_nodes(0).size(), AllOf(Ge(46u), Le(48u)));
  EXPECT_THAT(cluster.launched_nodes(1).size(), AllOf(Ge(14u), Le(16u)));
}

// A node that is too full for the request whose turn it is waits for it (8.2).
TEST(Yarn, AReservedNodeBlocksOthers) {
  const auto small_ones = [](const char* reservations) {
    Cluster cluster({node_of("node", 2, Bytes::gib(8))},
                    {{"am_percent", "50"}, {"reservations", reservations}});
    cluster.add(executors_of("6g"), true, 1);  // 7 GB; a driver of 2 GB is on each node
    cluster.add(executors_of("512m"), true, 12);
    cluster.submit_all();
    cluster.run(at_ms(60'000));
    EXPECT_THAT(cluster.drivers, SizeIs(2));
    EXPECT_THAT(cluster.launched_nodes(0), IsEmpty());
    return cluster.launched_nodes(1).size();
  };
  EXPECT_EQ(small_ones("true"), 6u);
  EXPECT_EQ(small_ones("false"), 12u);
}

NodeSpec core_nodes(std::int32_t count) {
  NodeSpec core = node_of("core", count, Bytes::mib(12288));
  core.role = "core";
  core.labels = "CORE";
  return core;
}

// 9.1: EMR 5 keeps drivers on core nodes, executors go anywhere; 18.11: elsewhere they do not.
TEST(Yarn, LabelsSayWhereMastersAndExecutorsGo) {
  Cluster emr({core_nodes(2), node_of("task", 4, Bytes::mib(12288))},
              {{"am_label", "CORE"}, {"share_labels", "true"}, {"minimum_allocation", "32m"}});
  emr.add({}, true, 12);
  emr.submit_all();
  emr.run(at_ms(60'000));
  ASSERT_THAT(emr.drivers, SizeIs(1));
  EXPECT_THAT(emr.drivers[0].node, Le(1u));
  EXPECT_THAT(emr.launched_nodes(0), AllOf(Contains(Le(1u)), Contains(Ge(2u))));
  Cluster apache({core_nodes(2), node_of("task", 4, Bytes::mib(12288))});
  apache.add({}, true, 12);
  apache.submit_all();
  apache.run(at_ms(60'000));
  EXPECT_THAT(apache.drivers[0].node, Ge(2u));
  EXPECT_THAT(apache.launched_nodes(0), Each(Ge(2u)));
}

// scenarios/emr5_task_reclaim.json and emr6_task_reclaim.json: the same cluster and seed. In 6 the
// driver is on the task node that is taken back, in 5 it cannot be; beside it no executor fits.
TEST(Yarn, EmrReleasesPlaceTheSameDriverDifferently) {
  for (const auto& [release, row] : {std::pair("5.36", 0u), std::pair("6.15", 2u)}) {
    Scenario scenario;
    scenario.cluster.nodes = {node_of("core", 2, Bytes()), node_of("task", 4, Bytes())};
    scenario.cluster.nodes[0].role = "core";
    for (NodeSpec& node : scenario.cluster.nodes) node.instance = "m5.xlarge";
    scenario.cluster.cloud = {.name = "emr", .parameters = {{"release", release}}};
    ASSERT_THAT(apply_emr(scenario).faults, IsEmpty());
    Cluster cluster(scenario.cluster.nodes, scenario.cluster.manager.parameters);
    cluster.add(scenario.conf, true, 10);
    cluster.submit_all();
    cluster.run(at_ms(60'000));
    ASSERT_THAT(cluster.drivers, SizeIs(1));
    EXPECT_EQ(cluster.drivers[0].node, row) << release;
    EXPECT_THAT(cluster.launched_nodes(0), SizeIs(5));
    EXPECT_EQ(cluster.states[0].pending.count, 5u);
  }
}

// 9.1: with core nodes full, a new master stays pending even beside idle task nodes.
TEST(Yarn, AMasterWaitsForItsLabel) {
  NodeSpec core = core_nodes(1);
  core.memory = Bytes::gib(2);
  Cluster cluster({core, node_of("task", 2, Bytes::gib(16))},
                  {{"am_label", "CORE"}, {"share_labels", "true"}, {"am_percent", "100"}});
  cluster.add({}, true, 1);
  cluster.add({}, true, 1);
  cluster.submit_all();
  cluster.run(at_ms(60'000));
  EXPECT_THAT(cluster.drivers, SizeIs(1));
  EXPECT_THAT(cluster.notes, Contains(HasSubstr("application master (2048 MB) waits")));
}

// 8.2: two attempts; a node that broke is given up after 600 s, one that had notice at once.
TEST(Yarn, TheDriverIsStartedASecondTime) {
  for (const bool noticed : {true, false}) {
    Cluster cluster({node_of("node", 3, Bytes::gib(8))});
    cluster.add({}, true, 2);
    cluster.submit_all();
    cluster.run(at_ms(30'000));
    ASSERT_THAT(cluster.drivers, SizeIs(1));
    const std::uint32_t first = cluster.drivers[0].node;
    if (noticed) {
      cluster.nodes[first].phase = NodePhase::Leaving;
      cluster.decide();
    }
    cluster.nodes[first].phase = NodePhase::Gone;
    cluster.states[0].launched = 0;
    for (NodeState& node : cluster.nodes) node.memory_used = 0, node.cores_used = 0;
    cluster.decide();
    cluster.run(at_ms(700'000));
    ASSERT_THAT(cluster.drivers, SizeIs(2));
    EXPECT_NE(cluster.drivers[1].node, first);
    const Duration after = cluster.drivers[1].at - at_ms(30'000);
    EXPECT_EQ(after <= Duration::seconds(1), noticed);
    EXPECT_THAT(cluster.launched, SizeIs(4));
    EXPECT_THAT(cluster.notes,
                Contains(HasSubstr("lost its driver with its node: not counted among its 2")));
  }
}

// Client mode: the driver lives on, the master is started again and the executors are reset.
TEST(Yarn, AClientModeMasterIsReplaced) {
  Cluster cluster({node_of("node", 1, Bytes::gib(16))});
  cluster.add({}, false, 2);
  cluster.submit_all();
  cluster.run(at_ms(30'000));
  ASSERT_THAT(cluster.launched, SizeIs(2));
  cluster.nodes.push_back(ready(0, 4, Bytes::gib(16)));
  cluster.nodes[0].phase = NodePhase::Gone;
  cluster.executors[0].phase = ExecutorPhase::Gone;
  cluster.states[0].launched = 0;
  cluster.decide();
  EXPECT_THAT(cluster.stopped, ElementsAre(ExecutorId(1)));
  cluster.run(at_ms(700'000));
  EXPECT_THAT(cluster.launched_nodes(0), ElementsAre(0, 0, 1, 1));
}

// What was granted on a node that then gets its notice is not launched there, but asked for anew.
TEST(Yarn, ALeavingNodeGetsNoExecutor) {
  Cluster cluster({node_of("node", 2, Bytes::gib(16))});
  cluster.add({}, true, 4);
  cluster.submit_all();
  while (cluster.launched.empty()) cluster.run(cluster.now + Duration::millis(10));
  const std::uint32_t leaving = 1 - cluster.drivers[0].node;
  cluster.nodes[leaving].phase = NodePhase::Leaving;
  const std::size_t before = cluster.launched.size();
  cluster.run(at_ms(60'000));
  EXPECT_THAT(cluster.launched, SizeIs(4));
  for (std::size_t i = before; i < cluster.launched.size(); ++i)
    EXPECT_NE(cluster.launched[i].node, leaving);
}

TEST(Yarn, ParametersAreInOrder) {
  for (const Parameter& parameter : yarn_parameters()) {
    EXPECT_EQ(parameter_fault(parameter, parameter.fallback), "") << parameter.name;
    EXPECT_FALSE(parameter.source.empty()) << parameter.name;
  }
}

}  // namespace
}  // namespace muster
