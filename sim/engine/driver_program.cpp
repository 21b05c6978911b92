// From spark-submit to the application's end: the driver's start, the wait for executors, the
// program's threads, and jobs.

#include <algorithm>
#include <array>
#include <charconv>

#include "sim/base/check.h"
#include "sim/base/words.h"
#include "sim/engine/simulation.h"

namespace muster {

bool Simulation::on(event::ApplicationSubmitted fact) {
  Driver& driver = drivers_[fact.application.index()];
  ApplicationState& state = states_[fact.application.index()];
  if (!driver.milestones.submitted.happened()) driver.milestones.submitted = now_;
  state.submitted = now_;
  if (input_.cluster_manager) {
    cluster_commands_.clear();
    input_.cluster_manager->submitted(fact.application, view_, cluster_commands_);
    act(cluster_commands_);
  }
  if (!state.cluster_mode && !driver.ended.happened())
    push(now_ + driver.input.application->driver_start, event::ApplicationStart{fact.application});
  manager_due_ = cluster_due_ = true;
  if (input_.autoscaler) wakers_[waker(command::Waker::Autoscaler, {})].due = true;
  return false;
}

bool Simulation::on(event::ApplicationStart fact) {
  Driver& driver = drivers_[fact.application.index()];
  if (driver.ended.happened()) return false;  // it was turned away
  const Application& app = *driver.input.application;
  driver.started = driver.free_at = now_;
  driver.milestones.driver_started = now_;
  if (input_.disturbances) {
    wakers_[waker(command::Waker::Disturbances, {})].due = true;
    cluster_due_ = true;
  }
  if (input_.cluster_manager) {
    cluster_commands_.clear();
    input_.cluster_manager->application_started(fact.application, view_, cluster_commands_);
    act(cluster_commands_);
  }
  push(now_ + app.registration, event::ApplicationRegistered{fact.application});
  if (driver.input.gated)
    start_context(driver);
  else
    start_program(driver);
  return false;
}

// From the registration on it competes with executors that start on the same cores.
void Simulation::start_context(Driver& driver) {
  const Application& app = *driver.input.application;
  const ApplicationId id = id_of(driver);
  const Duration rest = app.context_start - app.registration;
  if (input_.shared_cores == 0 || rest <= Duration())
    return push(now_ + app.context_start, event::ContextCheck{id});
  const FlightId flight = driver.context = free_flight();
  flights_[flight.index()] = {.attempt = {}, .task_set = {}, .executor = {}, .index = id.index(),
                              .handling = {}};
  plan_.phase_count = 2;
  plan_.phases[0] = {.delay = app.registration};
  plan_.phases[1] = {.delay = {},
                     .amount = rest.in_seconds() * kContextCores,
                     .resources = {shared_cpu_},
                     .cap = Rate::per_second(kContextCores)};
  start_phases(flight, plan_, now_);
}

void Simulation::context_started(FlightId id) {
  const ApplicationId application(flights_[id.index()].index);
  land(id);
  if (drivers_[application.index()].context != id) return;  // of a driver that was lost
  push(now_, event::ContextCheck{application});
}

bool Simulation::on(event::ApplicationRegistered fact) {
  Driver& driver = drivers_[fact.application.index()];
  if (driver.ended.happened() || !driver.started.happened()) return false;
  ApplicationState& state = states_[fact.application.index()];
  state.registered = now_;
  driver.milestones.registered = now_;
  if (driver.input.allocator)
    act(command::RequestExecutors{fact.application, driver.input.allocator->initial(view_)});
  if (driver.input.gated) driver.gate = gate_of(driver.input.application->conf, state.target);
  manager_due_ = cluster_due_ = true;
  return false;
}

bool Simulation::on(event::ContextCheck fact) {
  Driver& driver = drivers_[fact.application.index()];
  const ApplicationState& state = states_[fact.application.index()];
  if (driver.ready || driver.ended.happened() || !driver.started.happened()) return false;
  bool open = state.registered.happened();
  if (open && driver.gate.counts != Gate::Counts::Nothing) {
    std::int64_t registered = state.present;
    if (driver.gate.counts == Gate::Counts::Cores) {
      registered = 0;
      for (const ExecutorState& executor : cluster_.executors())
        if (executor.application == fact.application && executor.alive() &&
            executor.phase != ExecutorPhase::Expected)
          registered += executor.cores;
    }
    // The clock runs from the construction of the scheduler back end, shortly before it registers.
    open = driver.gate.enough(registered) ||
           now_ - driver.milestones.registered >= driver.gate.timeout;
    if (open && !driver.gate_open) tell_gate(driver, registered);
  }
  if (!open && !driver.gate_open) {
    push(now_ + kGatePoll, fact);
  } else if (!driver.gate_open && driver.input.application->after_gate > Duration()) {
    driver.gate_open = true;
    push(now_ + driver.input.application->after_gate, fact);
  } else {
    start_program(driver);
  }
  return false;
}

// Where the program waited for it.
void Simulation::tell_gate(const Driver& driver, std::int64_t registered) {
  const Duration waited = now_ - driver.milestones.registered;
  if (waited < Duration::seconds(1)) return;
  const std::string of = driver.gate.counts == Gate::Counts::Cores ? "core" : "executor";
  const std::string there =
      std::to_string(registered) + " of " +
      counted(static_cast<std::uint64_t>(std::max<std::int64_t>(0, driver.gate.expected)), of);
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), driver.gate.ratio).ptr;
  const std::string ratio(text.data(), end);
  note("registration gate",
       "lets the program of " + driver.input.application->name + " start after " +
           duration_text(waited) + ": " + there + " registered, " +
           (driver.gate.enough(registered)
                ? "spark.scheduler.minRegisteredResourcesRatio (" + ratio + ") is reached"
                : "spark.scheduler.maxRegisteredResourcesWaitingTime is over (ratio " + ratio +
                      ")"));
}

void Simulation::start_program(Driver& driver) {
  const Application& app = *driver.input.application;
  driver.ready = true;
  driver.milestones.context_ready = now_;
  if (!app.program.empty()) return start_threads(driver);
  rows_.clear();
  driver.dag.first_jobs(rows_);
  start_jobs(driver, rows_);
  if (app.jobs.empty() && app.ends) push(now_ + app.tail, event::ApplicationEnd{id_of(driver)});
}

// --- threads of the driver program ------------------------------------------------------------

// Those whose time has come: all that they wait for are through.
void Simulation::start_threads(Driver& driver) {
  const std::vector<ProgramThread>& program = driver.input.application->program;
  for (std::uint32_t t = 0; t < program.size(); ++t) {
    if (driver.threads[t].started) continue;
    const bool ready = std::ranges::all_of(
        program[t].after, [&](std::uint32_t other) { return driver.threads[other].through; });
    if (!ready) continue;
    driver.threads[t].started = true;
    thread_goes_on(driver, t, program[t].delay);
  }
}

void Simulation::thread_goes_on(Driver& driver, std::uint32_t thread, Duration after) {
  push(now_ + after, event::StepDue{driver.thread_base + thread});
}

bool Simulation::on(event::StepDue fact) {
  std::uint32_t thread = 0;
  Driver& driver = driver_of_thread(fact.thread, thread);
  if (driver.ended.happened() || !driver.ready) return false;
  ThreadState& state = driver.threads[thread];
  const std::size_t steps = driver.input.application->program[thread].steps.size();
  while (state.step < steps)
    if (!run_step(driver, thread)) return false;
  if (state.through) return false;
  state.through = true;
  start_threads(driver);
  if (program_through(driver) && driver.input.application->ends)
    push(now_ + driver.input.application->tail, event::ApplicationEnd{id_of(driver)});
  return false;
}

// Runs the thread's present step; false: the thread waits for something.
bool Simulation::run_step(Driver& driver, std::uint32_t thread) {
  ThreadState& state = driver.threads[thread];
  const ProgramStep& step = driver.input.application->program[thread].steps[state.step];
  switch (step.kind) {
    case ProgramStep::Kind::Job: {
      const Application& app = *driver.input.application;
      driver.thread_of_job[step.row] = thread;
      const bool first = !std::ranges::any_of(
          driver.jobs, [](const JobTimes& job) { return job.submitted.happened(); });
      const Duration extra = first ? app.first_job_delay : Duration();
      ++state.step;
      push(now_ + app.jobs[step.row].delay + extra,
           event::JobStart{JobId(driver.job_base + step.row)});
      return false;
    }
    case ProgramStep::Kind::Gap:
      ++state.step;
      thread_goes_on(driver, thread, step.time);
      return false;
    case ProgramStep::Kind::WaitExecutors: {
      if (!state.waits_until.happened()) state.waits_until = now_ + step.time;
      const bool there = states_[id_of(driver).index()].present >= step.row;
      if (!there && now_ < state.waits_until) {
        thread_goes_on(driver, thread, Duration::millis(50));  // it looks so often
        return false;
      }
      state.waits_until = Time::never();
      ++state.step;
      return true;
    }
    case ProgramStep::Kind::Unpersist:
      driver.places.unpersist(step.row);
      ++state.step;
      return true;
    case ProgramStep::Kind::Disturb:
      ++state.step;
      carry_out(driver, driver.input.application->events[step.row]);
      return true;
  }
  return true;
}

// What somebody does to the cluster. An executor that is killed is missed when its worker says so
// (recordings h1: 28-43 ms).
void Simulation::carry_out(Driver& driver, const ProgramEvent& event) {
  constexpr Duration kNoticed = Duration::millis(35);
  bool found = false;
  for (std::uint32_t e = 0; e < cluster_.executors().size(); ++e) {
    const ExecutorState& executor = cluster_.executors()[e];
    const bool meant = executor.application == id_of(driver) && executor.alive() &&
                       cluster_.record(ExecutorId(e)).id == event.target;
    if (!meant) continue;
    found |= event.kind == ProgramEvent::Kind::KillExecutor ||
             event.kind == ProgramEvent::Kind::DecommissionExecutor;
    if (event.kind == ProgramEvent::Kind::KillExecutor)
      act(command::StopExecutor{.executor = ExecutorId(e),
                                .how = command::StopHow::Crash,
                                .after = kNoticed,
                                .reason = "Command exited with code 137"});
    if (event.kind == ProgramEvent::Kind::DecommissionExecutor)
      act(command::StopExecutor{.executor = ExecutorId(e),
                                .how = command::StopHow::Decommission,
                                .after = {},
                                .reason = "Executor decommission finished: spark scale down"});
  }
  for (std::uint32_t n = 0; n < cluster_.nodes().size(); ++n) {
    if (node_spans_[n].host != event.target) continue;
    found |= event.kind == ProgramEvent::Kind::LoseNode ||
             event.kind == ProgramEvent::Kind::StartNode;
    if (event.kind == ProgramEvent::Kind::LoseNode)
      act(command::RemoveNode{
          .node = n, .notice = Duration::millis(30), .reason = "worker lost"});
    if (event.kind == ProgramEvent::Kind::StartNode) push(now_ + kWorkerStart, event::NodeReady{n});
  }
  if (!found) note(std::string(kMissedEvent), "finds nothing that is called " + event.target);
}

bool Simulation::program_through(const Driver& driver) const {
  return std::ranges::all_of(driver.threads, [](const ThreadState& t) { return t.through; });
}

// --- jobs --------------------------------------------------------------------------------------

void Simulation::start_jobs(Driver& driver, const std::vector<std::uint32_t>& rows) {
  for (const std::uint32_t job : rows)
    push(now_ + driver.input.application->jobs[job].delay,
         event::JobStart{JobId(driver.job_base + job)});
}

bool Simulation::on(event::JobStart fact) {
  std::uint32_t job = 0;
  Driver& driver = driver_of_job(fact.job, job);
  if (driver.ended.happened() || !driver.ready) return false;
  const Application& app = *driver.input.application;
  if (app.decides_attempts && barrier_waits(driver, job)) return false;
  driver.jobs[job].submitted = now_;
  driver.started_jobs[job] = true;
  if (app.decides_attempts) {
    count_active_outputs(driver);
    for (const std::uint32_t row : app.jobs[job].final_stages) submit_stage(driver, row);
    if (!app.jobs[job].final_stages.empty()) return false;
  } else {
    rows_.clear();
    driver.dag.job_started(job, rows_);
    submit_stages(driver, rows_);
    if (driver.dag.has_stages(job)) return false;
  }
  // A job over no partitions ends at once.
  push(now_ + app.jobs[job].end_delay, event::JobEnd{fact.job});
  return false;
}

bool Simulation::on(event::JobEnd fact) {
  std::uint32_t job = 0;
  Driver& driver = driver_of_job(fact.job, job);
  if (!driver.jobs[job].submitted.happened() || driver.jobs[job].completed.happened()) return false;
  JobTimes& times = driver.jobs[job];
  const Application& app = *driver.input.application;
  times.completed = now_;
  driver.started_jobs[job] = false;
  tell_allocator(driver);
  const bool failed = app.jobs[job].fails || driver.dag.failed(job);
  times.outcome = failed ? JobOutcome::Failed : JobOutcome::Succeeded;
  if (app.jobs[job].fails) times.failure = app.jobs[job].failure;
  rows_.clear();
  const bool last = driver.dag.job_ended(job, rows_);
  driver.places.jobs_ended(driver.dag.jobs_ended());
  if (app.decides_attempts) count_active_outputs(driver);
  // An exception that the program was not known to survive ends it.
  if (!driver.failure.empty())
    push(now_, event::ApplicationEnd{id_of(driver)});
  else if (!app.program.empty())
    thread_goes_on(driver, driver.thread_of_job[job], Duration());
  else if (last && app.ends)
    push(now_ + app.tail, event::ApplicationEnd{id_of(driver)});
  else
    start_jobs(driver, rows_);
  return false;
}

// ExecutorMonitor keeps executors whose map outputs a running job may read.
void Simulation::count_active_outputs(Driver& driver) {
  const Application& app = *driver.input.application;
  if (!driver.input.allocator) return;
  ++states_[id_of(driver).index()].outputs_counted;
  std::vector<bool> active(app.shuffle_maps.size(), false);
  for (std::uint32_t j = 0; j < app.jobs.size(); ++j) {
    if (!driver.started_jobs[j]) continue;
    for (const std::uint32_t s : app.jobs[j].stages)
      if (app.stages[s].shuffle != kNoShuffle) active[app.stages[s].shuffle] = true;
  }
  for (std::uint32_t e = 0; e < cluster_.executors().size(); ++e) {
    ExecutorState& executor = cluster_.state(ExecutorId(e));
    if (executor.application != id_of(driver)) continue;
    executor.active_map_outputs = driver.places.outputs_on(ExecutorId(e), active);
  }
}

// --- the end -----------------------------------------------------------------------------------

bool Simulation::on(event::ApplicationEnd fact) {
  Driver& driver = drivers_[fact.application.index()];
  // Else it is the end of an attempt that was lost in this same instant.
  if (driver.started.happened() && !driver.ended.happened()) end_application(driver);
  return false;
}

void Simulation::end_application(Driver& driver) {
  const ApplicationId id = id_of(driver);
  driver.ended = now_;
  ApplicationState& state = states_[id.index()];
  state.ended = now_;
  close_what_is_open(driver);
  state.target = 0;
  state.pending = {};
  for (ProfileState& profile : state.profiles) profile.target = 0, profile.pending = {};
  manager_due_ = cluster_due_ = true;
  if (state.driver_node < cluster_.nodes().size()) {
    NodeState& node = cluster_.node(state.driver_node);
    node.cores_used -= driver.driver_cores;
    node.millis_used -= driver.driver_millis;
    node.memory_used -= driver.driver_memory;
    driver.driver_cores = driver.driver_millis = 0;
    driver.driver_memory = 0;
  }
  // Their processes end with it; the log has no event for that.
  for (std::uint32_t e = 0; e < cluster_.executors().size(); ++e) {
    ExecutorState& executor = cluster_.state(ExecutorId(e));
    const bool mine = executor.application == id && executor.alive();
    if (mine && !outlives(ExecutorId(e))) release_node(executor);
  }
}

// SparkContext.stop: nothing is submitted or launched any more, and what runs is never heard of
// again.
void Simulation::close_what_is_open(Driver& driver) {
  const std::string why = "Job was cancelled because SparkContext was shut down";
  for (const TaskSetId set : std::vector(states_[id_of(driver).index()].active_sets)) {
    end_set(driver, task_sets_[set.index()]);
    SetTimes& times = set_times_[set.index()];
    if (!driver.input.application->ends || !driver.endless.empty()) continue;
    if (!times.completed.happened()) times.completed = now_, times.failure = why;
  }
  for (std::uint32_t f = 0; f < flights_.size(); ++f) {
    const Flight& flight = flights_[f];
    if (flight.runs_task() && task_sets_[flight.task_set.index()].application == id_of(driver))
      forget_phases(FlightId(f));
  }
  if (!driver.endless.empty()) return;
  for (JobTimes& job : driver.jobs) {
    if (!job.submitted.happened() || job.completed.happened()) continue;
    job.completed = now_;
    job.outcome = JobOutcome::Failed;
    job.failure = why;
  }
}

}  // namespace muster
