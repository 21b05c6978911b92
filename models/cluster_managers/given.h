// The cluster as given: every executor's registration, first offer and end are facts of the
// scenario or of the recording, nothing is decided.
#pragma once

#include <memory>
#include <span>

#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"

namespace muster {

// `executors` with groups expanded (count 1 each); must outlive the result.
std::unique_ptr<ClusterManager> make_given_cluster(std::span<const ExecutorSpec> executors);

}  // namespace muster
