// The executors that a scenario gives or implies, one by one.
#pragma once

#include <vector>

#include "sim/scenario/scenario.h"

namespace muster {

// Groups expanded (count 1 each, ids and hosts filled in). Without any in the scenario: local[N]
// has one with N cores; else each node carries as many as fit spark.executor.cores and
// spark.executor.memory, limited by spark.executor.instances or spark.cores.max.
std::vector<ExecutorSpec> executors_of(const Scenario& scenario);

}  // namespace muster
