// The run as a Timeline: rows in the order in which an event log would first mention them, so that
// writing the log and reading it back gives the same rows.

#include <algorithm>
#include <numeric>
#include <tuple>

#include "sim/base/check.h"
#include "sim/engine/simulation.h"

namespace muster {
namespace {

// Rows of `times` that happened, by time, equal times in row order.
template <class Times>
std::vector<std::uint32_t> by_submission(const Times& times) {
  std::vector<std::uint32_t> order(times.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return times[a].submitted < times[b].submitted;
  });
  std::erase_if(order, [&](std::uint32_t r) { return !times[r].submitted.happened(); });
  return order;
}

JobSpan job_span(const Job& job) {
  return {.id = job.spark_id,
          .failure = {},
          .stage_ids = job.stage_ids,
          .pool = job.pool,
          .description = job.description,
          .group = job.group,
          .sql_execution = job.sql_execution};
}

StageSpan stage_span(const Stage& stage) {
  return {.id = stage.spark_id,
          .attempt = stage.attempt,
          .name = stage.name,
          .details = stage.details,
          .tasks = stage.tasks,
          .parents = stage.parent_ids,
          .rdds = stage.rdds,
          .failure = {},
          .resource_profile = stage.resource_profile,
          .shuffle_map = stage.shuffle_map};
}

// One row of Timeline::stages: a stage with one of its attempts, or with none.
struct Mention {
  Time at;
  bool retry;
  std::uint32_t stage;
  std::uint32_t set;  // row of the task sets; kNoSet: never submitted
};
constexpr std::uint32_t kNoSet = 0xffff'ffff;

// Stages as a log mentions them: with the JobStart that announces them; later attempts when they
// are submitted. `sets` by stage row: its task sets in order.
template <class JobTimes, class SetTimes>
std::vector<Mention> announced_stages(const Application& app, const JobTimes& job_times,
                                      const SetTimes& set_times,
                                      const std::vector<std::vector<std::uint32_t>>& sets) {
  std::vector<Mention> mentions;
  for (const std::uint32_t j : by_submission(job_times)) {
    for (const std::uint32_t s : app.jobs[j].stages)
      if (app.stages[s].attempt == 0)
        mentions.push_back(
            {job_times[j].submitted, false, s, sets[s].empty() ? kNoSet : sets[s].front()});
  }
  for (std::uint32_t s = 0; s < sets.size(); ++s) {
    const std::size_t first = app.stages[s].attempt == 0 ? 1 : 0;
    for (std::size_t i = first; i < sets[s].size(); ++i)
      mentions.push_back({set_times[sets[s][i]].submitted, true, s, sets[s][i]});
  }
  std::stable_sort(mentions.begin(), mentions.end(), [](const Mention& a, const Mention& b) {
    return std::tuple(a.at, a.retry, a.retry ? a.set : 0) <
           std::tuple(b.at, b.retry, b.retry ? b.set : 0);
  });
  return mentions;
}

}  // namespace

Timeline Simulation::timeline(ApplicationId id) const {
  const Driver& driver = drivers_[id.index()];
  const Application& app = *driver.input.application;
  const bool ends = driver.started.happened() && driver.endless.empty();
  Timeline out;
  out.application = {.id = app.id,
                     .name = app.name,
                     .user = app.user,
                     .attempt = {},
                     .spark_version = app.spark_version,
                     .start = driver.started,
                     .end = ends ? driver.ended : Time::never()};
  out.conf = app.conf;
  out.resource_profiles = app.resource_profiles;
  for (const std::uint32_t j : by_submission(driver.jobs)) {
    JobSpan span = job_span(app.jobs[j]);
    span.submitted = driver.jobs[j].submitted;
    span.completed = driver.jobs[j].completed;
    span.outcome = driver.jobs[j].outcome;
    span.failure = driver.jobs[j].failure;
    out.jobs.push_back(std::move(span));
  }
  std::vector<std::vector<std::uint32_t>> sets(app.stages.size());
  for (std::uint32_t i = driver.first_set; i < task_sets_.size(); ++i)
    if (task_sets_[i].application == id)
      sets[row_of_stage(driver, task_sets_[i])].push_back(i);
  std::vector<StageId> set_row(task_sets_.size());
  for (const Mention& mention : announced_stages(app, driver.jobs, set_times_, sets)) {
    StageSpan span = stage_span(app.stages[mention.stage]);
    if (mention.set != kNoSet) {
      const SetTimes& times = set_times_[mention.set];
      span.attempt += task_sets_[mention.set].attempt;
      span.tasks = task_sets_[mention.set].tasks;
      span.submitted = times.submitted;
      span.completed = times.completed;
      span.failure = times.failure;
      set_row[mention.set] = StageId(out.stages.size());
    }
    out.stages.push_back(std::move(span));
  }
  record_attempts(id, set_row, record_executors(id, out), out);
  if (!node_spans_.empty()) record_counters(driver, out);
  return out;
}

void Simulation::record_counters(const Driver& driver, Timeline& out) const {
  out.counters.push_back({"executors", "executors", driver.executor_count});
  out.counters.push_back(node_count_);
}

// Executors by registration, those that never came left out; for each of the cluster its row.
std::vector<ExecutorId> Simulation::record_executors(ApplicationId id, Timeline& out) const {
  std::vector<std::uint32_t> order;
  const Time since = drivers_[id.index()].started;
  for (std::uint32_t e = 0; e < cluster_.executors().size(); ++e) {
    const ExecutorRecord& record = cluster_.record(ExecutorId(e));
    const bool removed_before = record.removed.happened() && record.removed < since;
    if (cluster_.executors()[e].application == id && record.added.happened() && !removed_before)
      order.push_back(e);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return cluster_.record(ExecutorId(a)).added < cluster_.record(ExecutorId(b)).added;
  });
  const std::vector<ResourceProfile>& profiles = applications_[id.index()]->resource_profiles;
  std::vector<ExecutorId> rows(cluster_.executors().size());
  for (const std::uint32_t e : order) {
    const ExecutorRecord& record = cluster_.record(ExecutorId(e));
    const bool removed = record.removed.happened();
    const std::uint32_t profile = cluster_.executors()[e].profile;
    rows[e] = ExecutorId(out.executors.size());
    out.executors.push_back({.id = record.id,
                             .host = cluster_.host_name(cluster_.executors()[e].host),
                             .cores = cluster_.executors()[e].cores,
                             .resource_profile = profile == 0 ? 0 : profiles[profile - 1].id,
                             .added = record.added,
                             .removed = record.removed,
                             .removed_reason = removed ? record.removed_reason : "",
                             .block_manager_host = {}});
  }
  return rows;
}

std::vector<AttemptId> Simulation::recorded_attempts(ApplicationId id) const {
  const Driver& driver = drivers_[id.index()];
  std::vector<AttemptId> rows;
  rows.reserve(attempts_.size() - driver.first_attempt);
  for (std::size_t i = driver.first_attempt; i < attempts_.size(); ++i) {
    const TaskSetId set = attempts_[i].task_set;
    if (task_sets_[set.index()].application == id && set.index() >= driver.first_set)
      rows.push_back(AttemptId(i));
  }
  return rows;
}

void Simulation::record_attempts(ApplicationId id, const std::vector<StageId>& set_row,
                                 const std::vector<ExecutorId>& executor_row,
                                 Timeline& out) const {
  const Driver& driver = drivers_[id.index()];
  const Application& app = *driver.input.application;
  out.attempts.amounts = app.amounts;
  const std::vector<AttemptId> rows = recorded_attempts(id);
  out.attempts.reserve(rows.size());
  for (const AttemptId attempt : rows) {
    const std::size_t i = attempt.index();
    const AttemptState& a = attempts_[i];
    const TaskSetState& set = task_sets_[a.task_set.index()];
    const std::uint32_t task = set.task_row(a.index);
    const std::uint32_t row = out.attempts.add(set_row[a.task_set.index()], a.index).index();
    out.attempts.partition[row] =
        app.tasks.partition.empty() ? task - set.first_task : app.tasks.partition[task];
    out.attempts.number[row] = a.number;
    out.attempts.executor[row] = executor_row[a.executor.index()];
    out.attempts.locality[row] = a.locality;
    out.attempts.outcome[row] = a.ended() ? a.outcome : Outcome::Running;
    out.attempts.speculative[row] = a.speculative;
    out.attempts.launch[row] = a.launch;
    out.attempts.finish[row] = a.finish;
    out.attempts.amount_row[row] =
        app.tasks.amount_row.empty() ? task : app.tasks.amount_row[task];
    out.attempts.has_metrics[row] = a.ended() && a.outcome == Outcome::Success && app.amounts;
    const bool resubmitted = app.decides_attempts && failure_.get(i) != kNone;
    if (a.ended() && (a.outcome != Outcome::Success || resubmitted))
      out.failures.push_back(
          {.attempt = AttemptId(row),
           .reason = failure_text(AttemptId(i)),
           .description = {},
           .fetched_from = {},
           .exit_caused_by_app =
               a.outcome != Outcome::ExecutorLostFailure || a.failure_counts});
  }
}

}  // namespace muster
