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

}  // namespace
}  // namespace muster
