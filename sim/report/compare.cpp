#include "sim/report/compare.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace muster {
namespace {

constexpr Duration kNotable = Duration::millis(100);

// One side, with what matching needs.
class Side {
 public:
  explicit Side(const Timeline& timeline)
      : timeline_(timeline),
        start_(timeline.application.start.happened() ? timeline.application.start : Time()),
        end_(start_ + timeline.wall()),
        stage_tasks_(timeline.stages.size()),
        executor_tasks_(timeline.executors.size()) {
    const AttemptTable& attempts = timeline.attempts;
    for (std::size_t row = 0; row < attempts.size(); ++row) {
      ++stage_tasks_[attempts.stage[row].index()];
      ++localities_[static_cast<std::size_t>(attempts.locality[row])];
      if (attempts.executor[row].valid()) ++executor_tasks_[attempts.executor[row].index()];
    }
  }

  const Timeline& timeline() const { return timeline_; }
  std::uint64_t stage_tasks(std::size_t row) const { return stage_tasks_[row]; }
  std::uint64_t executor_tasks(std::size_t row) const { return executor_tasks_[row]; }
  const std::array<std::uint64_t, 6>& localities() const { return localities_; }
  Duration length(Time from, Time to) const { return std::min(to, end_) - std::min(from, end_); }
  Duration offset(Time t) const { return std::min(t, end_) - start_; }

 private:
  const Timeline& timeline_;
  Time start_, end_;
  std::vector<std::uint64_t> stage_tasks_, executor_tasks_;
  std::array<std::uint64_t, 6> localities_{};
};

template <class Span>
SpanPair pair_of(const Side& left, const Span& l, const Side& right, const Span& r) {
  return {left.length(l.submitted, l.completed), right.length(r.submitted, r.completed),
          left.offset(l.submitted), right.offset(r.submitted)};
}

std::string stage_label(const StageSpan& stage) {
  return "stage " + std::to_string(stage.id) + "." + std::to_string(stage.attempt);
}

void compare_jobs(const Side& left, const Side& right, Comparison& out) {
  std::map<std::int64_t, std::size_t> others;
  for (std::size_t j = 0; j < right.timeline().jobs.size(); ++j)
    others.emplace(right.timeline().jobs[j].id, j);
  const std::vector<std::string> names = job_names(left.timeline());
  for (std::size_t j = 0; j < names.size(); ++j) {
    const JobSpan& job = left.timeline().jobs[j];
    const auto other = others.find(job.id);
    if (out.cut_at && !job.completed.happened()) {
      out.open.push_back("job " + std::to_string(job.id));
      if (other != others.end()) others.erase(other);
      continue;
    }
    if (other == others.end()) {
      out.only_left.push_back("job " + std::to_string(job.id));
      continue;
    }
    const JobSpan& match = right.timeline().jobs[other->second];
    out.jobs.push_back({job.id, names[j], pair_of(left, job, right, match),
                        job.outcome, match.outcome});
    others.erase(other);
  }
  for (const JobSpan& job : right.timeline().jobs)
    if (others.contains(job.id) && !out.cut_at)
      out.only_right.push_back("job " + std::to_string(job.id));
}

void compare_stages(const Side& left, const Side& right, Comparison& out) {
  std::map<std::pair<std::int64_t, std::int32_t>, std::size_t> others;
  for (std::size_t s = 0; s < right.timeline().stages.size(); ++s) {
    const StageSpan& stage = right.timeline().stages[s];
    if (stage.submitted.happened()) others.emplace(std::pair(stage.id, stage.attempt), s);
  }
  for (std::size_t s = 0; s < left.timeline().stages.size(); ++s) {
    const StageSpan& stage = left.timeline().stages[s];
    if (!stage.submitted.happened()) continue;
    const auto other = others.find(std::pair(stage.id, stage.attempt));
    if (out.cut_at && !stage.completed.happened()) {
      out.open.push_back(stage_label(stage));
      if (other != others.end()) others.erase(other);
      continue;
    }
    if (other == others.end()) {
      out.only_left.push_back(stage_label(stage));
      continue;
    }
    const StageSpan& match = right.timeline().stages[other->second];
    out.stages.push_back({stage.id, stage.attempt, stage.name, pair_of(left, stage, right, match),
                          left.stage_tasks(s), right.stage_tasks(other->second)});
    others.erase(other);
  }
  if (out.cut_at) return;  // what would have come next is no difference
  for (const auto& [key, row] : others)
    out.only_right.push_back(stage_label(right.timeline().stages[row]));
}

// An id that was used again after a removal is one executor here.
void compare_executors(const Side& left, const Side& right, Comparison& out) {
  std::map<std::string, std::size_t> rows;
  const auto add = [&](const Side& side, std::uint64_t ExecutorComparison::*tasks) {
    for (std::size_t e = 0; e < side.timeline().executors.size(); ++e) {
      const ExecutorSpan& executor = side.timeline().executors[e];
      if (side.executor_tasks(e) == 0 && !executor.added.happened()) continue;
      const auto [at, is_new] = rows.try_emplace(executor.id, out.executors.size());
      if (is_new) out.executors.push_back({executor.id, executor.host, 0, 0});
      out.executors[at->second].*tasks += side.executor_tasks(e);
    }
  };
  add(left, &ExecutorComparison::left_tasks);
  const std::size_t of_left = out.executors.size();
  add(right, &ExecutorComparison::right_tasks);
  std::map<std::string, bool> on_right;
  for (const ExecutorSpan& executor : right.timeline().executors) on_right[executor.id] = true;
  for (std::size_t i = 0; i < out.executors.size(); ++i) {
    const std::string label = "executor " + out.executors[i].id;
    if (i >= of_left) out.only_right.push_back(label);
    else if (!on_right.contains(out.executors[i].id)) out.only_left.push_back(label);
  }
}

void sum_errors(Comparison& out) {
  double weighted = 0, weight = 0, worst = 0;
  for (const StageComparison& stage : out.stages) {
    if (stage.span.left < kNotable) continue;
    const double error = std::fabs(*stage.span.error());
    weighted += error * stage.span.left.in_seconds();
    weight += stage.span.left.in_seconds();
    worst = std::max(worst, error);
  }
  if (weight <= 0) return;
  out.mean_stage_error = weighted / weight;
  out.worst_stage_error = worst;
}

void find_cut(const Timeline& left, Comparison& out) {
  if (!left.application.start.happened() || left.application.end.happened()) return;
  out.cut_at = left.wall();
  out.open_tasks = static_cast<std::uint64_t>(
      std::ranges::count(left.attempts.outcome, Outcome::Running));
}

}  // namespace

std::optional<double> relative_error(Duration left, Duration right) {
  if (left == right) return 0.0;
  if (left == Duration()) return std::nullopt;
  return right.in_seconds() / left.in_seconds() - 1.0;
}

std::vector<std::string> job_names(const Timeline& timeline) {
  std::map<std::int64_t, std::string> stage_names;
  for (const StageSpan& stage : timeline.stages) stage_names.emplace(stage.id, stage.name);
  std::vector<std::string> names;
  for (const JobSpan& job : timeline.jobs) {
    names.push_back(job.description);
    if (!job.description.empty() || job.stage_ids.empty()) continue;
    const auto result =
        stage_names.find(*std::max_element(job.stage_ids.begin(), job.stage_ids.end()));
    if (result != stage_names.end()) names.back() = result->second;
  }
  return names;
}

std::string_view outcome_name(JobOutcome outcome) {
  if (outcome == JobOutcome::Succeeded) return "succeeded";
  return outcome == JobOutcome::Failed ? "failed" : "unknown";
}

Comparison compare(const Timeline& left_timeline, const Timeline& right_timeline) {
  const Side left(left_timeline), right(right_timeline);
  Comparison out;
  out.wall = {left_timeline.wall(), right_timeline.wall(), Duration(), Duration()};
  find_cut(left_timeline, out);
  compare_jobs(left, right, out);
  compare_stages(left, right, out);
  compare_executors(left, right, out);
  out.left_localities = left.localities();
  out.right_localities = right.localities();
  sum_errors(out);
  return out;
}

}  // namespace muster
