// What the driver did and waited for, and the counters: sweeps over the timeline.
#include <algorithm>
#include <set>

#include "gui/layout/scene.h"

namespace muster::gui {
namespace {

enum class Step : std::uint8_t { JobStart, JobEnd, Submitted, Launched, Ended, Added, Removed };

struct Change {
  std::int64_t at;
  Step step;
  std::int64_t subject;
};

// Counts of what is active between two changes.
class DriverSweep {
 public:
  explicit DriverSweep(std::int64_t jobs) : jobs_left_(jobs) {}

  void apply(const Change& change) {
    switch (change.step) {
      case Step::JobStart:
        jobs_.insert(change.subject), --jobs_left_;
        break;
      case Step::JobEnd:
        jobs_.erase(change.subject);
        break;
      case Step::Submitted:
        waiting_.insert(change.subject);
        break;
      case Step::Launched:
        waiting_.erase(change.subject), ++running_;
        break;
      case Step::Ended:
        --running_;
        break;
      case Step::Added:
        ++executors_;
        break;
      case Step::Removed:
        --executors_;
        break;
    }
    seen_job_ |= change.step == Step::JobStart;
  }

  DriverSpan state() const {
    if (running_ > 0) return of(DriverState::Tasks, -1);
    if (!seen_job_)
      return of(executors_ > 0 ? DriverState::Startup : DriverState::StartupAlone, -1);
    if (!waiting_.empty())
      return of(executors_ > 0 ? DriverState::Preparation : DriverState::NoExecutor,
                *waiting_.begin());
    if (!jobs_.empty()) return of(DriverState::Completion, *jobs_.begin());
    return of(jobs_left_ > 0 ? DriverState::BetweenJobs : DriverState::Shutdown, -1);
  }

 private:
  static DriverSpan of(DriverState state, std::int64_t subject) {
    return {.state = state, .subject = subject};
  }

  std::set<std::int64_t> jobs_, waiting_;
  std::int64_t running_ = 0, executors_ = 0, jobs_left_;
  bool seen_job_ = false;
};

}  // namespace

std::string_view words_of(DriverState state) {
  switch (state) {
    case DriverState::StartupAlone:
      return "start-up, no executor yet";
    case DriverState::Startup:
      return "start-up, before the first job";
    case DriverState::NoExecutor:
      return "waits for a first executor";
    case DriverState::Preparation:
      return "a stage's first task is not launched yet";
    case DriverState::Tasks:
      return "tasks run";
    case DriverState::Completion:
      return "ends a stage or a job";
    case DriverState::BetweenJobs:
      return "the program, between jobs";
    case DriverState::Shutdown:
      return "shutdown, after the last job";
  }
  return "";
}

void Scene::find_driver() {
  const Timeline& t = timeline();
  std::vector<Change> changes;
  const auto add = [&](std::int64_t at, Step step, std::int64_t subject) {
    if (at != kUnknown) changes.push_back({std::clamp<std::int64_t>(at, 0, last), step, subject});
  };
  std::int64_t count = 0;
  for (const JobSpan& job : t.jobs) {
    if (!job.submitted.happened()) continue;
    ++count;
    add(relative(job.submitted), Step::JobStart, job.id);
    add(relative(job.completed), Step::JobEnd, job.id);
  }
  for (std::size_t s = 0; s < t.stages.size(); ++s)
    if (stage_facts[s].attempts > 0 || stage_facts[s].completed == kUnknown)
      add(std::min(stage_facts[s].submitted, stage_facts[s].first_launch), Step::Submitted,
          t.stages[s].id);
  for (std::size_t a = 0; a < t.attempts.size(); ++a) {
    if (!t.attempts.launch[a].happened()) continue;
    add(relative(t.attempts.launch[a]), Step::Launched, t.stages[t.attempts.stage[a].index()].id);
    add(relative(t.attempts.finish[a]), Step::Ended, 0);
  }
  for (const ExecutorRows& block : executors) {
    add(block.from, Step::Added, 0);
    add(block.to, Step::Removed, 0);
  }
  std::ranges::stable_sort(changes, [](const Change& a, const Change& b) {
    return a.at != b.at ? a.at < b.at : a.step < b.step;
  });
  DriverSweep sweep(count);
  std::int64_t at = 0;
  const auto close = [&](std::int64_t to) {
    if (to <= at) return;
    DriverSpan span = sweep.state();
    span.from = at, span.to = at = to;
    const bool same = !driver.empty() && driver.back().state == span.state &&
                      driver.back().subject == span.subject && driver.back().to == span.from;
    if (same)
      driver.back().to = to;
    else
      driver.push_back(span);
  };
  for (const Change& change : changes) {
    close(change.at);
    sweep.apply(change);
  }
  close(last);
}

const DriverSpan* Scene::driver_at(std::int64_t at) const {
  const auto after = std::ranges::upper_bound(driver, at, {}, &DriverSpan::from);
  if (after == driver.begin() || at >= std::prev(after)->to) return nullptr;
  return &*std::prev(after);
}

void Scene::find_counters() {
  const Timeline& t = timeline();
  using Changes = std::vector<std::pair<std::int64_t, std::int32_t>>;
  Changes pending, running, cores;
  for (std::size_t a = 0; a < t.attempts.size(); ++a) {
    if (!t.attempts.launch[a].happened()) continue;
    const std::int64_t launch = relative(t.attempts.launch[a]);
    const StageFacts& facts = stage_facts[t.attempts.stage[a].index()];
    if (t.attempts.number[a] == 0 && !t.attempts.speculative[a] && facts.submitted < launch) {
      pending.emplace_back(facts.submitted, 1);
      pending.emplace_back(launch, -1);
    }
  }
  // On their cores: the driver hears of a task's end a little later, when the next one runs.
  for (std::uint32_t r = 0; r < rows; ++r)
    for (const Bar& bar : tasks.row(r)) {
      running.emplace_back(bar.from, 1);
      running.emplace_back(bar.to, -1);
    }
  for (const ExecutorRows& block : executors) {
    if (block.from == kUnknown) continue;
    cores.emplace_back(block.from, 1);
    if (block.to < last) cores.emplace_back(block.to, -1);
  }
  const auto add = [&](const char* name, const char* unit, Changes changes) {
    if (changes.empty()) return;
    Steps& steps = counters.emplace_back();
    steps.name = name, steps.unit = unit;
    steps.sum(std::move(changes));
  };
  add("tasks pending", "tasks", std::move(pending));
  add("tasks running", "tasks", std::move(running));
  add("executors", "executors", std::move(cores));
  for (const Counter& counter : t.counters) {
    if (counter.points.empty() || counter.name == "executors") continue;
    std::vector<std::pair<std::int64_t, double>> points;
    for (const auto& [at, value] : counter.points) points.emplace_back(relative(at), value);
    Steps& steps = counters.emplace_back();
    steps.name = counter.name, steps.unit = counter.unit;
    steps.set(points);
  }
}

Scene::Gap Scene::gap(std::uint32_t row, std::int64_t from, std::int64_t to,
                      std::uint32_t after_attempt) const {
  for (const Waiting& wait : locality_[row]) {
    if (wait.from >= to) break;
    if (wait.to <= from) continue;
    if (wait.from > from) return gap(row, from, wait.from, after_attempt);
    return {.cause = GapCause::Locality, .to = std::min(to, wait.to)};
  }
  const DriverSpan* driver_here = driver_at(from);
  if (driver_here && driver_here->state != DriverState::Tasks)
    return {.cause = GapCause::Driver, .to = std::min(to, driver_here->to), .driver = driver_here};
  const std::int64_t until = driver_here ? std::min(to, driver_here->to) : to;
  if (after_attempt != Slots::kNone) {
    const std::uint32_t stage = timeline().attempts.stage[after_attempt].index();
    const StageFacts& facts = stage_facts[stage];
    if (facts.last_launch <= from && facts.last_finish > from)
      return {.cause = GapCause::Tail, .to = std::min(until, facts.last_finish), .subject = stage};
  }
  return {.cause = GapCause::NoTask, .to = until};
}

}  // namespace muster::gui
