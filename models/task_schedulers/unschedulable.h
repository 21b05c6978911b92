// Task sets with a task that exclusion lets run on no executor that is there
// (TaskSchedulerImpl.resourceOffers and TaskSetManager.getCompletelyExcludedTaskIfAny, core/, 3.5):
// an idle executor is killed so that another may come in its place, or dynamic allocation is asked
// for more; the set is aborted when nothing was launched for so long. Where none is idle and none
// can come, at once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "models/task_schedulers/exclusion.h"
#include "sim/engine/policy.h"
#include "sim/workload/application.h"

namespace muster {

class Unschedulable {
 public:
  Unschedulable(ApplicationId id, const Application& application);

  // A round launched something: nobody's time runs any more.
  void launched(Commands& commands);
  // A round launched nothing of the set; `next`: its next task.
  void nothing_launched(TaskSetId set, std::optional<std::uint32_t> next,
                        const Exclusion& exclusion, const View& view, Commands& commands);
  void gone(TaskSetId set) { waiting_.erase(set); }
  // Aborts the sets that have to be given up: to be called after all launches of a decision.
  void give_up(Time now, Commands& commands);
  // When the next set is to be given up; never: none.
  Time next() const;

 private:
  struct Waiting {
    Time expires;
    std::uint32_t index;
  };

  bool can_run_nowhere(TaskSetId set, std::uint32_t index, const Exclusion& exclusion,
                       const View& view) const;
  std::optional<ExecutorId> idle_executor(const View& view, const Commands& commands) const;
  bool is_idle(ExecutorId id, const View& view, const Commands& commands) const;

  ApplicationId id_;
  bool scala_2_13_;  // what its Spark is built with, as published
  bool local_;      // its one executor cannot be killed
  bool allocates_;  // dynamic allocation can bring others
  Duration patience_, removal_delay_;
  std::map<TaskSetId, Waiting> waiting_;  // unschedulableTaskSetToExpiryTime
};

}  // namespace muster
