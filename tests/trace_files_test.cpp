// Which files make up a log: rolling folders, Databricks' folders, renamed and unfinished files.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "sim/trace/log_files.h"
#include "sim/trace/read_log.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHead =
    R"({"Event":"SparkListenerLogStart","Spark Version":"3.5.7"})"
    "\n"
    R"({"Event":"SparkListenerApplicationStart","App Name":"n","App ID":"app-1",)"
    R"("Timestamp":1000,"User":"u"})"
    "\n";
constexpr const char* kEnd = R"({"Event":"SparkListenerApplicationEnd","Timestamp":9000})"
                             "\n";

std::string job(int id) {
  return R"({"Event":"SparkListenerJobStart","Job ID":)" + std::to_string(id) +
         R"(,"Submission Time":2000,"Stage Infos":[],"Stage IDs":[],"Properties":{}})"
         "\n";
}

class TraceFiles : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("muster_trace_files_" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    const fs::path path = folder_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path.string();
  }
  std::vector<std::int64_t> jobs(const std::string& name) {
    const std::optional<LogRead> log = read_log((folder_ / name).string(), problems_);
    std::vector<std::int64_t> out;
    if (!log) return out;
    health_ = log->health;
    for (const JobSpan& span : log->timeline.jobs) out.push_back(span.id);
    return out;
  }
  using Ids = std::vector<std::int64_t>;

  fs::path folder_;
  Problems problems_;
  LogHealth health_;
};

}  // namespace

TEST_F(TraceFiles, RollingPartsInTheOrderOfTheirNumbers) {
  const std::string at = "eventlog_v2_app-1/";
  write(at + "events_10_app-1", job(10) + kEnd);
  write(at + "events_1_app-1", kHead + job(1));
  for (int i = 2; i < 10; ++i) write(at + "events_" + std::to_string(i) + "_app-1", job(i));
  write(at + "appstatus_app-1", "");
  EXPECT_EQ(jobs("eventlog_v2_app-1"), (Ids{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  EXPECT_EQ(health_.counts.files, 10u);
  EXPECT_FALSE(health_.in_progress);
  EXPECT_FALSE(health_.find("cut_off")) << health_.text();
  EXPECT_FALSE(health_.find("missing_parts")) << health_.text();
}

TEST_F(TraceFiles, NothingBeforeTheLastCompactedPartIsRead) {
  const std::string at = "eventlog_v2_app-1/";
  write(at + "events_1_app-1", kHead + job(1));
  write(at + "events_2_app-1", job(2));
  write(at + "events_2_app-1.compact", kHead + job(100));
  write(at + "events_3_app-1", job(3) + kEnd);
  write(at + "appstatus_app-1", "");
  EXPECT_EQ(jobs("eventlog_v2_app-1"), (Ids{100, 3}));
  EXPECT_FALSE(health_.find("missing_parts"));
}

TEST_F(TraceFiles, MissingPartsAreTold) {
  const std::string at = "eventlog_v2_app-1/";
  write(at + "events_2_app-1", kHead + job(2));
  write(at + "events_5_app-1", job(5));
  write(at + "appstatus_app-1.inprogress", "");
  EXPECT_EQ(jobs("eventlog_v2_app-1"), (Ids{2, 5}));
  EXPECT_TRUE(health_.in_progress);
  EXPECT_TRUE(health_.find("in_progress"));
  ASSERT_TRUE(health_.find("missing_parts"));
  EXPECT_EQ(health_.find("missing_parts")->count, 3);
  EXPECT_FALSE(health_.trustworthy());
}

TEST_F(TraceFiles, DatabricksFolderEndsWithTheUndatedPart) {
  write("1234/eventlog", job(3) + kEnd);
  write("1234/eventlog-2021-06-15--16-00", job(2));
  write("1234/eventlog-2021-06-15--15-00", kHead + job(1));
  EXPECT_EQ(jobs("1234"), (Ids{1, 2, 3}));
}

TEST_F(TraceFiles, InProgressIsToldUnlessTheApplicationEnded) {
  write("app-1.inprogress", kHead + job(1));
  write("app-2.inprogress", kHead + job(1) + kEnd);
  EXPECT_EQ(jobs("app-1.inprogress"), Ids{1});
  EXPECT_TRUE(health_.find("in_progress"));
  EXPECT_FALSE(health_.find("cut_off"));
  EXPECT_EQ(jobs("app-2.inprogress"), Ids{1});
  EXPECT_TRUE(health_.find("in_progress_and_ended"));
}

TEST_F(TraceFiles, FindLogsGoesByTheBytes) {
  write("a/app-1", std::string(kHead) + kEnd);
  write("a/renamed.txt", kHead);
  write("a/case.json", R"({"name": "x"})");
  write("a/notes.md", "# {\"Event\":\"no\n");
  write("a/tail-of-a-log", "\"Cut\":1}\n" + job(1));
  write("a/empty", "");
  write("a/.hidden", kHead);
  write("b/eventlog_v2_application_17_0001_2/events_1_application_17_0001_2", kHead);
  write("b/application_17_0001_1.inprogress", kHead);
  const std::vector<LogFiles> logs = find_logs(folder_.string(), problems_);
  std::vector<std::string> names;
  for (const LogFiles& log : logs) names.push_back(fs::relative(log.path, folder_).string());
  EXPECT_EQ(names, (std::vector<std::string>{"a/app-1", "a/renamed.txt", "a/tail-of-a-log",
                                             "b/application_17_0001_1.inprogress",
                                             "b/eventlog_v2_application_17_0001_2"}));
  ASSERT_EQ(logs.size(), 5u);
  EXPECT_EQ(logs[3].application, "application_17_0001");
  EXPECT_EQ(logs[3].attempt, "1");
  EXPECT_EQ(logs[4].application, "application_17_0001");
  EXPECT_EQ(logs[4].attempt, "2");
  EXPECT_EQ(logs[4].kind, LogKind::RollingFolder);
  EXPECT_EQ(logs[0].application, "app-1");
  EXPECT_EQ(logs[0].attempt, "");
  EXPECT_TRUE(problems_.empty());
}

TEST_F(TraceFiles, UnreadableAndEmptyAreProblems) {
  write("empty", "");
  fs::create_directories(folder_ / "folder");
  EXPECT_TRUE(jobs("empty").empty());
  EXPECT_TRUE(jobs("folder").empty());
  EXPECT_TRUE(jobs("absent").empty());
  EXPECT_EQ(problems_.list().size(), 3u) << problems_.text();
}

TEST_F(TraceFiles, AnEndlessLineIsSkippedInBoundedMemory) {
  std::string text = std::string(kHead) + job(1);
  text += "{\"Event\":\"" + std::string(std::size_t{70} << 20, 'x') + "\"}\n" + job(2) + kEnd;
  write("long", text);
  EXPECT_EQ(jobs("long"), (Ids{1, 2}));
  ASSERT_TRUE(health_.find("malformed_lines"));
  EXPECT_EQ(health_.find("malformed_lines")->line, 4u);
  EXPECT_EQ(health_.counts.malformed_lines, 1u);
}

TEST_F(TraceFiles, ReadsStandardInput) {
  const std::string path = write("piped", std::string(kHead) + job(1) + job(2) + kEnd);
  const int before = ::dup(0), file = ::open(path.c_str(), O_RDONLY);
  ::dup2(file, 0);
  const std::optional<LogRead> log = read_log("-", problems_);
  ::dup2(before, 0);
  ::close(before), ::close(file);
  ASSERT_TRUE(log) << problems_.text();
  EXPECT_EQ(log->timeline.jobs.size(), 2u);
  EXPECT_TRUE(log->timeline.application.end.happened());
}

// A link is followed, a second way to the same folder and a circle are not.
TEST_F(TraceFiles, LinkedFoldersAreSearchedOnce) {
  const fs::path elsewhere = folder_.string() + "_elsewhere";
  fs::create_directories(elsewhere / "deep");
  std::ofstream(elsewhere / "deep" / "log") << kHead << kEnd;
  write("own/log", std::string(kHead) + kEnd);
  fs::create_directory_symlink(elsewhere, folder_ / "link");
  fs::create_directory_symlink(elsewhere / "deep", folder_ / "again");
  fs::create_directory_symlink(folder_, folder_ / "own" / "up");
  std::vector<std::string> found;
  for (const LogFiles& log : find_logs(folder_.string(), problems_))
    found.push_back(fs::path(log.path).lexically_relative(folder_).string());
  fs::remove_all(elsewhere);
  EXPECT_EQ(found, (std::vector<std::string>{"again/log", "own/log"}));
  EXPECT_TRUE(problems_.empty());
}

TEST_F(TraceFiles, AnEndlessFileThatIsNoLogIsGivenUp) {
  EXPECT_FALSE(read_log("/dev/zero", problems_));
  EXPECT_EQ(problems_.list().size(), 1u);
}

TEST_F(TraceFiles, ALineOfManyPiecesIsRead) {
  const std::string plan(std::size_t{3} << 20, 'p');
  write("plan",
        std::string(kHead) +
            R"({"Event":"org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart",)"
            R"("executionId":7,"description":"d","physicalPlanDescription":")" +
            plan +
            R"(","time":3000})"
            "\n" +
            kEnd);
  const std::optional<LogRead> log = read_log((folder_ / "plan").string(), problems_);
  ASSERT_TRUE(log);
  ASSERT_EQ(log->timeline.sql_executions.size(), 1u);
  EXPECT_EQ(log->timeline.sql_executions[0].plan.size(), plan.size());
  EXPECT_EQ(log->health.counts.malformed_lines, 0u);
}

}  // namespace muster
