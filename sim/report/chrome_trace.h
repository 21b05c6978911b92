// A timeline in Chrome's trace format, for the Perfetto UI and speedscope.
#pragma once

#include <optional>
#include <string>

#include "sim/base/problems.h"
#include "sim/timeline/timeline.h"

namespace muster {

// Writes `timeline` to `path`: a process for each host with a thread for each slot of its executors
// (slots.h), a process for the driver with the jobs, the stages and counters of running and waiting
// tasks and of executors. Timestamps are microseconds from the application's start. Spans on one
// thread never overlap: a task is drawn until its slot was given to the next. Nothing on success.
std::optional<Problem> write_chrome_trace(const std::string& path, const Timeline& timeline);

}  // namespace muster
