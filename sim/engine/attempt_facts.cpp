// Task attempts on their way: phases, status updates, ends, losses and kills. The rules of
// TaskSetManager and of the scheduler back end.

#include <algorithm>

#include "sim/base/check.h"
#include "sim/engine/simulation.h"

namespace muster {
namespace {

// From the driver's wish to kill an attempt to the status update that says so: one message each way
// and an interrupt (recorded: the loser of a speculated pair ended 4-30 ms after the winner).
constexpr Duration kKillDelay = Duration::millis(10);

}  // namespace

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
  if (is_unheard(fact.flight, driver)) return false;
  release_cores(flight, set, driver);
  if (flight.handling > Duration()) {
    push(now_ + flight.handling, event::TaskEnd{fact.flight});
  } else {
    end_attempt(flight, set, driver);
    land(fact.flight);
  }
  return true;
}

// A status update that does not reach the driver: it comes when the two hear each other again, or
// never.
bool Simulation::is_unheard(FlightId id, const Driver& driver) {
  Flight& flight = flights_[id.index()];
  if (cluster_.state(flight.executor).silent) {
    flight.unheard = true;
    return true;
  }
  if (now_ >= driver.cut_until) return false;
  push(driver.cut_until, event::StatusUpdate{id});
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
  --set.running;
  if (--executor.running == 0) {
    executor.idle_since = now_;
    tell_allocator(driver);
  }
  if (executor.phase == ExecutorPhase::Usable && !executor.stopping)
    offer(driver, flight.executor, executor);
  else if (executor.phase == ExecutorPhase::Draining && executor.running == 0)
    decommissioned(flight.executor);
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
  if (id_of(set).index() < driver.first_set) return false;  // of an earlier application attempt
  if (driver.wants_ends) tell_scheduler(flight.attempt, driver);
  if (flight.outcome == Outcome::Success)
    attempt_succeeded(flight, set, driver);
  else if (flight.outcome == Outcome::FetchFailed && driver.decides)
    fetch_failed(flight.attempt, driver, set);
  else
    attempt_failed(flight.attempt, driver, set);
  return driver.offer_all;
}

void Simulation::attempt_succeeded(const Flight& flight, TaskSetState& set, Driver& driver) {
  if (driver.decides) return decided_success(flight, set, driver);
  const std::uint32_t task = set.task_row(flight.index);
  TaskProgress& progress = driver.tasks[task];
  // Only written where nothing repeats: reading the row would wait for memory.
  if (set.repeats && progress.done) return;
  progress.done = true;
  if (set.leaves_data)
    driver.places.task_succeeded(row_of_stage(driver, set), task, flight.executor);
  if (set.repeats && progress.copied) kill_rivals(flight, driver, set);
  if (--set.unfinished == 0 && !set.zombie) stage_through(driver, set);
}

// The same where the engine decides about attempts of stages, and so counts what executors hold.
void Simulation::decided_success(const Flight& flight, TaskSetState& set, Driver& driver) {
  const std::uint32_t task = set.task_row(flight.index), row = row_of_stage(driver, set);
  if (driver.tasks[task].done) return;
  ExecutorState& executor = cluster_.state(flight.executor);
  driver.failed_in_vain = 0;
  driver.tasks[task].done = true;
  driver.success[task] = flight.attempt;
  // What an executor that is gone by now has written is not registered: a map stage finds it
  // missing at its end and is submitted again (DAGScheduler.handleTaskCompletion, "possibly
  // bogus"), with a shuffle service too.
  if (set.leaves_data && executor.alive()) {
    driver.places.task_succeeded(row, task, flight.executor);
    driver.places.count_on(flight.executor, executor.cached_blocks, executor.map_outputs);
    if (driver.input.application->stages[row].shuffle != kNoShuffle) ++executor.active_map_outputs;
  }
  if (driver.tasks[task].copied) kill_rivals(flight, driver, set);
  if (driver.stages[row].task_set != id_of(set)) return success_elsewhere(driver, set, task);
  if (--set.unfinished == 0 && !set.zombie) stage_through(driver, set);
}

void Simulation::tell_scheduler(AttemptId id, Driver& driver) {
  const AttemptState& attempt = attempts_[id.index()];
  if (task_sets_[attempt.task_set.index()].zombie) return;
  driver.input.scheduler->attempt_ended({.task_set = attempt.task_set,
                                         .index = attempt.index,
                                         .executor = attempt.executor,
                                         .outcome = attempt.outcome,
                                         .counts = attempt.failure_counts,
                                         .speculative = attempt.speculative,
                                         .launch = attempt.launch},
                                        view_);
}

void Simulation::attempt_failed(AttemptId id, Driver& driver, TaskSetState& set) {
  const AttemptState& attempt = attempts_[id.index()];
  const std::uint32_t task = set.task_row(attempt.index);
  TaskProgress& progress = driver.tasks[task];
  if (set.zombie || progress.done) return;
  // A replay loses other tasks with its executors than the recording did; which stages are given up
  // is the recording's to say.
  const bool counts = attempt.failure_counts && attempt.outcome != Outcome::TaskKilled &&
                      (driver.decides || attempt.outcome != Outcome::ExecutorLostFailure);
  if (counts && ++progress.failures >= driver.max_failures) {
    if (driver.input.application->stages[row_of_stage(driver, set)].planned_to_fail()) return;
    abort_stage(driver, set, abort_text(id, driver, set), false);
    return;
  }
  if (is_endless(attempt, driver, set)) return give_up_task(id, driver, set);
  if (set.barrier) return fail_barrier(id, driver, set);
  // While a copy runs the task is not launched again (TaskSetManager.dequeueTaskFromList).
  if (progress.copied && !rivals_of(id, driver, set, true).empty()) return;
  driver.input.scheduler->task_pending(attempt.task_set, attempt.index, view_);
  driver.offer_all = true;  // handleFailedTask revives offers
}

// One failed task of a barrier stage fails the whole attempt (DAGScheduler.handleTaskCompletion).
void Simulation::fail_barrier(AttemptId id, Driver& driver, TaskSetState& set) {
  set_failure(id, "Stage failed because barrier task failed: " + failure_text(id));
  kill_stage(driver, set, "barrier task failed");
  fetch_failed(id, driver, set);
}

std::string Simulation::abort_text(AttemptId id, const Driver& driver,
                                   const TaskSetState& set) const {
  const std::uint32_t index = attempts_[id.index()].index;
  const std::uint32_t failures = driver.tasks[set.task_row(index)].failures;
  return "Job aborted due to stage failure: Task " + std::to_string(index) +
         in_stage(driver, set) + " failed " + std::to_string(failures) +
         " times, most recent failure: " + lost_task_text(id, driver, set);
}

std::string Simulation::in_stage(const Driver& driver, const TaskSetState& set) const {
  const Stage& stage = driver.input.application->stages[row_of_stage(driver, set)];
  return " in stage " + std::to_string(stage.spark_id) + "." +
         std::to_string(stage.attempt + set.attempt);
}

// TaskSetManager.handleFailedTask: what it logs, and keeps as the latest failure.
std::string Simulation::lost_task_text(AttemptId id, const Driver& driver,
                                       const TaskSetState& set) const {
  const AttemptState& attempt = attempts_[id.index()];
  const ExecutorRecord& executor = cluster_.record(attempt.executor);
  std::string reason = failure_text(id);
  if (attempt.outcome == Outcome::ExecutorLostFailure &&
      driver.input.application->decides_attempts)
    reason = "ExecutorLostFailure (executor " + executor.id +
             (attempt.failure_counts ? " exited caused by one of" : " exited unrelated to") +
             " the running tasks) Reason: " + reason;
  return "Lost task " + std::to_string(attempt.index) + "." + std::to_string(attempt.number) +
         in_stage(driver, set) + " (TID " + std::to_string(id.index()) + ") (" +
         cluster_.host_name(cluster_.executors()[attempt.executor.index()].host) + " executor " +
         executor.id + "): " + reason;
}

// --- losses and kills --------------------------------------------------------------------------

// In the order of launch: what is lost together is put back in a fixed order.
void Simulation::lose_attempts(ExecutorId id, bool counts) {
  const bool starts = !cluster_.record(id).added.happened();
  if (cluster_.state(id).running == 0 && !starts) return;
  std::vector<FlightId> lost;
  for (std::uint32_t f = 0; f < flights_.size(); ++f) {
    const Flight& flight = flights_[f];
    if (flight.executor != id) continue;
    if (flight.runs_task())
      lost.push_back(FlightId(f));
    else if (!flight.attempt.valid() && !flight.lost)
      forget_phases(FlightId(f));  // its process was still starting
  }
  std::sort(lost.begin(), lost.end(), [this](FlightId a, FlightId b) {
    return flights_[a.index()].attempt < flights_[b.index()].attempt;
  });
  for (const FlightId flight : lost) lose(flight, counts);
}

void Simulation::lose(FlightId id, bool counts) {
  Flight& flight = flights_[id.index()];
  TaskSetState& set = task_sets_[flight.task_set.index()];
  AttemptState& attempt = attempts_[flight.attempt.index()];
  flight.outcome = Outcome::ExecutorLostFailure;
  --cluster_.state(flight.executor).running;
  --set.running;
  attempt.outcome = Outcome::ExecutorLostFailure;
  attempt.failure_counts = counts;
  set_failure(flight.attempt, cluster_.record(flight.executor).removed_reason);
  end_attempt(flight, set, driver_of(set));
  // The driver may still be busy with the launches before it.
  attempt.finish = std::max(now_, attempt.launch);
  if (flight.unheard) {
    flight.lost = true;
    return land(id);
  }
  forget_phases(id);
}

// Whatever the flight still had to do is void.
void Simulation::forget_phases(FlightId id) {
  Flight& flight = flights_[id.index()];
  flight.lost = true;
  if (flight.phases == Flight::kNoPhases) return;
  free_phases_.push_back(flight.phases);
  flight.phases = Flight::kNoPhases;
  // Work that is cancelled leaves no fact behind that would land the flight.
  if (running_.cancel(id.index(), now_)) land(id);
}

// Attempts of the same task that run beside this one, or, `handled`, have ended without the driver
// being through with them. What is killed comes by again in the row that waits for its status
// update: it is no rival any more.
const std::vector<std::uint32_t>& Simulation::rivals_of(AttemptId id, const Driver& driver,
                                                        const TaskSetState& set, bool handled) {
  const std::uint32_t index = attempts_[id.index()].index, task = set.task_row(index);
  rows_.clear();
  if (driver.original[task].valid()) rows_.push_back(driver.original[task].index());
  const auto [first, last] = driver.copies.equal_range(task);
  for (auto copy = first; copy != last; ++copy) rows_.push_back(copy->second.index());
  std::erase_if(rows_, [&](std::uint32_t row) {
    const Flight& flight = flights_[row];
    const bool counts = handled ? flight.attempt.valid() && !flight.lost : flight.runs_task();
    return !counts || flight.outcome == Outcome::TaskKilled || flight.attempt == id ||
           flight.task_set != id_of(set) || flight.index != index;
  });
  std::ranges::sort(rows_);
  return rows_;
}

// TaskSetManager.handleSuccessfulTask.
void Simulation::kill_rivals(const Flight& winner, Driver& driver, const TaskSetState& set) {
  const std::uint32_t task = set.task_row(winner.index);
  for (const std::uint32_t row : rivals_of(winner.attempt, driver, set, false))
    kill(FlightId(row), "another attempt succeeded", true);
  driver.copies.erase(task);
}

// Without an interrupt the attempt goes on to its own end, and is found killed then.
void Simulation::kill(FlightId id, const std::string& why, bool interrupt) {
  flights_[id.index()].outcome = Outcome::TaskKilled;
  const Flight killed = flights_[id.index()];
  AttemptState& attempt = attempts_[killed.attempt.index()];
  attempt.outcome = Outcome::TaskKilled;
  attempt.failure_counts = false;
  set_failure(killed.attempt, why);
  if (!interrupt) return;
  forget_phases(id);
  const FlightId rest = free_flight();
  flights_[rest.index()] = killed;
  flights_[rest.index()].phases = Flight::kNoPhases;
  flights_[rest.index()].lost = false;
  flights_[rest.index()].unheard = false;  // its update is on its way, whoever hears it
  push(std::max(now_, attempt.launch) + kKillDelay, event::StatusUpdate{rest});
}

void Simulation::set_failure(AttemptId id, const std::string& why) {
  failure_.set(id.index(), static_cast<std::uint32_t>(failures_.size()));
  failures_.push_back(why);
}

std::string Simulation::failure_text(AttemptId id) const {
  const std::uint32_t row = failure_.get(id.index());
  return row == kNone ? std::string() : failures_[row];
}

}  // namespace muster
