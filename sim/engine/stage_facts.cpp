// Stage attempts: submitted, ready to be offered, completed, aborted. What is the same for the
// attempts of a recording and for those that the engine decides about (decided_stages.cpp).

#include <algorithm>

#include "sim/base/check.h"
#include "sim/engine/simulation.h"

namespace muster {

void Simulation::submit_stages(Driver& driver, const std::vector<std::uint32_t>& rows) {
  for (const std::uint32_t stage : rows)
    push(now_ + driver.input.application->stages[stage].submit_delay,
         event::StageSubmitted{StageId(driver.stage_base + stage)});
}

bool Simulation::on(event::StageSubmitted fact) {
  std::uint32_t row = 0;
  Driver& driver = driver_of_stage(fact.stage, row);
  const Application& app = *driver.input.application;
  const Stage& stage = app.stages[row];
  if (driver.dag.failed(stage.job) || driver.ended.happened() || !driver.ready) return false;
  const TaskSetId id(task_sets_.size());
  const Job& job = app.jobs[stage.job];
  StageState& state = driver.stages[row];
  const Driver::ProfileNeeds needs = driver.profiles[profile_row(app, stage.resource_profile)];
  state.task_set = id;
  task_sets_.push_back({.stage = fact.stage,
                        .application = id_of(driver),
                        .priority = job.spark_id,
                        .stage_id = stage.spark_id,
                        .attempt = state.attempts,
                        .first_task = stage.first_task,
                        .tasks = stage.tasks,
                        .subset = {},
                        .cpus = needs.cpus,
                        .profile = needs.executors,
                        .leaves_data = stage.shuffle_map || !app.block_writes.empty(),
                        .barrier = stage.barrier,
                        .pool = job.pool,
                        .preferences = {}});
  set_times_.push_back({.submitted = now_, .failure = {}});
  ++state.attempts;
  TaskSetState& set = task_sets_.back();
  if (app.decides_attempts) pick_tasks(driver, row, set);
  set.unfinished = set.tasks;
  states_[set.application.index()].active_sets.push_back(id);
  tell_allocator(driver);
  refresh_view();
  if (set.tasks == 0 && !stage.planned_to_fail()) {
    end_set(driver, set);
    push(now_ + stage.completion, event::StageCompleted{fact.stage});
  } else {
    const Duration first = driver.prepared ? Duration() : app.first_stage_delay;
    driver.prepared = true;
    push(now_ + stage.prepare + first, event::TaskSetReady{id});
  }
  if (stage.planned_to_fail()) push(now_ + stage.fails_after, event::StageAborted{id});
  return false;
}

bool Simulation::on(event::TaskSetReady fact) {
  TaskSetState& set = task_sets_[fact.task_set.index()];
  if (set.zombie) return false;
  Driver& driver = driver_of(set);
  driver.places.preferences(driver.input.application->stages[row_of_stage(driver, set)], set.subset,
                            cluster_.executors(), set.preferences);
  set.offered = true;
  driver.input.scheduler->task_set_ready(fact.task_set, view_);
  // An attempt before this one may have gone on to succeed since the stage was submitted.
  if (set.unfinished < set.tasks)
    for (std::uint32_t index = 0; index < set.tasks; ++index)
      if (driver.tasks[set.task_row(index)].done)
        driver.input.scheduler->task_not_needed(fact.task_set, index);
  driver.offer_all = true;
  return true;
}

bool Simulation::on(event::StageCompleted fact) {
  std::uint32_t row = 0;
  Driver& driver = driver_of_stage(fact.stage, row);
  if (!driver.stages[row].task_set.valid()) return false;  // the application began anew
  set_times_[driver.stages[row].task_set.index()].completed = now_;
  tell_allocator(driver);
  const Application& app = *driver.input.application;
  const Stage& stage = app.stages[row];
  if (app.decides_attempts) {
    decided_stage_completed(driver, row);
    return driver.offer_all;
  }
  rows_.clear();
  const bool job_through = driver.dag.stage_ended(row, rows_);
  submit_stages(driver, rows_);
  if (job_through)
    push(now_ + app.jobs[stage.job].end_delay, event::JobEnd{JobId(driver.job_base + stage.job)});
  return false;
}

// All tasks of the set have succeeded.
void Simulation::stage_through(Driver& driver, TaskSetState& set) {
  const Stage& stage = driver.input.application->stages[row_of_stage(driver, set)];
  if (stage.planned_to_fail()) return;  // the abort ends it
  end_set(driver, set);
  push(now_ + stage.completion, event::StageCompleted{set.stage});
}

// The set launches nothing any more.
void Simulation::end_set(Driver& driver, TaskSetState& set) {
  const TaskSetId id = id_of(set);
  if (!set.zombie && set.offered) driver.input.scheduler->task_set_gone(id);
  set.zombie = true;
  std::erase(states_[set.application.index()].active_sets, id);
}

bool Simulation::on(event::StageAborted fact) {
  TaskSetState& set = task_sets_[fact.task_set.index()];
  Driver& driver = driver_of(set);
  const std::uint32_t row = row_of_stage(driver, set);
  abort_stage(driver, set, driver.input.application->stages[row].failure, true);
  return false;
}

// The task set launches nothing more; its running attempts go on to their own ends.
void Simulation::abort_stage(Driver& driver, TaskSetState& set, const std::string& why,
                             bool planned) {
  if (set.zombie) return;
  const std::uint32_t row = row_of_stage(driver, set);
  end_set(driver, set);
  SetTimes& times = set_times_[id_of(set).index()];
  times.failure = why;
  if (planned) {
    push(now_, event::StageCompleted{set.stage});
    return;
  }
  times.completed = now_;
  fail_jobs_of(driver, row, why);
}

// TaskSetManager.abortSinceCompletelyExcludedOnFailure (3.1; recorded with 3.5.7), which was
// abortSinceCompletelyBlacklisted. Spark writes the text over several lines.
void Simulation::act(const command::AbortTaskSet& abort) {
  TaskSetState& set = task_sets_[abort.task_set.index()];
  if (set.zombie) return;
  Driver& driver = driver_of(set);
  const Application& app = *driver.input.application;
  const std::uint32_t task = set.task_row(abort.index);
  std::size_t last = attempts_.size();
  while (last > 0 && (attempts_[last - 1].task_set != abort.task_set ||
                      failure_text(AttemptId(last - 1)).empty()))
    --last;
  const std::uint32_t partition =
      app.tasks.partition.empty() ? task - set.first_task : app.tasks.partition[task];
  const bool old = known_before(version_number(app.spark_version), spark(3, 1));
  abort_stage(driver, set,
              "Job aborted due to stage failure: Aborting TaskSet " +
                  std::to_string(set.stage_id) + "." + std::to_string(set.attempt) +
                  " because task " + std::to_string(abort.index) + " (partition " +
                  std::to_string(partition) +
                  ") cannot run anywhere due to node and executor " +
                  (old ? "blacklist" : "excludeOnFailure") + ". Most recent failure: " +
                  (last > 0 ? lost_task_text(AttemptId(last - 1), driver, set) : "none") +
                  (old ? " Blacklisting behavior can be configured via spark.blacklist.*."
                       : " ExcludeOnFailure behavior can be configured via "
                         "spark.excludeOnFailure.*."),
              false);
}

void Simulation::fail_job(Driver& driver, std::uint32_t job, const std::string& why) {
  const Application& app = *driver.input.application;
  driver.dag.job_failed(job);
  driver.jobs[job].failure = why;
  if (!app.survives_failed_jobs) driver.failure = why;
  for (const std::uint32_t s : app.jobs[job].stages) {
    StageState& state = driver.stages[s];
    std::erase(driver.waiting, s);
    std::erase(driver.failed_stages, s);
    if (app.stages[s].shuffle != kNoShuffle && !driver.computing.empty() &&
        driver.computing[app.stages[s].shuffle] == s)
      driver.computing[app.stages[s].shuffle] = kNone;
    state.phase = StagePhase::Failed;
    if (!state.task_set.valid()) continue;
    TaskSetState& set = task_sets_[state.task_set.index()];
    SetTimes& times = set_times_[state.task_set.index()];
    if (app.decides_attempts) kill_stage(driver, set, why);
    if (times.completed.happened()) continue;
    times.completed = now_;
    times.failure = why;
    end_set(driver, set);
  }
  push(now_ + app.jobs[job].end_delay, event::JobEnd{JobId(driver.job_base + job)});
}

// DAGScheduler.cancelRunningIndependentStages: running tasks are told to stop but not interrupted
// (spark.job.interruptOnCancel is false by default), so they hold their slots to their own ends.
void Simulation::kill_stage(Driver& driver, TaskSetState& set, const std::string& why) {
  const bool tells_why =
      version_number(driver.input.application->spark_version) >= spark(4, 0);
  const std::string text = tells_why ? "Stage cancelled: " + why : std::string("Stage cancelled");
  for (std::uint32_t f = 0; f < flights_.size(); ++f) {
    const Flight& flight = flights_[f];
    if (flight.runs_task() && flight.task_set == id_of(set))
      kill(FlightId(f), text, false);
  }
}

}  // namespace muster
