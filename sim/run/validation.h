// How far simulations are from recordings: every log under some folders, replayed with re-decided
// placement and held against itself.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/problems.h"
#include "sim/base/units.h"

namespace muster {

// One thing that was held against the recording.
struct ValidationDetail {
  std::string what;       // "job 3 (main.1), s", "tasks per executor, sorted"
  std::string real, simulated;
  bool is_time = false;   // a duration in seconds, with an error; else right or wrong
  double error_pct = 0;
  std::optional<Duration> least = {}, most = {};  // of a time, over the draws
  bool right = true;
};

// Kinds of cases.
inline constexpr const char* kSelfReplay = "self-replay";
inline constexpr const char* kSimulation = "simulation";
inline constexpr const char* kStartUp = "start-up";

struct ValidationCase {
  std::string name;  // path of the log, as found
  // "self-replay"; "simulation": from the description beside the log (case.json), its jobs' times
  // held against the recorded ones; "start-up": likewise, the way from spark-submit to work.
  std::string kind;
  // The log was read and simulated to the outcome that was recorded. False: `why` says what went
  // wrong.
  bool ok = false;
  // Wall time, recorded and simulated; error in per cent of the recorded one. None of the three for
  // a log that is not complete (then `why` says so) or that could not be simulated.
  std::optional<Duration> real, simulated;
  std::optional<double> error_pct;
  std::vector<ValidationDetail> details;  // of a simulation
  bool quiet = false;  // of a simulation: nothing else used the machine when it was recorded
  std::string why;  // what the largest part of the error comes from; empty for small errors
};

struct ValidationSummary {
  std::string kind;  // of the cases; empty: all
  std::size_t cases = 0;
  std::size_t exact = 0;       // |error| below 0.005 %, which prints as 0.00 %
  std::size_t failed = 0;      // not ok
  std::size_t incomplete = 0;  // logs without an end: read, but without a wall time to compare
  double median_abs_error_pct = 0;
  double mean_abs_error_pct = 0;
  // Of the single jobs of simulations on quiet machines; none: 0 of 0.
  std::size_t quiet_jobs = 0;
  double median_quiet_job_error_pct = 0;
  std::size_t quiet_jobs_over_5_pct = 0;  // further off, and outside what the draws give
  // Milestones of start-ups, and those within the spread of the repeats.
  std::size_t milestones = 0, within_spread = 0;
  std::vector<std::size_t> worst;  // up to ten rows, by |error|, largest first
};

struct Validation {
  std::vector<ValidationCase> cases;  // sorted by name
  ValidationSummary summary;
  std::vector<ValidationSummary> by_kind;  // in the order of their first case; of each kind found
};

struct ValidationOptions {
  unsigned threads = 0;  // 0: as many as there are cores; the result is the same for any number
  bool pinned = false;
  bool replay = false;          // replays logs that have a description, too
  std::uint32_t replications = 21;  // of a simulation: its times are the medians
  std::uint64_t seed = 1;
  std::function<void(std::size_t done, std::size_t total)> progress;  // from any thread, serialised
};

// `folders` may name single logs too. Problems: folders that cannot be read, or hold no log.
Validation validate_logs(const std::vector<std::string>& folders, const ValidationOptions& options,
                         Problems& problems);

}  // namespace muster
