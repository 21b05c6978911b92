// Inside the event-log writer: one event as one line of JSON, formatted straight into a buffer.
// Keys, their order and the meaning of absent ones are those of Spark 3.5's JsonProtocol.scala.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/timeline/timeline.h"

namespace muster {

// Where the executor's blocks are reached.
std::string_view block_manager_host(const ExecutorSpan& executor);

class EventLogLines {
 public:
  // `shift` is added to every time. Appends to `out`, which the caller empties.
  EventLogLines(const Timeline& timeline, Duration shift, std::string& out);

  void log_start();
  void resource_profiles();
  void resource_profile(const ResourceProfile& profile);
  void environment();
  void application_start();
  void application_end();
  void executor_added(std::size_t row);
  void executor_removed(std::size_t row);
  void block_manager_added(std::size_t row);
  void block_manager_removed(std::size_t row);
  void job_start(std::size_t row);
  void job_end(std::size_t row);
  void stage_submitted(std::size_t row);
  void stage_completed(std::size_t row);
  void task_start(std::size_t row);
  void task_getting_result(std::size_t row);
  void task_end(std::size_t row);
  void task_resubmitted(std::size_t failure);  // row of Timeline::failures
  void unpersist(std::size_t row);
  void block_updated(std::size_t row);
  void sql_start(std::size_t row);
  void sql_end(std::size_t row);

 private:
  void begin(std::string_view event);  // {"Event":"..."
  void end() { out_ += "}\n"; }
  void text(std::string_view key, std::string_view value);  // ,"key":"value"
  void number(std::string_view key, std::int64_t value);
  void flag(std::string_view key, bool value);
  void raw(std::string_view key, std::string_view json);
  void ids(std::string_view key, const std::vector<std::int64_t>& values);
  // Left out when it has not happened.
  void time(std::string_view key, Time value);
  // 0 when it has not happened.
  void time_or_zero(std::string_view key, Time value);

  void block_manager_id(std::size_t executor);
  void storage_level(const StorageLevel& level);
  void rdd(const Rdd& rdd);
  void stage_info(std::size_t row, bool submitted, bool completed);
  void job_properties(const JobSpan& job);
  void properties(std::string_view key, const Conf& conf);
  void task_event(std::string_view event, std::size_t row);
  // How much a task event's "Task Info" knows yet.
  enum class Known { Start, GettingResult, End };
  void task_info(std::size_t row, Known known);
  void end_reason(std::size_t row, Outcome outcome, const AttemptFailure* failure);
  void fetch_failure(std::size_t row, const AttemptFailure& failure);
  void task_metrics(std::size_t row);
  void amounts(std::size_t row, std::string_view group);
  void updated_blocks(std::size_t row);
  void block_status(const BlockUpdate& update);
  void end_of_task(std::size_t row, Outcome outcome, const AttemptFailure* failure);

  const Timeline& timeline_;
  const Duration shift_;
  std::string& out_;
  std::vector<std::vector<std::size_t>> announced_;  // by job: rows of its "Stage Infos"
};

}  // namespace muster
