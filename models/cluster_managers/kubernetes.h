// Spark on Kubernetes: each driver creates executor pods in batches (ExecutorPodsAllocator), the
// kube-scheduler puts each on a node that has room, the node pulls the image and starts it. A pod
// that fits nowhere stays pending, for an autoscaler to see. spark-semantics 8.3.
#pragma once

#include <memory>
#include <span>

#include "models/parameters.h"
#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"

namespace muster {

std::span<const Parameter> kubernetes_parameters();
// The scenario must outlive the result.
std::unique_ptr<ClusterManager> make_kubernetes(const Scenario& scenario);

}  // namespace muster
