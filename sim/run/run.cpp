#include "sim/run/run.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>
#include <variant>

#include "models/catalog.h"
#include "sim/engine/simulation.h"
#include "sim/run/executors.h"
#include "sim/run/reasons.h"
#include "sim/trace/synthetic.h"
#include "sim/trace/workload_from_timeline.h"

namespace muster {
namespace {

struct ProgressHook {
  const RunOptions& options;
  static void call(Time now, std::size_t attempts, void* context) {
    static_cast<ProgressHook*>(context)->options.progress(now, attempts);
  }
};

// The driver costs that the scenario sets replace those of the workload.
void override_driver(const DriverSpec& driver, Application& app) {
  if (driver.dispatch) app.dispatch = *driver.dispatch;
  if (driver.result_handling) {
    app.result_handling = *driver.result_handling;
    app.tasks.handling.clear();
  }
  if (driver.stage_prepare)
    for (Stage& stage : app.stages) stage.prepare = *driver.stage_prepare;
}

std::string stuck_text(const Simulation& simulation, const Timeline& timeline) {
  if (timeline.executors.empty())
    return "Initial job has not accepted any resources: no executor ever registered";
  return "the application never ends: " + std::to_string(simulation.waiting_tasks()) +
         " tasks wait for an executor that can run them";
}

void judge(const Simulation& simulation, Time until, Result& result) {
  const ApplicationId first(0);
  if (!simulation.failure(first).empty()) {
    result.failure = simulation.failure(first);
  } else if (simulation.stuck(first)) {
    if (until.happened())
      result.provenance.warnings.push_back("cut off by --until before the application ended");
    else
      result.failure = stuck_text(simulation, result.timeline);
  } else if (const JobSpan* last = last_job(result.timeline);
             last && last->outcome == JobOutcome::Failed) {
    result.failure = last->failure.empty() ? "the last job failed" : last->failure;
  }
  result.succeeded = result.failure.empty();
}

std::optional<Result> simulate(Application app, std::span<const ExecutorSpec> executors,
                               const Scenario& scenario, Problems& problems,
                               const RunOptions& options) {
  override_driver(scenario.driver, app);
  check_workload(app);
  std::string why;
  const TaskSchedulerModel* scheduler_model = choose_task_scheduler(scenario, app.conf, why);
  if (!scheduler_model) {
    problems.add(scenario.file, "/task_scheduler", why);
    return std::nullopt;
  }
  const auto scheduler = scheduler_model->make(ApplicationId(0), app, scenario);
  const auto cluster = cluster_managers().front().make(executors, scenario);
  const auto cost = task_costs().front().make(app, scenario);
  const ApplicationInput one{&app, scheduler.get(), cost.get()};
  ProgressHook hook{options};
  const Time until = scenario.until ? app.start + *scenario.until : Time::never();
  Simulation simulation({.applications = std::span(&one, 1),
                         .executors = executors,
                         .cluster_manager = cluster.get(),
                         .seed = scenario.seed,
                         .replication = scenario.replication,
                         .until = until,
                         .progress = options.progress ? &ProgressHook::call : nullptr,
                         .progress_context = &hook});
  simulation.run();
  Result result;
  result.timeline = simulation.timeline(ApplicationId(0));
  if (options.explain) result.reasons = reasons_of(simulation, app, result.timeline);
  result.timeline.cut_to_millis();
  result.provenance.scenario = scenario.name;
  result.provenance.seed = scenario.seed;
  result.provenance.replication = scenario.replication;
  judge(simulation, until, result);
  result.totals = totals_of(result.timeline);
  return result;
}

std::string beside(const std::string& scenario_file, const std::string& path) {
  const std::filesystem::path given(path);
  if (path == "-" || given.is_absolute() || scenario_file.empty() || scenario_file == "-")
    return path;
  return (std::filesystem::path(scenario_file).parent_path() / given).lexically_normal().string();
}

}  // namespace

std::optional<Result> run(const Scenario& scenario, Problems& problems,
                          const RunOptions& options) {
  if (const auto* log = std::get_if<LogWorkload>(&scenario.workload)) {
    const auto read = read_log(beside(scenario.file, log->event_log), problems);
    if (!read) return std::nullopt;
    return replay(read->timeline, scenario, problems, options);
  }
  if (std::get<JobsWorkload>(scenario.workload).jobs.empty()) {
    problems.add(scenario.file, "/workload",
                 "no workload given: expected jobs, or event_log with the path of a recorded log");
    return std::nullopt;
  }
  const std::vector<ExecutorSpec> executors = executors_of(scenario);
  return simulate(application_from(scenario), executors, scenario, problems, options);
}

std::optional<Result> replay(const Timeline& recorded, const Scenario& scenario,
                             Problems& problems, const RunOptions& options) {
  const auto* log = std::get_if<LogWorkload>(&scenario.workload);
  Replay again = workload_from(recorded, log && log->pinned);
  for (const auto& [key, value] : scenario.conf.entries()) again.application.conf.set(key, value);
  if (!scenario.cluster.executors.empty()) again.executors = executors_of(scenario);
  auto result =
      simulate(std::move(again.application), again.executors, scenario, problems, options);
  if (result)
    result->provenance.warnings.insert(result->provenance.warnings.end(), again.notes.begin(),
                                       again.notes.end());
  return result;
}

}  // namespace muster
