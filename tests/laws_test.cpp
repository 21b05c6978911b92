// The laws: what must hold for every application on every cluster, whatever the models decide
// (docs/design.md; spark-semantics.md, section 16).
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "sim/timeline/result.h"
#include "tests/random_worlds.h"

namespace muster {
namespace {

using TaskKey = std::pair<std::uint32_t, std::uint32_t>;  // stage row, index

TaskKey key_of(const AttemptTable& attempts, std::size_t row) {
  return {attempts.stage[row].index(), attempts.index[row]};
}

const StageSpan& span_of(const Timeline& timeline, std::int64_t spark_id) {
  return *std::find_if(timeline.stages.begin(), timeline.stages.end(),
                       [spark_id](const StageSpan& s) { return s.id == spark_id; });
}

RC_GTEST_PROP(Laws, EveryTaskSucceedsExactlyOnce, ()) {
  const World world = random_world(kAnyWorld);
  const Simulated run = world.run();
  RC_ASSERT(run.failure.empty());
  RC_ASSERT(!run.stuck);
  const AttemptTable& attempts = run.timeline.attempts;
  std::map<TaskKey, int> successes;
  for (std::size_t a = 0; a < attempts.size(); ++a)
    successes[key_of(attempts, a)] += attempts.outcome[a] == Outcome::Success;
  std::size_t tasks = 0;
  for (const Stage& stage : world.app.stages) tasks += stage.skipped ? 0 : stage.tasks;
  RC_ASSERT(successes.size() == tasks);
  for (const auto& [key, count] : successes) RC_ASSERT(count == 1);
  RC_ASSERT(run.waiting_tasks == 0U);
}

RC_GTEST_PROP(Laws, AnAttemptTakesWhatItsTaskCosts, ()) {
  const World world = random_world(kAnyWorld);
  const Simulated run = world.run();
  const AttemptTable& attempts = run.timeline.attempts;
  for (std::size_t a = 0; a < attempts.size(); ++a) {
    const Time wanted = attempts.launch[a] + slot_time_of(world, run.timeline, a);
    if (attempts.outcome[a] == Outcome::ExecutorLostFailure) {
      RC_ASSERT(attempts.finish[a] < wanted);
      // Or the driver's loop was still busy with the launches before it.
      const Time removed = run.timeline.executors[attempts.executor[a].index()].removed;
      RC_ASSERT(attempts.finish[a] == std::max(removed, attempts.launch[a]));
    } else {
      RC_ASSERT(attempts.finish[a] == wanted + world.app.result_handling);
    }
    RC_ASSERT(attempts.launch[a] <= attempts.finish[a]);
  }
}

// As the driver sees it: a core is taken from the launch to the status update.
RC_GTEST_PROP(Laws, NoExecutorRunsMoreThanItsCores, ()) {
  const World world = random_world(kAnyWorld);
  const Simulated run = world.run();
  const AttemptTable& attempts = run.timeline.attempts;
  for (std::size_t e = 0; e < run.timeline.executors.size(); ++e) {
    std::vector<std::pair<Time, int>> steps;
    for (std::size_t a = 0; a < attempts.size(); ++a) {
      if (attempts.executor[a] != ExecutorId(e)) continue;
      steps.emplace_back(attempts.launch[a], world.task_cpus());
      steps.emplace_back(slot_end_of(world, run.timeline, a), -world.task_cpus());
    }
    std::sort(steps.begin(), steps.end());  // at the same instant cores come back first
    int taken = 0;
    for (const auto& [at, change] : steps) {
      taken += change;
      // A task of no length takes its core and gives it back at one instant.
      RC_ASSERT(taken <= run.timeline.executors[e].cores);
    }
  }
}

RC_GTEST_PROP(Laws, ExecutorsRunTasksDuringTheirLifeOnly, ()) {
  WorldKind kind = kAnyWorld;
  kind.driver_costs = false;  // a launch decided before the end may be stamped after it
  const World world = random_world(kind);
  const Simulated run = world.run();
  const AttemptTable& attempts = run.timeline.attempts;
  for (std::size_t a = 0; a < attempts.size(); ++a) {
    const ExecutorSpec& spec =
        world.executors[static_cast<std::size_t>(std::stoi(run.executor(a)))];
    RC_ASSERT(run.launch(a) >= spec.usable_at.value_or(spec.registered_at));
    // A drained executor takes nothing new from then on; a lost one is gone at once.
    if (spec.removed_at) RC_ASSERT(run.launch(a) < *spec.removed_at);
    RC_ASSERT(attempts.finish[a] <=
              run.timeline.executors[attempts.executor[a].index()].removed);
  }
}

RC_GTEST_PROP(Laws, BusyTimeIsTheSumOfSpansAndFitsTheCores, ()) {
  WorldKind kind = kAnyWorld;
  kind.driver_costs = false;  // else a slot in the table of totals ends at the finish stamp
  const World world = random_world(kind);
  const Simulated run = world.run();
  Duration sum;
  for (std::size_t a = 0; a < run.timeline.attempts.size(); ++a)
    sum += (slot_end_of(world, run.timeline, a) - run.timeline.attempts.launch[a]) *
           world.task_cpus();
  const Totals totals = totals_of(run.timeline);
  RC_ASSERT(totals.busy == sum);
  RC_ASSERT(totals.busy <= totals.available);
}

RC_GTEST_PROP(Laws, StagesFollowTheirParentsAndTheirTasks, ()) {
  const World world = random_world(kAnyWorld);
  const Simulated run = world.run();
  const AttemptTable& attempts = run.timeline.attempts;
  std::map<std::int64_t, Time> first_launch, last_finish;
  for (std::size_t a = 0; a < attempts.size(); ++a) {
    const std::int64_t id = run.timeline.stages[attempts.stage[a].index()].id;
    first_launch.try_emplace(id, attempts.launch[a]);
    last_finish[id] = std::max(last_finish[id], attempts.finish[a]);
  }
  for (const Stage& stage : world.app.stages) {
    const StageSpan& span = span_of(run.timeline, stage.spark_id);
    RC_ASSERT(span.submitted.happened() == !stage.skipped);
    if (stage.skipped) continue;
    Time ready = run.timeline.jobs[0].submitted;
    for (const JobSpan& job : run.timeline.jobs)
      if (job.id == world.app.jobs[stage.job].spark_id) ready = job.submitted;
    for (const std::uint32_t parent : stage.parents)
      ready = std::max(ready, span_of(run.timeline, parent).completed);
    RC_ASSERT(span.submitted == ready + stage.submit_delay);
    if (stage.tasks == 0) {
      RC_ASSERT(span.completed == span.submitted + stage.completion);
      continue;
    }
    RC_ASSERT(first_launch.at(stage.spark_id) >= span.submitted + stage.prepare);
    RC_ASSERT(span.completed == last_finish.at(stage.spark_id) + stage.completion);
  }
}

RC_GTEST_PROP(Laws, JobsFollowThoseTheyWaitForAndTheirStages, ()) {
  const World world = random_world(kAnyWorld);
  const Simulated run = world.run();
  std::map<std::int64_t, const JobSpan*> jobs;
  for (const JobSpan& job : run.timeline.jobs) jobs[job.id] = &job;
  RC_ASSERT(jobs.size() == world.app.jobs.size());
  Time last;
  for (const Job& job : world.app.jobs) {
    const JobSpan& span = *jobs.at(job.spark_id);
    Time ready = world.app.start;
    for (const std::uint32_t before : job.after)
      ready = std::max(ready, jobs.at(before)->completed);
    RC_ASSERT(span.submitted == ready + job.delay);
    Time through = span.submitted;
    for (const std::uint32_t stage : job.stages)
      if (!world.app.stages[stage].skipped)
        through = std::max(through, span_of(run.timeline, stage).completed);
    RC_ASSERT(span.completed == through + job.end_delay);
    RC_ASSERT(span.outcome == JobOutcome::Succeeded);
    last = std::max(last, span.completed);
  }
  RC_ASSERT(run.timeline.application.end == last + world.app.tail);
}

RC_GTEST_PROP(Laws, TaskIdsRiseWithLaunchesAndAttemptsAreNumberedFromZero, ()) {
  const World world = random_world(kAnyWorld);
  const Simulated run = world.run();
  const AttemptTable& attempts = run.timeline.attempts;
  RC_ASSERT(std::is_sorted(attempts.launch.begin(), attempts.launch.end()));
  std::map<TaskKey, std::vector<std::size_t>> rows;
  for (std::size_t a = 0; a < attempts.size(); ++a) {
    if (a > 0) RC_ASSERT(attempts.task_id[a - 1] < attempts.task_id[a]);
    std::vector<std::size_t>& before = rows[key_of(attempts, a)];
    RC_ASSERT(attempts.number[a] == before.size());
    // Without speculation there is one attempt at a time.
    if (!before.empty()) RC_ASSERT(attempts.finish[before.back()] <= attempts.launch[a]);
    before.push_back(a);
  }
}

RC_GTEST_PROP(Laws, OnlyYarnKnowsRacks, ()) {
  const World world = random_world(kAnyWorld);
  if (world.app.conf.text("spark.master", "") == "yarn") return;
  const Simulated run = world.run();
  for (const Locality locality : run.timeline.attempts.locality)
    RC_ASSERT(locality != Locality::RackLocal);
}

// --- how long it takes -----------------------------------------------------------------------

struct Bounds {
  std::int64_t slots = 0;
  std::int64_t work = 0;           // microseconds of slots
  std::int64_t critical_path = 0;  // microseconds
};

Bounds bounds_of(const World& world) {
  Bounds out;
  for (const ExecutorSpec& e : world.executors) out.slots += e.cores / world.task_cpus();
  for (const Duration task : world.app.tasks.slot_time) out.work += task.in_micros();
  std::vector<std::int64_t> stage_end(world.app.stages.size()), job_end(world.app.jobs.size());
  for (std::size_t j = 0; j < world.app.jobs.size(); ++j) {  // both only refer to earlier rows
    std::int64_t start = 0;
    for (const std::uint32_t before : world.app.jobs[j].after)
      start = std::max(start, job_end[before]);
    job_end[j] = start;
    for (const std::uint32_t s : world.app.jobs[j].stages) {
      const Stage& stage = world.app.stages[s];
      std::int64_t longest = 0, ready = start;
      for (std::uint32_t i = 0; i < stage.tasks && !stage.skipped; ++i)
        longest = std::max(longest, world.app.tasks.slot_time[stage.first_task + i].in_micros());
      for (const std::uint32_t parent : stage.parents) ready = std::max(ready, stage_end[parent]);
      stage_end[s] = ready + longest;
      job_end[j] = std::max(job_end[j], stage_end[s]);
    }
    out.critical_path = std::max(out.critical_path, job_end[j]);
  }
  return out;
}

RC_GTEST_PROP(Laws, NoScheduleBeatsTheCriticalPathOrTheWork, ()) {
  WorldKind kind = kAnyWorld;
  kind.failures = kind.executors_leave = false;  // they add work
  const World world = random_world(kind);
  const Bounds bounds = bounds_of(world);
  const std::int64_t makespan = world.run().wall().in_micros();
  RC_ASSERT(makespan >= bounds.critical_path);
  RC_ASSERT(makespan * bounds.slots >= bounds.work);
}

// R. L. Graham, "Bounds on multiprocessing timing anomalies" (1969): a list schedule on m machines
// takes at most work / m + (1 - 1/m) * critical path, so (2 - 1/m) times the optimum.
RC_GTEST_PROP(Laws, PlainSchedulesKeepGrahamsBound, ()) {
  WorldKind kind = kPlainWorld;
  kind.pools = *rc::gen::arbitrary<bool>();
  kind.wide_tasks = true;
  const World world = random_world(kind);
  const Bounds bounds = bounds_of(world);
  const std::int64_t makespan = world.run().wall().in_micros();
  RC_ASSERT(makespan * bounds.slots <= bounds.work + (bounds.slots - 1) * bounds.critical_path);
}

void scale(Application& app, std::int64_t factor) {
  for (Duration* cost : {&app.dispatch, &app.relaunch, &app.result_handling, &app.tail})
    *cost = *cost * factor;
  for (Duration& task : app.tasks.slot_time) task = task * factor;
  for (PlannedFailure& failure : app.planned_failures) failure.after = failure.after * factor;
  for (Job& job : app.jobs) job.delay = job.delay * factor, job.end_delay = job.end_delay * factor;
  for (Stage& stage : app.stages) {
    stage.submit_delay = stage.submit_delay * factor;
    stage.prepare = stage.prepare * factor;
    stage.completion = stage.completion * factor;
  }
}

void scale(std::vector<ExecutorSpec>& executors, std::int64_t factor) {
  for (ExecutorSpec& e : executors) {
    e.registered_at = e.registered_at * factor;
    if (e.usable_at) e.usable_at = *e.usable_at * factor;
    if (e.removed_at) e.removed_at = *e.removed_at * factor;
  }
}

// Only the locality wait and the revive timer have a length of their own.
RC_GTEST_PROP(Laws, DoublingEveryDurationDoublesTheSchedule, ()) {
  WorldKind kind = kAnyWorld;
  kind.preferences = false;
  World world = random_world(kind);
  const Simulated once = world.run();
  scale(world.app, 2);
  scale(world.executors, 2);
  const Simulated twice = world.run();
  RC_ASSERT(twice.wall() == once.wall() * 2);
  RC_ASSERT(twice.timeline.attempts.executor == once.timeline.attempts.executor);
  for (std::size_t a = 0; a < once.timeline.attempts.size(); ++a) {
    RC_ASSERT(twice.launch(a) == once.launch(a) * 2);
    RC_ASSERT(twice.finish(a) == once.finish(a) * 2);
  }
}

RC_GTEST_PROP(Laws, TheOriginOfTheClockDoesNotMatter, ()) {
  World world = random_world(kAnyWorld);
  const Simulated before = world.run();
  world.app.start += seconds(12'345) + us(678);
  const Simulated after = world.run();
  RC_ASSERT(after.wall() == before.wall());
  for (std::size_t a = 0; a < before.timeline.attempts.size(); ++a)
    RC_ASSERT(after.launch(a) == before.launch(a));
}

// --- chance ----------------------------------------------------------------------------------

RC_GTEST_PROP(Laws, TwoRunsAreTheSame, ()) {
  const World world = random_world(kAnyWorld);
  const Simulated one = world.run(), other = world.run();
  RC_ASSERT(one.timeline.schedule_fingerprint() == other.timeline.schedule_fingerprint());
  RC_ASSERT(one.timeline == other.timeline);
  RC_ASSERT(one.reasons == other.reasons);
}

// Where one core is as good as another, the seed decides who runs a task, never when.
RC_GTEST_PROP(Laws, SeedsPermuteThePlacesOfAPlainRun, ()) {
  WorldKind kind = kPlainWorld;
  kind.driver_costs = kind.late_executors = kind.failures = kind.wide_tasks = true;
  World world = random_world(kind);
  Simulated one = world.run();
  world.options.seed += 1;
  Simulated other = world.run();
  for (Simulated* run : {&one, &other})
    std::fill(run->timeline.attempts.executor.begin(), run->timeline.attempts.executor.end(),
              ExecutorId::none());
  RC_ASSERT(one.timeline.attempts == other.timeline.attempts);
  RC_ASSERT(one.timeline.jobs == other.timeline.jobs);
}

// A run that is cut off is the beginning of the whole one.
RC_GTEST_PROP(Laws, UntilCutsTheRunAndChangesNothingBefore, ()) {
  World world = random_world(kAnyWorld);
  const Simulated whole = world.run();
  const Time until =
      world.app.start + us(*rc::gen::inRange<std::int64_t>(0, whole.wall().in_micros() + 1));
  world.options.until = until;
  const Simulated part = world.run();
  const AttemptTable &all = whole.timeline.attempts, &some = part.timeline.attempts;
  RC_ASSERT(some.size() <= all.size());
  for (std::size_t a = 0; a < some.size(); ++a) {
    RC_ASSERT(some.launch[a] == all.launch[a]);
    RC_ASSERT(key_of(some, a) == key_of(all, a));
    const bool ended = all.finish[a] <= until;
    RC_ASSERT(some.finish[a] == (ended ? all.finish[a] : Time::never()));
    RC_ASSERT(some.outcome[a] == (ended ? all.outcome[a] : Outcome::Running));
  }
  // The launch of the next one was not decided by then.
  if (some.size() < all.size()) RC_ASSERT(all.launch[some.size()] > until);
  RC_ASSERT(part.timeline.application.end.happened() ==
            (whole.timeline.application.end <= until));
}

}  // namespace
}  // namespace muster
