// The short cut for nearly all lines: TaskStart, and TaskEnd of a success, as Spark itself writes
// them. It accepts nothing else: whatever looks different (an escape, a blank, a failure, a layout
// that is not known, a bracket too many) is left to the general parser, which reads all of JSON.
#pragma once

#include <string_view>

#include "sim/trace/records.h"

namespace muster {

enum class FastTask : std::uint8_t { No, Start, End };

// Fills `out`, which the caller has cleared; its views point into `line`. After No, `out` may be
// half filled and has to be cleared again. kParsePadding bytes behind the line are readable.
//
// What it leaves out is checked too. The accumulables, two thirds of a TaskEnd line, are skipped by
// searching the line's end for the key "Task Metrics". Everything before them and after that key is
// matched byte by byte, so the key stands where it should: were it inside another object or in a
// string, the brackets that close it would not match. In the part between, quotes and brackets are
// counted.
FastTask parse_fast_task(std::string_view line, TaskRecord& out);

}  // namespace muster
