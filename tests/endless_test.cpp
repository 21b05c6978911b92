// What Spark would repeat for ever: the simulation gives it up, and says what repeats.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "sim/scenario/read_scenario.h"
#include "tests/simulated.h"

namespace muster {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// Two machines; `cluster` goes on from there, `conf` are settings.
Result run_on(const std::string& cluster, const std::string& duration,
              const std::string& conf = "") {
  Problems problems;
  const auto scenario = parse_scenario(
      R"({"spark": {"conf": {)" + conf + R"(}}, "cluster": {"nodes": [{"name": "n", "count": 2,
          "cores": 2, "memory": "8g"}], )" + cluster + R"(},
          "workload": {"jobs": [{"stages": [{"tasks": 4, "duration": ")" + duration + R"("}]}]}})",
      "test", problems);
  EXPECT_TRUE(scenario) << problems.text();
  return scenario ? result_of(*scenario) : Result();
}

std::string losing(const std::string& master, const std::string& per_hour,
                   const std::string& how) {
  return R"("master": ")" + master +
         R"(", "disturbances": [{"model": "executor_loss", "per_hour": )" + per_hour +
         R"(, "how": ")" + how + R"("}])";
}

// A mean life of half a minute, and tasks of ten.
TEST(Endless, ExecutorsLiveShorterThanTasks) {
  for (const char* master : {"spark://m:7077", "yarn", "k8s://https://m"}) {
    const Result result = run_on(losing(master, "120", "lost"), "10min");
    EXPECT_TRUE(result.waits_for_ever) << master;
    EXPECT_FALSE(result.succeeded);
    EXPECT_THAT(result.failure,
                AllOf(HasSubstr("1000 attempts of its tasks failed in a row"),
                      HasSubstr("executors live shorter"), HasSubstr("spark.task.maxFailures")));
    EXPECT_FALSE(result.timeline.application.end.happened());
    EXPECT_EQ(result.timeline.jobs[0].outcome, JobOutcome::Unknown);
  }
}

// They take seconds to start, and live for one.
TEST(Endless, ExecutorsLiveShorterThanTheyStart) {
  const Result result = run_on(losing("mesos://m:5050", "3600", "lost"), "10s");
  EXPECT_TRUE(result.waits_for_ever);
  EXPECT_FALSE(result.succeeded);
}

// What counts ends as in Spark.
TEST(Endless, NotWhereSparkGivesUp) {
  const Result crash = run_on(losing("spark://m:7077", "120", "crash"), "10min");
  EXPECT_FALSE(crash.waits_for_ever);
  EXPECT_THAT(crash.failure, HasSubstr("failed 4 times"));
  const Result rare = run_on(losing("spark://m:7077", "6", "lost"), "3min");
  EXPECT_EQ(rare.failure, "");
}

constexpr const char* kFails =
    R"("master": "spark://m:7077", "disturbances": [{"model": "task_failure", "probability": 1)";

TEST(Endless, FailuresThatDoNotCount) {
  const Result result = run_on(std::string(kFails) + R"(, "counts": false}])", "1s");
  EXPECT_TRUE(result.waits_for_ever);
  EXPECT_THAT(result.failure,
              AllOf(HasSubstr("1000 attempts of its tasks failed in a row"),
                    HasSubstr("Spark repeats for ever")));
}

// One task of many that end well.
TEST(Endless, ATaskThatNeverSucceeds) {
  Problems problems;
  const auto scenario = parse_scenario(
      R"({"cluster": {"master": "spark://m:7077",
            "nodes": [{"name": "n", "count": 1, "cores": 2, "memory": "8g"}],
            "disturbances": [{"model": "task_failure", "probability": 1, "counts": false,
                              "stage": "bad"}]},
          "workload": {"jobs": [
            {"stages": [{"name": "bad", "tasks": 1, "duration": "1s"}]},
            {"concurrent": true,
             "stages": [{"name": "good", "tasks": 3000, "duration": "1s"}]}]}})",
      "test", problems);
  ASSERT_TRUE(scenario) << problems.text();
  const Result result = result_of(*scenario);
  EXPECT_TRUE(result.waits_for_ever);
  EXPECT_THAT(result.failure, HasSubstr("task 0 in stage 0.0 was launched 1000 times"));
}

// However many failures are allowed, each attempt is drawn.
TEST(TaskFailure, FailsAsOftenAsItIsLetTo) {
  for (const char* most : {"4", "12", "300", "2000"}) {
    const Result result = run_on(std::string(kFails) + "}]", "10ms",
                                 R"("spark.task.maxFailures": )" + std::string(most));
    EXPECT_THAT(result.failure, HasSubstr("failed " + std::string(most) + " times")) << most;
    EXPECT_FALSE(result.waits_for_ever);
  }
}

// The other application goes on to its end.
TEST(Endless, IsOneApplicationAlone) {
  Problems problems;
  const auto scenario = parse_scenario(
      R"({"cluster": {"master": "spark://m:7077",
            "nodes": [{"name": "n", "count": 2, "cores": 2, "memory": "8g"}],
            "disturbances": [{"model": "task_failure", "probability": 1, "counts": false,
                              "stage": "bad"}]},
          "spark": {"conf": {"spark.cores.max": 2}},
          "workload": {"jobs": [{"stages": [{"name": "bad", "tasks": 4, "duration": "1s"}]}]},
          "applications": [{"name": "other", "workload": {"jobs": [{"stages": [
            {"name": "good", "tasks": 40, "duration": "60s"}]}]}}]})",
      "test", problems);
  ASSERT_TRUE(scenario) << problems.text();
  const Result result = result_of(*scenario);
  EXPECT_TRUE(result.waits_for_ever);
  ASSERT_EQ(result.others.size(), 1U);
  EXPECT_EQ(result.others[0].failure, "");
  EXPECT_FALSE(result.others[0].waits_for_ever);
  EXPECT_TRUE(result.others[0].timeline.application.end.happened());
}

}  // namespace
}  // namespace muster
