#include "sim/report/pace_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "sim/report/quantities.h"

namespace muster {
namespace {

constexpr double kWorthALine = 0.05;  // of the run
constexpr Duration kLeastTail = Duration::seconds(1);

std::string times_text(double factor) { return fmt::format("{:.1f}", factor); }

std::string tasks_text(std::uint64_t count) {
  return fmt::format("{} task{}", count_text(count), count == 1 ? "" : "s");
}

// ", with no more data, GC or shuffle waits: the machine is slow"
std::string reason_text(PaceReason reason, double factor, bool of_executor) {
  switch (reason) {
    case PaceReason::NotLogged:
      return "";
    case PaceReason::Data:
      return fmt::format(", with {} times the data", times_text(factor));
    case PaceReason::GarbageCollection:
      return fmt::format(", {} of it garbage collection", share_text(factor));
    case PaceReason::ShuffleWait:
      return fmt::format(", {} of it waiting for shuffle blocks", share_text(factor));
    case PaceReason::Spill:
      return ", spilling to disk";
    case PaceReason::Remote:
      return ", reading over the network what others had near";
    case PaceReason::None:
      break;
  }
  return fmt::format(", with no more {}GC, spill or shuffle waits than others: {}",
                     factor > 0 ? "data, " : "",
                     of_executor ? "the machine is slow" : "its machine, or its work");
}

std::string name_of(const ExecutorSpan& executor) {
  return "executor " + executor.id + (executor.host.empty() ? "" : " on " + executor.host);
}

// "took 2.1 times as long for its 20 tasks as the others for theirs".
std::string took_text(const Timeline& timeline, const ExecutorPace& pace) {
  const std::string took = "took " + times_text(worst_factor(pace)) + " times as long for its ";
  if (pace.since.happened())
    return took + fmt::format("{} since {} as the others for theirs (before that it was as fast)",
                              tasks_text(pace.tasks_since),
                              duration_text(pace.since - timeline.application.start));
  return took + tasks_text(pace.tasks) + " as the others for theirs";
}

std::string id_of(const StageSpan& stage) {
  return fmt::format("{}.{}", stage.id, stage.attempt);
}

std::string long_tasks(std::uint64_t count) {
  return count == 1 ? "one long task" : count_text(count) + " long tasks";
}

// Slow executors that are all there is on their machine: one line for all.
std::string machine_line(const Timeline& timeline, const Pace& pace, const std::string& host,
                         std::vector<bool>& said) {
  std::vector<const ExecutorPace*> slow;
  for (const ExecutorPace& one : pace.executors) {
    if (timeline.executors[one.executor.index()].host != host || one.tasks == 0) continue;
    if (!one.slow) return "";
    slow.push_back(&one);
  }
  if (slow.size() < 2) return "";
  double least = worst_factor(*slow.front()), most = least;
  std::uint64_t tasks = 0;
  for (const ExecutorPace* one : slow) {
    least = std::min(least, worst_factor(*one)), most = std::max(most, worst_factor(*one));
    tasks += one->since.happened() ? one->tasks_since : one->tasks;
    said[one->executor.index()] = true;
  }
  const std::string times = times_text(least) == times_text(most)
                                ? times_text(least)
                                : times_text(least) + " to " + times_text(most);
  return fmt::format(
      "all {} executors on {} took {} times as long for their {} as those elsewhere{}", slow.size(),
      host, times, tasks_text(tasks),
      reason_text(slow.front()->reason, slow.front()->reason_factor, true));
}

std::string tasks_of_slow(const Timeline& timeline, const StagePace& stage) {
  std::vector<std::string> names;
  for (const ExecutorPace& one : stage.executors)
    if (one.slow) names.push_back(timeline.executors[one.executor.index()].id);
  std::string who = fmt::format("executor{} {}", names.size() == 1 ? "" : "s", names.front());
  for (std::size_t i = 1; i < std::min<std::size_t>(4, names.size()); ++i) who += ", " + names[i];
  if (names.size() > 4) who += fmt::format(" and {} more", names.size() - 4);
  return fmt::format("{} of slow {}", tasks_text(stage.tail_tasks), who);
}

}  // namespace

std::string pace_text(const Timeline& timeline, const ExecutorPace& pace) {
  if (pace.tasks == 0) return "";
  const std::string name = name_of(timeline.executors[pace.executor.index()]);
  if (pace.slow)
    return name + " " + took_text(timeline, pace) +
           reason_text(pace.reason, pace.reason_factor, true);
  return fmt::format("{} is not slow: {}, median {}, elsewhere {}", name, tasks_text(pace.tasks),
                     duration_text(pace.median), duration_text(pace.median_elsewhere));
}

std::string tail_text(const Timeline& timeline, const StagePace& stage) {
  if (stage.tail == Duration() || stage.tail_tasks == 0) return "";
  const AttemptTable& attempts = timeline.attempts;
  const std::uint32_t longest = stage.longest.index();
  const std::string tasks =
      stage.tail_of_slow ? tasks_of_slow(timeline, stage) : long_tasks(stage.tail_tasks);
  const std::string out =
      fmt::format("stage {}: only {} ran in its last {}", id_of(timeline.stages[stage.row.index()]),
                  tasks, duration_text(stage.tail));
  if (stage.tail_of_slow) return out;
  return out + fmt::format("; no executor was slow: task {} took {}, {} times the median{}",
                           attempts.index[longest],
                           duration_text(attempts.finish[longest] - attempts.launch[longest]),
                           times_text(stage.longest_factor),
                           reason_text(stage.reason, stage.reason_factor, false));
}

std::vector<std::string> pace_lines(const Timeline& timeline, const Pace& pace,
                                    std::size_t lines) {
  std::vector<std::string> out;
  std::vector<bool> said(timeline.executors.size());
  std::vector<const ExecutorPace*> slow;
  for (const ExecutorPace& one : pace.executors)
    if (one.slow) slow.push_back(&one);
  std::ranges::stable_sort(slow, std::ranges::greater(), [](const ExecutorPace* one) {
    return (one->mean - one->median_elsewhere).in_seconds() * static_cast<double>(one->tasks);
  });
  for (const ExecutorPace* one : slow) {
    const std::size_t e = one->executor.index();
    if (said[e]) continue;
    std::string line = machine_line(timeline, pace, timeline.executors[e].host, said);
    out.push_back(line.empty() ? pace_text(timeline, *one) : std::move(line));
    said[e] = true;
  }
  for (const StagePace& stage : pace.stages)
    if (stage.tail >= kLeastTail &&
        stage.tail.in_seconds() >= kWorthALine * timeline.wall().in_seconds())
      if (std::string line = tail_text(timeline, stage); !line.empty())
        out.push_back(std::move(line));
  if (out.size() > lines) out.resize(lines);
  return out;
}

}  // namespace muster
