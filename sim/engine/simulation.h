// One run of the simulated world: time, state, the loop. A Simulation is a value on the stack of
// whoever runs it; nothing is shared between two of them but what they only read.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/huge_pages.h"
#include "sim/engine/attempts.h"
#include "sim/engine/cluster.h"
#include "sim/engine/driver.h"
#include "sim/engine/event_queue.h"
#include "sim/engine/policy.h"
#include "sim/engine/running.h"
#include "sim/scenario/scenario.h"
#include "sim/timeline/result.h"

namespace muster {

// A machine that is there from the start.
struct NodeInput {
  std::string name;
  std::uint32_t group = 0;  // row of ClusterSpec::nodes
  std::int32_t cores = 0;   // what executors and drivers can be given
  std::int64_t memory = 0;  // bytes, likewise
  Duration starts_at;       // from the first application's submission; max: when an event says so
  double slowness = 1;      // tasks take so many times as long
};

struct SimulationInput {
  std::span<const ApplicationInput> applications;
  std::span<const ExecutorSpec> executors;  // groups expanded: count is 1 in each
  std::span<const NodeInput> nodes;
  std::span<const NodeSpec> groups;  // what AddNode makes; NodeInput::group refers to it
  std::int32_t shared_cores = 0;     // real cores that all machines share; 0: each has its own
  ClusterManager* cluster_manager = nullptr;
  Autoscaler* autoscaler = nullptr;
  Disturbances* disturbances = nullptr;
  std::uint64_t seed = 1;
  std::uint32_t replication = 0;
  // Stops here as if the world were cut off; never: runs until nothing is left to happen.
  Time until = Time::never();
  // Called now and then with the simulated time, for a progress line; may be empty.
  void (*progress)(Time now, std::size_t attempts, void* context) = nullptr;
  void* progress_context = nullptr;
  // Asked every kStopEvery instants; without a state of its own it never stops anything.
  std::stop_token stop = {};
};

class Simulation {
 public:
  explicit Simulation(const SimulationInput& input);
  void run();

  std::span<const AttemptState> attempts() const { return attempts_; }
  // Of those, the ones in the application's timeline, in its order.
  std::vector<AttemptId> recorded_attempts(ApplicationId application) const;
  // The schedule of one application, in microseconds. Call once, after run().
  Timeline timeline(ApplicationId application) const;
  // Empty: the application succeeded or was cut off.
  const std::string& failure(ApplicationId application) const;
  // True when something was left undone because nothing could happen any more: tasks that no
  // executor can run, jobs that wait for ever.
  bool stuck(ApplicationId application) const;
  // True of an application that was given up because it would have gone on for ever; failure() says
  // what repeats.
  bool endless(ApplicationId application) const {
    return !drivers_[application.index()].endless.empty();
  }
  // True when `until` came while something was still to happen.
  bool cut_off() const { return cut_off_; }
  // True when it was asked to stop, and did: then nothing else that it tells means anything.
  bool stopped() const { return stopped_; }
  // Tasks of its submitted stages that have not succeeded and are not running.
  std::size_t waiting_tasks(ApplicationId application) const;
  const Milestones& milestones(ApplicationId application) const {
    return drivers_[application.index()].milestones;
  }
  // Attempts of the application that ended with their driver, before the one of timeline().
  const std::vector<OtherApplication>& lost_attempts(ApplicationId application) const {
    return drivers_[application.index()].lost;
  }
  // The subject of notes on a program's events that hit nothing.
  static constexpr std::string_view kMissedEvent = "an event of the program";
  // What policies and engine noted beside the timeline, ascending by time.
  std::span<const Reason> notes() const { return notes_; }
  // Executors and nodes that the application's task scheduler has left out, ascending by time.
  std::span<const Excluded> excluded(ApplicationId application) const {
    return drivers_[application.index()].input.scheduler->excluded();
  }
  // The machines, with when each could be used and when it went.
  std::vector<NodeSpan> nodes() const;

 private:
  static constexpr std::uint32_t kNone = 0xffff'ffff;
  static constexpr std::uint32_t kStopEvery = 1024;
  // What has been repeated so often without success would go on for ever. Recordings and Spark's
  // own limits (4 failures, 4 attempts of a stage, 10 of an executor) are far below.
  static constexpr std::uint32_t kMostRepeats = 1000;
  // From an executor's last task to its exit when it is decommissioned: it looks every second
  // (CoarseGrainedExecutorBackend.decommissionSelf). Where it has blocks to move it waits for a
  // migration round that began after its last task (spark.storage.decommission.
  // replicationReattemptInterval, 30 s; recording h6: still there 5.5 s later).
  static constexpr Duration kMigrationCheck = Duration::seconds(30);
  // From the start of a standalone worker's process until its master knows it (recordings f1, f4).
  static constexpr Duration kWorkerStart = Duration::millis(1900);
  static constexpr Duration kDecommissionExit = Duration::seconds(1);
  // Cores that a driver keeps busy while its context starts, JIT and all (recordings, chapter: the
  // same context takes 1.9 s alone and 3.5 s beside two starting executors on two cores).
  static constexpr double kContextCores = 1.5;

  // Of a task set: a stage attempt.
  struct SetTimes {
    Time submitted = Time::never();
    Time completed = Time::never();
    std::string failure;
  };
  struct PhasesLeft {
    std::vector<Phase> phases;
    std::uint32_t next = 0;
  };

  // The loop's parts.
  bool happen(Time at);
  void decide();
  void decide(ApplicationId id);
  void act(const Command& command);
  void act(const command::Launch& launch);
  void act(const command::WakeAt& wake);
  void act(const ClusterCommands& commands);
  void act(const command::AbortTaskSet& abort);
  void act(const command::MarkUnschedulable& mark);
  void act(const command::KillExecutor& kill);
  void act(const command::AddExecutor& add);
  void act(const command::LaunchExecutor& launch);
  void act(const command::StopExecutor& stop);
  void act(const command::RequestExecutors& request);
  void act(const command::SetPending& pending);
  void act(const command::StartDriver& start);
  void act(const command::Refuse& refuse);
  void act(const command::EndDriver& end);
  void act(const command::AddNode& add);
  void act(const command::RemoveNode& remove);
  void act(const command::SlowNode& slow);
  void act(const command::SilenceExecutor& silence);
  void act(const command::CutOff& cut);
  void act(const command::Note& note);
  void decide_cluster();
  // Something that an executor allocator decides by has changed.
  void tell_allocator(Driver& driver) {
    driver.allocator_due |= driver.input.allocator != nullptr;
    cluster_due_ |= driver.allocator_due;
  }
  template <class Policy>
  void ask(Policy policy);

  // Facts: see event.h. Each returns whether policies must decide now.
  bool on(event::ApplicationSubmitted);
  bool on(event::ApplicationRegistered);
  bool on(event::ContextCheck);
  bool on(event::StepDue);
  bool on(event::StagesResubmitted);
  bool on(event::NodeReady);
  bool on(event::NodeGone);
  bool on(event::ApplicationStart);
  bool on(event::ExecutorAdded);
  bool on(event::ExecutorUsable);
  bool on(event::PhaseDone);
  bool on(event::StatusUpdate);
  bool on(event::TaskEnd);
  bool on(event::ExecutorRemoved);
  bool on(event::ExecutorExited);
  bool on(event::ExecutorDraining);
  bool on(event::StageAborted);
  bool on(event::StageCompleted);
  bool on(event::JobEnd);
  bool on(event::JobStart);
  bool on(event::StageSubmitted);
  bool on(event::TaskSetReady);
  bool on(event::Wake);
  bool on(event::ApplicationEnd);

  using Queue = EventQueue<std::uint32_t>;  // of rows, by kind of fact

  template <class Fact>
  void push(Time at, Fact fact) {
    queue_.push(at, kind_of<Fact>(), row_of(fact));
  }
  FlightId free_flight();
  void land(FlightId flight) {
    flights_[flight.index()].lost = true;  // nobody's rival any more
    free_flights_.push_back(flight);
  }
  void start_phases(FlightId flight, const AttemptPlan& plan, Time launch);
  void next_phase(FlightId flight);
  void fill_context(const command::Launch& launch, Driver& driver, const TaskSetState& set);

  // attempt_facts.cpp
  bool is_unheard(FlightId id, const Driver& driver);
  bool end_attempt(const Flight& flight, TaskSetState& set, Driver& driver);
  void attempt_succeeded(const Flight& flight, TaskSetState& set, Driver& driver);
  void decided_success(const Flight& flight, TaskSetState& set, Driver& driver);
  void attempt_failed(AttemptId id, Driver& driver, TaskSetState& set);
  std::string abort_text(AttemptId id, const Driver& driver, const TaskSetState& set) const;
  std::string lost_task_text(AttemptId id, const Driver& driver, const TaskSetState& set) const;
  std::string in_stage(const Driver& driver, const TaskSetState& set) const;
  void tell_scheduler(AttemptId id, Driver& driver);
  const std::vector<std::uint32_t>& rivals_of(AttemptId id, const Driver& driver,
                                              const TaskSetState& set, bool handled);
  void kill_rivals(const Flight& winner, Driver& driver, const TaskSetState& set);
  void kill(FlightId id, const std::string& why, bool interrupt);
  void release_cores(Flight& flight, TaskSetState& set, Driver& driver);
  static void offer(Driver& driver, ExecutorId id, ExecutorState& executor);
  void lose_attempts(ExecutorId id, bool counts);
  void lose(FlightId id, bool counts);
  void forget_phases(FlightId id);
  void set_failure(AttemptId id, const std::string& why);
  std::string failure_text(AttemptId id) const;

  // stage_facts.cpp
  void stage_through(Driver& driver, TaskSetState& set);
  void abort_stage(Driver& driver, TaskSetState& set, const std::string& why, bool planned);
  void fail_job(Driver& driver, std::uint32_t job, const std::string& why);
  void fail_jobs_of(Driver& driver, std::uint32_t row, const std::string& why);
  bool needs_shuffle(const Driver& driver, std::uint32_t job, std::uint32_t shuffle) const;
  void kill_stage(Driver& driver, TaskSetState& set, const std::string& why);
  void submit_stages(Driver& driver, const std::vector<std::uint32_t>& rows);
  void end_set(Driver& driver, TaskSetState& set);

  // decided_stages.cpp
  void submit_stage(Driver& driver, std::uint32_t row);
  std::vector<std::uint32_t> missing_parents(const Driver& driver, std::uint32_t row) const;
  void pick_tasks(Driver& driver, std::uint32_t row, TaskSetState& set) const;
  void decided_stage_completed(Driver& driver, std::uint32_t row);
  void submit_waiting(Driver& driver);
  void fail_barrier(AttemptId id, Driver& driver, TaskSetState& set);
  void fetch_failed(AttemptId id, Driver& driver, TaskSetState& set);
  void give_up_stage(Driver& driver, std::uint32_t row, const std::string& last_failure);
  void success_elsewhere(Driver& driver, const TaskSetState& set, std::uint32_t task);
  void lose_outputs(Driver& driver, ExecutorId id);
  void resubmit_lost(Driver& driver, ExecutorId id);
  bool is_available(const Driver& driver, std::uint32_t stage) const;
  bool resubmitted_too_often(Driver& driver, std::uint32_t row);
  bool barrier_waits(Driver& driver, std::uint32_t job);

  // driver_program.cpp
  void start_jobs(Driver& driver, const std::vector<std::uint32_t>& rows);
  void start_program(Driver& driver);
  void start_threads(Driver& driver);
  void tell_gate(const Driver& driver, std::int64_t registered);
  void thread_goes_on(Driver& driver, std::uint32_t thread, Duration after);
  bool run_step(Driver& driver, std::uint32_t thread);
  void carry_out(Driver& driver, const ProgramEvent& event);
  bool program_through(const Driver& driver) const;
  void count_active_outputs(Driver& driver);
  void end_application(Driver& driver);
  void close_what_is_open(Driver& driver);

  // endless.cpp
  bool is_endless(const AttemptState& attempt, Driver& driver, const TaskSetState& set);
  void give_up_task(AttemptId id, Driver& driver, const TaskSetState& set);
  void went_in_vain(Driver& driver);
  void give_up(Driver& driver, std::string why);
  void end_endless();

  // driver_loss.cpp
  void lose_driver(Driver& driver, const std::string& why, bool counts);
  void restart(Driver& driver);
  bool is_planned_by(const Driver& driver, const Queue::Entry& entry);
  void forget_planned(const Driver& driver);

  // cluster_facts.cpp
  void remove_executor(ExecutorId id);
  void executors_changed(ApplicationId id);
  void executor_started(FlightId id);
  void limit_tasks(ExecutorState& executor) const;
  void start_context(Driver& driver);
  void context_started(FlightId id);
  void release_node(ExecutorState& executor);
  void outlive(ExecutorId id, Time process_ends);
  bool outlives(ExecutorId id) const;
  void process_ended(ExecutorId id);
  void uncount_launched(ExecutorId id);
  void give_up_killed(ExecutorId id);
  void decommissioned(ExecutorId id);
  void move_blocks(ExecutorId id);
  void note(std::string subject, std::string text);
  void lose_shuffle_files(std::uint32_t node);
  void count_executors(ApplicationId id);
  void count(std::uint32_t ApplicationState::*all, std::uint32_t ProfileState::*one,
             const ExecutorState& executor, std::int32_t more);
  void count_launched(const ExecutorState& executor, std::int32_t more);
  void count_present(const ExecutorState& executor, std::int32_t more);
  void count_nodes();
  void enter(NodeState& node, NodePhase phase);
  void add_node(const NodeInput& node, Time ready);
  void prepare_decisions(Driver& driver);
  void prepare_profiles(Driver& driver, ApplicationState& state);
  bool only_ticks_left(Time at);
  Time first_submission() const;

  void refresh_view();
  std::vector<ExecutorId> record_executors(ApplicationId id, Timeline& out) const;
  void record_attempts(ApplicationId id, const std::vector<StageId>& set_row,
                       const std::vector<ExecutorId>& executor_row, Timeline& out) const;
  void record_counters(const Driver& driver, Timeline& out) const;

  Driver& driver_of(const TaskSetState& set) { return drivers_[set.application.index()]; }
  Driver& driver_of_job(JobId id, std::uint32_t& row);
  Driver& driver_of_stage(StageId id, std::uint32_t& row);
  Driver& driver_of_thread(std::uint32_t id, std::uint32_t& row);
  ApplicationId id_of(const Driver& driver) const {
    return ApplicationId(static_cast<std::size_t>(&driver - drivers_.data()));
  }
  TaskSetId id_of(const TaskSetState& set) const {
    return TaskSetId(static_cast<std::size_t>(&set - task_sets_.data()));
  }
  std::uint32_t row_of_stage(const Driver& driver, const TaskSetState& set) const {
    return set.stage.index() - driver.stage_base;
  }

  SimulationInput input_;
  Time now_;
  Queue queue_;
  Running running_;
  Cluster cluster_;
  std::vector<Driver> drivers_;
  std::vector<const Application*> applications_;
  std::vector<ApplicationState> states_;  // by ApplicationId
  std::vector<TaskSetState> task_sets_;
  std::vector<SetTimes> set_times_;       // by TaskSetId
  // By TaskSetId and executor: when it was given its first task; where costs ask for it.
  std::vector<std::vector<Time>> first_on_;
  Column<AttemptState> attempts_;
  std::vector<Flight> flights_;
  std::vector<FlightId> free_flights_;
  SparseColumn<std::uint32_t> failure_{kNone};  // by attempt: row of failures_
  std::vector<std::string> failures_;
  std::vector<PhasesLeft> phases_;
  std::vector<std::uint32_t> free_phases_;
  View view_;

  // Policies that can be woken: the task scheduler and the allocator of each application, then the
  // three that all applications share.
  struct WakerState {
    Time next = Time::never();
    bool due = false;
  };
  std::size_t waker(command::Waker who, ApplicationId application) const;
  std::vector<WakerState> wakers_;
  std::size_t ticks_ = 0;  // wake facts in the queue
  Time last_deed_;         // until when there was anything but ticks to come
  bool manager_due_ = false, cluster_due_ = false, cut_off_ = false, stopped_ = false;
  bool gives_up_ = false;  // some application is endless and not ended yet
  ResourceId shared_cpu_;  // invalid: every machine has its own cores
  std::vector<Reason> notes_;
  std::vector<NodeSpan> node_spans_;  // parallel to the cluster's nodes
  std::vector<std::vector<ExecutorId>> executors_on_;  // by node: all that it was ever given
  Counter node_count_{"nodes", "nodes", {}};
  std::uint32_t nodes_there_ = 0;                // ready or leaving
  std::vector<std::uint32_t> nodes_of_group_;    // ever, by row of input_.groups

  // Reused from turn to turn.
  std::vector<Queue::Entry> instant_;
  std::vector<std::uint32_t> done_;
  Commands commands_;
  ClusterCommands cluster_commands_;
  AttemptPlan plan_;
  AttemptContext context_;
  std::vector<std::uint32_t> rows_;
};

}  // namespace muster
