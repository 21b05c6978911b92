#include "sim/report/event_log_order.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace muster {
namespace {

constexpr std::size_t kStreams = static_cast<std::size_t>(LogEvent::TaskStart) + 1;

// One kind's events, in the order in which they will be written.
struct Stream {
  std::vector<std::pair<Time, std::uint32_t>> events;
  std::size_t next = 0;

  bool done() const { return next == events.size(); }
  void add(Time at, std::size_t row) { events.emplace_back(at, static_cast<std::uint32_t>(row)); }
  void sort() { std::stable_sort(events.begin(), events.end()); }
  // Keeps the order of rows: none is earlier than the one before it.
  void keep_order() {
    for (std::size_t i = 1; i < events.size(); ++i)
      events[i].first = std::max(events[i].first, events[i - 1].first);
  }
};

class EventOrder {
 public:
  explicit EventOrder(const Timeline& timeline);
  void visit_all(const std::function<void(LogEvent, std::uint32_t)>& visit);

 private:
  Stream& stream(LogEvent event) { return streams_[static_cast<std::size_t>(event)]; }
  void list_executors();
  void list_jobs_and_stages();
  void list_tasks();
  void list_sql();
  void count_expected();
  // Calls f(job row) for every job that the stage belongs to.
  template <class F>
  void for_jobs_of(std::size_t stage, F&& f) const;
  bool is_ready(LogEvent event, std::uint32_t row) const;
  bool parents_done(std::uint32_t stage) const;
  void happened(LogEvent event, std::uint32_t row);

  const Timeline& timeline_;
  const Time last_;
  std::array<Stream, kStreams> streams_;
  std::vector<std::pair<std::int64_t, std::uint32_t>> jobs_by_stage_;  // stage id -> job, sorted
  std::vector<std::pair<std::int64_t, std::uint32_t>> stages_by_id_;   // sorted
  // What was written, and what must come before a StageCompleted or JobEnd.
  std::vector<char> task_started_, task_ended_, stage_submitted_, stage_completed_;
  std::vector<char> job_started_, executor_seen_, sql_started_;
  std::vector<std::int64_t> tasks_to_end_;      // by stage
  std::vector<std::int64_t> stages_to_complete_;  // by job
};

EventOrder::EventOrder(const Timeline& timeline)
    : timeline_(timeline),
      last_(timeline.last_time()),
      task_started_(timeline.attempts.size()),
      task_ended_(timeline.attempts.size()),
      stage_submitted_(timeline.stages.size()),
      stage_completed_(timeline.stages.size()),
      job_started_(timeline.jobs.size()),
      executor_seen_(timeline.executors.size()),
      sql_started_(timeline.sql_executions.size()),
      tasks_to_end_(timeline.stages.size()),
      stages_to_complete_(timeline.jobs.size()) {
  for (std::size_t j = 0; j < timeline.jobs.size(); ++j)
    for (const std::int64_t id : timeline.jobs[j].stage_ids)
      jobs_by_stage_.emplace_back(id, static_cast<std::uint32_t>(j));
  for (std::size_t s = 0; s < timeline.stages.size(); ++s)
    stages_by_id_.emplace_back(timeline.stages[s].id, static_cast<std::uint32_t>(s));
  std::sort(jobs_by_stage_.begin(), jobs_by_stage_.end());
  std::sort(stages_by_id_.begin(), stages_by_id_.end());
  list_executors();
  list_jobs_and_stages();
  list_tasks();
  list_sql();
  count_expected();
}

// A row appears with ExecutorAdded if there is one, else with its block manager.
void EventOrder::list_executors() {
  const auto& executors = timeline_.executors;
  for (std::size_t e = 0; e < executors.size(); ++e) {
    const ExecutorSpan& executor = executors[e];
    if (executor.added.happened()) stream(LogEvent::ExecutorAdded).add(executor.added, e);
    if (executor.removed.happened()) stream(LogEvent::ExecutorRemoved).add(executor.removed, e);
    if (executor.block_manager_removed.happened())
      stream(LogEvent::BlockManagerRemoved).add(executor.block_manager_removed, e);
    const bool reported = executor.block_manager_added.happened();
    if (!reported && executor.max_memory == 0) continue;
    const Time known = executor.added.happened() ? executor.added : timeline_.application.start;
    const Time at = reported ? executor.block_manager_added : known;
    stream(LogEvent::BlockManagerAdded)
        .add(executor.added.happened() ? std::max(at, executor.added) : at, e);
  }
  stream(LogEvent::ExecutorAdded).keep_order();
  for (const LogEvent event : {LogEvent::BlockManagerAdded, LogEvent::ExecutorRemoved,
                               LogEvent::BlockManagerRemoved})
    stream(event).sort();
}

void EventOrder::list_jobs_and_stages() {
  for (std::size_t j = 0; j < timeline_.jobs.size(); ++j) {
    const JobSpan& job = timeline_.jobs[j];
    const bool ended = job.completed.happened() || job.outcome != JobOutcome::Unknown;
    if (job.submitted.happened() || !job.stage_ids.empty() || !ended)
      stream(LogEvent::JobStart).add(std::min({job.submitted, job.completed, last_}), j);
    else
      job_started_[j] = 1;
    if (ended) stream(LogEvent::JobEnd).add(std::min(job.completed, last_), j);
  }
  for (std::size_t s = 0; s < timeline_.stages.size(); ++s) {
    const StageSpan& stage = timeline_.stages[s];
    if (stage.submitted.happened() || stage.completed.happened())
      stream(LogEvent::StageSubmitted).add(std::min(stage.submitted, stage.completed), s);
    if (stage.completed.happened()) stream(LogEvent::StageCompleted).add(stage.completed, s);
  }
  stream(LogEvent::JobStart).keep_order();
  for (const LogEvent event :
       {LogEvent::JobEnd, LogEvent::StageSubmitted, LogEvent::StageCompleted})
    stream(event).sort();
}

void EventOrder::list_tasks() {
  const AttemptTable& attempts = timeline_.attempts;
  const auto known_end = [&](std::size_t row) {
    if (attempts.finish[row].happened()) return attempts.finish[row];
    return attempts.launch[row].happened() ? attempts.launch[row] : last_;
  };
  for (std::size_t row = 0; row < attempts.size(); ++row) {
    stream(LogEvent::TaskStart).add(std::min(attempts.launch[row], known_end(row)), row);
    if (attempts.getting_result[row].happened())
      stream(LogEvent::TaskGettingResult).add(attempts.getting_result[row], row);
    if (attempts.outcome[row] != Outcome::Running)
      stream(LogEvent::TaskEnd).add(known_end(row), row);
  }
  // When the output was lost is not known but for the executor's end.
  for (std::size_t f = 0; f < timeline_.failures.size(); ++f) {
    const std::size_t row = timeline_.failures[f].attempt.index();
    const bool first = f == 0 || timeline_.failures[f - 1].attempt.index() != row;
    if (first && attempts.outcome[row] != Outcome::Success) continue;
    const ExecutorId executor = attempts.executor[row];
    const Time lost = executor.valid() ? timeline_.executors[executor.index()].removed : last_;
    stream(LogEvent::TaskResubmitted)
        .add(std::max(known_end(row), lost.happened() ? lost : Time()), f);
  }
  stream(LogEvent::TaskStart).keep_order();
  for (const LogEvent event :
       {LogEvent::TaskGettingResult, LogEvent::TaskEnd, LogEvent::TaskResubmitted})
    stream(event).sort();
}

void EventOrder::list_sql() {
  for (std::size_t q = 0; q < timeline_.sql_executions.size(); ++q) {
    const SqlExecution& sql = timeline_.sql_executions[q];
    if (sql.start.happened() || !sql.end.happened())
      stream(LogEvent::SqlStart).add(std::min(sql.start, last_), q);
    else
      sql_started_[q] = 1;
    if (sql.end.happened()) stream(LogEvent::SqlEnd).add(sql.end, q);
  }
  stream(LogEvent::SqlStart).keep_order();
  stream(LogEvent::SqlEnd).sort();
}

template <class F>
void EventOrder::for_jobs_of(std::size_t stage, F&& f) const {
  const std::int64_t id = timeline_.stages[stage].id;
  auto at = std::lower_bound(jobs_by_stage_.begin(), jobs_by_stage_.end(),
                             std::pair(id, std::uint32_t{0}));
  for (; at != jobs_by_stage_.end() && at->first == id; ++at) f(at->second);
}

void EventOrder::count_expected() {
  for (const auto& [at, row] : stream(LogEvent::TaskEnd).events) {
    const std::size_t s = timeline_.attempts.stage[row].index();
    if (at <= timeline_.stages[s].completed) ++tasks_to_end_[s];
  }
  for (const auto& [at, stage] : stream(LogEvent::StageCompleted).events)
    for_jobs_of(stage, [&, time = at](std::uint32_t job) {
      if (time <= timeline_.jobs[job].completed) ++stages_to_complete_[job];
    });
}

bool EventOrder::parents_done(std::uint32_t stage) const {
  const StageSpan& child = timeline_.stages[stage];
  for (const std::int64_t parent : child.parents) {
    auto at = std::lower_bound(stages_by_id_.begin(), stages_by_id_.end(),
                               std::pair(parent, std::uint32_t{0}));
    for (; at != stages_by_id_.end() && at->first == parent; ++at)
      if (!stage_completed_[at->second] &&
          timeline_.stages[at->second].completed <= child.submitted)
        return false;
  }
  return true;
}

bool EventOrder::is_ready(LogEvent event, std::uint32_t row) const {
  switch (event) {
    case LogEvent::TaskGettingResult:
    case LogEvent::TaskEnd:
      return task_started_[row];
    case LogEvent::TaskResubmitted:
      return task_ended_[timeline_.failures[row].attempt.index()];
    case LogEvent::StageCompleted:
      return stage_submitted_[row] && tasks_to_end_[row] <= 0;
    case LogEvent::JobEnd:
      return job_started_[row] && stages_to_complete_[row] <= 0;
    case LogEvent::SqlEnd:
      return sql_started_[row];
    case LogEvent::ExecutorRemoved:
    case LogEvent::BlockManagerRemoved:
      return executor_seen_[row] || !timeline_.executors[row].added.happened();
    case LogEvent::BlockManagerAdded:
      return executor_seen_[row] || !timeline_.executors[row].added.happened() ||
             timeline_.executors[row].is_driver();
    case LogEvent::StageSubmitted: {
      bool ready = parents_done(row);
      for_jobs_of(row, [&](std::uint32_t job) {
        if (timeline_.jobs[job].submitted <= timeline_.stages[row].submitted)
          ready = ready && job_started_[job];
      });
      return ready;
    }
    case LogEvent::TaskStart: {
      const std::uint32_t stage = timeline_.attempts.stage[row].index();
      return stage_submitted_[stage] || !timeline_.stages[stage].submitted.happened();
    }
    default:
      return true;
  }
}

void EventOrder::happened(LogEvent event, std::uint32_t row) {
  switch (event) {
    case LogEvent::TaskStart: task_started_[row] = 1; return;
    case LogEvent::TaskEnd: {
      const std::uint32_t stage = timeline_.attempts.stage[row].index();
      task_ended_[row] = 1;
      --tasks_to_end_[stage];
      return;
    }
    case LogEvent::StageSubmitted: stage_submitted_[row] = 1; return;
    case LogEvent::StageCompleted:
      stage_completed_[row] = 1;
      for_jobs_of(row, [&](std::uint32_t job) { --stages_to_complete_[job]; });
      return;
    case LogEvent::JobStart: job_started_[row] = 1; return;
    case LogEvent::SqlStart: sql_started_[row] = 1; return;
    case LogEvent::ExecutorAdded: executor_seen_[row] = 1; return;
    default: return;
  }
}

void EventOrder::visit_all(const std::function<void(LogEvent, std::uint32_t)>& visit) {
  std::uint32_t jobs_ended = 0;
  std::size_t unpersisted = 0;
  const auto unpersist = [&](std::uint32_t up_to) {
    for (; unpersisted < timeline_.unpersists.size() &&
           timeline_.unpersists[unpersisted].after_jobs <= up_to;
         ++unpersisted)
      visit(LogEvent::Unpersist, static_cast<std::uint32_t>(unpersisted));
  };
  unpersist(0);
  for (;;) {
    // The earliest head that is ready; if none is, the earliest, to get on.
    std::size_t ready = kStreams, any = kStreams;
    const auto earlier = [&](std::size_t a, std::size_t b) {
      return b == kStreams || streams_[a].events[streams_[a].next].first <
                                  streams_[b].events[streams_[b].next].first;
    };
    for (std::size_t s = 0; s < kStreams; ++s) {
      if (streams_[s].done()) continue;
      if (earlier(s, any)) any = s;
      if (earlier(s, ready) &&
          is_ready(static_cast<LogEvent>(s), streams_[s].events[streams_[s].next].second))
        ready = s;
    }
    if (any == kStreams) break;
    const std::size_t chosen = ready == kStreams ? any : ready;
    const std::uint32_t row = streams_[chosen].events[streams_[chosen].next++].second;
    happened(static_cast<LogEvent>(chosen), row);
    visit(static_cast<LogEvent>(chosen), row);
    if (static_cast<LogEvent>(chosen) == LogEvent::JobEnd) unpersist(++jobs_ended);
  }
  unpersist(0xffff'ffff);
  for (std::size_t u = 0; u < timeline_.block_updates.size(); ++u)
    if (!timeline_.block_updates[u].attempt.valid())
      visit(LogEvent::BlockUpdated, static_cast<std::uint32_t>(u));
}

}  // namespace

void for_each_event(const Timeline& timeline,
                    const std::function<void(LogEvent, std::uint32_t)>& visit) {
  EventOrder(timeline).visit_all(visit);
}

}  // namespace muster
