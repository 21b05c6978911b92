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

  // A task (row of TaskColumns) of a stage succeeded on an executor: its blocks and map output are
  // there now.
  void task_succeeded(std::uint32_t stage, std::uint32_t task, ExecutorId executor);
  // `count` jobs have ended so far: RDDs whose time has come are forgotten.
  void jobs_ended(std::uint32_t count);
  // Fills `out` for a stage's tasks; leaves it empty when no task has a preference. What an
  // executor that is gone held counts no more.
  // `subset`: the tasks of the attempt, by index; empty: all.
  void preferences(const Stage& stage, std::span<const std::uint32_t> subset,
                   std::span<const ExecutorState> executors, Preferences& out);

  // Map outputs, by shuffle and map partition (MapOutputTrackerMaster).
  bool has_output(std::uint32_t shuffle, std::uint32_t map) const {
    return outputs_[shuffle][map].valid();
  }
  ExecutorId output_at(std::uint32_t shuffle, std::uint32_t map) const {
    return outputs_[shuffle][map];
  }
  std::uint32_t missing_outputs(std::uint32_t shuffle) const { return missing_[shuffle]; }
  // Number of outputs on an executor, of the shuffles marked.
  std::uint32_t outputs_on(ExecutorId executor, const std::vector<bool>& shuffles) const;
  void drop_outputs(ExecutorId executor);
  // Nobody can fetch what the executor wrote, and nobody knows that yet.
  void silence(ExecutorId executor);
  // False: somebody who reads the shuffle now would wait for an output that is on a silent machine.
  bool is_reachable(std::uint32_t shuffle) const {
    return unreachable_.empty() || !unreachable_[shuffle];
  }
  // A task has waited for it in vain: outputs of silent executors are known to be lost.
  void drop_silent_outputs();

  // Blocks of persisted RDDs.
  void drop_blocks(ExecutorId executor);
  void unpersist(std::uint32_t rdd);
  bool fully_cached(std::uint32_t rdd, std::span<const ExecutorState> executors) const;
  // Work that the stage's task `index` is spared because a block can be read.
  Duration spared(const Stage& stage, std::uint32_t index,
                  std::span<const ExecutorState> executors) const;
  // Counts what an executor holds: blocks, and map outputs of any shuffle.
  void count_on(ExecutorId executor, std::uint32_t& blocks, std::uint32_t& outputs) const;
  // Moves all that the executor holds to the others that are usable, in turn.
  void migrate(ExecutorId executor, std::span<const ExecutorState> executors);
  void forget_everything();

 private:
  void find_unreachable();
  struct Holdings {
    std::uint32_t blocks = 0, outputs = 0;
  };
  Holdings& holdings(ExecutorId executor);
  bool is_cached(std::uint32_t rdd, std::uint32_t partition,
                 std::span<const ExecutorState> executors) const;
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
  std::vector<ExecutorId> silent_;
  std::vector<bool> unreachable_;       // by shuffle; empty while no executor is silent
  const bool has_shuffles_;
  std::vector<std::uint32_t> shuffle_of_;  // by stage; where the application has none of its own,
                                           // each stage's tasks write one
  std::vector<std::vector<ExecutorId>> outputs_;  // by shuffle and map
  std::vector<std::uint32_t> missing_;            // by shuffle
  std::vector<Holdings> holdings_;                // by executor
  std::vector<NodeId> shuffle_hosts_;   // of the stage at hand
  std::vector<std::int64_t> bytes_;     // scratch, by executor
};

}  // namespace muster
