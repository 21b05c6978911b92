// When an application has lost too many executors to be worth more of them (ExecutorFailureTracker,
// 3.5; ApplicationMaster on YARN before).
#pragma once

#include <cstdint>
#include <string>

#include "sim/workload/conf.h"

namespace muster {

// spark.executor.maxNumFailures (3.5; before: spark.yarn.max.executor.failures); by default twice
// the executors asked for, with dynamic allocation its maximum, and at least 3.
std::int64_t most_executor_failures(const Conf& conf);

// "Max number of executor failures (4) reached".
std::string executor_failures_text(const Conf& conf);

}  // namespace muster
