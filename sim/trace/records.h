// One event of a log, as read and before it is put into the timeline: an event is taken over as a
// whole or, when its line turns out broken, not at all.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/timeline/timeline.h"

namespace muster {

// The plain part of a TaskRecord. The views are valid until the next line.
struct TaskFields {
  std::int64_t stage = -1;
  std::int64_t stage_attempt = 0;
  std::int64_t task_id = -1;  // -1: the event has no Task Info
  std::int64_t index = 0;
  std::int64_t partition = -1;
  std::int64_t number = 0;
  std::string_view executor;
  std::string_view host;
  std::string_view locality;
  std::string_view type;
  std::string_view reason;
  Time launch = Time::never();
  Time getting_result = Time::never();
  Time finish = Time::never();
  bool speculative = false;
  bool failed = false;
  bool killed = false;
  bool has_metrics = false;
  ReadMethod read_method = ReadMethod::None;
  bool has_failure = false;  // `failure` was written to
};

// TaskStart, TaskGettingResult and TaskEnd.
struct TaskRecord : TaskFields {
  std::array<std::int64_t, kAmountCount> amounts{};  // meaningful when has_metrics
  AttemptFailure failure;            // meaningful when `reason` is not Success
  std::vector<BlockUpdate> updates;  // their attempt and executor are filled in by the builder

  // Back to the defaults. A record is used again for every line, so this must be cheap.
  void clear();
};

struct JobRecord {
  JobSpan job;
  std::vector<StageSpan> stages;  // "Stage Infos"
};

struct ExecutorRecord {
  std::string id;
  std::string host;
  std::int64_t cores = 0;
  std::int64_t resource_profile = 0;
  Time at = Time::never();
  std::string reason;  // removal
};

struct BlockManagerRecord {
  std::string executor;
  std::string host;
  std::int64_t port = 0;
  std::int64_t memory = 0;
  std::int64_t on_heap = 0;
  std::int64_t off_heap = 0;
  Time at = Time::never();
};

struct LogStartRecord {
  std::string spark_version;
};

struct BlockRecord {
  std::string executor;
  bool is_rdd = false;  // else a broadcast, a shuffle file, ...: nothing to keep
  BlockUpdate update;
};

struct UnpersistRecord {
  std::int64_t rdd = -1;
};

struct EnvironmentRecord {
  std::string java_version;
  std::vector<std::pair<std::string, std::string>> spark_properties;
};

// SQLExecutionStart, SQLAdaptiveExecutionUpdate (the plan alone) and SQLExecutionEnd.
struct SqlRecord {
  std::int64_t id = -1;
  std::int64_t root_id = -1;
  std::string description;
  std::string plan;
  std::string error;
  Time at = Time::never();
};

// A log's milliseconds since the epoch. 0 and less is how Spark writes "not yet"; what lies beyond
// the year 9999 is no time of a run. Both are never().
Time log_time(std::int64_t millis);

// "Data Read Method" of Spark 1.x.
ReadMethod read_method_from(std::string_view name);

}  // namespace muster
