// Each attempt costs what the workload says of its task: the recorded or written slot time, and the
// recorded failure where the attempt is known to fail, or a drawn one (task_failure).
#pragma once

#include <memory>

#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"
#include "sim/workload/application.h"

namespace muster {

// `application` must outlive the result.
std::unique_ptr<TaskCost> make_recorded_cost(const Application& application,
                                             const Scenario& scenario);

}  // namespace muster
