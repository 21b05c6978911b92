// The end of a driver whose machine is gone, and the next attempt of its application.

#include <algorithm>

#include "sim/engine/simulation.h"

namespace muster {

// The driver's process is gone: in cluster mode the manager may start the program anew.
void Simulation::lose_driver(Driver& driver, const std::string& why, bool counts) {
  if (driver.ended.happened()) return;
  driver.faults += counts ? 1 : 0;
  const std::string who = "application " + driver.input.application->id;
  driver.failure = "driver lost: " + why;
  end_application(driver);
  for (std::uint32_t e = 0; e < cluster_.executors().size(); ++e) {
    const ExecutorState& executor = cluster_.executors()[e];
    if (executor.application != id_of(driver) || !executor.alive()) continue;
    cluster_.record(ExecutorId(e)).removed_reason = "Driver disassociated";
    remove_executor(ExecutorId(e));
    lose_attempts(ExecutorId(e), false);
  }
  if (driver.faults >= driver.input.max_attempts)
    return note(who, "has lost its driver (" + why + ") and is not tried again");
  if (driver.attempt >= kMostRepeats)
    return give_up(driver, "its driver was lost " + std::to_string(driver.attempt) +
                               " times, and each time the program began anew: it lives shorter "
                               "than the program runs; the last time: " + why);
  note(who, "has lost its driver (" + why + "): attempt " + std::to_string(driver.attempt + 1) +
                " runs the program from its start");
  restart(driver);
}

void Simulation::restart(Driver& driver) {
  const Application& app = *driver.input.application;
  const ApplicationId id = id_of(driver);
  for (const TaskSetId set : std::vector(states_[id.index()].active_sets))
    if (!task_sets_[set.index()].zombie) end_set(driver, task_sets_[set.index()]);
  if (driver.started.happened())
    driver.lost.push_back(
        {.timeline = timeline(id), .milestones = driver.milestones, .failure = driver.failure});
  driver.dag.restart();
  driver.places.forget_everything();
  driver.stages.assign(app.stages.size(), StageState());
  driver.jobs.assign(app.jobs.size(), JobTimes());
  driver.tasks.assign(app.tasks.size(), TaskProgress());
  driver.waiting.clear();
  driver.failed_stages.clear();
  forget_planned(driver);
  prepare_decisions(driver);
  driver.context = FlightId::none();
  driver.ready = driver.gate_open = driver.resubmitting = driver.prepared = false;
  driver.started = driver.ended = Time::never();
  driver.failure.clear();
  driver.launched = 0;
  driver.next_executor = 0;
  driver.first_set = static_cast<std::uint32_t>(task_sets_.size());
  driver.first_attempt = attempts_.size();
  driver.milestones.attempts = ++driver.attempt;
  driver.milestones.first_executor = driver.milestones.context_ready = Time::never();
  ApplicationState& state = states_[id.index()];
  state.registered = state.ended = Time::never();
  state.target = state.launched = state.present = 0;
  state.executor_failures.clear();
  state.profiles.assign(state.profiles.size(), ProfileState());
  state.driver_node = kNone;
  ClusterCommands commands;  // it may be a command of the manager that brought this about
  input_.cluster_manager->driver_lost(id, view_, commands);
  act(commands);
  manager_due_ = cluster_due_ = true;
}

// What the lost driver had still to do. Its tasks are lost with their executors, and those who ask
// to be woken look at what there is.
bool Simulation::is_planned_by(const Driver& driver, const Queue::Entry& entry) {
  std::uint32_t row = 0;
  return visit_fact(entry.kind, entry.payload, [&](const auto& fact) {
    if constexpr (requires { fact.thread; })
      return &driver_of_thread(fact.thread, row) == &driver;
    else if constexpr (requires { fact.job; })
      return &driver_of_job(fact.job, row) == &driver;
    else if constexpr (requires { fact.stage; })
      return &driver_of_stage(fact.stage, row) == &driver;
    else if constexpr (requires { fact.task_set; })
      return &driver_of(task_sets_[fact.task_set.index()]) == &driver;
    else if constexpr (requires { fact.application; })
      return fact.application == id_of(driver);
    else
      return false;
  });
}

void Simulation::forget_planned(const Driver& driver) {
  std::vector<Queue::Entry> all, instant;
  while (!queue_.empty()) {
    queue_.pop_instant(instant);
    all.insert(all.end(), instant.begin(), instant.end());
  }
  queue_.clear();
  for (const Queue::Entry& entry : all)
    if (!is_planned_by(driver, entry))
      queue_.push(entry.at, static_cast<std::uint8_t>(entry.kind), entry.payload);
}

}  // namespace muster
