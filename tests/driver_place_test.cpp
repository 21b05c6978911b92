// Where the driver ran: by a simulation's word, else by Spark's settings.
#include "sim/timeline/driver_place.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace muster {
namespace {

using Settings = std::vector<std::pair<const char*, const char*>>;

std::string recorded(const Settings& conf) {
  Timeline timeline;
  for (const auto& [key, value] : conf) timeline.conf.set(key, value);
  return words_of(driver_place(timeline, {}));
}

std::string simulated(const Settings& conf, const std::string& node) {
  Timeline timeline;
  for (const auto& [key, value] : conf) timeline.conf.set(key, value);
  Milestones milestones;
  milestones.submitted = Time();
  milestones.driver_place = node;
  return words_of(driver_place(timeline, milestones));
}

TEST(DriverPlace, OfARecordingTheSettingsSayIt) {
  EXPECT_EQ(recorded({{"spark.master", "spark://m:7077"}, {"spark.driver.host", "10.0.0.7"}}),
            "on 10.0.0.7 (client mode)");
  EXPECT_EQ(recorded({{"spark.master", "yarn"},
                      {"spark.submit.deployMode", "cluster"},
                      {"spark.driver.host", "ip-10-0-0-9"}}),
            "in the ApplicationMaster on ip-10-0-0-9");
  EXPECT_EQ(recorded({{"spark.master", "yarn-cluster"}, {"spark.driver.host", "n3"}}),
            "in the ApplicationMaster on n3");
  EXPECT_EQ(recorded({{"spark.master", "k8s://https://api"},
                      {"spark.submit.deployMode", "cluster"},
                      {"spark.kubernetes.driver.pod.name", "pi-driver"},
                      {"spark.driver.host", "pi-driver-svc.jobs.svc"}}),
            "in the driver pod pi-driver, reached as pi-driver-svc.jobs.svc");
  EXPECT_EQ(recorded({{"spark.master", "local[4]"}, {"spark.driver.host", "laptop"}}),
            "in one JVM with the executor on laptop");
  EXPECT_EQ(recorded({{"spark.master", "yarn"}}), "where spark-submit was called (client mode)");
}

// Logs without spark.driver.host have the driver's block manager.
TEST(DriverPlace, ItsBlockManagerHasAHost) {
  Timeline timeline;
  timeline.conf.set("spark.master", "spark://m:7077");
  timeline.executors.push_back({.id = "<driver>",
                                .host = "gateway",
                                .removed_reason = {},
                                .block_manager_host = {}});
  EXPECT_EQ(words_of(driver_place(timeline, {})), "on gateway (client mode)");
}

TEST(DriverPlace, OfASimulationItsNode) {
  EXPECT_EQ(simulated({{"spark.master", "spark://m:7077"}}, ""),
            "outside the cluster (client mode)");
  const Settings yarn = {{"spark.master", "yarn"}, {"spark.submit.deployMode", "cluster"}};
  EXPECT_EQ(simulated(yarn, "core-2"), "in the ApplicationMaster on core-2");
  EXPECT_EQ(simulated(yarn, ""), "not placed yet (cluster mode)");
  const Settings pods = {{"spark.master", "k8s://https://a"},
                         {"spark.submit.deployMode", "cluster"}};
  EXPECT_EQ(simulated(pods, "pool-1"), "in the driver pod on pool-1");
  const Settings workers = {{"spark.master", "spark://m"}, {"spark.submit.deployMode", "cluster"}};
  EXPECT_EQ(simulated(workers, "w-1"), "on w-1 (cluster mode)");
}

}  // namespace
}  // namespace muster
