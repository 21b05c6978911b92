// What we write, we read back: read(write(x)) == x, for timelines made by hand, at random, from our
// own recordings and, where they are present, from logs of others.
#include "sim/report/event_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "sim/trace/read_log.h"
#include "tests/report_timelines.h"

#ifndef MUSTER_TRACES
#define MUSTER_TRACES MUSTER_SOURCE_DIR "/../shared/traces"
#endif

namespace muster {
namespace {

namespace fs = std::filesystem;

Timeline read_back(const std::string& path) {
  Problems problems;
  std::optional<LogRead> log = read_log(path, problems);
  EXPECT_TRUE(log.has_value()) << problems.text();
  return log ? std::move(log->timeline) : Timeline();
}

void expect_same(const Timeline& expected, const Timeline& actual, const std::string& what) {
  EXPECT_EQ(expected.application, actual.application) << what;
  EXPECT_TRUE(expected.conf == actual.conf) << what;
  EXPECT_TRUE(expected.executors == actual.executors) << what << ": executors";
  EXPECT_TRUE(expected.jobs == actual.jobs) << what << ": jobs";
  EXPECT_TRUE(expected.stages == actual.stages) << what << ": stages";
  EXPECT_TRUE(expected.attempts == actual.attempts) << what << ": attempts";
  EXPECT_TRUE(expected.failures == actual.failures) << what << ": failures";
  EXPECT_TRUE(expected.block_updates == actual.block_updates) << what << ": block updates";
  EXPECT_TRUE(expected.unpersists == actual.unpersists) << what << ": unpersists";
  EXPECT_TRUE(expected.sql_executions == actual.sql_executions) << what << ": SQL executions";
  EXPECT_TRUE(expected == actual) << what;
}

void expect_round_trip(const Timeline& timeline, const std::string& what,
                       const std::string& name = "log") {
  ScratchFolder scratch;
  const auto problem = write_event_log(scratch.path(name), timeline);
  ASSERT_FALSE(problem.has_value()) << problem->what;
  expect_same(timeline, read_back(scratch.path(name)), what);
}

// Event logs below `folder`, in the order of their names: files, and folders of rolling logs.
std::vector<std::string> logs_below(const std::string& folder, std::size_t stride) {
  std::vector<std::string> all, out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const bool log = entry.is_regular_file() && (name.find(".zst") != name.npos ||
                                                 name.find(".gz") != name.npos);
    if (log || (entry.is_directory() && name.starts_with("eventlog_v2")))
      all.push_back(entry.path().string());
  }
  std::sort(all.begin(), all.end());
  for (std::size_t i = 0; i < all.size(); i += stride) out.push_back(all[i]);
  return out;
}

void expect_round_trips(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    Problems problems;
    const auto log = read_log(path, problems);
    if (!log) continue;  // the reader's own tests say which ones it must read
    expect_round_trip(log->timeline, path);
  }
}

TEST(EventLog, RichTimelineRoundTrips) { expect_round_trip(rich_timeline(), "by hand"); }

TEST(EventLog, CompressedRoundTrips) {
  expect_round_trip(rich_timeline(), "by hand, zstd", "app-1.zstd");
  ScratchFolder scratch;
  ASSERT_FALSE(write_event_log(scratch.path("a.zst"), rich_timeline()).has_value());
  EXPECT_EQ(read_text(scratch.path("a.zst")).substr(0, 4), "\x28\xb5\x2f\xfd");
}

TEST(EventLog, RandomTimelinesRoundTrip) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed)
    expect_round_trip(random_timeline(seed, 6), "seed " + std::to_string(seed));
}

TEST(EventLog, TimeThatStartsAtZeroIsWrittenADayLater) {
  TimelineMaker make;
  make.executor("0", "a", 1, 10).job(0, 10, 20, {}).end(30);
  const Duration back = make.timeline.application.start - Time();
  Timeline& timeline = make.timeline;
  timeline.application.start = Time();
  timeline.application.end = timeline.application.end - back;
  timeline.executors[0].added = timeline.executors[0].added - back;
  timeline.jobs[0].submitted = timeline.jobs[0].submitted - back;
  timeline.jobs[0].completed = timeline.jobs[0].completed - back;
  ScratchFolder scratch;
  ASSERT_FALSE(write_event_log(scratch.path("log"), timeline).has_value());
  const Timeline read = read_back(scratch.path("log"));
  EXPECT_EQ(read.application.start, Time::millis(86'400'000));
  EXPECT_EQ(read.wall(), timeline.wall());
}

TEST(EventLog, InvalidUtf8IsReplaced) {
  TimelineMaker make;
  make.job(0, 10, 20, {}).end(30);
  make.timeline.jobs[0].description = "a\xff\xc3(b";
  ScratchFolder scratch;
  ASSERT_FALSE(write_event_log(scratch.path("log"), make.timeline).has_value());
  EXPECT_EQ(read_back(scratch.path("log")).jobs[0].description, "a\xef\xbf\xbd\xef\xbf\xbd(b");
}

// The History Server's listing compares the beginning of lines with these texts.
TEST(EventLog, LinesBeginAsSparkExpects) {
  ScratchFolder scratch;
  ASSERT_FALSE(write_event_log(scratch.path("log"), rich_timeline()).has_value());
  const std::string text = read_text(scratch.path("log"));
  for (const char* start :
       {"{\"Event\":\"SparkListenerLogStart\"", "{\"Event\":\"SparkListenerApplicationStart\"",
        "{\"Event\":\"SparkListenerEnvironmentUpdate\",",
        "{\"Event\":\"SparkListenerApplicationEnd\""})
    EXPECT_NE(("\n" + text).find(std::string("\n") + start), text.npos) << start;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    EXPECT_TRUE(nlohmann::json::accept(line)) << line;
}

// Whoever replays the log must never see an effect before its cause, nor more tasks than cores.
TEST(EventLog, CausesComeFirst) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    ScratchFolder scratch;
    const Timeline timeline = random_timeline(seed, 8);
    ASSERT_FALSE(write_event_log(scratch.path("log"), timeline).has_value());
    std::map<std::string, int> running, cores;
    std::map<std::int64_t, bool> job, submitted, completed, started;
    std::ifstream in(scratch.path("log"));
    for (std::string line; std::getline(in, line);) {
      const auto event = nlohmann::json::parse(line);
      const std::string name = event["Event"].get<std::string>();
      const auto stage = [&] { return event["Stage Info"]["Stage ID"].get<std::int64_t>(); };
      if (name == "SparkListenerExecutorAdded") {
        cores[event["Executor ID"].get<std::string>()] =
            event["Executor Info"]["Total Cores"].get<int>();
      } else if (name == "SparkListenerJobStart") {
        for (const auto& id : event["Stage IDs"]) job[id.get<std::int64_t>()] = true;
      } else if (name == "SparkListenerStageSubmitted") {
        EXPECT_TRUE(job[stage()]);
        for (const auto& parent : event["Stage Info"]["Parent IDs"])
          EXPECT_TRUE(completed[parent.get<std::int64_t>()]);
        submitted[stage()] = true;
      } else if (name == "SparkListenerTaskStart") {
        EXPECT_TRUE(submitted[event["Stage ID"].get<std::int64_t>()]);
        const std::string executor = event["Task Info"]["Executor ID"].get<std::string>();
        EXPECT_LE(++running[executor], cores[executor]) << "seed " << seed;
        started[event["Task Info"]["Task ID"].get<std::int64_t>()] = true;
      } else if (name == "SparkListenerTaskEnd") {
        EXPECT_TRUE(started[event["Task Info"]["Task ID"].get<std::int64_t>()]);
        --running[event["Task Info"]["Executor ID"].get<std::string>()];
      } else if (name == "SparkListenerStageCompleted") {
        EXPECT_TRUE(submitted[stage()]);
        completed[stage()] = true;
      } else if (name == "SparkListenerJobEnd") {
        const auto id = event["Job ID"].get<std::size_t>();
        for (const std::int64_t s : timeline.jobs[id].stage_ids) EXPECT_TRUE(completed[s]);
      }
    }
  }
}

TEST(EventLog, OurRecordingsRoundTrip) {
  const std::string folder = MUSTER_SOURCE_DIR "/tests/recordings";
  if (!fs::exists(folder)) GTEST_SKIP() << "no " << folder;
  const std::vector<std::string> logs = logs_below(folder, 1);
  EXPECT_FALSE(logs.empty());
  expect_round_trips(logs);
}

TEST(EventLog, PrivateLogsRoundTrip) {
  const char* named = std::getenv("MUSTER_TRACES");
  const std::string folder = named ? named : MUSTER_TRACES;
  if (!fs::exists(folder)) GTEST_SKIP() << "no logs at " << folder << " (set MUSTER_TRACES)";
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__)
  constexpr std::size_t kStride = 1;
#else
  constexpr std::size_t kStride = 13;
#endif
  expect_round_trips(logs_below(folder, kStride));
}

}  // namespace
}  // namespace muster
