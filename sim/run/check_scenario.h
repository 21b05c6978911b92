#pragma once

#include "sim/base/problems.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/source_lines.h"

namespace muster {

// What validate() finds, and what is wrong with the scenario's models. No new problem: run() takes
// it.
void check_scenario(const Scenario& scenario, Problems& problems,
                    const SourceLines* lines = nullptr);

// What of a scenario without problems does nothing, or not what it looks like.
void doubt_scenario(const Scenario& scenario, Problems& warnings,
                    const SourceLines* lines = nullptr);

}  // namespace muster
