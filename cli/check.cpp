#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "cli/inputs.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "sim/run/asked.h"
#include "sim/run/check_scenario.h"
#include "sim/scenario/master.h"
#include "sim/scenario/read_scenario.h"
#include "sim/scenario/spark_submit.h"
#include "sim/trace/log_files.h"

namespace muster::cli {
namespace {

std::string plural(std::size_t count, std::string_view word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

std::string program_text(const ProgramWorkload& program) {
  std::size_t jobs = 0;
  for (const RoundSpec& round : program.rounds)
    for (const ThreadSpec& thread : round.threads)
      for (const StepSpec& step : thread.steps) jobs += step.job.empty() ? 0 : 1;
  return fmt::format("a program of {} and {}", plural(program.rdds.size(), "RDD"),
                     plural(jobs, "job"));
}

std::string workload_text(const Scenario& scenario) {
  if (const auto* log = std::get_if<LogWorkload>(&scenario.workload))
    return fmt::format("replays {}{}", log->event_log, log->pinned ? ", pinned" : "");
  std::size_t jobs = 0, stages = 0, tasks = 0;
  const auto* written = std::get_if<JobsWorkload>(&scenario.workload);
  if (!written) return program_text(std::get<ProgramWorkload>(scenario.workload));
  for (const JobSpec& job : written->jobs) {
    ++jobs, stages += job.stages.size();
    for (const StageSpec& stage : job.stages) tasks += static_cast<std::size_t>(stage.tasks);
  }
  return fmt::format("{}, {}, {}", plural(jobs, "job"), plural(stages, "stage"),
                     plural(tasks, "task"));
}

std::string summary(const Scenario& scenario) {
  std::string out = "Spark " + scenario.spark_version;
  // A replay has the recorded executors, unless the scenario says otherwise.
  const bool recorded = std::holds_alternative<LogWorkload>(scenario.workload) &&
                        scenario.cluster.executors.empty() && scenario.cluster.nodes.empty();
  if (!recorded) out += ", " + executors_text(scenario);
  return out + ", " + workload_text(scenario);
}

std::string check_file(const std::string& path, Problems& problems) {
  Problems warnings;
  const std::optional<Scenario> scenario = load_scenario(path, {}, problems, &warnings);
  if (!scenario) return {};
  const std::size_t before = problems.list().size();
  if (const std::string log = event_log_path(*scenario); !log.empty() && log != "-") {
    Problems missing;
    if (!locate_log(log, missing))
      for (const Problem& p : missing.list())
        problems.add(path, "/workload/event_log", p.file + ": " + p.what);
  }
  if (problems.list().size() > before) return {};
  std::string out =
      fmt::format("{}: ok: {}\n", path == "-" ? "standard input" : path, summary(*scenario));
  for (const Problem& warning : warnings.list())
    out += fmt::format("  warning: {}: {}\n", warning.where, warning.what);
  return out;
}

// A command line cannot say what runs, so that is not asked of it here.
std::string check_submit(const std::string& command_line, Problems& problems) {
  Problems ignored;
  std::optional<Scenario> scenario = from_spark_submit(command_line, problems, &ignored);
  if (!scenario) return {};
  const std::size_t before = problems.list().size();
  StageSpec stage;
  stage.name = "any";
  JobSpec job;
  job.name = "any";
  job.stages = {stage};
  JobsWorkload any;
  any.jobs = {job};
  scenario->workload = std::move(any);
  const bool executors_known = !scenario->cluster.executors.empty();
  // Nor what machines there are, but for a local master's.
  const auto cluster = parse_master(scenario->cluster.master);
  if (!executors_known && cluster && cluster->kind != Master::Kind::Local) {
    ExecutorSpec some;
    some.cores = static_cast<std::int32_t>(scenario->conf.integer("spark.task.cpus", 1));
    scenario->cluster.executors.push_back(some);
  }
  check_scenario(*scenario, problems);
  if (problems.list().size() > before) return {};
  const std::string master =
      scenario->cluster.master.empty() ? "no master" : scenario->cluster.master;
  // All but a local master decide themselves what of it they give.
  const std::string asks = scenario->cluster.master.starts_with("local") ? "" : "asks for ";
  const std::string executors = executors_known ? asks + executors_text(*scenario)
                                                : "executors as the cluster manager gives them";
  std::string out =
      fmt::format("ok: {}, {} mode, {}\n", master, scenario->cluster.deploy_mode, executors);
  for (const Problem& option : ignored.list())
    out += fmt::format("  warning: {}: {}\n", option.where, option.what);
  return out;
}

}  // namespace

int execute(const CheckCommand& command) {
  Problems problems;
  std::string out;
  if (command.scenarios.empty() && command.submit.empty())
    problems.add("", "check", "which scenario? Give files, - for standard input, or --submit");
  refuse_standard_input_twice(command.scenarios, problems);
  if (!problems.empty()) return complain(problems);
  for (const std::string& path : command.scenarios) out += check_file(path, problems);
  if (!command.submit.empty()) out += check_submit(command.submit, problems);
  const int code = print(out, kDone);
  return problems.empty() ? code : complain(problems);
}

}  // namespace muster::cli
