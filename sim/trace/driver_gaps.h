// What a recording tells about the driver: how long it takes from one thing to the next.
#pragma once

#include <vector>

#include "sim/timeline/timeline.h"

namespace muster {

// How long the driver takes around a launch, measured over a whole application.
struct DriverGaps {
  // Mean distance between two launches of one burst: the serial cost of a launch.
  Duration dispatch;
  // Mean time from a finish stamp to the next launch on the freed slot, where the stamp came first.
  Duration relaunch;
  // Mean time from the launch that took a slot again to the finish stamp of the attempt that had
  // freed it, where the launch came first: the slot is freed at the status update, before the
  // result is handled (spark-semantics.md, 2.8 and 18.7).
  Duration handling;
  // For each attempt row: when its slot was taken again before its finish was stamped; else never.
  std::vector<Time> released;
  // For each stage row: from StageSubmitted to the first launch; the application's median where all
  // cores were busy at the submission, or nothing was launched.
  std::vector<Duration> prepare;
};

DriverGaps driver_gaps(const Timeline& recorded, const std::vector<Time>& executor_usable,
                       std::int32_t task_cpus);

// First offer of each executor row: its first launch, but no later than when both registration and
// block manager were announced; the registration where nothing ran on it.
std::vector<Time> executor_usable_times(const Timeline& recorded);

}  // namespace muster
