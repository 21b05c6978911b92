// Logs of real runs by others, which may not be copied into this repository: they lie beside it, in
// ../shared/traces or where MUSTER_TRACES says, and these tests are skipped where they are not. The
// lists there were made by another program, so every number is compared with an independent count.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/trace/event_kinds.h"
#include "sim/trace/fast_tasks.h"
#include "sim/trace/json_fields.h"
#include "sim/trace/lines.h"
#include "sim/trace/log_files.h"
#include "sim/trace/parse_tasks.h"
#include "sim/trace/read_log.h"

#ifndef MUSTER_TRACES
#define MUSTER_TRACES MUSTER_SOURCE_DIR "/../shared/traces"
#endif

namespace muster {
namespace {

std::string traces() {
  const char* named = std::getenv("MUSTER_TRACES");
  return named ? named : MUSTER_TRACES;
}

using Row = std::map<std::string, std::string>;

std::vector<Row> read_list(const std::string& name) {
  std::ifstream in(traces() + "/" + name);
  std::vector<std::string> heads;
  std::vector<Row> rows;
  for (std::string line; std::getline(in, line);) {
    std::stringstream cells(line);
    Row row;
    std::size_t at = 0;
    for (std::string cell; std::getline(cells, cell, '\t'); ++at) {
      if (heads.size() <= at || rows.empty()) row[std::to_string(at)] = cell;
      if (at < heads.size()) row[heads[at]] = cell;
    }
    if (!heads.empty()) {
      rows.push_back(row);
      continue;
    }
    for (std::size_t i = 0; i < at; ++i) heads.push_back(row[std::to_string(i)]);
  }
  return rows;
}

#define NEED_TRACES()                                     \
  if (!std::filesystem::exists(traces() + "/parser.tsv")) \
  GTEST_SKIP() << "no logs at " << traces() << " (set MUSTER_TRACES to where they are)"

// In the release build everything; with sanitizers or without optimisation every n-th.
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__)
constexpr std::size_t kStride = 1;
#else
constexpr std::size_t kStride = 7;
#endif

LogRead read_or_fail(const std::string& path) {
  Problems problems;
  std::optional<LogRead> log = read_log(traces() + "/" + path, problems);
  EXPECT_TRUE(log.has_value()) << problems.text();
  return log ? std::move(*log) : LogRead{};
}

std::string number(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

double task_seconds(const Timeline& timeline) {
  const AttemptTable& a = timeline.attempts;
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a.launch[i].happened() && a.finish[i].happened())
      sum += (a.finish[i] - a.launch[i]).in_seconds();
  return sum;
}

// Of the announced executors only: the list does not know those that the reader had to make up.
std::string most_alive(const LogRead& log) {
  std::vector<std::pair<Time, int>> steps;
  for (const ExecutorSpan& executor : log.timeline.executors) {
    if (!executor.added.happened()) continue;
    steps.push_back({executor.added, 1});
    steps.push_back({executor.removed, -1});
  }
  std::sort(steps.begin(), steps.end());
  std::int64_t alive = 0, most = 0;
  for (const auto& [at, change] : steps) most = std::max(most, alive += change);
  const HealthNote* made_up = log.health.find("executors_not_announced");
  return std::to_string(most - (made_up ? made_up->count : 0));
}

// "4x2/5x4": how many executors with how many cores.
std::string cores_seen(const LogRead& log) {
  std::map<std::string, int> executors;  // the list sorts the numbers as text
  for (const ExecutorSpan& executor : log.timeline.executors)
    if (executor.added.happened()) ++executors[std::to_string(executor.cores)];
  std::string out;
  for (const auto& [cores, count] : executors)
    out += (out.empty() ? "" : "/") + std::to_string(count) + "x" + cores;
  return out;
}

// As the list counts it: block managers' times included, those of SQL executions not.
double duration(const LogRead& log) {
  Timeline timeline = log.timeline;
  timeline.sql_executions.clear();
  Time last = timeline.last_time();
  for (const ExecutorSpan& executor : timeline.executors)
    for (const Time t : {executor.block_manager_added, executor.block_manager_removed})
      if (t.happened()) last = std::max(last, t);
  const Time end = timeline.application.end;
  return ((end.happened() ? end : last) - timeline.application.start).in_seconds();
}

struct Column {
  const char* name;
  std::function<std::string(const LogRead&)> value;
};

std::string text(std::int64_t n) { return std::to_string(n); }

const std::vector<Column>& columns() {
  static const std::vector<Column> kColumns = {
      {"raw_bytes", [](const LogRead& l) { return std::to_string(l.health.counts.text_bytes); }},
      {"parts", [](const LogRead& l) { return std::to_string(l.health.counts.files); }},
      {"app_id", [](const LogRead& l) { return l.timeline.application.id; }},
      {"master", [](const LogRead& l) { return l.timeline.conf.text("spark.master", ""); }},
      {"deploy_mode",
       [](const LogRead& l) { return l.timeline.conf.text("spark.submit.deployMode", ""); }},
      {"dyn_alloc",
       [](const LogRead& l) {
         return l.timeline.conf.text("spark.dynamicAllocation.enabled", "");
       }},
      {"exec_added", [](const LogRead& l) { return text(l.health.counts.executors_added); }},
      {"exec_removed", [](const LogRead& l) { return text(l.health.counts.executors_removed); }},
      {"exec_max_alive", [](const LogRead& l) { return most_alive(l); }},
      {"exec_cores_seen", [](const LogRead& l) { return cores_seen(l); }},
      {"spark_version", [](const LogRead& l) { return l.timeline.application.spark_version; }},
      {"jobs", [](const LogRead& l) { return text(l.health.counts.jobs); }},
      {"stages", [](const LogRead& l) { return text(l.health.counts.stages_submitted); }},
      {"tasks", [](const LogRead& l) { return text(l.health.counts.task_ends); }},
      {"tasks_failed", [](const LogRead& l) { return text(l.health.counts.tasks_failed); }},
      {"tasks_killed", [](const LogRead& l) { return text(l.health.counts.tasks_killed); }},
      {"tasks_speculative",
       [](const LogRead& l) { return text(l.health.counts.tasks_speculative); }},
      {"app_duration_s", [](const LogRead& l) { return number(duration(l), 1); }},
      {"task_wall_s", [](const LogRead& l) { return number(task_seconds(l.timeline), 1); }},
      {"complete",
       [](const LogRead& l) { return l.timeline.application.end.happened() ? "yes" : "no"; }},
      {"sql_events", [](const LogRead& l) { return text(l.health.counts.sql_starts); }},
      {"lines", [](const LogRead& l) { return std::to_string(l.health.counts.lines); }},
      {"bad_lines",
       [](const LogRead& l) { return std::to_string(l.health.counts.malformed_lines); }},
  };
  return kColumns;
}

// Where the list and the reader differ on purpose.
struct Difference {
  const char* file;  // the path's end
  const char* column;
  const char* ours;
};

constexpr Difference kDifferences[] = {
    // The list counts 50 TaskEnd "Resubmitted" of finished map tasks as failures, and their spans a
    // second time. They are successes whose output was lost later: counts.resubmitted.
    {"tasks_executors_fail_compressed_eventlog.zstd", "tasks_failed", "3"},
    {"tasks_executors_fail_compressed_eventlog.zstd", "task_wall_s", "73.2"},
    // Cut off inside stage 1: the list ends with the last launch, the log with the last finish.
    {"truncated_eventlog.plain.zst", "app_duration_s", "6.1"},
    // Only part 94 is there, without ApplicationStart. The list starts with the first completion in
    // it, the reader with the submission of the stage that was completed.
    {"eventlog_v2_00fvksaecf02j00b/", "app_duration_s", "618.3"},
};

std::string expected(const Row& row, const std::string& column) {
  const std::string& path = row.at("path");
  for (const Difference& d : kDifferences)
    if (path.ends_with(d.file) && column == d.column) return d.ours;
  const auto cell = row.find(column);
  if (cell == row.end()) return "";
  // The list marks Databricks' builds; the log itself has the bare version.
  const bool databricks = column == "spark_version" && cell->second.starts_with("DBR ");
  return databricks ? cell->second.substr(4) : cell->second;
}

std::int64_t note_count(const LogRead& log, const std::string& code) {
  const HealthNote* note = log.health.find(code);
  return note ? note->count : 0;
}

// "TaskEnd without Task Metrics:53; duplicate TaskEnd for task id:50" -> text and number.
std::vector<std::pair<std::string, std::int64_t>> notes_of(const std::string& cell) {
  std::vector<std::pair<std::string, std::int64_t>> out;
  std::stringstream parts(cell);
  for (std::string part; std::getline(parts, part, ';');) {
    const std::size_t from = part.find_first_not_of(' '), colon = part.rfind(':');
    if (from == std::string::npos || colon == std::string::npos) continue;
    out.push_back({part.substr(from, colon - from), std::stoll(part.substr(colon + 1))});
  }
  return out;
}

std::int64_t health_number(const LogRead& log, const std::string& note) {
  const LogCounts& counts = log.health.counts;
  if (note == "unparsable line") return note_count(log, "malformed_lines");
  if (note == "StageSubmitted without Submission Time")
    return note_count(log, "stages_without_submission");
  // A Resubmitted never has metrics, so it is not told of as a lack.
  if (note == "TaskEnd without Task Metrics")
    return note_count(log, "ends_without_metrics") + counts.resubmitted;
  if (note == "duplicate TaskEnd for task id") return counts.duplicate_ends;
  if (note == "TaskEnd without TaskStart") return note_count(log, "ends_without_start");
  if (note == "Getting Result Time>0 (indirect result)") return note_count(log, "indirect_results");
  if (note == "Partition ID != Index") return note_count(log, "partition_is_not_index");
  return -1;
}

void expect_notes(const LogRead& log, Row& row) {
  for (const auto& [note, count] : notes_of(row["notes"]))
    EXPECT_EQ(health_number(log, note), count) << note;
  EXPECT_EQ(log.health.find("cut_off") != nullptr, row["complete"] == "no");
  EXPECT_EQ(note_count(log, "failed_tasks"), std::stoll(expected(row, "tasks_failed")));
  EXPECT_EQ(note_count(log, "killed_tasks"), std::stoll(row["tasks_killed"]));
  EXPECT_EQ(note_count(log, "lost_executors"), std::stoll(row["exec_removed"]));
  EXPECT_EQ(note_count(log, "malformed_lines"), std::stoll(row["bad_lines"]));
  const bool jumps = std::stod(row["app_duration_s"]) > 1e7;
  EXPECT_TRUE(!jumps || log.health.find("clock_jumps"));
}

// Whether both parsers of task events read the same from every line that the fast one accepts.
bool same_fields(const TaskRecord& a, const TaskRecord& b) {
  return std::tie(a.stage, a.stage_attempt, a.task_id, a.index, a.partition, a.number, a.executor,
                  a.host, a.locality, a.type, a.reason, a.launch, a.getting_result,
                  a.finish) == std::tie(b.stage, b.stage_attempt, b.task_id, b.index, b.partition,
                                        b.number, b.executor, b.host, b.locality, b.type, b.reason,
                                        b.launch, b.getting_result, b.finish) &&
         std::tie(a.speculative, a.failed, a.killed, a.has_metrics, a.read_method, a.updates) ==
             std::tie(b.speculative, b.failed, b.killed, b.has_metrics, b.read_method, b.updates) &&
         (!a.has_metrics || a.amounts == b.amounts);
}

struct FastShare {
  std::size_t tasks = 0;
  std::size_t fast = 0;
};

void compare_parsers(const std::string& file, FastShare& share) {
  std::string why;
  Chunks chunks(open_file(file, why));
  Lines lines(chunks);
  simdjson::ondemand::parser parser;
  TaskRecord quick, general;
  for (Line line; lines.next(line);) {
    const EventKind kind = event_kind(leading_event_name(line.text));
    if (kind != EventKind::TaskStart && kind != EventKind::TaskEnd) continue;
    ++share.tasks;
    quick.clear();
    general.clear();
    const FastTask found = parse_fast_task(line.text, quick);
    if (found == FastTask::No) continue;
    ++share.fast;
    ASSERT_EQ(found == FastTask::Start, kind == EventKind::TaskStart);
    simdjson::ondemand::document document;
    json::Object root;
    ASSERT_FALSE(parser.iterate(line.text, line.text.size() + kParsePadding).get(document));
    ASSERT_FALSE(document.get_object().get(root));
    ASSERT_TRUE(parse_task_event(root, general));
    ASSERT_TRUE(same_fields(quick, general)) << file << ":" << line.number;
  }
}

std::string bytes_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Twenty logs of all kinds that are small enough to be read some hundred times each.
std::vector<std::string> small_logs() {
  std::vector<std::string> out;
  const auto add = [&out](const char* list, const char* column, std::size_t wanted) {
    std::vector<std::string> fit;
    for (Row& row : read_list(list)) {
      const std::string path = traces() + "/" + row[column];
      if (!std::filesystem::is_regular_file(path)) continue;
      const std::uintmax_t size = std::filesystem::file_size(path);
      if (size > 4'000 && size < 150'000) fit.push_back(path);
    }
    for (std::size_t i = 0; i < wanted && i < fit.size(); ++i)
      out.push_back(fit[i * fit.size() / wanted]);
  };
  add("parser.tsv", "path", 14);
  add("standalone.tsv", "file", 3);
  add("yarn.tsv", "file", 3);
  return out;
}

}  // namespace

TEST(TracePrivate, EveryColumnOfTheParserListAgrees) {
  NEED_TRACES();
  for (Row& row : read_list("parser.tsv")) {
    SCOPED_TRACE(row["path"]);
    const LogRead log = read_or_fail(row["path"]);
    // Executors that the reader had to make up are not in the list.
    // (eventlog_3nodes_12cores_multiple_executors has two ExecutorAdded of one id as well.)
    const bool made_up = log.health.find("executors_not_announced") != nullptr;
    for (const Column& column : columns()) {
      if (made_up && column.name == std::string("exec_cores_seen")) continue;
      EXPECT_EQ(column.value(log), expected(row, column.name)) << column.name;
    }
    expect_notes(log, row);
  }
}

TEST(TracePrivate, StandaloneListAgrees) {
  NEED_TRACES();
  const std::vector<Row> rows = read_list("standalone.tsv");
  EXPECT_EQ(rows.size(), 520u);
  for (std::size_t i = 0; i < rows.size(); i += kStride) {
    Row row = rows[i];
    SCOPED_TRACE(row["file"]);
    const LogRead log = read_or_fail(row["file"]);
    const Timeline& timeline = log.timeline;
    EXPECT_EQ(number(timeline.wall().in_seconds(), 3), number(std::stod(row["wall_s"]), 3));
    EXPECT_EQ(text(log.health.counts.executors_added), row["executors"]);
    std::int64_t cores = 0;
    for (const ExecutorSpan& executor : timeline.executors)
      if (executor.added.happened()) cores += executor.cores;
    EXPECT_EQ(text(cores), row["cores"]);
    EXPECT_TRUE(log.health.trustworthy()) << log.health.text();
  }
}

TEST(TracePrivate, YarnListAgrees) {
  NEED_TRACES();
  const std::vector<Row> rows = read_list("yarn.tsv");
  EXPECT_EQ(rows.size(), 156u);
  for (std::size_t i = 0; i < rows.size(); i += kStride) {
    Row row = rows[i];
    SCOPED_TRACE(row["file"]);
    const LogRead log = read_or_fail(row["file"]);
    const Timeline& timeline = log.timeline;
    EXPECT_EQ(number(timeline.wall().in_seconds(), 1), row["wall_s"]);
    EXPECT_EQ(number(task_seconds(timeline), 1), row["task_wall_s"]);
    EXPECT_EQ(text(log.health.counts.executors_added), row["executors_added"]);
    EXPECT_EQ(cores_seen(log), row["cores_per_executor"]);
    EXPECT_EQ(std::to_string(timeline.attempts.size()), row["tasks"]);
    Time first = Time::never(), last;
    for (const ExecutorSpan& executor : timeline.executors)
      if (executor.added.happened())
        first = std::min(first, executor.added), last = std::max(last, executor.added);
    const Time start = timeline.application.start;
    EXPECT_EQ(number((first - start).in_seconds(), 1), row["first_executor_s"]);
    EXPECT_EQ(number((last - start).in_seconds(), 1), row["last_executor_s"]);
    EXPECT_EQ(timeline.application.end.happened(), row["complete"] == "yes");
  }
}

TEST(TracePrivate, FindLogsFindsThemAll) {
  NEED_TRACES();
  Problems problems;
  const auto found = [&problems](const std::string& folder) {
    return find_logs(traces() + "/" + folder, problems);
  };
  EXPECT_EQ(found("standalone").size(), 520u);
  EXPECT_EQ(found("yarn").size(), 156u);
  const std::vector<LogFiles> parser = found("parser");
  EXPECT_EQ(parser.size(), read_list("parser.tsv").size());
  std::size_t parts = 0;
  for (const LogFiles& log : parser) parts += log.parts.size();
  std::size_t listed = 0;
  for (Row& row : read_list("parser.tsv")) listed += std::stoul(row["parts"]);
  EXPECT_EQ(parts, listed);
  EXPECT_TRUE(problems.empty()) << problems.text();
}

TEST(TracePrivate, TheFastParserReadsWhatTheGeneralOneReads) {
  NEED_TRACES();
  Problems problems;
  FastShare all;
  std::size_t nth = 0;
  for (const LogFiles& log : find_logs(traces(), problems))
    for (const std::string& part : log.parts)
      if (nth++ % (kStride * 2) == 0) compare_parsers(part, all);
  EXPECT_GT(all.tasks, 10'000u);
  // What it leaves: failures, tasks that cached blocks in Spark 1.x, stray escapes.
  EXPECT_GT(static_cast<double>(all.fast), 0.85 * static_cast<double>(all.tasks));
}

TEST(TracePrivate, AnyCutIsReadOrRefusedWithAReason) {
  NEED_TRACES();
  const std::vector<std::string> logs = small_logs();
  EXPECT_EQ(logs.size(), 20u);
  for (const std::string& file : logs) {
    SCOPED_TRACE(file);
    const std::string bytes = bytes_of(file);
    Problems none;
    const std::optional<LogRead> whole = read_log_bytes(bytes, file, none);
    ASSERT_TRUE(whole) << none.text();
    for (std::size_t cut = 1000; cut < bytes.size(); cut += 1000 * kStride) {
      Problems problems;
      const std::optional<LogRead> part =
          read_log_bytes(std::string_view(bytes).substr(0, cut), file, problems);
      ASSERT_NE(part.has_value(), !problems.empty());
      if (!part) continue;
      EXPECT_LE(part->timeline.attempts.size(), whole->timeline.attempts.size());
      EXPECT_TRUE(part->health.find("cut_off")) << cut;
      EXPECT_TRUE(part->health.find("cut_data") || part->health.find("cut_line")) << cut;
    }
  }
}

}  // namespace muster
