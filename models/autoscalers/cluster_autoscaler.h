// Kubernetes' Cluster Autoscaler: every 10 s it counts the pods that fit nowhere and orders
// machines of one group for them; machines that stay empty for 10 minutes go. spark-semantics 8.4.
#pragma once

#include <memory>
#include <span>

#include "models/parameters.h"
#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"

namespace muster {

std::span<const Parameter> cluster_autoscaler_parameters();
// The scenario, whose groups with a maximum it keeps, must outlive the result.
std::unique_ptr<Autoscaler> make_cluster_autoscaler(const Scenario& scenario);

}  // namespace muster
