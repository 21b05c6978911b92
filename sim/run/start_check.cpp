#include "sim/run/start_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <vector>

#include "sim/base/words.h"
#include "sim/run/run.h"

namespace muster {
namespace {

// Two or three repeats do not show the whole spread: so much of a time beside it is inside, too.
constexpr double kBeside = 0.05;

struct Milestone {
  const char* what;
  std::optional<Duration> StartTimes::*recorded;
  Time Milestones::* simulated;
};
constexpr std::array kMilestones = {
    Milestone{"ApplicationStart", &StartTimes::application_start, &Milestones::driver_started},
    Milestone{"first executor", &StartTimes::first_executor, &Milestones::first_executor},
    Milestone{"context ready", &StartTimes::context_ready, &Milestones::context_ready},
    Milestone{"first task", &StartTimes::first_task, &Milestones::first_task},
};

// "start-local2-r01" is a repeat of "start-local2".
std::string without_repeat(const std::string& name) {
  const std::size_t at = name.rfind("-r");
  if (at == name.npos || at + 2 == name.size()) return name;
  const bool digits = name.find_first_not_of("0123456789", at + 2) == name.npos;
  return digits ? name.substr(0, at) : name;
}

std::optional<Duration> median_time(const std::vector<Milestones>& runs, Time Milestones::*which) {
  std::vector<Duration> times;
  for (const Milestones& run : runs)
    if ((run.*which).happened()) times.push_back(run.*which - run.submitted);
  if (times.empty()) return std::nullopt;
  std::ranges::sort(times);
  return times[times.size() / 2];
}

// The spread over the repeats, as text, and whether the time lies in it or just beside.
struct Spread {
  Duration least = Duration::max(), most;
  bool holds(Duration time) const {
    const double s = time.in_seconds();
    return s >= least.in_seconds() * (1 - kBeside) && s <= most.in_seconds() * (1 + kBeside);
  }
};

Spread spread_of(const StartCase& start, std::optional<Duration> StartTimes::*which) {
  Spread spread;
  for (const StartTimes& repeat : start.repeats) {
    if (!(repeat.*which)) continue;
    spread.least = std::min(spread.least, *(repeat.*which));
    spread.most = std::max(spread.most, *(repeat.*which));
  }
  return spread;
}

void compare(const Milestone& milestone, const StartCase& start,
             const std::vector<Milestones>& runs, ValidationCase& out) {
  const auto real = start.recorded.measured.*milestone.recorded;
  if (!real) return;
  const auto simulated = median_time(runs, milestone.simulated);
  if (!simulated) {
    out.ok = false;
    out.why = fmt::format("{}: recorded after {}, simulated never", milestone.what,
                          duration_text(*real));
    return;
  }
  const Spread spread = spread_of(start, milestone.recorded);
  const double error = (simulated->in_seconds() / real->in_seconds() - 1) * 100;
  out.details.push_back({.what = fmt::format("{}, s from spark-submit", milestone.what),
                         .real = fmt::format("{:.3f}", real->in_seconds()),
                         .simulated = fmt::format("{:.3f}", simulated->in_seconds()),
                         .is_time = true,
                         .error_pct = error});
  out.details.push_back({.what = fmt::format("{} within the repeats' spread", milestone.what),
                         .real = fmt::format("{:.2f}-{:.2f}", spread.least.in_seconds(),
                                             spread.most.in_seconds()),
                         .simulated = fmt::format("{:.2f}", simulated->in_seconds()),
                         .right = spread.holds(*simulated)});
  out.real = real;
  out.simulated = simulated;
  out.error_pct = error;
}

std::string start_text(const ValidationCase& one) {
  std::string out;
  for (const ValidationDetail& detail : one.details)
    if (!detail.is_time)
      out += fmt::format("{}{} {} ({}{})", out.empty() ? "" : ", ",
                         detail.what.substr(0, detail.what.find(" within")), detail.simulated,
                         detail.right ? "" : "outside ", detail.real);
  return out.empty() ? out : out + " s";
}

}  // namespace

std::optional<StartCase> start_case_beside(const std::string& log) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::absolute(fs::path(log)).lexically_normal().parent_path();
  auto recorded = read_recorded_start((folder / "case.json").string());
  if (!recorded) return std::nullopt;
  StartCase out{.recorded = std::move(*recorded), .repeats = {}};
  const std::string stem = without_repeat(folder.filename().string());
  std::vector<fs::path> others;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder.parent_path(), error))
    if (without_repeat(entry.path().filename().string()) == stem) others.push_back(entry.path());
  std::ranges::sort(others);
  for (const fs::path& other : others)
    if (const auto repeat = read_recorded_start((other / "case.json").string()))
      out.repeats.push_back(repeat->measured);
  return out;
}

void check_start(const StartCase& start, const ValidationOptions& options, ValidationCase& out) {
  out.kind = kStartUp;
  std::vector<Milestones> runs;
  for (std::uint32_t r = 0; r < std::max(1U, options.replications); ++r) {
    Scenario scenario = start.recorded.scenario;
    scenario.seed = options.seed;
    scenario.replication = r;
    Problems problems;
    const auto result = run(scenario, problems);
    if (!result || !result->succeeded) {
      out.why = result ? "simulated as failed: " + result->failure : problems.text();
      return;
    }
    runs.push_back(result->milestones);
  }
  out.ok = true;
  for (const Milestone& milestone : kMilestones) compare(milestone, start, runs, out);
  if (out.ok) out.why = start_text(out);
}

}  // namespace muster
