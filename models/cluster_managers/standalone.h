// Spark's own cluster manager: the rules of Master.scala and Worker.scala (core/.../deploy/, 3.5;
// spark-semantics.md, 8.1). Drivers first, then applications in the order of their registration;
// the first takes all it may, nothing is taken back.
#pragma once

#include <memory>
#include <span>

#include "models/parameters.h"
#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"

namespace muster {

std::span<const Parameter> standalone_parameters();
// `scenario` must outlive the result.
std::unique_ptr<ClusterManager> make_standalone(const Scenario& scenario);

}  // namespace muster
