// Machines on which tasks take longer for a while.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "models/fault.h"
#include "models/parameters.h"
#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"

namespace muster {

std::span<const Parameter> slow_node_parameters();
// `row`: of ClusterSpec::disturbances. Keeps nothing of the scenario but copies.
std::unique_ptr<Disturbances> make_slow_node(const ModelChoice& choice, std::uint32_t row,
                                             const Scenario& scenario);
ModelFaults slow_node_faults(const ModelChoice& choice, const Scenario& scenario);

}  // namespace muster
