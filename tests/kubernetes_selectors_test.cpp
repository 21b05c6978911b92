// Labels that nodes have without the scenario saying so, and selectors of what nobody can know.
#include "models/cluster_managers/kubernetes_selectors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace muster {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kSelector = "spark.kubernetes.node.selector.";

Scenario two_groups() {
  Scenario scenario;
  scenario.cluster.master = "k8s://https://m";
  scenario.cluster.nodes.resize(2);
  scenario.cluster.nodes[0].name = "arm";
  scenario.cluster.nodes[0].instance = "m6g.xlarge";
  scenario.cluster.nodes[1].name = "intel";
  scenario.cluster.nodes[1].instance = "m5.xlarge";
  scenario.cluster.nodes[1].count = 3;
  return scenario;
}

std::uint64_t groups_with(const Scenario& scenario, const std::string& key, const char* value) {
  Conf conf;
  conf.set(kSelector + key, value);
  return kubernetes_groups(conf, version_number("3.5.7"), "executor", scenario.cluster.nodes);
}

TEST(KubernetesSelectors, KnowWhatTheKubeletWrites) {
  Scenario scenario = two_groups();
  EXPECT_EQ(groups_with(scenario, "kubernetes.io/arch", "arm64"), 1u);
  EXPECT_EQ(groups_with(scenario, "kubernetes.io/arch", "amd64"), 2u);
  EXPECT_EQ(groups_with(scenario, "kubernetes.io/hostname", "arm"), 1u);
  EXPECT_EQ(groups_with(scenario, "kubernetes.io/hostname", "intel-3"), 2u);
  EXPECT_EQ(groups_with(scenario, "kubernetes.io/hostname", "intel-4"), 0u);
  for (const char* type : {"c7gn.large", "t4g.small", "im4gn.large", "a1.large"}) {
    scenario.cluster.nodes[1].instance = type;
    EXPECT_EQ(groups_with(scenario, "kubernetes.io/arch", "arm64"), 3u) << type;
  }
  scenario.cluster.nodes[1].instance = "g4dn.xlarge";  // graphics, not Graviton
  EXPECT_EQ(groups_with(scenario, "kubernetes.io/arch", "arm64"), 1u);
}

TEST(KubernetesSelectors, ACloudsLabelCountsOnlyWhereTheScenarioSaysIt) {
  Scenario scenario = two_groups();
  const std::string zone = "topology.kubernetes.io/zone";
  EXPECT_EQ(groups_with(scenario, zone, "a"), 3u);
  EXPECT_EQ(groups_with(scenario, "karpenter.sh/capacity-type", "spot"), 3u);
  EXPECT_EQ(groups_with(scenario, "example.com/zone", "a"), 0u);
  scenario.conf.set(kSelector + zone, "a");
  const ModelFaults doubts = kubernetes_doubts(scenario);
  ASSERT_THAT(doubts, SizeIs(1));
  EXPECT_THAT(doubts.front().what, HasSubstr("taken to have " + zone + "=a"));
  scenario.cluster.nodes[1].labels = zone + "=a";
  EXPECT_EQ(groups_with(scenario, zone, "a"), 2u);
  EXPECT_EQ(groups_with(scenario, zone, "b"), 0u);
  EXPECT_THAT(kubernetes_doubts(scenario), IsEmpty());
}

// The scenario's settings hold for each application that does not set them itself.
TEST(KubernetesSelectors, AnApplicationsSettingsCompleteTheScenarios) {
  Scenario scenario = two_groups();
  scenario.conf.set(kSelector + std::string("kubernetes.io/arch"), "arm64");
  scenario.applications.resize(1);
  scenario.applications[0].conf.set(
      kSelector + std::string("node.kubernetes.io/instance-type"), "m5.xlarge");
  const ModelFaults doubts = kubernetes_doubts(scenario);
  ASSERT_THAT(doubts, SizeIs(1));
  EXPECT_THAT(doubts.front().what, HasSubstr("no node has all the labels"));
}

}  // namespace
}  // namespace muster
