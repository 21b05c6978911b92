// What "as many executors" means for a scenario: which field or setting says it, how many there are
// now, and what the scenario with another number looks like. One rule for the window, the report
// and the planner.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "sim/scenario/scenario.h"
#include "sim/timeline/timeline.h"

namespace muster {

struct ExecutorKnob {
  std::int32_t given = 0;  // now; at the same time, where they come and go
  // Where other numbers begin to make a difference: less than `given` where fewer came, or where it
  // is a maximum that was never reached.
  std::int32_t around = 0;
  std::string varied;      // "executors", "spark.executor.instances"
  std::string assumed;     // what another number leaves as it is; one sentence without a full stop
  std::string why_not;     // not empty: there is no one way to have another number
  // Makes it so many, at least 1, of a scenario whose executors are those that the knob was made
  // for. `given` itself may then be written in another way.
  std::function<void(Scenario&, std::int32_t)> turn;
};

// `ran`: what the scenario gave, simulated or, of a log, recorded. `recorded`: the recording that
// it replays, or null where it replays none.
// - Given executors, also those of a recording: fewer or more of them. Where some left early, never
//   more than so many at the same time; further ones are like those that stayed longest, and stay.
//   Refused: driver and executor in one process, executors with different cores, pinned tasks.
// - Dynamic allocation under a cluster manager: spark.dynamicAllocation.maxExecutors, with the
//   minimum and the start below it (ExecutorAllocationManager.validateSettings refuses others).
// - YARN, Kubernetes, EMR: spark.executor.instances, by default 2 (SchedulerBackendUtils).
// - Standalone, Mesos: spark.cores.max in steps of spark.executor.cores; without the latter one
//   executor takes a whole worker, and the workers are counted. local-cluster[N,C,M]: N.
ExecutorKnob executor_knob(const Scenario& scenario, const Timeline& ran,
                           const Timeline* recorded);

// What spark-submit would have to say for `count` executors instead of the recorded ones:
// "for spark-submit: spark.cores.max=24 (the log has 16)"; empty: nothing is known of the manager.
std::string submit_words(const Timeline& recorded, std::int32_t count);

}  // namespace muster
