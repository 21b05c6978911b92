#include "models/cluster_managers/executor_failures.h"

#include <algorithm>
#include <limits>

namespace muster {
namespace {

// ExecutorFailureTracker.numFailedExecutors: later than `since`, and in the last
// spark.executor.failuresValidityInterval if there is one (3.5; before: spark.yarn.executor...).
std::int64_t counted_failures(const Conf& conf, const ApplicationState& state, Time since,
                              Time now) {
  const Duration ms = Duration::millis(1);
  const Duration valid =
      conf.duration("spark.executor.failuresValidityInterval",
                    conf.duration("spark.yarn.executor.failuresValidityInterval", Duration(), ms),
                    ms);
  auto first = std::ranges::upper_bound(state.executor_failures, since);
  if (valid > Duration())
    first = std::max(first, std::ranges::lower_bound(state.executor_failures, now - valid));
  return state.executor_failures.end() - first;
}

}  // namespace

std::int64_t most_executor_failures(const Conf& conf) {
  constexpr std::int64_t kAny = std::numeric_limits<std::int32_t>::max();
  const bool dynamic = conf.flag("spark.dynamicAllocation.enabled", false);
  const std::int64_t executors = dynamic
                                     ? conf.integer("spark.dynamicAllocation.maxExecutors", kAny)
                                     : conf.integer("spark.executor.instances", 0);
  const std::int64_t usual =
      std::max<std::int64_t>(3, executors > kAny / 2 ? kAny : 2 * executors);
  return conf.integer("spark.executor.maxNumFailures",
                      conf.integer("spark.yarn.max.executor.failures", usual));
}

bool yarn_gives_up(const Conf& conf, const ApplicationState& state, Time placed, Time now) {
  if (state.executor_failures.empty()) return false;
  return counted_failures(conf, state, placed, now) >= most_executor_failures(conf);
}

bool kubernetes_gives_up(const Conf& conf, const ApplicationState& state, Time now) {
  if (state.executor_failures.empty()) return false;
  return counted_failures(conf, state, Time(), now) > most_executor_failures(conf);
}

std::string executor_failures_text(const Conf& conf) {
  return "Max number of executor failures (" + std::to_string(most_executor_failures(conf)) +
         ") reached";
}

}  // namespace muster
