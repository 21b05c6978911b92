// Why an application took as long as it did: pure functions from a timeline, recorded or simulated,
// to plain data (sim/timeline/explanation.h). They work on incomplete timelines too: what was cut
// off counts as lasting to the last time seen.
#pragma once

#include <stop_token>
#include <vector>

#include "sim/timeline/explanation.h"
#include "sim/timeline/slots.h"
#include "sim/timeline/timeline.h"

namespace muster {

// Splits the idle core time of registered executors by cause. At each instant the free cores are
// given away in this order, so that the parts sum exactly to the whole:
//  1. as many as there are tasks ready (of a stage that has launched its first task, or a retry
//     since the failure) wait for a launch: LocalityWait or Dispatch;
//  2. as many as a barrier stage has tasks, while it waits for all their slots: SlotWait;
//  3. cores whose last task was of a stage that has launched all its tasks and still runs some:
//     SkewTail;
//  4. while any task runs or is ready: NoRunnableTask;
//  5. else the driver: Startup, BetweenJobs, StagePreparation, Completion or Shutdown.
// A core that stays free for more than 100 ms while tasks are ready is in LocalityWait if meanwhile
// a task was launched at a worse locality level than the best of its stage, or on a core of another
// executor that became free later than this one (a driver that is merely slow takes the core that
// has waited longest). A stage whose first launch is RACK_LOCAL or ANY and came no earlier than the
// shortest spark.locality.wait waited for locality, not for preparation. With all waits zero there
// is no LocalityWait. Cores of executors of another resource profile than the ready tasks' do not
// wait for them.
// O(n log n) in tasks, plus executor slots times the periods of more than 100 ms with tasks ready.
IdleTime explain_idle(const Timeline& timeline);

// The same causes with their place in time, for what is drawn: by the same rule, but that of the
// cores that wait for a launch those are meant that then run one of the tasks.
// O(n log n) in tasks.
IdleMap idle_map(const Timeline& timeline, const Slots& slots);

// When executors were there and no core of theirs was free for longer than the 100 ms that the
// driver may need to launch the next task: ascending. O(n log n) in tasks.
std::vector<TimeSpan> full_times(const Timeline& timeline);
// The part of a stage's wait, from when it could have run to its first launch, in which others had
// all cores: the last of `full` in it, if over 100 ms; else empty.
TimeSpan core_wait(const std::vector<TimeSpan>& full, Time ready, Time first_launch);

// Barrier stages that had fewer free slots than tasks more than 100 ms after their submission: from
// there to their first launch, by row of Timeline::stages; the others' spans are empty. Spark
// launches such a stage when one round of offers has slots for all its tasks
// (TaskSchedulerImpl.resourceOffers, 3.5). O(n log n) in tasks.
std::vector<TimeSpan> slot_waits(const Timeline& timeline);

// The chain of waits behind the wall time, from the application's end backwards: the last job to
// end, its last stage to complete, that stage's last task to finish, its launch, the stage's
// submission, the parent (or earlier attempt) that completed last before it, and so on to the job's
// submission; then the job that ended last before that. Where the last task had earlier attempts,
// these count as the task too, and only what is between them as a wait for a core. O(n log n).
CriticalPath critical_path(const Timeline& timeline);

// O(n). Stages that were submitted, in row order.
std::vector<StageStatistics> stage_statistics(const Timeline& timeline);

// Slow executors and long tasks, by the lengths (launch to finish) of successful attempts.
// An executor is compared with the tasks of the same stages on other machines, or, where there are
// none, on other executors. It is slow if two fifths of its tasks, and more than chance explains,
// took over 1.2 times as long as four fifths of those elsewhere, its mean is at least 1.3 times and
// 100 ms over the median elsewhere, and it did not just read as many times the bytes. The first
// task on each of its cores is given a second more, since the JVM is cold then.
// A task is long at over twice its stage's median. The tail of a stage is the time at its end in
// which it only ran tasks of slow executors or, failing these, long ones; the latter from a tenth
// of its length on. The limits are ours: Spark has only that of speculation, for tasks
// (TaskSetManager.checkSpeculatableTasks, 3.5: 1.5 times the median).
// O(n log n) in tasks.
Pace pace_of(const Timeline& timeline);

// All of it; with `pace`, which is what pace_of() gave for it, where that is there already.
Explanation explain(const Timeline& timeline);
// One that `stop` came in the way of is not whole: it is to be thrown away.
Explanation explain(const Timeline& timeline, Pace pace, const std::stop_token& stop = {});

}  // namespace muster
