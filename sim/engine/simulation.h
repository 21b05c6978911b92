// One run of the simulated world: time, state, the loop. A Simulation is a value on the stack of
// whoever runs it; nothing is shared between two of them but what they only read.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/engine/attempts.h"
#include "sim/engine/cluster.h"
#include "sim/engine/dag.h"
#include "sim/engine/event_queue.h"
#include "sim/engine/places.h"
#include "sim/engine/policy.h"
#include "sim/engine/running.h"
#include "sim/scenario/scenario.h"

namespace muster {

// What one application runs with; the pointees outlive the simulation.
struct ApplicationInput {
  const Application* application = nullptr;
  TaskScheduler* scheduler = nullptr;
  TaskCost* cost = nullptr;
};

struct SimulationInput {
  std::span<const ApplicationInput> applications;
  std::span<const ExecutorSpec> executors;  // groups expanded: count is 1 in each
  ClusterManager* cluster_manager = nullptr;
  std::uint64_t seed = 1;
  std::uint32_t replication = 0;
  // Stops here as if the world were cut off; never: runs until nothing is left to happen.
  Time until = Time::never();
  // Called now and then with the simulated time, for a progress line; may be empty.
  void (*progress)(Time now, std::size_t attempts, void* context) = nullptr;
  void* progress_context = nullptr;
};

class Simulation {
 public:
  explicit Simulation(const SimulationInput& input);
  void run();

  std::span<const AttemptState> attempts() const { return attempts_; }
  // The schedule of one application, in microseconds. Call once, after run().
  Timeline timeline(ApplicationId application) const;
  // Empty: the application succeeded or was cut off.
  const std::string& failure(ApplicationId application) const;
  // True when something was left undone because nothing could happen any more: tasks that no
  // executor can run, jobs that wait for ever.
  bool stuck(ApplicationId application) const;
  // Tasks of submitted stages that have not succeeded and are not running.
  std::size_t waiting_tasks() const;

 private:
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  struct StageTimes {
    Time submitted = Time::never();
    Time completed = Time::never();
    TaskSetId task_set;
    std::string failure;
  };
  struct JobTimes {
    Time submitted = Time::never();
    Time completed = Time::never();
    JobOutcome outcome = JobOutcome::Unknown;
    std::string failure;
  };
  struct TaskProgress {
    std::uint16_t attempts = 0;  // launched so far
    std::uint8_t failures = 0;   // those that counted
    bool done = false;           // has succeeded
  };
  // The state of one application's driver.
  struct Driver {
    ApplicationInput input;
    Dag dag;
    Places places;
    std::vector<StageTimes> stages;
    std::vector<JobTimes> jobs;
    std::vector<TaskProgress> tasks;          // by task row
    std::vector<ExecutorId> freed;            // to offer at the next decision
    std::uint32_t job_base = 0, stage_base = 0;  // of the global ids
    std::uint32_t max_failures = 4;
    std::int32_t task_cpus = 1;
    bool offer_all = false, woken = false;
    Time free_at;                              // the dispatch loop is busy until then
    Time next_wake = Time::never();
    Time started = Time::never(), ended = Time::never();
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
  void act(const command::AddExecutor& add);

  // Facts: see event.h. Each returns whether policies must decide now (facts.cpp).
  bool on(event::ApplicationStart);
  bool on(event::ExecutorAdded);
  bool on(event::ExecutorUsable);
  bool on(event::PhaseDone);
  bool on(event::StatusUpdate);
  bool on(event::TaskEnd);
  bool on(event::ExecutorRemoved);
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
  void land(FlightId flight) { free_flights_.push_back(flight); }
  void start_phases(FlightId flight, const AttemptPlan& plan, Time launch);
  void next_phase(FlightId flight);
  bool end_attempt(const Flight& flight, TaskSetState& set, Driver& driver);
  void attempt_failed(AttemptId id, Driver& driver, TaskSetState& set);
  void stage_through(Driver& driver, TaskSetState& set);
  void abort_stage(Driver& driver, TaskSetState& set, const std::string& why, bool planned);
  void fail_job(Driver& driver, std::uint32_t job, const std::string& why);
  void submit_stages(Driver& driver, const std::vector<std::uint32_t>& rows);
  void start_jobs(Driver& driver, const std::vector<std::uint32_t>& rows);
  void set_failure(AttemptId id, const std::string& why);
  std::string failure_text(AttemptId id) const;
  void release_cores(Flight& flight, TaskSetState& set, Driver& driver);
  static void offer(Driver& driver, ExecutorId id, ExecutorState& executor);
  void remove_executor(ExecutorId id);
  void lose_attempts(ExecutorId id);
  void lose(FlightId id);
  void executors_changed(ApplicationId id);
  void refresh_view();
  std::vector<ExecutorId> record_executors(Timeline& out) const;
  void record_attempts(ApplicationId id, const std::vector<StageId>& stage_row,
                       const std::vector<ExecutorId>& executor_row, Timeline& out) const;

  Driver& driver_of(const TaskSetState& set) { return drivers_[set.application.index()]; }
  Driver& driver_of_job(JobId id, std::uint32_t& row);
  Driver& driver_of_stage(StageId id, std::uint32_t& row);

  SimulationInput input_;
  Time now_;
  Queue queue_;
  Running running_;
  Cluster cluster_;
  std::vector<Driver> drivers_;
  std::vector<const Application*> applications_;
  std::vector<TaskSetState> task_sets_;
  std::vector<AttemptState> attempts_;
  std::vector<Flight> flights_;
  std::vector<FlightId> free_flights_;
  SparseColumn<std::uint32_t> failure_{kNone};  // by attempt: row of failures_
  std::vector<std::string> failures_;
  std::vector<PhasesLeft> phases_;
  std::vector<std::uint32_t> free_phases_;
  View view_;

  // Reused from turn to turn.
  std::vector<Queue::Entry> instant_;
  std::vector<std::uint32_t> done_;
  Commands commands_;
  AttemptPlan plan_;
  std::vector<std::uint32_t> rows_;
};

}  // namespace muster
