// How far stages, jobs, tasks and the driver program's threads are.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "sim/base/ids.h"
#include "sim/base/units.h"
#include "sim/timeline/timeline.h"

namespace muster {

enum class StagePhase : std::uint8_t { Idle, Waiting, Running, Failed, Done };

struct StageState {
  TaskSetId task_set;  // the latest
  StagePhase phase = StagePhase::Idle;
  std::uint16_t attempts = 0;         // submitted so far
  std::uint16_t failed_attempts = 0;  // by fetch failures, since it last succeeded
};

struct JobTimes {
  Time submitted = Time::never();
  Time completed = Time::never();
  JobOutcome outcome = JobOutcome::Unknown;
  std::string failure;
};

struct TaskProgress {
  std::uint16_t attempts = 0;  // launched so far, in this attempt of the stage
  std::uint16_t failures = 0;  // those that counted
  bool done = false;           // has succeeded
  bool copied = false;         // had a speculative attempt: only these have rivals
};

struct ThreadState {
  std::uint32_t step = 0;
  Time waits_until = Time::never();  // WaitExecutors: the timeout
  bool started = false, through = false;
};

// Of a resource profile: cores of a task, whose executors it needs (their profile's row), and how
// many tasks one of them can run at a time as far as other resources than cores go.
struct ProfileNeeds {
  std::int32_t cpus = 1;
  std::uint32_t executors = 0;
  std::int64_t most_tasks = 0;

  std::int64_t slots(std::int32_t cores) const {
    return std::min<std::int64_t>(cores / cpus, most_tasks);
  }
};

}  // namespace muster
