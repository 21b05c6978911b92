#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "cli/inputs.h"
#include "cli/outputs.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "gui/entry.h"
#include "sim/report/quantities.h"
#include "sim/report/read_result.h"

namespace muster::cli {
namespace {

constexpr std::size_t kMostRuns = 8;  // in one picture
constexpr int kMostPixels = 16384;    // along one side

std::string application_name(const Result& result, const std::string& path) {
  const std::string& name = result.timeline.application.name;
  return name.empty() ? std::filesystem::path(path).filename().string() : name;
}

gui::Shown shown(Result result, std::string title) {
  return {std::make_shared<const Result>(std::move(result)), std::move(title)};
}

void add_log(const std::string& path, const RenderCommand& command, std::vector<gui::Shown>& out,
             Problems& problems) {
  std::optional<LogRead> read = load_log(path, command.quiet, problems);
  if (!read) return;
  Result real = recorded_result(std::move(read->timeline));
  real.provenance.warnings = health_lines(read->health, false);
  const std::string name = application_name(real, path);
  out.push_back(shown(std::move(real), "recorded: " + name));
  if (!command.simulated) return;
  Scenario scenario;
  scenario.name = name;
  scenario.workload = LogWorkload{.event_log = path};
  apply(command.simulation, scenario);
  OutputOptions output;
  output.quiet = command.quiet, output.explain = true;
  auto again = simulate_again(out.back().result->timeline, scenario, output, problems);
  if (again) out.push_back(shown(std::move(*again), "simulated: " + name));
}

void add_scenario(const std::string& path, const RenderCommand& command,
                  std::vector<gui::Shown>& out, Problems& problems) {
  const std::optional<Scenario> scenario = load_scenario(path, command.simulation, problems);
  if (!scenario) return;
  OutputOptions output;
  output.quiet = command.quiet, output.explain = true;
  std::optional<Result> result = simulate(*scenario, output, problems);
  if (!result) return;
  const std::string name =
      scenario->name.empty() ? std::filesystem::path(path).stem().string() : scenario->name;
  out.push_back(shown(std::move(*result), "simulated: " + name));
}

void add_result(const std::string& path, std::vector<gui::Shown>& out, Problems& problems) {
  std::optional<Result> result = read_result(path, problems);
  if (!result) return;
  const std::string name = result->provenance.scenario.empty() ? application_name(*result, path)
                                                               : result->provenance.scenario;
  out.push_back(shown(std::move(*result), "simulated: " + name));
}

// What is wrong with the command itself, all at once.
void check(const RenderCommand& command, Problems& problems) {
  refuse_standard_input_twice(command.inputs, problems);
  if (!command.output.ends_with(".svg") && !command.output.ends_with(".png"))
    problems.add(command.output, "", "expected a name that ends in .svg or .png");
  check_output(command.output, command.inputs, problems);
  if (!gui::colour_mode_from(command.colour))
    problems.add("", "render",
                 "--colour: there is no `" + command.colour +
                     "`; expected stage, locality, outcome, wave, time or error");
  if (command.from && command.to && *command.from >= *command.to)
    problems.add("", "render", "--from must be before --to");
  if (command.width > kMostPixels || command.height > kMostPixels)
    problems.add("", "render", "--width and --height: at most 16384 pixels");
  if (command.inputs.size() > kMostRuns)
    problems.add("", "render", "at most 8 runs fit into one picture");
}

// A picture of a time when nothing was there tells nothing.
void check_range(const RenderCommand& command, const std::vector<gui::Shown>& runs,
                 Problems& problems) {
  Duration first, last;  // of all runs, from their starts
  const auto note = [&](const Timeline& timeline, Time submitted, Time zero) {
    const Time start = timeline.application.start;
    if (submitted.happened() && zero.happened()) first = std::min(first, submitted - zero);
    if (start.happened() && zero.happened()) last = std::max(last, start + timeline.wall() - zero);
  };
  for (const gui::Shown& run : runs) {
    const Time zero = run.result->timeline.application.start;
    note(run.result->timeline, run.result->milestones.submitted, zero);
    for (const OtherApplication& other : run.result->others)
      note(other.timeline, other.milestones.submitted, zero);
  }
  if (command.from && *command.from >= last)
    problems.add("", "render", "--from: the run is over after " + duration_text(last));
  if (command.to && *command.to <= first)
    problems.add("", "render", "--to: the run begins at " + duration_text(first));
}

}  // namespace

int execute(const RenderCommand& command) {
  Problems problems;
  check(command, problems);
  if (!problems.empty()) return complain(problems);
  std::vector<gui::Shown> runs;
  bool failed = false;  // what was simulated because it was asked for, not a recording
  for (const std::string& path : command.inputs) {
    if (content_of(path) == Content::Scenario) {
      if (is_json_output_file(path)) add_result(path, runs, problems);
      else add_scenario(path, command, runs, problems);
      failed |= !runs.empty() && !runs.back().result->succeeded;
    } else {
      add_log(path, command, runs, problems);
    }
  }
  if (!problems.empty()) return complain(problems);
  check_range(command, runs, problems);
  if (!problems.empty()) return complain(problems);
  gui::PictureOptions options;
  options.width = command.width, options.height = command.height;
  options.from = command.from, options.to = command.to;
  options.colour = *gui::colour_mode_from(command.colour);
  options.theme = command.dark ? gui::Theme::Dark : gui::Theme::Light;
  options.scale = command.scale;
  if (const auto problem = gui::render(runs, options, command.output)) {
    problems.add(problem->file, problem->where, problem->what);
    return complain(problems);
  }
  return failed ? kFailed : kDone;
}

}  // namespace muster::cli
