#include "sim/run/validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include "sim/base/cores.h"
#include "sim/base/words.h"
#include "sim/run/case_check.h"
#include "sim/run/run.h"
#include "sim/run/start_check.h"
#include "sim/trace/log_files.h"

namespace muster {
namespace {

constexpr double kExactPct = 0.005;
// Errors below this need no reason.
constexpr double kSmallPct = 0.1;

std::string locality_counts(const std::array<std::size_t, 6>& counts) {
  std::string out;
  for (std::size_t l = 0; l < counts.size(); ++l)
    if (counts[l] > 0)
      out += fmt::format("{}{} {}", out.empty() ? "" : ", ", counts[l],
                         name_of(static_cast<Locality>(l)));
  return out;
}

std::vector<std::array<std::size_t, 6>> localities(const Timeline& timeline) {
  std::vector<std::array<std::size_t, 6>> out(timeline.stages.size());
  for (std::size_t a = 0; a < timeline.attempts.size(); ++a)
    ++out[timeline.attempts.stage[a].index()]
         [static_cast<std::size_t>(timeline.attempts.locality[a])];
  return out;
}

Duration length(const StageSpan& s) {
  return s.submitted.happened() && s.completed.happened() ? s.completed - s.submitted : Duration();
}

// Names the stage that contributes most to the difference, and what differs in it.
std::string largest_difference(const Timeline& real, const Timeline& simulated) {
  std::map<std::pair<std::int64_t, std::int32_t>, std::size_t> rows;
  for (std::size_t s = 0; s < simulated.stages.size(); ++s)
    rows.emplace(std::pair(simulated.stages[s].id, simulated.stages[s].attempt), s);
  const StageSpan* worst = nullptr;
  std::size_t worst_real = 0, worst_simulated = 0;
  Duration largest;
  for (std::size_t s = 0; s < real.stages.size(); ++s) {
    const auto at = rows.find({real.stages[s].id, real.stages[s].attempt});
    if (at == rows.end() || length(real.stages[s]) == Duration()) continue;
    const Duration off = length(simulated.stages[at->second]) - length(real.stages[s]);
    if (std::max(off, -off) <= largest) continue;
    largest = std::max(off, -off);
    worst = &real.stages[s], worst_real = s, worst_simulated = at->second;
  }
  if (!worst) return "the stages agree: the difference is between them";
  const auto before = localities(real)[worst_real];
  const auto after = localities(simulated)[worst_simulated];
  std::string out = fmt::format("most in stage {}.{}: {}, recorded {}", worst->id, worst->attempt,
                                duration_text(length(simulated.stages[worst_simulated])),
                                duration_text(length(*worst)));
  if (before != after)
    out += fmt::format("; its tasks run {}, recorded {}", locality_counts(after),
                       locality_counts(before));
  return out;
}

bool recorded_success(const Timeline& recorded) {
  const JobSpan* last = last_job(recorded);
  return !last || last->outcome != JobOutcome::Failed;
}

void compare_walls(const Timeline& recorded, const Result& result, ValidationCase& out) {
  out.real = recorded.wall();
  out.simulated = result.timeline.wall();
  if (*out.real > Duration())
    out.error_pct = (out.simulated->in_seconds() / out.real->in_seconds() - 1) * 100;
  out.ok = result.succeeded == recorded_success(recorded);
  if (!out.ok)
    out.why = result.succeeded ? "simulated as succeeded, recorded as failed"
                               : "simulated as failed: " + result.failure;
  else if (out.error_pct && std::abs(*out.error_pct) >= kSmallPct)
    out.why = largest_difference(recorded, result.timeline);
}

ValidationCase validate_one(const std::string& path, const ValidationOptions& options) {
  ValidationCase out;
  out.name = path;
  out.kind = kSelfReplay;
  Problems problems;
  const auto read = read_log(path, problems);
  if (!read) {
    out.why = problems.text();
    while (!out.why.empty() && out.why.back() == '\n') out.why.pop_back();
    return out;
  }
  if (!read->timeline.application.end.happened() || !read->timeline.application.start.happened()) {
    out.ok = true;
    out.why = "not complete: the log has no start or no end of the application";
    return out;
  }
  const bool replays = options.replay || options.pinned;
  if (const auto recorded = replays ? std::nullopt : recorded_case_beside(path)) {
    check_case(*recorded, read->timeline, options, out);
    return out;
  }
  if (const auto start = replays ? std::nullopt : start_case_beside(path)) {
    check_start(*start, options, out);
    return out;
  }
  Scenario scenario;
  scenario.workload = LogWorkload{.event_log = path, .pinned = options.pinned};
  scenario.seed = options.seed;
  const auto result = replay(read->timeline, scenario, problems);
  if (result)
    compare_walls(read->timeline, *result, out);
  else
    out.why = problems.text();
  return out;
}

// Nothing that a log holds ends the others' validation.
ValidationCase validate_guarded(const std::string& path, const ValidationOptions& options) {
  try {
    return validate_one(path, options);
  } catch (const std::exception& error) {
    ValidationCase out;
    out.name = path;
    out.kind = kSelfReplay;
    out.why = std::string("cannot be read or simulated: ") + error.what();
    return out;
  }
}

// More than 5 % off, and no draw came within 5 % either.
bool is_beyond_draws(const ValidationDetail& detail) {
  constexpr double kClose = 0.05;
  if (std::abs(detail.error_pct) <= kClose * 100 || !detail.least || !detail.most) return false;
  const double real = std::strtod(detail.real.c_str(), nullptr);
  return detail.least->in_seconds() > real * (1 + kClose) ||
         detail.most->in_seconds() < real * (1 - kClose);
}

void summarise_details(const ValidationCase& one, ValidationSummary& sum,
                       std::vector<double>& quiet_jobs) {
  for (const ValidationDetail& detail : one.details) {
    if (one.quiet && detail.is_time && detail.what.starts_with("job")) {
      quiet_jobs.push_back(std::abs(detail.error_pct));
      sum.quiet_jobs_over_5_pct += is_beyond_draws(detail) ? 1 : 0;
    }
    if (one.kind != kStartUp || detail.is_time) continue;
    ++sum.milestones;
    sum.within_spread += detail.right ? 1 : 0;
  }
}

double median_of_sorted(const std::vector<double>& values) {
  return values.empty() ? 0 : (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

// Over the cases of one kind; empty: over all.
ValidationSummary summary_of(const std::vector<ValidationCase>& cases, const std::string& kind) {
  ValidationSummary sum;
  sum.kind = kind;
  std::vector<std::size_t> measured;
  std::vector<double> quiet_jobs, errors;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const ValidationCase& one = cases[i];
    if (!kind.empty() && one.kind != kind) continue;
    ++sum.cases;
    sum.failed += one.ok ? 0 : 1;
    sum.incomplete += one.ok && !one.error_pct ? 1 : 0;
    summarise_details(one, sum, quiet_jobs);
    if (!one.error_pct) continue;
    measured.push_back(i);
    errors.push_back(std::abs(*one.error_pct));
    sum.exact += errors.back() < kExactPct ? 1 : 0;
    sum.mean_abs_error_pct += errors.back();
  }
  std::ranges::sort(quiet_jobs);
  sum.quiet_jobs = quiet_jobs.size();
  sum.median_quiet_job_error_pct = median_of_sorted(quiet_jobs);
  if (errors.empty()) return sum;
  std::ranges::sort(errors);
  sum.mean_abs_error_pct /= static_cast<double>(errors.size());
  sum.median_abs_error_pct = median_of_sorted(errors);
  std::ranges::stable_sort(measured, std::greater(),
                           [&](std::size_t row) { return std::abs(*cases[row].error_pct); });
  measured.resize(std::min<std::size_t>(10, measured.size()));
  sum.worst = std::move(measured);
  return sum;
}

void summarise(Validation& validation) {
  validation.summary = summary_of(validation.cases, "");
  for (const ValidationCase& one : validation.cases)
    if (std::ranges::find(validation.by_kind, one.kind, &ValidationSummary::kind) ==
        validation.by_kind.end())
      validation.by_kind.push_back(summary_of(validation.cases, one.kind));
}

std::vector<std::string> logs_of(const std::vector<std::string>& folders, Problems& problems) {
  std::vector<std::string> paths;
  for (const std::string& folder : folders) {
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error)) {
      if (std::filesystem::exists(folder, error))
        paths.push_back(folder);
      else
        problems.add(folder, "", "no such file or folder");
      continue;
    }
    for (LogFiles& log : find_logs(folder, problems)) paths.push_back(std::move(log.path));
  }
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  return paths;
}

}  // namespace

Validation validate_logs(const std::vector<std::string>& folders, const ValidationOptions& options,
                         Problems& problems) {
  Validation out;
  const std::vector<std::string> paths = logs_of(folders, problems);
  if (paths.empty() && problems.empty())
    problems.add(folders.empty() ? "" : folders.front(), "", "no event log found");
  out.cases.resize(paths.size());
  std::size_t done = 0;
  std::mutex progress;
  for_each_index(paths.size(), options.threads, [&](std::size_t i) {
    out.cases[i] = validate_guarded(paths[i], options);
    const std::lock_guard lock(progress);
    ++done;
    if (options.progress) options.progress(done, paths.size());
  });
  summarise(out);
  return out;
}

}  // namespace muster
