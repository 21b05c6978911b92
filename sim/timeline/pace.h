// Who held a stage up, as plain data: an executor that was slower than the others, or tasks that
// were longer than the rest. Computed by sim/plan/explain, shown by sim/report and the window.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/ids.h"
#include "sim/base/units.h"

namespace muster {

// What goes with the extra time, the first that does.
enum class PaceReason : std::uint8_t {
  NotLogged,    // no task metrics
  Data,         // as many times the bytes read
  GarbageCollection,
  ShuffleWait,  // for blocks of other executors
  Spill,        // memory was too small for it
  Remote,       // RACK_LOCAL or ANY, where others read what is near
  None,         // none of these: the machine, or the work itself
};

// How long an executor took for its tasks, against the tasks of the same stages elsewhere.
struct ExecutorPace {
  ExecutorId executor;
  std::uint64_t tasks = 0;       // that succeeded, of stages with three or more elsewhere
  std::uint64_t slow_tasks = 0;  // over 1.2 times as long as four fifths elsewhere
  Duration mean;                 // launch to finish
  Duration median;               // mean over `tasks` of the median of its own in their stages
  Duration median_elsewhere;     // the same of those elsewhere
  double factor = 1;             // mean / median_elsewhere
  bool slow = false;             // see pace_of()
  // It became slow: never: it was from its first task on. Then the factor since.
  Time since = Time::never();
  std::uint64_t tasks_since = 0;
  double factor_since = 0;
  PaceReason reason = PaceReason::NotLogged;  // of slow ones
  // Data: bytes of a task against others; GarbageCollection, ShuffleWait: share of its time; None:
  // 0 if no bytes are logged.
  double reason_factor = 0;
  bool operator==(const ExecutorPace&) const = default;
};

// The factor since it was slow, or of all of its tasks.
inline double worst_factor(const ExecutorPace& pace) {
  return pace.since.happened() ? pace.factor_since : pace.factor;
}

// The end of one stage attempt.
struct StagePace {
  StageId row;                          // of Timeline::stages
  std::vector<ExecutorPace> executors;  // slowest first, at most eight but for slow ones
  Duration median;                      // of its tasks
  // How long it only ran tasks of slow executors, or long tasks (over twice the median), and how
  // many ended in that time.
  Duration tail;
  std::uint64_t tail_tasks = 0;
  bool tail_of_slow = false;  // of slow executors
  AttemptId longest;          // of the tail
  double longest_factor = 0;  // of the median
  PaceReason reason = PaceReason::NotLogged;  // of that task
  double reason_factor = 0;
  bool operator==(const StagePace&) const = default;
};

struct Pace {
  std::vector<ExecutorPace> executors;  // over the whole run, by row of Timeline::executors
  std::vector<StagePace> stages;        // that have a tail or a slow executor, longest tail first
  bool operator==(const Pace&) const = default;
};

}  // namespace muster
