// A recorded run as a workload: what was asked (jobs, stages, tasks, their amounts, the driver's
// gaps) without where and when it was placed. Running it again decides placement anew.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/scenario.h"
#include "sim/timeline/timeline.h"
#include "sim/workload/application.h"

namespace muster {

struct Replay {
  Application application;
  std::vector<ExecutorSpec> executors;  // in the order of registration
  std::vector<std::string> notes;       // what the recording could not say, one sentence each
};

// Works for any Timeline, simulated ones too. `pinned`: keep each task on the executor that ran it.
//
// What is taken from the recording as an amount, and how:
// - slot time of a task: launch to finish, less the application's result handling;
// - result handling and relaunch delay: see driver_gaps.h;
// - between two jobs: from the end of the latest job that had ended to the submission;
// - between stages: from the last parent's completion to the submission, from the submission to the
//   first launch where a core was free meanwhile (else the application's median);
// - preferences: blocks of persisted RDDs as the tasks reported them; else the recorded host of a
//   NODE_LOCAL task; RACK_LOCAL and ANY tasks prefer machines outside the cluster; shuffle reads
//   by Spark's own rule from the map outputs of the run.
Replay workload_from(const Timeline& recorded, bool pinned);

}  // namespace muster
