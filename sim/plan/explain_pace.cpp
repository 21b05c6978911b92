// Slow executors and long tasks; the rule is in explain.h.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/plan/explain.h"

namespace muster {
namespace {

constexpr std::size_t kLeastTasks = 3, kShownExecutors = 8;
constexpr double kSlow = 1.3, kLong = 2, kBeyond = 1.2;
constexpr double kTailShare = 0.1;
constexpr Duration kWarmUp = Duration::seconds(1);  // of a JVM's first tasks
constexpr Duration kClock = Duration::millis(100);  // what is shorter says nothing

// Sums over tasks of what could be a reason. Bytes as real numbers: they are only compared.
struct Costs {
  double tasks = 0, time = 0, bytes = 0, collected = 0, fetched = 0, spilled = 0, remote = 0;
  bool known = false;

  Costs& operator+=(const Costs& o) {
    tasks += o.tasks, time += o.time, bytes += o.bytes, collected += o.collected;
    fetched += o.fetched, spilled += o.spilled, remote += o.remote;
    known = known || o.known;
    return *this;
  }
  Costs without(const Costs& o) const {
    Costs out = *this;
    out.tasks -= o.tasks, out.time -= o.time, out.bytes -= o.bytes;
    out.collected -= o.collected, out.fetched -= o.fetched, out.spilled -= o.spilled;
    out.remote -= o.remote;
    return out;
  }
  // What `count` tasks would cost that are like these.
  Costs times(double count) const {
    const double f = tasks > 0 ? count / tasks : 0;
    return {count, time * f, bytes * f, collected * f, fetched * f, spilled * f, remote * f, known};
  }
};

Costs costs_of(const AttemptTable& attempts, std::uint32_t row, Duration length) {
  const Locality level = attempts.locality[row];
  Costs out{.tasks = 1, .time = length.in_seconds(), .known = attempts.has_metrics[row] != 0};
  out.remote = level == Locality::RackLocal || level == Locality::Any ? 1 : 0;
  if (!out.known) return out;
  const auto get = [&](Amount a) { return static_cast<double>(attempts.amount(row, a)); };
  out.bytes = get(Amount::InputBytesRead) + get(Amount::ShuffleRemoteBytesRead) +
              get(Amount::ShuffleLocalBytesRead);
  out.collected = get(Amount::JvmGcTime) / 1000;
  out.fetched = get(Amount::ShuffleFetchWaitTime) / 1000;
  out.spilled = get(Amount::DiskBytesSpilled);
  return out;
}

struct Why {
  PaceReason reason = PaceReason::NotLogged;
  double factor = 0;
};

// Why `mine` took longer than `usual`, both of as many tasks.
Why why_longer(const Costs& mine, const Costs& usual) {
  if (mine.remote >= mine.tasks / 2 && usual.remote <= mine.tasks / 5)
    return {PaceReason::Remote, mine.remote / mine.tasks};
  if (!mine.known || mine.time <= 0 || usual.time <= 0) return {};
  const double extra = mine.time - usual.time, longer = mine.time / usual.time;
  const double data = usual.bytes > 0 ? mine.bytes / usual.bytes : 0;
  if (data >= kSlow && data >= 0.6 * longer) return {PaceReason::Data, data};
  if (mine.collected - usual.collected >= extra / 2)
    return {PaceReason::GarbageCollection, mine.collected / mine.time};
  if (mine.fetched - usual.fetched >= extra / 2)
    return {PaceReason::ShuffleWait, mine.fetched / mine.time};
  if (mine.spilled > 2 * usual.spilled) return {PaceReason::Spill, 0};
  return {PaceReason::None, usual.bytes > 0 || mine.bytes > 0 ? 1.0 : 0.0};
}

struct Task {
  Duration length;
  std::uint32_t row = 0, executor = 0;
  bool early = false;  // of the first on each core of its executor
  bool slow = false;
  Duration own, elsewhere;  // the median of those on its executor and on others
};

// Tasks of one executor, of one stage or of the whole run.
struct Group {
  std::vector<Task> tasks;
  Costs mine, usual;
};

double ratio(const std::vector<Task>& tasks, std::size_t from) {
  Duration time, elsewhere;
  for (std::size_t i = from; i < tasks.size(); ++i)
    time += tasks[i].length, elsewhere += tasks[i].elsewhere;
  return elsewhere > Duration() ? time.in_seconds() / elsewhere.in_seconds() : 1;
}

// Where an executor became slow: at least three tasks before were not, four fifths since are.
void find_since(const AttemptTable& attempts, const std::vector<Task>& tasks, ExecutorPace& out) {
  const auto first = std::ranges::find(tasks, true, &Task::slow);
  const auto before = static_cast<std::size_t>(first - tasks.begin());
  const std::size_t after = tasks.size() - before;
  if (before < kLeastTasks || out.slow_tasks * 5 < after * 4) return;
  out.since = attempts.launch[first->row];
  out.tasks_since = after;
  out.factor_since = ratio(tasks, before);
}

// Of tasks elsewhere a fifth are as long: 2.9 standard deviations over that, and two fifths.
bool is_more_than_chance(const ExecutorPace& pace) {
  const auto tasks = static_cast<double>(pace.tasks);
  const double over = static_cast<double>(pace.slow_tasks) - 0.2 * tasks;
  return pace.slow_tasks >= kLeastTasks && over >= 0.2 * tasks &&
         over * over >= 2.9 * 2.9 * 0.16 * tasks;
}

ExecutorPace judge(const AttemptTable& attempts, Group& group) {
  ExecutorPace out;
  out.tasks = group.tasks.size();
  if (group.tasks.empty()) return out;
  out.executor = ExecutorId(group.tasks.front().executor);
  Duration time, own, elsewhere;
  for (const Task& task : group.tasks) {
    time += task.length, own += task.own, elsewhere += task.elsewhere;
    out.slow_tasks += task.slow;
  }
  const auto count = static_cast<std::int64_t>(out.tasks);
  out.mean = Duration::micros(time.in_micros() / count);
  out.median = Duration::micros(own.in_micros() / count);
  out.median_elsewhere = Duration::micros(elsewhere.in_micros() / count);
  out.factor = ratio(group.tasks, 0);
  out.slow = is_more_than_chance(out) && out.factor >= kSlow &&
             out.mean - out.median_elsewhere >= kClock;
  if (!out.slow) return out;
  const Why why = why_longer(group.mine, group.usual);
  out.reason = why.reason, out.reason_factor = why.factor;
  out.slow = why.reason != PaceReason::Data;  // more work is no slowness
  std::ranges::stable_sort(group.tasks, {},
                           [&](const Task& task) { return attempts.launch[task.row]; });
  if (out.slow) find_since(attempts, group.tasks, out);
  return out;
}

// One stage's successful attempts, shortest first.
class StageTasks {
 public:
  // `hosts`: a number by executor.
  StageTasks(const Timeline& timeline, StageId row, const std::vector<std::uint32_t>& hosts,
             std::vector<Task> tasks)
      : timeline_(timeline), row_(row), hosts_(hosts), tasks_(std::move(tasks)) {
    std::ranges::stable_sort(tasks_, {}, &Task::length);
    for (std::uint32_t i = 0; i < tasks_.size(); ++i) places_.push_back(i);
    std::ranges::stable_sort(places_, {}, [&](std::uint32_t i) { return host_at(i); });
    for (const Task& task : tasks_) all_ += costs(task);
  }

  // Adds to `run`, by executor.
  StagePace pace(std::vector<Group>& run);

 private:
  using Places = std::span<const std::uint32_t>;
  Costs costs(const Task& task) const {
    return costs_of(timeline_.attempts, task.row, task.length);
  }
  Time finish(const Task& task) const { return timeline_.attempts.finish[task.row]; }
  std::uint32_t host_at(std::uint32_t place) const { return hosts_[tasks_[place].executor]; }
  // Of the tasks that are not at `near`, that with so many shorter ones.
  Duration elsewhere(Places near, std::size_t rank) const;
  Costs costs(Places places) const;
  Group compared(Places mine, Places near, const Costs& at_near) const;
  void compare_host(Places here, std::vector<Group>& run, StagePace& out) const;
  void find_tail(StagePace& out) const;
  void find_long_tail(StagePace& out) const;
  template <class InTail>
  void measure_tail(InTail in_tail, StagePace& out) const;

  const Timeline& timeline_;
  StageId row_;
  const std::vector<std::uint32_t>& hosts_;
  std::vector<Task> tasks_;
  std::vector<std::uint32_t> places_;  // in tasks_, by host
  Costs all_;
};

Duration StageTasks::elsewhere(Places near, std::size_t rank) const {
  std::size_t low = rank, high = std::min(tasks_.size() - 1, rank + near.size());
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    const auto own = std::ranges::upper_bound(near, static_cast<std::uint32_t>(middle));
    const std::size_t others = middle + 1 - static_cast<std::size_t>(own - near.begin());
    if (others > rank) high = middle;
    else low = middle + 1;
  }
  return tasks_[low].length;
}

Costs StageTasks::costs(Places places) const {
  Costs out;
  for (const std::uint32_t i : places) out += costs(tasks_[i]);
  return out;
}

// The tasks at `mine` against those that are not at `near`.
Group StageTasks::compared(Places mine, Places near, const Costs& at_near) const {
  const std::size_t others = tasks_.size() - near.size();
  const Duration median = elsewhere(near, (others - 1) / 2);
  const Duration most = elsewhere(near, (others - 1) * 4 / 5);
  Group out;
  for (const std::uint32_t i : mine) {
    Task task = tasks_[i];
    task.own = tasks_[mine[(mine.size() - 1) / 2]].length;  // shortest first
    task.elsewhere = median;
    const Duration own = task.length - (task.early ? kWarmUp : Duration());
    task.slow = own.in_seconds() > kBeyond * most.in_seconds();
    out.tasks.push_back(task);
  }
  out.mine = costs(mine);
  out.usual = all_.without(at_near).times(out.mine.tasks);
  return out;
}

// The executors of one machine, against other machines where the stage had any.
void StageTasks::compare_host(Places here, std::vector<Group>& run, StagePace& out) const {
  std::vector<std::uint32_t> own(here.begin(), here.end());
  std::ranges::stable_sort(own, {}, [&](std::uint32_t i) { return tasks_[i].executor; });
  const bool alone = tasks_.size() - here.size() < kLeastTasks;
  const Costs of_host = costs(here);  // once: a large machine may have thousands of executors
  for (std::size_t i = 0, end = 0; i < own.size(); i = end) {
    while (end < own.size() && tasks_[own[end]].executor == tasks_[own[i]].executor) ++end;
    const Places mine = Places(own).subspan(i, end - i);
    if (alone && tasks_.size() - mine.size() < kLeastTasks) continue;
    Group group = alone ? compared(mine, mine, costs(mine)) : compared(mine, here, of_host);
    Group& all = run[group.tasks.front().executor];
    all.tasks.insert(all.tasks.end(), group.tasks.begin(), group.tasks.end());
    all.mine += group.mine, all.usual += group.usual;
    out.executors.push_back(judge(timeline_.attempts, group));
  }
}

// From the last end of a task that is none of these to the last end of one of these.
template <class InTail>
void StageTasks::measure_tail(InTail in_tail, StagePace& out) const {
  Time others = Time(), last = Time();
  for (const Task& task : tasks_) {
    Time& end = in_tail(task) ? last : others;
    end = std::max(end, finish(task));
  }
  if (others == Time() || last <= others) return;
  out.tail = last - others;
  const Task* longest = nullptr;
  for (const Task& task : tasks_) {
    if (!in_tail(task) || finish(task) <= others) continue;
    ++out.tail_tasks;
    longest = &task;  // they come by length
  }
  out.longest = AttemptId(longest->row);
  out.longest_factor = longest->length.in_seconds() /
                       std::max(out.median, Duration::millis(1)).in_seconds();
  const Costs mine = costs(*longest);
  const Why why = why_longer(mine, all_.without(mine).times(1));
  out.reason = why.reason, out.reason_factor = why.factor;
}

void StageTasks::find_long_tail(StagePace& out) const {
  const double limit = kLong * out.median.in_seconds();
  if (tasks_.back().length.in_seconds() <= limit) return;
  StagePace found = out;
  measure_tail([&](const Task& task) { return task.length.in_seconds() > limit; }, found);
  const StageSpan& stage = timeline_.stages[row_.index()];
  const Time end = stage.completed.happened() ? stage.completed : finish(tasks_.back());
  const double least = kTailShare * (end - stage.submitted).in_seconds();
  if (found.tail >= kClock && found.tail.in_seconds() >= least) out = found;
}

void StageTasks::find_tail(StagePace& out) const {
  std::vector<std::uint32_t> slow;
  for (const ExecutorPace& one : out.executors)
    if (one.slow) slow.push_back(one.executor.index());
  std::ranges::sort(slow);
  if (!slow.empty()) {
    measure_tail(
        [&](const Task& task) { return std::ranges::binary_search(slow, task.executor); }, out);
    out.tail_of_slow = out.tail > Duration();
  }
  if (!out.tail_of_slow) find_long_tail(out);
}

StagePace StageTasks::pace(std::vector<Group>& run) {
  StagePace out;
  out.row = row_;
  out.median = tasks_[(tasks_.size() - 1) / 2].length;
  for (std::size_t i = 0, end = 0; i < places_.size(); i = end) {
    while (end < places_.size() && host_at(places_[end]) == host_at(places_[i])) ++end;
    compare_host(Places(places_).subspan(i, end - i), run, out);
  }
  std::ranges::stable_sort(out.executors, [](const ExecutorPace& a, const ExecutorPace& b) {
    return a.slow != b.slow ? a.slow : a.factor > b.factor;
  });
  find_tail(out);
  const auto slow = static_cast<std::size_t>(
      std::ranges::count(out.executors, true, &ExecutorPace::slow));
  if (out.executors.size() > std::max(slow, kShownExecutors))
    out.executors.resize(std::max(slow, kShownExecutors));
  return out;
}

// A number for each machine, by executor.
std::vector<std::uint32_t> hosts_of(const Timeline& timeline) {
  std::map<std::string_view, std::uint32_t> known;
  std::vector<std::uint32_t> out;
  for (const ExecutorSpan& executor : timeline.executors)
    out.push_back(
        known.emplace(executor.host, static_cast<std::uint32_t>(known.size())).first->second);
  return out;
}

// By attempt: whether it was among the first that its executor launched, one for each slot.
std::vector<bool> early_attempts(const Timeline& timeline) {
  const AttemptTable& attempts = timeline.attempts;
  std::vector<std::int32_t> left = tasks_at_a_time(timeline);
  for (std::int32_t& one : left) one = std::max(1, one);
  std::vector<bool> out(attempts.size());
  for (const std::uint32_t row : launch_order(attempts))
    if (attempts.executor[row].valid()) out[row] = left[attempts.executor[row].index()]-- > 0;
  return out;
}

}  // namespace

Pace pace_of(const Timeline& timeline) {
  const AttemptTable& attempts = timeline.attempts;
  const std::vector<bool> early = early_attempts(timeline);
  std::vector<std::vector<Task>> by_stage(timeline.stages.size());
  for (std::uint32_t row = 0; row < attempts.size(); ++row)
    if (attempts.outcome[row] == Outcome::Success && attempts.executor[row].valid() &&
        attempts.launch[row].happened() && attempts.finish[row].happened())
      by_stage[attempts.stage[row].index()].push_back(
          {.length = attempts.finish[row] - attempts.launch[row],
           .row = row,
           .executor = attempts.executor[row].index(),
           .early = early[row],
           .own = {},
           .elsewhere = {}});
  const std::vector<std::uint32_t> hosts = hosts_of(timeline);
  Pace out;
  std::vector<Group> run(timeline.executors.size());
  for (std::size_t s = 0; s < by_stage.size(); ++s) {
    if (by_stage[s].size() < 2) continue;
    StagePace stage = StageTasks(timeline, StageId(s), hosts, std::move(by_stage[s])).pace(run);
    const bool slow = !stage.executors.empty() && stage.executors.front().slow;
    if (slow || stage.tail > Duration()) out.stages.push_back(std::move(stage));
  }
  std::ranges::stable_sort(out.stages, std::ranges::greater(), &StagePace::tail);
  for (std::size_t e = 0; e < run.size(); ++e) {
    out.executors.push_back(judge(attempts, run[e]));
    out.executors.back().executor = ExecutorId(e);
  }
  return out;
}

}  // namespace muster
