#include "sim/report/compare.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <utility>

#include "cli/inputs.h"
#include "cli/outputs.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "sim/plan/explain.h"
#include "sim/report/json.h"
#include "sim/report/print.h"
#include "sim/scenario/text_file.h"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

std::optional<Result> result_of(std::optional<LogRead> read, const std::string& name, bool all) {
  if (!read) return std::nullopt;
  Result result = recorded_result(std::move(read->timeline));
  for (const std::string& doubt : health_lines(read->health, all))
    result.provenance.warnings.push_back(name + ": " + doubt);
  return result;
}

std::optional<Result> result_of(const std::optional<Scenario>& scenario,
                                const OutputOptions& output, Problems& problems) {
  return scenario ? simulate(*scenario, output, problems) : std::nullopt;
}

// Standard input and pipes are read once, whole: what they hold shows only then. Nothing for paths
// that can be looked at first.
std::optional<std::string> streamed_text(const std::string& path) {
  if (path == "-") return read_all(std::cin);
  std::error_code error;
  if (!fs::is_fifo(path, error)) return std::nullopt;
  std::ifstream pipe(path, std::ios::binary);
  return read_all(pipe);
}

std::optional<Result> load_side(const std::string& path, const CompareCommand& command,
                                Problems& problems) {
  const OutputOptions& output = command.output;
  if (const std::optional<std::string> text = streamed_text(path)) {
    if (content_of(std::string_view(*text).substr(0, 4096)) != Content::Scenario)
      return result_of(read_log_bytes(*text, path, problems), path, output.all);
    return result_of(parse_and_validate(*text, path, command.simulation, problems), output,
                     problems);
  }
  if (content_of(path) == Content::Scenario)
    return result_of(load_scenario(path, command.simulation, problems), output, problems);
  return result_of(load_log(path, output.quiet, problems), path, output.all);
}

// "logs/before/eventlog.zst" beside "logs/after/eventlog.zst": "before" and "after".
std::string short_name(const std::string& path, const std::string& other) {
  constexpr std::size_t kLongest = 24;
  if (path == "-") return "standard input";
  const auto parts = [](const std::string& text) {
    const fs::path normal = fs::path(text).lexically_normal();
    return std::vector<fs::path>(normal.begin(), normal.end());
  };
  std::vector<fs::path> mine = parts(path), theirs = parts(other);
  while (mine.size() > 1 && theirs.size() > 1 && mine.back() == theirs.back())
    mine.pop_back(), theirs.pop_back();
  std::string name = mine.back().stem().string();
  if (name.size() > kLongest) name = "…" + name.substr(name.size() - kLongest);
  return name;
}

std::string text_of(const Result& left, const Result& right, const CompareCommand& command) {
  const Comparison comparison = compare(left.timeline, right.timeline);
  const Explanation left_explanation = explain(left.timeline);
  const Explanation right_explanation = explain(right.timeline);
  if (command.output.json)
    return json_document({{"left", to_json(left)},
                          {"left_explanation", to_json(left_explanation, left.timeline)},
                          {"right", to_json(right)},
                          {"right_explanation", to_json(right_explanation, right.timeline)},
                          {"comparison", to_json(comparison)}});
  PrintOptions options = print_options(command.output);
  options.left = short_name(command.left, command.right);
  options.right = short_name(command.right, command.left);
  options.difference = "change";
  if (options.left == options.right) options.left = "left", options.right = "right";
  std::ostringstream out;
  print_comparison(out, left, right, comparison, left_explanation, right_explanation, options);
  return out.str();
}

}  // namespace

int execute(const CompareCommand& command) {
  Problems problems;
  refuse_standard_input_twice({command.left, command.right}, problems);
  if (!problems.empty()) return complain(problems);
  const auto left = load_side(command.left, command, problems);
  const auto right = load_side(command.right, command, problems);
  if (!left || !right) return complain(problems);
  if (command.output.quiet && !command.output.json) return kDone;
  return print(text_of(*left, *right, command), kDone);
}

}  // namespace muster::cli
