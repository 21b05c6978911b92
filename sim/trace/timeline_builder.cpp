#include "sim/trace/timeline_builder.h"

#include <algorithm>
#include <charconv>

namespace muster {
namespace {

// "0" to "99999" without leading zeros, else -1.
std::int64_t small_number(std::string_view id) {
  if (id.empty() || id.size() > 5 || (id.size() > 1 && id[0] == '0')) return -1;
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), n);
  return error == std::errc() && end == id.data() + id.size() ? n : -1;
}

}  // namespace

TimelineBuilder::TimelineBuilder(NoteBook& notes, LogCounts& counts)
    : notes_(notes), counts_(counts) {}

// Events are written in the order in which they happened, give or take a second.
void TimelineBuilder::see_time(Time at) {
  if (!at.happened()) return;
  constexpr Duration kBack = Duration::seconds(60);
  constexpr Duration kAhead = Duration::seconds(30 * 86'400);
  if (latest_.happened() && (at < latest_ - kBack || at > latest_ + kAhead)) {
    const Duration jump = at - latest_;
    notes_.add("clock_jumps", 1,
               "by " + std::to_string(jump.in_millis() / 1000) + " s the first time");
    latest_ = at;
  }
  latest_ = latest_.happened() ? std::max(latest_, at) : at;
}

void TimelineBuilder::log_start(const LogStartRecord& record) {
  if (timeline_.application.spark_version.empty())
    timeline_.application.spark_version = record.spark_version;
}

void TimelineBuilder::application_start(ApplicationSpan application) {
  application.spark_version = timeline_.application.spark_version;
  application.end = timeline_.application.end;
  timeline_.application = std::move(application);
  has_application_ = true;
  if (!latest_.happened()) latest_ = timeline_.application.start;
}

void TimelineBuilder::application_end(const ApplicationSpan& end) {
  see_time(end.end);
  timeline_.application.end = end.end;
  timeline_.application.exit_code = end.exit_code;
}

void TimelineBuilder::environment(const EnvironmentRecord& record) {
  has_environment_ = true;
  if (!record.java_version.empty()) timeline_.java_version = record.java_version;
  for (const auto& [key, value] : record.spark_properties) timeline_.conf.set(key, value);
}

ExecutorId TimelineBuilder::executor_row(std::string_view id) {
  const std::int64_t number = small_number(id);
  if (number >= 0) {
    const std::size_t at = static_cast<std::size_t>(number);
    return at < numbered_executors_.size() && numbered_executors_[at].valid()
               ? numbered_executors_[at]
               : new_executor(id);
  }
  const auto found = executor_rows_.find(id);
  return found != executor_rows_.end() ? found->second : new_executor(id);
}

ExecutorId TimelineBuilder::new_executor(std::string_view id) {
  const ExecutorId row(timeline_.executors.size());
  timeline_.executors.emplace_back();
  timeline_.executors.back().id = id;
  executor_states_.emplace_back();
  const std::int64_t number = small_number(id);
  if (number < 0) {
    executor_rows_[std::string(id)] = row;
    return row;
  }
  const std::size_t at = static_cast<std::size_t>(number);
  if (at >= numbered_executors_.size()) numbered_executors_.resize(at + 1);
  numbered_executors_[at] = row;
  return row;
}

// The default profile says what the configuration says.
void TimelineBuilder::resource_profile(ResourceProfile profile) {
  const auto at = std::ranges::find(timeline_.resource_profiles, profile.id, &ResourceProfile::id);
  if (profile.id == 0 || at != timeline_.resource_profiles.end()) return;
  timeline_.resource_profiles.push_back(std::move(profile));
}

void TimelineBuilder::executor_added(const ExecutorRecord& record) {
  ++counts_.executors_added;
  see_time(record.at);
  ExecutorId row = executor_row(record.id);
  // The same id after a removal is a new executor of that name.
  if (timeline_.executors[row.index()].removed.happened()) row = new_executor(record.id);
  if (executor_states_[row.index()].announced) {
    notes_.add("duplicate_events", 1, "ExecutorAdded of executor " + record.id);
    return;
  }
  executor_states_[row.index()].announced = true;
  ExecutorSpan& executor = timeline_.executors[row.index()];
  if (!executor.host.empty() && executor.host != record.host)
    executor.block_manager_host = executor.host;
  executor.host = record.host;
  executor.cores = static_cast<std::int32_t>(std::clamp<std::int64_t>(record.cores, 0, 1 << 20));
  executor.resource_profile = record.resource_profile;
  executor.added = record.at;
}

void TimelineBuilder::executor_removed(const ExecutorRecord& record) {
  ++counts_.executors_removed;
  see_time(record.at);
  ExecutorSpan& executor = timeline_.executors[executor_row(record.id).index()];
  notes_.add("lost_executors", 1, "the first is " + record.id + ", " + first_words(record.reason));
  executor.removed = record.at;
  executor.removed_reason = record.reason;
}

void TimelineBuilder::block_manager_added(const BlockManagerRecord& record) {
  ExecutorId row = executor_row(record.executor);
  if (timeline_.executors[row.index()].removed.happened()) row = new_executor(record.executor);
  ExecutorSpan& executor = timeline_.executors[row.index()];
  if (executor.host.empty())
    executor.host = record.host;
  else if (executor.host != record.host)
    executor.block_manager_host = record.host;
  executor.port = record.port;
  executor.max_memory = record.memory;
  executor.max_on_heap = record.on_heap;
  executor.max_off_heap = record.off_heap;
  executor.block_manager_added = record.at;
}

void TimelineBuilder::block_manager_removed(const BlockManagerRecord& record) {
  timeline_.executors[executor_row(record.executor).index()].block_manager_removed = record.at;
}

void TimelineBuilder::block_updated(const BlockRecord& record) {
  if (!record.is_rdd) return;
  BlockUpdate update = record.update;
  update.executor = executor_row(record.executor);
  timeline_.block_updates.push_back(update);
}

StageId TimelineBuilder::stage_row(std::int64_t id, std::int64_t attempt) {
  const std::pair key{id, attempt};
  if (last_stage_row_.valid() && key == last_stage_key_) return last_stage_row_;
  const auto [at, is_new] = stage_rows_.try_emplace(key, StageId(timeline_.stages.size()));
  if (is_new) {
    timeline_.stages.emplace_back();
    timeline_.stages.back().id = id;
    timeline_.stages.back().attempt = static_cast<std::int32_t>(attempt);
    stage_states_.emplace_back();
  }
  last_stage_key_ = key;
  last_stage_row_ = at->second;
  return at->second;
}

// A later description replaces an earlier one, but what it does not say stays.
StageSpan& TimelineBuilder::describe_stage(StageSpan&& stage, StageId row) {
  StageSpan& known = timeline_.stages[row.index()];
  if (!stage.submitted.happened()) stage.submitted = known.submitted;
  if (!stage.completed.happened()) stage.completed = known.completed;
  if (stage.failure.empty()) stage.failure = std::move(known.failure);
  stage.shuffle_map = known.shuffle_map;
  known = std::move(stage);
  stage_states_[row.index()].announced = true;
  return known;
}

void TimelineBuilder::job_start(JobRecord record) {
  ++counts_.jobs;
  see_time(record.job.submitted);
  if (record.job.stage_ids.empty())
    for (const StageSpan& stage : record.stages) record.job.stage_ids.push_back(stage.id);
  for (StageSpan& stage : record.stages)
    if (stage.id >= 0) {
      const StageId row = stage_row(stage.id, stage.attempt);
      describe_stage(std::move(stage), row);
    }
  const auto [at, is_new] = job_rows_.try_emplace(record.job.id, timeline_.jobs.size());
  if (!is_new) {
    notes_.add("duplicate_events", 1, "JobStart of job " + std::to_string(record.job.id));
    return;
  }
  timeline_.jobs.push_back(std::move(record.job));
}

void TimelineBuilder::job_end(JobSpan end) {
  see_time(end.completed);
  ++jobs_ended_;
  const auto [at, is_new] = job_rows_.try_emplace(end.id, timeline_.jobs.size());
  if (is_new) {
    notes_.add("jobs_not_announced");
    timeline_.jobs.push_back(std::move(end));
    return;
  }
  JobSpan& job = timeline_.jobs[at->second];
  if (job.completed.happened())
    notes_.add("duplicate_events", 1, "JobEnd of job " + std::to_string(job.id));
  job.completed = end.completed;
  job.outcome = end.outcome;
  job.failure = std::move(end.failure);
}

void TimelineBuilder::stage_submitted(StageSpan stage) {
  ++counts_.stages_submitted;
  see_time(stage.submitted);
  if (!stage.submitted.happened()) notes_.add("stages_without_submission");
  const StageId row = stage_row(stage.id, stage.attempt);
  describe_stage(std::move(stage), row);
  stage_states_[row.index()].submit_event = true;
}

void TimelineBuilder::stage_completed(StageSpan stage) {
  ++counts_.stages_completed;
  see_time(stage.completed);
  const StageId row = stage_row(stage.id, stage.attempt);
  const StageSpan& known = describe_stage(std::move(stage), row);
  if (!known.failure.empty())
    notes_.add(
        "failed_stages", 1,
        "the first is stage " + std::to_string(known.id) + ", " + first_words(known.failure));
  stage_states_[row.index()].complete_event = true;
}

void TimelineBuilder::unpersist(std::int64_t rdd) {
  timeline_.unpersists.push_back({rdd, jobs_ended_});
}

SqlExecution& TimelineBuilder::sql_row(std::int64_t id) {
  const auto [at, is_new] = sql_rows_.try_emplace(id, timeline_.sql_executions.size());
  if (is_new) {
    timeline_.sql_executions.emplace_back();
    timeline_.sql_executions.back().id = id;
  }
  return timeline_.sql_executions[at->second];
}

void TimelineBuilder::sql_start(SqlRecord record) {
  ++counts_.sql_starts;
  see_time(record.at);
  SqlExecution& sql = sql_row(record.id);
  sql.root_id = record.root_id;
  sql.description = std::move(record.description);
  if (sql.plan.empty()) sql.plan = std::move(record.plan);
  sql.start = record.at;
}

void TimelineBuilder::sql_update(SqlRecord record) {
  if (!record.plan.empty()) sql_row(record.id).plan = std::move(record.plan);
}

void TimelineBuilder::sql_end(SqlRecord record) {
  see_time(record.at);
  SqlExecution& sql = sql_row(record.id);
  sql.end = record.at;
  sql.error = std::move(record.error);
}

}  // namespace muster
