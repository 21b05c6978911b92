// The application, executors, jobs, stages and SQL executions; tasks are in event_log_tasks.cpp.
#include "sim/report/event_log_lines.h"

#include <algorithm>
#include <set>
#include <utility>

#include "sim/report/json_text.h"

namespace muster {
namespace {

// Spark's SQL tab cannot do without a plan tree; the timeline has its text only.
constexpr std::string_view kNoPlan =
    R"({"nodeName":"","simpleString":"","children":[],"metadata":{},"metrics":[]})";

std::int64_t floor_millis(Time t) {
  const std::int64_t us = t.in_micros();
  return us >= 0 ? us / 1000 : -((-us + 999) / 1000);
}

// For each job the stages that it announces: of every id the row of its first attempt, since later
// ones are announced by their own submission.
std::vector<std::vector<std::size_t>> stages_of_jobs(const Timeline& timeline) {
  std::vector<std::pair<std::int64_t, std::size_t>> by_id;
  for (std::size_t s = 0; s < timeline.stages.size(); ++s)
    by_id.emplace_back(timeline.stages[s].id, s);
  std::stable_sort(by_id.begin(), by_id.end(), [&](const auto& a, const auto& b) {
    return std::pair(a.first, timeline.stages[a.second].attempt) <
           std::pair(b.first, timeline.stages[b.second].attempt);
  });
  std::vector<std::vector<std::size_t>> out(timeline.jobs.size());
  for (std::size_t j = 0; j < timeline.jobs.size(); ++j) {
    for (const std::int64_t id : timeline.jobs[j].stage_ids) {
      const auto at = std::lower_bound(by_id.begin(), by_id.end(), id,
                                       [](const auto& e, std::int64_t i) { return e.first < i; });
      if (at != by_id.end() && at->first == id) out[j].push_back(at->second);
    }
    std::sort(out[j].begin(), out[j].end());
    out[j].erase(std::unique(out[j].begin(), out[j].end()), out[j].end());
  }
  return out;
}

}  // namespace

std::string_view block_manager_host(const ExecutorSpan& executor) {
  return executor.block_manager_host.empty() ? executor.host : executor.block_manager_host;
}

EventLogLines::EventLogLines(const Timeline& timeline, Duration shift, std::string& out)
    : timeline_(timeline), shift_(shift), out_(out), announced_(stages_of_jobs(timeline)) {}

void EventLogLines::begin(std::string_view event) {
  out_ += R"({"Event":")";
  out_ += event;
  out_ += '"';
}

void EventLogLines::raw(std::string_view key, std::string_view json) {
  if (out_.back() != '{') out_ += ',';
  out_ += '"';
  out_ += key;
  out_ += "\":";
  out_ += json;
}

void EventLogLines::text(std::string_view key, std::string_view value) {
  raw(key, "");
  append_quoted(out_, value);
}

void EventLogLines::number(std::string_view key, std::int64_t value) {
  raw(key, "");
  append_number(out_, value);
}

void EventLogLines::flag(std::string_view key, bool value) { raw(key, value ? "true" : "false"); }

void EventLogLines::ids(std::string_view key, const std::vector<std::int64_t>& values) {
  raw(key, "[");
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out_ += ',';
    append_number(out_, values[i]);
  }
  out_ += ']';
}

void EventLogLines::time(std::string_view key, Time value) {
  if (value.happened()) number(key, floor_millis(value + shift_));
}

void EventLogLines::time_or_zero(std::string_view key, Time value) {
  number(key, value.happened() ? floor_millis(value + shift_) : 0);
}

void EventLogLines::log_start() {
  if (timeline_.application.spark_version.empty()) return;
  begin("SparkListenerLogStart");
  text("Spark Version", timeline_.application.spark_version);
  end();
}

void EventLogLines::resource_profiles() {
  std::set<std::int64_t> unknown = {0};
  for (const ExecutorSpan& executor : timeline_.executors)
    unknown.insert(executor.resource_profile);
  for (const StageSpan& stage : timeline_.stages) unknown.insert(stage.resource_profile);
  for (const ResourceProfile& profile : timeline_.resource_profiles) unknown.erase(profile.id);
  const Conf& conf = timeline_.conf;
  ResourceProfile plain;
  for (const char* key : {"spark.executor.cores", "spark.task.cpus"})
    plain.conf.set(key, std::to_string(conf.integer(key, 1)));
  const Bytes memory = conf.bytes("spark.executor.memory", Bytes::gib(1), Bytes::mib(1));
  plain.conf.set("spark.executor.memory", std::to_string(memory.count()) + "b");
  plain.conf.set("spark.memory.offHeap.size", "0");
  for (const std::int64_t id : unknown) {
    plain.id = id;
    resource_profile(plain);
  }
  for (const ResourceProfile& profile : timeline_.resource_profiles) resource_profile(profile);
}

// Memory in MiB.
void EventLogLines::resource_profile(const ResourceProfile& profile) {
  begin("SparkListenerResourceProfileAdded");
  number("Resource Profile Id", profile.id);
  raw("Executor Resource Requests", "{");
  for (std::size_t i = 0; i < kProfileExecutorKeys.size(); ++i) {
    const std::string_view key = kProfileExecutorKeys[i];
    if (!profile.conf.find(key)) continue;
    raw(kProfileRequests[i], "{");
    text("Resource Name", kProfileRequests[i]);
    number("Amount", profile_amount(profile.conf, key));
    out_ += R"(,"Discovery Script":"","Vendor":""})";
  }
  out_ += '}';
  raw("Task Resource Requests", "{");
  if (profile.conf.find(kProfileTaskCpus)) {
    raw("cpus", "{");
    text("Resource Name", "cpus");
    number("Amount", profile.conf.integer(kProfileTaskCpus, 1));
    out_ += ".0}";
  }
  out_ += '}';
  end();
}

void EventLogLines::properties(std::string_view key, const Conf& conf) {
  raw(key, "{");
  for (const auto& [name, value] : conf.entries()) {
    if (out_.back() != '{') out_ += ',';
    append_quoted(out_, name);
    out_ += ':';
    append_quoted(out_, value);
  }
  out_ += '}';
}

void EventLogLines::environment() {
  begin("SparkListenerEnvironmentUpdate");
  raw("JVM Information", "{");
  if (!timeline_.java_version.empty()) text("Java Version", timeline_.java_version);
  out_ += '}';
  properties("Spark Properties", timeline_.conf);
  raw("Hadoop Properties", "{}");
  raw("System Properties", "{}");
  raw("Metrics Properties", "{}");
  raw("Classpath Entries", "{}");
  end();
}

void EventLogLines::application_start() {
  const ApplicationSpan& application = timeline_.application;
  begin("SparkListenerApplicationStart");
  text("App Name", application.name);
  if (!application.id.empty()) text("App ID", application.id);
  time_or_zero("Timestamp", application.start);
  text("User", application.user);
  if (!application.attempt.empty()) text("App Attempt ID", application.attempt);
  end();
}

void EventLogLines::application_end() {
  if (!timeline_.application.end.happened()) return;
  begin("SparkListenerApplicationEnd");
  time("Timestamp", timeline_.application.end);
  if (timeline_.application.exit_code >= 0) number("ExitCode", timeline_.application.exit_code);
  end();
}

void EventLogLines::executor_added(std::size_t row) {
  const ExecutorSpan& executor = timeline_.executors[row];
  begin("SparkListenerExecutorAdded");
  time_or_zero("Timestamp", executor.added);
  text("Executor ID", executor.id);
  raw("Executor Info", "{");
  text("Host", executor.host);
  number("Total Cores", executor.cores);
  raw("Log Urls", R"({},"Attributes":{},"Resources":{})");
  number("Resource Profile Id", executor.resource_profile);
  out_ += '}';
  end();
}

void EventLogLines::executor_removed(std::size_t row) {
  const ExecutorSpan& executor = timeline_.executors[row];
  begin("SparkListenerExecutorRemoved");
  time("Timestamp", executor.removed);
  text("Executor ID", executor.id);
  text("Removed Reason", executor.removed_reason);
  end();
}

void EventLogLines::block_manager_id(std::size_t row) {
  const ExecutorSpan& executor = timeline_.executors[row];
  raw("Block Manager ID", "{");
  text("Executor ID", executor.id);
  text("Host", block_manager_host(executor));
  number("Port", executor.port);
  out_ += '}';
}

void EventLogLines::block_manager_added(std::size_t row) {
  const ExecutorSpan& executor = timeline_.executors[row];
  begin("SparkListenerBlockManagerAdded");
  block_manager_id(row);
  number("Maximum Memory", executor.max_memory);
  time("Timestamp", executor.block_manager_added);
  number("Maximum Onheap Memory", executor.max_on_heap);
  number("Maximum Offheap Memory", executor.max_off_heap);
  end();
}

void EventLogLines::block_manager_removed(std::size_t row) {
  begin("SparkListenerBlockManagerRemoved");
  block_manager_id(row);
  time("Timestamp", timeline_.executors[row].block_manager_removed);
  end();
}

void EventLogLines::job_properties(const JobSpan& job) {
  raw("Properties", "{");
  if (!job.pool.empty()) text("spark.scheduler.pool", job.pool);
  if (!job.description.empty()) text("spark.job.description", job.description);
  if (!job.group.empty()) text("spark.jobGroup.id", job.group);
  if (job.sql_execution >= 0)
    text("spark.sql.execution.id", std::to_string(job.sql_execution));
  out_ += '}';
}

void EventLogLines::job_start(std::size_t row) {
  const JobSpan& job = timeline_.jobs[row];
  begin("SparkListenerJobStart");
  number("Job ID", job.id);
  time("Submission Time", job.submitted);
  raw("Stage Infos", "[");
  for (std::size_t i = 0; i < announced_[row].size(); ++i) {
    if (i > 0) out_ += ',';
    stage_info(announced_[row][i], false, false);
  }
  out_ += ']';
  ids("Stage IDs", job.stage_ids);
  job_properties(job);
  end();
}

void EventLogLines::job_end(std::size_t row) {
  const JobSpan& job = timeline_.jobs[row];
  begin("SparkListenerJobEnd");
  number("Job ID", job.id);
  time("Completion Time", job.completed);
  if (job.outcome == JobOutcome::Succeeded) raw("Job Result", R"({"Result":"JobSucceeded"})");
  if (job.outcome == JobOutcome::Failed) {
    raw("Job Result", R"({"Result":"JobFailed","Exception":{)");
    text("Message", job.failure);
    raw("Stack Trace", "[]}}");
  }
  end();
}

void EventLogLines::storage_level(const StorageLevel& level) {
  raw("Storage Level", "{");
  flag("Use Disk", level.use_disk);
  flag("Use Memory", level.use_memory);
  flag("Use Off Heap", level.use_off_heap);
  flag("Deserialized", level.deserialized);
  number("Replication", level.replication);
  out_ += '}';
}

void EventLogLines::rdd(const Rdd& rdd) {
  out_ += '{';
  number("RDD ID", rdd.id);
  text("Name", rdd.name);
  if (!rdd.scope.empty()) text("Scope", rdd.scope);
  if (!rdd.callsite.empty()) text("Callsite", rdd.callsite);
  ids("Parent IDs", rdd.parents);
  storage_level(rdd.level);
  flag("Barrier", rdd.barrier);
  number("Number of Partitions", rdd.partitions);
  number("Number of Cached Partitions", rdd.cached_partitions);
  number("Memory Size", rdd.memory_bytes);
  number("Disk Size", rdd.disk_bytes);
  out_ += '}';
}

void EventLogLines::stage_info(std::size_t row, bool submitted, bool completed) {
  const StageSpan& stage = timeline_.stages[row];
  out_ += '{';
  number("Stage ID", stage.id);
  number("Stage Attempt ID", stage.attempt);
  text("Stage Name", stage.name);
  number("Number of Tasks", stage.tasks);
  raw("RDD Info", "[");
  for (std::size_t i = 0; i < stage.rdds.size(); ++i) {
    if (i > 0) out_ += ',';
    rdd(stage.rdds[i]);
  }
  out_ += ']';
  ids("Parent IDs", stage.parents);
  text("Details", stage.details);
  if (submitted) time("Submission Time", stage.submitted);
  if (completed) time("Completion Time", stage.completed);
  if (completed && !stage.failure.empty()) text("Failure Reason", stage.failure);
  raw("Accumulables", "[]");
  number("Resource Profile Id", stage.resource_profile);
  out_ += '}';
}

void EventLogLines::stage_submitted(std::size_t row) {
  begin("SparkListenerStageSubmitted");
  raw("Stage Info", "");
  stage_info(row, true, false);
  raw("Properties", "{}");
  end();
}

void EventLogLines::stage_completed(std::size_t row) {
  begin("SparkListenerStageCompleted");
  raw("Stage Info", "");
  stage_info(row, true, true);
  end();
}

void EventLogLines::unpersist(std::size_t row) {
  begin("SparkListenerUnpersistRDD");
  number("RDD ID", timeline_.unpersists[row].rdd);
  end();
}

void EventLogLines::sql_start(std::size_t row) {
  const SqlExecution& sql = timeline_.sql_executions[row];
  begin("org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart");
  number("executionId", sql.id);
  if (sql.root_id >= 0) number("rootExecutionId", sql.root_id);
  text("description", sql.description);
  text("details", "");
  text("physicalPlanDescription", sql.plan);
  raw("sparkPlanInfo", kNoPlan);
  time_or_zero("time", sql.start);
  raw("modifiedConfigs", "{}");
  end();
}

void EventLogLines::sql_end(std::size_t row) {
  const SqlExecution& sql = timeline_.sql_executions[row];
  if (!sql.start.happened() && !sql.plan.empty()) {
    // The log that this came from began after the start: only updates told the plan.
    begin("org.apache.spark.sql.execution.ui.SparkListenerSQLAdaptiveExecutionUpdate");
    number("executionId", sql.id);
    text("physicalPlanDescription", sql.plan);
    raw("sparkPlanInfo", kNoPlan);
    end();
  }
  begin("org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd");
  number("executionId", sql.id);
  time("time", sql.end);
  text("errorMessage", sql.error);
  end();
}

}  // namespace muster
