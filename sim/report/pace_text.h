// Slow executors and long tasks in words: the same in the terminal, the page and the window.
#pragma once

#include <string>
#include <vector>

#include "sim/timeline/pace.h"
#include "sim/timeline/timeline.h"

namespace muster {

// "executor 3 on worker-2 took 2.1 times as long for its 20 tasks as the others for theirs, with no
// more data, GC or shuffle waits: the machine is slow"; of one that is not slow the median
// of its tasks and that elsewhere; empty: too few tasks elsewhere to tell.
std::string pace_text(const Timeline& timeline, const ExecutorPace& pace);

// "stage 0.0: only 4 tasks of slow executor 3 ran in its last 31.0 s", "... only one long task ...;
// no executor was slow: task 17 took 6.0 times the median, with 6.1 times the data"; empty: nothing
// held it up.
std::string tail_text(const Timeline& timeline, const StagePace& stage);

// What stands out in the whole run, the longest first, at most `lines`: slow executors, those of
// one machine together, then tails of stages that take a second and a twentieth of the run.
std::vector<std::string> pace_lines(const Timeline& timeline, const Pace& pace, std::size_t lines);

}  // namespace muster
