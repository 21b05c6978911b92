// What a recording tells about where tasks wanted to run, on recordings made by hand.
#include "sim/trace/workload_places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "sim/trace/workload_from_timeline.h"
#include "tests/report_timelines.h"

namespace muster {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = PlaceSource::Kind;

Rdd rdd(std::int64_t id, std::int64_t partitions, std::vector<std::int64_t> parents = {},
        std::string name = "MapPartitionsRDD") {
  Rdd out;
  out.id = id, out.partitions = partitions, out.parents = std::move(parents);
  out.name = std::move(name);
  return out;
}

Rdd persisted(Rdd out) {
  out.level.use_memory = true;
  return out;
}

// One stage over these RDDs on two hosts; tasks are up to the test.
TimelineMaker over(std::vector<Rdd> rdds, int tasks) {
  TimelineMaker make;
  make.executor("0", "a", 4, 0).executor("1", "b", 4, 0);
  make.job(0, 0, 1000, {0}).stage(0, 0, 1000, tasks).end(2000);
  make.timeline.stages[0].rdds = std::move(rdds);
  return make;
}

Application application_of(const TimelineMaker& make) {
  Replay replay = workload_from(make.timeline, false);
  check_workload(replay.application);
  return std::move(replay.application);
}

// --- inputs --------------------------------------------------------------------------------------

TEST(WorkloadInputs, TheLevelTellsWhereTheDataAre) {
  TimelineMaker make = over({rdd(0, 4, {}, "HadoopRDD"), rdd(1, 4, {0})}, 4);
  make.task(0, 0, 0, 0, 900, Locality::NodeLocal).task(0, 1, 1, 0, 900, Locality::NodeLocal);
  make.task(0, 2, 0, 0, 900, Locality::Any).task(0, 3, 0, 0, 900);
  const Application app = application_of(make);
  EXPECT_THAT(app.stages[0].places, ElementsAre(PlaceSource{Kind::Input, 0}));
  EXPECT_THAT(app.hosts, ElementsAre("a", "b"));
  EXPECT_EQ(app.inputs[0].spark_id, 0);
  // The last one has no preference: beyond the end.
  EXPECT_THAT(app.inputs[0].host, ElementsAre(0U, 1U, kElsewhere));
}

// The same input read again by another stage is one input: either stage may tell about it.
TEST(WorkloadInputs, AreSharedByTheStagesThatReadThem) {
  TimelineMaker make = over({rdd(0, 2)}, 2);
  make.job(1, 1000, 1900, {1}).stage(1, 1000, 1900, 2);
  make.timeline.stages[1].rdds = {rdd(0, 2), rdd(5, 2, {0})};
  make.task(0, 0, 0, 0, 900, Locality::NodeLocal).task(0, 1, 0, 0, 900, Locality::Any);
  make.task(1, 0, 0, 1000, 1900, Locality::Any).task(1, 1, 1, 1000, 1900, Locality::NodeLocal);
  const Application app = application_of(make);
  ASSERT_EQ(app.inputs.size(), 1U);
  EXPECT_THAT(app.inputs[0].host, ElementsAre(0U, 1U));
}

TEST(WorkloadInputs, WithoutALineageTheStageIsItsOwnInput) {
  TimelineMaker make = over({}, 1);
  make.task(0, 0, 1, 0, 900, Locality::NodeLocal);
  const Application app = application_of(make);
  ASSERT_EQ(app.inputs.size(), 1U);
  EXPECT_EQ(app.hosts.at(app.inputs[0].host.at(0)), "b");
}

// --- unions --------------------------------------------------------------------------------------

// 2 + 3 partitions: each side is asked about its own, counted from 0.
TEST(WorkloadUnion, EachSideServesItsPartitions) {
  TimelineMaker make =
      over({rdd(0, 2), rdd(1, 3), rdd(2, 5, {0, 1}, "UnionRDD"), rdd(3, 5, {2})}, 5);
  make.task(0, 0, 0, 0, 900, Locality::NodeLocal).task(0, 4, 1, 0, 900, Locality::NodeLocal);
  for (const std::uint32_t i : {1, 2, 3}) make.task(0, i, 0, 0, 900);
  const Application app = application_of(make);
  EXPECT_THAT(app.stages[0].places, ElementsAre(PlaceSource{Kind::Input, 0, 0, 2},
                                                PlaceSource{Kind::Input, 1, 2, 3}));
  EXPECT_THAT(app.inputs[0].host, ElementsAre(0U));
  EXPECT_THAT(app.inputs[1].host, ElementsAre(kNoPreference, kNoPreference, 1U));
}

TEST(WorkloadUnion, OfUnionsAddsTheRangesUp) {
  TimelineMaker make = over({rdd(0, 1), rdd(1, 2), rdd(2, 3, {0, 1}, "UnionRDD"), rdd(3, 4),
                             rdd(4, 7, {2, 3}, "UnionRDD")},
                            7);
  EXPECT_THAT(application_of(make).stages[0].places,
              ElementsAre(PlaceSource{Kind::Input, 0, 0, 1}, PlaceSource{Kind::Input, 1, 1, 2},
                          PlaceSource{Kind::Input, 2, 3, 4}));
}

// A coalesced parent has other partitions, and the log does not say which: nothing is known.
TEST(WorkloadUnion, OtherChangesOfPartitionsTellNothing) {
  TimelineMaker make = over({rdd(0, 10), rdd(1, 2, {0}, "CoalescedRDD")}, 2);
  EXPECT_THAT(application_of(make).stages[0].places, IsEmpty());
}

// --- persisted RDDs ------------------------------------------------------------------------------

// The persisted RDD is asked before the input behind it.
TEST(WorkloadCache, ComesBeforeWhatIsBehindIt) {
  TimelineMaker make = over({rdd(0, 2), persisted(rdd(1, 2, {0})), rdd(2, 2, {1})}, 2);
  make.task(0, 0, 0, 0, 900).task(0, 1, 1, 0, 900);
  const Application app = application_of(make);
  ASSERT_EQ(app.cached_rdds.size(), 1U);
  EXPECT_EQ(app.cached_rdds[0].spark_id, 1);
  EXPECT_EQ(app.cached_rdds[0].partitions, 2U);
  EXPECT_THAT(app.stages[0].places,
              ElementsAre(PlaceSource{Kind::CachedRdd, 0}, PlaceSource{Kind::Input, 0}));
}

// Without any report each task is taken to have stored its partition.
TEST(WorkloadCache, BlocksAreAssumedWhereTheLogIsSilent) {
  TimelineMaker make = over({persisted(rdd(0, 2)), rdd(1, 2, {0})}, 2);
  make.task(0, 0, 0, 0, 900).task(0, 1, 1, 0, 900);
  const Application app = application_of(make);
  ASSERT_EQ(app.block_writes.size(), 2U);
  EXPECT_EQ(app.block_writes[1].task, 1U);
  EXPECT_EQ(app.block_writes[1].partition, 1U);
  EXPECT_TRUE(app.block_writes[1].stored);
}

BlockUpdate update(AttemptId attempt, std::int64_t partition, std::int64_t bytes) {
  BlockUpdate out;
  out.attempt = attempt, out.rdd = 0, out.partition = partition, out.memory_bytes = bytes;
  return out;
}

TEST(WorkloadCache, ReportsOfTasksAreTakenAsTheyAre) {
  TimelineMaker make = over({persisted(rdd(0, 2)), rdd(1, 2, {0})}, 2);
  make.task(0, 0, 0, 0, 900).task(0, 1, 1, 0, 900);
  // Task 1 stored its block and pushed that of task 0 out.
  make.timeline.block_updates = {update(AttemptId(1), 1, 100), update(AttemptId(1), 0, 0)};
  const Application app = application_of(make);
  ASSERT_EQ(app.block_writes.size(), 2U);
  EXPECT_EQ(app.block_writes[0].task, 1U);
  EXPECT_EQ(app.block_writes[0].partition, 1U);
  EXPECT_TRUE(app.block_writes[0].stored);
  EXPECT_EQ(app.block_writes[1].partition, 0U);
  EXPECT_FALSE(app.block_writes[1].stored);
}

// Events of their own say which blocks were ever stored, not by whom.
TEST(WorkloadCache, ReportsWithoutATaskLimitWhatIsAssumed) {
  TimelineMaker make = over({persisted(rdd(0, 2)), rdd(1, 2, {0})}, 2);
  make.task(0, 0, 0, 0, 900).task(0, 1, 1, 0, 900);
  make.timeline.block_updates = {update(AttemptId::none(), 1, 100)};
  const Application app = application_of(make);
  ASSERT_EQ(app.block_writes.size(), 1U);
  EXPECT_EQ(app.block_writes[0].task, 1U);
}

TEST(WorkloadCache, UnpersistIsCountedInJobs) {
  TimelineMaker make = over({persisted(rdd(0, 2))}, 2);
  make.timeline.unpersists = {{0, 1}};
  EXPECT_EQ(application_of(make).cached_rdds[0].unpersist_after_jobs, 1U);
}

// A block on another executor of the same host explains NODE_LOCAL without any input.
TEST(WorkloadCache, ANeighboursBlockSaysNothingAboutTheInput) {
  TimelineMaker make = over({rdd(0, 1), persisted(rdd(1, 1, {0}))}, 1);
  make.task(0, 0, 0, 0, 900, Locality::NodeLocal);
  EXPECT_THAT(application_of(make).inputs[0].host, IsEmpty());
}

// --- shuffles ------------------------------------------------------------------------------------

TEST(WorkloadShuffle, AParentOutsideTheStageIsBehindAShuffle) {
  TimelineMaker make = over({rdd(0, 2)}, 2);
  make.stage(1, 1000, 1900, 2, {0});
  make.timeline.jobs[0].stage_ids = {0, 1};
  make.timeline.jobs[0].completed = make.timeline.stages[1].completed;
  make.timeline.stages[1].rdds = {rdd(1, 2, {0}, "ShuffledRDD"), rdd(2, 2, {1})};
  make.task(0, 0, 0, 0, 900).task(0, 1, 1, 0, 900);
  make.task(1, 0, 0, 1000, 1900, Locality::NodeLocal).task(1, 1, 1, 1000, 1900, Locality::Any);
  const Application app = application_of(make);
  EXPECT_THAT(app.stages[1].places, ElementsAre(PlaceSource{Kind::Shuffle, 0}));
  EXPECT_THAT(app.stages[1].shuffle_sources, ElementsAre(0U));
  // Its rule explains the levels: nothing is learnt about any input.
  for (const InputRdd& input : app.inputs) EXPECT_THAT(input.host, IsEmpty());
}

}  // namespace
}  // namespace muster
