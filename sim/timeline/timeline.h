// What happened in one application, recorded or simulated: one type for both, so that validation is
// a comparison and read(write(x)) == x is a test. Rows are in order of first appearance; a point in
// time that was not seen is Time::never(). Times of a recorded run count from the Unix epoch, those
// of a simulated one from whatever origin its scenario has (a replay keeps the recording's).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/ids.h"
#include "sim/base/units.h"
#include "sim/workload/amounts.h"
#include "sim/workload/conf.h"
#include "sim/workload/rdd.h"
#include "sim/workload/resource_profile.h"

namespace muster {

struct ApplicationSpan {
  std::string id;    // "application_1701_0001"; may be empty in old or edited logs
  std::string name;
  std::string user;
  std::string attempt;  // YARN's application attempt, "1", "2"; empty where there is none
  std::string spark_version;  // as the log says, "3.5.7", "3.3.0-amzn-0"; empty if not logged
  Time start = Time::never();
  Time end = Time::never();  // never: cut off, in progress or killed
  std::int64_t exit_code = -1;  // 4.x; -1: not logged
  bool operator==(const ApplicationSpan&) const = default;
};

struct ExecutorSpan {
  std::string id;  // Spark's: "driver" (local mode), "0", "1", ...
  std::string host;
  std::int32_t cores = 0;
  std::int64_t resource_profile = 0;
  Time added = Time::never();
  Time removed = Time::never();  // never: alive at the end
  std::string removed_reason;
  // Maximum storage memory in bytes over all its block managers' reports; 0: not reported.
  std::int64_t max_memory = 0;
  std::int64_t max_on_heap = 0;
  std::int64_t max_off_heap = 0;
  // Where its block manager is reached, if that is not `host`: what tasks prefer that read its map
  // outputs (local mode with spark.driver.host set, some container networks).
  std::string block_manager_host;
  std::int64_t port = 0;
  Time block_manager_added = Time::never();
  Time block_manager_removed = Time::never();
  // True for the block manager of a driver, which runs no tasks outside local mode: it has a row
  // because its memory is shown, but `added` stays never.
  bool is_driver() const { return id == "driver" || id == "<driver>"; }
  bool operator==(const ExecutorSpan&) const = default;
};

enum class JobOutcome : std::uint8_t { Unknown, Succeeded, Failed };

struct JobSpan {
  std::int64_t id = 0;
  Time submitted = Time::never();
  Time completed = Time::never();  // never: no JobEnd seen
  JobOutcome outcome = JobOutcome::Unknown;
  std::string failure;                   // the exception's message
  std::vector<std::int64_t> stage_ids;   // of the whole lineage, skipped ones too, as logged
  std::string pool;                      // spark.scheduler.pool; empty: default
  std::string description;               // spark.job.description, else empty
  std::string group;                     // spark.jobGroup.id, else empty
  std::int64_t sql_execution = -1;       // spark.sql.execution.id; -1: none
  bool operator==(const JobSpan&) const = default;
};

// One stage attempt, or a stage that was announced by a job and never submitted ("skipped").
struct StageSpan {
  std::int64_t id = 0;
  std::int32_t attempt = 0;
  std::string name;
  std::string details;
  std::int64_t tasks = 0;  // tasks of the attempt as announced
  std::vector<std::int64_t> parents;
  std::vector<Rdd> rdds;  // as of the last event that described the stage
  Time submitted = Time::never();  // never: skipped
  Time completed = Time::never();
  std::string failure;  // empty: did not fail
  std::int64_t resource_profile = 0;
  bool shuffle_map = false;  // its tasks were ShuffleMapTasks
  bool operator==(const StageSpan&) const = default;
};

// Of a barrier stage the tasks start all at once or none (RDD.barrier()).
bool is_barrier(const StageSpan& stage);

enum class Locality : std::uint8_t { ProcessLocal, NodeLocal, NoPref, RackLocal, Any, Unknown };

// TaskEndReason (core/.../TaskEndReason.scala); Running: no TaskEnd seen.
enum class Outcome : std::uint8_t {
  Running,
  Success,
  ExceptionFailure,
  FetchFailed,
  ExecutorLostFailure,
  TaskKilled,
  TaskCommitDenied,
  Resubmitted,
  TaskResultLost,
  UnknownReason,
};

// "Data Read Method" of Spark 1.x's input metrics; None where the log has none.
enum class ReadMethod : std::uint8_t { None, Memory, Disk, Hadoop, Network };

// All task attempts, in columns; the row is the AttemptId.
struct AttemptTable {
  std::vector<std::int64_t> task_id;  // Spark's, app-wide
  std::vector<StageId> stage;         // row of Timeline::stages
  std::vector<std::uint32_t> index;   // of the task in its task set
  std::vector<std::uint32_t> partition;
  std::vector<std::uint16_t> number;  // 0-based attempt of this index
  std::vector<ExecutorId> executor;   // row of Timeline::executors
  std::vector<Locality> locality;
  std::vector<Outcome> outcome;
  std::vector<std::uint8_t> speculative;
  std::vector<ReadMethod> read_method;
  std::vector<std::uint8_t> has_metrics;  // 0: TaskEnd without Task Metrics, or no TaskEnd
  std::vector<Time> launch;
  std::vector<Time> getting_result;  // never: the result came with the status update
  std::vector<Time> finish;          // never: still running at the end of the log
  // Row of `amounts`, which a simulated run shares with the workload that it ran.
  std::vector<std::uint32_t> amount_row;
  std::shared_ptr<const AmountTable> amounts;

  std::size_t size() const { return launch.size(); }
  std::int64_t amount(std::size_t row, Amount a) const {
    return amounts ? amounts->get(amount_row[row], a) : 0;
  }
  void reserve(std::size_t rows);
  // Appends a row with nothing known but its place; all columns grow together.
  AttemptId add(StageId in_stage, std::uint32_t task_index);
  // Compares amounts by value, whoever owns them, where has_metrics says that there are any.
  bool operator==(const AttemptTable& other) const;
};

// Why an attempt did not succeed; only for those that did not, but for one case: an attempt whose
// outcome is Success may have an entry with the reason "Resubmitted", because its shuffle output
// was lost with its executor and the task ran again.
struct AttemptFailure {
  AttemptId attempt;
  std::string reason;       // class name, kill reason, loss reason or fetch-failure message
  std::string description;  // the exception's own message; may be empty
  std::int64_t shuffle_id = -1;  // FetchFailed only
  std::int64_t map_index = -1;
  std::string fetched_from;  // FetchFailed: executor id of the block manager; may be empty
  bool exit_caused_by_app = true;  // ExecutorLostFailure only
  bool operator==(const AttemptFailure&) const = default;
};

// A block status change (rdd_R_P blocks only) that a TaskEnd reported in its "Updated Blocks", or
// an event of its own, SparkListenerBlockUpdated, which has neither a task nor a time. From Spark 2
// on only such events tell, and only with spark.eventLog.logBlockUpdates.enabled.
struct BlockUpdate {
  AttemptId attempt;  // none: an event of its own
  std::int64_t rdd = 0;
  std::int64_t partition = 0;
  StorageLevel level;  // not persisted: the block was dropped
  std::int64_t memory_bytes = 0;
  std::int64_t disk_bytes = 0;
  ExecutorId executor;  // holds or held the block: row of Timeline::executors
  bool operator==(const BlockUpdate&) const = default;
};

struct Unpersist {
  std::int64_t rdd = 0;
  std::uint32_t after_jobs = 0;  // JobEnd events seen before it; the event has no time
  bool operator==(const Unpersist&) const = default;
};

struct SqlExecution {
  std::int64_t id = 0;
  std::int64_t root_id = -1;  // 3.4+; -1: not logged
  std::string description;
  std::string plan;  // physicalPlanDescription, last version seen
  Time start = Time::never();
  Time end = Time::never();
  std::string error;
  bool operator==(const SqlExecution&) const = default;
};

// A step function of time that a model records (pending tasks, nodes, ...). Values hold from their
// time on until the next.
struct Counter {
  std::string name;
  std::string unit;
  std::vector<std::pair<Time, double>> points;
  bool operator==(const Counter&) const = default;
};

struct Timeline {
  ApplicationSpan application;
  Conf conf;  // Spark Properties
  std::vector<ResourceProfile> resource_profiles;  // but the default one
  std::string java_version;
  std::vector<ExecutorSpan> executors;
  std::vector<JobSpan> jobs;
  std::vector<StageSpan> stages;
  AttemptTable attempts;
  std::vector<AttemptFailure> failures;   // ascending by attempt
  // Ascending by attempt, those of events of their own last and in the log's order.
  std::vector<BlockUpdate> block_updates;
  std::vector<Unpersist> unpersists;
  std::vector<SqlExecution> sql_executions;
  std::vector<Counter> counters;  // not part of an event log: simulated runs only

  bool operator==(const Timeline&) const = default;

  // The last time seen anywhere, application end included; application.start if nothing else.
  Time last_time() const;
  // application.end if seen, else last_time(); minus application.start.
  Duration wall() const;
  // Cuts every time to whole milliseconds, as Spark's clock stamps them, so that nothing is lost
  // when the timeline becomes an event log.
  void cut_to_millis();
  // Digest of the schedule: every attempt's place, time and outcome, every stage's and job's times.
  std::uint64_t schedule_fingerprint() const;
};

// Spark's names, verbatim: "PROCESS_LOCAL", "ExceptionFailure". Unknown texts give Unknown.
std::string_view name_of(Locality locality);
std::string_view name_of(Outcome outcome);
Locality locality_from(std::string_view name);
Outcome outcome_from(std::string_view name);

}  // namespace muster
