#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string_view>

#include "cli/terminal.h"
#include "cli/verbs.h"
#include "sim/report/json_text.h"
#include "sim/report/quantities.h"
#include "sim/report/table.h"
#include "sim/run/validation.h"

namespace muster::cli {
namespace {

constexpr std::size_t kFewCases = 20;  // so many are shown without asking
constexpr std::size_t kWorst = 10;

std::string seconds_json(const std::optional<Duration>& duration) {
  return duration ? fmt::format("{:.6f}", duration->in_seconds()) : "null";
}

std::string quoted_json(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

std::string percent_json(const std::optional<double>& percent) {
  return percent ? fmt::format("{}", *percent) : "null";
}

std::string to_json(const ValidationCase& one) {
  std::string out = fmt::format(
      "{{\"name\": {}, \"kind\": {}, \"ok\": {}, \"error_pct\": {}, \"real_s\": {}, "
      "\"simulated_s\": {}, \"why\": {}",
      quoted_json(one.name), quoted_json(one.kind), one.ok, percent_json(one.error_pct),
      seconds_json(one.real), seconds_json(one.simulated), quoted_json(one.why));
  if (one.details.empty()) return out + "}";
  out += fmt::format(", \"quiet\": {}, \"details\": [", one.quiet);
  for (const ValidationDetail& detail : one.details) {
    out += fmt::format("{}{{\"what\": {}, \"real\": {}, \"simulated\": {}, ",
                       out.back() == '[' ? "\n    " : ",\n    ", quoted_json(detail.what),
                       quoted_json(detail.real), quoted_json(detail.simulated));
    if (detail.least && detail.most)
      out += fmt::format("\"draws_s\": [{:.3f}, {:.3f}], ", detail.least->in_seconds(),
                         detail.most->in_seconds());
    out += detail.is_time ? fmt::format("\"error_pct\": {}}}", detail.error_pct)
                          : fmt::format("\"right\": {}}}", detail.right);
  }
  return out + "]}";
}

std::string worst_json(const Validation& validation, const ValidationSummary& sum) {
  std::string out = "[";
  for (const std::size_t row : sum.worst) {
    const ValidationCase& one = validation.cases[row];
    out += fmt::format("{}{{\"name\": {}, \"error_pct\": {}, \"why\": {}}}",
                       out.back() == '[' ? "\n  " : ",\n  ", quoted_json(one.name),
                       percent_json(one.error_pct), quoted_json(one.why));
  }
  return out + "\n]";
}

std::string to_json(const Validation& validation, const ValidationSummary& sum) {
  const bool measured = !sum.worst.empty();
  return fmt::format(
      "{{\"cases\": {}, \"exact\": {}, \"incomplete\": {}, \"failed\": {}, "
      "\"median_abs_error_pct\": {}, \"mean_abs_error_pct\": {}, \"worst\": {}}}",
      sum.cases, sum.exact, sum.incomplete, sum.failed,
      measured ? fmt::format("{}", sum.median_abs_error_pct) : "null",
      measured ? fmt::format("{}", sum.mean_abs_error_pct) : "null",
      worst_json(validation, sum));
}

std::string to_json(const Validation& validation) {
  std::string out = "{\"cases\": [";
  for (const ValidationCase& one : validation.cases)
    out += (out.back() == '[' ? "\n  " : ",\n  ") + to_json(one);
  out += "\n],\n\"summary\": " + to_json(validation, validation.summary) + ",\n\"by_kind\": {";
  for (const ValidationSummary& sum : validation.by_kind)
    out += fmt::format("{}{}: {}", out.back() == '{' ? "\n" : ",\n", quoted_json(sum.kind),
                       to_json(validation, sum));
  return out + "\n}}\n";
}

// "…/run-3/eventlog": the end of a path says most. Cut at a folder where there is one.
std::string shortened_left(const std::string& path, std::size_t width) {
  if (display_width(path) <= width) return path;
  for (std::size_t at = path.find('/', 1); at != path.npos; at = path.find('/', at + 1))
    if (display_width(path.substr(at)) + 1 <= width) return "…" + path.substr(at);
  std::size_t at = path.size() - std::min(path.size(), width - 1);
  while (at < path.size() && (static_cast<unsigned char>(path[at]) & 0xc0) == 0x80) ++at;
  return "…" + path.substr(at);
}

Colour colour_of(const ValidationCase& one) {
  if (!one.ok) return Colour::Red;
  if (!one.error_pct) return Colour::Dim;
  return std::abs(*one.error_pct) < 1 ? Colour::Green : Colour::Yellow;
}

std::string error_cell(const ValidationCase& one) {
  if (!one.error_pct) return one.ok ? "-" : "failed";
  const bool exact = std::abs(*one.error_pct) < 0.005;  // not "-0.00 %"
  return (exact ? "0.00 %" : fmt::format("{:+.2f} %", *one.error_pct)) + (one.ok ? "" : " failed");
}

// The table, with each row's reason on the line below it.
std::string table_of(const Validation& validation, const std::vector<std::size_t>& rows,
                     const Terminal& look) {
  constexpr std::size_t kNumbers = 42;  // what the other columns take at most
  const std::size_t width = std::max<std::size_t>(look.width, kNumbers + 20) - kNumbers;
  Table table({{"log", Align::Left}, {"real"}, {"simulated"}, {"error"}});
  for (const std::size_t row : rows) {
    const ValidationCase& one = validation.cases[row];
    const auto time = [](const std::optional<Duration>& d) { return d ? duration_text(*d) : "-"; };
    table.add({shortened_left(clean_line(one.name), width),
               time(one.real),
               time(one.simulated),
               {error_cell(one), colour_of(one)}});
  }
  std::istringstream lines(table.text(look.width, look.colour, 2, look.cuts));
  std::string out, line;
  std::getline(lines, line);
  out += line + "\n";
  for (std::size_t i = 0; std::getline(lines, line); ++i) {
    out += line + "\n";
    const std::string why = clean_line(validation.cases[rows[i]].why);
    if (!why.empty())
      out += painted("      " + wrapped(why, look.width - 6, 6), Colour::Dim, look.colour) + "\n";
  }
  return out;
}

std::string summary_line(const Validation& validation, const ValidationSummary& sum,
                         const Terminal& look) {
  const std::string what = sum.kind.empty() ? "log" : sum.kind;
  const bool start_up = sum.kind == kStartUp;
  std::string out =
      fmt::format("{} {}{}: {} exact", sum.cases, what, sum.cases == 1 ? "" : "s", sum.exact);
  if (sum.incomplete > 0) out += fmt::format(", {} incomplete", sum.incomplete);
  out += fmt::format(", {} failed", sum.failed);
  if (!sum.worst.empty())
    out += fmt::format("; error of the {}: median {:.2f} %, mean {:.2f} %, largest {:.2f} %",
                       start_up ? "last milestone"
                                : sum.kind == kSimulation ? "jobs' time" : "wall time",
                       sum.median_abs_error_pct, sum.mean_abs_error_pct,
                       std::abs(*validation.cases[sum.worst.front()].error_pct));
  if (sum.quiet_jobs > 0)
    out += fmt::format(
        "; of {} simulated jobs on quiet machines: median {:.2f} %, {} over 5 % in every draw",
        sum.quiet_jobs, sum.median_quiet_job_error_pct, sum.quiet_jobs_over_5_pct);
  if (sum.milestones > 0)
    out += fmt::format("; {} of {} milestones within the repeats' spread", sum.within_spread,
                       sum.milestones);
  return painted(wrapped(out, look.width, 2), sum.failed > 0 ? Colour::Red : Colour::Bold,
                 look.colour) +
         "\n";
}

std::string tables_of(const Validation& validation, bool all) {
  const Terminal look = terminal();
  const std::size_t cases = validation.cases.size();
  std::vector<std::size_t> failed, rest;
  for (std::size_t i = 0; i < cases; ++i) (validation.cases[i].ok ? rest : failed).push_back(i);
  const bool few = all || cases <= kFewCases;
  std::string out;
  if (!failed.empty()) {
    const std::size_t shown = few ? failed.size() : std::min(failed.size(), kWorst);
    out += "Failed\n" + table_of(validation, {failed.begin(), failed.begin() + shown}, look);
    if (shown < failed.size())
      out += fmt::format("  … and {} more (--all)\n", failed.size() - shown);
    out += "\n";
  }
  if (!few) rest = validation.summary.worst;
  std::erase_if(rest, [&](std::size_t row) { return !validation.cases[row].ok; });
  if (!rest.empty())
    out += (few ? "" : fmt::format("The {} that are furthest off (--all for all)\n", rest.size())) +
           table_of(validation, rest, look) + "\n";
  if (validation.by_kind.size() == 1)
    return out + summary_line(validation, validation.by_kind.front(), look);
  for (const ValidationSummary& sum : validation.by_kind)
    out += summary_line(validation, sum, look);
  return out + summary_line(validation, validation.summary, look);
}

}  // namespace

int execute(const ValidateCommand& command) {
  Problems problems;
  Validation validation;
  {
    ProgressLine line(true);
    ValidationOptions options;
    options.threads = command.threads;
    options.pinned = command.pinned;
    options.replay = command.replay;
    if (command.seed) options.seed = *command.seed;
    options.progress = [&](std::size_t done, std::size_t total) {
      line.show(fmt::format("{} of {} logs", done, total));
    };
    validation = validate_logs(command.folders, options, problems);
  }
  if (!problems.empty()) return complain(problems);
  const std::string text = command.json ? to_json(validation) : tables_of(validation, command.all);
  return print(text, validation.summary.failed > 0 ? kFailed : kDone);
}

}  // namespace muster::cli
