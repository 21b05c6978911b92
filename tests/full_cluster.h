// A cluster of any size with an executor on each node: what large runs are tried on.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/scenario/scenario.h"

namespace muster {

using ConfList = std::vector<std::pair<std::string, std::string>>;

// Four cores to a node and as many tasks of 5 s as cores. As many executors as nodes are asked for,
// but where dynamic allocation decides.
Scenario full_cluster(const std::string& master, const ConfList& conf, std::int32_t nodes);

}  // namespace muster
