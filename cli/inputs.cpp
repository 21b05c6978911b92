#include "cli/inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <utility>

#include "cli/terminal.h"
#include "sim/report/quantities.h"
#include "sim/report/read_result.h"
#include "sim/run/asked.h"
#include "sim/run/check_scenario.h"
#include "sim/run/run.h"
#include "sim/scenario/read_scenario.h"
#include "sim/scenario/source_lines.h"
#include "sim/scenario/spark_submit.h"
#include "sim/scenario/text_file.h"

namespace muster::cli {
namespace {

std::string read_so_far(const std::string& path, std::uint64_t bytes, std::uint64_t total) {
  const std::string amount = bytes_text(Bytes(static_cast<std::int64_t>(bytes)));
  if (total == 0) return fmt::format("reading {}: {}", path, amount);
  return fmt::format("reading {}: {:.0f} %", path,
                     100.0 * static_cast<double>(bytes) / static_cast<double>(total));
}

// Calls `work` with options that show how far the simulation is.
template <typename Work>
std::optional<Result> with_progress(const OutputOptions& output, Time start, Work&& work) {
  ProgressLine line(!output.quiet);
  RunOptions options;
  options.explain = output.explain;
  options.progress = [&](Time now, std::size_t attempts) {
    if (line.due())
      line.show(fmt::format("simulating: {}, {} task attempts", duration_text(now - start),
                            count_text(attempts)));
  };
  return work(options);
}

bool is_standard_input(const Scenario& scenario, const std::string& log) {
  return log == "-" && scenario.file == "-";
}

std::optional<Scenario> validated(std::optional<Scenario> scenario,
                                  const SimulationOptions& options, Problems& problems,
                                  const SourceLines* lines) {
  if (!scenario) return std::nullopt;
  const std::size_t before = problems.list().size();
  apply(options, *scenario);
  check_scenario(*scenario, problems, lines);
  if (problems.list().size() > before) return std::nullopt;
  return scenario;
}

constexpr const char* kTakesResults = "(muster report, compare, render and gui take results)";

std::string not_a_log(const std::string& path) {
  if (is_json_output_file(path))
    return std::string("is what --json wrote of a simulation, and no event log ") + kTakesResults;
  return "is no event log but looks like a scenario (muster run takes scenarios)";
}

// What a text is instead of a scenario; empty: it may be one.
std::string not_a_scenario(Content content, bool result) {
  if (content == Content::Log)
    return "is an event log; expected a scenario (muster replay takes event logs)";
  if (!result) return "";
  return std::string("is what --json wrote of a simulation; expected a scenario ") + kTakesResults;
}

}  // namespace

std::optional<std::string> streamed_text(const std::string& path) {
  if (path == "-") return read_all(std::cin);
  std::error_code error;
  if (!std::filesystem::is_fifo(path, error)) return std::nullopt;
  std::ifstream pipe(path, std::ios::binary);
  return read_all(pipe);
}

Content content_of_text(std::string_view text) { return content_of(text.substr(0, 4096)); }

void refuse_standard_input_twice(const std::vector<std::string>& paths, Problems& problems) {
  if (std::count(paths.begin(), paths.end(), "-") > 1)
    problems.add("-", "", "was given twice, and can be read only once");
}

std::optional<LogRead> load_log(const std::string& path, bool quiet, Problems& problems) {
  if (path != "-" && content_of(path) == Content::Scenario) {
    problems.add(path, "", not_a_log(path));
    return std::nullopt;
  }
  ProgressLine line(!quiet);
  return read_log(path, problems, [&](std::uint64_t bytes, std::uint64_t total) {
    if (line.due()) line.show(read_so_far(path, bytes, total));
  });
}

void apply(const SimulationOptions& options, Scenario& scenario) {
  if (options.until) scenario.until = options.until;
  if (options.seed) scenario.seed = *options.seed;
}

std::optional<Scenario> load_scenario(const std::string& path, const SimulationOptions& options,
                                      Problems& problems, Problems* warnings) {
  const std::optional<std::string> text = streamed_text(path);
  std::string wrong = text ? not_a_scenario(content_of_text(*text), is_json_output(*text))
                           : not_a_scenario(content_of(path), is_json_output_file(path));
  if (!wrong.empty()) {
    problems.add(path, "", std::move(wrong));
    return std::nullopt;
  }
  SourceLines lines;
  auto read = text ? parse_scenario(*text, path, problems, &lines)
                   : read_scenario(path, problems, &lines);
  auto scenario = validated(std::move(read), options, problems, &lines);
  if (scenario && warnings) {
    doubt_scenario(*scenario, *warnings, &lines);
    foretell(*scenario, *warnings, &lines);
  }
  return scenario;
}

std::optional<Scenario> parse_and_validate(std::string_view text, const std::string& file,
                                           const SimulationOptions& options, Problems& problems) {
  SourceLines lines;
  return validated(parse_scenario(text, file, problems, &lines), options, problems, &lines);
}

std::optional<Scenario> load_submit(const std::string& command_line, const Scenario& base,
                                    const SimulationOptions& options, Problems& problems,
                                    Problems& warnings) {
  return validated(from_spark_submit(command_line, base, problems, &warnings), options, problems,
                   nullptr);
}

std::optional<Result> simulate(const Scenario& scenario, const OutputOptions& options,
                               Problems& problems) {
  const auto* log = std::get_if<LogWorkload>(&scenario.workload);
  if (!log)
    return with_progress(options, Time(), [&](const RunOptions& run_options) {
      return run(scenario, problems, run_options);
    });
  if (is_standard_input(scenario, log->event_log)) {
    problems.add("-", "", "holds the scenario, and can be its event log no more");
    return std::nullopt;
  }
  const std::string path = log->event_log == "-" ? "-" : event_log_path(scenario);
  const std::optional<LogRead> read = load_log(path, options.quiet, problems);
  if (!read) return std::nullopt;
  std::optional<Result> result = simulate_again(read->timeline, scenario, options, problems);
  if (!result) return std::nullopt;
  for (const std::string& doubt : health_lines(read->health, options.all))
    result->provenance.warnings.push_back("event log: " + doubt);
  return result;
}

std::optional<Result> simulate_again(const Timeline& recorded, const Scenario& scenario,
                                     const OutputOptions& options, Problems& problems) {
  return with_progress(options, recorded.application.start, [&](const RunOptions& run_options) {
    return replay(recorded, scenario, problems, run_options);
  });
}

std::vector<std::string> health_lines(const LogHealth& health, bool all) {
  std::vector<std::string> out;
  for (const HealthNote& note : health.notes) {
    if (!all && note.severity == Severity::Info) continue;
    out.push_back(note.message);
    if (note.line > 0) out.back() += fmt::format(" ({}:{})", note.file, note.line);
  }
  for (const MissingInput& missing : health.missing)
    if (all) out.push_back(missing.question + ": not known, " + missing.reason);
  return out;
}

}  // namespace muster::cli
