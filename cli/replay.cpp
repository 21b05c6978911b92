#include <fmt/format.h>

#include <sstream>
#include <utility>

#include "cli/inputs.h"
#include "cli/outputs.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "sim/plan/explain.h"
#include "sim/report/compare.h"
#include "sim/report/json.h"
#include "sim/report/print.h"

namespace muster::cli {
namespace {

// What the log does not say is asked for by --all.
std::vector<std::string> doubts_of(const LogHealth& health, bool all) {
  std::vector<std::string> out = health_lines(health, all);
  const std::size_t hidden = health.notes.size() + health.missing.size() - out.size();
  if (hidden > 0)
    out.push_back(fmt::format("{} small remark{} more (--all)", hidden, hidden == 1 ? "" : "s"));
  return out;
}

std::string text_of(const Result& real, const LogHealth& health, const Result& simulated,
                    const OutputOptions& output) {
  const Comparison comparison = compare(real.timeline, simulated.timeline);
  const Explanation real_explanation = explain(real.timeline);
  const Explanation explanation = explain(simulated.timeline);
  if (output.json)
    return json_document({{"log", to_json(health)},
                          {"recorded", to_json(real)},
                          {"recorded_explanation", to_json(real_explanation, real.timeline)},
                          {"result", to_json(simulated)},
                          {"explanation", to_json(explanation, simulated.timeline)},
                          {"comparison", to_json(comparison)}});
  std::ostringstream out;
  print_replay(out, doubts_of(health, output.all), real.timeline, simulated, comparison,
               real_explanation, explanation, print_options(output));
  return out.str();
}

}  // namespace

int execute(const ReplayCommand& command) {
  const OutputOptions& output = command.output;
  Problems problems;
  check_outputs(output, {command.log}, problems);
  if (!problems.empty()) return complain(problems);
  std::optional<LogRead> read = load_log(command.log, output.quiet, problems);
  if (!read) return complain(problems);

  Scenario scenario;
  scenario.name = read->timeline.application.name;
  scenario.workload = LogWorkload{.event_log = command.log, .pinned = command.pinned};
  apply(command.simulation, scenario);
  // What the log does not tell any more cannot be compared.
  const Timeline& recorded = read->timeline;
  if (!scenario.until && recorded.application.start.happened() &&
      !recorded.application.end.happened())
    scenario.until = recorded.wall();
  const auto simulated = simulate_again(read->timeline, scenario, output, problems);
  if (!simulated) return complain(problems);

  write_outputs(*simulated, output, problems);
  if (!problems.empty()) return complain(problems);
  const int code = simulated->succeeded ? kDone : kFailed;
  if (output.quiet && !output.json) return code;
  const Result real = recorded_result(std::move(read->timeline));
  return print(text_of(real, read->health, *simulated, output), code);
}

}  // namespace muster::cli
