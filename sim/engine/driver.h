// What the driver of one application knows: its jobs, stages and tasks, as DAGScheduler and
// TaskSchedulerImpl keep them, and where its program stands. Simulation moves it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/huge_pages.h"
#include "sim/engine/attempts.h"
#include "sim/engine/dag.h"
#include "sim/engine/gate.h"
#include "sim/engine/places.h"
#include "sim/engine/policy.h"
#include "sim/timeline/result.h"

namespace muster {

// What one application runs with; the pointees outlive the simulation.
struct ApplicationInput {
  const Application* application = nullptr;
  TaskScheduler* scheduler = nullptr;
  TaskCost* cost = nullptr;
  ExecutorAllocator* allocator = nullptr;  // null: as many executors as the manager gives
  bool cluster_mode = false;               // the manager finds a place for the driver
  // SparkContext waits for executors (minRegisteredResourcesRatio); false: the program starts with
  // the application, as in a replay.
  bool gated = false;
  // Application attempts in cluster mode, when the driver is lost (YARN: 2).
  std::uint32_t max_attempts = 1;
};

enum class StagePhase : std::uint8_t { Idle, Waiting, Running, Failed, Done };

struct StageState {
  TaskSetId task_set;  // the latest
  StagePhase phase = StagePhase::Idle;
  std::uint16_t attempts = 0;         // submitted so far
  std::uint16_t failed_attempts = 0;  // by fetch failures, since it last succeeded
};

struct JobTimes {
  Time submitted = Time::never();
  Time completed = Time::never();
  JobOutcome outcome = JobOutcome::Unknown;
  std::string failure;
};

struct TaskProgress {
  std::uint16_t attempts = 0;  // launched so far, in this attempt of the stage
  std::uint8_t failures = 0;   // those that counted
  bool done = false;           // has succeeded
  bool copied = false;         // had a speculative attempt: only these have rivals
};

struct ThreadState {
  std::uint32_t step = 0;
  Time waits_until = Time::never();  // WaitExecutors: the timeout
  bool started = false, through = false;
};

// The state of one application's driver.
struct Driver {
  ApplicationInput input;
  Dag dag;
  Places places;
  std::vector<StageState> stages;
  std::vector<JobTimes> jobs;
  Column<TaskProgress> tasks;               // by task row
  std::vector<ExecutorId> freed;            // to offer at the next decision
  std::uint32_t job_base = 0, stage_base = 0;  // of the global ids
  std::uint32_t thread_base = 0;
  std::uint32_t max_failures = 4;
  // By row of the resource profile: cores of a task, and whose executors it needs.
  struct ProfileNeeds {
    std::int32_t cpus = 1;
    std::uint32_t executors = 0;
  };
  std::vector<ProfileNeeds> profiles;
  bool wants_context = false, wants_ends = false;  // of its cost model and its scheduler
  bool decides = false;                            // Application::decides_attempts
  bool offer_all = false, woken = false;
  Time free_at;                              // the dispatch loop is busy until then
  Time cut_until;                            // hears no executor until then
  Time started = Time::never(), ended = Time::never();
  std::string failure;
  // Where the engine decides about attempts:
  Column<AttemptId> success;                 // by task row: the attempt whose output counts
  // Where tasks may be copied (wants_ends), by task row: the flight of the last attempt that is
  // no copy, and those of copies. What they name may have landed.
  Column<FlightId> original;
  std::multimap<std::uint32_t, FlightId> copies;
  std::vector<std::uint32_t> computing;      // by shuffle: the stage row at work on it, or kNone
  std::vector<std::uint32_t> waiting, failed_stages;  // stage rows
  std::vector<bool> started_jobs;            // submitted and not ended
  std::vector<ThreadState> threads;
  std::vector<std::uint32_t> thread_of_job;  // kNone: none waits for it
  Gate gate;
  bool resubmitting = false, gate_open = false, ready = false, allocator_due = false;
  bool prepared = false;  // a stage of this attempt of the application
  std::int32_t driver_cores = 0, driver_millis = 0;  // of its node, in cluster mode
  std::int64_t driver_memory = 0;  // bytes
  std::vector<std::pair<Time, double>> executor_count;
  bool keeps_outputs = false;  // an external shuffle service serves what executors leave behind
  std::uint32_t attempt = 1;   // of the application
  std::uint32_t faults = 0;    // attempts that were lost and count
  FlightId context;            // its start, where that takes cores
  std::vector<std::int64_t> slot_checks;  // by job: how often it found too few for a barrier
  std::uint32_t launched = 0;  // attempts, by this driver
  std::uint32_t first_set = 0; // task sets before it belong to earlier attempts
  std::size_t first_attempt = 0;  // task attempts likewise
  std::uint32_t next_executor = 0;  // Spark's id of the next one
  Milestones milestones;
  std::vector<OtherApplication> lost;  // earlier attempts of the application
};

}  // namespace muster
