#include "models/task_schedulers/exclusion.h"

#include <algorithm>

namespace muster {

namespace {

// The names before 3.1, which went on to be read until 4.0.
std::string exclusion_key(const Application& app, const std::string& name) {
  const std::string old = "spark.blacklist." + name, now = "spark.excludeOnFailure." + name;
  const int version = version_number(app.spark_version);
  if (version != 0 && version < spark(3, 1)) return old;
  const bool takes_old = version < spark(4, 1) && !app.conf.find(now) && app.conf.find(old);
  return takes_old ? old : now;
}

}  // namespace

Exclusion::Exclusion(const Application& app) {
  const auto number = [&](const char* name, int fallback) {
    const std::int64_t value = app.conf.integer(exclusion_key(app, name), fallback);
    return static_cast<int>(std::max<std::int64_t>(1, value));
  };
  on_ = app.conf.flag(exclusion_key(app, "enabled"), false);
  task_executor_ = number("task.maxTaskAttemptsPerExecutor", 1);
  task_node_ = number("task.maxTaskAttemptsPerNode", 2);
  stage_tasks_ = number("stage.maxFailedTasksPerExecutor", 2);
  stage_executors_ = number("stage.maxFailedExecutorsPerNode", 2);
  app_tasks_ = number("application.maxFailedTasksPerExecutor", 2);
  app_executors_ = number("application.maxFailedExecutorsPerNode", 2);
  timeout_ = app.conf.duration(exclusion_key(app, "timeout"), Duration::seconds(3600),
                               Duration::millis(1));
}

// TaskSetExcludelist.updateExcludedForFailedTask.
void Exclusion::failed(const EndedAttempt& attempt, NodeId host, Time now) {
  SetState& set = sets_[attempt.task_set];
  if (set.failed.size() <= attempt.index) set.failed.resize(attempt.index + 1, false);
  set.failed[attempt.index] = true;
  ++set.by_executor[{attempt.index, attempt.executor}];
  ++set.by_node[{attempt.index, host}];
  auto& tasks = set.tasks[attempt.executor];
  tasks[attempt.index] = now;
  set.hosts[attempt.executor] = host;
  if (static_cast<int>(tasks.size()) < stage_tasks_) return;
  set.executors.insert(attempt.executor);
  set.nodes[host].insert(attempt.executor);
}

// HealthTracker.updateExcludedForSuccessfulTaskSet, 3.5: of a stage that fails nobody can say whose
// fault it was.
void Exclusion::succeeded(TaskSetId id, Time now) {
  const auto at = sets_.find(id);
  if (at == sets_.end()) return;
  for (const auto& [executor, tasks] : at->second.tasks) {
    auto& failures = app_failures_[executor];
    for (const auto& [index, when] : tasks) failures[{id, index}] = when;
    std::erase_if(failures, [&](const auto& one) { return one.second + timeout_ <= now; });
    if (static_cast<int>(failures.size()) < app_tasks_) continue;
    const auto was = excluded_.find(executor);
    if (was != excluded_.end() && now < was->second.second) continue;  // not pushed on
    const NodeId host = at->second.hosts.at(executor);
    excluded_[executor] = {host, now + timeout_};
    int on_node = 0;
    for (const auto& [other, where] : excluded_)
      on_node += where.first == host && where.second > now ? 1 : 0;
    Time& until = excluded_nodes_.try_emplace(host).first->second;
    if (on_node >= app_executors_ && until <= now) until = now + timeout_;
  }
}

void Exclusion::task_set_gone(TaskSetId set) { sets_.erase(set); }

bool Exclusion::allows(TaskSetId id, std::uint32_t index, ExecutorId executor,
                       NodeId host) const {
  const auto at = sets_.find(id);
  if (at == sets_.end()) return true;
  const SetState& set = at->second;
  if (set.executors.contains(executor)) return false;
  if (const auto node = set.nodes.find(host); node != set.nodes.end())
    if (static_cast<int>(node->second.size()) >= stage_executors_) return false;
  if (index >= set.failed.size() || !set.failed[index]) return true;
  if (const auto task = set.by_executor.find({index, executor}); task != set.by_executor.end())
    if (task->second >= task_executor_) return false;
  const auto task = set.by_node.find({index, host});
  return task == set.by_node.end() || task->second < task_node_;
}

bool Exclusion::allows(ExecutorId executor, NodeId host, Time now) const {
  if (excluded_.empty() && excluded_nodes_.empty()) return true;
  const auto at = excluded_.find(executor);
  if (at != excluded_.end() && now < at->second.second) return false;
  const auto node = excluded_nodes_.find(host);
  return node == excluded_nodes_.end() || now >= node->second;
}

}  // namespace muster
