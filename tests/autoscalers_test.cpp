// Autoscalers: when they look, what they order, when it is there, what they take back. Numbers in
// comments are sections of spark-semantics.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "models/autoscalers/cluster_autoscaler.h"
#include "models/autoscalers/emr_managed.h"
#include "models/autoscalers/karpenter.h"
#include "models/autoscalers/scaling.h"
#include "models/cluster_managers/kubernetes.h"
#include "tests/policy_world.h"

namespace muster {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Maker = std::unique_ptr<Autoscaler> (*)(const Scenario&);

struct AutoscalersTest : testing::Test {
  PolicyWorld world;
  Scenario scenario;
  std::unique_ptr<Autoscaler> scaler;

  // Groups say what machines have for pods.
  AutoscalersTest() { scenario.cluster.manager.parameters = {{"reserved", "none"}}; }

  // A group from `least` to `most` machines, of which `least` are there.
  void group(const char* name, std::int32_t cores, Bytes memory, std::int32_t least,
             std::int32_t most, const char* role = "") {
    NodeSpec spec;
    spec.name = name;
    spec.role = role;
    spec.count = least;
    spec.cores = cores;
    spec.memory = memory;
    spec.min_count = least;
    spec.max_count = most;
    const auto row = static_cast<std::uint32_t>(scenario.cluster.nodes.size());
    scenario.cluster.nodes.push_back(spec);
    world.group_sizes.emplace_back(cores, memory);
    world.add_nodes(least, cores, memory, row);
  }
  void parameter(const char* name, const char* value) {
    scenario.cluster.autoscaler.parameters.emplace_back(name, value);
  }
  void play(Maker maker, Time until) {
    if (!scaler) scaler = maker(scenario);
    world.decide(*scaler);
    world.play(nullptr, scaler.get(), until);
  }
  // An application with so many pending containers of 4 cores and 9,011 MiB (8g and a tenth).
  ApplicationId pending(std::uint32_t count) {
    const ApplicationId id = world.add_application("3.5.7", count);
    world.set_pending(id, count, 4, Bytes::mib(9011));
    return id;
  }
  std::size_t booting() const { return world.count_nodes(NodePhase::Booting); }
};

// --- packing -----------------------------------------------------------------------------------

TEST(Scaling, PacksTheLargestFirst) {
  const ScalingGroup group{.cores = 8, .memory = Bytes::gib(32).count(), .most = 10};
  const std::vector<ScalingDemand> demand = {
      {.count = 3, .cores = 5, .memory = Bytes::gib(4).count()},
      {.count = 4, .cores = 2, .memory = Bytes::gib(4).count()}};
  const ScalingPlan plan = scaling_plan(group, demand, group.most);
  EXPECT_EQ(plan.machines, 4);  // 5 + 2, 5 + 2, 5 + 2, 2
  EXPECT_THAT(plan.placed, ElementsAre(3, 4));
  const ScalingPlan limited = scaling_plan(group, demand, 2);
  EXPECT_EQ(limited.machines, 2);
  EXPECT_THAT(limited.placed, ElementsAre(2, 2));
}

TEST(Scaling, AContainerThatFitsNoMachineOrdersNone) {
  const ScalingGroup group{.cores = 4, .memory = Bytes::gib(8).count(), .most = 10};
  const std::vector<ScalingDemand> demand = {
      {.count = 3, .cores = 1, .memory = Bytes::gib(9).count()}};
  EXPECT_EQ(scaling_plan(group, demand, group.most).machines, 0);
}

TEST_F(AutoscalersTest, RoomOnReadyAndBootingMachinesCounts) {
  group("scale", 8, Bytes::gib(32), 1, 5);
  pending(7);
  world.nodes[0].cores_used = 4;
  world.add_nodes(1, 8, Bytes::gib(32));
  world.nodes[1].phase = NodePhase::Booting;
  world.add_nodes(1, 8, Bytes::gib(32));
  world.nodes[2].phase = NodePhase::Leaving;
  EXPECT_EQ(scaling_count(scaling_demand(world.view())), 4);
}

// --- Cluster Autoscaler (8.4) ------------------------------------------------------------------

TEST_F(AutoscalersTest, TheClusterAutoscalerLooksWithinTenSecondsAndOrdersOnce) {
  group("scale", 8, Bytes::gib(32), 0, 5);
  pending(7);
  play(make_cluster_autoscaler, at_seconds(10));
  EXPECT_EQ(booting(), 4u);  // two containers each
  play(make_cluster_autoscaler, at_seconds(40));
  EXPECT_EQ(world.nodes.size(), 4u);
  EXPECT_THAT(world.notes,
              ElementsAre("group scale: 4 ordered: 7 containers of 4 cores and 9011 MiB fit no "
                          "node"));
}

TEST_F(AutoscalersTest, ItsFirstLookIsAnywhereInTheTenSeconds) {
  std::vector<Time> looks;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    world = {};
    world.seed = seed;
    scaler = make_cluster_autoscaler(scenario);
    world.add_application("3.5.7", 1);
    world.decide(*scaler);
    looks.push_back(world.autoscaler_wakes);
  }
  std::ranges::sort(looks);
  EXPECT_LT(looks.front(), at_seconds(0.5));
  EXPECT_NEAR((looks[100] - Time()).in_seconds(), 5, 1);
  EXPECT_GT(looks.back(), at_seconds(9.5));
  EXPECT_LE(looks.back(), at_seconds(10));
}

TEST_F(AutoscalersTest, ItsMachinesTakeTwoMinutesMoreOrLess) {
  group("scale", 4, Bytes::gib(16), 0, 1000);
  pending(1000);
  play(make_cluster_autoscaler, at_seconds(10));
  std::vector<Time> ready = world.ready_at;
  ASSERT_THAT(ready, SizeIs(1000));
  std::ranges::sort(ready);
  const Time ordered = world.nodes[0].since;
  EXPECT_NEAR((ready[500] - ordered).in_seconds(), 120, 4);
  EXPECT_NEAR((ready[950] - ordered).in_seconds(), 181, 10);
}

TEST_F(AutoscalersTest, ItKeepsToTheGroupsMaximumAndSaysSo) {
  group("scale", 8, Bytes::gib(32), 1, 3);
  world.nodes[0].cores_used = 8;
  pending(9);
  play(make_cluster_autoscaler, at_seconds(60));
  EXPECT_EQ(booting(), 2u);
  EXPECT_THAT(world.notes, ElementsAre(HasSubstr("2 ordered"), HasSubstr("5 containers")));
}

TEST_F(AutoscalersTest, ItTakesTheGroupThatWastesLeast) {
  group("large", 16, Bytes::gib(64), 0, 5);
  group("memory", 8, Bytes::gib(64), 0, 5);
  group("fitting", 8, Bytes::gib(20), 0, 5);
  pending(2);
  play(make_cluster_autoscaler, at_seconds(10));
  ASSERT_EQ(booting(), 1u);
  EXPECT_EQ(world.nodes[0].group, 2u);
}

TEST_F(AutoscalersTest, ItTakesMachinesBackThatWereEmptyForTenMinutes) {
  group("scale", 8, Bytes::gib(32), 1, 5);
  world.add_nodes(3, 8, Bytes::gib(32));
  world.nodes[2].cores_used = 1;
  world.add_application("3.5.7", 0);
  play(make_cluster_autoscaler, at_seconds(600));
  EXPECT_THAT(world.removed, IsEmpty());
  play(make_cluster_autoscaler, at_seconds(620));
  ASSERT_THAT(world.removed, SizeIs(3));
  EXPECT_THAT(world.removed[0].second.reason, HasSubstr("empty for 10 min 00 s"));
  EXPECT_EQ(world.nodes[2].phase, NodePhase::Ready);
}

TEST_F(AutoscalersTest, ItKeepsTheGroupsMinimum) {
  group("scale", 8, Bytes::gib(32), 2, 5);
  world.add_nodes(1, 8, Bytes::gib(32));
  world.add_application("3.5.7", 0);
  play(make_cluster_autoscaler, at_seconds(3600));
  EXPECT_EQ(world.count_nodes(NodePhase::Ready), 2u);
}

TEST_F(AutoscalersTest, NothingGoesWithinTenMinutesOfAnOrder) {
  group("scale", 8, Bytes::gib(32), 0, 5);
  world.add_nodes(1, 8, Bytes::gib(32));
  const ApplicationId id = world.add_application("3.5.7", 0);
  play(make_cluster_autoscaler, at_seconds(400));
  world.set_pending(id, 1, 8, Bytes::gib(30));
  world.nodes[0].cores_used = 1;
  play(make_cluster_autoscaler, at_seconds(415));
  ASSERT_EQ(booting(), 1u);
  world.nodes[0].cores_used = 0;
  world.set_pending(id, 0, 0, Bytes());
  play(make_cluster_autoscaler, at_seconds(1000));
  EXPECT_THAT(world.removed, IsEmpty());
  play(make_cluster_autoscaler, at_seconds(1200));
  EXPECT_THAT(world.removed, SizeIs(2));
}

TEST_F(AutoscalersTest, ItDoesNotKeepADeadRunAlive) {
  group("scale", 2, Bytes::gib(4), 0, 5);
  pending(1);
  play(make_cluster_autoscaler, at_seconds(3600 * 23));
  EXPECT_TRUE(world.autoscaler_wakes.happened());
  play(make_cluster_autoscaler, at_seconds(3600 * 48));
  EXPECT_FALSE(world.autoscaler_wakes.happened());
  EXPECT_THAT(world.notes, SizeIs(1));
}

TEST_F(AutoscalersTest, ItIsThroughWhenAllApplicationsAre) {
  group("scale", 8, Bytes::gib(32), 0, 5);
  const ApplicationId id = world.add_application("3.5.7", 0);
  play(make_cluster_autoscaler, at_seconds(15));
  EXPECT_TRUE(world.autoscaler_wakes.happened());
  world.states[id.index()].ended = world.now;
  play(make_cluster_autoscaler, at_seconds(60));
  EXPECT_FALSE(world.autoscaler_wakes.happened());
}

// 12, question 16: ten executors, two to a machine, with a 2 GiB image; the first scan, the
// machine, 22.4 s of pull and 5.3 s of start come before any registers, so 30 s of waiting are
// never enough and 600 s are.
TEST_F(AutoscalersTest, TenExecutorsOnKubernetesComeAfterMinutes) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    world = {};
    scenario = {};
    scaler = nullptr;
    world.seed = seed;
    group("scale", 8, Bytes::gib(30), 0, 5);
    scenario.cluster.manager.parameters.emplace_back("image_size", "2g");
    world.add_application("3.5.7", 10,
                          {{"spark.executor.cores", "4"}, {"spark.executor.memory", "8g"}});
    const auto manager = make_kubernetes(scenario);
    scaler = make_cluster_autoscaler(scenario);
    world.decide(*manager);
    world.decide(*scaler);
    world.play(manager.get(), scaler.get(), at_seconds(1000));
    const std::vector<Time> times = world.registrations();
    ASSERT_THAT(times, SizeIs(10));
    EXPECT_EQ(world.nodes.size(), 5u);
    EXPECT_GT(times[0], at_seconds(70));
    EXPECT_LT(times[9], at_seconds(340));
  }
}

// --- Karpenter (8.4) ---------------------------------------------------------------------------

TEST_F(AutoscalersTest, KarpenterOrdersASecondAfterTheLastPod) {
  group("scale", 8, Bytes::gib(32), 0, 9);
  const ApplicationId id = world.add_application("3.5.7", 20);
  play(make_karpenter, at_seconds(4.9));
  world.set_pending(id, 5, 4, Bytes::mib(9011));
  play(make_karpenter, at_seconds(5.9));  // looks at 5.0
  world.set_pending(id, 10, 4, Bytes::mib(9011));
  play(make_karpenter, at_seconds(6.9));
  EXPECT_EQ(world.nodes.size(), 0u);  // a pod came in the last second
  play(make_karpenter, at_seconds(7));
  EXPECT_EQ(booting(), 5u);
}

TEST_F(AutoscalersTest, KarpenterWaitsTenSecondsForMorePodsAtMost) {
  group("scale", 8, Bytes::gib(32), 0, 50);
  const ApplicationId id = world.add_application("3.5.7", 20);
  for (std::uint32_t pods = 1; pods <= 11; ++pods) {
    play(make_karpenter, at_seconds(pods - 0.5));
    EXPECT_EQ(world.nodes.size(), 0u) << pods;
    world.set_pending(id, pods, 4, Bytes::mib(9011));
  }
  play(make_karpenter, at_seconds(11));  // the first came at 0.5
  EXPECT_EQ(booting(), 6u);
}

TEST_F(AutoscalersTest, KarpentersMachinesTake52Seconds) {
  group("scale", 4, Bytes::gib(16), 0, 1000);
  pending(1000);
  play(make_karpenter, at_seconds(1));
  std::vector<Time> ready = world.ready_at;
  ASSERT_THAT(ready, SizeIs(1000));
  std::ranges::sort(ready);
  EXPECT_NEAR((ready[500] - world.now).in_seconds(), 12 + 40, 2);
  EXPECT_NEAR((ready[50] - world.now).in_seconds(), 12 + 21, 2);
}

TEST_F(AutoscalersTest, KarpenterBuysTheFewestCores) {
  group("large", 16, Bytes::gib(64), 0, 1);
  group("small", 4, Bytes::gib(16), 0, 9);
  group("odd", 6, Bytes::gib(32), 0, 9);
  pending(3);
  play(make_karpenter, at_seconds(1));
  ASSERT_EQ(booting(), 3u);  // 12 cores; one large has 16, three odd ones 18
  for (const NodeState& node : world.nodes) EXPECT_EQ(node.group, 1u);
}

TEST_F(AutoscalersTest, KarpenterGoesOnWithTheNextGroupAtAMaximum) {
  group("small", 4, Bytes::gib(16), 0, 2);
  group("odd", 6, Bytes::gib(32), 0, 9);
  pending(3);
  play(make_karpenter, at_seconds(1));
  ASSERT_EQ(booting(), 3u);
  EXPECT_EQ(world.nodes[2].group, 1u);
}

TEST_F(AutoscalersTest, KarpenterTakesEmptyMachinesBackSoon) {
  group("scale", 8, Bytes::gib(32), 1, 5);
  world.add_nodes(2, 8, Bytes::gib(32));
  world.nodes[1].cores_used = 4;
  world.add_application("3.5.7", 0);
  play(make_karpenter, at_seconds(10));
  EXPECT_THAT(world.removed, IsEmpty());
  play(make_karpenter, at_seconds(12));
  ASSERT_THAT(world.removed, SizeIs(2));
  EXPECT_EQ(world.removed[0].first, at_seconds(11));  // empty at 1 s and 10 s later
  EXPECT_EQ(world.nodes[1].phase, NodePhase::Ready);
}

TEST_F(AutoscalersTest, KarpenterWaitsBeforeItConsolidatesIfToldTo) {
  parameter("consolidate_after", "60s");
  group("scale", 8, Bytes::gib(32), 0, 5);
  world.add_nodes(1, 8, Bytes::gib(32));
  world.add_application("3.5.7", 0);
  play(make_karpenter, at_seconds(100));
  ASSERT_THAT(world.removed, SizeIs(1));
  EXPECT_EQ(world.removed[0].first, at_seconds(61));
}

// --- EMR managed scaling (9.3) -----------------------------------------------------------------

TEST_F(AutoscalersTest, EmrRequestsMachinesTwoMinutesAfterSaturation) {
  group("task", 8, Bytes::gib(32), 0, 9, "task");
  pending(4);
  play(make_emr_managed, at_seconds(119));
  EXPECT_EQ(world.nodes.size(), 0u);
  play(make_emr_managed, at_seconds(130));
  EXPECT_EQ(booting(), 2u);
}

TEST_F(AutoscalersTest, EmrsMachinesRunAfterFiveToSixMinutes) {
  group("task", 4, Bytes::gib(16), 0, 1000, "task");
  pending(1000);
  parameter("saturation", "0s");
  play(make_emr_managed, at_seconds(10));
  std::vector<Time> ready = world.ready_at;
  ASSERT_THAT(ready, SizeIs(1000));
  std::ranges::sort(ready);
  const Time ordered = world.nodes[0].since;
  EXPECT_NEAR((ready[500] - ordered).in_seconds(), 330, 4);
  EXPECT_GT((ready[100] - ordered).in_seconds(), 295);
  EXPECT_LT((ready[900] - ordered).in_seconds(), 365);
}

TEST_F(AutoscalersTest, EmrGrowsTaskMachinesFirstAndCoreOnesForTheRest) {
  group("core", 8, Bytes::gib(32), 1, 9, "core");
  group("task", 8, Bytes::gib(32), 0, 2, "task");
  world.nodes[0].cores_used = 8;
  pending(5);
  parameter("saturation", "0s");
  play(make_emr_managed, at_seconds(10));
  ASSERT_EQ(booting(), 3u);
  EXPECT_EQ(world.nodes[1].group, 1u);
  EXPECT_EQ(world.nodes[2].group, 1u);
  EXPECT_EQ(world.nodes[3].group, 0u);
}

// 9.1: two replicas on a cluster that began with 4 to 9 core machines.
TEST_F(AutoscalersTest, EmrKeepsTheCoreMachinesThatHdfsNeeds) {
  group("core", 8, Bytes::gib(32), 5, 9, "core");
  group("task", 8, Bytes::gib(32), 3, 9, "task");
  scenario.cluster.nodes[0].min_count = scenario.cluster.nodes[1].min_count = 0;
  world.add_application("3.5.7", 0);
  play(make_emr_managed, at_seconds(400));
  ASSERT_THAT(world.removed, SizeIs(6));
  EXPECT_EQ(world.nodes[world.removed[0].second.node].group, 1u);  // task machines go first
  EXPECT_EQ(std::ranges::count_if(world.nodes,
                                  [](const NodeState& node) {
                                    return node.group == 0 && node.phase == NodePhase::Ready;
                                  }),
            2);
}

TEST_F(AutoscalersTest, EmrKeepsMachinesThatHoldShufflesOfARunningJob) {
  group("task", 8, Bytes::gib(32), 2, 9, "task");
  scenario.cluster.nodes[0].min_count = 0;
  world.add_application("3.5.7", 0);
  ExecutorState gone;
  gone.node = 1;
  gone.phase = ExecutorPhase::Gone;
  gone.active_map_outputs = 7;
  world.executors.push_back(gone);
  play(make_emr_managed, at_seconds(400));
  ASSERT_THAT(world.removed, SizeIs(1));
  EXPECT_EQ(world.removed[0].second.node, 0u);
}

// --- parameters --------------------------------------------------------------------------------

TEST(AutoscalerParameters, DefaultsAreWellFormed) {
  for (const auto table : {cluster_autoscaler_parameters(), karpenter_parameters(),
                           emr_managed_parameters(), kubernetes_parameters()})
    for (const Parameter& parameter : table)
      EXPECT_EQ(parameter_fault(parameter, parameter.fallback), "") << parameter.name;
}

}  // namespace
}  // namespace muster
