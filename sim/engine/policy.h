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

// Which task runs where, for one application: Spark's TaskSchedulerImpl with its TaskSetManagers.
class TaskScheduler {
 public:
  virtual ~TaskScheduler() = default;
  virtual void task_set_ready(TaskSetId task_set, const View& view) = 0;
  // Nothing of the task set will be launched any more: completed, failed or zombie.
  virtual void task_set_gone(TaskSetId task_set) = 0;
  // The task must be run (again): its attempt failed, or its output was lost.
  virtual void task_pending(TaskSetId task_set, std::uint32_t index, const View& view) = 0;
  // Executors came, went or stopped taking tasks: locality levels may have changed.
  virtual void executors_changed(const View& view) = 0;
  // Called once for each instant in which cores became free, offers were revived, or it had asked
  // to be woken.
  virtual void decide(const View& view, const Offers& offers, Commands& commands) = 0;
};

// Where and when executors come to life. Told once when the application starts.
class ClusterManager {
 public:
  virtual ~ClusterManager() = default;
  virtual void application_started(ApplicationId application, const View& view,
                                   Commands& commands) = 0;
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

// How much an attempt costs. `out` comes empty and is reused from call to call.
class TaskCost {
 public:
  virtual ~TaskCost() = default;
  virtual void plan(const command::Launch& launch, std::uint16_t number, const View& view,
                    AttemptPlan& out) = 0;
};

}  // namespace muster
