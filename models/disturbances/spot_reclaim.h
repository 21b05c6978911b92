// The cloud takes spot machines back, after a notice of two minutes.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "models/fault.h"
#include "models/parameters.h"
#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"

namespace muster {

std::span<const Parameter> spot_reclaim_parameters();
// `row`: of ClusterSpec::disturbances. Keeps nothing of the scenario but copies.
std::unique_ptr<Disturbances> make_spot_reclaim(const ModelChoice& choice, std::uint32_t row,
                                                const Scenario& scenario);
ModelFaults spot_reclaim_faults(const ModelChoice& choice, const Scenario& scenario);

}  // namespace muster
