#include "sim/trace/workload_tasks.h"

#include "sim/trace/workload_places.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <string>

namespace muster {
namespace {

class TaskBuilder {
 public:
  TaskBuilder(const Timeline& recorded, const std::vector<std::uint32_t>& stage_rows,
              const std::vector<std::uint32_t>& executor_rows, const std::vector<Time>& released,
              Replay& out)
      : recorded_(recorded),
        attempts_(recorded.attempts),
        stage_rows_(stage_rows),
        executor_rows_(executor_rows),
        released_(released),
        out_(out),
        app_(out.application) {}

  void build(bool pinned) {
    lay_out_rows();
    sort_attempts();
    set_columns(pinned);
  }

 private:
  void lay_out_rows();
  void sort_attempts();
  void set_columns(bool pinned);
  void set_task(std::uint32_t task, const Stage& stage, std::span<const std::uint32_t> rows);
  void plan_failures(std::uint32_t task, std::span<const std::uint32_t> rows,
                     std::uint32_t success);
  std::uint32_t task_of(std::uint32_t attempt) const {
    const std::uint32_t stage = stage_rows_[attempts_.stage[attempt].index()];
    // A stage without submission has no rows, whatever attempts a damaged log has of it.
    if (stage == kLeftOut || app_.stages[stage].skipped) return kLeftOut;
    const std::uint32_t index = attempts_.index[attempt];
    return index < app_.stages[stage].tasks ? app_.stages[stage].first_task + index : kLeftOut;
  }
  const std::string& failure_text(std::uint32_t attempt) const;

  const Timeline& recorded_;
  const AttemptTable& attempts_;
  const std::vector<std::uint32_t>& stage_rows_;
  const std::vector<std::uint32_t>& executor_rows_;
  const std::vector<Time>& released_;
  Replay& out_;
  Application& app_;
  std::vector<std::uint32_t> order_;  // attempt rows by (task, launch)
  std::uint32_t never_ended_ = 0;
};

// Each stage gets as many rows as it announced, or as its attempts' indices need. No Spark has ever
// run so many tasks: numbers beyond are those of a damaged log, and their attempts are left out.
constexpr std::uint32_t kMostTasksOfLog = 1 << 25;

void TaskBuilder::lay_out_rows() {
  std::vector<std::uint32_t> needed(app_.stages.size(), 0);
  for (std::uint32_t a = 0; a < attempts_.size(); ++a)
    if (const std::uint32_t stage = stage_rows_[attempts_.stage[a].index()];
        stage != kLeftOut && attempts_.index[a] < kMostTasksOfLog)
      needed[stage] = std::max(needed[stage], attempts_.index[a] + 1);
  std::uint32_t next = 0;
  for (std::uint32_t s = 0; s < stage_rows_.size(); ++s) {
    if (stage_rows_[s] == kLeftOut) continue;
    Stage& stage = app_.stages[stage_rows_[s]];
    stage.first_task = next;
    const std::uint32_t room = kMostTasksOfLog - next;
    const std::int64_t announced = recorded_.stages[s].tasks > room ? 0 : recorded_.stages[s].tasks;
    stage.tasks = std::min(
        room, std::max(needed[stage_rows_[s]],
                       static_cast<std::uint32_t>(std::max<std::int64_t>(0, announced))));
    if (!stage.skipped) next += stage.tasks;
  }
  app_.tasks.slot_time.assign(next, Duration());
  app_.tasks.handling.assign(next, Duration());
  app_.tasks.partition.assign(next, 0);
  app_.tasks.amount_row.assign(next, 0);
}

void TaskBuilder::sort_attempts() {
  order_.resize(attempts_.size());
  std::iota(order_.begin(), order_.end(), 0);
  std::erase_if(order_, [&](std::uint32_t a) { return task_of(a) == kLeftOut; });
  std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
    const std::uint32_t x = task_of(a), y = task_of(b);
    if (x != y) return x < y;
    const Time t = attempts_.launch[a], u = attempts_.launch[b];
    return t != u ? t < u : a < b;
  });
}

const std::string& TaskBuilder::failure_text(std::uint32_t attempt) const {
  static const std::string kNothing;
  const auto at = std::lower_bound(
      recorded_.failures.begin(), recorded_.failures.end(), attempt,
      [](const AttemptFailure& f, std::uint32_t a) { return f.attempt.index() < a; });
  return at != recorded_.failures.end() && at->attempt.index() == attempt ? at->reason : kNothing;
}

void TaskBuilder::set_columns(bool pinned) {
  if (pinned) app_.tasks.pinned_executor.assign(app_.tasks.size(), kNoPreference);
  std::size_t at = 0;
  for (const Stage& stage : app_.stages) {
    if (stage.skipped) continue;
    for (std::uint32_t i = 0; i < stage.tasks; ++i) {
      const std::uint32_t task = stage.first_task + i;
      app_.tasks.partition[task] = i;
      while (at < order_.size() && task_of(order_[at]) < task) ++at;
      std::size_t end = at;
      while (end < order_.size() && task_of(order_[end]) == task) ++end;
      set_task(task, stage, std::span(order_).subspan(at, end - at));
      if (pinned && end > at) {
        const ExecutorId e = attempts_.executor[order_[end - 1]];
        if (e.valid()) app_.tasks.pinned_executor[task] = executor_rows_[e.index()];
      }
      at = end;
    }
  }
  if (never_ended_ > 0)
    out_.notes.push_back(std::to_string(never_ended_) +
                         " tasks never ended in the log: they take what was left of it");
}

void TaskBuilder::set_task(std::uint32_t task, const Stage& stage,
                           std::span<const std::uint32_t> rows) {
  if (rows.empty()) {  // announced, never launched: the stage ended before
    app_.tasks.slot_time[task] = std::max(Duration(), stage.fails_after);
    return;
  }
  std::uint32_t success = kLeftOut;
  for (const std::uint32_t a : rows)
    if (attempts_.outcome[a] == Outcome::Success) success = a;
  const std::uint32_t last = success != kLeftOut ? success : rows.back();
  // A speculative copy that overlaps the winner began later than the task did: the task takes from
  // its own launch to the winner's finish.
  Time launch = attempts_.launch[last];
  for (const std::uint32_t a : rows)
    if (a != last && attempts_.finish[a] > launch && attempts_.launch[a] < launch)
      launch = attempts_.launch[a];
  Time finish = attempts_.finish[last];
  if (!finish.happened()) finish = recorded_.last_time(), ++never_ended_;
  const Duration whole = std::max(Duration(), finish - launch);
  // The slot was free when it was taken again, or the result fetch began.
  const Time free = std::min(released_[last], attempts_.getting_result[last]);
  const Duration handling = free >= launch && free <= finish
                                ? finish - free
                                : std::min(app_.result_handling, whole);
  app_.tasks.handling[task] = handling;
  app_.tasks.slot_time[task] = whole - handling;
  app_.tasks.partition[task] = attempts_.partition[last];
  app_.tasks.amount_row[task] = attempts_.amount_row[last];
  plan_failures(task, rows, success);
}

// Attempts that ended before the successful one began failed on their own; losses with their
// executor are left to the engine, which loses the executor too.
void TaskBuilder::plan_failures(std::uint32_t task, std::span<const std::uint32_t> rows,
                                std::uint32_t success) {
  std::uint16_t number = 0;
  for (const std::uint32_t a : rows) {
    const bool before = success == kLeftOut || attempts_.finish[a] <= attempts_.launch[success];
    if (a == success || !before || !attempts_.finish[a].happened()) continue;
    const Outcome outcome = attempts_.outcome[a];
    if (outcome == Outcome::ExecutorLostFailure) continue;
    const bool counts =
        outcome == Outcome::ExceptionFailure || outcome == Outcome::TaskResultLost;
    app_.planned_failures.push_back(
        {.task = task,
         .number = number++,
         .outcome = static_cast<std::uint8_t>(outcome == Outcome::Success ? Outcome::Resubmitted
                                                                          : outcome),
         .counts = counts,
         // Its finish stamp, too, came after the result handling.
         .after = std::max(Duration(), attempts_.finish[a] - attempts_.launch[a] -
                                           app_.tasks.handling[task]),
         .reason = failure_text(a)});
  }
}

}  // namespace

void add_tasks(const Timeline& recorded, const std::vector<std::uint32_t>& stage_rows,
               const std::vector<std::uint32_t>& executor_rows, const std::vector<Time>& released,
               bool pinned, Replay& out) {
  TaskBuilder(recorded, stage_rows, executor_rows, released, out).build(pinned);
  add_places(recorded, stage_rows, out.application);
}

}  // namespace muster
