// A timeline as a Spark event log: what Muster's own reader reads back to the same timeline, and
// what Spark's History Server loads.
#pragma once

#include <optional>
#include <string>

#include "sim/base/problems.h"
#include "sim/timeline/timeline.h"

namespace muster {

// Writes `timeline` to `path` as one file in the shape of Spark 3.5 (core's JsonProtocol.scala),
// compressed when the name ends in .zstd or .zst (the History Server knows .zstd only). Times are
// cut to whole milliseconds. Reading the file gives `timeline` again, but for its counters, which
// an event log has no place for, and for what a log cannot say: the time 0 means "not yet" there,
// so a timeline that begins at or before 0 is written one day later. Bytes that are no UTF-8 become
// U+FFFD. Nothing on success.
std::optional<Problem> write_event_log(const std::string& path, const Timeline& timeline);

}  // namespace muster
