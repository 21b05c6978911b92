#include "sim/report/compare.h"

#include <sstream>
#include <utility>

#include "cli/inputs.h"
#include "cli/outputs.h"
#include "cli/sides.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "sim/plan/explain.h"
#include "sim/report/json.h"
#include "sim/report/print.h"

namespace muster::cli {
namespace {

// What is wrong with a log stands among the warnings of its run.
std::optional<Result> with_doubts(std::optional<Side> side, const std::string& name, bool all) {
  if (!side) return std::nullopt;
  if (side->health)
    for (const std::string& doubt : health_lines(*side->health, all))
      side->result.provenance.warnings.push_back(name + ": " + doubt);
  return std::move(side->result);
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
  const auto load = [&](const std::string& path) {
    return with_doubts(load_side(path, command.simulation, command.output, problems), path,
                       command.output.all);
  };
  const std::optional<Result> left = load(command.left);
  const std::optional<Result> right = load(command.right);
  if (!left || !right) return complain(problems);
  if (command.output.quiet && !command.output.json) return kDone;
  return print(text_of(*left, *right, command), kDone);
}

}  // namespace muster::cli
