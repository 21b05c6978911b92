// Applications that come to YARN while it is at work for others.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "sim/scenario/read_scenario.h"
#include "tests/simulated.h"

namespace muster {
namespace {

// A second application is submitted at the very instant of a heartbeat, or of a master's call.
TEST(YarnApplications, AnApplicationMayComeAtTheInstantOfSomethingElse) {
  for (const auto& [seed, seconds] : {std::pair(2, 26), std::pair(4, 26), std::pair(6, 22)}) {
    Problems problems;
    const auto scenario = parse_scenario(
        R"({"spark": {"conf": {"spark.executor.memory": "2g", "spark.executor.cores": 1,
                               "spark.executor.instances": 4}},
            "cluster": {"master": "yarn", "cloud": {"model": "emr", "release": "6.15"},
              "nodes": [{"name": "core", "role": "core", "instance": "m5.2xlarge", "count": 2}]},
            "workload": {"jobs": [{"stages": [{"tasks": 90, "duration": "4937ms"}]}]},
            "applications": [{"name": "late", "starts_at": ")" +
            std::to_string(seconds) +
            R"(s", "workload": {"jobs": [{"stages": [{"tasks": 2, "duration": "1s"}]}]}}],
            "seed": )" +
            std::to_string(seed) + "}",
        "test", problems);
    ASSERT_TRUE(scenario) << problems.text();
    EXPECT_TRUE(all_succeeded(result_of(*scenario)));
  }
}

// A master that takes no time is registered at the instant of its container.
TEST(YarnApplications, StepsThatTakeNoTimeHideNothing) {
  for (const char* times :
       {R"("am_start": "0s")", R"("am_start": "0s", "client_ask": "0s")",
        R"("am_start": "0s", "client_submission": "0s", "client_ask": "0s")"}) {
    Problems problems;
    const auto scenario = parse_scenario(
        R"({"cluster": {"master": "yarn", "nodes": [{"name": "w", "count": 2}],
              "manager": {"model": "yarn", )" +
            std::string(times) +
            R"(}}, "workload": {"jobs": [{"stages": [{"tasks": 8, "duration": "1s"}]}]}})",
        "test", problems);
    ASSERT_TRUE(scenario) << problems.text();
    EXPECT_TRUE(all_succeeded(result_of(*scenario))) << times;
  }
}

// FairScheduler: one of two nodes may wait for executors of 6g, so the other takes small ones.
TEST(YarnApplications, FairReservesFewNodesForOneApplication) {
  for (const auto& [nodes, served] : {std::pair("0.05", true), std::pair("1", false)}) {
    Problems problems;
    const auto scenario = parse_scenario(
        R"({"spark": {"conf": {"spark.executor.instances": 2, "spark.executor.memory": "6g"}},
            "cluster": {"master": "yarn", "deploy_mode": "cluster",
              "manager": {"model": "yarn", "scheduler": "fair", "am_percent": 100,
                          "reservable_nodes": )" +
            std::string(nodes) +
            R"(}, "nodes": [{"name": "w", "count": 2, "cores": 8, "memory": "8g"}]},
            "workload": {"jobs": [{"stages": [{"tasks": 4, "duration": "5s"}]}]},
            "applications": [{"name": "small",
              "conf": {"spark.executor.instances": 8, "spark.executor.memory": "512m"},
              "workload": {"jobs": [{"stages": [{"tasks": 90, "duration": "5s"}]}]}}]})",
        "test", problems);
    ASSERT_TRUE(scenario) << problems.text();
    bool registers = false, told = false;
    for (const Reason& reason : result_of(*scenario).reasons) {
      registers = registers || reason.text.starts_with("registers with");
      told = told || reason.text.ends_with("is reserved for application application");
    }
    EXPECT_EQ(registers, served) << nodes;
    EXPECT_TRUE(told) << nodes;
  }
}

}  // namespace
}  // namespace muster
