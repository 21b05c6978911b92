// A recording as a scenario: what `muster import` writes.

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>

#include "sim/run/run.h"
#include "sim/trace/workload_from_timeline.h"

namespace muster {
namespace {

// Settings that change what a simulation does; the rest of a recorded configuration (paths, ports,
// class names) would only hide them.
constexpr std::array kPrefixes = {
    std::string_view("spark.cores.max"),       std::string_view("spark.decommission."),
    std::string_view("spark.default."),        std::string_view("spark.driver.cores"),
    std::string_view("spark.driver.maxResult"), std::string_view("spark.driver.memory"),
    std::string_view("spark.dynamicAllocation."), std::string_view("spark.excludeOnFailure."),
    std::string_view("spark.executor.cores"),  std::string_view("spark.executor.instances"),
    std::string_view("spark.executor.memory"), std::string_view("spark.executor.resource."),
    std::string_view("spark.locality."),
    std::string_view("spark.master"),          std::string_view("spark.memory."),
    std::string_view("spark.scheduler."),      std::string_view("spark.shuffle."),
    std::string_view("spark.speculation"),     std::string_view("spark.sql.adaptive."),
    std::string_view("spark.sql.autoBroadcast"), std::string_view("spark.sql.files."),
    std::string_view("spark.sql.shuffle."),    std::string_view("spark.stage."),
    std::string_view("spark.submit.deployMode"), std::string_view("spark.task."),
};

Conf conf_that_matters(const Conf& conf) {
  Conf out;
  for (const auto& [key, value] : conf.entries())
    for (const std::string_view prefix : kPrefixes)
      if (key.starts_with(prefix)) out.set(key, value);
  return out;
}

std::string stage_name(const Stage& stage) {
  std::string name = "stage " + std::to_string(stage.spark_id);
  if (stage.attempt > 0) name += "." + std::to_string(stage.attempt);
  return name;
}

std::string profile_name(std::uint32_t row) { return "profile " + std::to_string(row); }

StageSpec stage_spec(const Application& app, const Stage& stage) {
  StageSpec spec;
  spec.name = stage_name(stage);
  spec.tasks = static_cast<std::int32_t>(stage.tasks);
  for (const std::uint32_t parent : stage.parents)
    if (app.stages[parent].job == stage.job) spec.parents.push_back(stage_name(app.stages[parent]));
  ListedDurations listed;
  std::int64_t input = 0, shuffle = 0;
  for (std::uint32_t i = 0; i < stage.tasks; ++i) {
    const std::uint32_t task = stage.first_task + i;
    listed.values.push_back(app.tasks.slot_time[task]);
    if (!app.amounts) continue;
    input += app.amounts->get(app.tasks.amount_row[task], Amount::InputBytesRead);
    shuffle += app.amounts->get(app.tasks.amount_row[task], Amount::ShuffleBytesWritten);
  }
  spec.input = Bytes(input), spec.shuffle_write = Bytes(shuffle);
  if (const std::uint32_t row = profile_row(app, stage.resource_profile); row > 0)
    spec.resource_profile = profile_name(row);
  const bool equal = std::adjacent_find(listed.values.begin(), listed.values.end(),
                                        std::not_equal_to<>()) == listed.values.end();
  if (equal && !listed.values.empty())
    spec.duration = ConstantDuration{listed.values.front()};
  else
    spec.duration = std::move(listed);
  return spec;
}

JobsWorkload jobs_of(const Application& app) {
  JobsWorkload out;
  out.application_name = app.name;
  out.tail = app.tail;
  for (const ResourceProfile& profile : app.resource_profiles)
    out.resource_profiles.push_back(
        {profile_name(profile_row(app, profile.id)), profile.conf});
  const auto job_name = [&](std::uint32_t row) {
    return "job " + std::to_string(app.jobs[row].spark_id);
  };
  for (std::uint32_t j = 0; j < app.jobs.size(); ++j) {
    const Job& job = app.jobs[j];
    JobSpec spec;
    spec.name = job_name(j);
    spec.delay = job.delay;
    spec.pool = job.pool;
    spec.concurrent = job.after.empty();
    for (const std::uint32_t before : job.after) spec.after.push_back(job_name(before));
    for (const std::uint32_t s : job.stages)
      if (!app.stages[s].skipped && app.stages[s].tasks > 0)
        spec.stages.push_back(stage_spec(app, app.stages[s]));
    out.jobs.push_back(std::move(spec));
  }
  return out;
}

}  // namespace

Scenario import_scenario(const Timeline& recorded, const std::string& log_path,
                         bool self_contained) {
  Replay replay = workload_from(recorded, false);
  Scenario out;
  out.name = recorded.application.name.empty() ? recorded.application.id
                                               : recorded.application.name;
  out.description = "imported from the event log of " + recorded.application.id;
  if (!recorded.application.spark_version.empty())
    out.spark_version = recorded.application.spark_version;
  out.conf = conf_that_matters(recorded.conf);
  out.cluster.master = recorded.conf.text("spark.master", "");
  out.cluster.deploy_mode = recorded.conf.text("spark.submit.deployMode", "client");
  out.cluster.executors = std::move(replay.executors);
  for (ExecutorSpec& executor : out.cluster.executors)
    executor.memory = recorded.conf.bytes("spark.executor.memory", Bytes::gib(1), Bytes::mib(1));
  if (self_contained)  // whose profiles are numbered from 1
    for (ExecutorSpec& executor : out.cluster.executors)
      executor.resource_profile = static_cast<std::int32_t>(
          profile_row(replay.application, executor.resource_profile));
  out.driver.dispatch = replay.application.dispatch;
  out.driver.result_handling = replay.application.result_handling;
  if (self_contained)
    out.workload = jobs_of(replay.application);
  else
    out.workload = LogWorkload{.event_log = log_path, .pinned = false};
  return out;
}

}  // namespace muster
