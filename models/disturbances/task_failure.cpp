#include "models/disturbances/task_failure.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/random.h"

namespace muster {
namespace {

using FailureType = ParameterType;

constexpr std::uint8_t kExceptionFailure = 2;  // Outcome::ExceptionFailure of sim/timeline
// So many attempts of a task are drawn; who allows more failures than that means to have them.
constexpr std::uint16_t kAttempts = 8;

constexpr std::array kTaskFailure = {
    Parameter{"probability", FailureType::Number, "0.001", "Of each attempt", "[K]", 0, 1},
    Parameter{"stage", FailureType::Text, "", "Only tasks of stages of this name; empty: all",
              "[K]"},
    Parameter{"counts", FailureType::Flag, "true", "Towards spark.task.maxFailures", "[K]"},
    Parameter{"message", FailureType::Text, "java.io.IOException: transient failure",
              "What the task throws", "[K]"},
};

class Nothing final : public Disturbances {
 public:
  void decide(const View&, ClusterCommands&) override {}
};

using Planned = std::map<std::pair<std::uint32_t, std::uint16_t>, PlannedFailure>;

void draw(const Parameters& given, std::uint32_t row, const Scenario& scenario,
          const Application& app, Planned& planned) {
  const double probability = given.number("probability");
  const std::string only = given.text("stage"), message = given.text("message");
  const bool counts = given.flag("counts");
  for (const Stage& stage : app.stages) {
    if (!only.empty() && stage.name != only) continue;
    for (std::uint32_t task = stage.first_task; task < stage.first_task + stage.tasks; ++task) {
      const Stream stream(scenario.seed, scenario.replication, Purpose::TaskFailure,
                          std::uint64_t{row} << 32 | task);
      for (std::uint16_t n = 0; n < kAttempts && stream.uniform(2 * n) < probability; ++n) {
        const double part = stream.uniform(2 * n + 1);
        const double whole = app.tasks.slot_time[task].in_seconds();
        planned.try_emplace({task, n},
                            PlannedFailure{.task = task,
                                           .number = n,
                                           .outcome = kExceptionFailure,
                                           .counts = counts,
                                           .after = std::max(Duration::millis(1),
                                                             Duration::from_seconds(whole * part)),
                                           .reason = message});
      }
    }
  }
}

}  // namespace

std::span<const Parameter> task_failure_parameters() { return kTaskFailure; }

std::unique_ptr<Disturbances> make_task_failure(const ModelChoice&, std::uint32_t,
                                                const Scenario&) {
  return std::make_unique<Nothing>();
}

ModelFaults task_failure_faults(const ModelChoice& choice, const Scenario& scenario) {
  const std::string stage = Parameters(kTaskFailure, choice).text("stage");
  const auto* jobs = std::get_if<JobsWorkload>(&scenario.workload);
  if (stage.empty() || !jobs) return {};
  for (const JobSpec& job : jobs->jobs)
    for (const StageSpec& one : job.stages)
      if (one.name == stage) return {};
  return {{"stage", "no stage is called `" + stage + "`"}};
}

void draw_task_failures(const Scenario& scenario, Application& application) {
  const std::vector<ModelChoice>& choices = scenario.cluster.disturbances;
  const bool any = std::ranges::any_of(
      choices, [](const ModelChoice& choice) { return choice.name == "task_failure"; });
  if (!any) return;
  Planned planned;
  for (PlannedFailure& failure : application.planned_failures)
    planned.try_emplace({failure.task, failure.number}, std::move(failure));
  for (std::uint32_t row = 0; row < choices.size(); ++row)
    if (choices[row].name == "task_failure")
      draw(Parameters(kTaskFailure, choices[row]), row, scenario, application, planned);
  application.planned_failures.clear();
  for (auto& [key, failure] : planned) application.planned_failures.push_back(std::move(failure));
}

}  // namespace muster
