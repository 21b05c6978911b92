// Executors that the driver has killed and that take time to go, and what a failure costs.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "models/task_schedulers/executor_map.h"
#include "sim/scenario/read_scenario.h"
#include "tests/simulated.h"

namespace muster {
namespace {

std::vector<int> in_map_order(std::vector<int> numbers, bool scala_2_13) {
  std::ranges::stable_sort(numbers, {}, [&](int number) {
    return place_in_executor_map(number, numbers.size(), scala_2_13);
  });
  return numbers;
}

std::vector<int> up_to(int count) {
  std::vector<int> out(static_cast<std::size_t>(count));
  std::iota(out.begin(), out.end(), 0);
  return out;
}

// The keys of scala.collection.mutable.HashMap, filled in order, as the JVMs of 3.5.7 and 4.1.4
// gave them; and what 3.5.7 killed first of two.
TEST(ExecutorMap, GoesThroughIdsAsScalaDoes) {
  EXPECT_EQ(in_map_order(up_to(9), false), (std::vector<int>{2, 5, 8, 7, 1, 4, 6, 0, 3}));
  EXPECT_EQ(in_map_order(up_to(9), true), up_to(9));
  EXPECT_EQ(in_map_order(up_to(15), true),
            (std::vector<int>{11, 12, 13, 14, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  EXPECT_EQ(in_map_order(up_to(13), false),
            (std::vector<int>{2, 5, 12, 8, 7, 1, 4, 11, 6, 0, 9, 3, 10}));
  EXPECT_EQ(in_map_order({0, 1}, false), (std::vector<int>{1, 0}));
  EXPECT_EQ(in_map_order({0, 2}, false), (std::vector<int>{2, 0}));
}

// Two executors on two machines; a task that always fails may soon run on neither, and no other
// task is left: one of the two is killed for another.
Result stuck(const std::string& master, const std::string& machine) {
  Problems problems;
  const auto scenario = parse_scenario(
      R"({"spark": {"conf": {"spark.executor.memory": "1g", "spark.executor.cores": "4",
          "spark.executor.instances": "2", "spark.excludeOnFailure.enabled": "true",
          "spark.task.maxFailures": "8",
          "spark.scheduler.excludeOnFailure.unschedulableTaskSetTimeout": "60s"}},
          "cluster": {"master": ")" + master + R"(", "nodes": [{"name": "worker", "count": 2, )" +
          machine + R"(}]}, "workload": {
          "rdds": [{"id": "main", "partitions": 8, "work": "2s", "failing_partition": 5,
                    "failing_attempts": 99}],
          "before": [{"wait_executors": 2}],
          "rounds": [{"threads": [{"steps": [{"job": "main"}]}]}]}})",
      "test", problems);
  EXPECT_TRUE(scenario) << problems.text();
  return scenario ? result_of(*scenario) : Result();
}

// Of the first that was killed and of the first that came in its place.
struct Change {
  Time removed = Time::never();
  Time added = Time::never();
};

Change change_in(const Result& result) {
  Change out;
  for (std::size_t e = 0; e < result.timeline.executors.size(); ++e) {
    const ExecutorSpan& executor = result.timeline.executors[e];
    if (executor.removed_reason == "Executor killed by driver.")
      out.removed = std::min(out.removed, executor.removed);
    if (e >= 2 && executor.added.happened()) out.added = std::min(out.added, executor.added);
  }
  return out;
}

// The master frees the worker when it is told to kill: recorded on 3.5.7, the new executor
// registers 2.3 s later, the old one is gone after 5.2 s.
TEST(KilledExecutors, AreReplacedAtOnceByTheMaster) {
  const Change change = change_in(stuck("spark://master:7077", R"("cores": 4, "memory": "2g")"));
  ASSERT_TRUE(change.removed.happened() && change.added.happened());
  EXPECT_LT(change.added, change.removed);
}

// The pod and the container are not counted any more, but hold their room until they are gone.
TEST(KilledExecutors, HoldTheirRoomElsewhere) {
  for (const char* master : {"k8s://api:6443", "yarn"}) {
    const Change change = change_in(stuck(master, R"("cores": 5, "memory": "6g")"));
    ASSERT_TRUE(change.removed.happened() && change.added.happened()) << master;
    EXPECT_GT(change.added, change.removed) << master;
  }
}

// Of two executors with one core each the second is gone after ten seconds, for `reason`.
Result leaving(const std::string& reason) {
  Scenario scenario;
  scenario.cluster.master = "spark://master:7077";
  ExecutorSpec one;
  one.memory = Bytes::gib(1);
  scenario.cluster.executors = {one, one};
  scenario.cluster.executors[1].removed_at = Duration::seconds(10);
  scenario.cluster.executors[1].removed_reason = reason;
  StageSpec stage;
  stage.tasks = 30;
  stage.duration = ConstantDuration{Duration::seconds(1)};
  JobSpec job;
  job.stages = {stage};
  scenario.workload = JobsWorkload{.jobs = {job}, .resource_profiles = {}, .tail = {}};
  return result_of(scenario);
}

Duration last_launch_on(const Result& result, std::size_t executor) {
  Time last = result.timeline.application.start;
  const AttemptTable& attempts = result.timeline.attempts;
  for (std::size_t a = 0; a < attempts.size(); ++a)
    if (attempts.executor[a].index() == executor) last = std::max(last, attempts.launch[a]);
  return last - result.timeline.application.start;
}

// As recorded (g4): five seconds between its last chance and ExecutorRemoved.
TEST(KilledExecutors, OfARecordingGetNoTasksWhileTheyGo) {
  const Result killed = leaving("Executor killed by driver.");
  ASSERT_EQ(killed.timeline.executors.size(), 2U);
  EXPECT_LE(last_launch_on(killed, 1), Duration::seconds(5));
  const Duration gone =
      killed.timeline.executors[1].removed - killed.timeline.application.start;
  EXPECT_EQ(gone, Duration::seconds(10));
  EXPECT_GT(last_launch_on(leaving("Command exited with code 0"), 1), Duration::seconds(8));
}

// How long attempts of the failing partition took, in order.
std::vector<Duration> failed_lengths(const Result& result) {
  std::vector<Duration> out;
  const AttemptTable& attempts = result.timeline.attempts;
  for (std::size_t a = 0; a < attempts.size(); ++a)
    if (attempts.outcome[a] == Outcome::ExceptionFailure)
      out.push_back(attempts.finish[a] - attempts.launch[a]);
  return out;
}

TEST(FirstFailure, TakesTheDriverLonger) {
  const Result result = stuck("spark://master:7077", R"("cores": 4, "memory": "2g")");
  const std::vector<Duration> lengths = failed_lengths(result);
  ASSERT_GE(lengths.size(), 2U);
  EXPECT_GE(lengths[0], Duration::millis(2080));
  EXPECT_LT(lengths[1], lengths[0]);
}

}  // namespace
}  // namespace muster
