// Inside the event-log writer: in which order the events of a timeline are written.
#pragma once

#include <cstdint>
#include <functional>

#include "sim/timeline/timeline.h"

namespace muster {

// The kinds, in the order in which those of the same instant are written: what ends comes before
// what begins, so that nobody who replays the log ever sees more tasks than cores.
enum class LogEvent : std::uint8_t {
  TaskGettingResult,
  TaskEnd,
  TaskResubmitted,  // a second TaskEnd: the output of a finished task was lost
  StageCompleted,
  JobEnd,
  SqlEnd,
  ExecutorRemoved,
  BlockManagerRemoved,
  SqlStart,
  ExecutorAdded,
  BlockManagerAdded,
  JobStart,
  StageSubmitted,
  TaskStart,
  Unpersist,     // after a number of JobEnds; it has no time
  BlockUpdated,  // without a task; at the end, since it has neither time nor place
};

// Calls visit(event, row) for everything between ApplicationStart and ApplicationEnd; the row is
// that of the job, stage, attempt, executor, SQL execution or unpersist, of TaskResubmitted that of
// Timeline::failures. Events come by time, rows of one kind in their order of first appearance (so
// that a reader makes the same rows), and causes before effects of the same instant: a job before
// its stages, a stage before its tasks, parents before children, ends after starts. A timeline that
// contradicts itself is written as far as its times go.
void for_each_event(const Timeline& timeline,
                    const std::function<void(LogEvent, std::uint32_t)>& visit);

}  // namespace muster
