#include "models/cluster_managers/executor_failures.h"

#include <algorithm>
#include <limits>

namespace muster {

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

std::string executor_failures_text(const Conf& conf) {
  return "Max number of executor failures (" + std::to_string(most_executor_failures(conf)) +
         ") reached";
}

}  // namespace muster
