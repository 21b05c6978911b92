// The tasks of a recorded run as rows of a workload: slot times, planned failures, preferences,
// block writes. A part of workload_from_timeline, apart because it is about tasks only.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/trace/workload_from_timeline.h"

namespace muster {

// `stage_rows`: for each stage of the Timeline its row in the workload; `executor_rows`: for each
// executor of the Timeline its row in out.executors; kLeftOut for those
// without one.
// `released`: see driver_gaps.h.
void add_tasks(const Timeline& recorded, const std::vector<std::uint32_t>& stage_rows,
               const std::vector<std::uint32_t>& executor_rows, const std::vector<Time>& released,
               bool pinned, Replay& out);

}  // namespace muster
