// Starts of recorded applications as scenarios, and their milestones against the simulated ones.
#include "sim/run/start_check.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace muster {
namespace {

namespace fs = std::filesystem;

class StartCheck : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "muster-start-XXXXXX").string();
    ASSERT_TRUE(mkdtemp(name.data()));
    root_ = name;
  }
  void TearDown() override { fs::remove_all(root_); }

  // A case of the empty application; returns where its log would be.
  std::string record(const std::string& name, const std::string& master, double context_ready,
                     const std::string& program = "empty JVM app") const {
    fs::create_directories(root_ / name);
    std::ofstream(root_ / name / "case.json")
        << R"({"name": ")" << name << R"(", "what": "w", "spark_version": "3.5.7", "master": ")"
        << master << R"(", "deploy_mode": "client", "conf": {"spark.executor.cores": "1"},)"
        << R"("program": ")" << program << R"(", "measured": {"app_start_ms": 2000,)"
        << R"("first_task_launch_ms": 4200, "worker_rss_peak_mb": [100, 100],)"
        << R"("executors": [{"id": "1", "added_ms": 9000}, {"id": "0", "added_ms": 7000}],)"
        << R"("marks_ms": [{"t_ms": 1900, "mark": "main"}, {"t_ms": )" << context_ready
        << R"(, "mark": "context_ready"}]}})";
    return (root_ / name / "eventlog.zst").string();
  }

  fs::path root_;
};

TEST_F(StartCheck, ReadsWhatTheDescriptionSays) {
  const auto start = start_case_beside(record("sa-r1", "spark://m:7077", 4100));
  ASSERT_TRUE(start);
  const RecordedStart& one = start->recorded;
  EXPECT_EQ(one.measured.application_start, Duration::millis(2000));
  EXPECT_EQ(one.measured.first_executor, Duration::millis(7000));  // the earliest
  EXPECT_EQ(one.measured.context_ready, Duration::millis(4100));
  EXPECT_EQ(one.measured.first_task, Duration::millis(4200));
  EXPECT_EQ(one.scenario.cluster.shared_cores, 2);
  ASSERT_EQ(one.scenario.cluster.nodes.size(), 1U);
  EXPECT_EQ(one.scenario.cluster.nodes[0].count, 2);  // as many as workers were watched
  EXPECT_EQ(one.scenario.cluster.nodes[0].cores, 1);  // no limit of cores: one executor each
}

TEST_F(StartCheck, RepeatsAreThoseOfTheSameName) {
  record("sa-r2", "spark://m:7077", 5000);
  record("sa-other-r1", "spark://m:7077", 9000);
  const auto start = start_case_beside(record("sa-r1", "spark://m:7077", 4100));
  ASSERT_TRUE(start);
  ASSERT_EQ(start->repeats.size(), 2U);
  EXPECT_EQ(start->repeats[0].context_ready, Duration::millis(4100));
  EXPECT_EQ(start->repeats[1].context_ready, Duration::millis(5000));
}

TEST_F(StartCheck, AnUnknownProgramIsComparedUntilItsContextIsReady) {
  const auto start = start_case_beside(record("p-r1", "local[2]", 3700, "chapter: reads a CSV"));
  ASSERT_TRUE(start);
  EXPECT_FALSE(start->recorded.measured.first_task);
}

TEST_F(StartCheck, ALocalStartIsWithinTheSpread) {
  ValidationCase out;
  const auto start = start_case_beside(record("local-r1", "local[2]", 3700));
  ASSERT_TRUE(start);
  check_start(*start, {}, out);
  EXPECT_TRUE(out.ok) << out.why;
  EXPECT_EQ(out.kind, kStartUp);
  ASSERT_TRUE(out.error_pct);
  EXPECT_NEAR(*out.error_pct, 0, 3);  // the first task
  // Each milestone is a time with its error, and a word on the spread.
  EXPECT_EQ(out.details.size(), 8U);
}

TEST_F(StartCheck, OtherFoldersHaveNone) {
  EXPECT_FALSE(start_case_beside((root_ / "nothing" / "eventlog.zst").string()));
  std::ofstream(root_ / "case.json") << "{\"name\": 3";
  EXPECT_FALSE(start_case_beside((root_ / "eventlog.zst").string()));
}

}  // namespace
}  // namespace muster
