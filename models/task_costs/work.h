// What a task costs when no recording says it: its own work, as the workload gives it, and around
// it what Spark itself does for every task. The constants are medians of our own recordings
// (measured-laws.md, 5) as CPU time where several JVMs share few real cores, which is what makes
// all slots that switch at the same moment wait for each other.
#pragma once

#include <memory>
#include <span>

#include "models/parameters.h"
#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"
#include "sim/workload/application.h"

namespace muster {

std::span<const Parameter> work_cost_parameters();
// Both must outlive the result.
std::unique_ptr<TaskCost> make_work_cost(const Application& application, const Scenario& scenario);

// Each task holds its slot for as long as the scenario says, whatever Spark does meanwhile; only
// slow machines, spared work and lost map outputs change that.
std::unique_ptr<TaskCost> make_written_cost(const Application& application,
                                            const Scenario& scenario);

}  // namespace muster
