// Why the run went as it did, in words, from what the engine recorded with each decision.
#pragma once

#include <vector>

#include "sim/engine/simulation.h"
#include "sim/timeline/result.h"

namespace muster {

// Ascending by time: executors coming and going, jobs and stages with what they waited for, and for
// each stage how its tasks were placed (one entry for each reason, not for each task); executors
// and nodes that were excluded.
std::vector<Reason> reasons_of(const Simulation& simulation, const Application& application,
                               const Timeline& timeline);

}  // namespace muster
