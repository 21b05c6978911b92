// Why an application took as long as it did: pure functions from a timeline, recorded or simulated,
// to plain data (sim/timeline/explanation.h). They work on incomplete timelines too: what was cut
// off counts as lasting to the last time seen.
#pragma once

#include <vector>

#include "sim/timeline/explanation.h"
#include "sim/timeline/timeline.h"

namespace muster {

// Splits the idle core time of registered executors by cause. At each instant the free cores are
// given away in this order, so that the parts sum exactly to the whole:
//  1. as many as there are tasks ready (of a stage that has launched its first task, or a retry
//     since the failure) wait for a launch: LocalityWait or Dispatch;
//  2. cores whose last task was of a stage that has launched all its tasks and still runs some:
//     SkewTail;
//  3. while any task runs or is ready: NoRunnableTask;
//  4. else the driver: Startup, BetweenJobs, StagePreparation, Completion or Shutdown.
// A core that stays free for more than 100 ms while tasks are ready is in LocalityWait if meanwhile
// a task was launched at a worse locality level than the best of its stage, or on a core of another
// executor that became free later than this one (a driver that is merely slow takes the core that
// has waited longest). A stage whose first launch is RACK_LOCAL or ANY and came no earlier than the
// shortest spark.locality.wait waited for locality, not for preparation. With all waits zero there
// is no LocalityWait.
// O(n log n) in tasks, plus executor slots times the periods of more than 100 ms with tasks ready.
IdleTime explain_idle(const Timeline& timeline);

// Where the driver and locality kept cores idle, to be drawn: by the same rule as explain_idle().
// First the periods that hold for all free slots, in order of time, then those of single slots, in
// order of slots. What they leave out are tails and slots without runnable tasks.
std::vector<IdlePeriod> idle_periods(const Timeline& timeline);

// The chain of waits behind the wall time, from the application's end backwards: the last job to
// end, its last stage to complete, that stage's last task to finish, its launch, the stage's
// submission, the parent (or earlier attempt) that completed last before it, and so on to the job's
// submission; then the job that ended last before that. O(n log n).
CriticalPath critical_path(const Timeline& timeline);

// O(n). Stages that were submitted, in row order.
std::vector<StageStatistics> stage_statistics(const Timeline& timeline);

// All three.
Explanation explain(const Timeline& timeline);

}  // namespace muster
