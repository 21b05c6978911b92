// Client and cluster cannot reach each other for a while. Noted only: the engine knows no
// unreachable executors yet.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "models/fault.h"
#include "models/parameters.h"
#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"

namespace muster {

std::span<const Parameter> network_partition_parameters();
// `row`: of ClusterSpec::disturbances. Keeps nothing of the scenario but copies.
std::unique_ptr<Disturbances> make_network_partition(const ModelChoice& choice, std::uint32_t row,
                                                     const Scenario& scenario);
ModelFaults network_partition_faults(const ModelChoice& choice, const Scenario& scenario);

}  // namespace muster
