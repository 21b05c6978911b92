// Task events: nearly all lines of a log, so the hot part of reading.
#pragma once

#include "sim/trace/json_fields.h"
#include "sim/trace/records.h"

namespace muster {

// Fills `out`, which the caller has cleared, from the root object of TaskStart, TaskGettingResult
// or TaskEnd. False when the JSON is broken.
bool parse_task_event(json::Object root, TaskRecord& out);

// SparkListenerBlockUpdated.
bool parse_block_updated(json::Object root, BlockRecord& out);

}  // namespace muster
