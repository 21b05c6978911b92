// How far simulations are from recordings. The private logs lie beside the repository, in
// ../shared/traces or where MUSTER_TRACES says; these tests are skipped where they are not.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/run/run.h"
#include "sim/run/validation.h"

#ifndef MUSTER_TRACES
#define MUSTER_TRACES MUSTER_SOURCE_DIR "/../shared/traces"
#endif

namespace muster {
namespace {

constexpr const char* kRecordings = MUSTER_SOURCE_DIR "/tests/recordings";

std::string traces() {
  const char* named = std::getenv("MUSTER_TRACES");
  return named ? named : MUSTER_TRACES;
}

// One line for each of the worst cases, for whoever has to find out why.
std::string worst_of(const Validation& validation) {
  std::string out;
  for (const std::size_t row : validation.summary.worst) {
    const ValidationCase& one = validation.cases[row];
    out += std::to_string(one.error_pct.value_or(0)) + " % " + one.name + ": " + one.why + "\n";
  }
  return out;
}

ValidationOptions options(unsigned threads, bool pinned) {
  ValidationOptions out;
  out.threads = threads, out.pinned = pinned, out.replay = true;
  return out;
}

TEST(Validation, ReplaysOfRealRunsTakeAsLongAsTheRunsDid) {
  std::vector<std::string> folders;
  for (const char* name : {"standalone", "yarn", "recorded"})
    if (std::filesystem::exists(traces() + "/" + name)) folders.push_back(traces() + "/" + name);
  if (folders.size() < 3)
    GTEST_SKIP() << "no logs at " << traces() << " (set MUSTER_TRACES to where they are)";
  Problems problems;
  const Validation validation = validate_logs(folders, options(0, false), problems);
  EXPECT_TRUE(problems.empty()) << problems.text();
  EXPECT_GT(validation.summary.cases, 100U);
  EXPECT_LE(validation.summary.median_abs_error_pct, 0.3);
  EXPECT_LE(validation.summary.mean_abs_error_pct, 1.5) << worst_of(validation);
  for (const ValidationCase& one : validation.cases)
    EXPECT_TRUE(one.ok) << one.name << ": " << one.why;
}

// The result does not depend on how many threads share the work.
TEST(Validation, IsTheSameWithAnyNumberOfThreads) {
  Problems problems;
  const Validation one = validate_logs({kRecordings}, options(1, false), problems);
  const Validation three = validate_logs({kRecordings}, options(3, false), problems);
  ASSERT_TRUE(problems.empty()) << problems.text();
  ASSERT_FALSE(one.cases.empty());
  ASSERT_EQ(one.cases.size(), three.cases.size());
  for (std::size_t i = 0; i < one.cases.size(); ++i) {
    EXPECT_EQ(one.cases[i].name, three.cases[i].name);
    EXPECT_EQ(one.cases[i].simulated, three.cases[i].simulated) << one.cases[i].name;
  }
}

// FAIR pools are defined in a file of the recorded cluster (fairscheduler.xml), which no log holds.
bool needs_pools(const ValidationCase& one) { return one.name.find("-fair") != std::string::npos; }

void expect_within_three_per_cent(bool pinned) {
  Problems problems;
  const Validation validation = validate_logs({kRecordings}, options(0, pinned), problems);
  ASSERT_TRUE(problems.empty()) << problems.text();
  EXPECT_GE(validation.cases.size(), 9U);
  for (const ValidationCase& one : validation.cases) {
    EXPECT_TRUE(one.ok) << one.name << ": " << one.why;
    ASSERT_TRUE(one.error_pct.has_value()) << one.name << ": " << one.why;
    if (needs_pools(one)) continue;
    EXPECT_LT(std::abs(*one.error_pct), 3) << one.name << ": " << one.why;
  }
}

TEST(Validation, OurOwnRecordingsReplayWithinThreePerCent) { expect_within_three_per_cent(false); }
TEST(Validation, PinnedReplaysOfThemDoSoToo) { expect_within_three_per_cent(true); }

TEST(Validation, FairPoolsHaveToBeGiven) {
  Problems problems;
  const auto log = read_log(std::string(kRecordings) + "/k4-v4-fair124-r1/eventlog.zst", problems);
  ASSERT_TRUE(log.has_value()) << problems.text();
  Scenario scenario;
  scenario.workload = LogWorkload{};
  const auto error_pct = [&] {
    const auto result = replay(log->timeline, scenario, problems);
    return (result->timeline.wall().in_seconds() / log->timeline.wall().in_seconds() - 1) * 100;
  };
  EXPECT_GT(std::abs(error_pct()), 1);  // all weights are 1
  scenario.pools = {{.name = "w1", .weight = 1}, {.name = "w2", .weight = 2},
                    {.name = "w4", .weight = 4}};
  EXPECT_LT(std::abs(error_pct()), 0.5);
}

TEST(Validation, AFolderWithoutLogsIsAProblem) {
  Problems problems;
  EXPECT_TRUE(validate_logs({MUSTER_SOURCE_DIR "/sim/base"}, {}, problems).cases.empty());
  EXPECT_FALSE(problems.empty());
  Problems other;
  validate_logs({MUSTER_SOURCE_DIR "/no/such/folder"}, {}, other);
  EXPECT_NE(other.text().find("no such file or folder"), std::string::npos) << other.text();
}

// Programs of sleeping tasks, simulated from their description alone.
TEST(Validation, DescribedRunsOfOurOwnAreSimulatedToTheirOutcome) {
  Problems problems;
  const Validation validation = validate_logs({kRecordings}, {}, problems);
  ASSERT_TRUE(problems.empty()) << problems.text();
  std::size_t simulated = 0;
  for (const ValidationCase& one : validation.cases) {
    if (one.kind != "simulation") continue;
    ++simulated;
    EXPECT_TRUE(one.ok) << one.name << ": " << one.why;
    ASSERT_TRUE(one.error_pct.has_value()) << one.name << ": " << one.why;
    EXPECT_LT(std::abs(*one.error_pct), 8) << one.name << ": " << one.why;
  }
  EXPECT_GE(simulated, 6U);
}

TEST(Validation, JobsOnQuietMachinesAreSimulatedWithinTwoPerCent) {
  const std::string folder = traces() + "/recorded/sched";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no recordings at " << folder;
  Problems problems;
  const Validation validation = validate_logs({folder}, {}, problems);
  EXPECT_TRUE(problems.empty()) << problems.text();
  for (const ValidationCase& one : validation.cases)
    EXPECT_TRUE(one.ok) << one.name << ": " << one.why;
  EXPECT_GE(validation.summary.quiet_jobs, 20U);
  EXPECT_LE(validation.summary.median_quiet_job_error_pct, 2);
}

}  // namespace
}  // namespace muster
