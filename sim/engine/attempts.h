// The attempts of one run, hot state first: one small row for each, appended at launch and never
// moved. It becomes the Timeline's columns when the run is over.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/ids.h"
#include "sim/base/units.h"
#include "sim/engine/command.h"
#include "sim/timeline/timeline.h"

namespace muster {

struct AttemptState {
  Time launch;
  Time finish = Time::never();
  Duration handling;  // from the status update to TaskEnd
  TaskSetId task_set;
  std::uint32_t index = 0;
  ExecutorId executor;
  std::uint32_t failure = kNone;  // row of the run's failure texts
  std::uint32_t phases = kNone;   // row of the run's phases in progress
  std::uint16_t number = 0;
  Locality locality = Locality::Any;
  Outcome outcome = Outcome::Running;  // what it will be; valid once `ended`
  command::LaunchReason reason = command::LaunchReason::NoPreference;
  bool speculative = false;
  bool holds_cores = true;  // until its status update or its executor's end
  bool ended = false;       // TaskEnd has happened
  bool failure_counts = true;

  static constexpr std::uint32_t kNone = 0xffff'ffff;
};
static_assert(sizeof(AttemptState) <= 56, "one row for each task: keep it under a cache line");

}  // namespace muster
