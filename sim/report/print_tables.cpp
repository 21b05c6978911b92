// Tables of one timeline and of two.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "sim/report/print_parts.h"
#include "sim/report/quantities.h"

namespace muster::printing {
namespace {

constexpr std::size_t kLeastName = 12;
constexpr std::size_t kLeastCause = 32;  // "idle, driver: preparing a stage"

// Errors that a planner can live with, should look at, and cannot use.
Colour colour_of(std::optional<double> error) {
  if (!error || std::fabs(*error) > 0.20) return Colour::Red;
  return std::fabs(*error) > 0.08 ? Colour::Yellow : Colour::None;
}

TableCell error_cell(std::optional<double> error) { return {error_text(error), colour_of(error)}; }

std::string stage_id(std::int64_t id, std::int32_t attempt) {
  return fmt::format("{}.{}", id, attempt);
}

double share_of(Duration part, Duration whole) {
  return whole == Duration() ? 0 : part.in_seconds() / whole.in_seconds();
}

void print(std::ostream& out, const Table& table, const PrintOptions& options) {
  out << table.text(options.width, options.colour, 2, options.cut);
}

std::string skew_text(double skew) { return skew == 0 ? "-" : fmt::format("{:.1f}x", skew); }

std::string_view outcome_text(JobOutcome outcome) {
  return outcome == JobOutcome::Failed ? "failed"
                                       : outcome == JobOutcome::Unknown ? "unfinished" : "";
}

}  // namespace

void jobs(std::ostream& out, const Timeline& timeline, const PrintOptions& options) {
  if (timeline.jobs.empty()) return;
  const Time end = timeline.application.start + timeline.wall();
  const std::vector<std::string> names = job_names(timeline);
  std::vector<Duration> lengths;
  for (const JobSpan& job : timeline.jobs)
    lengths.push_back(std::min(job.completed, end) - std::min(job.submitted, end));
  Table table({{"job"}, {"what", Align::Left, kLeastName}, {"start"}, {"took"}, {"", Align::Left}});
  const std::vector<std::size_t> shown = longest_rows(lengths, options.max_rows);
  for (const std::size_t j : shown) {
    const JobSpan& job = timeline.jobs[j];
    table.add({std::to_string(job.id), names[j],
               duration_text(std::min(job.submitted, end) - timeline.application.start),
               duration_text(lengths[j]), {std::string(outcome_text(job.outcome)), Colour::Red}});
  }
  heading(out, fmt::format("Jobs ({})", timeline.jobs.size()), options);
  print(out, table, options);
  more_line(out, lengths.size() - shown.size(), options);
}

void stages(std::ostream& out, const Timeline& timeline, const Explanation& explanation,
            const PrintOptions& options) {
  if (explanation.stages.empty()) return;
  const Time end = timeline.application.start + timeline.wall();
  std::vector<Duration> lengths;
  for (const StageStatistics& row : explanation.stages) {
    const StageSpan& stage = timeline.stages[row.row.index()];
    lengths.push_back(std::min(stage.completed, end) - stage.submitted);
  }
  const bool failed = std::any_of(explanation.stages.begin(), explanation.stages.end(),
                                  [](const StageStatistics& row) { return row.failed > 0; });
  Table table({{"stage"},
               {"what", Align::Left, kLeastName},
               {"tasks"},
               {"took"},
               {"of wall", Align::Right, 0, true},
               {"task p50"},
               {"p95", Align::Right, 0, true},
               {"max"},
               {"skew"},
               {failed ? "failed" : ""}});
  const std::vector<std::size_t> shown = longest_rows(lengths, options.max_rows);
  for (const std::size_t i : shown) {
    const StageStatistics& row = explanation.stages[i];
    const StageSpan& stage = timeline.stages[row.row.index()];
    const bool skewed = row.skew > 3 && row.max > Duration::seconds(1);
    table.add({stage_id(stage.id, stage.attempt), stage.name, count_text(row.tasks),
               duration_text(lengths[i]), share_text(row.wall_share), duration_text(row.p50),
               duration_text(row.p95), duration_text(row.max),
               {skew_text(row.skew), skewed ? Colour::Yellow : Colour::None},
               {row.failed == 0 ? "" : count_text(row.failed), Colour::Red}});
  }
  heading(out, fmt::format("Stages ({} run)", explanation.stages.size()), options);
  print(out, table, options);
  more_line(out, lengths.size() - shown.size(), options);
}

void idle(std::ostream& out, const Explanation& explanation, const PrintOptions& options) {
  const IdleTime& time = explanation.idle;
  if (time.available == Duration()) return;
  Table table({{"cores", Align::Left, kLeastCause}, {"core time"}, {"share"}});
  const auto add = [&](std::string what, Duration part) {
    table.add({std::move(what), duration_text(part), share_text(share_of(part, time.available))});
  };
  add("running tasks", time.busy);
  std::vector<IdleCause> causes;
  for (std::size_t c = 0; c < kIdleCauseCount; ++c)
    if (time.by_cause[c] != Duration()) causes.push_back(static_cast<IdleCause>(c));
  std::stable_sort(causes.begin(), causes.end(),
                   [&](IdleCause a, IdleCause b) { return time.of(a) > time.of(b); });
  for (const IdleCause cause : causes)
    add("idle, " + std::string(words_of(cause)), time.of(cause));
  heading(out, "What the cores did", options);
  print(out, table, options);
  if (time.missing_registration > Duration())
    paragraph(out,
              fmt::format("tasks waited for {} of core time that registered only later",
                          duration_text(time.missing_registration)),
              Colour::None, options);
}

void critical_path(std::ostream& out, const Timeline& timeline, const Explanation& explanation,
                   const PrintOptions& options) {
  if (explanation.path.segments.empty()) return;
  Table table({{"critical path", Align::Left, kLeastName}, {"time"}, {"of wall"}});
  for (std::size_t k = 0; k < kPathKindCount; ++k)
    if (const Duration part = explanation.path.by_kind[k]; part != Duration())
      table.add({std::string(words_of(static_cast<PathKind>(k))), duration_text(part),
                 share_text(share_of(part, timeline.wall()))});
  heading(out, "What the wall time went to", options);
  print(out, table, options);
}

void longest_segments(std::ostream& out, const Timeline& timeline, const Explanation& explanation,
                      std::size_t rows, const std::string& title, const PrintOptions& options) {
  const std::vector<PathSegment>& segments = explanation.path.segments;
  std::vector<Duration> lengths;
  for (const PathSegment& segment : segments) lengths.push_back(segment.length());
  if (segments.size() < 2) return;
  Table table({{title, Align::Left, kLeastName}, {"at"}, {"took"}, {"where", Align::Left, 10}});
  for (const std::size_t i : longest_rows(lengths, options.max_rows == 0 ? 0 : rows)) {
    const PathSegment& segment = segments[i];
    std::string where;
    if (segment.stage >= 0) where = "stage " + stage_id(segment.stage, segment.stage_attempt);
    else if (segment.job >= 0) where = fmt::format("job {}", segment.job);
    if (!segment.note.empty()) where += (where.empty() ? "" : ", ") + segment.note;
    table.add({std::string(words_of(segment.kind)),
               duration_text(segment.from - timeline.application.start),
               duration_text(segment.length()), where});
  }
  out << '\n';
  print(out, table, options);
}

void jobs(std::ostream& out, const Comparison& comparison, const PrintOptions& options) {
  if (comparison.jobs.empty()) return;
  std::vector<Duration> weights;
  for (const JobComparison& job : comparison.jobs)
    weights.push_back(std::max(job.span.left, job.span.right));
  Table table({{"job"}, {"what", Align::Left, kLeastName}, {options.left}, {options.right},
               {options.difference}, {"start off by", Align::Right, 0, true},
               {"", Align::Left, kLeastName}});
  const std::vector<std::size_t> shown = longest_rows(weights, options.max_rows);
  for (const std::size_t i : shown) {
    const JobComparison& job = comparison.jobs[i];
    std::string outcome(outcome_text(job.left_outcome));
    if (job.left_outcome != job.right_outcome)
      outcome = fmt::format("{}: {}, {}: {}", options.left,
                            outcome.empty() ? "succeeded" : outcome, options.right,
                            job.right_outcome == JobOutcome::Succeeded
                                ? "succeeded"
                                : outcome_text(job.right_outcome));
    table.add({std::to_string(job.id), job.name, duration_text(job.span.left),
               duration_text(job.span.right), error_cell(job.span.error()),
               duration_text(job.span.right_start - job.span.left_start),
               {outcome, Colour::Red}});
  }
  heading(out, fmt::format("Jobs ({})", comparison.jobs.size()), options);
  print(out, table, options);
  more_line(out, weights.size() - shown.size(), options);
}

void stages(std::ostream& out, const Comparison& comparison, const PrintOptions& options) {
  if (comparison.stages.empty()) return;
  std::vector<Duration> weights;
  for (const StageComparison& stage : comparison.stages)
    weights.push_back(std::max(stage.span.left, stage.span.right));
  Table table({{"stage"}, {"what", Align::Left, kLeastName}, {"tasks"}, {options.left},
               {options.right}, {options.difference}, {"start off by", Align::Right, 0, true}});
  const std::vector<std::size_t> shown = longest_rows(weights, options.max_rows);
  for (const std::size_t i : shown) {
    const StageComparison& stage = comparison.stages[i];
    std::string tasks = count_text(stage.left_tasks);
    if (stage.left_tasks != stage.right_tasks) tasks += " / " + count_text(stage.right_tasks);
    table.add({stage_id(stage.id, stage.attempt), stage.name, tasks,
               duration_text(stage.span.left), duration_text(stage.span.right),
               error_cell(stage.span.error()),
               duration_text(stage.span.right_start - stage.span.left_start)});
  }
  heading(out, fmt::format("Stages ({} matched)", comparison.stages.size()), options);
  print(out, table, options);
  more_line(out, weights.size() - shown.size(), options);
}

void idle(std::ostream& out, const Explanation& left, const Explanation& right,
          const PrintOptions& options) {
  if (left.idle.available == Duration() && right.idle.available == Duration()) return;
  Table table({{"cores", Align::Left, kLeastCause},
               {options.left},
               {"share", Align::Right, 0, true},
               {options.right},
               {"share", Align::Right, 0, true}});
  const auto add = [&](std::string what, Duration l, Duration r) {
    if (l == Duration() && r == Duration()) return;
    table.add({std::move(what), duration_text(l), share_text(share_of(l, left.idle.available)),
               duration_text(r), share_text(share_of(r, right.idle.available))});
  };
  add("running tasks", left.idle.busy, right.idle.busy);
  for (std::size_t c = 0; c < kIdleCauseCount; ++c)
    add("idle, " + std::string(words_of(static_cast<IdleCause>(c))), left.idle.by_cause[c],
        right.idle.by_cause[c]);
  if (left.idle.missing_registration + right.idle.missing_registration > Duration())
    table.add({"not yet registered, tasks waiting", duration_text(left.idle.missing_registration),
               "", duration_text(right.idle.missing_registration)});
  heading(out, "What the cores did", options);
  print(out, table, options);
}

void critical_path(std::ostream& out, const Explanation& left, const Explanation& right,
                   const PrintOptions& options) {
  Table table({{"critical path", Align::Left, kLeastName},
               {options.left},
               {options.right},
               {"difference"}});
  for (std::size_t k = 0; k < kPathKindCount; ++k) {
    const Duration l = left.path.by_kind[k], r = right.path.by_kind[k];
    if (l != Duration() || r != Duration())
      table.add({std::string(words_of(static_cast<PathKind>(k))), duration_text(l),
                 duration_text(r), duration_text(r - l)});
  }
  if (table.empty()) return;
  heading(out, "What the wall time went to", options);
  print(out, table, options);
}

void placement(std::ostream& out, const Comparison& comparison, const PrintOptions& options) {
  Table levels({{"tasks launched", Align::Left}, {options.left}, {options.right}});
  for (std::size_t l = 0; l < comparison.left_localities.size(); ++l)
    if (comparison.left_localities[l] + comparison.right_localities[l] > 0)
      levels.add({std::string(name_of(static_cast<Locality>(l))),
                  count_text(comparison.left_localities[l]),
                  count_text(comparison.right_localities[l])});
  if (levels.empty()) return;
  heading(out, "Where tasks ran", options);
  print(out, levels, options);
  std::vector<Duration> weights;  // the executors that differ most
  for (const ExecutorComparison& e : comparison.executors)
    weights.push_back(Duration::micros(static_cast<std::int64_t>(
        e.left_tasks > e.right_tasks ? e.left_tasks - e.right_tasks
                                     : e.right_tasks - e.left_tasks)));
  Table table({{"executor", Align::Left}, {"on", Align::Left, kLeastName}, {options.left},
               {options.right}});
  const std::vector<std::size_t> shown = longest_rows(weights, options.max_rows);
  for (const std::size_t i : shown) {
    const ExecutorComparison& e = comparison.executors[i];
    table.add({e.id, e.host, count_text(e.left_tasks), count_text(e.right_tasks)});
  }
  out << '\n';
  print(out, table, options);
  more_line(out, weights.size() - shown.size(), options);
}

}  // namespace muster::printing
