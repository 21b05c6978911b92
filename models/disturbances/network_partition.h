// Client and cluster cannot reach each other for a while. A driver outside the cluster hears what
// its tasks have done only afterwards; executors that it has not heard of for too long it takes for
// dead. Not simulated: executors that exit by themselves (after 60 failed heartbeats, 10 min), and
// that new executors are asked for through the same link.
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
