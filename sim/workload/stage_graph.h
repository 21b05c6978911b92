// The stages of an application as a graph: edges from parents to children, within and across jobs.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/workload/application.h"

namespace muster {

// Rows of the stages that are submitted, parents before children. Nothing when the graph has a
// cycle.
std::optional<std::vector<std::uint32_t>> topological_order(const Application& application);

// The longest chain of stages, each weighing its longest task's slot time: no schedule on however
// many cores is shorter. Zero for no stages. The graph must have no cycle.
Duration critical_path(const Application& application);

}  // namespace muster
