#include "models/task_schedulers/speculation.h"

#include <algorithm>
#include <utility>

#include "sim/scenario/master.h"
#include "sim/workload/custom_resources.h"

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
  long_runtime = conf.duration("spark.speculation.task.duration.threshold", long_runtime, ms);
  // One where the number of an executor's cores is not known (standalone).
  const auto master = master_of(conf);
  const bool known = conf.find("spark.executor.cores") ||
                     (master && (master->kind == Master::Kind::Yarn ||
                                 master->kind == Master::Kind::Kubernetes));
  if (known)
    slots = std::min(conf.integer("spark.executor.cores", 1) /
                         std::max<std::int64_t>(1, conf.integer("spark.task.cpus", 1)),
                     resource_slots(conf, version_number(application.spark_version)));
}

void Speculation::launched(std::uint32_t index, ExecutorId executor, NodeId host, bool copy,
                           Time now) {
  if (copy) {
    ++launches_;
    state_[index] |= kCopied;
    return;
  }
  const Attempt attempt{index, executor, host, now, launches_++};
  if (place_.size() <= index) place_.resize(index + 1, kNowhere);
  place_[index] = static_cast<std::uint32_t>(running_.size());
  running_.push_back(attempt);
}

void Speculation::ended(const EndedAttempt& attempt, Time now) {
  if (attempt.speculative) {
    state_[attempt.index] &= static_cast<std::uint8_t>(~kCopied);
  } else if (attempt.index < place_.size() && place_[attempt.index] != kNowhere) {
    const std::uint32_t at = std::exchange(place_[attempt.index], kNowhere);
    if (at + 1 < running_.size()) {
      running_[at] = running_.back();
      place_[running_[at].index] = at;
    }
    running_.pop_back();
  }
  if (attempt.outcome == Outcome::Success) successes_.add(now - attempt.launch);
  if (attempt.index >= state_.size() || !(state_[attempt.index] & kChosen)) return;
  // A copy that waits is launched only beside an original (TaskSetManager.dequeueTaskFromList).
  dequeue(attempt.index);
  state_[attempt.index] &= kCopied;
  if (attempt.outcome == Outcome::Success) state_[attempt.index] |= kChosen;
}

bool Speculation::check(const TaskSetState& set, const SpeculationConf& conf, Time now) {
  const bool is_short = set.tasks <= conf.slots && conf.long_runtime < Duration::max();
  if (set.zombie || set.barrier || running_.empty()) return false;
  if (set.tasks == 1 && conf.long_runtime == Duration::max()) return false;
  const auto least = std::max<std::size_t>(
      1, static_cast<std::size_t>(conf.quantile * static_cast<double>(set.tasks)));
  const bool enough = successes_.size() >= least;
  if (!enough && !is_short) return false;
  const Duration usual =
      enough ? Duration::from_seconds(conf.multiplier * successes_.value().in_seconds())
             : conf.long_runtime;
  const Duration threshold = std::max(usual, conf.least_runtime);
  if (state_.size() < set.tasks) {
    state_.resize(set.tasks, 0);
    queued_at_.resize(set.tasks, kNowhere);
  }
  std::vector<Attempt> found;
  for (const Attempt& attempt : running_)
    if (state_[attempt.index] == 0 && now - attempt.launch > threshold) found.push_back(attempt);
  std::ranges::sort(found, {}, &Attempt::order);
  for (const Attempt& attempt : found) {
    state_[attempt.index] |= kChosen;
    enqueue(attempt.index);
  }
  return !found.empty();
}

void Speculation::not_needed(std::uint32_t index) {
  if (index >= state_.size()) {
    state_.resize(index + 1, 0);
    queued_at_.resize(index + 1, kNowhere);
  }
  state_[index] |= kChosen;
  dequeue(index);
}

void Speculation::enqueue(std::uint32_t index) {
  queued_at_[index] = static_cast<std::uint32_t>(speculatable_.size());
  speculatable_.push_back(index);
  ++waiting_;
}

void Speculation::dequeue(std::uint32_t index) {
  const std::uint32_t at = std::exchange(queued_at_[index], kNowhere);
  if (at == kNowhere) return;
  speculatable_[at] = kNowhere;
  --waiting_;
  while (first_ < speculatable_.size() && speculatable_[first_] == kNowhere) ++first_;
}

std::optional<std::uint32_t> Speculation::take(NodeId host) {
  for (std::size_t at = first_; at < speculatable_.size(); ++at) {
    const std::uint32_t index = speculatable_[at];
    if (index == kNowhere) continue;
    if (place_[index] != kNowhere && running_[place_[index]].host == host) continue;
    dequeue(index);
    return index;
  }
  return std::nullopt;
}

}  // namespace muster
