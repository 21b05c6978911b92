// Puts the events of one application into a Timeline and counts what does not fit. Events may come
// in any order and with any of them missing: a row is made by whatever names it first.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/timeline/timeline.h"
#include "sim/trace/health.h"
#include "sim/trace/note_book.h"
#include "sim/trace/records.h"
#include "sim/trace/task_rows.h"

namespace muster {

class TimelineBuilder {
 public:
  // What is known of a stage row beyond its span, for the health report.
  struct StageState {
    bool announced = false;  // by JobStart, StageSubmitted or StageCompleted
    bool submit_event = false;
    bool complete_event = false;
    Time first_launch = Time::never();
    std::int64_t starts = 0;
    std::int64_t ends = 0;
    std::int64_t successes = 0;
  };
  struct ExecutorState {
    bool announced = false;  // by ExecutorAdded
    bool ran_tasks = false;
  };

  TimelineBuilder(NoteBook& notes, LogCounts& counts);

  // Room for about so many tasks; a hint.
  void reserve(std::size_t tasks) {
    timeline_.attempts.reserve(tasks);
    amounts_->expect_rows(tasks);
  }

  void log_start(const LogStartRecord& record);
  void application_start(ApplicationSpan application);
  void application_end(const ApplicationSpan& end);
  void environment(const EnvironmentRecord& record);
  void resource_profile(ResourceProfile profile);
  void executor_added(const ExecutorRecord& record);
  void executor_removed(const ExecutorRecord& record);
  void block_manager_added(const BlockManagerRecord& record);
  void block_manager_removed(const BlockManagerRecord& record);
  void block_updated(const BlockRecord& record);
  void job_start(JobRecord record);
  void job_end(JobSpan end);
  void stage_submitted(StageSpan stage);
  void stage_completed(StageSpan stage);
  void task_start(const TaskRecord& record);
  void task_getting_result(const TaskRecord& record);
  void task_end(TaskRecord& record);
  void unpersist(std::int64_t rdd);
  void sql_start(SqlRecord record);
  void sql_update(SqlRecord record);
  void sql_end(SqlRecord record);

  bool has_application() const { return has_application_; }
  bool has_environment() const { return has_environment_; }
  const Timeline& timeline() const { return timeline_; }
  const std::vector<StageState>& stage_states() const { return stage_states_; }
  const std::vector<ExecutorState>& executor_states() const { return executor_states_; }

  // Sorts what is promised sorted and fills in what other events tell (see the health notes
  // missing_application_start, stages_without_submission, executors_not_announced). The builder is
  // empty afterwards.
  Timeline finish();

 private:
  StageId stage_row(std::int64_t id, std::int64_t attempt);
  StageSpan& describe_stage(StageSpan&& stage, StageId row);
  ExecutorId executor_row(std::string_view id);
  ExecutorId new_executor(std::string_view id);
  AttemptId new_attempt(const TaskRecord& record);
  void fill_place(AttemptId row, const TaskRecord& record);
  void fill_end(AttemptId row, TaskRecord& record);
  void count_end(const TaskRecord& record, Outcome outcome);
  void add_failure(AttemptId row, TaskRecord& record, Outcome outcome);
  void see_time(Time at);
  SqlExecution& sql_row(std::int64_t id);
  void settle_start();
  void settle_stages();
  void settle_executors();

  NoteBook& notes_;
  LogCounts& counts_;
  Timeline timeline_;
  std::shared_ptr<AmountTable> amounts_ = std::make_shared<AmountTable>();
  TaskRows task_rows_;
  std::vector<StageState> stage_states_;
  std::vector<ExecutorState> executor_states_;
  std::map<std::pair<std::int64_t, std::int64_t>, StageId> stage_rows_;
  std::pair<std::int64_t, std::int64_t> last_stage_key_{-1, -1};
  StageId last_stage_row_;
  std::map<std::string, ExecutorId, std::less<>> executor_rows_;
  std::vector<ExecutorId> numbered_executors_;  // by id, for the usual small numbers
  std::map<std::int64_t, std::size_t> job_rows_;
  std::map<std::int64_t, std::size_t> sql_rows_;
  std::uint32_t jobs_ended_ = 0;
  Time latest_ = Time::never();
  bool has_application_ = false;
  bool has_environment_ = false;
};

}  // namespace muster
