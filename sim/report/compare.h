// Two timelines of the same application side by side: a recording and its simulation, or two
// simulations. Jobs are matched by Spark's id, stages by id and attempt, executors by id.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/units.h"
#include "sim/timeline/timeline.h"

namespace muster {

// right / left - 1; nothing when left is zero and right is not.
std::optional<double> relative_error(Duration left, Duration right);

// A duration on both sides, and where it began, from each application's start.
struct SpanPair {
  Duration left, right;
  Duration left_start, right_start;
  std::optional<double> error() const { return relative_error(left, right); }
  bool operator==(const SpanPair&) const = default;
};

struct JobComparison {
  std::int64_t id = 0;
  std::string name;  // its description, else the name of its last stage
  SpanPair span;     // submission to completion
  JobOutcome left_outcome = JobOutcome::Unknown;
  JobOutcome right_outcome = JobOutcome::Unknown;
  bool operator==(const JobComparison&) const = default;
};

struct StageComparison {
  std::int64_t id = 0;
  std::int32_t attempt = 0;
  std::string name;
  SpanPair span;  // submission to completion
  std::uint64_t left_tasks = 0;  // attempts launched
  std::uint64_t right_tasks = 0;
  bool operator==(const StageComparison&) const = default;
};

struct ExecutorComparison {
  std::string id;
  std::string host;
  std::uint64_t left_tasks = 0;  // attempts launched
  std::uint64_t right_tasks = 0;
  bool operator==(const ExecutorComparison&) const = default;
};

struct Comparison {
  SpanPair wall;
  // Rows in the order of the left timeline; unfinished spans end at the last time seen.
  std::vector<JobComparison> jobs;
  std::vector<StageComparison> stages;  // submitted on both sides
  std::vector<ExecutorComparison> executors;  // of either side that ran tasks, left ones first
  std::array<std::uint64_t, 6> left_localities{};  // attempts by Locality
  std::array<std::uint64_t, 6> right_localities{};
  // What only one side has: "job 3", "stage 7.1", "executor 12".
  std::vector<std::string> only_left;
  std::vector<std::string> only_right;
  // Of the absolute errors of stages of at least 100 ms on the left, each weighing as long as it
  // is: the mean, and the largest of any. Nothing when there are none.
  std::optional<double> mean_stage_error;
  std::optional<double> worst_stage_error;
  // Where the left side has no end (a log that is cut off): when it stops, from its start. Then
  // there is no wall time to compare, and jobs and stages that are open there are in no row.
  std::optional<Duration> cut_at;
  std::vector<std::string> open;  // "job 3", "stage 7.1"
  std::uint64_t open_tasks = 0;   // attempts running when it stops
  bool operator==(const Comparison&) const = default;
};

Comparison compare(const Timeline& left, const Timeline& right);

// What to call each job in reports: its description, else the name of its result stage, else "".
std::vector<std::string> job_names(const Timeline& timeline);

// In outputs for programs: "succeeded", "failed", "unknown".
std::string_view outcome_name(JobOutcome outcome);

}  // namespace muster
