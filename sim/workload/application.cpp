#include "sim/workload/application.h"

#include <algorithm>
#include <utility>

#include "sim/base/check.h"
#include "sim/workload/stage_graph.h"

namespace muster {
namespace {

std::string place(const char* what, std::size_t row) {
  return std::string(what) + " row " + std::to_string(row);
}

void check_stage(const Application& app, std::size_t row) {
  const Stage& stage = app.stages[row];
  const std::string where = place("stage", row);
  MUSTER_CHECK(stage.job < app.jobs.size(), where);
  if (stage.skipped) return;
  MUSTER_CHECK(std::size_t{stage.first_task} + stage.tasks <= app.tasks.size(), where);
  MUSTER_CHECK(stage.submit_delay >= Duration() && stage.prepare >= Duration(), where);
  MUSTER_CHECK(stage.completion >= Duration(), where);
  for (const std::uint32_t p : stage.parents)
    MUSTER_CHECK(p < app.stages.size() && p != row && !app.stages[p].skipped, where);
  for (const std::uint32_t s : stage.shuffle_sources) MUSTER_CHECK(s < app.stages.size(), where);
  for (const PlaceSource& p : stage.places) {
    if (p.kind == PlaceSource::Kind::CachedRdd) MUSTER_CHECK(p.row < app.cached_rdds.size(), where);
    if (p.kind == PlaceSource::Kind::Input) MUSTER_CHECK(p.row < app.inputs.size(), where);
  }
}

void check_job(const Application& app, std::size_t row) {
  const Job& job = app.jobs[row];
  const std::string where = place("job", row);
  MUSTER_CHECK(job.delay >= Duration() && job.end_delay >= Duration(), where);
  for (const std::uint32_t s : job.stages)
    MUSTER_CHECK(s < app.stages.size() && app.stages[s].job == row, where);
  for (const std::uint32_t j : job.after) MUSTER_CHECK(j < app.jobs.size() && j != row, where);
}

void check_tasks(const Application& app) {
  const TaskColumns& tasks = app.tasks;
  const auto fits = [&](std::size_t size) { return size == 0 || size == tasks.size(); };
  MUSTER_CHECK(fits(tasks.handling.size()) && fits(tasks.partition.size()), "task columns");
  MUSTER_CHECK(fits(tasks.amount_row.size()) && fits(tasks.pinned_executor.size()), "task columns");
  for (std::size_t t = 0; t < tasks.size(); ++t)
    MUSTER_CHECK(tasks.slot_time[t] >= Duration(), place("task", t));
  for (std::size_t i = 0; i < app.inputs.size(); ++i)
    for (const std::uint32_t host : app.inputs[i].host)
      MUSTER_CHECK(host >= kElsewhere || host < app.hosts.size(), place("input", i));
  for (const BlockWrite& w : app.block_writes)
    MUSTER_CHECK(w.task < tasks.size() && w.rdd < app.cached_rdds.size(), "block write");
  for (const PlannedFailure& f : app.planned_failures)
    MUSTER_CHECK(f.task < tasks.size() && f.after >= Duration(), "planned failure");
}

}  // namespace

const PlannedFailure* find_planned_failure(const Application& app, std::uint32_t task,
                                           std::uint16_t number) {
  const auto key = std::pair(task, number);
  const auto at = std::lower_bound(
      app.planned_failures.begin(), app.planned_failures.end(), key,
      [](const PlannedFailure& f, const auto& k) { return std::pair(f.task, f.number) < k; });
  if (at == app.planned_failures.end() || at->task != task || at->number != number)
    return nullptr;
  return &*at;
}

std::uint32_t profile_row(const Application& app, std::int64_t id) {
  const auto at = std::ranges::find(app.resource_profiles, id, &ResourceProfile::id);
  if (at == app.resource_profiles.end()) return 0;
  return static_cast<std::uint32_t>(at - app.resource_profiles.begin()) + 1;
}

Conf profile_conf(const Application& app, std::uint32_t row) {
  Conf conf = app.conf;
  if (row == 0) return conf;
  for (const auto& [key, value] : app.resource_profiles[row - 1].conf.entries())
    conf.set(key, value);
  return conf;
}

void check_workload(const Application& app) {
  for (std::size_t s = 0; s < app.stages.size(); ++s) check_stage(app, s);
  for (std::size_t j = 0; j < app.jobs.size(); ++j) check_job(app, j);
  check_tasks(app);
  MUSTER_CHECK(topological_order(app).has_value(), "stages that wait for each other");
  MUSTER_CHECK(app.tail >= Duration() && app.dispatch >= Duration(), "application");
  MUSTER_CHECK(app.result_handling >= Duration() && app.relaunch >= Duration(), "application");
}

}  // namespace muster
