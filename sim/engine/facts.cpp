// What each fact does to the state: the rules of Spark's DAGScheduler and scheduler back end.

#include <algorithm>

#include "sim/base/check.h"
#include "sim/engine/simulation.h"

namespace muster {

// --- the application and its jobs ------------------------------------------------------------

bool Simulation::on(event::ApplicationStart fact) {
  Driver& driver = drivers_[fact.application.index()];
  driver.started = driver.free_at = now_;
  commands_.clear();
  if (input_.cluster_manager)
    input_.cluster_manager->application_started(fact.application, view_, commands_);
  for (const Command& command : commands_)
    std::visit([this](const auto& c) { act(c); }, command);
  rows_.clear();
  driver.dag.first_jobs(rows_);
  start_jobs(driver, rows_);
  const Application& app = *driver.input.application;
  if (app.jobs.empty() && app.ends) push(now_ + app.tail, event::ApplicationEnd{fact.application});
  return false;
}

void Simulation::start_jobs(Driver& driver, const std::vector<std::uint32_t>& rows) {
  for (const std::uint32_t job : rows)
    push(now_ + driver.input.application->jobs[job].delay,
         event::JobStart{JobId(driver.job_base + job)});
}

bool Simulation::on(event::JobStart fact) {
  std::uint32_t job = 0;
  Driver& driver = driver_of_job(fact.job, job);
  if (driver.ended.happened()) return false;
  driver.jobs[job].submitted = now_;
  rows_.clear();
  driver.dag.job_started(job, rows_);
  submit_stages(driver, rows_);
  // A job over no partitions ends at once.
  if (!driver.dag.has_stages(job))
    push(now_ + driver.input.application->jobs[job].end_delay, event::JobEnd{fact.job});
  return false;
}

bool Simulation::on(event::JobEnd fact) {
  std::uint32_t job = 0;
  Driver& driver = driver_of_job(fact.job, job);
  JobTimes& times = driver.jobs[job];
  const Application& app = *driver.input.application;
  times.completed = now_;
  const bool failed = app.jobs[job].fails || driver.dag.failed(job);
  times.outcome = failed ? JobOutcome::Failed : JobOutcome::Succeeded;
  if (app.jobs[job].fails) times.failure = app.jobs[job].failure;
  rows_.clear();
  const bool last = driver.dag.job_ended(job, rows_);
  driver.places.jobs_ended(driver.dag.jobs_ended());
  const ApplicationId id(static_cast<std::size_t>(&driver - drivers_.data()));
  // An exception that the program was not known to survive ends it.
  if (!driver.failure.empty())
    push(now_, event::ApplicationEnd{id});
  else if (last && app.ends)
    push(now_ + app.tail, event::ApplicationEnd{id});
  else
    start_jobs(driver, rows_);
  return false;
}

bool Simulation::on(event::ApplicationEnd fact) {
  Driver& driver = drivers_[fact.application.index()];
  if (!driver.ended.happened()) driver.ended = now_;
  return false;
}

// --- stages ----------------------------------------------------------------------------------

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
  if (driver.dag.failed(stage.job)) return false;
  const TaskSetId id(task_sets_.size());
  driver.stages[row].submitted = now_;
  driver.stages[row].task_set = id;
  const Job& job = app.jobs[stage.job];
  task_sets_.push_back({.stage = fact.stage,
                        .application = ApplicationId(&driver - drivers_.data()),
                        .priority = job.spark_id,
                        .stage_id = stage.spark_id,
                        .first_task = stage.first_task,
                        .tasks = stage.tasks,
                        .unfinished = stage.tasks,
                        .cpus = driver.task_cpus,
                        .leaves_data = stage.shuffle_map || !app.block_writes.empty(),
                        .pool = job.pool,
                        .preferences = {}});
  refresh_view();
  if (stage.tasks == 0 && !stage.planned_to_fail())
    push(now_ + stage.completion, event::StageCompleted{fact.stage});
  else
    push(now_ + stage.prepare, event::TaskSetReady{id});
  if (stage.planned_to_fail()) push(now_ + stage.fails_after, event::StageAborted{id});
  return false;
}

bool Simulation::on(event::TaskSetReady fact) {
  TaskSetState& set = task_sets_[fact.task_set.index()];
  if (set.zombie) return false;
  Driver& driver = driver_of(set);
  const std::uint32_t row = set.stage.index() - driver.stage_base;
  driver.places.preferences(driver.input.application->stages[row], cluster_.executors(),
                            set.preferences);
  driver.input.scheduler->task_set_ready(fact.task_set, view_);
  driver.offer_all = true;
  return true;
}

bool Simulation::on(event::StageCompleted fact) {
  std::uint32_t row = 0;
  Driver& driver = driver_of_stage(fact.stage, row);
  driver.stages[row].completed = now_;
  const Stage& stage = driver.input.application->stages[row];
  rows_.clear();
  const bool job_through = driver.dag.stage_ended(row, rows_);
  submit_stages(driver, rows_);
  if (job_through)
    push(now_ + driver.input.application->jobs[stage.job].end_delay,
         event::JobEnd{JobId(driver.job_base + stage.job)});
  return false;
}

bool Simulation::on(event::StageAborted fact) {
  TaskSetState& set = task_sets_[fact.task_set.index()];
  Driver& driver = driver_of(set);
  const std::uint32_t row = set.stage.index() - driver.stage_base;
  abort_stage(driver, set, driver.input.application->stages[row].failure, true);
  return false;
}

// The task set launches nothing any more; its running attempts go on to their own ends.
void Simulation::abort_stage(Driver& driver, TaskSetState& set, const std::string& why,
                             bool planned) {
  if (set.zombie) return;
  const std::uint32_t row = set.stage.index() - driver.stage_base;
  const std::uint32_t job = driver.input.application->stages[row].job;
  set.zombie = true;
  driver.stages[row].failure = why;
  driver.input.scheduler->task_set_gone(TaskSetId(&set - task_sets_.data()));
  if (planned) {
    push(now_, event::StageCompleted{set.stage});
    return;
  }
  driver.stages[row].completed = now_;
  fail_job(driver, job, why);
}

void Simulation::fail_job(Driver& driver, std::uint32_t job, const std::string& why) {
  const Application& app = *driver.input.application;
  driver.dag.job_failed(job);
  driver.jobs[job].failure = why;
  driver.failure = why;
  for (const std::uint32_t s : app.jobs[job].stages) {
    StageTimes& times = driver.stages[s];
    if (!times.submitted.happened() || times.completed.happened()) continue;
    TaskSetState& set = task_sets_[times.task_set.index()];
    times.completed = now_;
    times.failure = why;
    if (!set.zombie) driver.input.scheduler->task_set_gone(times.task_set);
    set.zombie = true;
  }
  push(now_ + app.jobs[job].end_delay, event::JobEnd{JobId(driver.job_base + job)});
}

// --- attempts --------------------------------------------------------------------------------

bool Simulation::on(event::PhaseDone fact) {
  if (flights_[fact.flight.index()].lost)
    land(fact.flight);
  else
    next_phase(fact.flight);
  return false;
}

bool Simulation::on(event::StatusUpdate fact) {
  Flight& flight = flights_[fact.flight.index()];
  if (flight.lost) {
    land(fact.flight);
    return false;
  }
  TaskSetState& set = task_sets_[flight.task_set.index()];
  Driver& driver = driver_of(set);
  release_cores(flight, set, driver);
  if (flight.handling > Duration()) {
    push(now_ + flight.handling, event::TaskEnd{fact.flight});
  } else {
    end_attempt(flight, set, driver);
    land(fact.flight);
  }
  return true;
}

bool Simulation::on(event::TaskEnd fact) {
  const Flight flight = flights_[fact.flight.index()];
  land(fact.flight);
  TaskSetState& set = task_sets_[flight.task_set.index()];
  return end_attempt(flight, set, driver_of(set));
}

void Simulation::release_cores(Flight& flight, TaskSetState& set, Driver& driver) {
  ExecutorState& executor = cluster_.state(flight.executor);
  flight.holds_cores = false;
  executor.free += set.cpus;
  --executor.running;
  --set.running;
  if (executor.phase == ExecutorPhase::Usable)
    offer(driver, flight.executor, executor);
  else if (executor.phase == ExecutorPhase::Draining && executor.running == 0)
    remove_executor(flight.executor);
}

void Simulation::offer(Driver& driver, ExecutorId id, ExecutorState& executor) {
  if (executor.freed) return;
  executor.freed = true;
  driver.freed.push_back(id);
}

// Returns whether the scheduler has something new to decide about.
bool Simulation::end_attempt(const Flight& flight, TaskSetState& set, Driver& driver) {
  // Only written, not read: the row is far from the cache.
  attempts_[flight.attempt.index()].finish = now_;
  if (flight.outcome != Outcome::Success) {
    attempt_failed(flight.attempt, driver, set);
    return driver.offer_all;
  }
  const std::uint32_t task = set.first_task + flight.index;
  TaskProgress& progress = driver.tasks[task];
  if (set.repeats && progress.done) return false;
  progress.done = true;
  if (set.leaves_data) driver.places.task_succeeded(task, flight.executor);
  if (--set.unfinished == 0 && !set.zombie) stage_through(driver, set);
  return false;
}

void Simulation::stage_through(Driver& driver, TaskSetState& set) {
  const std::uint32_t row = set.stage.index() - driver.stage_base;
  const Stage& stage = driver.input.application->stages[row];
  if (stage.planned_to_fail()) return;  // the abort ends it
  set.zombie = true;
  driver.input.scheduler->task_set_gone(TaskSetId(&set - task_sets_.data()));
  push(now_ + stage.completion, event::StageCompleted{set.stage});
}

void Simulation::attempt_failed(AttemptId id, Driver& driver, TaskSetState& set) {
  const AttemptState& attempt = attempts_[id.index()];
  const std::uint32_t task = set.first_task + attempt.index;
  TaskProgress& progress = driver.tasks[task];
  if (set.zombie || progress.done) return;
  if (attempt.failure_counts && ++progress.failures >= driver.max_failures) {
    const std::uint32_t row = set.stage.index() - driver.stage_base;
    const Stage& stage = driver.input.application->stages[row];
    if (stage.planned_to_fail()) return;
    const std::string where = std::to_string(attempt.index) + " in stage " +
                              std::to_string(stage.spark_id) + "." + std::to_string(stage.attempt);
    const ExecutorRecord& executor = cluster_.record(attempt.executor);
    abort_stage(driver, set,
                "Job aborted due to stage failure: Task " + where + " failed " +
                    std::to_string(progress.failures) +
                    " times, most recent failure: Lost task " + std::to_string(attempt.index) +
                    "." + std::to_string(attempt.number) + " in stage " +
                    std::to_string(stage.spark_id) + "." + std::to_string(stage.attempt) +
                    " (TID " + std::to_string(id.index()) + ") (" +
                    cluster_.host_name(cluster_.state(attempt.executor).host) + " executor " +
                    executor.id + "): " + failure_text(id),
                false);
    return;
  }
  driver.input.scheduler->task_pending(attempt.task_set, attempt.index, view_);
  driver.offer_all = true;  // handleFailedTask revives offers
}

// --- executors -------------------------------------------------------------------------------

bool Simulation::on(event::ExecutorAdded fact) {
  cluster_.record(fact.executor).added = now_;
  cluster_.state(fact.executor).phase = ExecutorPhase::Registered;
  return false;
}

bool Simulation::on(event::ExecutorUsable fact) {
  ExecutorState& executor = cluster_.state(fact.executor);
  if (executor.phase != ExecutorPhase::Registered) return false;
  executor.phase = ExecutorPhase::Usable;
  executors_changed(executor.application);
  offer(drivers_[executor.application.index()], fact.executor, executor);
  return true;
}

bool Simulation::on(event::ExecutorDraining fact) {
  ExecutorState& executor = cluster_.state(fact.executor);
  if (executor.phase == ExecutorPhase::Gone) return false;
  executor.phase = ExecutorPhase::Draining;
  if (executor.running == 0)
    remove_executor(fact.executor);
  else
    executors_changed(executor.application);
  return true;
}

bool Simulation::on(event::ExecutorRemoved fact) {
  if (cluster_.state(fact.executor).phase == ExecutorPhase::Gone) return false;
  remove_executor(fact.executor);
  lose_attempts(fact.executor);
  return true;
}

void Simulation::remove_executor(ExecutorId id) {
  ExecutorState& executor = cluster_.state(id);
  executor.phase = ExecutorPhase::Gone;
  cluster_.record(id).removed = now_;
  executors_changed(executor.application);
  drivers_[executor.application.index()].offer_all = true;  // executorLost revives offers
}

// In the order of launch: what is lost together is put back in a fixed order.
void Simulation::lose_attempts(ExecutorId id) {
  std::vector<FlightId> lost;
  for (std::uint32_t f = 0; f < flights_.size(); ++f) {
    const Flight& flight = flights_[f];
    const bool flying = flight.holds_cores && !flight.lost && flight.attempt.valid();
    if (flying && flight.executor == id) lost.push_back(FlightId(f));
  }
  std::sort(lost.begin(), lost.end(), [this](FlightId a, FlightId b) {
    return flights_[a.index()].attempt < flights_[b.index()].attempt;
  });
  for (const FlightId flight : lost) lose(flight);
}

void Simulation::lose(FlightId id) {
  Flight& flight = flights_[id.index()];
  TaskSetState& set = task_sets_[flight.task_set.index()];
  AttemptState& attempt = attempts_[flight.attempt.index()];
  flight.lost = true;
  flight.outcome = Outcome::ExecutorLostFailure;
  --cluster_.state(flight.executor).running;
  --set.running;
  attempt.outcome = Outcome::ExecutorLostFailure;
  set_failure(flight.attempt, cluster_.record(flight.executor).removed_reason);
  end_attempt(flight, set, driver_of(set));
  // The driver may still be busy with the launches before it.
  attempt.finish = std::max(now_, attempt.launch);
  if (flight.phases == Flight::kNoPhases) return;
  free_phases_.push_back(flight.phases);
  flight.phases = Flight::kNoPhases;
  // Work that is cancelled leaves no fact behind that would land the flight.
  if (running_.cancel(id.index(), now_)) land(id);
}

void Simulation::executors_changed(ApplicationId id) {
  drivers_[id.index()].input.scheduler->executors_changed(view_);
}

bool Simulation::on(event::Wake fact) {
  Driver& driver = drivers_[fact.application.index()];
  if (driver.next_wake != now_) return false;  // an earlier wake took its place
  driver.woken = true;
  return true;
}

}  // namespace muster
