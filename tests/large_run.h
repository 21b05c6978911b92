// A run of any size for pictures: regular, made without a simulation.
#pragma once

#include <cstdint>
#include <memory>

#include "sim/timeline/result.h"

namespace muster {

// Stages of four tasks for each core, of 1 to 3 s each, until all tasks are run; four cores to an
// executor, four executors to a host.
std::shared_ptr<const Result> large_run(std::uint32_t tasks, std::uint32_t executors);

}  // namespace muster
