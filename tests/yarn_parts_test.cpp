// YARN's parts: sizes of containers, the master's table of requests, queues. Numbers in comments
// are sections of spark-semantics.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "models/cluster_managers/yarn_asks.h"
#include "models/cluster_managers/yarn_containers.h"
#include "models/cluster_managers/yarn_queues.h"

namespace muster {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Time at_ms(std::int64_t ms) { return Time::millis(ms); }
std::int64_t mib(Bytes bytes) { return bytes.count() >> 20; }

Conf conf_of(const std::vector<std::pair<std::string, std::string>>& entries) {
  Conf conf;
  for (const auto& [key, value] : entries) conf.set(key, value);
  return conf;
}

// --- sizes ---------------------------------------------------------------------------------

// 18.10: 512 + 384 = 896 -> 1,024 MB; 1,024 + 384 = 1,408 -> 2,048 MB.
TEST(YarnContainer, IsRoundedUpToTheMinimumAllocation) {
  const YarnContainer master = yarn_master_container({}, spark(3, 5), false, {});
  EXPECT_EQ(mib(master.asked), 896);
  EXPECT_EQ(mib(master.granted), 1024);
  const YarnContainer driver = yarn_master_container({}, spark(3, 5), true, {});
  EXPECT_EQ(mib(driver.asked), 1408);
  EXPECT_EQ(mib(driver.granted), 2048);
  const Conf small = conf_of({{"spark.executor.memory", "512m"}});
  EXPECT_EQ(mib(yarn_executor_container(small, spark(3, 5), {}).granted), 1024);
}

// 9.2: EMR's minimum allocation is 32 MB and its overhead 18.75 %: 4743 MB make 5632.
TEST(YarnContainer, OfEmrFillsTheNodeExactly) {
  const Conf conf = conf_of(
      {{"spark.executor.memory", "4743M"}, {"spark.yarn.executor.memoryOverheadFactor", "0.1875"}});
  const YarnAllocation emr{.minimum = Bytes::mib(32), .maximum = Bytes::mib(90112)};
  EXPECT_EQ(mib(yarn_executor_container(conf, spark(2, 4, 8), emr).granted), 5632);
  EXPECT_EQ(90112 % 5632, 0);
}

// 5.1: which key says what, by version.
TEST(YarnContainer, OverheadFollowsTheVersion) {
  const auto asked = [](const Conf& conf, int version) {
    return mib(yarn_executor_container(conf, version, {}).asked);
  };
  const Conf factor =
      conf_of({{"spark.executor.memory", "8g"}, {"spark.executor.memoryOverheadFactor", "0.2"}});
  EXPECT_EQ(asked(factor, spark(3, 2)), 8192 + 819);
  EXPECT_EQ(asked(factor, spark(3, 3)), 8192 + 1638);
  const Conf least = conf_of({{"spark.executor.minMemoryOverhead", "100m"}});
  EXPECT_EQ(asked(least, spark(3, 5)), 1024 + 384);
  EXPECT_EQ(asked(least, spark(4, 0)), 1024 + 102);
  const Conf old = conf_of({{"spark.yarn.executor.memoryOverhead", "600"}});
  EXPECT_EQ(asked(old, spark(1, 6)), 1024 + 600);
  const Conf more = conf_of({{"spark.memory.offHeap.enabled", "true"},
                             {"spark.memory.offHeap.size", "1g"},
                             {"spark.executor.pyspark.memory", "256m"},
                             {"spark.yarn.isPython", "true"}});
  EXPECT_EQ(asked(more, spark(3, 5)), 1024 + 384 + 1024 + 256);
  EXPECT_EQ(asked(more, spark(2, 4)), 1024 + 384 + 256);
}

// SchedulerUtils.validateResourceRequest, Hadoop 3.3, whatever the calculator.
TEST(YarnContainer, MayHaveSoManyVcores) {
  const YarnAllocation all{};
  const YarnContainer four = yarn_executor_container(
      conf_of({{"spark.executor.cores", "4"}}), spark(3, 5), all);
  EXPECT_EQ(yarn_invalid_request(four, all, all), "");
  const YarnAllocation most{.most_cores = 3};
  EXPECT_THAT(yarn_invalid_request(four, most, all),
              HasSubstr("Requested resource type=[vcores], Requested resource=<memory:1408, "
                        "vCores:4>, maximum allowed allocation=<memory:8192, vCores:3>"));
}

// --- the master's loop ---------------------------------------------------------------------

// start-yarn-client-r03 of our recordings (18.10): granted at 9.195 and 9.405 s, called at 9.372
// and 10.194 s; a third container came at 10.198 s, was fetched at 13.205 s and released at 16.215
// s.
TEST(YarnAsks, GrantsASurplusThatIsHeldForTwoCalls) {
  YarnAsks asks;
  asks.wish(2, at_ms(8000));
  asks.start(at_ms(8772), {});
  EXPECT_EQ(asks.due(at_ms(8000)), at_ms(8772));
  asks.call(at_ms(8772));
  EXPECT_EQ(asks.booked(), 2u);
  asks.grant({1});
  EXPECT_EQ(asks.due(at_ms(9195)), at_ms(9372));  // 200, then 400 ms
  EXPECT_THAT(asks.call(at_ms(9372)).launch, ElementsAre(YarnGrant{1}));
  asks.grant({2});
  EXPECT_EQ(asks.booked(), 0u);
  EXPECT_EQ(asks.due(at_ms(9405)), at_ms(10172));
  EXPECT_THAT(asks.call(at_ms(10172)).launch, ElementsAre(YarnGrant{2}));
  EXPECT_EQ(asks.booked(), 1u);  // asked for again: the second grant was not yet known
  asks.grant({1});
  EXPECT_EQ(asks.due(at_ms(10198)), at_ms(13172));
  EXPECT_THAT(asks.call(at_ms(13172)).surplus, ElementsAre(YarnGrant{1}));
  EXPECT_EQ(asks.held(), 1u);
  EXPECT_EQ(asks.due(at_ms(13200)), at_ms(16172));
  EXPECT_THAT(asks.call(at_ms(16172)).released, ElementsAre(YarnGrant{1}));
  EXPECT_EQ(asks.held(), 0u);
  EXPECT_EQ(asks.due(at_ms(17000)), Time::never());
}

// 8.2: a new wish wakes the master, but not sooner than 200 ms after its last call.
TEST(YarnAsks, AWishWakesTheMaster) {
  YarnAsks asks;
  asks.start(at_ms(0), {});
  asks.wish(1, at_ms(0));
  asks.call(at_ms(0));
  asks.wish(3, at_ms(50));
  EXPECT_EQ(asks.due(at_ms(50)), at_ms(200));
  asks.call(at_ms(200));
  EXPECT_EQ(asks.booked(), 3u);
  asks.wish(1, at_ms(5000));
  EXPECT_EQ(asks.due(at_ms(5000)), at_ms(5000));
  asks.call(at_ms(5000));
  EXPECT_EQ(asks.booked(), 1u);
}

// --- queues --------------------------------------------------------------------------------

TEST(YarnQueues, AreReadFromAText) {
  std::vector<std::string> faults;
  const auto queues = parse_yarn_queues(
      "etl capacity=60 maximum=80; adhoc weight=2 min_share=4g label=CORE", faults);
  ASSERT_THAT(queues, SizeIs(2));
  EXPECT_THAT(faults, IsEmpty());
  EXPECT_EQ(queues[0].maximum, 80);
  EXPECT_EQ(queues[1].min_share, Bytes::gib(4).count());
  EXPECT_EQ(queues[1].label, "CORE");
  parse_yarn_queues("etl size=3", faults);
  EXPECT_THAT(faults, ElementsAre(HasSubstr("no setting `size`; there are: capacity, maximum")));
}

TEST(YarnQueues, TellAllThatIsWrong) {
  std::vector<std::string> faults;
  const auto queues = parse_yarn_queues(
      "root.etl capcity=60 maximum=120; adhoc weight=0 capacity; adhoc label=", faults);
  ASSERT_THAT(queues, SizeIs(3));
  EXPECT_EQ(queues[0].name, "etl");
  EXPECT_THAT(faults,
              ElementsAre("queue etl: no setting `capcity`: did you mean `capacity`?",
                          "queue etl: maximum: expected a number of per cent from 0 to 100, got "
                          "`120`",
                          "queue adhoc: weight: expected a number above 0, got `0`",
                          "queue adhoc: capacity: expected a number of per cent from 0 to 100, got "
                          "``",
                          "queue adhoc: label: expected a node label, got ``",
                          "queue adhoc is there twice"));
}

// ParentQueue.setChildQueues and CSQueueUtils.checkMaxCapacity, Hadoop 3.3.
TEST(YarnQueues, CapacitiesOfSiblingsAddUpTo100) {
  std::vector<std::string> faults;
  const auto sum = [&](const char* text) {
    return yarn_capacity_faults(parse_yarn_queues(text, faults));
  };
  EXPECT_THAT(sum(""), IsEmpty());
  EXPECT_THAT(sum("a capacity=33.3; b capacity=33.3; c capacity=33.4"), IsEmpty());
  EXPECT_THAT(sum("a capacity=60 maximum=50; b capacity=50"),
              ElementsAre("queue a: its capacity, 60, is more than its maximum, 50",
                          HasSubstr("add up to 110 (a 60, b 50), expected 100")));
  EXPECT_THAT(faults, IsEmpty());
}

std::vector<std::uint32_t> turns(const YarnQueues& queues, std::vector<YarnClaim> claims) {
  queues.sort(claims);
  std::vector<std::uint32_t> order;
  for (const YarnClaim& claim : claims) order.push_back(claim.application);
  return order;
}

TEST(YarnQueues, CapacityServesTheQueueFurthestBelowItsShare) {
  std::vector<std::string> faults;
  YarnQueues queues(parse_yarn_queues("a capacity=75; b capacity=25", faults), {});
  const std::vector<YarnClaim> claims = {{.application = 0, .queue = 0, .used = 30},
                                         {.application = 1, .queue = 1, .used = 11},
                                         {.application = 2, .queue = 0, .used = 0}};
  queues.count(100, claims);
  EXPECT_THAT(turns(queues, claims), ElementsAre(0, 2, 1));  // 30 / 75 < 11 / 25, then FIFO
}

TEST(YarnQueues, FairServesMinimumSharesThenWeights) {
  std::vector<std::string> faults;
  YarnQueues queues(parse_yarn_queues("a weight=3; b; c min_share=20b", faults), {.fair = true});
  const std::vector<YarnClaim> claims = {{.application = 0, .queue = 0, .used = 30},
                                         {.application = 1, .queue = 1, .used = 11},
                                         {.application = 2, .queue = 2, .used = 19},
                                         {.application = 3, .queue = 0, .used = 0}};
  queues.count(100, claims);
  EXPECT_THAT(turns(queues, claims), ElementsAre(2, 3, 0, 1));
}

TEST(YarnQueues, LimitQueueAndUser) {
  std::vector<std::string> faults;
  YarnQueues queues(parse_yarn_queues("a capacity=40 maximum=60", faults), {});
  const YarnClaim one{.application = 0, .user = 0, .used = 41};
  const YarnClaim two{.application = 1, .user = 1, .used = 10};
  queues.count(100, {one, two});
  EXPECT_EQ(queues.executor(one, 5), YarnVerdict::UserFull);  // user-limit-factor 1
  EXPECT_EQ(queues.executor(two, 5), YarnVerdict::Fine);
  EXPECT_EQ(queues.executor(two, 10), YarnVerdict::QueueFull);
}

// 8.2: maximum-am-resource-percent 0.1 bounds concurrent applications; one is always allowed.
TEST(YarnQueues, LimitMasters) {
  std::vector<std::string> faults;
  YarnQueues queues(parse_yarn_queues("", faults), {.unit = 1024});
  const YarnClaim first{.application = 0};
  queues.count(24 * 1024, {first});
  EXPECT_EQ(queues.master_limit(0, 24 * 1024), 3 * 1024);  // 2.4, rounded up
  EXPECT_EQ(queues.master(first, 8 * 1024, 24 * 1024), YarnVerdict::Fine);
  const YarnClaim has{.application = 0, .used = 2048, .master = 2048};
  const YarnClaim second{.application = 1};
  queues.count(24 * 1024, {has, second});
  EXPECT_EQ(queues.master(second, 2048, 24 * 1024), YarnVerdict::MastersFull);
  EXPECT_EQ(queues.master(second, 1024, 24 * 1024), YarnVerdict::Fine);
}

// maxAMShare is a part of the queue's fair share, which shrinks when other queues are in use.
TEST(YarnQueues, LimitMastersByTheFairShare) {
  std::vector<std::string> faults;
  YarnQueues queues(parse_yarn_queues("a weight=3; b", faults),
                    {.fair = true, .am_percent = 50, .unit = 1});
  const YarnClaim one{.application = 0, .queue = 0, .used = 8, .master = 8};
  const YarnClaim two{.application = 1, .queue = 1, .used = 8, .master = 8};
  queues.count(80, {one});
  EXPECT_EQ(queues.master_limit(0, 80), 40);
  EXPECT_EQ(queues.master_limit(1, 80), 10);  // it would be active
  queues.count(80, {one, two});
  EXPECT_EQ(queues.master_limit(0, 80), 30);
  EXPECT_EQ(queues.master_limit(1, 80), 10);
  // An application that waits for its master makes its queue active.
  const YarnClaim waits{.application = 1, .queue = 1};
  queues.count(80, {one, waits});
  EXPECT_EQ(queues.master_limit(0, 80), 30);
  // No master is let in only for being the first.
  EXPECT_EQ(queues.master(waits, 10, 80), YarnVerdict::Fine);
  EXPECT_EQ(queues.master(waits, 11, 80), YarnVerdict::MastersFull);
}

}  // namespace
}  // namespace muster
