// Hadoop YARN as Spark meets it: application masters, containers given out at the node managers'
// heartbeats, queues, node labels. Sections in comments are those of spark-semantics.md. Shuffle
// data is assumed to be kept by the engine's rules (external shuffle service or not).
#pragma once

#include <memory>
#include <span>

#include "models/parameters.h"
#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"

namespace muster {

std::span<const Parameter> yarn_parameters();
// Keeps nothing of the scenario but copies.
std::unique_ptr<ClusterManager> make_yarn(const Scenario& scenario);

}  // namespace muster
