// The ports: what can be decided or estimated in more than one way. A policy looks (View), is told
// what changed (Event) and answers with Commands; it never changes state itself. A cost model says
// how much, never when. Implementations live in models/, one table (models/catalog.cpp) names them.
#pragma once

#include <array>
#include <cstdint>

#include "sim/engine/command.h"
#include "sim/engine/event.h"
#include "sim/engine/view.h"

namespace muster {

// What the task scheduler is told of an attempt that has ended, or is going to be killed.
struct EndedAttempt {
  TaskSetId task_set;
  std::uint32_t index = 0;
  ExecutorId executor;
  Outcome outcome = Outcome::Success;
  bool counts = false;  // a failure that counts towards spark.task.maxFailures
  bool speculative = false;
  Time launch;
};

// Which task runs where, for one application: Spark's TaskSchedulerImpl with its TaskSetManagers.
class TaskScheduler {
 public:
  virtual ~TaskScheduler() = default;
  virtual void task_set_ready(TaskSetId task_set, const View& view) = 0;
  // Nothing of the task set will be launched any more: completed, failed or zombie.
  virtual void task_set_gone(TaskSetId task_set) = 0;
  // The task must be run (again): its attempt failed, or its output was lost.
  virtual void task_pending(TaskSetId task_set, std::uint32_t index, const View& view) = 0;
  // The task has succeeded in another attempt of its stage: it need not be launched.
  virtual void task_not_needed(TaskSetId task_set, std::uint32_t index) = 0;
  // Executors came, went or stopped taking tasks: locality levels may have changed.
  virtual void executors_changed(const View& view) = 0;
  // Called once for each instant in which cores became free, offers were revived, or it had asked
  // to be woken.
  virtual void decide(const View& view, const Offers& offers, Commands& commands) = 0;
  // Whether it wants to be told of every attempt's end: speculation and exclusion do.
  virtual bool wants_ends() const { return false; }
  virtual void attempt_ended(const EndedAttempt&, const View&) {}
};

// Where and when drivers and executors come to life.
class ClusterManager {
 public:
  virtual ~ClusterManager() = default;
  // spark-submit was called. In cluster mode the manager finds a place for the driver
  // (StartDriver), in client mode the driver is at work already.
  virtual void submitted(ApplicationId, const View&, ClusterCommands&) {}
  // The application's driver was lost with its machine and is to be started again, on another. YARN
  // sees that for itself.
  virtual void driver_lost(ApplicationId, const View&, ClusterCommands&) {}
  // How often the application's program is run at most where its driver is in the cluster and is
  // lost; at least 1.
  virtual std::uint32_t attempts(const Application&) const { return 1; }
  // Whether an attempt that was lost with its machine is one of those.
  virtual bool counts_lost_nodes() const { return true; }
  // What it does at once with an executor that it is told to kill and that takes time to go.
  enum class KilledExecutor : std::uint8_t {
    Held,       // nothing: it counts until it is gone
    Replaced,   // another may be asked for, but its node is not free yet
    GivenBack,  // another may be asked for, and its node is free
  };
  virtual KilledExecutor killed_executor() const { return KilledExecutor::Held; }
  // What a machine of this size keeps for itself; executors and drivers can be given the rest.
  struct Reserve {
    std::int32_t millis = 0;  // thousandths of a core
    std::int64_t memory = 0;  // bytes
  };
  virtual Reserve reserve(std::int32_t /*cores*/, std::int64_t /*memory*/) const { return {}; }
  // The application's driver starts (ApplicationStart): for executors that are given as facts.
  virtual void application_started(ApplicationId, const View&, ClusterCommands&) {}
  // Called once for each instant in which wishes changed, an application, executor or node came or
  // went, or it had asked to be woken.
  virtual void decide(const View&, ClusterCommands&) {}
};

// How many executors an application wishes to have, and which it gives back.
class ExecutorAllocator {
 public:
  virtual ~ExecutorAllocator() = default;
  // The application registers with the cluster manager: the first wish.
  virtual std::uint32_t initial(const View& view) = 0;
  // Called once for each instant in which a stage was submitted or completed, a job ended, an
  // executor came, went or became idle, or it had asked to be woken.
  virtual void decide(const View&, ClusterCommands&) {}
};

// How many machines there are.
class Autoscaler {
 public:
  virtual ~Autoscaler() = default;
  // Called when the first application is submitted, and whenever it had asked to be woken.
  virtual void decide(const View& view, ClusterCommands& commands) = 0;
};

// What goes wrong. Called when the first application's program starts (`started` in the view's
// states), and whenever it had asked to be woken.
class Disturbances {
 public:
  virtual ~Disturbances() = default;
  virtual void decide(const View& view, ClusterCommands& commands) = 0;
  // Adds what was asked for and did not happen in the run, one sentence each without a full stop.
  virtual void missed(std::vector<std::string>&) const {}
};

// One step of an attempt: a delay, or an amount of work that shares resources with others.
struct Phase {
  Duration delay;
  double amount = 0;  // units of the resources below; 0: a pure delay
  std::array<ResourceId, 3> resources = {};  // invalid ids at the end are unused
  Rate cap = {};                             // 0: no cap of its own
};

// What an attempt will do if nobody disturbs it.
struct AttemptPlan {
  static constexpr std::size_t kMaxPhases = 8;
  std::array<Phase, kMaxPhases> phases;
  std::uint32_t phase_count = 0;
  Duration handling;  // from the status update to TaskEnd
  Outcome outcome = Outcome::Success;
  bool failure_counts = true;           // towards spark.task.maxFailures
  const std::string* failure = nullptr; // why it fails; owned by the workload
};

// What a cost model is told of the attempt at hand.
struct AttemptContext {
  std::uint16_t number = 0;  // 0-based, over all attempts of the task in this attempt of the stage
  // The rest is filled in only for models that ask for it.
  std::int32_t stage_attempt = 0;
  Duration spared;               // by blocks of persisted RDDs that are there to be read
  Duration since_first;          // that the executor was given its first task of the set
  Duration executor_age;         // since its executor was given its first task of all
  std::uint32_t tasks_before = 0;  // attempts started before on its executor
  std::uint32_t launched_before = 0;  // by its driver, on all executors
  bool reads_shuffle = false;
  bool writes_shuffle = false;
  bool output_missing = false;   // some map output that it must read is lost
  bool output_unreachable = false;  // one is on a machine that does not answer
  double slowness = 1;           // of its machine
  ResourceId cpu;                // real cores of its machine that are shared; invalid: none
};

// How much an attempt costs. `out` comes empty and is reused from call to call.
class TaskCost {
 public:
  virtual ~TaskCost() = default;
  virtual bool wants_context() const { return false; }
  virtual void plan(const command::Launch& launch, const AttemptContext& context, const View& view,
                    AttemptPlan& out) = 0;
};

}  // namespace muster
