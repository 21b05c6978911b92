// Files that we write: CSV tables, the Chrome trace, and how they come into being.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "sim/report/chrome_trace.h"
#include "sim/report/csv.h"
#include "sim/report/output_file.h"
#include "tests/report_timelines.h"

namespace muster {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Row = std::vector<std::string>;

// RFC 4180.
std::vector<Row> parse_csv(const std::string& text) {
  std::vector<Row> rows(1, Row(1));
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    std::string& cell = rows.back().back();
    if (quoted) {
      if (c != '"') cell += c;
      else if (i + 1 < text.size() && text[i + 1] == '"') cell += text[++i];
      else quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      rows.back().emplace_back();
    } else if (c == '\n') {
      rows.emplace_back(1);
    } else {
      cell += c;
    }
  }
  rows.pop_back();
  return rows;
}

std::string cell(const std::vector<Row>& rows, std::size_t row, const std::string& column) {
  const auto at = std::find(rows[0].begin(), rows[0].end(), column);
  EXPECT_NE(at, rows[0].end()) << column;
  return rows[row + 1][static_cast<std::size_t>(at - rows[0].begin())];
}

TEST(Csv, WritesWholeTables) {
  ScratchFolder scratch;
  const Timeline timeline = rich_timeline();
  Problems problems;
  write_csv(scratch.path("a/b"), timeline, problems);
  ASSERT_TRUE(problems.empty()) << problems.text();
  const auto table = [&](const char* name) {
    auto rows = parse_csv(read_text(scratch.path("a/b/") + name));
    for (const Row& row : rows) EXPECT_EQ(row.size(), rows[0].size()) << name;
    return rows;
  };
  EXPECT_EQ(table("applications.csv").size(), 2u);
  EXPECT_EQ(table("executors.csv").size(), timeline.executors.size() + 1);
  EXPECT_EQ(table("stages.csv").size(), timeline.stages.size() + 1);
  const auto jobs = table("jobs.csv");
  EXPECT_EQ(cell(jobs, 0, "description"), timeline.jobs[0].description);
  EXPECT_EQ(cell(jobs, 0, "stage_ids"), "0 1 2");
  const auto tasks = table("tasks.csv");
  ASSERT_EQ(tasks.size(), timeline.attempts.size() + 1);
  EXPECT_EQ(tasks[0].size(), 15u + kAmountCount);
  EXPECT_EQ(cell(tasks, 0, "shuffle_write_bytes"), "870");  // 20 + 850 ms
  EXPECT_EQ(cell(tasks, 2, "outcome"), "ExceptionFailure");
  EXPECT_EQ(cell(tasks, 2, "failure"), "java.lang.IllegalStateException");
  EXPECT_EQ(cell(tasks, 2, "run_ms"), "");  // without metrics
  EXPECT_EQ(cell(tasks, 2, "launch_ms"), "1700000002050");
  EXPECT_EQ(cell(tasks, 0, "failure"), "");
}

TEST(OutputFile, AppearsWholeOrNotAtAll) {
  ScratchFolder scratch;
  const std::string path = scratch.path("out");
  {
    OutputFile file(path);
    file.write("half");
    EXPECT_FALSE(fs::exists(path));
  }
  EXPECT_TRUE(fs::is_empty(scratch.folder()));
  ASSERT_FALSE(write_file(path, "old").has_value());
  {
    OutputFile file(path);
    file.write("new");
    EXPECT_EQ(read_text(path), "old");
    EXPECT_FALSE(file.commit().has_value());
  }
  EXPECT_EQ(read_text(path), "new");
  EXPECT_EQ(std::distance(fs::directory_iterator(scratch.folder()), fs::directory_iterator()), 1);
}

TEST(OutputFile, ProblemsComeBack) {
  ScratchFolder scratch;
  const auto absent = write_file(scratch.path("no/such/folder"), "x");
  ASSERT_TRUE(absent.has_value());
  EXPECT_EQ(absent->file, scratch.path("no/such/folder"));
  EXPECT_EQ(absent->what, "cannot be created: No such file or directory");
  EXPECT_TRUE(write_file(scratch.folder(), "x").has_value());
  const auto full = write_file("/dev/full", "x");
  ASSERT_TRUE(full.has_value());
  EXPECT_EQ(full->what, "cannot be written: No space left on device");
}

// A rename would replace the device by a file.
TEST(OutputFile, DevicesAndLinksStayWhatTheyAre) {
  EXPECT_FALSE(write_file("/dev/null", "x").has_value());
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  ScratchFolder scratch;
  ASSERT_FALSE(write_file(scratch.path("file"), "1").has_value());
  fs::create_symlink("file", scratch.path("link"));
  ASSERT_FALSE(write_file(scratch.path("link"), "2").has_value());
  EXPECT_TRUE(fs::is_symlink(scratch.path("link")));
  EXPECT_EQ(read_text(scratch.path("file")), "2");
}

// Spans of one thread must not overlap, or viewers draw them inside each other.
TEST(ChromeTrace, IsValidAndWithoutOverlaps) {
  for (const Timeline& timeline : {rich_timeline(), random_timeline(5, 9)}) {
    ScratchFolder scratch;
    ASSERT_FALSE(write_chrome_trace(scratch.path("t.json"), timeline).has_value());
    const Json trace = Json::parse(read_text(scratch.path("t.json")));
    std::map<std::pair<int, int>, std::vector<std::pair<std::int64_t, std::int64_t>>> spans;
    std::size_t tasks = 0;
    std::int64_t running = -1;
    std::map<std::pair<int, int>, std::string> names;
    for (const Json& event : trace["traceEvents"]) {
      const std::string phase = event["ph"].get<std::string>();
      const std::pair thread{event["pid"].get<int>(), event["tid"].get<int>()};
      if (phase == "M" && event["name"] == "thread_name")
        names[thread] = event["args"]["name"].get<std::string>();
      if (phase == "C" && event["name"] == "running tasks")
        running = event["args"]["tasks"].get<std::int64_t>();
      if (phase != "X") continue;
      EXPECT_TRUE(names.contains(thread));
      EXPECT_GE(event["dur"].get<std::int64_t>(), 0);
      spans[thread].emplace_back(event["ts"].get<std::int64_t>(), event["dur"].get<std::int64_t>());
      if (event.contains("args")) ++tasks;
    }
    EXPECT_EQ(tasks, timeline.attempts.size());
    EXPECT_EQ(running, 0);  // the application has ended
    for (auto& [thread, list] : spans) {
      std::sort(list.begin(), list.end());
      for (std::size_t i = 1; i < list.size(); ++i)
        EXPECT_GE(list[i].first, list[i - 1].first + list[i - 1].second) << names[thread];
    }
  }
}

TEST(ChromeTrace, CountersOfModelsAreThere) {
  TimelineMaker make;
  make.end(1000);
  make.timeline.counters = {{"nodes", "nodes", {{make.timeline.application.start, 3.0}}}};
  ScratchFolder scratch;
  ASSERT_FALSE(write_chrome_trace(scratch.path("t.json"), make.timeline).has_value());
  const Json trace = Json::parse(read_text(scratch.path("t.json")));
  EXPECT_EQ(trace["traceEvents"].back()["args"]["nodes"].get<int>(), 3);
}

}  // namespace
}  // namespace muster
