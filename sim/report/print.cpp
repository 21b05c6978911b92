#include "sim/report/print.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "sim/report/print_parts.h"
#include "sim/report/quantities.h"
#include "sim/report/run_words.h"
#include "sim/timeline/driver_place.h"

namespace muster {
namespace {

using printing::sentence;

constexpr std::size_t kSegments = 5;
constexpr std::size_t kMostLabels = 8;

void notes(std::ostream& out, const std::vector<std::string>& health, const char* label,
           const PrintOptions& options) {
  for (const std::string& note : health) sentence(out, label, Colour::Yellow, note, options);
}

std::string totals_text(const Totals& totals) {
  std::string text = counted(totals.jobs, "job") + ", " + counted(totals.stages, "stage") + " run";
  if (totals.skipped_stages > 0)
    text += fmt::format(", {} skipped", count_text(totals.skipped_stages));
  text += ", " + counted(totals.tasks, "task");
  if (totals.failed_attempts > 0)
    text += ", " + counted(totals.failed_attempts, "failed attempt");
  if (totals.killed_attempts > 0)
    text += ", " + counted(totals.killed_attempts, "killed attempt");
  if (totals.speculative_attempts > 0)
    text += ", " + counted(totals.speculative_attempts, "speculative attempt");
  return text;
}

// "cores busy 43 % of the time they were there".
std::string use_text(const Totals& totals) {
  if (totals.available == Duration()) return "no executors";
  return fmt::format("cores busy {} of {} core time",
                     share_text(totals.busy.in_seconds() / totals.available.in_seconds()),
                     duration_text(totals.available));
}

// "spark-submit to driver 5.50 s, to first executor ...": only where a cluster manager had a say.
std::string start_up_text(const Result& result) {
  const Milestones& m = result.milestones;
  if (!m.registered.happened() || !m.driver_started.happened() || m.driver_started == m.submitted)
    return "";
  std::string text;
  const auto add = [&](const char* what, Time at) {
    if (at.happened())
      text += fmt::format("{}{} {}", text.empty() ? "spark-submit to " : ", to ", what,
                          duration_text(at - m.submitted));
  };
  add("driver", m.driver_started);
  add("first executor", m.first_executor);
  add("the program's start", m.context_ready);
  add("first task", m.first_task);
  return text + "; driver " + words_of(driver_place(result.timeline, m));
}

std::string attempts_text(const Result& result) {
  const Milestones& m = result.milestones;
  if (m.attempts < 2) return "";
  if (!result.timeline.application.start.happened())
    return fmt::format("application attempt {}: the driver was lost before, and has not started "
                       "again",
                       m.attempts);
  return fmt::format("application attempt {}: the driver was lost before, and the program began "
                     "anew; from spark-submit to the end {}",
                     m.attempts, duration_text(result.timeline.last_time() - m.submitted));
}

// "5.06 s", or why there is no such time.
std::string took_text(const Timeline& timeline, Time since, const std::string& failure,
                      bool waits_for_ever) {
  if (!timeline.application.start.happened()) return "never started";
  if (waits_for_ever) return "never ends";
  if (!timeline.application.end.happened() && failure.empty()) return "cut off";
  return duration_text(timeline.last_time() - since);
}

void print_others(std::ostream& out, const Result& result, const PrintOptions& options) {
  if (result.others.empty()) return;
  Table table(
      {{"application", Align::Left, 10}, {"submitted"}, {"took"}, {"outcome", Align::Left}});
  const auto add = [&](const Timeline& timeline, const Milestones& m, const std::string& failure,
                       bool waits_for_ever) {
    const bool submitted = m.submitted.happened(), ended = timeline.application.end.happened();
    const std::string outcome = waits_for_ever     ? "waits for ever"
                                : !failure.empty() ? "failed"
                                : ended            ? "succeeded"
                                : submitted        ? "cut off"
                                                   : "not yet submitted";
    table.add({timeline.application.name,
               submitted ? duration_text(m.submitted - result.milestones.submitted) : "-",
               took_text(timeline, m.submitted, failure, waits_for_ever), outcome});
  };
  add(result.timeline, result.milestones, result.failure, result.waits_for_ever);
  for (const OtherApplication& other : result.others)
    add(other.timeline, other.milestones, other.failure, other.waits_for_ever);
  printing::heading(out, fmt::format("Applications ({})", result.others.size() + 1), options);
  out << table.text(options.width, options.colour, 2, options.cut);
}

void print_reasons(std::ostream& out, const Result& result, const PrintOptions& options) {
  if (!options.reasons || result.reasons.empty()) return;
  Table table({{"at"}, {"what", Align::Left, 10}, {"why", Align::Left, 20}});
  // Of a driver that never started: since spark-submit.
  const Time start = result.timeline.application.start;
  const Time origin = start.happened() ? start : result.milestones.submitted;
  const std::size_t shown = options.max_rows == 0
                                ? result.reasons.size()
                                : std::min(result.reasons.size(), 4 * options.max_rows);
  for (std::size_t i = 0; i < shown; ++i) {
    const Reason& reason = result.reasons[i];
    table.add({duration_text(reason.at - origin), reason.subject,
               reason.text});
  }
  printing::heading(out, "Why", options);
  out << table.text(options.width, options.colour, 2, options.cut);
  printing::more_line(out, result.reasons.size() - shown, options);
}

void print_cost(std::ostream& out, const Result& result, const PrintOptions& options) {
  if (result.leases.empty()) return;
  const bool saves = std::ranges::any_of(
      result.leases, [](const Lease& lease) { return lease.on_demand > lease.cost; });
  std::vector<TableColumn> columns = {{"what", Align::Left, 10}, {"machines"}, {"machine-hours"},
                                      {"an hour"}, {"cost"}};
  if (saves) columns.push_back({"saved by spot"});
  Table table(columns);
  for (const Lease& lease : result.leases) {
    std::vector<TableCell> row = {lease.what, count_text(lease.machines), hours_text(lease.time),
                                  money_text(lease.per_hour), money_text(lease.cost)};
    if (saves) row.push_back(lease.spot ? money_text(lease.saved()) : std::string());
    table.add(std::move(row));
  }
  printing::heading(out, "Cost " + money_text(result.cost), options);
  out << table.text(options.width, options.colour, 2, options.cut);
}

// Of an application that never ends there is no wall time, only how far it came.
std::string wall_text(const Timeline& timeline, bool waits_for_ever) {
  if (!timeline.application.start.happened()) return "no wall time: the driver has not started";
  if (waits_for_ever)
    return "no wall time: it would wait for ever; the last that happens is at " +
           duration_text(timeline.wall());
  return "wall time " + duration_text(timeline.wall());
}

void print_body(std::ostream& out, const Timeline& timeline, const Explanation& explanation,
                bool waits_for_ever, const PrintOptions& options) {
  const Totals totals = totals_of(timeline);
  out << '\n'
      << painted(wall_text(timeline, waits_for_ever), Colour::Bold, options.colour) << '\n';
  if (!timeline.application.start.happened()) return;
  printing::paragraph(out, totals_text(totals), Colour::None, options);
  printing::paragraph(out, use_text(totals), Colour::None, options);
  printing::critical_path(out, timeline, explanation, options);
  printing::longest_segments(out, timeline, explanation, kSegments, "longest waits on it", options);
  printing::idle(out, explanation, options);
  printing::stages(out, timeline, explanation, options);
  printing::pace(out, timeline, explanation, "", options);
  printing::jobs(out, timeline, options);
  printing::executors(out, timeline, "Executors", options);
}

void print_failure(std::ostream& out, const std::string& who, const std::string& failure,
                   bool waits_for_ever, const PrintOptions& options) {
  const std::string label = who + (waits_for_ever ? "WAITS FOR EVER" : "FAILED");
  sentence(out, label, Colour::Red,
           failure.empty() ? "no reason given" : failure_line(failure), options);
}

// `who`: "" or a name with a blank.
void print_failure_of(std::ostream& out, const Result& result, const std::string& who,
                      const PrintOptions& options) {
  if (!result.succeeded)
    print_failure(out, who, result.failure, result.waits_for_ever, options);
  for (const OtherApplication& other : result.others)
    if (!other.failure.empty())
      print_failure(out, who + other.timeline.application.name + " ", other.failure,
                    other.waits_for_ever, options);
}

void print_unmatched(std::ostream& out, const std::vector<std::string>& labels,
                     const std::string& side, const PrintOptions& options) {
  if (labels.empty()) return;
  const std::size_t shown =
      options.max_rows == 0 ? labels.size() : std::min(labels.size(), kMostLabels);
  std::string text = fmt::format(
      "only in {}: {}", side,
      fmt::join(labels.begin(), labels.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  if (shown < labels.size()) text += fmt::format(" and {} more", labels.size() - shown);
  sentence(out, "note:", Colour::Yellow, text, options);
}

void print_stage_errors(std::ostream& out, const Comparison& comparison,
                        const PrintOptions& options) {
  if (comparison.mean_stage_error)
    printing::paragraph(
        out,
        fmt::format("stages differ by {} on average (weighted by time), {} at most",
                    share_text(*comparison.mean_stage_error),
                    share_text(*comparison.worst_stage_error)),
        Colour::None, options);
}

// Where one side stops in the middle there is no wall time to compare.
void print_cut(std::ostream& out, const Comparison& comparison, const PrintOptions& options) {
  const std::string line =
      fmt::format("{} stops at {} with {} running: compared is what had ended by then",
                  options.left, duration_text(*comparison.cut_at),
                  counted(comparison.open_tasks, "task"));
  out << '\n' << painted(line, Colour::Bold, options.colour) << '\n';
  print_stage_errors(out, comparison, options);
  if (comparison.open.empty()) return;
  const std::size_t shown = std::min(comparison.open.size(), kMostLabels);
  const auto first = comparison.open.begin();
  std::string text = fmt::format(
      "open then, and not compared: {}",
      fmt::join(first, first + static_cast<std::ptrdiff_t>(shown), ", "));
  if (shown < comparison.open.size())
    text += fmt::format(" and {} more", comparison.open.size() - shown);
  printing::paragraph(out, text, Colour::None, options);
}

void print_wall(std::ostream& out, const Comparison& comparison, const PrintOptions& options) {
  if (comparison.cut_at) return print_cut(out, comparison, options);
  const std::string line = fmt::format(
      "wall time {} {}, {} {}, {} {}", options.left, duration_text(comparison.wall.left),
      options.right, duration_text(comparison.wall.right), options.difference,
      error_text(comparison.wall.error()));
  out << '\n' << painted(line, Colour::Bold, options.colour) << '\n';
  print_stage_errors(out, comparison, options);
}

// Once where both sides are the same.
void print_totals(std::ostream& out, const Timeline& left, const Timeline& right,
                  const PrintOptions& options) {
  const std::string on_left = totals_text(totals_of(left));
  const std::string on_right = totals_text(totals_of(right));
  if (on_left == on_right) return printing::paragraph(out, on_left, Colour::None, options);
  printing::paragraph(out, options.left + ": " + on_left, Colour::None, options);
  printing::paragraph(out, options.right + ": " + on_right, Colour::None, options);
}

void print_pair(std::ostream& out, const Timeline& left, const Timeline& right,
                const Comparison& comparison, const Explanation& left_explanation,
                const Explanation& right_explanation, const PrintOptions& options) {
  print_wall(out, comparison, options);
  print_totals(out, left, right, options);
  print_unmatched(out, comparison.only_left, options.left, options);
  print_unmatched(out, comparison.only_right, options.right, options);
  printing::jobs(out, comparison, options);
  printing::stages(out, comparison, options);
  printing::critical_path(out, left_explanation, right_explanation, options);
  printing::longest_segments(out, left, left_explanation, kSegments,
                             "longest waits on it, " + options.left, options);
  printing::idle(out, left_explanation, right_explanation, options);
  printing::pace(out, left, left_explanation, ", " + options.left, options);
  printing::pace(out, right, right_explanation, ", " + options.right, options);
  printing::placement(out, comparison, options);
  printing::executors(out, left, "Executors, " + options.left, options);
}

}  // namespace

void print_run(std::ostream& out, const Result& result, const Explanation& explanation,
               const PrintOptions& options) {
  print_failure_of(out, result, "", options);
  notes(out, result.provenance.warnings, "warning:", options);
  printing::application(out, result.timeline, options);
  for (const std::string& text :
       {pools_text(result), start_up_text(result), attempts_text(result)})
    if (!text.empty()) printing::paragraph(out, text, Colour::None, options);
  print_body(out, result.timeline, explanation, result.waits_for_ever, options);
  print_others(out, result, options);
  print_cost(out, result, options);
  print_reasons(out, result, options);
}

void print_recording(std::ostream& out, const std::vector<std::string>& health,
                     const Timeline& recorded, const Explanation& explanation,
                     const PrintOptions& options) {
  printing::failures(out, recorded, options);
  notes(out, health, "log:", options);
  printing::application(out, recorded, options);
  print_body(out, recorded, explanation, false, options);
}

void print_replay(std::ostream& out, const std::vector<std::string>& health, const Timeline& real,
                  const Result& simulated, const Comparison& comparison,
                  const Explanation& real_explanation, const Explanation& simulated_explanation,
                  const PrintOptions& options) {
  printing::failures(out, real, options);
  print_failure_of(out, simulated, "SIMULATION ", options);
  notes(out, health, "log:", options);
  notes(out, simulated.provenance.warnings, "warning:", options);
  printing::application(out, real, options);
  print_pair(out, real, simulated.timeline, comparison, real_explanation, simulated_explanation,
             options);
  print_reasons(out, simulated, options);
}

void print_comparison(std::ostream& out, const Result& left, const Result& right,
                      const Comparison& comparison, const Explanation& left_explanation,
                      const Explanation& right_explanation, const PrintOptions& options) {
  print_failure_of(out, left, options.left + " ", options);
  print_failure_of(out, right, options.right + " ", options);
  notes(out, left.provenance.warnings, "warning:", options);
  notes(out, right.provenance.warnings, "warning:", options);
  const std::string on_left = printing::settings_text(left.timeline);
  const std::string on_right = printing::settings_text(right.timeline);
  const bool same = on_left == on_right;
  sentence(out, same ? "both:" : options.left + ":", Colour::Bold, on_left, options);
  if (!same) sentence(out, options.right + ":", Colour::Bold, on_right, options);
  print_pair(out, left.timeline, right.timeline, comparison, left_explanation, right_explanation,
             options);
  if (!left.leases.empty() || !right.leases.empty())
    out << fmt::format("\nCost {} {}, {} {}\n", options.left, money_text(left.cost), options.right,
                       money_text(right.cost));
}

}  // namespace muster
