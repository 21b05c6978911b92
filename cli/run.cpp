#include "sim/run/run.h"

#include <sstream>

#include "cli/inputs.h"
#include "cli/outputs.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "sim/plan/explain.h"
#include "sim/report/json.h"
#include "sim/report/print.h"
#include "sim/scenario/read_scenario.h"

namespace muster::cli {
namespace {

std::string text_of(const Result& result, const OutputOptions& output) {
  const Explanation explanation = explain(result.timeline);
  if (output.json)
    return json_document(
        {{"result", to_json(result)}, {"explanation", to_json(explanation, result.timeline)}});
  std::ostringstream out;
  print_run(out, result, explanation, print_options(output));
  return out.str();
}

std::optional<Scenario> scenario_of(const RunCommand& command, Problems& problems) {
  if (!command.submit.empty()) return load_submit(command.submit, command.simulation, problems);
  if (!command.scenario.empty())
    return load_scenario(command.scenario, command.simulation, problems);
  problems.add("", "run", "which scenario? Give its file, - for standard input, or --submit");
  return std::nullopt;
}

}  // namespace

int execute(const RunCommand& command) {
  const OutputOptions& output = command.output;
  Problems problems;
  const std::optional<Scenario> scenario = scenario_of(command, problems);
  std::vector<std::string> inputs = {command.scenario};
  if (scenario) inputs.push_back(event_log_path(*scenario));
  std::erase(inputs, "");
  check_outputs(output, inputs, problems);
  if (!problems.empty()) return complain(problems);

  const std::optional<Result> result = simulate(*scenario, output, problems);
  if (!result) return complain(problems);
  write_outputs(*result, output, problems);
  if (!problems.empty()) return complain(problems);
  const int code = all_succeeded(*result) ? kDone : kFailed;
  if (output.quiet && !output.json) return code;
  return print(text_of(*result, output), code);
}

}  // namespace muster::cli
