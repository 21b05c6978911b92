// Kubernetes: pods' sizes, batches, places, starts. Numbers in comments are sections of
// spark-semantics.md.
#include "models/cluster_managers/kubernetes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/cluster_managers/kubernetes_pods.h"
#include "models/cluster_managers/kubernetes_reserves.h"
#include "models/cluster_managers/kubernetes_selectors.h"
#include "tests/policy_world.h"

namespace muster {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct KubernetesTest : testing::Test {
  PolicyWorld world;
  Scenario scenario;
  std::unique_ptr<ClusterManager> manager;

  KubernetesTest() { parameter("image_size", "0b"); }

  void parameter(const char* name, const char* value) {
    scenario.cluster.manager.parameters.emplace_back(name, value);
  }
  // What happens up to `until`; it begins with a decision now.
  void play(Time until) {
    if (!manager) manager = make_kubernetes(scenario);
    world.decide(*manager);
    world.play(manager.get(), nullptr, until);
  }
  // Seconds at which executors got their nodes, "0 x5, 1 x5".
  std::string batches() const {
    std::string text;
    for (std::size_t l = 0; l < world.launched.size();) {
      std::size_t end = l;
      while (end < world.launched.size() && world.launched[end].at == world.launched[l].at) ++end;
      if (!text.empty()) text += ", ";
      text += std::to_string(world.launched[l].at.in_millis()) + " x" + std::to_string(end - l);
      l = end;
    }
    return text;
  }
  std::vector<std::uint32_t> places() const {
    std::vector<std::uint32_t> nodes;
    for (const auto& each : world.launched) nodes.push_back(each.command.node);
    return nodes;
  }
};

// --- sizes (5.1) -------------------------------------------------------------------------------

std::int64_t executor_mib(const char* version, PolicyWorld::Settings conf) {
  PolicyWorld world;
  world.add_application(version, 1, conf);
  return kubernetes_executor_pod(*world.applications[0]).memory.count() / Bytes::mib(1).count();
}

TEST(KubernetesPods, OverheadIsATenthAndAtLeast384MiB) {
  EXPECT_EQ(executor_mib("3.5.7", {}), 1024 + 384);
  EXPECT_EQ(executor_mib("3.5.7", {{"spark.executor.memory", "8g"}}), 8192 + 819);
  EXPECT_EQ(executor_mib("3.5.7", {{"spark.executor.memory", "2048"}}), 2048 + 384);  // MiB
  EXPECT_EQ(executor_mib("3.5.7", {{"spark.executor.memoryOverhead", "100m"}}), 1024 + 100);
  EXPECT_EQ(executor_mib("3.5.7", {{"spark.yarn.executor.memoryOverhead", "100"}}), 1024 + 100);
}

TEST(KubernetesPods, KeysOfTheOverheadDependOnTheVersion) {
  const PolicyWorld::Settings both = {{"spark.executor.memory", "10g"},
                                      {"spark.kubernetes.memoryOverheadFactor", "0.2"},
                                      {"spark.executor.memoryOverheadFactor", "0.3"}};
  EXPECT_EQ(executor_mib("3.2.4", both), 10240 + 2048);
  EXPECT_EQ(executor_mib("3.3.0", both), 10240 + 3072);
  const PolicyWorld::Settings least = {{"spark.executor.minMemoryOverhead", "200m"}};
  EXPECT_EQ(executor_mib("3.5.7", least), 1024 + 384);
  EXPECT_EQ(executor_mib("4.0.0", least), 1024 + 200);
}

TEST(KubernetesPods, PythonHasMoreBesideTheHeap) {
  EXPECT_EQ(executor_mib("3.5.7", {{"spark.executor.memory", "10g"},
                                   {"spark.kubernetes.resource.type", "python"},
                                   {"spark.executor.pyspark.memory", "1g"}}),
            10240 + 4096 + 1024);
  // A factor that is given stands; without Python its memory is not asked for.
  EXPECT_EQ(executor_mib("3.5.7", {{"spark.executor.memory", "10g"},
                                   {"spark.kubernetes.memoryOverheadFactor", "0.1"},
                                   {"spark.kubernetes.resource.type", "python"}}),
            10240 + 1024);
  EXPECT_EQ(executor_mib("3.5.7", {{"spark.executor.pyspark.memory", "1g"}}), 1024 + 384);
}

TEST(KubernetesPods, OffHeapMemoryCountsWhereItIsOn) {
  EXPECT_EQ(executor_mib("3.5.7", {{"spark.memory.offHeap.size", "2g"}}), 1024 + 384);
  EXPECT_EQ(executor_mib("3.5.7", {{"spark.memory.offHeap.size", "2g"},
                                   {"spark.memory.offHeap.enabled", "true"}}),
            1024 + 384 + 2048);
}

TEST(KubernetesPods, TheCpuRequestIsCountedInMillicores) {
  PolicyWorld world;
  world.add_application("3.5.7", 1,
                        {{"spark.executor.cores", "4"},
                         {"spark.kubernetes.executor.request.cores", "2500m"},
                         {"spark.driver.cores", "2"},
                         {"spark.driver.memory", "4g"}});
  const KubernetesPod executor = kubernetes_executor_pod(*world.applications[0]);
  EXPECT_EQ(executor.cores, 4);
  EXPECT_EQ(executor.requested_millis, 2500);
  const KubernetesPod driver = kubernetes_driver_pod(*world.applications[0]);
  EXPECT_EQ(driver.requested_millis, 2000);
  EXPECT_EQ(driver.memory, Bytes::mib(4096 + 409));
}

// amazon-eks-ami, bootstrap.sh: 80m of 4 vCPUs, 110m of 16; 255 + 11 * 58 MiB and the threshold.
TEST(KubernetesReserves, FollowTheCloudsRules) {
  const auto of = [](std::vector<std::pair<std::string, std::string>> parameters,
                     std::int32_t cores, Bytes memory) {
    const auto kept = KubernetesReserves({.name = "kubernetes", .parameters = parameters})
                          .of(cores, memory.count());
    return std::pair(kept.millis, kept.memory >> 20);
  };
  EXPECT_EQ(of({{"vm_overhead", "0"}}, 4, Bytes::gib(16)), std::pair(80, std::int64_t{993}));
  EXPECT_EQ(of({{"vm_overhead", "0"}, {"max_pods", "110"}}, 16, Bytes::gib(64)),
            std::pair(110, std::int64_t{1565}));
  EXPECT_EQ(of({}, 4, Bytes::gib(16)), std::pair(80, std::int64_t{993 + 1228}));
  // GKE: 1024 + 819.2 + 819.2 MiB of 16 GiB, and 100.
  EXPECT_EQ(of({{"reserved", "gke"}}, 4, Bytes::gib(16)), std::pair(80, std::int64_t{2762}));
  EXPECT_EQ(of({{"reserved", "none"}}, 4, Bytes::gib(16)), std::pair(0, std::int64_t{0}));
  EXPECT_EQ(of({{"reserved_cores", "0.5"}, {"reserved_memory", "2g"}}, 4, Bytes::gib(16)),
            std::pair(500, std::int64_t{2048}));
}

// 3500m and 500m are all of 4 cores; another 3500m is not.
TEST_F(KubernetesTest, PodsFitByMillicores) {
  world.add_nodes(2, 4, Bytes::gib(64));
  world.nodes[1].millis_reserved = 3600;
  world.add_application("3.5.7", 3,
                        {{"spark.executor.cores", "4"},
                         {"spark.kubernetes.executor.request.cores", "3500m"}});
  world.add_application("3.5.7", 1, {{"spark.kubernetes.executor.request.cores", "0.5"}});
  play(at_seconds(5));
  EXPECT_THAT(places(), ElementsAre(0, 0));
  EXPECT_EQ(world.nodes[0].free_millis(), 0);
  EXPECT_EQ(world.states[0].pending.count, 2u);
  EXPECT_EQ(world.states[0].pending.cores, 3);
  EXPECT_EQ(world.states[0].pending.millis, 500);
}

// spark.kubernetes.node.selector.* is of both roles, spark.kubernetes.<role>.* from 3.3 on.
TEST(KubernetesSelectors, SayWhichGroupsAPodMayUse) {
  std::vector<NodeSpec> nodes(3);
  nodes[0].labels = "pool=web";
  nodes[1].labels = "pool=spark, disk=ssd";
  nodes[1].instance = "m5.xlarge";
  nodes[2].labels = "pool=spark";
  Conf conf;
  EXPECT_EQ(kubernetes_groups(conf, spark(3, 5), "executor", nodes) & 7, 7u);
  conf.set("spark.kubernetes.node.selector.pool", "spark");
  EXPECT_EQ(kubernetes_groups(conf, spark(3, 5), "driver", nodes), 6u);
  conf.set("spark.kubernetes.executor.node.selector.disk", "ssd");
  EXPECT_EQ(kubernetes_groups(conf, spark(3, 5), "driver", nodes), 6u);
  EXPECT_EQ(kubernetes_groups(conf, spark(3, 5), "executor", nodes), 2u);
  EXPECT_EQ(kubernetes_groups(conf, spark(3, 2), "executor", nodes), 6u);
  conf.set("spark.kubernetes.node.selector.node.kubernetes.io/instance-type", "m5.xlarge");
  EXPECT_EQ(kubernetes_groups(conf, spark(3, 5), "driver", nodes), 2u);
}

// --- batches (8.3) -----------------------------------------------------------------------------

TEST_F(KubernetesTest, TenExecutorsAreCreatedInTwoSeconds) {
  world.add_nodes(1, 100, Bytes::gib(100));
  world.add_application("3.5.7", 10);
  play(at_seconds(60));
  EXPECT_EQ(batches(), "0 x5, 1000 x5");
  EXPECT_EQ(world.manager_wakes, Time::never());  // there is nothing more to do
}

TEST_F(KubernetesTest, LaterVersionsCreateMoreAtATime) {
  for (const auto& [version, expected] : {std::pair{"4.0.0", "0 x10, 1000 x10, 2000 x5"},
                                          {"4.1.4", "0 x10, 1000 x10, 2000 x5"},
                                          {"4.2.0", "0 x20, 1000 x5"}}) {
    world = {};
    manager = nullptr;
    world.add_nodes(1, 100, Bytes::gib(100));
    world.add_application(version, 25);
    play(at_seconds(60));
    EXPECT_EQ(batches(), expected) << version;
  }
}

TEST_F(KubernetesTest, SizeAndDelayOfBatchesCanBeSet) {
  world.add_nodes(1, 100, Bytes::gib(100));
  world.add_application("3.5.7", 5,
                        {{"spark.kubernetes.allocation.batch.size", "2"},
                         {"spark.kubernetes.allocation.batch.delay", "250ms"}});
  play(at_seconds(60));
  EXPECT_EQ(batches(), "0 x2, 250 x2, 500 x1");
}

// Up to 3.0 the second batch waits until no pod is Pending, which ends 1.3 s after each start.
TEST_F(KubernetesTest, PendingPodsHoldUpTheNextBatchUpTo30) {
  world.add_nodes(1, 8, Bytes::gib(100));
  world.add_application("3.0.3", 10);
  play(at_seconds(10));
  EXPECT_EQ(batches(), "0 x5, 2000 x3");
  EXPECT_EQ(world.states[0].pending.count, 2u);
  EXPECT_EQ(world.manager_wakes, Time::never());  // only a node can help
}

TEST_F(KubernetesTest, From31OnAllAreAskedForWhateverIsPending) {
  world.add_nodes(1, 2, Bytes::gib(100));
  world.add_application("3.1.3", 20);
  play(at_seconds(10));
  EXPECT_EQ(batches(), "0 x2");
  EXPECT_EQ(world.states[0].pending.count, 18u);
  EXPECT_EQ(world.states[0].pending.cores, 1);
  EXPECT_EQ(world.states[0].pending.memory, Bytes::mib(1408).count());
}

TEST_F(KubernetesTest, PendingPodsCanBeLimitedFrom32On) {
  const PolicyWorld::Settings most = {{"spark.kubernetes.allocation.maxPendingPods", "3"}};
  world.add_application("3.2.0", 20, most);
  world.add_application("3.1.3", 20, most);
  play(at_seconds(10));
  EXPECT_EQ(world.states[0].pending.count, 3u);
  EXPECT_EQ(world.states[1].pending.count, 20u);
}

// ExecutorPodsAllocator: one limit for the application, shared by its profiles; from 4.1 on each
// may have one of its own as well.
TEST_F(KubernetesTest, PendingPodsAreLimitedForAllProfilesTogether) {
  const auto pending = [this](const char* version, const char* most, const char* of_each) {
    world = {};
    manager = nullptr;
    world.add_application(version, 40, {{"spark.kubernetes.allocation.maxPendingPods", most},
                                        {"spark.kubernetes.allocation.maxPendingPodsPerRp",
                                         of_each}});
    Conf larger;
    larger.set("spark.executor.cores", "2");
    world.applications[0]->resource_profiles = {make_resource_profile(1, larger)};
    world.states[0].profiles.assign(2, ProfileState{.target = 20, .pending = {}});
    play(at_seconds(10));
    const auto& profiles = world.states[0].profiles;
    return std::pair(profiles[0].pending.count, profiles[1].pending.count);
  };
  EXPECT_EQ(pending("3.5.7", "5", "1"), std::pair(3u, 2u));
  EXPECT_EQ(pending("4.1.0", "5", "4"), std::pair(3u, 2u));
  EXPECT_EQ(pending("4.1.0", "50", "4"), std::pair(4u, 4u));
  EXPECT_EQ(pending("4.0.0", "50", "4"), std::pair(20u, 20u));
}

// A pod that runs makes room for one of any profile.
TEST_F(KubernetesTest, ARunningPodMakesRoomForAnotherProfile) {
  world.add_nodes(1, 100, Bytes::gib(100));
  world.add_application("3.5.7", 2, {{"spark.kubernetes.allocation.maxPendingPods", "1"}});
  Conf larger;
  larger.set("spark.executor.cores", "2");
  world.applications[0]->resource_profiles = {make_resource_profile(1, larger)};
  world.states[0].profiles.assign(2, ProfileState{.target = 1, .pending = {}});
  play(at_seconds(10));
  EXPECT_EQ(batches(), "0 x1, 2000 x1");  // Pending ends 1.3 s after the start
}

TEST_F(KubernetesTest, ALostExecutorIsAskedForAgainAtTheNextTick) {
  world.add_nodes(2, 2, Bytes::gib(100));
  world.add_application("3.5.7", 4);
  play(at_seconds(10.4));
  world.states[0].launched = 3;
  world.nodes[1].cores_used = 1;
  play(at_seconds(20));
  EXPECT_EQ(batches(), "0 x4, 11000 x1");
}

TEST_F(KubernetesTest, AChangedWishIsHeardAtOnceIfNoPodIsPending) {
  world.add_nodes(1, 100, Bytes::gib(100));
  world.add_application("3.5.7", 1);
  play(at_seconds(5.5));
  world.states[0].target = 3;
  play(at_seconds(5.7));
  world.states[0].target = 4;  // two pods are Pending: the next tick
  play(at_seconds(20));
  EXPECT_EQ(batches(), "0 x1, 5500 x2, 6000 x1");
}

// 4: pending pods younger than the idle timeout are protected.
TEST_F(KubernetesTest, AShrunkenWishDeletesPendingPodsOfAMinute) {
  world.add_application("3.5.7", 4);
  play(at_seconds(10));
  world.states[0].target = 1;
  play(at_seconds(60));
  EXPECT_EQ(world.states[0].pending.count, 4u);
  play(at_seconds(62));
  EXPECT_EQ(world.states[0].pending.count, 1u);
}

TEST_F(KubernetesTest, NothingIsLeftPendingByAnApplicationThatHasEnded) {
  world.add_application("3.5.7", 4);
  play(at_seconds(1));
  world.states[0].ended = world.now;
  play(at_seconds(2));
  EXPECT_EQ(world.states[0].pending.count, 0u);
}

// --- places ------------------------------------------------------------------------------------

TEST_F(KubernetesTest, TheLeastAllocatedNodeIsNext) {
  world.add_nodes(3, 8, Bytes::gib(32));
  world.nodes[0].cores_used = 4;
  world.nodes[0].memory_used = Bytes::gib(14).count();
  world.add_application("3.5.7", 5,
                        {{"spark.executor.cores", "2"}, {"spark.executor.memory", "7g"}});
  play(at_seconds(5));
  EXPECT_THAT(places(), ElementsAre(1, 2, 1, 2, 0));
}

TEST_F(KubernetesTest, CoresAndMemoryMustFit) {
  world.add_nodes(1, 4, Bytes::gib(64));
  world.add_nodes(1, 64, Bytes::gib(4));
  world.add_application("3.5.7", 6,
                        {{"spark.executor.cores", "3"}, {"spark.executor.memory", "1g"}});
  play(at_seconds(5));
  // Node 0 has cores for one, node 1 memory for two: 1,408 MiB each of 4,096.
  EXPECT_THAT(places(), ElementsAre(1, 0, 1));
  EXPECT_EQ(world.states[0].pending.count, 3u);
  EXPECT_THAT(world.notes, ElementsAre("application app0: 2 executor pods of 3 cores and 1408 MiB "
                                       "fit no node: pending until there is room"));
}

TEST_F(KubernetesTest, APodThatIsTooLargeSaysSoAndHoldsNobodyUp) {
  world.add_nodes(1, 4, Bytes::gib(16));
  world.add_application("3.5.7", 1, {{"spark.executor.cores", "5"}});
  world.add_application("3.5.7", 2);
  play(at_seconds(60));
  EXPECT_THAT(places(), ElementsAre(0, 0));
  EXPECT_EQ(world.states[0].pending.count, 1u);
  EXPECT_THAT(world.notes, ElementsAre(HasSubstr("even if all were empty")));
}

TEST_F(KubernetesTest, WhoRegisteredFirstIsServedFirst) {
  world.add_nodes(1, 3, Bytes::gib(16));
  world.add_application("3.5.7", 2);
  world.add_application("3.5.7", 2);
  world.now = at_seconds(1);
  world.states[0].registered = at_seconds(1);
  play(at_seconds(1));  // at one instant: ticks of both
  EXPECT_EQ(world.states[0].launched, 1u);
  EXPECT_EQ(world.states[1].launched, 2u);
}

// --- starts (15) -------------------------------------------------------------------------------

// 5.4 s were measured on a warm node of EKS.
TEST_F(KubernetesTest, AWarmNodeTakesFiveSeconds) {
  world.add_nodes(1, 4, Bytes::gib(16));
  world.nodes[0].has_image = true;
  world.add_application("3.5.7", 1);
  manager = make_kubernetes(Scenario());
  play(at_seconds(5));
  EXPECT_THAT(world.registrations(), ElementsAre(at_seconds(5.3)));
  EXPECT_EQ(world.launched[0].command.usable, Duration::millis(200));
}

TEST_F(KubernetesTest, ANodePullsTheImageOnceForAll) {
  scenario.cluster.manager.parameters.clear();
  parameter("image_size", "2g");  // 2,147,483,648 bytes at 96,000,000 a second: 22.37 s
  world.add_nodes(1, 4, Bytes::gib(16));
  world.add_application("3.5.7", 2, {{"spark.kubernetes.allocation.batch.size", "1"}});
  play(at_seconds(50));
  const Duration pull = Duration::from_seconds(2147483648.0 / 96e6);
  EXPECT_EQ(world.launched[0].command.start, Duration::millis(5300) + pull);
  EXPECT_EQ(world.launched[1].at, at_seconds(1));
  EXPECT_EQ(world.registrations()[1], world.registrations()[0]);  // both wait for the one pull
}

TEST_F(KubernetesTest, TheStartOfTheJvmIsAParameter) {
  parameter("jvm_start", "0s");
  parameter("start_cpu", "6.5");
  world.add_nodes(1, 4, Bytes::gib(16));
  world.add_application("3.5.7", 1, {{"spark.executor.memory", "2g"}});
  play(at_seconds(1));
  EXPECT_EQ(world.launched[0].command.start, Duration::millis(1300));
  EXPECT_DOUBLE_EQ(world.launched[0].command.start_cpu, 6.5);
  EXPECT_EQ(world.launched[0].command.charged_memory, Bytes::mib(2048 + 384).count());
}

// --- drivers -----------------------------------------------------------------------------------

TEST_F(KubernetesTest, TheDriverOfClusterModeIsAPodToo) {
  const ApplicationId id =
      world.submit_to_cluster({{"spark.driver.memory", "4g"}, {"spark.driver.cores", "2"}});
  manager = make_kubernetes(scenario);
  ClusterCommands commands;
  manager->submitted(id, world.view(), commands);
  ASSERT_THAT(commands, SizeIs(1));
  EXPECT_EQ(std::get<command::WakeAt>(commands[0]).at, at_seconds(4));
  play(at_seconds(10));
  EXPECT_THAT(world.drivers, IsEmpty());
  EXPECT_EQ(world.states[0].pending.count, 1u);
  EXPECT_EQ(world.states[0].pending.since, at_seconds(4));
  EXPECT_EQ(world.states[0].pending.memory, Bytes::mib(4096 + 409).count());
  world.add_nodes(1, 4, Bytes::gib(16));
  play(at_seconds(11));
  ASSERT_THAT(world.drivers, SizeIs(1));
  EXPECT_EQ(world.drivers[0].first, at_seconds(10));
  EXPECT_EQ(world.drivers[0].second.start, Duration::millis(4300));
  EXPECT_EQ(world.drivers[0].second.charged_cores, 2);
  EXPECT_EQ(world.states[0].pending.count, 0u);
}

TEST_F(KubernetesTest, TheDriverOfClientModeIsNone) {
  const ApplicationId id = world.add_application("3.5.7", 0);
  manager = make_kubernetes(scenario);
  ClusterCommands commands;
  manager->submitted(id, world.view(), commands);
  EXPECT_THAT(commands, IsEmpty());
}

}  // namespace
}  // namespace muster
