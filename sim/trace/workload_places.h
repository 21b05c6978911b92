// What a recording tells about where tasks wanted to run: persisted RDDs with the blocks that tasks
// stored and dropped, and the hosts of the inputs. A part of workload_from_timeline.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/timeline/timeline.h"
#include "sim/workload/application.h"

namespace muster {

// In a table from Timeline rows to workload rows: the row was left out.
inline constexpr std::uint32_t kLeftOut = 0xffff'ffff;

// Fills cached_rdds, inputs, hosts and block_writes of `app`, and the places of its stages.
// `stage_rows`: for each stage of the Timeline its row in the workload, or kLeftOut. Needs the
// stages' rows of tasks and their partitions to be laid out.
//
// The log does not say what a task preferred, only the level at which it ran. A task that did not
// run PROCESS_LOCAL tells about its input: NODE_LOCAL, the data are on that host; RACK_LOCAL and
// ANY, they are on machines without executors (or on a busy one: that looks the same).
void add_places(const Timeline& recorded, const std::vector<std::uint32_t>& stage_rows,
                Application& app);

}  // namespace muster
