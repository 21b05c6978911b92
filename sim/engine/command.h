// Decisions: what a policy can ask the engine to do. Closed like Event. Each carries its reason,
// for --explain and the window.
#pragma once

#include <cstdint>
#include <string>
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
  Speculation,     // a copy of an attempt that takes long
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

enum class Waker : std::uint8_t {
  TaskScheduler,      // of an application
  ExecutorAllocator,  // of an application
  ClusterManager,
  Autoscaler,
  Disturbances,
};

// Call the policy again at `at`, a time in the future. One that asked for an earlier time is called
// then and has to ask again.
struct WakeAt {
  ApplicationId application;  // none: the policies that all applications share
  Time at;
  Waker who = Waker::TaskScheduler;
};

// The task set is given up: its task `index` can run on no executor that is there, because failures
// have excluded them all (TaskSetManager.abortSinceCompletelyExcludedOnFailure).
struct AbortTaskSet {
  TaskSetId task_set;
  std::uint32_t index = 0;
};

// The allocator is told that the task set needs executors that there are not yet, or no more
// (SparkListenerUnschedulableTaskSetAdded and -Removed, 3.1).
struct MarkUnschedulable {
  TaskSetId task_set;
  bool unschedulable = true;
};

// The driver has an idle executor killed, so that the manager starts another in its place.
struct KillExecutor {
  ExecutorId executor;
  Duration after;  // until the driver knows that it is gone
};

// An executor comes to life: its registration, first offer and end are given as facts.
struct AddExecutor {
  ApplicationId application;
  std::uint32_t spec = 0;  // row of the scenario's executors, groups expanded
  Time registered;
  Time usable;
  Time removed;  // never: stays to the end
  bool drains = true;
  Duration killed_before;  // so long before `removed` it gets no tasks any more, but stays
};

// The cluster manager gives the application an executor. It holds its share of the node from now
// on; its process registers when it has started.
struct LaunchExecutor {
  ApplicationId application;
  std::uint32_t profile = 0;  // row of its resource profile
  std::uint32_t node = 0;  // row of View::nodes
  std::int32_t cores = 1;  // spark.executor.cores
  std::int32_t charged_cores = 1;   // of the node
  std::int32_t charged_millis = 0;  // of the node, thousandths of a core on top
  std::int64_t charged_memory = 0;  // of the node, bytes
  Duration start;        // until its process runs: container, image pull, fork
  double start_cpu = 0;    // then so many core-seconds until it registers ...
  double start_cores = 1;  // ... on so many cores at most
  Duration usable;       // from its registration to its first offer
  std::int32_t number = -1;  // its id in Spark; negative: the next from 0
};

enum class StopHow : std::uint8_t {
  Crash,         // the process is gone; its tasks fail, which counts against them
  Lost,          // gone through no fault of the application: its tasks' failures do not count
  Kill,          // by the driver, as an idle one: no offers now, gone after `after`
  Decommission,  // no offers now; goes when its tasks have ended, with its blocks moved elsewhere
};

// An executor goes.
struct StopExecutor {
  ExecutorId executor;
  StopHow how = StopHow::Kill;
  Duration after;      // until the driver knows that it is gone
  std::string reason;  // as in SparkListenerExecutorRemoved
  // Its process ends then and holds its node so long; never: when the driver knows.
  Time process_ends = Time::never();
  // Of a crash: counts towards spark.executor.maxNumFailures. Not where the executor is killed on
  // its driver's behalf (NOT_APP_AND_SYSTEM_FAULT_EXIT_STATUS in YarnAllocator, 3.5).
  bool registers_failure = true;
};

// The application wishes to have so many executors from now on (requestTotalExecutors).
struct RequestExecutors {
  ApplicationId application;
  std::uint32_t total = 0;
  std::uint32_t profile = 0;  // of this resource profile, by its row
};

// Containers that the manager could not place, for autoscalers and reports.
struct SetPending {
  ApplicationId application;
  std::uint32_t count = 0;
  std::int32_t cores = 0;
  std::int64_t memory = 0;
  std::uint32_t profile = 0;  // of this resource profile, by its row; a driver is of the default
  std::int32_t millis = 0;    // thousandths of a core on top
  std::uint64_t groups = ~std::uint64_t{0};  // as in PendingContainers
};

// Cluster mode: the manager has found a place for the application's driver (YARN: its AM).
struct StartDriver {
  ApplicationId application;
  std::uint32_t node = 0;
  std::int32_t charged_cores = 1;
  std::int32_t charged_millis = 0;  // thousandths of a core on top
  std::int64_t charged_memory = 0;
  Duration start;  // until ApplicationStart
};

// The application is turned away when it is submitted: its driver does nothing.
struct Refuse {
  ApplicationId application;
  std::string reason;  // as spark-submit says it
};

// The application's driver is ended by its manager; it may be tried again (lose_driver).
struct EndDriver {
  ApplicationId application;
  std::string reason;
};

// A machine is ordered; it can be used after `boot`.
struct AddNode {
  std::uint32_t group = 0;  // row of ClusterSpec::nodes
  Duration boot;
};

// A machine goes, with all that is on it, after a notice during which it takes nothing new.
struct RemoveNode {
  std::uint32_t node = 0;
  Duration notice;
  bool decommissions = false;  // executors on it are told at once and move their blocks away
  bool silent = false;  // nobody knows before the end of the notice
  std::string reason;
};

// Tasks that start on the node from now on take `slowness` times as long.
struct SlowNode {
  std::uint32_t node = 0;
  double slowness = 1;
};

// Nothing comes from the executor any more, and nobody is told: what runs on it and what is
// launched on it hangs until it is given up (StopExecutor, RemoveNode).
struct SilenceExecutor {
  ExecutorId executor;
  // As in StopExecutor: it lives on and ends by itself; never: it is dead already.
  Time process_ends = Time::never();
};

// Until then driver and executors of the application do not hear each other.
struct CutOff {
  ApplicationId application;
  Time until;
};

// A note for --explain: why a policy did what it did.
struct Note {
  std::string subject;
  std::string text;
};

}  // namespace muster::command

namespace muster {

// What a task scheduler decides: many of them, so they are small.
using Command = std::variant<command::Launch, command::WakeAt, command::AbortTaskSet,
                             command::MarkUnschedulable, command::KillExecutor>;
using Commands = std::vector<Command>;

// What everybody else decides.
using ClusterCommand =
    std::variant<command::WakeAt, command::AddExecutor, command::LaunchExecutor,
                 command::StopExecutor, command::RequestExecutors, command::SetPending,
                 command::StartDriver, command::Refuse, command::EndDriver, command::AddNode,
                 command::RemoveNode, command::SlowNode, command::SilenceExecutor, command::CutOff,
                 command::Note>;
using ClusterCommands = std::vector<ClusterCommand>;

}  // namespace muster
