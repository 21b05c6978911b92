#include "models/task_schedulers/speculation.h"

#include <algorithm>
#include <utility>

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
  long_runtime = conf.duration("spark.speculation.task.duration.threshold", long_runtime, ms);
  // One where the number of an executor's cores is not known (standalone).
  const auto master = master_of(conf);
  const bool known = conf.find("spark.executor.cores") ||
                     (master && (master->kind == Master::Kind::Yarn ||
                                 master->kind == Master::Kind::Kubernetes));
  if (known)
    slots = conf.integer("spark.executor.cores", 1) /
            std::max<std::int64_t>(1, conf.integer("spark.task.cpus", 1));
}

void Speculation::launched(std::uint32_t index, ExecutorId executor, NodeId host, bool copy,
                           Time now) {
  if (copy) {
    ++launches_;
    copied_.insert(index);
    return;
  }
  const Attempt attempt{index, executor, host, now, launches_++};
  if (place_.size() <= index) place_.resize(index + 1, kNowhere);
  place_[index] = static_cast<std::uint32_t>(running_.size());
  running_.push_back(attempt);
}

void Speculation::ended(const EndedAttempt& attempt, Time now) {
  if (attempt.speculative) {
    copied_.erase(attempt.index);
  } else if (attempt.index < place_.size() && place_[attempt.index] != kNowhere) {
    const std::uint32_t at = std::exchange(place_[attempt.index], kNowhere);
    if (at + 1 < running_.size()) {
      running_[at] = running_.back();
      place_[running_[at].index] = at;
    }
    running_.pop_back();
  }
  if (attempt.outcome == Outcome::Success) successes_.add(now - attempt.launch);
  if (attempt.index >= chosen_.size() || !chosen_[attempt.index]) return;
  // A copy that waits is launched only beside an original (TaskSetManager.dequeueTaskFromList).
  std::erase(speculatable_, attempt.index);
  chosen_[attempt.index] = attempt.outcome == Outcome::Success;
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
  if (chosen_.size() < set.tasks) chosen_.resize(set.tasks, false);
  std::vector<Attempt> found;
  for (const Attempt& attempt : running_)
    if (!chosen_[attempt.index] && now - attempt.launch > threshold &&
        !copied_.contains(attempt.index))
      found.push_back(attempt);
  std::ranges::sort(found, {}, &Attempt::order);
  for (const Attempt& attempt : found) {
    chosen_[attempt.index] = true;
    speculatable_.push_back(attempt.index);
  }
  return !found.empty();
}

std::optional<std::uint32_t> Speculation::take(NodeId host) {
  for (auto at = speculatable_.begin(); at != speculatable_.end(); ++at) {
    const std::uint32_t index = *at;
    if (place_[index] != kNowhere && running_[place_[index]].host == host) continue;
    speculatable_.erase(at);
    return index;
  }
  return std::nullopt;
}

}  // namespace muster
