#include <fmt/format.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "cli/inputs.h"
#include "cli/outputs.h"
#include "cli/sides.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "sim/plan/explain.h"
#include "sim/plan/size_curve.h"
#include "sim/report/html.h"
#include "sim/report/print.h"
#include "sim/report/quantities.h"
#include "sim/run/run.h"
#include "sim/scenario/text_file.h"
#include "sim/scenario/write_scenario.h"

namespace muster::cli {
namespace {

constexpr std::size_t kLongestScenario = 200'000;
// Seven more runs of this many attempts take long enough to be asked for.
constexpr std::uint64_t kMostAttempts = 300'000;

// What the page is made from: one run, or two.
struct Runs {
  Side left;
  std::optional<Side> right;
  bool replayed = false;  // right is the simulation of left, a log
  std::vector<std::string> warnings;
};

OutputOptions output_options(const ReportCommand& command) {
  OutputOptions options;
  options.quiet = command.quiet;
  options.explain = true;
  return options;
}

// What the log cannot be simulated for is said on the page, which is worth having without.
void add_replay(const ReportCommand& command, Runs& runs) {
  const Timeline& recorded = runs.left.result.timeline;
  if (recorded.attempts.size() == 0) return;
  Scenario scenario;
  scenario.name = recorded.application.name;
  scenario.workload = LogWorkload{.event_log = command.left};
  apply(command.simulation, scenario);
  Problems problems;
  std::optional<Result> simulated =
      simulate_again(recorded, scenario, output_options(command), problems);
  for (const Problem& problem : problems.list())
    runs.warnings.push_back("no simulation beside the recording: " + problem.what);
  if (!simulated) return;
  runs.right = Side{.result = std::move(*simulated),
                    .health = std::nullopt,
                    .scenario = std::move(scenario)};
  runs.replayed = true;
}

std::optional<Runs> load_runs(const ReportCommand& command, Problems& problems) {
  const OutputOptions output = output_options(command);
  std::optional<Side> left = load_side(command.left, command.simulation, output, problems);
  std::optional<Side> right;
  if (!command.right.empty())
    right = load_side(command.right, command.simulation, output, problems);
  if (!left || (!command.right.empty() && !right)) return std::nullopt;
  Runs runs;
  runs.left = std::move(*left);
  runs.right = std::move(right);
  if (runs.left.health && !runs.right) add_replay(command, runs);
  return runs;
}

SizeCurve curve_of(const Runs& runs, const ReportCommand& command) {
  SizeCurve none;
  if (!command.sizes) {
    none.why_not = "--no-sizes was given";
    return none;
  }
  if (runs.right && !runs.replayed) return none;
  const Side& simulated = runs.replayed ? *runs.right : runs.left;
  if (!simulated.scenario) return none;
  if (!simulated.result.succeeded) {
    none.why_not = "the run does not succeed: other sizes would show how soon they fail";
    return none;
  }
  if (simulated.result.totals.attempts > kMostAttempts) {
    none.why_not = fmt::format("the run has more than {} task attempts", count_text(kMostAttempts));
    return none;
  }
  const auto* log = std::get_if<LogWorkload>(&simulated.scenario->workload);
  if (log && !runs.replayed) {
    none.why_not = "the scenario replays a log; muster report of the log itself has them";
    return none;
  }
  ProgressLine line(!command.quiet);
  if (line.due()) line.show("simulating other numbers of executors");
  const Timeline* recorded = runs.replayed ? &runs.left.result.timeline : nullptr;
  return size_curve(*simulated.scenario, simulated.result.timeline, recorded,
                    {.threads = command.threads});
}

void add_notes(const LogHealth& health, const std::string& name, std::vector<HtmlNote>& notes) {
  const std::string before = name.empty() ? "" : name + ": ";
  for (const HealthNote& note : health.notes)
    notes.push_back({.severity = std::string(name_of(note.severity)),
                     .text = before + note.message,
                     .place = note.line > 0 ? fmt::format("{}:{}", file_name(note.file), note.line)
                                            : ""});
  for (const MissingInput& missing : health.missing)
    notes.push_back({.severity = "missing",
                     .text = before + missing.question + ": not known, " + missing.reason,
                     .place = ""});
}

constexpr const char* kLeftOut = "(left out)";

Conf without_secrets(Conf conf) {
  const Conf all = conf;
  for (const auto& [key, value] : all.entries())
    if (is_secret(key)) conf.set(key, kLeftOut);
  return conf;
}

void replace_all(std::string& text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at))
    text.replace(at, what.size(), by), at += by.size();
}

// In the text of a scenario file: as a value, and if it is no common word anywhere, as in a
// spark-submit line.
void leave_out_secrets(const Conf& conf, std::string& text) {
  constexpr std::size_t kUncommon = 6;
  for (const auto& [key, value] : conf.entries()) {
    if (!is_secret(key) || value.empty()) continue;
    replace_all(text, '"' + value + '"', '"' + std::string(kLeftOut) + '"');
    if (value.size() >= kUncommon) replace_all(text, value, kLeftOut);
  }
}

// The file as it was written, comments and all; of a log the scenario that says the same. Secrets
// are left out, and of a log's path the folders.
std::string scenario_text(const Runs& runs, const ReportCommand& command) {
  std::string text;
  if (runs.left.health) {
    Scenario scenario =
        import_scenario(runs.left.result.timeline, file_name(command.left), false);
    scenario.conf = without_secrets(std::move(scenario.conf));
    text = to_json(scenario);
  } else {
    std::ifstream file(command.left, std::ios::binary);
    if (command.left != "-") text = read_all(file).value_or("");
    if (text.empty() && runs.left.scenario) text = to_json(*runs.left.scenario);
    if (runs.left.scenario) leave_out_secrets(runs.left.scenario->conf, text);
  }
  if (text.size() > kLongestScenario)
    text = text.substr(0, kLongestScenario) + "\n... and so on; the file is longer\n";
  return text;
}

std::string words_of(const Runs& runs, const HtmlReport& report) {
  PrintOptions options;
  options.left = report.left.name;
  options.difference = report.difference;
  std::ostringstream out;
  const Result& left = runs.left.result;
  if (!runs.right && runs.left.health) {
    print_recording(out, health_lines(*runs.left.health, false), left.timeline,
                    *report.left.explanation, options);
  } else if (!runs.right) {
    print_run(out, left, *report.left.explanation, options);
  } else {
    options.right = report.right->name;
    print_comparison(out, left, runs.right->result, *report.comparison, *report.left.explanation,
                     *report.right->explanation, options);
  }
  return out.str();
}

// What the page's sides point to.
struct Explained {
  std::deque<Further> further;
  std::deque<Explanation> explanations;
};

HtmlSide html_side(const Result& result, bool recorded, std::string name, Explained& keep) {
  keep.explanations.push_back(explain(result.timeline));
  return {.name = std::move(name),
          .recorded = recorded,
          .result = &result,
          .explanation = &keep.explanations.back(),
          .idle = idle_map(result.timeline, assign_slots(result.timeline)),
          .further = {}};
}

HtmlSide html_side(const Side& side, std::string name, Explained& keep) {
  const bool recorded = side.health.has_value();
  HtmlSide out = html_side(side.result, recorded, std::move(name), keep);
  for (Further& further : further_of(side.result)) {
    keep.further.push_back(std::move(further));
    const Further& kept = keep.further.back();
    out.further.push_back(html_side(kept.result, recorded, kept.title, keep));
  }
  return out;
}

void name_sides(const ReportCommand& command, bool replayed, HtmlReport& report) {
  report.left.name = report.left.recorded ? "real" : "simulated";
  if (!report.right || replayed) return;
  report.left.name = short_name(command.left, command.right);
  report.right->name = short_name(command.right, command.left);
  if (report.left.name == report.right->name)
    report.left.name = "left", report.right->name = "right";
  report.difference = "change";
}

std::string page_of(const Runs& runs, const ReportCommand& command) {
  Explained keep;
  HtmlReport report;
  report.source = file_name(command.left);
  report.left = html_side(runs.left, "", keep);
  if (runs.right) {
    report.right = html_side(*runs.right, "simulated", keep);
    report.comparison = compare(runs.left.result.timeline, runs.right->result.timeline);
    if (!runs.replayed)
      report.source += " and " + file_name(command.right);
  }
  name_sides(command, runs.replayed, report);
  const bool two_logs = runs.right && !runs.replayed;
  if (runs.left.health)
    add_notes(*runs.left.health, two_logs ? report.left.name : "", report.health);
  if (runs.right && runs.right->health)
    add_notes(*runs.right->health, report.right->name, report.health);
  report.warnings = runs.warnings;
  report.curve = curve_of(runs, command);
  report.scenario_text = scenario_text(runs, command);
  report.plain_text = words_of(runs, report);
  return html_page(report);
}

}  // namespace

int execute(const ReportCommand& command) {
  Problems problems;
  std::vector<std::string> inputs = {command.left, command.right};
  std::erase(inputs, "");
  refuse_standard_input_twice(inputs, problems);
  check_output(command.output, inputs, problems);
  if (!problems.empty()) return complain(problems);
  const std::optional<Runs> runs = load_runs(command, problems);
  if (!runs) return complain(problems);

  const std::string page = page_of(*runs, command);
  write_output(command.output, page, problems);
  if (!problems.empty()) return complain(problems);
  // Of what was simulated because it was asked for, not of a recording.
  const bool failed = (!runs->left.health && !runs->left.result.succeeded) ||
                      (runs->right && !runs->replayed && !runs->right->health &&
                       !runs->right->result.succeeded);
  const int code = failed ? kFailed : kDone;
  if (command.quiet) return code;
  return print(fmt::format("{}: {}, for a browser\n", command.output,
                           bytes_text(Bytes(static_cast<std::int64_t>(page.size())))),
               code);
}

}  // namespace muster::cli
