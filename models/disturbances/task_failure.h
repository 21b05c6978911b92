// Task attempts that fail for no reason of their own: a bad disk, a full temporary folder, a
// service that answers with an error now and then. Which ones is drawn for each task and attempt by
// itself, so that other draws stay as they are.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "models/fault.h"
#include "models/parameters.h"
#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"
#include "sim/workload/application.h"

namespace muster {

std::span<const Parameter> task_failure_parameters();
// Has nothing to do while the run goes on.
std::unique_ptr<Disturbances> make_task_failure(const ModelChoice& choice, std::uint32_t row,
                                                const Scenario& scenario);
ModelFaults task_failure_faults(const ModelChoice& choice, const Scenario& scenario);

// What the task_failure disturbances of a scenario let an application's attempts fail of, drawn
// when it is asked for: a task fails as often as the draws say, whatever spark.task.maxFailures is.
class TaskFailures {
 public:
  // Both outlive it.
  TaskFailures(const Scenario& scenario, const Application& application);

  bool none() const { return draws_.empty(); }
  // Of attempt `number` of the task (row of TaskColumns) in this attempt of its stage. What is
  // planned for the attempt goes first, then the first disturbance that hits it; null: none does.
  // Good until the next call.
  const PlannedFailure* of(std::uint32_t task, std::uint16_t number, std::int32_t stage_attempt);

 private:
  struct Draw {
    double probability;
    bool all = true;  // else the tasks of these stages, [first, last)
    std::vector<std::pair<std::uint32_t, std::uint32_t>> tasks;
    std::uint32_t row;  // in the scenario's list: two do not draw the same
    PlannedFailure failure;

    bool concerns(std::uint32_t task) const;
  };

  const Application& app_;
  std::uint64_t seed_;
  std::uint32_t replication_;
  std::vector<Draw> draws_;
};

}  // namespace muster
