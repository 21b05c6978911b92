#include "sim/run/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <memory>
#include <new>
#include <utility>
#include <variant>

#include "sim/engine/simulation.h"
#include "models/catalog.h"
#include "sim/run/check_scenario.h"
#include "sim/run/executors.h"
#include "sim/run/price.h"
#include "sim/run/reasons.h"
#include "sim/run/world.h"
#include "sim/trace/program_workload.h"
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

// What a policy had to say last of the application, which is mostly why nothing goes on.
std::string last_word_of(const Simulation& simulation, const std::string& subject) {
  const std::span<const Reason> notes = simulation.notes();
  for (std::size_t i = notes.size(); i > 0; --i)
    if (notes[i - 1].subject == subject) return ": " + notes[i - 1].text;
  return "";
}

// Of an application that nothing more happens to.
std::string waits_text(const Simulation& simulation, ApplicationId id, const Timeline& timeline) {
  const std::string why =
      last_word_of(simulation, "application " + timeline.application.name);
  if (!timeline.application.start.happened()) return "its driver never starts" + why;
  // TaskSchedulerImpl's warning, every 15 s.
  if (timeline.executors.empty())
    return "Initial job has not accepted any resources; check your cluster UI to ensure that "
           "workers are registered and have sufficient resources" + why;
  if (const std::size_t tasks = simulation.waiting_tasks(id); tasks > 0)
    return fmt::format("{} task{} wait{} for an executor that can run {}", tasks,
                       tasks == 1 ? "" : "s", tasks == 1 ? "s" : "",
                       tasks == 1 ? "it" : "them") + why;
  return "nothing of it is left that could go on" + why;
}

struct Verdict {
  std::string failure;
  bool waits_for_ever = false;
};

Verdict judge(const Simulation& simulation, ApplicationId id, const Timeline& timeline) {
  if (!simulation.failure(id).empty()) return {simulation.failure(id), simulation.endless(id)};
  if (simulation.stuck(id)) {
    if (simulation.cut_off()) return {};
    return {waits_text(simulation, id, timeline), true};
  }
  const JobSpan* last = last_job(timeline);
  if (!last || last->outcome != JobOutcome::Failed) return {};
  return {last->failure.empty() ? "the last job failed" : last->failure};
}

void judge(const Simulation& simulation, Result& result) {
  Verdict verdict = judge(simulation, ApplicationId(0), result.timeline);
  result.failure = std::move(verdict.failure);
  result.waits_for_ever = verdict.waits_for_ever;
  result.succeeded = result.failure.empty();
  const auto warn_of_cut = [&](ApplicationId id, const std::string& who) {
    if (simulation.cut_off() && simulation.failure(id).empty() && simulation.stuck(id))
      result.provenance.warnings.push_back("cut off by --until before " + who + " ended");
  };
  warn_of_cut(ApplicationId(0), "the application");
  for (std::size_t a = 0; a < result.others.size(); ++a) {
    const ApplicationId id(a + 1);
    OtherApplication& other = result.others[a];
    Verdict its = judge(simulation, id, other.timeline);
    other.failure = std::move(its.failure);
    other.waits_for_ever = its.waits_for_ever;
    warn_of_cut(id, other.timeline.application.name);
  }
}

// Whether the executors that the scenario lists are as the setting asks, as those that a
// spark-submit line became are.
bool executors_agree(const Scenario& scenario, std::string_view key) {
  const std::vector<ExecutorSpec>& executors = scenario.cluster.executors;
  if (executors.empty()) return false;
  std::int64_t count = 0, cores = 0;
  for (const ExecutorSpec& one : executors)
    count += one.count, cores += std::int64_t{one.count} * one.cores;
  const Conf& conf = scenario.conf;
  if (key == "spark.executor.instances") return conf.integer(key, 0) == count;
  if (key == "spark.cores.max") return conf.integer(key, 0) == cores;
  return std::ranges::all_of(executors, [&](const ExecutorSpec& one) {
    if (key == "spark.executor.cores") return conf.integer(key, 0) == one.cores;
    return key == "spark.executor.memory" && conf.bytes(key, Bytes(), Bytes::mib(1)) == one.memory;
  });
}

// Settings that sound as if they did something, where executors are facts.
void warn_of_no_effect(const Scenario& scenario, const Conf& conf, Result& result) {
  const bool replays = std::holds_alternative<LogWorkload>(scenario.workload);
  if (cluster_manager_name(scenario) != "given" || replays) return;
  if (conf.flag("spark.dynamicAllocation.enabled", false))
    result.provenance.warnings.push_back(
        "spark.dynamicAllocation.enabled has no effect: the executors are those that the scenario "
        "gives; with a master and cluster.nodes a cluster manager would start them");
  if (!scenario.cluster.executors.empty() && scenario.conf.find("spark.executor.instances") &&
      !executors_agree(scenario, "spark.executor.instances"))
    result.provenance.warnings.push_back(
        "spark.executor.instances has no effect: cluster.executors says which there are");
}

// Of the last application; where one never ends, of what was seen.
Time end_of(const Result& result) {
  Time end = result.timeline.last_time();
  for (const OtherApplication& other : result.others)
    end = std::max(end, other.timeline.last_time());
  return end;
}

bool never_ends(const Result& result) {
  return result.waits_for_ever ||
         std::ranges::any_of(result.others, &OtherApplication::waits_for_ever);
}

std::optional<Result> simulate(Application app, std::span<const ExecutorSpec> executors,
                               const Scenario& scenario, Problems& problems,
                               const RunOptions& options) {
  override_driver(scenario.driver, app);
  check_workload(app);
  const auto world = make_world(std::move(app), executors, scenario, problems);
  if (!world) return std::nullopt;
  ProgressHook hook{options};
  const Application& first = world->applications.front();
  const Time until = scenario.until ? first.start + *scenario.until : Time::never();
  SimulationInput input = world->input();
  input.until = until;
  input.progress = options.progress ? &ProgressHook::call : nullptr;
  input.progress_context = &hook;
  input.stop = options.stop;
  Simulation simulation(input);
  simulation.run();
  if (simulation.stopped()) return std::nullopt;
  Result result;
  result.timeline = simulation.timeline(ApplicationId(0));
  result.milestones = simulation.milestones(ApplicationId(0));
  result.nodes = simulation.nodes();
  result.lost_attempts = simulation.lost_attempts(ApplicationId(0));
  for (const Time launch : result.timeline.attempts.launch)
    result.milestones.first_task = std::min(result.milestones.first_task, launch);
  for (std::size_t a = 1; a < world->applications.size(); ++a)
    result.others.push_back({.timeline = simulation.timeline(ApplicationId(a)),
                             .milestones = simulation.milestones(ApplicationId(a)),
                             .failure = {}});
  judge(simulation, result);
  price(world->scenario, end_of(result), result);
  if (never_ends(result) && !result.leases.empty()) {
    result.leases.clear();
    result.cost = Money();
    result.provenance.warnings.push_back(
        "no cost is given: the machines are paid for as long as somebody lets it wait");
  }
  if (options.explain) result.reasons = reasons_of(simulation, first, result.timeline);
  result.timeline.cut_to_millis();
  warn_of_no_effect(scenario, first.conf, result);
  for (const Reason& note : simulation.notes())
    if (note.subject == Simulation::kMissedEvent)
      result.provenance.warnings.push_back(note.subject + " " + note.text);
  if (world->disturbances) world->disturbances->missed(result.provenance.warnings);
  for (const PoolSpec& pool : scenario.pools)
    result.pools.push_back({pool.name, pool.weight, pool.min_share});
  result.provenance.scenario = scenario.name;
  result.provenance.seed = scenario.seed;
  result.provenance.replication = scenario.replication;
  result.totals = totals_of(result.timeline);
  return result;
}

std::string beside(const std::string& scenario_file, const std::string& path) {
  const std::filesystem::path given(path);
  if (path == "-" || given.is_absolute() || scenario_file.empty() || scenario_file == "-")
    return path;
  return (std::filesystem::path(scenario_file).parent_path() / given).lexically_normal().string();
}

// No exception gets out of here: what is left of them is want of memory, or a library's.
template <class Simulate>
std::optional<Result> guarded(const std::string& file, Problems& problems, Simulate simulate) {
  try {
    return simulate();
  } catch (const std::bad_alloc&) {
    problems.add(file, "", "there is not enough memory to simulate this");
  } catch (const std::exception& error) {
    problems.add(file, "", std::string("cannot be simulated: ") + error.what());
  }
  return std::nullopt;
}

// What a scenario says of a recording and cannot change.
void warn_of_recorded(const Timeline& recorded, const Scenario& scenario,
                      std::vector<std::string>& warnings) {
  const std::string& version = recorded.application.spark_version;
  if (scenario.spark_version != Scenario().spark_version && !version.empty() &&
      scenario.spark_version != version)
    warnings.push_back("/spark/version does nothing: the log is of Spark " + version);
  const std::string master = recorded.conf.text("spark.master", "");
  if (cluster_manager_name(scenario) != "given") return;
  if (!scenario.cluster.master.empty() && scenario.cluster.master != master &&
      scenario.cluster.executors.empty())
    warnings.push_back("/cluster/master does nothing: the recording's was " +
                       (master.empty() ? "not logged" : master) +
                       "; with `nodes` a cluster manager would start executors");
  for (const char* key : {"spark.executor.instances", "spark.executor.cores", "spark.cores.max",
                          "spark.executor.memory", "spark.dynamicAllocation.enabled"})
    if (const std::string* value = scenario.conf.find(key);
        value && *value != recorded.conf.text(key, "") && !executors_agree(scenario, key))
      warnings.push_back(std::string("/spark/conf/") + key +
                         " does nothing: executors are facts here, the recording's or those of "
                         "/cluster/executors");
}

std::optional<Result> replay_unguarded(const Timeline& recorded, const Scenario& scenario,
                                       Problems& problems, const RunOptions& options) {
  const auto* log = std::get_if<LogWorkload>(&scenario.workload);
  Replay again = workload_from(recorded, log && log->pinned);
  for (const auto& [key, value] : scenario.conf.entries()) again.application.conf.set(key, value);
  if (!scenario.cluster.executors.empty()) again.executors = executors_of(scenario);
  auto result =
      simulate(std::move(again.application), again.executors, scenario, problems, options);
  if (!result) return result;
  std::vector<std::string>& warnings = result->provenance.warnings;
  warnings.insert(warnings.end(), again.notes.begin(), again.notes.end());
  warn_of_recorded(recorded, scenario, warnings);
  return result;
}

std::optional<Result> run_unguarded(const Scenario& given, Problems& problems,
                                    const RunOptions& options) {
  const Scenario scenario = completed(given);
  if (const auto* log = std::get_if<LogWorkload>(&scenario.workload)) {
    const auto read = read_log(beside(scenario.file, log->event_log), problems, {}, options.stop);
    if (!read) return std::nullopt;
    return replay_unguarded(read->timeline, scenario, problems, options);
  }
  if (std::holds_alternative<ProgramWorkload>(scenario.workload))
    return simulate(application_from_program(scenario), executors_of(scenario), scenario, problems,
                    options);
  if (std::get<JobsWorkload>(scenario.workload).jobs.empty()) {
    problems.add(scenario.file, "/workload",
                 "no workload given: expected jobs, or event_log with the path of a recorded log");
    return std::nullopt;
  }
  const std::vector<ExecutorSpec> executors = executors_of(scenario);
  return simulate(application_from(scenario), executors, scenario, problems, options);
}

std::optional<Result> with_doubts(const Scenario& scenario, std::optional<Result> result) {
  if (!result) return result;
  Problems doubts;
  doubt_scenario(scenario, doubts);
  for (const Problem& doubt : doubts.list())
    result->provenance.warnings.push_back(doubt.where + ": " + doubt.what);
  return result;
}

}  // namespace

std::optional<Result> run(const Scenario& scenario, Problems& problems,
                          const RunOptions& options) {
  return guarded(scenario.file, problems, [&] {
    return with_doubts(scenario, run_unguarded(scenario, problems, options));
  });
}

std::optional<Result> replay(const Timeline& recorded, const Scenario& scenario,
                             Problems& problems, const RunOptions& options) {
  return guarded(scenario.file, problems, [&] {
    return with_doubts(scenario, replay_unguarded(recorded, scenario, problems, options));
  });
}

}  // namespace muster
