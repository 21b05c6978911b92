// Executors and nodes that get no more tasks because tasks failed there: HealthTracker and
// TaskSetExcludelist (core/.../scheduler/, 3.5; spark-semantics.md, 2.6), for one application.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "sim/engine/policy.h"
#include "sim/workload/application.h"

namespace muster {

// What the failures of one task set's tasks forbid (TaskSetExcludelist).
class SetExclusion {
 public:
  // Of so many failures each is one too many: of a task on an executor and on a node, and of a
  // node's executors that are excluded for the stage.
  SetExclusion(int task_executor, int task_node, int stage_executors)
      : task_executor_(task_executor), task_node_(task_node), stage_executors_(stage_executors) {}
  // Whether the executor may run none of the set's tasks: known without a look at any of them.
  bool excludes(ExecutorId executor, NodeId host) const;
  // Whether this task of the set may run there, as far as its own failures go.
  bool allows(std::uint32_t index, ExecutorId executor, NodeId host) const;

 private:
  friend class Exclusion;

  int task_executor_, task_node_, stage_executors_;
  std::vector<bool> failed_;  // by index: most tasks never do
  std::map<std::pair<std::uint32_t, ExecutorId>, int> by_executor_;  // failures of a task
  std::map<std::pair<std::uint32_t, NodeId>, int> by_node_;
  std::map<ExecutorId, std::map<std::uint32_t, Time>> tasks_;  // that failed on it, and when last
  std::map<ExecutorId, NodeId> hosts_;                         // of those
  std::vector<bool> executors_;   // by ExecutorId: excluded for the stage
  std::vector<int> on_node_;      // by NodeId: so many of its executors are
};

class Exclusion {
 public:
  explicit Exclusion(const Application& application);

  bool on() const { return on_; }
  void failed(const EndedAttempt& attempt, NodeId host, Time now);
  // The task set has succeeded: only now do its failures count for the application.
  void succeeded(TaskSetId set, Time now);
  void task_set_gone(TaskSetId set);
  // Null while no task of the set has failed: all of them may run anywhere.
  const SetExclusion* of(TaskSetId set) const {
    return set.index() < sets_.size() ? sets_[set.index()].get() : nullptr;
  }
  // All that was excluded so far, ascending by time.
  const std::vector<Excluded>& told() const { return told_; }
  // Whether it may run anything of the application now.
  bool allows(ExecutorId executor, NodeId host, Time now) const;

 private:
  bool on_;
  int task_executor_, task_node_, stage_tasks_, stage_executors_, app_tasks_, app_executors_;
  Duration timeout_;
  std::vector<std::unique_ptr<SetExclusion>> sets_;  // by TaskSetId
  // By executor, with their times.
  std::map<ExecutorId, std::map<std::pair<TaskSetId, std::uint32_t>, Time>> app_failures_;
  std::map<ExecutorId, NodeId> excluded_;           // that were once, and where they are
  std::vector<Time> executor_until_, node_until_;   // excluded until then; empty while none is
  std::vector<Excluded> told_;
};

}  // namespace muster
