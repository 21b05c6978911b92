// TimelineBuilder: task attempts, and the repairs at the end.
#include <algorithm>
#include <functional>
#include <limits>

#include "sim/trace/timeline_builder.h"

namespace muster {
namespace {

template <class Small>
Small clamped(std::int64_t value) {
  constexpr std::int64_t kMost = std::numeric_limits<Small>::max();
  return static_cast<Small>(std::clamp<std::int64_t>(value, 0, kMost));
}

// Logs before "Task End Reason" had all its kinds, and edited ones, may leave the reason out.
Outcome outcome_of(const TaskRecord& record) {
  if (!record.reason.empty()) return outcome_from(record.reason);
  if (record.killed) return Outcome::TaskKilled;
  return record.failed ? Outcome::UnknownReason : Outcome::Success;
}

// When an attempt freed its slot, at the earliest. The finish time is no guide: the driver stamps
// it after it has handled the result, when the slot may long have been given to the next task.
Time slot_free(const AttemptTable& a, std::size_t row) {
  if (!a.has_metrics[row]) return a.finish[row];
  const std::int64_t most = (a.finish[row] - a.launch[row]).in_millis();
  const auto part = [&a, row, most](Amount amount) {
    return std::clamp<std::int64_t>(a.amount(row, amount), 0, most);
  };
  const std::int64_t busy = part(Amount::ExecutorDeserializeTime) + part(Amount::ExecutorRunTime);
  return a.launch[row] + Duration::millis(std::min(busy, most));
}

// The most tasks that each executor surely ran at once; attempts without both times do not count.
// Rows are in launch order, give or take what a broken log mixes up.
std::vector<std::int32_t> most_at_once(const Timeline& timeline) {
  const AttemptTable& a = timeline.attempts;
  // Per executor, when its running attempts end: a heap with the earliest on top.
  std::vector<std::vector<Time>> running(timeline.executors.size());
  std::vector<std::int32_t> most(timeline.executors.size(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!a.executor[i].valid() || !a.launch[i].happened() || !a.finish[i].happened() ||
        a.finish[i] < a.launch[i])
      continue;
    std::vector<Time>& ends = running[a.executor[i].index()];
    while (!ends.empty() && ends.front() <= a.launch[i]) {
      std::pop_heap(ends.begin(), ends.end(), std::greater<>());
      ends.pop_back();
    }
    ends.push_back(slot_free(a, i));
    std::push_heap(ends.begin(), ends.end(), std::greater<>());
    std::int32_t& top = most[a.executor[i].index()];
    top = std::max(top, static_cast<std::int32_t>(ends.size()));
  }
  return most;
}

}  // namespace

AttemptId TimelineBuilder::new_attempt(const TaskRecord& record) {
  const StageId stage = stage_row(record.stage, record.stage_attempt);
  const AttemptId row = timeline_.attempts.add(stage, clamped<std::uint32_t>(record.index));
  timeline_.attempts.amount_row.back() = static_cast<std::uint32_t>(amounts_->add_row());
  task_rows_.set(record.task_id, row);
  fill_place(row, record);
  return row;
}

void TimelineBuilder::fill_place(AttemptId row, const TaskRecord& record) {
  AttemptTable& a = timeline_.attempts;
  const std::size_t i = row.index();
  a.task_id[i] = record.task_id;
  a.number[i] = clamped<std::uint16_t>(record.number);
  a.partition[i] = record.partition < 0 ? a.index[i] : clamped<std::uint32_t>(record.partition);
  if (a.partition[i] != a.index[i]) notes_.add("partition_is_not_index");
  a.locality[i] = locality_from(record.locality);
  a.launch[i] = record.launch;
  a.getting_result[i] = record.getting_result;
  a.speculative[i] = record.speculative;
  if (record.speculative) ++counts_.tasks_speculative;
  if (record.executor.empty()) {
    notes_.add("tasks_without_executor");
  } else {
    a.executor[i] = executor_row(record.executor);
    ExecutorState& state = executor_states_[a.executor[i].index()];
    if (!state.ran_tasks && timeline_.executors[a.executor[i].index()].host.empty())
      timeline_.executors[a.executor[i].index()].host = record.host;
    state.ran_tasks = true;
  }
  StageState& stage = stage_states_[a.stage[i].index()];
  if (record.launch < stage.first_launch) stage.first_launch = record.launch;
}

void TimelineBuilder::task_start(const TaskRecord& record) {
  ++counts_.task_starts;
  see_time(record.launch);
  if (task_rows_.find(record.task_id).valid()) {
    notes_.add("duplicate_starts");
    return;
  }
  const AttemptId row = new_attempt(record);
  ++stage_states_[timeline_.attempts.stage[row.index()].index()].starts;
}

void TimelineBuilder::task_getting_result(const TaskRecord& record) {
  const AttemptId row = task_rows_.find(record.task_id);
  if (row.valid()) timeline_.attempts.getting_result[row.index()] = record.getting_result;
}

void TimelineBuilder::task_end(TaskRecord& record) {
  ++counts_.task_ends;
  AttemptId row = task_rows_.find(record.task_id);
  const Outcome outcome = outcome_of(record);
  if (!row.valid()) {
    ++counts_.ends_without_start;
    notes_.add("ends_without_start");
    row = new_attempt(record);
  } else if (timeline_.attempts.outcome[row.index()] != Outcome::Running) {
    ++counts_.duplicate_ends;
    // The output of a finished map task was lost with its executor: the attempt stays a success.
    if (outcome == Outcome::Resubmitted) {
      ++counts_.resubmitted;
      notes_.add("resubmitted_tasks");
      add_failure(row, record, outcome);
    } else {
      notes_.add("duplicate_ends");
    }
    return;
  }
  see_time(record.finish);
  timeline_.attempts.outcome[row.index()] = outcome;
  fill_end(row, record);
  count_end(record, outcome);
  if (outcome != Outcome::Success) add_failure(row, record, outcome);
}

void TimelineBuilder::fill_end(AttemptId row, TaskRecord& record) {
  AttemptTable& a = timeline_.attempts;
  const std::size_t i = row.index();
  a.finish[i] = record.finish;
  if (!a.launch[i].happened()) a.launch[i] = record.launch;
  if (record.getting_result.happened()) {
    a.getting_result[i] = record.getting_result;
    notes_.add("indirect_results");
  }
  a.has_metrics[i] = record.has_metrics;
  a.read_method[i] = record.read_method;
  if (record.has_metrics) {
    amounts_->set_row(a.amount_row[i], record.amounts);
    const bool all_zero = std::all_of(record.amounts.begin(), record.amounts.end(),
                                      [](std::int64_t amount) { return amount == 0; });
    if (all_zero && a.outcome[i] == Outcome::Success) notes_.add("all_zero_metrics");
  }
  for (BlockUpdate& update : record.updates) {
    update.attempt = row;
    update.executor = a.executor[i];
    timeline_.block_updates.push_back(update);
  }
  const std::size_t stage = a.stage[i].index();
  if (record.type == "ShuffleMapTask") timeline_.stages[stage].shuffle_map = true;
  ++stage_states_[stage].ends;
  if (a.outcome[i] == Outcome::Success) ++stage_states_[stage].successes;
}

void TimelineBuilder::count_end(const TaskRecord& record, Outcome outcome) {
  if (!record.has_metrics) {
    ++counts_.ends_without_metrics;
    notes_.add("ends_without_metrics");
  }
  if (!record.finish.happened()) notes_.add("ends_without_time");
  if (record.finish < record.launch && record.launch.happened())
    notes_.add("impossible_spans", 1, "the first is task " + std::to_string(record.task_id));
  if (outcome == Outcome::Success) return;
  const auto first = [&record, outcome] {
    std::string words = "the first is task " + std::to_string(record.task_id) + ", " +
                        std::string(name_of(outcome));
    if (!record.failure.reason.empty()) words += ", " + first_words(record.failure.reason);
    return words;
  };
  if (outcome == Outcome::TaskKilled) {
    ++counts_.tasks_killed;
    notes_.add("killed_tasks", 1, first);
  } else {
    ++counts_.tasks_failed;
    notes_.add("failed_tasks", 1, first);
  }
}

void TimelineBuilder::add_failure(AttemptId row, TaskRecord& record, Outcome outcome) {
  AttemptFailure failure = std::move(record.failure);
  failure.attempt = row;
  if (failure.reason.empty()) failure.reason = name_of(outcome);
  timeline_.failures.push_back(std::move(failure));
}

// Without an ApplicationStart the run is known from its first event on.
void TimelineBuilder::settle_start() {
  if (timeline_.application.start.happened()) return;
  Time first = Time::never();
  for (const ExecutorSpan& e : timeline_.executors)
    first = std::min({first, e.added, e.block_manager_added});
  for (const JobSpan& j : timeline_.jobs) first = std::min(first, j.submitted);
  for (const StageSpan& s : timeline_.stages) first = std::min(first, s.submitted);
  for (const Time t : timeline_.attempts.launch) first = std::min(first, t);
  timeline_.application.start = first;
}

// Before Spark 2.3 StageSubmitted has no submission time; StageCompleted brings it, unless the log
// ends before.
void TimelineBuilder::settle_stages() {
  for (std::size_t i = 0; i < timeline_.stages.size(); ++i) {
    StageSpan& stage = timeline_.stages[i];
    const StageState& state = stage_states_[i];
    if (!stage.submitted.happened() && (state.starts > 0 || state.ends > 0))
      stage.submitted = state.first_launch;
    if (stage.tasks == 0 && !state.announced) stage.tasks = std::max(state.starts, state.ends);
  }
}

void TimelineBuilder::settle_executors() {
  const AttemptTable& a = timeline_.attempts;
  const std::vector<std::int32_t> most = most_at_once(timeline_);
  std::vector<Time> first(timeline_.executors.size(), Time::never());
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a.executor[i].valid())
      first[a.executor[i].index()] = std::min(first[a.executor[i].index()], a.launch[i]);
  for (std::size_t e = 0; e < timeline_.executors.size(); ++e) {
    ExecutorSpan& executor = timeline_.executors[e];
    const ExecutorState& state = executor_states_[e];
    if (!state.ran_tasks) continue;
    if (!state.announced) {
      notes_.add("executors_not_announced", 1, "the first is " + executor.id);
      executor.added = first[e];
    }
    if (executor.cores == 0) {
      if (state.announced) notes_.add("executors_without_cores");
      executor.cores = std::max(1, most[e]);
    } else if (most[e] > executor.cores) {
      notes_.add("executors_oversubscribed", 1,
                 "the first is " + executor.id + ", " + std::to_string(most[e]) + " tasks on " +
                     std::to_string(executor.cores) + " cores");
    }
  }
}

Timeline TimelineBuilder::finish() {
  notes_.nowhere();
  timeline_.attempts.amounts = std::move(amounts_);
  amounts_ = std::make_shared<AmountTable>();
  settle_start();
  settle_stages();
  settle_executors();
  const auto by_attempt = [](const auto& x, const auto& y) { return x.attempt < y.attempt; };
  std::stable_sort(timeline_.failures.begin(), timeline_.failures.end(), by_attempt);
  std::stable_sort(timeline_.block_updates.begin(), timeline_.block_updates.end(), by_attempt);
  return std::move(timeline_);
}

}  // namespace muster
