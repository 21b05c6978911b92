// Machines that break: gone at once, with all that is on them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "models/fault.h"
#include "models/parameters.h"
#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"

namespace muster {

std::span<const Parameter> node_loss_parameters();
// `row`: of ClusterSpec::disturbances. Keeps nothing of the scenario but copies.
std::unique_ptr<Disturbances> make_node_loss(const ModelChoice& choice, std::uint32_t row,
                                             const Scenario& scenario);
ModelFaults node_loss_faults(const ModelChoice& choice, const Scenario& scenario);

}  // namespace muster
