#include "models/task_schedulers/exclusion.h"

#include <algorithm>

namespace muster {

Exclusion::Exclusion(const Conf& conf) {
  const auto number = [&](std::string_view key, int fallback) {
    return static_cast<int>(std::max<std::int64_t>(1, conf.integer(key, fallback)));
  };
  on_ = conf.flag("spark.excludeOnFailure.enabled", false);
  task_executor_ = number("spark.excludeOnFailure.task.maxTaskAttemptsPerExecutor", 1);
  task_node_ = number("spark.excludeOnFailure.task.maxTaskAttemptsPerNode", 2);
  stage_tasks_ = number("spark.excludeOnFailure.stage.maxFailedTasksPerExecutor", 2);
  stage_executors_ = number("spark.excludeOnFailure.stage.maxFailedExecutorsPerNode", 2);
  app_tasks_ = number("spark.excludeOnFailure.application.maxFailedTasksPerExecutor", 2);
  app_executors_ = number("spark.excludeOnFailure.application.maxFailedExecutorsPerNode", 2);
  timeout_ = conf.duration("spark.excludeOnFailure.timeout", Duration::seconds(3600),
                           Duration::millis(1));
}

void Exclusion::failed(const EndedAttempt& attempt, NodeId host, Time now) {
  SetState& set = sets_[attempt.task_set];
  if (set.failed.size() <= attempt.index) set.failed.resize(attempt.index + 1, false);
  set.failed[attempt.index] = true;
  ++set.by_executor[{attempt.index, attempt.executor}];
  ++set.by_node[{attempt.index, host}];
  std::set<std::uint32_t>& tasks = set.tasks[attempt.executor];
  tasks.insert(attempt.index);
  if (static_cast<int>(tasks.size()) >= stage_tasks_) {
    set.executors.insert(attempt.executor);
    set.nodes[host].insert(attempt.executor);
  }
  auto& failures = app_failures_[attempt.executor];
  failures.insert({attempt.task_set, attempt.index});
  if (static_cast<int>(failures.size()) < app_tasks_) return;
  excluded_[attempt.executor] = {host, now + timeout_};
  int on_node = 0;
  for (const auto& [executor, where] : excluded_) on_node += where.first == host ? 1 : 0;
  if (on_node >= app_executors_) excluded_nodes_[host] = now + timeout_;
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
