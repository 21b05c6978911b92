// Large clusters are what simulation is for: each kind of manager fills eight thousand nodes. What
// grew like their square did not come to an end here; how the time grows is in the bench ("nodes").

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "sim/run/run.h"
#include "tests/full_cluster.h"

namespace muster {
namespace {

struct Kind {
  const char* name;
  const char* master;
  ConfList conf;
};
void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

class Growth : public ::testing::TestWithParam<Kind> {};

TEST_P(Growth, FillsALargeCluster) {
  constexpr std::int32_t kNodes = 8000;
  Problems problems;
  const auto result = run(full_cluster(GetParam().master, GetParam().conf, kNodes), problems);
  ASSERT_TRUE(result) << problems.text();
  EXPECT_TRUE(result->succeeded) << result->failure;
  EXPECT_EQ(result->totals.attempts, 4U * kNodes);
}

INSTANTIATE_TEST_SUITE_P(
    Managers, Growth,
    ::testing::Values(
        Kind{"standalone", "spark://m:7077", {{"spark.executor.cores", "4"}}},
        Kind{"standalone_by_demand", "spark://m:7077",
             {{"spark.executor.cores", "4"}, {"spark.dynamicAllocation.enabled", "true"}}},
        Kind{"yarn", "yarn", {}},
        Kind{"yarn_by_demand", "yarn",
             {{"spark.dynamicAllocation.enabled", "true"},
              {"spark.shuffle.service.enabled", "true"}}},
        Kind{"kubernetes", "k8s://https://m", {}},
        Kind{"mesos", "mesos://m:5050", {{"spark.executor.cores", "4"}}}),
    [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace muster
