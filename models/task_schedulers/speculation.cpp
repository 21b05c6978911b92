#include "models/task_schedulers/speculation.h"

#include <algorithm>

#include "sim/scenario/master.h"

namespace muster {

SpeculationConf::SpeculationConf(const Application& application) {
  const Conf& conf = application.conf;
  const bool new_defaults = version_number(application.spark_version) >= spark(4, 0);
  const Duration ms = Duration::millis(1);
  on = conf.flag("spark.speculation", false) && !is_local(conf);
  interval = std::max(ms, conf.duration("spark.speculation.interval", Duration::millis(100), ms));
  multiplier = conf.number("spark.speculation.multiplier", new_defaults ? 3.0 : 1.5);
  quantile = conf.number("spark.speculation.quantile", new_defaults ? 0.9 : 0.75);
  least_runtime = conf.duration("spark.speculation.minTaskRuntime", Duration::millis(100), ms);
}

void Speculation::launched(std::uint32_t index, ExecutorId executor, NodeId host, bool copy,
                           Time now) {
  running_.push_back({index, executor, host, now, copy});
}

void Speculation::ended(const EndedAttempt& attempt, Time now) {
  const auto at = std::ranges::find_if(running_, [&](const Attempt& a) {
    return a.index == attempt.index && a.executor == attempt.executor;
  });
  if (at != running_.end()) running_.erase(at);
  if (attempt.outcome == Outcome::Success) {
    successes_.push_back(now - attempt.launch);
    std::erase(speculatable_, attempt.index);
  } else if (attempt.index < chosen_.size()) {
    chosen_[attempt.index] = false;
  }
}

bool Speculation::check(const TaskSetState& set, const SpeculationConf& conf, Time now) {
  if (set.zombie || set.barrier || set.tasks == 1) return false;
  const auto least = std::max<std::size_t>(
      1, static_cast<std::size_t>(conf.quantile * static_cast<double>(set.tasks)));
  if (successes_.size() < least || running_.empty()) return false;
  // Of an even number Spark's MedianHeap gives the mean of the middle two.
  const std::size_t half = successes_.size() / 2;
  std::ranges::nth_element(successes_, successes_.begin() + static_cast<std::ptrdiff_t>(half));
  Duration median = successes_[half];
  if (successes_.size() % 2 == 0)
    median = (median + *std::ranges::max_element(
                           successes_.begin(),
                           successes_.begin() + static_cast<std::ptrdiff_t>(half))) / 2;
  const Duration threshold = std::max(
      Duration::from_seconds(conf.multiplier * median.in_seconds()), conf.least_runtime);
  if (chosen_.size() < set.tasks) chosen_.resize(set.tasks, false);
  bool found = false;
  for (const Attempt& attempt : running_) {
    if (attempt.copy || chosen_[attempt.index] || now - attempt.launch <= threshold) continue;
    const auto attempts = std::ranges::count(running_, attempt.index, &Attempt::index);
    if (attempts > 1) continue;
    chosen_[attempt.index] = true;
    speculatable_.push_back(attempt.index);
    found = true;
  }
  return found;
}

std::optional<std::uint32_t> Speculation::take(NodeId host) {
  for (auto at = speculatable_.begin(); at != speculatable_.end(); ++at) {
    const std::uint32_t index = *at;
    const bool here = std::ranges::any_of(running_, [&](const Attempt& attempt) {
      return attempt.index == index && attempt.host == host;
    });
    if (here) continue;
    speculatable_.erase(at);
    return index;
  }
  return std::nullopt;
}

}  // namespace muster
