// EMR: what a release and the instance types set. Numbers in comments are sections of
// spark-semantics.md.
#include "models/clouds/emr.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "models/clouds/fleets.h"
#include "models/clouds/instance_types.h"
#include "models/cluster_managers/yarn_containers.h"
#include "sim/run/price.h"

namespace muster {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const InstanceType& type_of(std::string_view name) {
  std::string why;
  const InstanceType* type = find_instance_type(name, why);
  EXPECT_NE(type, nullptr) << why;
  return *type;
}

NodeSpec nodes_of(const char* role, const char* instance, std::int32_t count, bool spot = false) {
  NodeSpec node;
  node.name = role;
  node.role = role;
  node.instance = instance;
  node.count = count;
  node.spot = spot;
  return node;
}

Scenario emr(const char* release, const char* core = "m5.xlarge", const char* task = "m5.xlarge") {
  Scenario scenario;
  scenario.cluster.nodes = {nodes_of("master", "m5.xlarge", 1), nodes_of("core", core, 2),
                            nodes_of("task", task, 4, true)};
  scenario.cluster.cloud = {.name = "emr", .parameters = {{"release", release}}};
  return scenario;
}

std::string manager(const Scenario& scenario, std::string_view name) {
  for (const auto& [key, value] : scenario.cluster.manager.parameters)
    if (key == name) return value;
  return "";
}

// --- instance types ------------------------------------------------------------------------

// 9.2: yarn.nodemanager.resource.memory-mb.
TEST(InstanceTypes, HaveTheListedYarnMemory) {
  EXPECT_EQ(type_of("m5.xlarge").yarn_mib, 12288);
  EXPECT_EQ(type_of("m5.4xlarge").yarn_mib, 57344);
  EXPECT_EQ(type_of("r5.24xlarge").yarn_mib, 778240);
  EXPECT_EQ(type_of("c5.12xlarge").yarn_mib, 90112);
  EXPECT_EQ(type_of("m6g.xlarge").yarn_mib, 11712);
  EXPECT_EQ(type_of("i3.xlarge").yarn_mib, 23424);
}

// The rule behind the fifth generation: a quarter is kept back, 8 GiB at most.
TEST(InstanceTypes, OfTheFifthGenerationKeepAQuarterBack) {
  for (const InstanceType& type : instance_types()) {
    if (!type.name.starts_with("m5") && !type.name.starts_with("r5") &&
        !type.name.starts_with("c5") && !type.name.starts_with("m4"))
      continue;
    EXPECT_EQ(type.memory_mib - type.yarn_mib, std::min(type.memory_mib / 4, 8192)) << type.name;
  }
}

// 9.4: on demand, and a quarter of it for EMR, capped at 27 cents.
TEST(InstanceTypes, HaveTheListedPrices) {
  EXPECT_EQ(on_demand_price(type_of("m5.xlarge")), Money::micro_dollars(192'000));
  EXPECT_EQ(emr_surcharge(type_of("m5.xlarge")), Money::micro_dollars(48'000));
  EXPECT_EQ(emr_surcharge(type_of("c5.xlarge")), Money::micro_dollars(43'000));
  EXPECT_EQ(emr_surcharge(type_of("c5.2xlarge")), Money::micro_dollars(85'000));
  EXPECT_EQ(emr_surcharge(type_of("r5.4xlarge")), Money::micro_dollars(252'000));
  EXPECT_EQ(emr_surcharge(type_of("m5.16xlarge")), Money::micro_dollars(270'000));
  EXPECT_EQ(emr_surcharge(type_of("m4.2xlarge")), Money::micro_dollars(120'000));
}

TEST(InstanceTypes, AMisspeltOneIsNamed) {
  std::string why;
  EXPECT_EQ(find_instance_type("m5.xlrge", why), nullptr);
  EXPECT_THAT(why, HasSubstr("did you mean `m5.xlarge`?"));
}

// --- executors -----------------------------------------------------------------------------

// EMR's own defaults as they stand in recorded configurations, and 9.2's c5.12xlarge.
TEST(EmrExecutors, AreSizedAsEmrDoes) {
  const EmrExecutor m5 = emr_default_executor(4, 12288, 0.1875);
  EXPECT_EQ(m5.cores, 4);
  EXPECT_EQ(m5.heap_mib, 9486);
  EXPECT_EQ(emr_default_executor(4, 24576, 0.1875).heap_mib, 18971);
  const EmrExecutor c5 = emr_default_executor(48, 90112, 0.1875);
  EXPECT_EQ(c5.cores, 3);
  EXPECT_EQ(c5.heap_mib, 4743);
  // The rule is not EMR's in all cases: 9397M was recorded here.
  EXPECT_NEAR(static_cast<double>(emr_default_executor(16, 54272, 0.1875).heap_mib), 9397, 260);
}

// 9.2: containers of 5632 MB: 16 on a c5.12xlarge, 45 with 135 cores on an r5.8xlarge of 32.
TEST(EmrExecutors, OversubscribeALargerTaskNode) {
  Scenario scenario = emr("6.15", "c5.12xlarge", "r5.8xlarge");
  EXPECT_THAT(apply_emr(scenario).faults, IsEmpty());
  const YarnAllocation allocation{.minimum = Bytes::mib(32), .maximum = Bytes::mib(253952)};
  const YarnContainer executor = yarn_executor_container(scenario.conf, spark(3, 4), allocation);
  EXPECT_EQ(executor.granted, Bytes::mib(5632));
  EXPECT_EQ(scenario.cluster.nodes[1].memory.count() / executor.granted.count(), 16);
  const auto on_task = scenario.cluster.nodes[2].memory.count() / executor.granted.count();
  EXPECT_EQ(on_task, 45);
  EXPECT_EQ(on_task * executor.cores, 135);
  EXPECT_EQ(scenario.cluster.nodes[2].cores, 32);
}

TEST(EmrExecutors, CanTakeTheWholeNode) {
  Scenario scenario = emr("6.15");
  scenario.cluster.cloud.parameters.emplace_back("maximize_resource_allocation", "true");
  EXPECT_THAT(apply_emr(scenario).faults, IsEmpty());
  EXPECT_EQ(scenario.conf.text("spark.executor.cores", ""), "4");
  EXPECT_EQ(scenario.conf.text("spark.default.parallelism", ""), "48");
  EXPECT_EQ(scenario.conf.text("spark.executor.instances", ""), "6");
  const YarnAllocation allocation{.minimum = Bytes::mib(32), .maximum = Bytes::mib(12288)};
  const YarnContainer executor = yarn_executor_container(scenario.conf, 0, allocation);
  EXPECT_EQ(executor.granted, Bytes::mib(12288));
  EXPECT_LE(executor.asked, allocation.maximum);
}

// --- fleets and prices -----------------------------------------------------------------------

FleetSpec fleet_of(std::int32_t on_demand, std::int32_t spot) {
  FleetSpec fleet;
  fleet.name = "task";
  fleet.on_demand_capacity = on_demand, fleet.spot_capacity = spot;
  fleet.types = {{"m5.xlarge", 4}, {"m5.2xlarge", 8}, {"c5.xlarge", 4}};
  return fleet;
}

// By the price of a unit; whole machines.
TEST(EmrFleets, TakeTheCheapestType) {
  Scenario scenario;
  scenario.cluster.fleets = {fleet_of(10, 20)};
  scenario.cluster.prices = {{"m5.xlarge", 0, 0.08}, {"m5.2xlarge", 0, 0.14}};
  const Scenario full = with_fleets(scenario);
  ASSERT_EQ(full.cluster.nodes.size(), 2u);
  const NodeSpec& on_demand = full.cluster.nodes[0];
  EXPECT_EQ(on_demand.name + " " + on_demand.instance, "task c5.xlarge");
  EXPECT_EQ(on_demand.count, 3);  // of four units
  EXPECT_FALSE(on_demand.spot);
  const NodeSpec& spot = full.cluster.nodes[1];
  EXPECT_EQ(spot.name + " " + spot.instance, "task-spot m5.2xlarge");
  EXPECT_EQ(spot.count, 3);  // of eight
  EXPECT_EQ(spot.role, "task");
  EXPECT_TRUE(spot.spot);
}

TEST(EmrFleets, WithoutASpotPriceTakeTheFirst) {
  Scenario scenario;
  scenario.cluster.fleets = {fleet_of(0, 20)};
  EXPECT_EQ(with_fleets(scenario).cluster.nodes.at(0).instance, "m5.xlarge");
}

// An hour of four machines: 0.192 on demand and 0.048 for EMR, of which spot spares 0.112.
TEST(SpotPrices, SayWhatTheySave) {
  Scenario scenario = emr("6.15");
  scenario.cluster.prices = {{"m5.xlarge", 0, 0.08}};
  Result result;
  for (const char* host : {"task-1", "task-2", "task-3", "task-4"})
    result.nodes.push_back(
        {.host = host, .group = "task", .ordered = Time(), .ready = Time(), .gone_reason = {}});
  result.nodes[3].gone = Time() + Duration::seconds(1800);  // reclaimed: paid until then
  price(scenario, Time() + Duration::seconds(3600), result);
  ASSERT_EQ(result.leases.size(), 1u);
  EXPECT_EQ(result.leases[0].what, "m5.xlarge (task, spot)");
  EXPECT_EQ(result.leases[0].machines, 4u);
  EXPECT_EQ(result.leases[0].time, Duration::seconds(3600 * 7 / 2));  // not four hours
  EXPECT_EQ(result.cost, Money::micro_dollars(128'000 * 7 / 2));
  EXPECT_EQ(result.leases[0].saved(), Money::micro_dollars(112'000 * 7 / 2));
  EXPECT_THAT(result.provenance.warnings, IsEmpty());
  scenario.cluster.prices.clear();
  price(scenario, Time() + Duration::seconds(3600), result);
  EXPECT_EQ(result.leases[1].saved(), Money());
  EXPECT_EQ(result.provenance.warnings.size(), 1u);
}

TEST(SpotPrices, ThatAreMissingAreNamedOnceForEachTypeThatWasThere) {
  Scenario scenario;
  NodeSpec group;
  group.spot = true;
  Result result;
  for (const auto& [name, instance] :
       {std::pair("a", "m5.xlarge"), std::pair("b", "m5.2xlarge"), std::pair("c", "m5.xlarge"),
        std::pair("d", "c5.xlarge")}) {
    group.name = name, group.instance = instance;
    scenario.cluster.nodes.push_back(group);
    if (group.name != "d")
      result.nodes.push_back(
          {.host = name, .group = name, .ordered = Time(), .ready = Time(), .gone_reason = {}});
  }
  price(scenario, Time() + Duration::seconds(3600), result);
  EXPECT_THAT(result.provenance.warnings,
              ElementsAre(HasSubstr("(m5.xlarge, m5.2xlarge)")));
}

// --- releases ------------------------------------------------------------------------------

// 9.1: 5.19 to 5.x: masters on core nodes only, executors anywhere.
TEST(EmrReleases, FiveKeepsMastersOnCoreNodes) {
  Scenario scenario = emr("5.36");
  EXPECT_THAT(apply_emr(scenario).faults, IsEmpty());
  EXPECT_EQ(scenario.cluster.manager.name, "yarn");
  EXPECT_EQ(manager(scenario, "am_label"), "CORE");
  EXPECT_EQ(manager(scenario, "share_labels"), "true");
  EXPECT_EQ(scenario.cluster.nodes[0].labels, "");
  EXPECT_EQ(scenario.cluster.nodes[1].labels, "CORE");
  EXPECT_EQ(scenario.cluster.nodes[2].labels, "");
}

TEST(EmrReleases, SixAndSevenAndOldFivesPutMastersAnywhere) {
  for (const char* release : {"5.18", "6.15", "emr-6.2.0", "7.1"}) {
    Scenario scenario = emr(release);
    EXPECT_THAT(apply_emr(scenario).faults, IsEmpty());
    EXPECT_EQ(manager(scenario, "am_label"), "") << release;
    EXPECT_EQ(scenario.cluster.nodes[1].labels, "") << release;
  }
}

// 9.1: the two properties turn it on again in 6; one of them alone does not bind masters.
TEST(EmrReleases, SixCanHaveItBack) {
  Scenario scenario = emr("6.15");
  scenario.cluster.cloud.parameters.emplace_back("node_labels", "true");
  Scenario half = scenario;
  scenario.cluster.cloud.parameters.emplace_back("am_label", "CORE");
  apply_emr(scenario);
  EXPECT_EQ(manager(scenario, "am_label"), "CORE");
  EXPECT_EQ(scenario.cluster.nodes[1].labels, "CORE");
  apply_emr(half);
  EXPECT_EQ(manager(half, "am_label"), "");
  EXPECT_EQ(half.cluster.nodes[1].labels, "CORE");
}

TEST(EmrReleases, SevenCanLabelByMarket) {
  Scenario scenario = emr("7.2");
  scenario.cluster.cloud.parameters.insert(
      scenario.cluster.cloud.parameters.end(),
      {{"node_labels", "true"}, {"label_by", "market"}, {"am_label", "ON_DEMAND"}});
  EXPECT_THAT(apply_emr(scenario).faults, IsEmpty());
  EXPECT_EQ(scenario.cluster.nodes[1].labels, "ON_DEMAND");
  EXPECT_EQ(scenario.cluster.nodes[2].labels, "SPOT");
}

// 9.2: what EMR writes into spark-defaults.
TEST(EmrReleases, SetWhatSparkDefaultsSay) {
  Scenario scenario = emr("6.15");
  const EmrChanges changes = apply_emr(scenario);
  EXPECT_TRUE(scenario.conf.flag("spark.dynamicAllocation.enabled", false));
  EXPECT_TRUE(scenario.conf.flag("spark.shuffle.service.enabled", false));
  EXPECT_EQ(scenario.conf.number("spark.yarn.executor.memoryOverheadFactor", 0), 0.1875);
  EXPECT_EQ(scenario.conf.bytes("spark.driver.memory", Bytes(), Bytes::mib(1)), Bytes::gib(2));
  EXPECT_EQ(scenario.conf.text("spark.executor.memory", ""), "9486M");
  EXPECT_EQ(manager(scenario, "minimum_allocation"), "32m");
  EXPECT_EQ(manager(scenario, "maximum_allocation"), "12288m");
  EXPECT_EQ(scenario.cluster.nodes[1].cores, 4);
  EXPECT_EQ(scenario.cluster.nodes[1].memory, Bytes::mib(12288));
  EXPECT_THAT(changes.set, Contains("core: 4 cores, 12288 MB for YARN (m5.xlarge)"));
  EXPECT_THAT(changes.set, Contains("spark.executor.memory 9486M"));
}

TEST(EmrReleases, LeaveAloneWhatTheScenarioSets) {
  Scenario scenario = emr("5.36");
  scenario.conf.set("spark.executor.memory", "3g");
  scenario.conf.set("spark.dynamicAllocation.enabled", "false");
  scenario.cluster.manager = {.name = "yarn", .parameters = {{"am_label", ""}}};
  apply_emr(scenario);
  EXPECT_EQ(scenario.conf.text("spark.executor.memory", ""), "3g");
  EXPECT_EQ(scenario.conf.text("spark.dynamicAllocation.enabled", ""), "false");
  EXPECT_EQ(manager(scenario, "am_label"), "");
  const Scenario once = scenario;
  EXPECT_THAT(apply_emr(scenario).faults, IsEmpty());
  EXPECT_EQ(scenario, once);
}

TEST(EmrReleases, NameTheirFaults) {
  Scenario old = emr("3.1");
  EXPECT_THAT(apply_emr(old).faults, ElementsAre(HasSubstr("got `3.1`")));
  Scenario typo = emr("6.15", "m5.xlage");
  EXPECT_THAT(apply_emr(typo).faults, ElementsAre(HasSubstr("nodes core: no instance type")));
  Scenario market = emr("6.15");
  market.cluster.cloud.parameters.emplace_back("label_by", "market");
  EXPECT_THAT(apply_emr(market).faults, ElementsAre(HasSubstr("from EMR 7.2 on")));
  Scenario other = emr("6.15");
  other.cluster.manager.name = "kubernetes";
  EXPECT_THAT(apply_emr(other).faults, ElementsAre(HasSubstr("not kubernetes")));
  Scenario coreless = emr("6.15");
  coreless.cluster.nodes.erase(coreless.cluster.nodes.begin() + 1);
  EXPECT_THAT(apply_emr(coreless).faults, ElementsAre(HasSubstr("role core")));
}

TEST(Emr, ReplicatesBlocksByTheNumberOfCoreNodes) {
  EXPECT_EQ(emr_hdfs_replication(3), 1);
  EXPECT_EQ(emr_hdfs_replication(4), 2);
  EXPECT_EQ(emr_hdfs_replication(10), 3);
}

TEST(Emr, ParametersAreInOrder) {
  for (const Parameter& parameter : emr_parameters()) {
    EXPECT_EQ(parameter_fault(parameter, parameter.fallback), "") << parameter.name;
    EXPECT_FALSE(parameter.source.empty()) << parameter.name;
  }
}

}  // namespace
}  // namespace muster
