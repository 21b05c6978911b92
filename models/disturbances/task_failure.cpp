#include "models/disturbances/task_failure.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/random.h"

namespace muster {
namespace {

using FailureType = ParameterType;

constexpr std::uint8_t kExceptionFailure = 2;  // Outcome::ExceptionFailure of sim/timeline

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

TaskFailures::TaskFailures(const Scenario& scenario, const Application& application)
    : app_(application), seed_(scenario.seed), replication_(scenario.replication) {
  const std::vector<ModelChoice>& choices = scenario.cluster.disturbances;
  for (std::uint32_t row = 0; row < choices.size(); ++row) {
    if (choices[row].name != "task_failure") continue;
    const Parameters given(kTaskFailure, choices[row]);
    const std::string only = given.text("stage");
    Draw draw{.probability = given.number("probability"),
              .all = only.empty(),
              .tasks = {},
              .row = row,
              .failure = {.outcome = kExceptionFailure,
                          .counts = given.flag("counts"),
                          .after = {},
                          .reason = given.text("message")}};
    for (const Stage& stage : app_.stages)
      if (!draw.all && stage.name == only)
        draw.tasks.emplace_back(stage.first_task, stage.first_task + stage.tasks);
    std::ranges::sort(draw.tasks);
    draws_.push_back(std::move(draw));
  }
}

bool TaskFailures::Draw::concerns(std::uint32_t task) const {
  if (all) return true;
  const auto after = std::ranges::upper_bound(tasks, task, {}, [](const auto& range) {
    return range.first;
  });
  return after != tasks.begin() && task < std::prev(after)->second;
}

const PlannedFailure* TaskFailures::of(std::uint32_t task, std::uint16_t number,
                                       std::int32_t stage_attempt) {
  if (const PlannedFailure* planned = find_planned_failure(app_, task, number);
      planned && stage_attempt == 0)
    return planned;
  const std::uint64_t attempt = std::uint64_t(stage_attempt) << 16 | number;
  for (Draw& draw : draws_) {
    if (!draw.concerns(task)) continue;
    const Stream stream(seed_, replication_, Purpose::TaskFailure,
                        std::uint64_t{draw.row} << 32 | task);
    if (stream.uniform(2 * attempt) >= draw.probability) continue;
    const double whole = app_.tasks.slot_time[task].in_seconds();
    draw.failure.task = task;
    draw.failure.number = number;
    draw.failure.after = std::max(
        Duration::millis(1), Duration::from_seconds(whole * stream.uniform(2 * attempt + 1)));
    return &draw.failure;
  }
  return nullptr;
}

}  // namespace muster
