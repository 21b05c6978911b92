#include "sim/engine/simulation.h"

#include <algorithm>
#include <limits>
#include <variant>

#include "sim/base/check.h"
#include "sim/scenario/master.h"
#include "sim/workload/custom_resources.h"

namespace muster {
namespace {

// spark.task.maxFailures counts from 4; local and local[N] allow one failure, local[N,F] allows F
// (SparkContext.createTaskScheduler, 3.5).
std::uint32_t max_task_failures(const Conf& conf) {
  const auto master = master_of(conf);
  if (master && master->max_failures > 0)
    return static_cast<std::uint32_t>(master->max_failures);
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(
      conf.integer("spark.task.maxFailures", 4), 1, std::numeric_limits<std::int32_t>::max()));
}

constexpr std::size_t kProgressEvery = 1 << 16;

}  // namespace

Simulation::Simulation(const SimulationInput& input) : input_(input) {
  std::uint32_t jobs = 0, stages = 0, threads = 0;
  const NodeId elsewhere = cluster_.host("");
  std::size_t tasks = 0;
  drivers_.reserve(input.applications.size());
  for (const ApplicationInput& one : input.applications) {
    const Application& app = *one.application;
    std::vector<NodeId> hosts;
    for (const std::string& name : app.hosts) hosts.push_back(cluster_.host(name));
    drivers_.push_back({.input = one,
                        .dag = Dag(app),
                        .places = Places(app, std::move(hosts), elsewhere),
                        .stages = std::vector<StageState>(app.stages.size()),
                        .jobs = std::vector<JobTimes>(app.jobs.size()),
                        .tasks = Column<TaskProgress>(app.tasks.size()),
                        .freed = {},
                        .job_base = jobs,
                        .stage_base = stages,
                        .thread_base = threads,
                        .max_failures = max_task_failures(app.conf),
                        .profiles = {},
                        .free_at = {},
                        .cut_until = {},
                        .failure = {},
                        .success = {},
                        .original = {},
                        .copies = {},
                        .computing = {},
                        .waiting = {},
                        .failed_stages = {},
                        .started_jobs = {},
                        .threads = {},
                        .thread_of_job = {},
                        .gate = {},
                        .executor_count = {},
                        .context = {},
                        .slot_checks = {},
                        .endless = {},
                        .milestones = {},
                        .lost = {}});
    drivers_.back().decides = app.decides_attempts;
    drivers_.back().wants_context = one.cost->wants_context();
    drivers_.back().wants_ends = one.scheduler->wants_ends();
    drivers_.back().keeps_outputs = app.conf.flag("spark.shuffle.service.enabled", false);
    prepare_decisions(drivers_.back());
    applications_.push_back(&app);
    states_.push_back(
        {.cluster_mode = one.cluster_mode, .pending = {}, .profiles = {}, .executor_failures = {},
         .active_sets = {}});
    prepare_profiles(drivers_.back(), states_.back());
    jobs += static_cast<std::uint32_t>(app.jobs.size());
    stages += static_cast<std::uint32_t>(app.stages.size());
    threads += static_cast<std::uint32_t>(app.program.size());
    tasks += app.tasks.size();
    push(app.start, event::ApplicationSubmitted{ApplicationId(drivers_.size() - 1)});
  }
  wakers_.resize(2 * drivers_.size() + 3);
  nodes_of_group_.assign(input.groups.size(), 0);
  if (input.shared_cores > 0)
    shared_cpu_ = running_.add_resource(Rate::per_second(input.shared_cores));
  for (const NodeInput& node : input.nodes) {
    const bool waits = node.starts_at >= Duration::max();  // for an event of a program
    add_node(node, waits ? Time::never() : first_submission() + node.starts_at);
  }
  attempts_.reserve(tasks + tasks / 16);
  task_sets_.reserve(stages);
  set_times_.reserve(stages);
  refresh_view();
}

void Simulation::prepare_decisions(Driver& driver) {
  const Application& app = *driver.input.application;
  driver.started_jobs.assign(app.jobs.size(), false);
  driver.threads.assign(app.program.size(), ThreadState());
  driver.thread_of_job.assign(app.jobs.size(), kNone);
  driver.slot_checks.assign(app.jobs.size(), 0);
  driver.copies.clear();
  if (driver.wants_ends) driver.original.assign(app.tasks.size(), FlightId::none());
  if (!app.decides_attempts) return;
  driver.success.assign(app.tasks.size(), AttemptId::none());
  driver.computing.assign(app.shuffle_maps.size(), kNone);
}

void Simulation::prepare_profiles(Driver& driver, ApplicationState& state) {
  const Application& app = *driver.input.application;
  const auto others = static_cast<std::uint32_t>(app.resource_profiles.size());
  for (std::uint32_t row = 0; row <= others; ++row) {
    const std::int64_t cpus = profile_conf(app, row).integer("spark.task.cpus", 1);
    const bool own = row > 0 && app.resource_profiles[row - 1].own_executors(app.conf);
    driver.profiles.push_back(
        {static_cast<std::int32_t>(std::max<std::int64_t>(1, cpus)), own ? row : 0,
         row > 0 ? CustomResource::kNoLimit
                 : default_resource_slots(app.conf, version_number(app.spark_version),
                                          app.resource_profiles)});
  }
  if (others > 0) state.profiles.resize(others + 1);
}

Time Simulation::first_submission() const {
  Time first = Time::never();
  for (const Application* app : applications_) first = std::min(first, app->start);
  return first;
}

void Simulation::run() {
  // Each turn is one instant: its facts happen, in order; then the policies decide once, in fixed
  // order, and their commands start work or schedule later facts. Nothing else changes state.
  std::size_t reported = 0;
  for (std::uint32_t turn = 1;; ++turn) {
    stopped_ = turn % kStopEvery == 0 && input_.stop.stop_requested();
    if (stopped_) break;
    const Time at = std::min(queue_.next_time(), running_.next_done());
    if (!at.happened() || only_ticks_left(at)) break;
    cut_off_ = at > input_.until;
    if (cut_off_) break;
    done_.clear();
    running_.advance_to(at, done_);
    for (const std::uint32_t flight : done_) push(at, event::PhaseDone{FlightId(flight)});
    if (happen(at)) decide();
    if (cluster_due_) decide_cluster();
    if (gives_up_) end_endless();
    if (input_.progress && attempts_.size() >= reported + kProgressEvery) {
      reported = attempts_.size();
      input_.progress(now_, reported, input_.progress_context);
    }
  }
}

bool Simulation::happen(Time at) {
  now_ = at;
  view_.now = at;
  bool must_decide = false;
  queue_.pop_instant(instant_);
  constexpr std::uint32_t kStatusUpdate = kind_of<event::StatusUpdate>();
  for (const Queue::Entry& entry : instant_)
    if (entry.kind == kStatusUpdate) __builtin_prefetch(&flights_[entry.payload]);
  for (const Queue::Entry& entry : instant_) {
    // Nearly all facts of a large run are of this one kind: it is looked for first.
    if (entry.kind == kStatusUpdate)
      must_decide |= on(event::StatusUpdate{FlightId(entry.payload)});
    else
      must_decide |= visit_fact(entry.kind, entry.payload,
                                [this](const auto& fact) { return on(fact); });
  }
  return must_decide;
}

// Policies that go on waking up change nothing any more when nobody has done anything for so long:
// longer than any time-out of Spark or of a cluster manager (queues and nodes are given up after
// minutes, metastable waits in recordings were below 20 min).
bool Simulation::only_ticks_left(Time at) {
  if (queue_.size() > ticks_ || running_.flows() > 0) {
    last_deed_ = at;
    return false;
  }
  return at - last_deed_ > Duration::seconds(3600);
}

void Simulation::decide() {
  for (std::size_t a = 0; a < drivers_.size(); ++a) decide(ApplicationId(a));
}

void Simulation::decide(ApplicationId id) {
  Driver& driver = drivers_[id.index()];
  if (driver.freed.empty() && !driver.offer_all && !driver.woken) return;
  if (driver.ended.happened()) {
    for (const ExecutorId executor : driver.freed) cluster_.state(executor).freed = false;
    driver.freed.clear();
    driver.offer_all = driver.woken = false;
    return;
  }
  commands_.clear();
  driver.input.scheduler->decide(view_, {driver.freed, driver.offer_all, driver.woken},
                                 commands_);
  for (const Command& command : commands_) {
    if (const auto* launch = std::get_if<command::Launch>(&command))
      act(*launch);
    else
      std::visit([this](const auto& c) { act(c); }, command);
  }
  for (const ExecutorId executor : driver.freed) cluster_.state(executor).freed = false;
  driver.freed.clear();
  driver.offer_all = driver.woken = false;
}

void Simulation::act(const command::Launch& launch) {
  TaskSetState& set = task_sets_[launch.task_set.index()];
  Driver& driver = driver_of(set);
  ExecutorState& executor = cluster_.state(launch.executor);
  const std::uint32_t task = set.task_row(launch.index);
  MUSTER_CHECK(executor.offers(set.cpus), "launch on an executor without free cores");
  MUSTER_CHECK(!set.zombie && launch.index < set.tasks, "launch in a task set that is over");
  TaskProgress& progress = driver.tasks[task];
  MUSTER_CHECK(!progress.done, "launch of a task that has succeeded");

  plan_.phase_count = 0;
  plan_.outcome = Outcome::Success;
  plan_.failure_counts = true;
  plan_.failure = nullptr;
  const std::uint16_t number = progress.attempts++;
  context_.number = number;
  if (driver.wants_context) fill_context(launch, driver, set);
  driver.input.cost->plan(launch, context_, view_, plan_);

  // The dispatch loop is one server: a launch waits for those before it in the same driver.
  const Application& app = *driver.input.application;
  const Time ready = driver.offer_all || driver.woken ? now_ : now_ + app.relaunch;
  const Time stamp = std::max(ready, driver.free_at);
  driver.free_at = stamp + app.dispatch;

  executor.free -= set.cpus;
  executor.idle_since = Time::never();
  ++executor.running;
  ++set.running;
  set.repeats |= number > 0;
  const FlightId flight = free_flight();
  if (launch.speculative) {
    MUSTER_CHECK(driver.wants_ends, "a copy by a scheduler that is not told of ends");
    progress.copied = true;
    driver.copies.emplace(task, flight);
  } else if (!driver.original.empty()) {
    driver.original[task] = flight;
  }
  const AttemptId id(attempts_.size());
  Flight& row = flights_[flight.index()];
  row.attempt = id;
  row.task_set = launch.task_set;
  row.executor = launch.executor;
  row.index = launch.index;
  row.handling = plan_.handling;
  row.phases = Flight::kNoPhases;
  row.outcome = plan_.outcome;
  row.holds_cores = true;
  row.lost = false;
  row.unheard = executor.silent;
  attempts_.emplace_back(stamp, launch, number, plan_.outcome, plan_.failure_counts);
  if (plan_.failure) set_failure(id, *plan_.failure);
  if (row.unheard) return;
  const Time begin = std::max(stamp, driver.cut_until);  // the launch arrives
  if (plan_.phase_count == 1 && plan_.phases[0].amount == 0)
    push(begin + plan_.phases[0].delay, event::StatusUpdate{flight});
  else
    start_phases(flight, plan_, begin);
}

void Simulation::fill_context(const command::Launch& launch, Driver& driver,
                              const TaskSetState& set) {
  const std::uint32_t row = row_of_stage(driver, set);
  const Stage& stage = driver.input.application->stages[row];
  ExecutorState& executor = cluster_.state(launch.executor);
  if (first_on_.size() < task_sets_.size()) first_on_.resize(task_sets_.size());
  std::vector<Time>& here = first_on_[launch.task_set.index()];
  if (here.size() < cluster_.executors().size())
    here.resize(cluster_.executors().size(), Time::never());
  Time& first = here[launch.executor.index()];
  first = std::min(first, now_);
  context_.stage_attempt = set.attempt;
  context_.since_first = now_ - first;
  context_.tasks_before = executor.tasks_run++;
  context_.launched_before = driver.launched++;
  executor.first_task = std::min(executor.first_task, now_);
  context_.executor_age = now_ - executor.first_task;
  context_.reads_shuffle = !stage.shuffle_sources.empty();
  context_.writes_shuffle = stage.shuffle_map;
  context_.output_missing = context_.output_unreachable = false;
  for (const std::uint32_t source : stage.shuffle_sources) {
    const std::uint32_t shuffle = driver.input.application->stages[source].shuffle;
    context_.output_missing |= !is_available(driver, source);
    context_.output_unreachable |= shuffle != kNoShuffle && !driver.places.is_reachable(shuffle);
  }
  context_.spared = driver.places.spared(stage, set.task_row(launch.index) - stage.first_task,
                                         cluster_.executors());
  context_.slowness = 1;
  context_.cpu = shared_cpu_;
  if (executor.node < cluster_.nodes().size())
    context_.slowness = cluster_.nodes()[executor.node].slowness;
}

FlightId Simulation::free_flight() {
  if (free_flights_.empty()) {
    flights_.emplace_back();
    return FlightId(flights_.size() - 1);
  }
  const FlightId id = free_flights_.back();
  free_flights_.pop_back();
  return id;
}

void Simulation::start_phases(FlightId id, const AttemptPlan& plan, Time launch) {
  std::uint32_t row = static_cast<std::uint32_t>(phases_.size());
  if (free_phases_.empty()) {
    phases_.emplace_back();
  } else {
    row = free_phases_.back();
    free_phases_.pop_back();
  }
  phases_[row].phases.assign(plan.phases.begin(), plan.phases.begin() + plan.phase_count);
  phases_[row].next = 0;
  flights_[id.index()].phases = row;
  push(launch, event::PhaseDone{id});
}

void Simulation::next_phase(FlightId id) {
  Flight& flight = flights_[id.index()];
  PhasesLeft& left = phases_[flight.phases];
  if (left.next == left.phases.size()) {
    free_phases_.push_back(flight.phases);
    flight.phases = Flight::kNoPhases;
    if (flight.attempt.valid())
      push(now_, event::StatusUpdate{id});
    else if (flight.executor.valid())
      executor_started(id);
    else
      context_started(id);
    return;
  }
  const Phase& phase = left.phases[left.next++];
  if (phase.amount == 0) {
    push(now_ + phase.delay, event::PhaseDone{id});
    return;
  }
  std::size_t used = 0;
  while (used < phase.resources.size() && phase.resources[used].valid()) ++used;
  running_.start(id.index(), phase.amount, std::span(phase.resources).first(used), phase.cap,
                 now_);
}

void Simulation::refresh_view() {
  view_.applications = applications_;
  view_.executors = cluster_.executors();
  view_.task_sets = task_sets_;
  view_.states = states_;
  view_.nodes = cluster_.nodes();
  view_.hosts = cluster_.hosts();
  view_.seed = input_.seed;
  view_.replication = input_.replication;
}

Driver& Simulation::driver_of_job(JobId id, std::uint32_t& row) {
  std::size_t d = drivers_.size() - 1;
  while (drivers_[d].job_base > id.index()) --d;
  row = id.index() - drivers_[d].job_base;
  return drivers_[d];
}

Driver& Simulation::driver_of_stage(StageId id, std::uint32_t& row) {
  std::size_t d = drivers_.size() - 1;
  while (drivers_[d].stage_base > id.index()) --d;
  row = id.index() - drivers_[d].stage_base;
  return drivers_[d];
}

Driver& Simulation::driver_of_thread(std::uint32_t id, std::uint32_t& row) {
  std::size_t d = drivers_.size() - 1;
  while (drivers_[d].thread_base > id || drivers_[d].threads.empty()) --d;
  row = id - drivers_[d].thread_base;
  return drivers_[d];
}

const std::string& Simulation::failure(ApplicationId id) const {
  return drivers_[id.index()].failure;
}

std::size_t Simulation::waiting_tasks(ApplicationId id) const {
  std::size_t waiting = 0;
  for (const TaskSetState& set : task_sets_)
    if (set.application == id && !set.zombie)
      waiting += set.unfinished - std::min(set.unfinished, set.running);
  return waiting;
}

bool Simulation::stuck(ApplicationId id) const {
  const Driver& driver = drivers_[id.index()];
  return !driver.ended.happened() && driver.failure.empty() && driver.input.application->ends;
}

}  // namespace muster
