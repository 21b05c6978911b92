// local, local[N], local[N,F], local[*]: driver and executor are one process. The executor "driver"
// with N cores is there as soon as the application's program starts; nothing is asked of anybody,
// and how often a task may fail is F, else 1 (spark-semantics 8.6).
#pragma once

#include <memory>
#include <span>

#include "models/fault.h"
#include "models/parameters.h"
#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"

namespace muster {

std::span<const Parameter> local_parameters();
// `executors`: the one of the scenario's master; must outlive the result.
std::unique_ptr<ClusterManager> make_local(std::span<const ExecutorSpec> executors,
                                           const Scenario& scenario);
ModelFaults local_faults(const ModelChoice& choice, const Scenario& scenario);

}  // namespace muster
