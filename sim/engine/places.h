// Where data is: blocks of persisted RDDs and map outputs, by executor; and from that the preferred
// places of a stage's tasks, by the rules of DAGScheduler.getPreferredLocs and
// MapOutputTrackerMaster.getPreferredLocationsForShuffle (core/, Spark 3.5).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/engine/view.h"

namespace muster {

class Places {
 public:
  // `hosts`: for each of the application's hosts its NodeId. `elsewhere`: a NodeId without
  // executors, for data on machines outside the cluster.
  Places(const Application& application, std::vector<NodeId> hosts, NodeId elsewhere);

  // A task (row of TaskColumns) succeeded on an executor: its blocks and map output are there now.
  void task_succeeded(std::uint32_t task, ExecutorId executor);
  // `count` jobs have ended so far: RDDs whose time has come are forgotten.
  void jobs_ended(std::uint32_t count);
  // Fills `out` for a stage's tasks; leaves it empty when no task has a preference. What an
  // executor that is gone held counts no more.
  void preferences(const Stage& stage, std::span<const ExecutorState> executors, Preferences& out);

 private:
  void add_block(const BlockWrite& write, ExecutorId executor);
  void add_cached(std::uint32_t rdd, std::uint32_t partition,
                  std::span<const ExecutorState> executors, Preferences& out) const;
  void pin(const Stage& stage, std::span<const ExecutorState> executors, Preferences& out) const;
  void add_input(std::uint32_t input, std::uint32_t partition, Preferences& out) const;
  void find_shuffle_hosts(const Stage& stage, std::span<const ExecutorState> executors);

  const Application& application_;
  const bool reduce_locality_;
  std::vector<NodeId> hosts_;
  NodeId elsewhere_;
  std::vector<std::vector<std::vector<ExecutorId>>> blocks_;  // holders by cached RDD and partition
  std::vector<bool> unpersisted_;       // by cached RDD
  const bool has_shuffles_;
  std::vector<ExecutorId> ran_on_;      // by task: who wrote its map output; empty without shuffles
  std::vector<NodeId> shuffle_hosts_;   // of the stage at hand
  std::vector<std::int64_t> bytes_;     // scratch, by executor
};

}  // namespace muster
