#include "sim/run/case_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <utility>

#include "sim/run/run.h"

namespace muster {
namespace {

// The job that warms the executors up: it is part of the program, not of the case.
constexpr std::string_view kWarmUp = "warm";

// What is compared of one run.
struct Facts {
  struct JobFacts {
    std::string rdd;  // of the action; with its number from the second on
    Duration time;
    bool succeeded = false;
    std::string failure;
  };
  struct StageFacts {
    std::string key;  // job, and the stage's number among those of the job that ran
    Duration time;
    std::map<std::string, int> localities;  // of the attempts
    std::vector<int> tasks;                 // per executor, sorted, largest first
    bool in_order = true;                   // first attempts launched by ascending index
  };
  std::vector<JobFacts> jobs;
  std::vector<StageFacts> stages;
  std::map<std::string, int> outcomes;  // of all attempts, with copies
  std::vector<Duration> executors;      // registrations, from the first job's submission
  std::vector<Duration> removals;       // likewise
  std::size_t peak_executors = 0;
};

// Name of the RDD that the job's action is on: the youngest of its last stage. A simulated stage
// has its name instead.
std::string final_rdd(const Timeline& timeline, const JobSpan& job) {
  const StageSpan* last = nullptr;
  for (const StageSpan& stage : timeline.stages)
    if (std::ranges::count(job.stage_ids, stage.id) > 0 && (!last || stage.id > last->id))
      last = &stage;
  if (!last) return "";
  const Rdd* youngest = nullptr;
  for (const Rdd& rdd : last->rdds)
    if (!youngest || rdd.id > youngest->id) youngest = &rdd;
  return youngest ? youngest->name : last->name;
}

Duration length_of(Time from, Time to) {
  return from.happened() && to.happened() ? to - from : Duration();
}

void add_stages(const Timeline& timeline, const JobSpan& job, const std::string& name,
                std::map<std::size_t, std::size_t>& rows, Facts& facts) {
  std::vector<std::pair<std::pair<std::int64_t, std::int32_t>, std::size_t>> order;
  for (std::size_t s = 0; s < timeline.stages.size(); ++s)
    if (std::ranges::count(job.stage_ids, timeline.stages[s].id) > 0 &&
        timeline.stages[s].submitted.happened())
      order.push_back({{timeline.stages[s].id, timeline.stages[s].attempt}, s});
  std::ranges::sort(order);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const StageSpan& span = timeline.stages[order[i].second];
    rows[order[i].second] = facts.stages.size();
    facts.stages.push_back({.key = fmt::format("{}, stage {}", name, i),
                            .time = length_of(span.submitted, span.completed),
                            .localities = {},
                            .tasks = {}});
  }
}

// An attempt whose stage is over is killed; where the application ends at once, its TaskEnd comes
// too late for the log, or does not: Spark 3.5.7 and 4.1.4 recorded both.
Outcome settled_outcome(const Timeline& timeline, std::size_t attempt) {
  const Outcome outcome = timeline.attempts.outcome[attempt];
  const StageSpan& stage = timeline.stages[timeline.attempts.stage[attempt].index()];
  const bool left_over = outcome == Outcome::Running && stage.completed.happened();
  return left_over ? Outcome::TaskKilled : outcome;
}

void add_attempts(const Timeline& timeline, const std::map<std::size_t, std::size_t>& rows,
                  Facts& facts) {
  const AttemptTable& a = timeline.attempts;
  std::vector<std::map<std::uint32_t, int>> counts(facts.stages.size());
  std::vector<std::uint32_t> last(facts.stages.size(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto at = rows.find(a.stage[i].index());
    if (at == rows.end()) continue;
    Facts::StageFacts& stage = facts.stages[at->second];
    ++stage.localities[std::string(name_of(a.locality[i]))];
    ++counts[at->second][a.executor[i].index()];
    ++facts.outcomes[std::string(name_of(settled_outcome(timeline, i)))];
    if (a.speculative[i]) ++facts.outcomes["speculative"];
    if (a.number[i] > 0 || a.speculative[i]) continue;
    stage.in_order &= a.index[i] >= last[at->second];
    last[at->second] = a.index[i];
  }
  for (std::size_t s = 0; s < counts.size(); ++s) {
    for (const auto& [executor, count] : counts[s]) facts.stages[s].tasks.push_back(count);
    std::ranges::sort(facts.stages[s].tasks, std::greater());
  }
  for (const AttemptFailure& failure : timeline.failures)
    if (a.outcome[failure.attempt.index()] == Outcome::Success &&
        rows.contains(a.stage[failure.attempt.index()].index()))
      ++facts.outcomes["Resubmitted"];
}

Facts facts_of(const Timeline& timeline) {
  Facts facts;
  std::map<std::size_t, std::size_t> rows;
  Time origin = Time::never();
  std::map<std::string, int> seen;
  for (const JobSpan& job : timeline.jobs) {
    std::string name = final_rdd(timeline, job);
    if (name == kWarmUp) continue;
    origin = std::min(origin, job.submitted);
    if (const int number = ++seen[name]; number > 1) name += fmt::format(" #{}", number);
    add_stages(timeline, job, name, rows, facts);
    facts.jobs.push_back({name, length_of(job.submitted, job.completed),
                          job.outcome == JobOutcome::Succeeded, job.failure});
  }
  add_attempts(timeline, rows, facts);
  std::vector<std::pair<Time, int>> changes;
  for (const ExecutorSpan& executor : timeline.executors) {
    if (executor.is_driver() || !executor.added.happened()) continue;
    facts.executors.push_back(executor.added - origin);
    changes.emplace_back(executor.added, 1);
    if (!executor.removed.happened()) continue;
    facts.removals.push_back(executor.removed - origin);
    changes.emplace_back(executor.removed, -1);
  }
  std::ranges::sort(facts.executors);
  std::ranges::sort(facts.removals);
  std::ranges::sort(changes);
  int now = 0, peak = 0;
  for (const auto& [at, change] : changes) peak = std::max(peak, now += change);
  facts.peak_executors = static_cast<std::size_t>(peak);
  return facts;
}

// What the draws gave: the middle and both ends.
struct Drawn {
  Duration least, median, most;
};

Drawn drawn_from(std::vector<Duration> values) {
  std::ranges::sort(values);
  if (values.empty()) return {};
  return {values.front(), values[values.size() / 2], values.back()};
}

std::string counts_text(const std::map<std::string, int>& counts) {
  std::string out;
  for (const auto& [name, count] : counts)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, name);
  return out;
}

std::string list_text(const std::vector<int>& list) {
  return fmt::format("{}", fmt::join(list, "/"));
}

void add_time(std::string what, Duration real, const Drawn& simulated, ValidationCase& out) {
  ValidationDetail detail{.what = std::move(what),
                          .real = fmt::format("{:.3f}", real.in_seconds()),
                          .simulated = fmt::format("{:.3f}", simulated.median.in_seconds()),
                          .is_time = true,
                          .least = simulated.least,
                          .most = simulated.most};
  if (real > Duration())
    detail.error_pct = (simulated.median.in_seconds() / real.in_seconds() - 1) * 100;
  out.details.push_back(std::move(detail));
}

// Right when any of the replications says the same.
template <class Get>
void add_text(std::string what, const Facts& real, const std::vector<Facts>& runs, Get get,
              ValidationCase& out) {
  ValidationDetail detail{.what = std::move(what), .real = get(real), .simulated = {}};
  detail.right = false;
  for (const Facts& run : runs) {
    const std::string text = get(run);
    if (detail.simulated.empty() || text == detail.real) detail.simulated = text;
    detail.right |= text == detail.real;
  }
  out.details.push_back(std::move(detail));
}

// What a run has under the same name; null: nothing. Jobs of several threads come in any order.
const Facts::JobFacts* find_job(const Facts& run, const std::string& name) {
  const auto at = std::ranges::find(run.jobs, name, &Facts::JobFacts::rdd);
  return at == run.jobs.end() ? nullptr : &*at;
}
const Facts::StageFacts* find_stage(const Facts& run, const std::string& key) {
  const auto at = std::ranges::find(run.stages, key, &Facts::StageFacts::key);
  return at == run.stages.end() ? nullptr : &*at;
}

template <class Get>
Drawn drawn_of(const std::vector<Facts>& runs, Get get) {
  std::vector<Duration> values;
  for (const Facts& run : runs) values.push_back(get(run));
  return drawn_from(std::move(values));
}

// Right when each executor's share, largest first, lies within what the replications have there.
void add_shares(std::string what, const Facts::StageFacts& real, const std::vector<Facts>& runs,
                ValidationCase& out) {
  ValidationDetail detail{.what = std::move(what), .real = list_text(real.tasks), .simulated = {}};
  std::vector<int> least, most;
  for (const Facts& run : runs) {
    const Facts::StageFacts* its = find_stage(run, real.key);
    if (!its) continue;
    std::vector<int> tasks = its->tasks;
    const std::size_t size = std::max({tasks.size(), least.size(), real.tasks.size()});
    tasks.resize(size, 0);
    if (least.empty()) least = most = tasks;
    least.resize(size, 0), most.resize(size, 0);
    for (std::size_t e = 0; e < size; ++e) {
      least[e] = std::min(least[e], tasks[e]);
      most[e] = std::max(most[e], tasks[e]);
    }
  }
  detail.right = !least.empty();
  for (std::size_t e = 0; e < least.size(); ++e) {
    const int was = e < real.tasks.size() ? real.tasks[e] : 0;
    detail.right &= was >= least[e] && was <= most[e];
    const std::string range =
        least[e] == most[e] ? std::to_string(most[e]) : fmt::format("{}-{}", least[e], most[e]);
    detail.simulated += (e > 0 ? "/" : "") + range;
  }
  out.details.push_back(std::move(detail));
}

// Some of Spark's messages have several; ours have one.
std::string on_one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n';
    if (!space || (!out.empty() && out.back() != ' ')) out += space ? ' ' : c;
  }
  return out;
}

void compare_jobs(const Facts& real, const std::vector<Facts>& runs, ValidationCase& out) {
  Duration all_real, all_simulated;
  for (const Facts::JobFacts& job : real.jobs) {
    const Drawn simulated = drawn_of(runs, [&](const Facts& run) {
      const Facts::JobFacts* its = find_job(run, job.rdd);
      return its ? its->time : Duration();
    });
    all_real += job.time;
    all_simulated += simulated.median;
    add_time(fmt::format("job {}, s", job.rdd), job.time, simulated, out);
    add_text(fmt::format("job {}, outcome", job.rdd), real, runs,
             [&](const Facts& run) -> std::string {
               const Facts::JobFacts* its = find_job(run, job.rdd);
               if (!its) return "was not run";
               if (its->succeeded) return "succeeded";
               return on_one_line(its->failure.substr(0, its->failure.find(" (TID")));
             },
             out);
  }
  out.real = all_real;
  out.simulated = all_simulated;
  if (all_real > Duration())
    out.error_pct = (all_simulated.in_seconds() / all_real.in_seconds() - 1) * 100;
}

void compare_stages(const Facts& real, const std::vector<Facts>& runs, ValidationCase& out) {
  for (const Facts::StageFacts& stage : real.stages) {
    const auto text_of = [&](auto get) {
      return [&stage, get](const Facts& run) -> std::string {
        const Facts::StageFacts* its = find_stage(run, stage.key);
        return its ? get(*its) : std::string("was not run");
      };
    };
    add_time("stage of job " + stage.key + ", s", stage.time,
             drawn_of(runs, [&](const Facts& run) {
               const Facts::StageFacts* its = find_stage(run, stage.key);
               return its ? its->time : Duration();
             }), out);
    add_text("localities of job " + stage.key, real, runs,
             text_of([](const auto& one) { return counts_text(one.localities); }), out);
    add_shares("tasks per executor of job " + stage.key, stage, runs, out);
    add_text("launch order of job " + stage.key, real, runs,
             text_of([](const auto& one) -> std::string {
               return one.in_order ? "by index" : "not by index";
             }), out);
  }
}

void compare_executors(const Facts& real, const std::vector<Facts>& runs, ValidationCase& out) {
  add_text("attempts by outcome", real, runs,
           [](const Facts& run) { return counts_text(run.outcomes); }, out);
  add_text("executors registered, at most", real, runs, [](const Facts& run) {
    return fmt::format("{}, {}", run.executors.size(), run.peak_executors);
  }, out);
  for (std::size_t e = 0; e < real.executors.size(); ++e)
    if (real.executors[e] > Duration())
      add_time(fmt::format("executor {} registers, s after the first job", e), real.executors[e],
               drawn_of(runs, [&](const Facts& run) {
                 return e < run.executors.size() ? run.executors[e] : Duration();
               }), out);
  for (std::size_t e = 0; e < real.removals.size(); ++e)
    add_time(fmt::format("executor removal {}, s after the first job", e), real.removals[e],
             drawn_of(runs, [&](const Facts& run) {
               return e < run.removals.size() ? run.removals[e] : Duration();
             }), out);
}

std::string worst_of(const ValidationCase& one) {
  for (const ValidationDetail& detail : one.details)
    if (!detail.is_time && !detail.right)
      return fmt::format("{}: {}, recorded {}", detail.what, detail.simulated, detail.real);
  const ValidationDetail* worst = nullptr;
  for (const ValidationDetail& detail : one.details)
    if (detail.is_time && detail.what.starts_with("stage") &&
        (!worst || std::abs(detail.error_pct) > std::abs(worst->error_pct)))
      worst = &detail;
  if (!worst) return "";
  return fmt::format("most in {}: {} (draws {:.3f}-{:.3f}), recorded {}", worst->what,
                     worst->simulated, worst->least->in_seconds(), worst->most->in_seconds(),
                     worst->real);
}

}  // namespace

std::optional<RecordedCase> recorded_case_beside(const std::string& log) {
  const std::filesystem::path folder = std::filesystem::path(log).parent_path();
  return read_recorded_case((folder / "case.json").string());
}

void check_case(const RecordedCase& recorded, const Timeline& real,
                const ValidationOptions& options, ValidationCase& out) {
  out.kind = kSimulation;
  out.quiet = recorded.quiet;
  std::vector<Facts> runs;
  for (std::uint32_t r = 0; r < std::max(1U, options.replications); ++r) {
    Scenario scenario = recorded.scenario;
    scenario.seed = options.seed;
    scenario.replication = r;
    Problems problems;
    const auto result = run(scenario, problems);
    if (!result) {
      out.why = problems.text();
      return;
    }
    runs.push_back(facts_of(result->timeline));
  }
  const Facts was = facts_of(real);
  compare_jobs(was, runs, out);
  compare_stages(was, runs, out);
  compare_executors(was, runs, out);
  out.ok = std::ranges::all_of(out.details, [](const ValidationDetail& detail) {
    return detail.right || !detail.what.ends_with("outcome");
  });
  out.why = worst_of(out);
}

}  // namespace muster
