// Executors and nodes that failures excluded, and what that cost.
#pragma once

#include <vector>

#include "sim/engine/simulation.h"
#include "sim/timeline/result.h"

namespace muster {

// One entry for each executor or node that was excluded for a stage or for the first application:
// why, for how long, and the core time that stood idle there while tasks waited for a core.
void add_exclusions(const Simulation& simulation, const Timeline& timeline,
                    std::vector<Reason>& out);

}  // namespace muster
