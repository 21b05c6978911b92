// What --explain says of executors that failures excluded.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "sim/scenario/read_scenario.h"
#include "tests/simulated.h"

namespace muster {
namespace {

// Two executors of one core each, which one failed task excludes for the stage.
Result excluding(const std::string& failing_attempts) {
  Problems problems;
  const auto scenario = parse_scenario(
      R"({"spark": {"conf": {"spark.excludeOnFailure.enabled": true,
                    "spark.excludeOnFailure.stage.maxFailedTasksPerExecutor": 1}},
          "cluster": {"executors": [{"count": 2, "cores": 1}]},
          "workload": {"rdds": [{"id": "a", "partitions": 6, "work": "10s",
                                 "failing_partition": 0, "failing_attempts": )" +
          failing_attempts + R"(}],
                       "rounds": [{"threads": [{"steps": [{"job": "a"}]}]}]}})",
      "test", problems);
  EXPECT_TRUE(scenario) << problems.text();
  return scenario ? result_of(*scenario) : Result();
}

std::vector<Reason> told(const Result& result) {
  std::vector<Reason> out;
  for (const Reason& reason : result.reasons)
    if (reason.text.find("excluded") != std::string::npos) out.push_back(reason);
  return out;
}

// It stands idle from the failure to the last launch on the other one, but for the task that it was
// given when its core was free and the failure not yet handled.
TEST(ExclusionReasons, NameTheExecutorAndWhatItCost) {
  const Result result = excluding("1");
  EXPECT_EQ(result.failure, "");
  const std::vector<Reason> all = told(result);
  ASSERT_EQ(all.size(), 1U);
  const AttemptTable& attempts = result.timeline.attempts;
  const auto failed = static_cast<std::size_t>(
      std::ranges::find(attempts.outcome, Outcome::ExceptionFailure) - attempts.outcome.begin());
  ASSERT_LT(failed, attempts.size());
  const ExecutorSpan& executor = result.timeline.executors[attempts.executor[failed].index()];
  EXPECT_EQ(all[0].subject, "executor " + executor.id);
  const std::string start = "is excluded for stage 0.0: 1 task failed on it; ";
  ASSERT_TRUE(all[0].text.starts_with(start)) << all[0].text;
  Duration idle = *std::ranges::max_element(attempts.launch) - attempts.finish[failed];
  for (std::size_t a = 0; a < attempts.size(); ++a)
    if (a != failed && attempts.executor[a] == attempts.executor[failed])
      idle = idle - (attempts.finish[a] - attempts.launch[a]);
  EXPECT_GT(idle, Duration::seconds(10));
  EXPECT_NEAR(std::atof(all[0].text.c_str() + start.size()), idle.in_seconds(), 0.5);
}

TEST(ExclusionReasons, SayNothingWithoutFailures) {
  EXPECT_TRUE(told(excluding("0")).empty());
}

}  // namespace
}  // namespace muster
