// Mesos and local masters: views made by hand, and the executors that come of them.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "models/cluster_managers/local.h"
#include "models/cluster_managers/mesos.h"

namespace muster {
namespace {

Time at(double seconds) { return Time() + Duration::from_seconds(seconds); }

// Four agents of 4 cores and 16 GiB. Commands take effect at once, but for start times.
struct Agents {
  Scenario scenario;
  std::vector<NodeState> nodes = std::vector<NodeState>(4);
  std::vector<ExecutorState> executors;
  std::vector<std::unique_ptr<Application>> owned;
  std::vector<const Application*> applications;
  std::vector<ApplicationState> states;
  ClusterCommands last;

  Agents() {
    for (NodeState& node : nodes) {
      node.cores = 4, node.memory = Bytes::gib(16).count();
      node.phase = NodePhase::Ready;
    }
  }

  void add(std::vector<std::pair<std::string, std::string>> conf, bool registered = true) {
    owned.push_back(std::make_unique<Application>());
    owned.back()->name = "app" + std::to_string(owned.size());
    for (const auto& [key, value] : conf) owned.back()->conf.set(key, value);
    applications.push_back(owned.back().get());
    states.emplace_back();
    if (registered) states.back().registered = Time();
  }

  View view(Time now) const {
    View view;
    view.now = now;
    view.nodes = nodes, view.executors = executors;
    view.applications = applications, view.states = states;
    return view;
  }

  // Gives the time that it wants to be called again.
  Time ask(ClusterManager& manager, Time now) {
    last.clear();
    manager.decide(view(now), last);
    Time wake = Time::never();
    for (const ClusterCommand& command : last) {
      if (const auto* launch = std::get_if<command::LaunchExecutor>(&command)) apply(*launch);
      if (const auto* again = std::get_if<command::WakeAt>(&command)) wake = again->at;
      if (const auto* pending = std::get_if<command::SetPending>(&command))
        states[pending->application.index()].pending.count = pending->count;
    }
    return wake;
  }

  void apply(const command::LaunchExecutor& launch) {
    ExecutorState executor;
    executor.application = launch.application;
    executor.node = launch.node;
    executor.cores = launch.cores;
    executor.charged_cores = launch.charged_cores;
    executor.charged_memory = launch.charged_memory;
    executors.push_back(executor);
    nodes[launch.node].cores_used += launch.charged_cores;
    nodes[launch.node].memory_used += launch.charged_memory;
  }

  void lose(std::size_t executor) {
    ExecutorState& gone = executors[executor];
    gone.phase = ExecutorPhase::Gone;
    nodes[gone.node].cores_used -= gone.charged_cores;
    nodes[gone.node].memory_used -= gone.charged_memory;
  }

  // Charged cores of an application's living executors, by node.
  std::map<std::uint32_t, std::vector<int>> cores_of(std::size_t application) const {
    std::map<std::uint32_t, std::vector<int>> out;
    for (const ExecutorState& executor : executors)
      if (executor.alive() && executor.application == ApplicationId(application))
        out[executor.node].push_back(executor.charged_cores);
    return out;
  }
};

using Cores = std::map<std::uint32_t, std::vector<int>>;

template <class Command>
std::size_t count(const ClusterCommands& commands) {
  std::size_t n = 0;
  for (const ClusterCommand& command : commands) n += std::holds_alternative<Command>(command);
  return n;
}

TEST(Mesos, TakesAllCoresWithOneExecutorOnEachAgent) {
  Agents w;
  w.add({});
  const auto mesos = make_mesos(w.scenario);
  EXPECT_FALSE(w.ask(*mesos, at(0)).happened()) << "nothing is left to be offered";
  EXPECT_EQ(w.cores_of(0), (Cores{{0, {4}}, {1, {4}}, {2, {4}}, {3, {4}}}));
  // 1 GiB and the least overhead, 384 MiB.
  EXPECT_EQ(w.executors[0].charged_memory, Bytes::mib(1024 + 384).count());
}

TEST(Mesos, CoresMaxAndExecutorCores) {
  Agents w;
  w.add({{"spark.cores.max", "8"}, {"spark.executor.cores", "2"}});
  const auto mesos = make_mesos(w.scenario);
  w.ask(*mesos, at(0));
  EXPECT_EQ(w.cores_of(0), (Cores{{0, {2}}, {1, {2}}, {2, {2}}, {3, {2}}}))
      << "one executor on each offer in turn";

  Agents odd;
  odd.add({{"spark.cores.max", "10"}, {"spark.executor.cores", "4"}});
  const auto other = make_mesos(odd.scenario);
  EXPECT_FALSE(odd.ask(*other, at(0)).happened());
  EXPECT_EQ(odd.cores_of(0), (Cores{{0, {4}}, {1, {4}}})) << "2 cores do not make an executor";

  Agents rest;
  rest.add({{"spark.cores.max", "10"}});
  rest.ask(*make_mesos(rest.scenario), at(0));
  EXPECT_EQ(rest.cores_of(0), (Cores{{0, {4}}, {1, {4}}, {2, {2}}}));
}

TEST(Mesos, OverheadAndExtraCores) {
  Agents w;
  w.add({{"spark.executor.memory", "10g"},
         {"spark.mesos.extra.cores", "2"},
         {"spark.executor.cores", "2"}});
  w.ask(*make_mesos(w.scenario), at(0));
  EXPECT_EQ(w.executors.size(), 4U) << "11 GiB fit once in 16";
  EXPECT_EQ(w.executors[0].charged_memory, Bytes::gib(11).count());
  EXPECT_EQ(w.executors[0].charged_cores, 2);
  EXPECT_EQ(w.executors[0].cores, 4) << "it pretends to have two more";

  Agents own;
  own.add({{"spark.executor.memory", "10g"}, {"spark.mesos.executor.memoryOverhead", "512"}});
  own.ask(*make_mesos(own.scenario), at(0));
  EXPECT_EQ(own.executors[0].charged_memory, Bytes::mib(10 * 1024 + 512).count());
}

TEST(Mesos, TwoApplicationsShareByDominantShare) {
  Agents w;
  w.add({}), w.add({});
  w.ask(*make_mesos(w.scenario), at(0));
  EXPECT_EQ(w.cores_of(0).size(), 2U);
  EXPECT_EQ(w.cores_of(1).size(), 2U);
}

// The first one holds all; the second gets what becomes free, and the first what is left.
TEST(Mesos, ALaterApplicationWaits) {
  Agents w;
  w.add({});
  const auto mesos = make_mesos(w.scenario);
  w.ask(*mesos, at(0));
  w.add({{"spark.cores.max", "4"}, {"spark.executor.cores", "4"}});
  w.ask(*mesos, at(10));
  EXPECT_TRUE(w.cores_of(1).empty());
  EXPECT_EQ(w.states[1].pending.count, 1U);
  EXPECT_EQ(count<command::Note>(w.last), 1U);
  w.lose(3);
  const Time wake = w.ask(*mesos, at(60));
  EXPECT_EQ(w.cores_of(1), (Cores{{3, {4}}})) << "its share is smaller";
  EXPECT_EQ(w.states[1].pending.count, 0U);
  EXPECT_FALSE(wake.happened());
}

// Of two with equal shares the first is offered an agent that it cannot use, refuses it for 5 s,
// and only the next round brings it to the other.
TEST(Mesos, RefusedOffersTakeARound) {
  Agents w;
  w.add({{"spark.cores.max", "4"}});
  const auto mesos = make_mesos(w.scenario);
  w.ask(*mesos, at(0));
  EXPECT_EQ(w.cores_of(0), (Cores{{0, {4}}}));
  w.nodes.resize(1);
  w.add({{"spark.executor.memory", "30g"}});  // fits nowhere
  w.add({});
  w.lose(0);
  w.states[0].ended = at(20);
  const Time wake = w.ask(*mesos, at(20));
  EXPECT_TRUE(w.cores_of(2).empty());
  EXPECT_EQ(wake, at(21));
  w.ask(*mesos, at(21));
  EXPECT_EQ(w.cores_of(2), (Cores{{0, {4}}}));
}

TEST(Mesos, DynamicAllocationLimitsTheNumber) {
  Agents w;
  w.add({{"spark.dynamicAllocation.enabled", "true"}, {"spark.executor.cores", "2"}});
  w.states[0].target = 1;
  const auto mesos = make_mesos(w.scenario);
  EXPECT_FALSE(w.ask(*mesos, at(0)).happened());
  EXPECT_EQ(w.executors.size(), 1U);
  w.states[0].target = 3;  // more: offers are revived
  w.ask(*mesos, at(0.2));
  EXPECT_EQ(w.executors.size(), 3U);
}

// spark.cores.max holds whatever dynamic allocation wishes: nothing is missing then.
TEST(Mesos, NothingIsPendingWhenCoresMaxIsReached) {
  Agents w;
  w.add({{"spark.cores.max", "8"},
         {"spark.executor.cores", "4"},
         {"spark.dynamicAllocation.enabled", "true"}});
  w.states[0].target = 5;
  const auto manager = make_mesos(w.scenario);
  w.ask(*manager, Time());
  for (int second = 1; second < 10; ++second) w.ask(*manager, Time() + Duration::seconds(second));
  EXPECT_EQ(w.executors.size(), 2u);
  EXPECT_EQ(w.states[0].pending.count, 0u);
}

TEST(Mesos, TheDispatcherPlacesDrivers) {
  Agents w;
  w.add({{"spark.driver.memory", "4g"}, {"spark.driver.cores", "2"}}, false);
  w.states[0].cluster_mode = true;
  w.nodes[0].cores_used = 3;
  const auto mesos = make_mesos(w.scenario);
  ClusterCommands none;
  mesos->submitted(ApplicationId(0), w.view(at(0)), none);
  w.ask(*mesos, at(0));
  ASSERT_EQ(count<command::StartDriver>(w.last), 1U);
  const auto& start = std::get<command::StartDriver>(w.last.at(0));
  EXPECT_EQ(start.node, 1U);
  EXPECT_EQ(start.charged_cores, 2);
  EXPECT_EQ(start.charged_memory, Bytes::mib(4096 + 409).count());
  EXPECT_EQ(start.start, Duration::seconds(3));
  w.ask(*mesos, at(1));
  EXPECT_EQ(count<command::StartDriver>(w.last), 0U) << "once";
}

TEST(Mesos, IsGoneFromSpark4) {
  Scenario scenario;
  scenario.spark_version = "3.5.7";
  EXPECT_TRUE(mesos_faults({}, scenario).empty());
  scenario.spark_version = "4.0.0";
  ASSERT_EQ(mesos_faults({}, scenario).size(), 1U);
  scenario.spark_version = "2.4.8";
  scenario.conf.set("spark.mesos.coarse", "false");
  EXPECT_EQ(mesos_faults({}, scenario).size(), 1U);
}

TEST(Local, OneExecutorAtOnce) {
  Agents w;
  w.add({});
  ExecutorSpec driver;
  driver.id = "driver", driver.cores = 4;
  const std::vector<ExecutorSpec> executors = {driver};
  const auto ask = [&](const Scenario& scenario) {
    ClusterCommands commands;
    make_local(executors, scenario)->application_started(ApplicationId(0), w.view(at(7)), commands);
    EXPECT_EQ(count<command::AddExecutor>(commands), 1U);
    return std::get<command::AddExecutor>(commands.back());
  };
  const auto one = ask(w.scenario);
  EXPECT_EQ(one.spec, 0U);
  EXPECT_EQ(one.registered, at(8.4));
  EXPECT_EQ(one.usable, at(8.4));
  EXPECT_FALSE(one.removed.happened());
  w.scenario.cluster.manager = {"local", {{"registration", "2s"}}};
  EXPECT_EQ(ask(w.scenario).registered, at(9));
}

TEST(Local, WantsALocalMaster) {
  Scenario scenario;
  for (const char* master : {"local", "local[*]", "local[4,2]"}) {
    scenario.cluster.master = master;
    EXPECT_TRUE(local_faults({}, scenario).empty()) << master;
  }
  for (const char* master : {"", "yarn", "local-cluster[2,1,1024]"}) {
    scenario.cluster.master = master;
    EXPECT_EQ(local_faults({}, scenario).size(), 1U) << master;
  }
}

}  // namespace
}  // namespace muster
