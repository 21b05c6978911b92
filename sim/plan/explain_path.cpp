// The critical path, walked from the application's end backwards; the rule is in explain.h.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "sim/base/words.h"
#include "sim/plan/explain.h"
#include "sim/timeline/pools.h"

namespace muster {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

class PathWalk {
 public:
  explicit PathWalk(const Timeline& timeline);
  CriticalPath run();

 private:
  // What is known of one stage attempt's tasks.
  struct StageTasks {
    Time first_launch = Time::never();
    std::size_t last_task = kNone;  // row of the attempt that finished last within the stage
    Time last_finish;
  };

  Time ended(Time t) const { return t.happened() ? std::min(t, end_) : end_; }
  void find_tasks();
  void find_repeated();
  void find_deserts();
  TimeSpan desert_in(Time from, Time to) const;
  TimeSpan taken_cores(Time ready);
  TimeSpan waited_for_slots(std::size_t stage);
  void name_pools();
  void assign_stages_to_jobs();
  std::size_t job_of(const StageSpan& stage) const;
  // The row of the candidate that completed last, not after `limit`, and was not visited.
  std::size_t last_stage(const std::vector<std::size_t>& candidates, Time limit) const;
  std::size_t last_job(Time limit) const;
  // The stage attempt whose end allowed `stage` to be submitted, or kNone: its job did.
  std::size_t cause_of(std::size_t stage) const;

  void walk_job(std::size_t job);
  void walk_stage(std::size_t stage);
  void walk_earlier_attempts(std::size_t stage);
  void walk_preparation(Time from);
  // Adds [t, cursor] and moves the cursor to t; nothing when that is empty.
  void step_to(Time t, PathKind kind, std::string note = {});
  std::string note_of(std::size_t stage, std::size_t task) const;

  const Timeline& timeline_;
  const Time start_, end_;
  std::vector<StageTasks> tasks_;                        // by stage row
  // By stage row and index: the attempts of tasks that had several, in the order of rows.
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::size_t>> repeated_;
  std::vector<std::pair<Time, Time>> deserts_;           // when no executor was there, ascending
  std::optional<std::vector<TimeSpan>> full_;            // full_times(), once it was asked for
  std::optional<std::vector<TimeSpan>> slots_;           // slot_waits(), the same
  std::vector<std::pair<std::int64_t, std::size_t>> by_id_;  // stage id -> stage row, sorted
  std::vector<std::vector<std::size_t>> stages_of_;      // by job row
  std::vector<std::size_t> jobs_by_end_;
  std::vector<char> stage_seen_, job_seen_;
  Time cursor_;
  std::size_t job_ = kNone, stage_ = kNone, task_ = kNone;  // what step_to labels segments with
  CriticalPath path_;
};

PathWalk::PathWalk(const Timeline& timeline)
    : timeline_(timeline),
      start_(timeline.application.start.happened() ? timeline.application.start : Time()),
      end_(start_ + timeline.wall()),
      tasks_(timeline.stages.size()),
      stages_of_(timeline.jobs.size()),
      stage_seen_(timeline.stages.size()),
      job_seen_(timeline.jobs.size()),
      cursor_(end_) {
  find_tasks();
  find_repeated();
  find_deserts();
  assign_stages_to_jobs();
  for (std::size_t j = 0; j < timeline.jobs.size(); ++j) jobs_by_end_.push_back(j);
  std::stable_sort(jobs_by_end_.begin(), jobs_by_end_.end(), [&](std::size_t a, std::size_t b) {
    return ended(timeline.jobs[a].completed) < ended(timeline.jobs[b].completed);
  });
}

void PathWalk::find_tasks() {
  const AttemptTable& attempts = timeline_.attempts;
  for (std::size_t row = 0; row < attempts.size(); ++row) {
    if (!attempts.launch[row].happened()) continue;
    const std::size_t s = attempts.stage[row].index();
    StageTasks& tasks = tasks_[s];
    tasks.first_launch = std::min(tasks.first_launch, attempts.launch[row]);
    const Time finish = ended(attempts.finish[row]);
    // A zombie attempt's tasks may end after the stage did; they held nobody up.
    if (finish > ended(timeline_.stages[s].completed)) continue;
    if (tasks.last_task == kNone || finish > tasks.last_finish)
      tasks.last_task = row, tasks.last_finish = finish;
  }
}

void PathWalk::find_repeated() {
  const AttemptTable& attempts = timeline_.attempts;
  const auto key_of = [&](std::size_t row) {
    return std::pair(attempts.stage[row].index(), attempts.index[row]);
  };
  for (std::size_t row = 0; row < attempts.size(); ++row)
    if (attempts.number[row] > 0 || attempts.speculative[row]) repeated_[key_of(row)];
  if (repeated_.empty()) return;
  for (std::size_t row = 0; row < attempts.size(); ++row)
    if (const auto at = repeated_.find(key_of(row));
        at != repeated_.end() && attempts.launch[row].happened())
      at->second.push_back(row);
}

void PathWalk::find_deserts() {
  std::vector<std::pair<Time, int>> changes;
  for (const ExecutorSpan& executor : timeline_.executors) {
    if (!executor.added.happened()) continue;
    changes.emplace_back(executor.added, 1);
    if (executor.removed.happened()) changes.emplace_back(executor.removed, -1);
  }
  // One that comes at the moment that another goes leaves no gap.
  std::ranges::sort(changes, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : a.second > b.second;
  });
  int there = 0;
  Time since = start_;
  for (const auto& [at, change] : changes) {
    if (there == 0 && at > since) deserts_.emplace_back(since, at);
    there += change;
    since = at;
  }
}

// The last time in [from, to) in which no executor was there; empty at `from`: one always was.
TimeSpan PathWalk::desert_in(Time from, Time to) const {
  const auto after = std::ranges::lower_bound(deserts_, to, {}, &std::pair<Time, Time>::first);
  if (after == deserts_.begin() || std::prev(after)->second <= from) return {from, from};
  return {std::max(from, std::prev(after)->first), std::min(to, std::prev(after)->second)};
}

void PathWalk::assign_stages_to_jobs() {
  std::vector<std::pair<std::int64_t, std::size_t>> jobs_by_stage;
  for (std::size_t j = 0; j < timeline_.jobs.size(); ++j)
    for (const std::int64_t id : timeline_.jobs[j].stage_ids) jobs_by_stage.emplace_back(id, j);
  std::sort(jobs_by_stage.begin(), jobs_by_stage.end());
  for (std::size_t s = 0; s < timeline_.stages.size(); ++s) {
    const StageSpan& stage = timeline_.stages[s];
    by_id_.emplace_back(stage.id, s);
    if (!stage.submitted.happened()) continue;
    // Of the jobs that announced the stage, the last one submitted before it.
    std::size_t job = kNone;
    auto at = std::lower_bound(jobs_by_stage.begin(), jobs_by_stage.end(),
                               std::pair(stage.id, std::size_t{0}));
    for (; at != jobs_by_stage.end() && at->first == stage.id; ++at) {
      const Time submitted = timeline_.jobs[at->second].submitted;
      if (submitted > stage.submitted) continue;
      if (job == kNone || submitted >= timeline_.jobs[job].submitted) job = at->second;
    }
    if (job != kNone) stages_of_[job].push_back(s);
  }
  std::sort(by_id_.begin(), by_id_.end());
}

std::size_t PathWalk::last_stage(const std::vector<std::size_t>& candidates, Time limit) const {
  std::size_t last = kNone;
  for (const std::size_t s : candidates) {
    const Time completed = ended(timeline_.stages[s].completed);
    if (stage_seen_[s] || !timeline_.stages[s].submitted.happened() || completed > limit) continue;
    if (last == kNone || completed >= ended(timeline_.stages[last].completed)) last = s;
  }
  return last;
}

std::size_t PathWalk::last_job(Time limit) const {
  auto at = std::upper_bound(jobs_by_end_.begin(), jobs_by_end_.end(), limit,
                             [&](Time t, std::size_t j) {
                               return t < ended(timeline_.jobs[j].completed);
                             });
  while (at != jobs_by_end_.begin())
    if (const std::size_t j = *--at; !job_seen_[j] && timeline_.jobs[j].submitted.happened())
      return j;
  return kNone;
}

std::size_t PathWalk::cause_of(std::size_t stage) const {
  std::vector<std::size_t> candidates;
  const auto add = [&](std::int64_t id) {
    auto at = std::lower_bound(by_id_.begin(), by_id_.end(), std::pair(id, std::size_t{0}));
    for (; at != by_id_.end() && at->first == id; ++at)
      if (at->second != stage) candidates.push_back(at->second);
  };
  for (const std::int64_t parent : timeline_.stages[stage].parents) add(parent);
  add(timeline_.stages[stage].id);
  return last_stage(candidates, cursor_);
}

std::string PathWalk::note_of(std::size_t stage, std::size_t task) const {
  const AttemptTable& attempts = timeline_.attempts;
  std::string note = fmt::format("task {} of {}", attempts.index[task],
                                 timeline_.stages[stage].tasks);
  if (attempts.number[task] > 0) note += fmt::format(", attempt {}", attempts.number[task]);
  if (attempts.executor[task].valid()) {
    const ExecutorSpan& executor = timeline_.executors[attempts.executor[task].index()];
    note += fmt::format(", executor {} on {}", executor.id, executor.host);
  }
  if (attempts.outcome[task] != Outcome::Success)
    note += fmt::format(", {}", name_of(attempts.outcome[task]));
  return note;
}

void PathWalk::step_to(Time t, PathKind kind, std::string note) {
  t = std::clamp(t, start_, cursor_);
  if (t == cursor_) return;
  PathSegment segment;
  segment.kind = kind, segment.from = t, segment.to = cursor_, segment.note = std::move(note);
  if (job_ != kNone) segment.job = timeline_.jobs[job_].id;
  if (stage_ != kNone) {
    segment.stage = timeline_.stages[stage_].id;
    segment.stage_attempt = timeline_.stages[stage_].attempt;
  }
  if (task_ != kNone) segment.attempt = AttemptId(task_);
  path_.by_kind[static_cast<std::size_t>(kind)] += segment.length();
  path_.segments.push_back(std::move(segment));
  cursor_ = t;
}

// From `ready` to the cursor; most stages wait too shortly to be asked.
TimeSpan PathWalk::taken_cores(Time ready) {
  if (cursor_ - ready <= Duration::millis(100)) return {cursor_, cursor_};
  if (!full_) full_ = full_times(timeline_);
  return core_wait(*full_, ready, cursor_);
}

TimeSpan PathWalk::waited_for_slots(std::size_t stage) {
  if (!is_barrier(timeline_.stages[stage])) return {};
  if (!slots_) slots_ = slot_waits(timeline_);
  return (*slots_)[stage];
}

// What the task did before its last attempt is no wait for a core: attempts that failed or were
// lost, and a first one until its copy started.
void PathWalk::walk_earlier_attempts(std::size_t stage) {
  const AttemptTable& attempts = timeline_.attempts;
  const auto all = repeated_.find({attempts.stage[task_].index(), attempts.index[task_]});
  if (all == repeated_.end()) return;
  const std::size_t last = task_;
  for (auto at = all->second.rbegin(); at != all->second.rend(); ++at) {
    const std::size_t row = *at;
    if (row == last || attempts.launch[row] >= cursor_) continue;
    step_to(ended(attempts.finish[row]), PathKind::CoreWait);
    task_ = row;
    step_to(attempts.launch[row], PathKind::Task, note_of(stage, row));
  }
}

// From the stage's completion (the cursor) to its submission.
void PathWalk::walk_stage(std::size_t stage) {
  stage_ = stage;
  stage_seen_[stage] = 1;
  const StageTasks& tasks = tasks_[stage];
  if (tasks.last_task != kNone) {
    step_to(tasks.last_finish, PathKind::StageEnd);
    task_ = tasks.last_task;
    step_to(timeline_.attempts.launch[task_], PathKind::Task, note_of(stage, task_));
    walk_earlier_attempts(stage);
    task_ = kNone;
    step_to(tasks.first_launch, PathKind::CoreWait);
  }
  const Time submitted = timeline_.stages[stage].submitted;
  const TimeSpan desert = desert_in(submitted, cursor_);
  const TimeSpan slots = waited_for_slots(stage);
  if (slots.from < slots.to)
    step_to(desert.to, PathKind::SlotWait,
            counted(timeline_.stages[stage].tasks, "slot") + ", since it is a barrier stage");
  walk_preparation(desert.to);
  step_to(desert.from, PathKind::ExecutorWait);
  walk_preparation(submitted);
}

// To `from`, since when executors were there.
void PathWalk::walk_preparation(Time from) {
  const TimeSpan taken = taken_cores(from);
  step_to(taken.to, PathKind::StagePreparation);
  step_to(taken.from, PathKind::CoreWait, "other stages had the cores");
  step_to(from, PathKind::StagePreparation);
}

// From the job's end (the cursor) to its submission.
void PathWalk::walk_job(std::size_t job) {
  job_ = job;
  job_seen_[job] = 1;
  std::size_t stage = last_stage(stages_of_[job], cursor_);
  if (stage != kNone) step_to(ended(timeline_.stages[stage].completed), PathKind::JobEnd);
  while (stage != kNone) {
    walk_stage(stage);
    const std::size_t before = cause_of(stage);
    const Time limit = before == kNone ? start_ : ended(timeline_.stages[before].completed);
    // A parent that another job had run long ago did not hold this job up.
    if (limit < timeline_.jobs[job].submitted) break;
    step_to(limit, PathKind::StageSubmission);
    stage = before;
  }
  step_to(timeline_.jobs[job].submitted,
          stage_ == kNone ? PathKind::JobEnd : PathKind::StageSubmission);
  job_ = stage_ = kNone;
}

// FAIR: whose pool waited, and which pools had the cores when it began to.
void PathWalk::name_pools() {
  constexpr std::size_t kMost = 40;  // each is a look at all tasks; the longest are shown
  if (!is_fair(timeline_.conf)) return;
  std::vector<PathSegment*> waits;
  for (PathSegment& segment : path_.segments)
    if (segment.kind == PathKind::CoreWait && !segment.note.empty()) waits.push_back(&segment);
  std::ranges::stable_sort(waits, std::ranges::greater(), &PathSegment::length);
  waits.resize(std::min(waits.size(), kMost));
  for (PathSegment* segment : waits) {
    segment->note += "; FAIR pool " + pool_of(timeline_, segment->stage) + " waited";
    std::string_view link = " while pool ";
    for (const auto& [pool, tasks] : tasks_by_pool(timeline_, segment->from)) {
      segment->note += fmt::format("{}{} ran {}", link, pool, counted(tasks, "task"));
      link = ", pool ";
    }
  }
}

CriticalPath PathWalk::run() {
  Time first_job = Time::never();
  for (const JobSpan& one : timeline_.jobs) first_job = std::min(first_job, one.submitted);
  std::size_t job = last_job(end_);
  if (job == kNone) step_to(start_, PathKind::Startup);
  else step_to(ended(timeline_.jobs[job].completed), PathKind::Shutdown);
  while (job != kNone) {
    walk_job(job);
    job = last_job(cursor_);
    // Where no job had ended the first one may still have begun: one that ran beside this one.
    step_to(job == kNone ? first_job : ended(timeline_.jobs[job].completed), PathKind::DriverGap);
  }
  step_to(start_, PathKind::Startup);
  std::reverse(path_.segments.begin(), path_.segments.end());
  name_pools();
  return std::move(path_);
}

}  // namespace

CriticalPath critical_path(const Timeline& timeline) { return PathWalk(timeline).run(); }

}  // namespace muster
