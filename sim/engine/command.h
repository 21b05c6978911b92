// Decisions: what a policy can ask the engine to do. Closed like Event. Each carries its reason,
// for --explain and the window.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "sim/base/ids.h"
#include "sim/base/units.h"
#include "sim/timeline/timeline.h"

namespace muster::command {

enum class LaunchReason : std::uint8_t {
  Preferred,       // at the best level that its preferences allow
  NoPreference,    // it can run anywhere
  WaitExpired,     // the locality wait let it go to a worse level
  NothingBetter,   // no executor can offer a better level
  Pinned,          // a pinned replay keeps the recorded executor
};

// Run task `index` of the task set on the executor, now. The engine checks that cores are free.
struct Launch {
  // Of a task without preferred places, which Spark reports as PROCESS_LOCAL.
  Launch(TaskSetId set, std::uint32_t task_index, ExecutorId on)
      : task_set(set), index(task_index), executor(on) {}

  TaskSetId task_set;
  std::uint32_t index;
  ExecutorId executor;
  Locality locality = Locality::ProcessLocal;
  bool speculative = false;
  LaunchReason reason = LaunchReason::NoPreference;
};

// Call this application's task scheduler again at `at`, a time in the future.
struct WakeAt {
  ApplicationId application;
  Time at;
};

// An executor comes to life: its registration, first offer and end are given as facts.
struct AddExecutor {
  std::uint32_t spec = 0;  // row of the scenario's executors, groups expanded
  Time registered;
  Time usable;
  Time removed;  // never: stays to the end
  bool drains = true;
};

}  // namespace muster::command

namespace muster {

using Command = std::variant<command::Launch, command::WakeAt, command::AddExecutor>;
using Commands = std::vector<Command>;

}  // namespace muster
