// Delay scheduling of one task set: which locality level may be used now. The state machine of
// TaskSetManager.getAllowedLocalityLevel and its two reset rules (3.5; the rule of 3.0 and earlier
// is kept under spark.locality.wait.legacyResetOnTaskLaunch, SPARK-18886).
#pragma once

#include <array>
#include <vector>

#include "models/task_schedulers/pending_tasks.h"
#include "sim/base/units.h"
#include "sim/workload/conf.h"

namespace muster {

// spark.locality.wait and its three refinements, and the reset rule; one for an application.
struct LocalityConf {
  explicit LocalityConf(const Conf& conf, int spark_version);

  Duration wait_for(Locality level) const { return waits[static_cast<std::size_t>(level)]; }
  std::array<Duration, 6> waits;  // by Locality; 0 for NO_PREF and ANY
  bool reset_on_launch;           // the rule of 3.0 and earlier
  bool tries_new_levels;          // SPARK-31837, 3.1
};

class LocalityWait {
 public:
  LocalityWait(std::vector<Locality> levels, Time now);

  const std::vector<Locality>& levels() const { return levels_; }
  // Advances over levels that no task needs or whose wait is over; the best level allowed now.
  Locality allowed(Time now, const PendingTasks& pending, const LocalityConf& conf);
  // The current level's wait has an end.
  bool ends(const LocalityConf& conf) const {
    return conf.wait_for(levels_[current_]) < Duration::max();
  }
  // The levels changed because executors came or went. The current level is kept; but where better
  // ones have come, from 3.1 on the best of the new ones is tried next (SPARK-31837).
  void set_levels(std::vector<Locality> levels, const LocalityConf& conf);
  // A task was launched (legacy rule), or a round ended without a rejection (3.1+): starts the wait
  // anew at the level of what was launched.
  void reset(Time now, Locality launched);

  // 3.1+: no round since the last reset turned an executor away because of the wait.
  bool no_rejects_since_reset = true;

 private:
  std::size_t index_of(Locality level) const;

  std::vector<Locality> levels_;
  std::size_t current_ = 0;
  Time last_reset_;
};

}  // namespace muster
