// What one application asks of a cluster: jobs, their stages, and what each task costs. Made from a
// recorded Timeline, from a scenario's jobs, or by a generator; the engine only reads it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/ids.h"
#include "sim/base/units.h"
#include "sim/workload/amounts.h"
#include "sim/workload/conf.h"
#include "sim/workload/rdd.h"
#include "sim/workload/resource_profile.h"

namespace muster {

// A persisted RDD's partition that a task stores or drops when it succeeds.
struct BlockWrite {
  std::uint32_t task = 0;  // row of TaskColumns
  std::uint32_t rdd = 0;   // index into Application::cached_rdds
  std::uint32_t partition = 0;
  bool stored = true;      // false: the task's executor drops the block
};

// An attempt that is known to fail: attempt `number` of the task ends this way after `after`.
struct PlannedFailure {
  std::uint32_t task = 0;  // row of TaskColumns
  std::uint16_t number = 0;
  std::uint8_t outcome = 0;  // an Outcome of sim/timeline, not Success
  bool counts = true;        // towards spark.task.maxFailures
  Duration after;
  std::string reason;
};

// All tasks of all stages; a stage owns the rows [first_task, first_task + tasks).
struct TaskColumns {
  // From launch until the driver has the status update: how long the task holds its cores.
  std::vector<Duration> slot_time;
  // How long it is at work in attempts after its first, copies included. Empty: slot_time.
  std::vector<Duration> retry_time;
  // From the status update to the finish stamp, result fetch included. Empty: Application::
  // result_handling for every task.
  std::vector<Duration> handling;
  std::vector<std::uint32_t> partition;  // empty: the task's index
  // Row of Application::amounts. Empty: the task's own row.
  std::vector<std::uint32_t> amount_row;
  // Executor that must run the task (pinned replay): row of the cluster's executors, kNoPreference
  // for any. Empty: placement is decided.
  std::vector<std::uint32_t> pinned_executor;

  std::size_t size() const { return slot_time.size(); }
};

inline constexpr std::uint32_t kNoPreference = 0xffff'ffff;
// A preference for machines outside the cluster: an HDFS block on a host without executor.
inline constexpr std::uint32_t kElsewhere = 0xffff'fffe;

// What a stage's tasks look at for a preferred place, in this order: the first that has one for
// their partition wins (DAGScheduler.getPreferredLocsInternal).
struct PlaceSource {
  enum class Kind : std::uint8_t {
    CachedRdd,  // row of cached_rdds: the executors that hold the block
    Input,      // row of inputs: the host of the data
    Shuffle,    // the map outputs of the stage's shuffle_sources
  };
  Kind kind;
  std::uint32_t row = 0;
  // Of the stage's partitions it concerns [first, first + count), as the source's 0, 1, ...: a
  // union has different parents for different partitions.
  std::uint32_t first = 0;
  std::uint32_t count = 0xffff'ffff;

  bool concerns(std::uint32_t partition) const { return partition - first < count; }
  bool operator==(const PlaceSource&) const = default;
};

// A root of the lineage: what its partitions prefer, by partition: index into Application::hosts,
// kElsewhere or kNoPreference. Partitions beyond its end have no preference.
struct InputRdd {
  std::int64_t spark_id = -1;
  std::vector<std::uint32_t> host;
};

inline constexpr std::uint32_t kNoShuffle = 0xffff'ffff;

// Work that a task is spared when a block of a persisted RDD is there to be read.
struct CachedWork {
  std::uint32_t rdd = 0;    // row of cached_rdds
  std::uint32_t first = 0;  // partition p of the stage reads the RDD's partition p - first
  std::uint32_t count = 0xffff'ffff;
  std::vector<Duration> spared;  // by the RDD's partition, or one for all
};

struct Stage {
  std::int64_t spark_id = 0;
  std::int32_t attempt = 0;
  std::string name;
  std::string details;
  std::uint32_t job = 0;       // row of the job that submits it
  std::uint32_t first_task = 0;
  std::uint32_t tasks = 0;
  std::vector<std::uint32_t> parents;  // rows of stages that must have completed
  std::vector<std::int64_t> parent_ids;  // Spark's ids of all parents, skipped ones too
  // Rows of the stages whose map outputs it reads: its parents, or for a skipped parent the stage
  // that computed the same shuffle earlier. For reduce-side locality.
  std::vector<std::uint32_t> shuffle_sources;
  // Parallel to `parents`: persisted RDDs (rows of cached_rdds) on the way to the parent. It is not
  // needed where all partitions of one of them are stored (DAGScheduler.getMissingParentStages).
  // Empty: none anywhere. Only where the engine decides about attempts.
  std::vector<std::vector<std::uint32_t>> parent_caches;
  // What its tasks write, if anything: row of Application::shuffle_maps. Stages of several jobs may
  // stand for the same one. Only where the engine decides about attempts.
  std::uint32_t shuffle = kNoShuffle;
  // Nearest to the stage's own RDD first: the first whose block is there counts.
  std::vector<CachedWork> cached_work;
  bool barrier = false;      // all its tasks are launched at once (RDD.barrier())
  bool skipped = false;      // announced, never submitted: its output existed already
  bool shuffle_map = false;  // ShuffleMapStage; else ResultStage
  Duration submit_delay;  // from the last parent's completion, or the job's submission
  Duration prepare;       // from StageSubmitted to the moment its tasks can be offered
  Duration completion;    // from its last TaskEnd to StageCompleted
  // Not negative: the attempt fails this long after its submission, whatever its tasks do.
  Duration fails_after = Duration::micros(-1);
  std::string failure;
  std::vector<Rdd> rdds;
  std::vector<PlaceSource> places;  // empty: no task has a preference
  std::int64_t resource_profile = 0;  // Spark's id; 0, or one that is not listed: the default

  bool planned_to_fail() const { return fails_after >= Duration(); }
};

struct Job {
  std::int64_t spark_id = 0;
  std::vector<std::uint32_t> stages;    // rows of its own stages, submitted ones and skipped ones
  // Rows of those that no other of its stages waits for: with them it is through. One in Spark; a
  // scenario may write down several. Only where the engine decides about attempts.
  std::vector<std::uint32_t> final_stages;
  std::vector<std::int64_t> stage_ids;  // Spark's ids of its whole lineage, as announced
  std::vector<std::uint32_t> after;     // rows of jobs that must have ended; empty: the start
  Duration delay;                       // of the driver, from that moment to the submission
  Duration end_delay;                   // from the last stage's completion to JobEnd
  std::string pool;
  std::string description;
  std::string group;
  std::int64_t sql_execution = -1;
  bool fails = false;  // is known to end as failed
  std::string failure;
};

// One thing that a thread of the driver program does.
struct ProgramStep {
  enum class Kind : std::uint8_t {
    Job,            // call an action and wait for its end
    Gap,            // the driver works or sleeps
    WaitExecutors,  // until so many are registered, or the timeout
    Unpersist,      // forget the blocks of a persisted RDD
    Disturb,        // somebody does something to the cluster
  };
  Kind kind = Kind::Gap;
  std::uint32_t row = 0;  // of jobs, cached_rdds or events; or the number of executors
  Duration time;          // of the gap; the timeout of a wait
};

// A thread of the driver program: its steps one after another.
struct ProgramThread {
  std::vector<std::uint32_t> after;  // rows of threads that must be through; empty: the context
  Duration delay;                    // from that moment to the first step
  std::vector<ProgramStep> steps;
};

// Done to the cluster in the course of a program.
struct ProgramEvent {
  enum class Kind : std::uint8_t { KillExecutor, DecommissionExecutor, StartNode, LoseNode };
  Kind kind = Kind::KillExecutor;
  std::string target;  // Spark's executor id, or the name of a host
};

struct CachedRdd {
  std::int64_t spark_id = 0;
  std::uint32_t partitions = 0;
  // Number of JobEnds after which it is unpersisted; max: never.
  std::uint32_t unpersist_after_jobs = 0xffff'ffff;
};

struct Application {
  std::string id;
  std::string name;
  std::string user;
  std::string spark_version;
  Conf conf;
  Time start;            // ApplicationStart
  Duration tail;         // from the last JobEnd to ApplicationEnd
  bool ends = true;      // false: the log was cut, no ApplicationEnd is written

  std::vector<Job> jobs;      // in submission order
  std::vector<Stage> stages;  // in no particular order; no cycles
  TaskColumns tasks;
  std::vector<BlockWrite> block_writes;         // ascending by task
  std::vector<PlannedFailure> planned_failures; // ascending by (task, number)
  std::vector<CachedRdd> cached_rdds;
  // False: the stages are the attempts of a recording, which fail and are submitted again as they
  // did there. True: the engine submits what is missing, by DAGScheduler's rules.
  bool decides_attempts = false;
  std::vector<std::uint32_t> shuffle_maps;  // number of map tasks of each shuffle
  // The driver program. Empty: jobs start after those that they name, else when the context is
  // ready.
  std::vector<ProgramThread> program;
  std::vector<ProgramEvent> events;
  std::vector<ResourceProfile> resource_profiles;  // but the default one
  bool survives_failed_jobs = false;  // the program catches the exception of a failed job
  std::vector<InputRdd> inputs;
  std::vector<std::string> hosts;  // that inputs refer to
  std::shared_ptr<const AmountTable> amounts;

  bool python = false;  // its program is Python's

  // Driver costs that hold for the whole application.
  Duration driver_start;     // from the submission to ApplicationStart, in client mode
  Duration context_start;    // from ApplicationStart to the context's readiness but for executors
  Duration after_gate;       // from the registration gate's opening to the context's readiness
  Duration registration;     // from ApplicationStart to the cluster manager's knowing of it
  Duration first_job_delay;  // that the first job's submission takes more than others
  Duration first_stage_delay;  // that preparing the first stage takes more than others
  Duration dispatch;         // serial driver time for each launch
  Duration result_handling;  // from the status update to TaskEnd
  Duration relaunch;         // from a freed slot to the next launch on it, beyond dispatch
};

// What attempt `number` of the task (row of TaskColumns) is known to fail of; null: of nothing.
const PlannedFailure* find_planned_failure(const Application& application, std::uint32_t task,
                                           std::uint16_t number);

// The policies and the engine count an application's resource profiles from the default one, 0; the
// next is the first of the list. `id` is Spark's.
std::uint32_t profile_row(const Application& application, std::int64_t id);
// The settings that executors and tasks of the profile have, by its row.
Conf profile_conf(const Application& application, std::uint32_t row);

// Checks what the engine relies on (rows in range, durations not negative); aborts with the place
// on a violation, since every maker of workloads must guarantee it.
void check_workload(const Application& application);

}  // namespace muster
