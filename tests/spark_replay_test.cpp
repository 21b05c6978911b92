// The other reader of our logs: a real Spark's History Server replays them and must count the same
// jobs, stages, tasks and executors. Looks for Spark in SPARK_HOME, then for the Python package
// pyspark; skipped where neither is there.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/report/event_log.h"
#include "sim/trace/read_log.h"
#include "tests/report_timelines.h"

namespace muster {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Counts = std::map<std::string, std::int64_t>;

struct Output {
  int code = -1;
  std::string text;
};

Output run_command(const std::string& command) {
  Output output;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (!pipe) return output;
  char buffer[4096];
  while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, pipe))
    output.text.append(buffer, n);
  output.code = ::pclose(pipe);
  return output;
}

std::string quoted(const std::string& path) { return "'" + path + "'"; }

// Empty: there is no Spark.
std::string spark_home() {
  std::string home = std::getenv("SPARK_HOME") ? std::getenv("SPARK_HOME") : "";
  if (home.empty())
    home = run_command("python3 -c 'import os, pyspark; "
                       "print(os.path.dirname(pyspark.__file__), end=\"\")' 2>/dev/null")
               .text;
  return !home.empty() && fs::exists(home + "/bin/spark-class") ? home : std::string();
}

Counts without_zeros(Counts counts) {
  std::erase_if(counts, [](const auto& entry) { return entry.second == 0; });
  return counts;
}

Counts job_counts(const Timeline& timeline) {
  Counts out;
  for (const JobSpan& job : timeline.jobs)
    ++out[job.outcome == JobOutcome::Succeeded ? "SUCCEEDED"
                                               : job.outcome == JobOutcome::Failed ? "FAILED"
                                                                                   : "RUNNING"];
  return out;
}

Counts stage_counts(const Timeline& timeline) {
  Counts out;
  for (const StageSpan& stage : timeline.stages)
    ++out[!stage.submitted.happened() ? "SKIPPED"
                                      : !stage.failure.empty() ? "FAILED"
                                                               : stage.completed.happened()
                                                                     ? "COMPLETE"
                                                                     : "ACTIVE"];
  return out;
}

Counts task_counts(const Timeline& timeline) {
  Counts out;
  for (const Outcome outcome : timeline.attempts.outcome)
    ++out[outcome == Outcome::Success
              ? "SUCCESS"
              : outcome == Outcome::Running
                    ? "RUNNING"
                    : outcome == Outcome::TaskKilled || outcome == Outcome::TaskCommitDenied
                          ? "KILLED"
                          : "FAILED"];
  return out;
}

void expect_seen(const Timeline& timeline, const Json& seen) {
  const auto counts = [&](const char* key) {
    return without_zeros(seen[key].get<Counts>());
  };
  EXPECT_EQ(seen["completed"].get<bool>(), timeline.application.end.happened());
  if (timeline.application.end.happened()) {
    EXPECT_EQ(seen["duration_ms"].get<std::int64_t>(), timeline.wall().in_millis());
  }
  EXPECT_EQ(counts("jobs_by_status"), job_counts(timeline));
  EXPECT_EQ(counts("stages_by_status"), stage_counts(timeline));
  EXPECT_EQ(counts("tasks_by_status"), task_counts(timeline));
  std::int64_t run_time_ms = 0, executors = 0, cores = 0;
  for (std::size_t row = 0; row < timeline.attempts.size(); ++row)
    if (timeline.attempts.has_metrics[row])
      run_time_ms += timeline.attempts.amount(row, Amount::ExecutorRunTime);
  for (const ExecutorSpan& executor : timeline.executors)
    if (executor.added.happened() && !executor.is_driver()) ++executors, cores += executor.cores;
  EXPECT_EQ(seen["run_time_ms"].get<std::int64_t>(), run_time_ms);
  EXPECT_EQ(seen["executors"].get<std::int64_t>(), executors);
  EXPECT_EQ(seen["cores"].get<std::int64_t>(), cores);
  EXPECT_EQ(seen["sql_executions"].get<std::size_t>(), timeline.sql_executions.size());
}

// Timelines by hand, at random and from our recordings, each under an application id of its own.
std::vector<Timeline> timelines() {
  std::vector<Timeline> out = {rich_timeline()};
  for (const std::uint64_t seed : {1, 2, 3}) out.push_back(random_timeline(seed, 10));
  const std::string folder = MUSTER_SOURCE_DIR "/tests/recordings";
  std::vector<std::string> recordings;
  if (fs::exists(folder))
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (entry.is_regular_file() && entry.path().string().find(".zst") != std::string::npos)
        recordings.push_back(entry.path().string());
  std::sort(recordings.begin(), recordings.end());
  for (const std::string& path : recordings) {
    Problems problems;
    auto log = read_log(path, problems);
    if (log && log->timeline.application.start.happened()) out.push_back(std::move(log->timeline));
  }
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i].application.id = "app-20260101000000-" + std::to_string(1000 + i);
  return out;
}

TEST(SparkReplay, SparkCountsWhatWeWrote) {
  const std::string home = spark_home();
  if (home.empty()) GTEST_SKIP() << "no Spark: neither SPARK_HOME nor python3's pyspark";
  ScratchFolder logs;
  const std::vector<Timeline> written = timelines();
  for (const Timeline& timeline : written) {
    // The codec is what follows the last dot: both ways are tried.
    const bool compressed = &timeline == &written.front();
    const std::string name = timeline.application.id + (compressed ? ".zstd" : "");
    const auto problem = write_event_log(logs.path(name), timeline);
    ASSERT_FALSE(problem.has_value()) << problem->what;
  }
  const Output output =
      run_command("python3 " + quoted(MUSTER_SOURCE_DIR "/tests/spark_replay.py") + " " +
                  quoted(home) + " " + quoted(logs.folder()));
  ASSERT_EQ(output.code, 0) << "Spark's History Server did not start; see its log above";
  const Json seen = Json::parse(output.text);
  RecordProperty("spark_version", seen["version"].get<std::string>());
  for (const Timeline& timeline : written) {
    SCOPED_TRACE(timeline.application.id + " " + timeline.application.name);
    ASSERT_TRUE(seen["applications"].contains(timeline.application.id));
    expect_seen(timeline, seen["applications"][timeline.application.id]);
  }
}

}  // namespace
}  // namespace muster
