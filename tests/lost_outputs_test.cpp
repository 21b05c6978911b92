// Lost map outputs, stages that jobs share, and attempts that end while their executor goes: what
// random_programs_test found, each as it was found.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "sim/scenario/read_scenario.h"
#include "tests/simulated.h"

namespace muster {
namespace {

// `conf` and `workload` as JSON; three or four executors on four machines.
Result result_with(const std::string& master, const std::string& conf,
                   const std::string& workload, int seed = 1) {
  Problems problems;
  const auto scenario = parse_scenario(
      R"({"spark": {"conf": {"spark.executor.memory": "1g", )" + conf + R"(}}, "cluster": )" +
          R"({"master": ")" + master + R"(", "nodes": [{"name": "worker", "count": 4, )" +
          R"("cores": 6, "memory": "12g"}]}, "workload": )" + workload + R"(, "seed": )" +
          std::to_string(seed) + "}",
      "test", problems);
  EXPECT_TRUE(scenario) << problems.text();
  return scenario ? result_of(*scenario) : Result();
}

std::vector<std::pair<std::int64_t, std::int32_t>> attempts_run(const Timeline& timeline) {
  std::vector<std::pair<std::int64_t, std::int32_t>> out;
  for (const StageSpan& stage : timeline.stages)
    if (stage.submitted.happened()) out.emplace_back(stage.id, stage.attempt);
  std::ranges::sort(out);
  return out;
}

// Three stages deep: the second loses what it reads and what it wrote (recorded as
// kill-deep with 3.5.7 and 4.1.4).
TEST(LostOutputs, AMapStageThatCannotFetchIsRunAgainAfterItsParents) {
  const Result result = result_with("spark://m:7077", R"("spark.cores.max": 16,
      "spark.executor.cores": 4, "spark.scheduler.minRegisteredResourcesRatio": 1.0)",
                                    R"({
    "rdds": [
      {"id": "s1", "partitions": 32, "work": "600ms"},
      {"id": "s2", "op": "shuffle", "parents": ["s1"], "partitions": 24, "work": "700ms"},
      {"id": "s3", "op": "shuffle", "parents": ["s2"], "partitions": 16, "work": "2500ms"},
      {"id": "s4", "op": "shuffle", "parents": ["s3"], "partitions": 16, "work": "500ms"}],
    "rounds": [{"threads": [{"steps": [{"job": "s4"}]}]}],
    "events": [{"at": "6s", "target": "2"}]})");
  EXPECT_TRUE(result.succeeded) << result.failure;
  const std::vector<std::pair<std::int64_t, std::int32_t>> expected = {
      {0, 0}, {0, 1}, {1, 0}, {1, 1}, {2, 0}, {2, 1}, {3, 0}};
  EXPECT_EQ(attempts_run(result.timeline), expected);
}

// The driver is at work on a result while the executor that sent it is lost: it has the result,
// though not the block that the task cached.
TEST(LostOutputs, AResultThatHasArrivedCounts) {
  const Result result = result_with("spark://m:7077", R"("spark.executor.cores": 3)", R"({
    "rdds": [
      {"id": "a", "partitions": 8, "work": "2.913s"},
      {"id": "b", "op": "shuffle", "parents": ["a"], "partitions": 9, "work": "1.873s",
       "cached": true}],
    "rounds": [{"threads": [{"steps": [{"job": "b"}]}, {"steps": [{"job": "b"}]}]}],
    "events": [{"at": "9.285s", "target": "0"}, {"at": "9.237s", "target": "1"}]})",
                                    403);
  EXPECT_TRUE(result.succeeded) << result.failure;
  for (const JobSpan& job : result.timeline.jobs)
    EXPECT_EQ(job.outcome, JobOutcome::Succeeded) << job.failure;
}

// DAGScheduler.abortStage: the second job waits for the map stage that the first one computes.
TEST(LostOutputs, JobsThatNeedAStageFailWithIt) {
  const Result result = result_with("yarn", R"("spark.executor.instances": 2)", R"({
    "rdds": [
      {"id": "a", "partitions": 4, "work": "1s", "failing_partition": 2, "failing_attempts": 9},
      {"id": "b", "op": "shuffle", "parents": ["a"], "partitions": 3, "work": "1s"},
      {"id": "c", "op": "map", "parents": ["b"], "work": "1s"}],
    "rounds": [{"threads": [{"steps": [{"job": "b"}]}, {"steps": [{"job": "c"}]}]}]})");
  ASSERT_EQ(result.timeline.jobs.size(), 2U);
  for (const JobSpan& job : result.timeline.jobs) {
    EXPECT_EQ(job.outcome, JobOutcome::Failed);
    EXPECT_EQ(job.failure, result.timeline.jobs.front().failure);
    EXPECT_EQ(job.completed, result.timeline.jobs.front().completed);
  }
}

// Client mode: each of the three machines had the application master on it.
TEST(LostOutputs, MachinesThatAreLostDoNotUseUpTheAttemptsOfAnApplicationMaster) {
  const Result result = result_with("yarn", R"("spark.executor.instances": 1)", R"({
    "rdds": [{"id": "a", "partitions": 40, "work": "30s"}],
    "rounds": [{"threads": [{"steps": [{"job": "a"}]}]}],
    "events": [{"what": "lose_node", "at": "20s", "target": "worker-1"},
               {"what": "lose_node", "at": "60s", "target": "worker-4"},
               {"what": "lose_node", "at": "90s", "target": "worker-3"}]})");
  EXPECT_TRUE(result.succeeded) << result.failure;
  EXPECT_EQ(std::ranges::count_if(result.reasons,
                                  [](const Reason& reason) {
                                    return reason.text.starts_with("lost its application master");
                                  }),
            3);
}

// Two stages on four machines, of which the third falls silent while the second stage runs.
Result with_silent_machine(const std::string& conf) {
  Problems problems;
  const auto scenario = parse_scenario(
      R"({"spark": {"conf": {"spark.executor.instances": 4, "spark.executor.cores": 4)" + conf +
          R"(}}, "cluster": {"master": "yarn", "nodes": [{"name": "w", "count": 4, "cores": 8,
              "memory": "32g"}], "disturbances": [{"model": "node_loss", "node": "w-3",
              "at": "110s", "after": "first_job", "silent": true}]},
            "workload": {"jobs": [{"stages": [
              {"name": "map", "tasks": 160, "duration": "10s", "shuffle_write": "1g"},
              {"name": "reduce", "tasks": 64, "duration": "10s", "parents": ["map"]}]}]}})",
      "test", problems);
  EXPECT_TRUE(scenario) << problems.text();
  return scenario ? result_of(*scenario) : Result();
}

Duration longest_failed_fetch(const Timeline& timeline) {
  Duration longest;
  for (std::size_t a = 0; a < timeline.attempts.size(); ++a)
    if (timeline.attempts.outcome[a] == Outcome::FetchFailed)
      longest = std::max(longest, timeline.attempts.finish[a] - timeline.attempts.launch[a]);
  return longest;
}

// Until somebody notices, reducers that need its outputs run into their time-outs; a fourth of all
// maps was there. The machine's shuffle service is as silent, and is not missed with its executors.
TEST(LostOutputs, NobodyReadsFromASilentMachine) {
  const Result alone = with_silent_machine("");
  EXPECT_TRUE(alone.succeeded) << alone.failure;
  const auto run_again = attempts_run(alone.timeline);
  EXPECT_TRUE(std::ranges::find(run_again, std::pair<std::int64_t, std::int32_t>(0, 1)) !=
              run_again.end());
  const Result service = with_silent_machine(R"(, "spark.shuffle.service.enabled": true)");
  EXPECT_TRUE(service.succeeded) << service.failure;
  EXPECT_GE(longest_failed_fetch(service.timeline), Duration::seconds(4 * 120 + 3 * 5));
  const Result short_time_out = with_silent_machine(
      R"(, "spark.shuffle.service.enabled": true, "spark.shuffle.io.connectionTimeout": "10s")");
  EXPECT_LT(longest_failed_fetch(short_time_out.timeline), Duration::seconds(60));
}

}  // namespace
}  // namespace muster
