#include <filesystem>

#include "cli/inputs.h"
#include "cli/outputs.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "sim/run/run.h"
#include "sim/scenario/write_scenario.h"

namespace muster::cli {
namespace {

bool to_standard_output(const ImportCommand& command) {
  return command.output.empty() || command.output == "-";
}

// A scenario names its log relative to itself, unless the way there is longer than from the root.
std::string log_as_seen_from(const std::string& scenario, const std::string& log) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::path(log).is_absolute()) return log;
  const fs::path folder = fs::weakly_canonical(fs::absolute(scenario, error).parent_path(), error);
  const fs::path seen = fs::relative(log, folder, error);
  const fs::path whole = fs::weakly_canonical(log, error);
  return seen.empty() || seen.native().size() > whole.native().size() ? whole : seen;
}

// The recording may hold what no scenario may. The file is there all the same, to be mended.
void warn(const std::string& text, const std::string& name) {
  Problems problems;
  if (const auto scenario = parse_and_validate(text, name, {}, problems)) return;
  complain(name + " is written, but has to be mended before it runs:");
  complain(problems);
}

}  // namespace

int execute(const ImportCommand& command) {
  Problems problems;
  if (!to_standard_output(command)) check_output(command.output, {command.log}, problems);
  if (command.log == "-" && !command.self_contained)
    problems.add("-", "", "a scenario cannot refer to it; expected a path, or --self-contained");
  if (!problems.empty()) return complain(problems);
  const std::optional<LogRead> read = load_log(command.log, false, problems);
  if (!read) return complain(problems);

  const std::string path =
      to_standard_output(command) ? command.log : log_as_seen_from(command.output, command.log);
  const Scenario scenario = import_scenario(read->timeline, path, command.self_contained);
  const std::string text = to_json(scenario);
  if (to_standard_output(command)) return print(text, kDone);
  write_output(command.output, text, problems);
  if (!problems.empty()) return complain(problems);
  warn(text, command.output);
  return kDone;
}

}  // namespace muster::cli
