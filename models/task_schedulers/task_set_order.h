// In which order task sets are offered resources: FIFO or FAIR (core/.../scheduler/
// SchedulingAlgorithm.scala and SchedulableBuilder.scala, 3.5). Only the order of one offer round;
// what a set takes of it is the task scheduler's business.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/engine/view.h"
#include "sim/scenario/scenario.h"

namespace muster {

class TaskSetOrder {
 public:
  virtual ~TaskSetOrder() = default;
  // The set has been submitted; it stays known until it is gone, pending tasks or not.
  virtual void add(TaskSetId id, const View& view) = 0;
  virtual void remove(TaskSetId id) = 0;
  // Whether the set has tasks to launch; only such sets appear in a round.
  virtual void set_pending(TaskSetId id, bool pending) = 0;
  // Sets with pending tasks, in the order of this round. `launched` (by TaskSetId) counts launches
  // decided but not yet in the view. Valid until the next call of a non-const member.
  virtual std::span<const TaskSetId> round(const View& view,
                                           const std::vector<std::uint32_t>& launched) = 0;
  // True when a round's order does not depend on what runs: one round serves several offers.
  virtual bool fixed() const = 0;
};

// By job, then by stage.
std::unique_ptr<TaskSetOrder> make_fifo_order();
// Between pools by minShare and weight; within a pool as the pool says. `default_pool_fair`: what
// the pool "default" is without an allocation file (FAIR from 3.4, SPARK-42157).
std::unique_ptr<TaskSetOrder> make_fair_order(std::vector<PoolSpec> pools, bool default_pool_fair);

}  // namespace muster
