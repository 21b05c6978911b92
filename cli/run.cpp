#include "sim/run/run.h"

#include <sstream>

#include "cli/inputs.h"
#include "cli/outputs.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "sim/plan/explain.h"
#include "sim/report/json.h"
#include "sim/report/print.h"
#include "sim/run/content.h"
#include "sim/run/run.h"
#include "sim/scenario/read_scenario.h"
#include "sim/scenario/spark_submit.h"

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

struct Task {
  std::optional<Scenario> scenario;
  std::optional<LogRead> log;  // that it replays, where it has been read
  Problems warnings;           // of the spark-submit line
};

// What a log or a scenario runs, set up by a spark-submit line.
Task submitted(const RunCommand& command, Problems& problems) {
  Task out;
  std::optional<Scenario> base;
  if (command.scenario.empty()) {
    problems.add("", "run",
                 "a command line does not say what runs: give a scenario or an event log too, as "
                 "in muster run eventlog.zstd --submit '...'");
    from_spark_submit(command.submit, problems);
    return out;
  }
  const std::string& path = command.scenario;
  if (path == "-") {
    problems.add("-", "", "with --submit expected the path of a scenario or an event log");
    return out;
  }
  if (content_of(path) == Content::Log) {
    out.log = load_log(path, command.output.quiet, problems);
    if (out.log) base = import_scenario(out.log->timeline, path, false);
  } else {
    base = load_scenario(path, command.simulation, problems);
  }
  if (base)
    out.scenario = load_submit(command.submit, *base, command.simulation, problems, out.warnings);
  return out;
}

Task task_of(const RunCommand& command, Problems& problems) {
  if (!command.submit.empty()) return submitted(command, problems);
  if (!command.scenario.empty())
    return {load_scenario(command.scenario, command.simulation, problems), {}, {}};
  problems.add("", "run", "which scenario? Give its file, or - for standard input");
  return {};
}

}  // namespace

int execute(const RunCommand& command) {
  const OutputOptions& output = command.output;
  Problems problems;
  const Task task = task_of(command, problems);
  const std::optional<Scenario>& scenario = task.scenario;
  std::vector<std::string> inputs = {command.scenario};
  if (scenario) inputs.push_back(event_log_path(*scenario));
  std::erase(inputs, "");
  check_outputs(output, inputs, problems);
  if (!problems.empty()) return complain(problems);

  std::optional<Result> result =
      task.log ? simulate_again(task.log->timeline, *scenario, output, problems)
               : simulate(*scenario, output, problems);
  if (!result) return complain(problems);
  for (const Problem& one : task.warnings.list())
    result->provenance.warnings.push_back(one.where + ": " + one.what);
  write_outputs(*result, output, problems);
  if (!problems.empty()) return complain(problems);
  const int code = all_succeeded(*result) ? kDone : kFailed;
  if (output.quiet && !output.json) return code;
  return print(text_of(*result, output), code);
}

}  // namespace muster::cli
