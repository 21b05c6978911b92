#include "sim/run/reasons.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "sim/base/words.h"
#include "sim/run/exclusion_reasons.h"

namespace muster {
namespace {

std::string_view words(command::LaunchReason reason) {
  using enum command::LaunchReason;
  switch (reason) {
    case Preferred: return "where their data is";
    case NoPreference: return "anywhere: they prefer no place";
    case WaitExpired: return "away from their data: the locality wait was over";
    case NothingBetter: return "away from their data: no executor there could offer better";
    case Pinned: return "where the recording ran them";
    case Speculation: return "as copies of attempts that took long";
  }
  return "";
}

void add_executors(const Timeline& timeline, std::vector<Reason>& out) {
  for (const ExecutorSpan& e : timeline.executors) {
    const std::string who = "executor " + e.id;
    if (e.added.happened())
      out.push_back({e.added, who,
                     fmt::format("registers with {} on {}",
                                 counted(e.cores, "core"), e.host)});
    if (e.removed.happened()) out.push_back({e.removed, who, "is removed: " + e.removed_reason});
  }
}

void add_jobs(const Application& app, const Timeline& timeline, std::vector<Reason>& out) {
  std::map<std::int64_t, const Job*> jobs;
  for (const Job& job : app.jobs) jobs.emplace(job.spark_id, &job);
  for (const JobSpan& span : timeline.jobs) {
    const Job& job = *jobs.at(span.id);
    std::string after = "the application's start";
    if (!job.after.empty()) after = "";
    for (const std::uint32_t j : job.after)
      after += (after.empty() ? "job " : ", job ") + std::to_string(app.jobs[j].spark_id);
    out.push_back({span.submitted, "job " + std::to_string(span.id),
                   fmt::format("is submitted {} after {}", duration_text(job.delay), after)});
    if (span.outcome == JobOutcome::Failed)
      out.push_back({span.completed, "job " + std::to_string(span.id), "fails: " + span.failure});
  }
}

void add_stages(const Timeline& timeline, std::vector<Reason>& out) {
  for (const StageSpan& s : timeline.stages) {
    if (!s.submitted.happened()) continue;
    std::string parents;
    for (const std::int64_t p : s.parents)
      parents += (parents.empty() ? " after stage " : ", ") + std::to_string(p);
    out.push_back({s.submitted, fmt::format("stage {}.{}", s.id, s.attempt),
                   fmt::format("is submitted with {}{}",
                               counted(s.tasks, "task"), parents)});
  }
}

void add_placements(const Simulation& simulation, const Timeline& timeline,
                    std::vector<Reason>& out) {
  struct Group {
    Time first = Time::never(), last;
    std::size_t tasks = 0;
  };
  std::map<std::pair<StageId, command::LaunchReason>, Group> groups;
  const std::vector<AttemptId> rows = simulation.recorded_attempts(ApplicationId(0));
  for (std::size_t a = 0; a < rows.size(); ++a) {
    const AttemptState& attempt = simulation.attempts()[rows[a].index()];
    Group& group = groups[{timeline.attempts.stage[a], attempt.reason}];
    group.first = std::min(group.first, attempt.launch);
    group.last = std::max(group.last, attempt.launch);
    ++group.tasks;
  }
  for (const auto& [key, group] : groups) {
    const StageSpan& s = timeline.stages[key.first.index()];
    out.push_back({group.first, fmt::format("stage {}.{}", s.id, s.attempt),
                   fmt::format("launches {} {}, over {}", counted(group.tasks, "task attempt"),
                               words(key.second), duration_text(group.last - group.first))});
  }
}

}  // namespace

std::vector<Reason> reasons_of(const Simulation& simulation, const Application& application,
                               const Timeline& timeline) {
  std::vector<Reason> out;
  add_executors(timeline, out);
  add_jobs(application, timeline, out);
  add_stages(timeline, out);
  add_placements(simulation, timeline, out);
  add_exclusions(simulation, timeline, out);
  out.insert(out.end(), simulation.notes().begin(), simulation.notes().end());
  std::stable_sort(out.begin(), out.end(),
                   [](const Reason& a, const Reason& b) { return a.at < b.at; });
  return out;
}

}  // namespace muster
