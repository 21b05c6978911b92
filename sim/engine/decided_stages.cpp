// Which stage attempts there are, where no recording says it: the rules of DAGScheduler for missing
// parents, lost map outputs, fetch failures and resubmission (core/.../scheduler/DAGScheduler.scala
// and MapOutputTracker.scala, 3.5).

#include <algorithm>
#include <limits>

#include "sim/base/check.h"
#include "sim/engine/simulation.h"

namespace muster {
namespace {

constexpr Duration kResubmitTimeout = Duration::millis(200);  // DAGScheduler.RESUBMIT_TIMEOUT

std::uint32_t max_stage_attempts(const Conf& conf) {
  return static_cast<std::uint32_t>(
      std::max<std::int64_t>(1, conf.integer("spark.stage.maxConsecutiveAttempts", 4)));
}

std::string stage_kind(const Stage& stage) {
  return stage.shuffle == kNoShuffle ? "ResultStage " : "ShuffleMapStage ";
}

bool before_31(const Application& app) {
  return known_before(version_number(app.spark_version), spark(3, 1));
}

// SPARK-24819; 2.4 and 3.0 speak of CPU cores only.
std::string too_few_slots(const Application& app) {
  return "[SPARK-24819]: Barrier execution mode does not allow run a barrier stage that requires "
         "more slots than the total number of slots in the cluster currently. Please init a new "
         "cluster with more " +
         std::string(before_31(app) ? "CPU cores" : "resources(e.g. CPU, GPU)") +
         " or repartition the input RDD(s) to reduce the number of slots required to run this "
         "barrier stage.";
}

}  // namespace

// DAGScheduler.checkBarrierStageWithNumSlots, 3.5: a job with a barrier stage is not submitted
// while the executors that are registered have fewer slots than it has tasks. From 3.1 on those on
// their way out do not count (CoarseGrainedSchedulerBackend.maxNumConcurrentTasks). It is tried
// again every 15 s, 40 times.
bool Simulation::barrier_waits(Driver& driver, std::uint32_t job) {
  const Application& app = *driver.input.application;
  const bool old = before_31(app);
  const auto too_few = [&](std::uint32_t row) {
    const Stage& stage = app.stages[row];
    if (!stage.barrier || stage.skipped || driver.stages[row].phase == StagePhase::Done)
      return false;
    const ProfileNeeds needs = driver.profiles[profile_row(app, stage.resource_profile)];
    std::int64_t slots = 0;
    for (const ExecutorState& executor : cluster_.executors())
      if (executor.application == id_of(driver) && executor.profile == needs.executors &&
          executor.registered() && (old || !executor.leaving()))
        slots += needs.slots(executor.cores);
    return slots < stage.tasks;
  };
  if (std::ranges::none_of(app.jobs[job].stages, too_few)) return false;
  const auto setting = [](const char* name) {
    return std::string("spark.scheduler.barrier.maxConcurrentTasksCheck.") + name;
  };
  const Duration second = Duration::seconds(1);
  if (++driver.slot_checks[job] <= app.conf.integer(setting("maxFailures"), 40)) {
    push(now_ + app.conf.duration(setting("interval"), second * 15, second),
         event::JobStart{JobId(driver.job_base + job)});
    note("job " + std::to_string(app.jobs[job].spark_id),
         "is not submitted: too few slots for its barrier stage; tried again later");
    return true;
  }
  driver.jobs[job].submitted = now_;  // Spark announces no such job; here it has a row
  fail_job(driver, job, too_few_slots(app));
  return true;
}

// DAGScheduler.submitStage, 3.5.
bool Simulation::resubmitted_too_often(Driver& driver, std::uint32_t row) {
  const Application& app = *driver.input.application;
  const int version = version_number(app.spark_version);
  const std::int64_t limit = std::max<std::int64_t>(
      app.conf.integer("spark.stage.maxAttempts", std::numeric_limits<std::int32_t>::max()),
      max_stage_attempts(app.conf));
  if (known_before(version, spark(3, 5)) || driver.stages[row].attempts < limit) return false;
  const Stage& stage = app.stages[row];
  fail_jobs_of(driver, row,
               "Job aborted due to stage failure: " + stage_kind(stage) +
                   std::to_string(stage.spark_id) + " (name=" + stage.name +
                   ") has been resubmitted for the maximum allowable number of times: " +
                   std::to_string(limit) +
                   ", which is the max value of config `spark.stage.maxAttempts` and "
                   "`spark.stage.maxConsecutiveAttempts`.");
  return true;
}

bool Simulation::is_available(const Driver& driver, std::uint32_t stage) const {
  const std::uint32_t shuffle = driver.input.application->stages[stage].shuffle;
  return shuffle == kNoShuffle || driver.places.missing_outputs(shuffle) == 0;
}

// getMissingParentStages, ascending by id.
std::vector<std::uint32_t> Simulation::missing_parents(const Driver& driver,
                                                       std::uint32_t row) const {
  const Stage& stage = driver.input.application->stages[row];
  std::vector<std::uint32_t> missing;
  for (std::size_t p = 0; p < stage.parents.size(); ++p) {
    const bool behind_cache =
        !stage.parent_caches.empty() &&
        std::ranges::any_of(stage.parent_caches[p], [&](std::uint32_t rdd) {
          return driver.places.fully_cached(rdd, cluster_.executors());
        });
    if (!behind_cache && !is_available(driver, stage.parents[p]))
      missing.push_back(stage.parents[p]);
  }
  const std::vector<Stage>& stages = driver.input.application->stages;
  std::ranges::sort(missing, {}, [&](std::uint32_t s) { return stages[s].spark_id; });
  return missing;
}

void Simulation::submit_stage(Driver& driver, std::uint32_t row) {
  const Application& app = *driver.input.application;
  StageState& state = driver.stages[row];
  if (state.phase == StagePhase::Waiting || state.phase == StagePhase::Running ||
      state.phase == StagePhase::Failed)
    return;
  const Stage& stage = app.stages[row];
  if (state.failed_attempts >= max_stage_attempts(app.conf)) return;
  if (resubmitted_too_often(driver, row)) return;
  // Another job's stage for the same shuffle is at work on it.
  if (stage.shuffle != kNoShuffle && driver.computing[stage.shuffle] != kNone) return;
  const std::vector<std::uint32_t> missing = missing_parents(driver, row);
  if (missing.empty()) {
    state.phase = StagePhase::Running;
    if (stage.shuffle != kNoShuffle) driver.computing[stage.shuffle] = row;
    push(now_ + stage.submit_delay, event::StageSubmitted{StageId(driver.stage_base + row)});
    return;
  }
  state.phase = StagePhase::Waiting;
  driver.waiting.push_back(row);
  for (const std::uint32_t parent : missing) submit_stage(driver, parent);
}

// Which tasks the attempt runs: those whose output is missing.
void Simulation::pick_tasks(Driver& driver, std::uint32_t row, TaskSetState& set) const {
  const Stage& stage = driver.input.application->stages[row];
  std::vector<std::uint32_t> missing;
  for (std::uint32_t i = 0; i < stage.tasks; ++i) {
    TaskProgress& progress = driver.tasks[stage.first_task + i];
    if (stage.shuffle != kNoShuffle) progress.done = driver.places.has_output(stage.shuffle, i);
    if (progress.done) continue;
    progress.attempts = 0;  // a new TaskSetManager counts anew
    progress.failures = 0;
    missing.push_back(i);
  }
  if (missing.size() == stage.tasks) return;
  set.tasks = static_cast<std::uint32_t>(missing.size());
  set.subset = std::move(missing);
}

void Simulation::decided_stage_completed(Driver& driver, std::uint32_t row) {
  const Application& app = *driver.input.application;
  const Stage& stage = app.stages[row];
  StageState& state = driver.stages[row];
  if (state.phase != StagePhase::Running) return;
  if (stage.shuffle != kNoShuffle) driver.computing[stage.shuffle] = kNone;
  state.phase = StagePhase::Idle;
  if (!is_available(driver, row)) return submit_stage(driver, row);  // lost meanwhile
  state.phase = StagePhase::Done;
  state.failed_attempts = 0;
  const std::vector<std::uint32_t>& finals = app.jobs[stage.job].final_stages;
  const auto done = [&](std::uint32_t s) { return driver.stages[s].phase == StagePhase::Done; };
  if (std::ranges::find(finals, row) != finals.end() && std::ranges::all_of(finals, done))
    push(now_ + app.jobs[stage.job].end_delay, event::JobEnd{JobId(driver.job_base + stage.job)});
  submit_waiting(driver);
}

// submitWaitingChildStages, for all stages that wait: by job.
void Simulation::submit_waiting(Driver& driver) {
  std::vector<std::uint32_t> ready;
  for (const std::uint32_t row : driver.waiting)
    if (missing_parents(driver, row).empty()) ready.push_back(row);
  std::ranges::sort(ready);
  // Submitting one may fail its job, and others with it.
  const auto waits = [&](std::uint32_t row) {
    return driver.stages[row].phase == StagePhase::Waiting;
  };
  for (const std::uint32_t row : ready) {
    if (!waits(row)) continue;
    std::erase(driver.waiting, row);
    driver.stages[row].phase = StagePhase::Idle;
    submit_stage(driver, row);
  }
  // What waits for outputs that nobody computes any more, because another job that did has failed.
  for (const std::uint32_t row : std::vector(driver.waiting))
    if (waits(row))
      for (const std::uint32_t parent : missing_parents(driver, row)) submit_stage(driver, parent);
}

// A task of the current attempt could not fetch a map output.
void Simulation::fetch_failed(AttemptId id, Driver& driver, TaskSetState& set) {
  const std::uint32_t row = row_of_stage(driver, set);
  const Stage& stage = driver.input.application->stages[row];
  StageState& state = driver.stages[row];
  if (set.zombie || state.task_set != id_of(set)) return;
  for (const std::uint32_t source : stage.shuffle_sources) {
    const std::uint32_t shuffle = driver.input.application->stages[source].shuffle;
    if (shuffle != kNoShuffle && !driver.places.is_reachable(shuffle))
      driver.places.drop_silent_outputs();
  }
  end_set(driver, set);
  SetTimes& times = set_times_[id_of(set).index()];
  times.completed = now_;
  times.failure = failure_text(id);
  state.phase = StagePhase::Failed;
  if (stage.shuffle != kNoShuffle) driver.computing[stage.shuffle] = kNone;
  ++state.failed_attempts;
  if (state.failed_attempts >= max_stage_attempts(driver.input.application->conf))
    return give_up_stage(driver, row, times.failure);
  driver.failed_stages.push_back(row);
  for (const std::uint32_t parent : stage.parents) {
    StageState& its = driver.stages[parent];
    if (is_available(driver, parent) || its.phase == StagePhase::Running ||
        its.phase == StagePhase::Waiting)
      continue;
    its.phase = StagePhase::Failed;
    driver.failed_stages.push_back(parent);
  }
  if (driver.resubmitting) return;
  driver.resubmitting = true;
  push(now_ + kResubmitTimeout, event::StagesResubmitted{id_of(driver)});
}

void Simulation::give_up_stage(Driver& driver, std::uint32_t row, const std::string& last_failure) {
  const Stage& stage = driver.input.application->stages[row];
  fail_jobs_of(driver, row,
               "Job aborted due to stage failure: " + stage_kind(stage) +
                   std::to_string(stage.spark_id) + " (" + stage.name +
                   ") has failed the maximum allowable number of times: " +
                   std::to_string(driver.stages[row].failed_attempts) +
                   ". Most recent failure reason: " + last_failure);
}

// DAGScheduler.abortStage, 3.5: all jobs that need the stage fail with it.
void Simulation::fail_jobs_of(Driver& driver, std::uint32_t row, const std::string& why) {
  const Application& app = *driver.input.application;
  const std::uint32_t shuffle = app.stages[row].shuffle;
  fail_job(driver, app.stages[row].job, why);
  if (!app.decides_attempts) return;
  if (shuffle != kNoShuffle)
    for (std::uint32_t job = 0; job < app.jobs.size(); ++job)
      if (driver.started_jobs[job] && !driver.dag.failed(job) &&
          needs_shuffle(driver, job, shuffle))
        fail_job(driver, job, why);
  submit_waiting(driver);
}

// stageDependsOn: back through the stages whose outputs are not all there.
bool Simulation::needs_shuffle(const Driver& driver, std::uint32_t job,
                               std::uint32_t shuffle) const {
  const Application& app = *driver.input.application;
  std::vector<std::uint32_t> open = app.jobs[job].final_stages;
  const auto done = [&](std::uint32_t row) { return driver.stages[row].phase == StagePhase::Done; };
  if (std::ranges::all_of(open, done)) return false;  // it has succeeded, its end is on the way
  std::vector<bool> seen(app.stages.size(), false);
  while (!open.empty()) {
    const std::uint32_t row = open.back();
    open.pop_back();
    if (seen[row]) continue;
    seen[row] = true;
    if (app.stages[row].shuffle == shuffle) return true;
    for (const std::uint32_t parent : app.stages[row].parents)
      if (!is_available(driver, parent)) open.push_back(parent);
  }
  return false;
}

bool Simulation::on(event::StagesResubmitted fact) {
  Driver& driver = drivers_[fact.application.index()];
  driver.resubmitting = false;
  std::vector<std::uint32_t> rows = std::move(driver.failed_stages);
  driver.failed_stages.clear();
  std::ranges::sort(rows);
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  for (const std::uint32_t row : rows) driver.stages[row].phase = StagePhase::Idle;
  for (const std::uint32_t row : rows) submit_stage(driver, row);
  return false;
}

// A task succeeded in an attempt of its stage that is over: the current attempt need not run it
// (TaskSchedulerImpl.handlePartitionCompleted).
void Simulation::success_elsewhere(Driver& driver, const TaskSetState& set, std::uint32_t task) {
  const StageState& state = driver.stages[row_of_stage(driver, set)];
  TaskSetState& current = task_sets_[state.task_set.index()];
  if (&current == &set || current.zombie) return;
  const std::uint32_t offset = task - current.first_task;
  std::uint32_t index = offset;
  if (!current.subset.empty()) {
    const auto at = std::ranges::lower_bound(current.subset, offset);
    if (at == current.subset.end() || *at != offset) return;
    index = static_cast<std::uint32_t>(at - current.subset.begin());
  }
  if (current.offered)
    driver.input.scheduler->task_not_needed(id_of(current), index);
  if (--current.unfinished == 0) stage_through(driver, current);
}

// The executor is gone: what it stored is no more, unless a shuffle service keeps it.
void Simulation::lose_outputs(Driver& driver, ExecutorId id) {
  if (!driver.input.application->decides_attempts) return;
  driver.places.drop_blocks(id);
  if (driver.keeps_outputs) return;
  resubmit_lost(driver, id);
  driver.places.drop_outputs(id);
}

// TaskSetManager.executorLost: the finished tasks of running map stages whose output it held are
// pending again.
void Simulation::resubmit_lost(Driver& driver, ExecutorId id) {
  for (const TaskSetId set_id : std::vector(states_[id_of(driver).index()].active_sets)) {
    TaskSetState& set = task_sets_[set_id.index()];
    const Stage& stage = driver.input.application->stages[row_of_stage(driver, set)];
    if (stage.shuffle == kNoShuffle || set.zombie) continue;
    for (std::uint32_t index = 0; index < set.tasks; ++index) {
      const std::uint32_t task = set.task_row(index);
      if (driver.places.output_at(stage.shuffle, task - stage.first_task) != id) continue;
      const AttemptId success = driver.success[task];
      if (success.valid() && attempts_[success.index()].task_set == set_id)
        set_failure(success, "Resubmitted");
      driver.tasks[task].done = false;
      ++set.unfinished;
      if (success.valid() && is_endless(attempts_[success.index()], driver, set))
        give_up_task(success, driver, set);
      if (set.offered) driver.input.scheduler->task_pending(set_id, index, view_);
    }
  }
}

}  // namespace muster
