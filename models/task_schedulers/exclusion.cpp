#include "models/task_schedulers/exclusion.h"

#include <algorithm>

namespace muster {

namespace {

// The names before 3.1, which went on to be read until 4.0.
std::string exclusion_key(const Application& app, const std::string& name) {
  const std::string old = "spark.blacklist." + name, now = "spark.excludeOnFailure." + name;
  const int version = version_number(app.spark_version);
  if (known_before(version, spark(3, 1))) return old;
  const bool takes_old = version < spark(4, 1) && !app.conf.find(now) && app.conf.find(old);
  return takes_old ? old : now;
}

// Grows to hold it: nothing is excluded before the application begins.
Time& until(std::vector<Time>& times, std::uint32_t at) {
  if (times.size() <= at) times.resize(at + 1);
  return times[at];
}

}  // namespace

Exclusion::Exclusion(const Application& app) {
  const auto number = [&](const char* name, int fallback) {
    const std::int64_t value = app.conf.integer(exclusion_key(app, name), fallback);
    return static_cast<int>(std::max<std::int64_t>(1, value));
  };
  // Where placement is the recording's, so is what it left out.
  on_ = app.conf.flag(exclusion_key(app, "enabled"), false) && app.tasks.pinned_executor.empty();
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
  const std::uint32_t id = attempt.task_set.index();
  if (sets_.size() <= id) sets_.resize(id + 1);
  if (!sets_[id])
    sets_[id] = std::make_unique<SetExclusion>(task_executor_, task_node_, stage_executors_);
  SetExclusion& set = *sets_[id];
  if (set.failed_.size() <= attempt.index) set.failed_.resize(attempt.index + 1, false);
  set.failed_[attempt.index] = true;
  ++set.by_executor_[{attempt.index, attempt.executor}];
  ++set.by_node_[{attempt.index, host}];
  auto& tasks = set.tasks_[attempt.executor];
  tasks[attempt.index] = now;
  set.hosts_[attempt.executor] = host;
  if (static_cast<int>(tasks.size()) < stage_tasks_) return;
  const std::uint32_t executor = attempt.executor.index();
  if (set.executors_.size() <= executor) set.executors_.resize(executor + 1, false);
  if (set.executors_[executor]) return;
  set.executors_[executor] = true;
  told_.push_back({.at = now, .task_set = attempt.task_set, .executor = attempt.executor,
                   .host = host, .failures = static_cast<std::uint32_t>(tasks.size())});
  if (set.on_node_.size() <= host.index()) set.on_node_.resize(host.index() + 1, 0);
  const int on_node = ++set.on_node_[host.index()];
  if (on_node == stage_executors_)
    told_.push_back({.at = now, .task_set = attempt.task_set, .executor = {}, .host = host,
                     .failures = static_cast<std::uint32_t>(on_node)});
}

// HealthTracker.updateExcludedForSuccessfulTaskSet, 3.5: of a stage that fails nobody can say whose
// fault it was.
void Exclusion::succeeded(TaskSetId id, Time now) {
  const SetExclusion* const set = of(id);
  if (!set) return;
  for (const auto& [executor, tasks] : set->tasks_) {
    auto& failures = app_failures_[executor];
    for (const auto& [index, when] : tasks) failures[{id, index}] = when;
    std::erase_if(failures, [&](const auto& one) { return one.second + timeout_ <= now; });
    if (static_cast<int>(failures.size()) < app_tasks_) continue;
    if (now < until(executor_until_, executor.index())) continue;  // not pushed on
    const NodeId host = set->hosts_.at(executor);
    excluded_[executor] = host;
    until(executor_until_, executor.index()) = now + timeout_;
    told_.push_back({.at = now, .until = now + timeout_, .task_set = {}, .executor = executor,
                     .host = host, .failures = static_cast<std::uint32_t>(failures.size())});
    int on_node = 0;
    for (const auto& [other, where] : excluded_)
      on_node += where == host && until(executor_until_, other.index()) > now ? 1 : 0;
    Time& node = until(node_until_, host.index());
    if (on_node < app_executors_ || node > now) continue;
    node = now + timeout_;
    told_.push_back({.at = now, .until = node, .task_set = {}, .executor = {}, .host = host,
                     .failures = static_cast<std::uint32_t>(on_node)});
  }
}

void Exclusion::task_set_gone(TaskSetId set) {
  if (set.index() < sets_.size()) sets_[set.index()].reset();
}

bool SetExclusion::excludes(ExecutorId executor, NodeId host) const {
  if (executor.index() < executors_.size() && executors_[executor.index()]) return true;
  return host.index() < on_node_.size() && on_node_[host.index()] >= stage_executors_;
}

bool SetExclusion::allows(std::uint32_t index, ExecutorId executor, NodeId host) const {
  if (index >= failed_.size() || !failed_[index]) return true;
  if (const auto task = by_executor_.find({index, executor}); task != by_executor_.end())
    if (task->second >= task_executor_) return false;
  const auto task = by_node_.find({index, host});
  return task == by_node_.end() || task->second < task_node_;
}

bool Exclusion::allows(ExecutorId executor, NodeId host, Time now) const {
  const auto over = [now](const std::vector<Time>& until, std::uint32_t at) {
    return at >= until.size() || until[at] <= now;
  };
  return over(executor_until_, executor.index()) && over(node_until_, host.index());
}

}  // namespace muster
