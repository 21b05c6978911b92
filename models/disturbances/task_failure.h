// Task attempts that fail for no reason of their own: a bad disk, a full temporary folder, a
// service that answers with an error now and then. Which ones is drawn for each task and attempt
// before the run, so that other draws stay as they are.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

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

// Adds the failures that all task_failure disturbances of the scenario draw; what is planned for
// an attempt already stays.
void draw_task_failures(const Scenario& scenario, Application& application);

}  // namespace muster
