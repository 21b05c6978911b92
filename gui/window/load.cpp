#include "gui/window/load.h"

#include <fmt/format.h>

#include <utility>

#include "models/catalog.h"
#include "sim/report/quantities.h"
#include "sim/report/read_result.h"
#include "sim/run/check_scenario.h"
#include "sim/run/run.h"
#include "sim/scenario/read_scenario.h"
#include "sim/scenario/source_lines.h"
#include "sim/scenario/text_file.h"
#include "sim/trace/read_log.h"

namespace muster::gui {
namespace {

RunOptions options_of(const Working& working) {
  RunOptions options;
  options.explain = true;
  options.stop = working.stop;
  options.progress = [say = working.say](Time, std::size_t attempts) {
    say(fmt::format("simulating: {} task attempts", count_text(attempts)));
  };
  return options;
}

void load_log(Run& run, const Working& working, Problems& problems) {
  const auto progress = [&](std::uint64_t bytes, std::uint64_t total) {
    if (total > 0) working.say(fmt::format("reading {}: {} %", run.name, bytes * 100 / total));
  };
  auto read = read_log(run.opened.path, problems, progress, working.stop);
  if (!read) return;
  for (const HealthNote& note : read->health.notes)
    if (note.severity != Severity::Info) run.doubts.push_back(note.message);
  if (!read->timeline.application.name.empty()) run.name = read->timeline.application.name;
  run.scenario = import_scenario(read->timeline, run.opened.path, false);
  run.more_conf = read->timeline.conf, run.conf_from = "the log";
  run.result = std::make_shared<const Result>(recorded_result(std::move(read->timeline)));
}

// A log that a scenario replays has its executors as facts: here they are turned like given ones.
void spell_out_executors(Scenario& scenario, const Timeline& ran) {
  const bool own = std::holds_alternative<LogWorkload>(scenario.workload) &&
                   scenario.cluster.executors.empty() &&
                   cluster_manager_name(scenario) == "given";
  if (own) scenario.cluster.executors = import_scenario(ran, "", false).cluster.executors;
}

void load_scenario(Run& run, const Working& working, Problems& problems) {
  SourceLines lines;
  std::optional<Scenario> scenario = read_scenario(run.opened.path, problems, &lines);
  if (!scenario) return;
  check_scenario(*scenario, problems, &lines);
  if (!problems.empty()) return;
  if (!scenario->name.empty()) run.name = scenario->name;
  run.result = simulated(*scenario, nullptr, working, problems);
  if (!run.result) return;
  run.doubts = run.result->provenance.warnings;
  spell_out_executors(*scenario, run.result->timeline);
  for (const auto& [key, value] : run.result->timeline.conf.entries())
    if (!scenario->conf.find(key)) run.more_conf.set(key, value);
  run.conf_from = std::holds_alternative<LogWorkload>(scenario->workload) ? "the log"
                  : scenario->cluster.cloud.name == "emr"                  ? "EMR"
                                                                           : "other fields";
  run.scenario = std::move(scenario);
}

// A result has no knobs: its scenario is not in it.
void load_result(Run& run, Problems& problems) {
  std::optional<Result> result = read_result(run.opened.path, problems);
  if (!result) return;
  if (!result->provenance.scenario.empty()) run.name = result->provenance.scenario;
  run.doubts = result->provenance.warnings;
  run.result = std::make_shared<const Result>(std::move(*result));
}

}  // namespace

Run named(const Opened& opened) {
  return {.opened = opened,
          .name = file_name(opened.path),
          .result = {},
          .scenario = {},
          .doubts = {},
          .failure = ""};
}

Run load(const Opened& opened, const Working& working) {
  working.say("reading " + opened.path);
  Run run = named(opened);
  Problems problems;
  if (opened.is_log)
    load_log(run, working, problems);
  else if (is_json_output_file(opened.path))
    load_result(run, problems);
  else
    load_scenario(run, working, problems);
  if (run.result) {
    run.state = Run::State::Ready;
  } else if (working.stop.stop_requested()) {
    run.state = Run::State::Cancelled;
  } else {
    run.state = Run::State::Failed;
    run.failure = problems.text();
  }
  return run;
}

std::shared_ptr<const Result> simulated(const Scenario& scenario, const Result* recorded,
                                        const Working& working, Problems& problems) {
  std::optional<Result> result;
  if (recorded) {
    result = replay(recorded->timeline, scenario, problems, options_of(working));
  } else if (std::holds_alternative<LogWorkload>(scenario.workload)) {
    const auto read = read_log(event_log_path(scenario), problems, {}, working.stop);
    if (read) result = replay(read->timeline, scenario, problems, options_of(working));
  } else {
    result = run(scenario, problems, options_of(working));
  }
  if (!result) return nullptr;
  return std::make_shared<const Result>(std::move(*result));
}

}  // namespace muster::gui
