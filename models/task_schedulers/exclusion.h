// Executors and nodes that get no more tasks because tasks failed there: HealthTracker and
// TaskSetExcludelist (core/.../scheduler/, 3.5; spark-semantics.md, 2.6), for one application.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "sim/engine/policy.h"
#include "sim/workload/application.h"

namespace muster {

class Exclusion {
 public:
  explicit Exclusion(const Application& application);

  bool on() const { return on_; }
  void failed(const EndedAttempt& attempt, NodeId host, Time now);
  // The task set has succeeded: only now do its failures count for the application.
  void succeeded(TaskSetId set, Time now);
  void task_set_gone(TaskSetId set);
  // Whether tasks of the set have failed: else all of them may run anywhere.
  bool concerns(TaskSetId set) const { return !sets_.empty() && sets_.contains(set); }
  // Whether the executor may run this task of the set now.
  bool allows(TaskSetId set, std::uint32_t index, ExecutorId executor, NodeId host) const;
  // Whether it may run anything of the application now.
  bool allows(ExecutorId executor, NodeId host, Time now) const;

 private:
  struct SetState {
    std::vector<bool> failed;  // by index: most tasks never do
    std::map<std::pair<std::uint32_t, ExecutorId>, int> by_executor;  // failures of a task
    std::map<std::pair<std::uint32_t, NodeId>, int> by_node;
    std::map<ExecutorId, std::map<std::uint32_t, Time>> tasks;  // that failed on it, and when last
    std::map<ExecutorId, NodeId> hosts;                         // of those
    std::set<ExecutorId> executors;                       // excluded for the stage
    std::map<NodeId, std::set<ExecutorId>> nodes;         // its executors excluded for the stage
  };

  bool on_;
  int task_executor_, task_node_, stage_tasks_, stage_executors_, app_tasks_, app_executors_;
  Duration timeout_;
  std::map<TaskSetId, SetState> sets_;
  // By executor, with their times.
  std::map<ExecutorId, std::map<std::pair<TaskSetId, std::uint32_t>, Time>> app_failures_;
  std::map<ExecutorId, std::pair<NodeId, Time>> excluded_;  // until
  std::map<NodeId, Time> excluded_nodes_;                   // until
};

}  // namespace muster
