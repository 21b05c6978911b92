// Where the time of an application went, as plain data: what idle cores waited for, the chain of
// waits that made the wall time, and how even each stage's tasks were. Computed by
// sim/plan/explain, shown by sim/report and the window.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/ids.h"
#include "sim/base/units.h"
#include "sim/timeline/pace.h"
#include "sim/timeline/timeline.h"

namespace muster {

// Why a core of a registered executor ran no task. The first five are the driver's doing: no task
// was running and none could be launched.
enum class IdleCause : std::uint8_t {
  Startup,           // before the first job
  BetweenJobs,       // no job active, one to come
  StagePreparation,  // a stage was submitted, its first task not yet launched
  Completion,        // a job active, no stage: handling results, ending stages and jobs
  Shutdown,          // after the last job
  Dispatch,          // a task was ready for this core; the driver had not launched it yet
  LocalityWait,      // a task was ready, but it waited for a better place than this core
  SlotWait,          // kept for a barrier stage, whose tasks must start all at once
  NoRunnableTask,    // other tasks ran; there were fewer tasks than cores
  SkewTail,          // the core had run some of a stage and waited for the stage's last tasks
  Remainder,         // cores left over by spark.task.cpus, or by GPUs and the like
};
inline constexpr std::size_t kIdleCauseCount = 11;
inline constexpr std::size_t kDriverCauseCount = 5;

// All in core time: one core for one second is one second.
struct IdleTime {
  Duration available;  // of registered executors, cut to the application's life
  Duration busy;       // held by task attempts
  Duration idle;       // available - busy; exactly the sum of by_cause
  std::array<Duration, kIdleCauseCount> by_cause{};
  // Not part of idle: cores that registered later, while submitted tasks were waiting for them.
  Duration missing_registration;

  Duration of(IdleCause cause) const { return by_cause[static_cast<std::size_t>(cause)]; }
  bool operator==(const IdleTime&) const = default;
};

struct TimeSpan {
  Time from, to;
  bool operator==(const TimeSpan&) const = default;
};

// What the driver's row shows. Without a cause tasks ran. One of the driver's own causes holds for
// every free core, but for those that wait for a better place; Dispatch: tasks were ready and none
// ran.
struct DriverPeriod {
  Time from, to;
  std::optional<IdleCause> cause;
  bool no_executor = false;   // was registered
  // Spark's id: StagePreparation, SlotWait: of the stage; Completion: of the job.
  std::int64_t subject = -1;
  bool operator==(const DriverPeriod&) const = default;
};

// The causes of IdleTime with their place, to be asked about any core and time.
struct IdleMap {
  std::vector<DriverPeriod> driver;             // in order; they tile the application's life
  std::vector<std::vector<TimeSpan>> locality;  // by row of Slots (slots.h): LocalityWait
  // By row of Timeline::stages: when all of its tasks were launched and some still ran.
  std::vector<std::vector<TimeSpan>> tails;
  std::vector<Time> ready;  // by row of Timeline::stages: from when on its tasks could be launched
  std::vector<TimeSpan> slot_waits;  // by row of Timeline::stages: SlotWait; empty: none

  // A slot that is free during all of [from, to).
  struct Free {
    static constexpr std::uint32_t kNone = 0xffff'ffff;
    std::uint32_t slot = 0;
    Time from, to;
    std::uint32_t after = kNone;   // row of the stage it ran last
    std::uint32_t before = kNone;  // row of the stage it runs next
  };
  struct Piece {
    IdleCause cause = IdleCause::NoRunnableTask;
    Time to;                               // until then at least
    const DriverPeriod* driver = nullptr;  // of the driver's causes
  };
  // Why the slot was free at `free.from`. O(log n).
  Piece piece(const Free& free) const;
  // The driver's period at a time, or null.
  const DriverPeriod* driver_at(Time at) const;
};

enum class PathKind : std::uint8_t {
  Startup,           // application start to the first job
  DriverGap,         // the end of a job to the submission of the next
  StageSubmission,   // job start, or a parent's completion, to the stage's submission
  ExecutorWait,      // from there until an executor registers, where none was there
  StagePreparation,  // stage submission to its first launch
  SlotWait,          // the same of a barrier stage that had too few free slots
  CoreWait,          // others have all cores; first launch to that of its last-finishing task
  Task,              // that task
  StageEnd,          // its finish to the stage's completion
  JobEnd,            // the last stage's completion to the end of the job
  Shutdown,          // the end of the last job to the application's end
};
inline constexpr std::size_t kPathKindCount = 11;

struct PathSegment {
  PathKind kind = PathKind::Startup;
  Time from;
  Time to;
  std::int64_t job = -1;    // Spark's id; -1: none
  std::int64_t stage = -1;  // Spark's id; -1: none
  std::int32_t stage_attempt = 0;
  AttemptId attempt;  // of Task segments: row of the attempt table
  std::string note;   // what a reader should know, or empty

  Duration length() const { return to - from; }
  bool operator==(const PathSegment&) const = default;
};

// Segments in order of time; they tile the wall time exactly and none is empty.
struct CriticalPath {
  std::vector<PathSegment> segments;
  std::array<Duration, kPathKindCount> by_kind{};

  Duration of(PathKind kind) const { return by_kind[static_cast<std::size_t>(kind)]; }
  bool operator==(const CriticalPath&) const = default;
};

// Of one submitted stage attempt; durations are launch to finish of its successful attempts
// (percentiles by nearest rank).
struct StageStatistics {
  StageId row;               // of Timeline::stages
  std::uint64_t tasks = 0;   // successful attempts
  std::uint64_t failed = 0;  // attempts that failed or were killed
  Duration p50, p95, max;
  Duration work;  // sum over all attempts
  double skew = 0;        // max / median; 0 without tasks, 1 when both are zero
  double wall_share = 0;  // of the application's wall time; stages overlap, so sums may exceed 1
  bool operator==(const StageStatistics&) const = default;
};

struct Explanation {
  IdleTime idle;
  CriticalPath path;
  std::vector<StageStatistics> stages;  // submitted stages in row order
  Pace pace;
  bool operator==(const Explanation&) const = default;
};

// For people ("driver: between jobs") and for keys of outputs ("driver_between_jobs").
std::string_view words_of(IdleCause cause);
std::string_view key_of(IdleCause cause);
std::string_view words_of(PathKind kind);
std::string_view key_of(PathKind kind);
// What a barrier stage waits for: "waiting for 12 slots at once".
std::string slot_wait_text(const StageSpan& stage);
// In the driver's own row: "between jobs", "waiting for an executor", "tasks run".
std::string words_of(const DriverPeriod& period);
// "stage 3", "job 1"; empty: it has no subject.
std::string subject_text(const DriverPeriod& period);

}  // namespace muster
