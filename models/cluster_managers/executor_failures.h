// When an application has lost too many executors to be worth more of them (ExecutorFailureTracker,
// 3.5; ApplicationMaster on YARN before).
#pragma once

#include <cstdint>
#include <string>

#include "sim/engine/view.h"
#include "sim/workload/conf.h"

namespace muster {

// spark.executor.maxNumFailures (3.5; before: spark.yarn.max.executor.failures); by default twice
// the executors asked for, with dynamic allocation its maximum, and at least 3.
std::int64_t most_executor_failures(const Conf& conf);

// Whether an application master on YARN gives up at `now`: that many have failed since it was
// placed (ApplicationMaster.allocationThreadImpl, 3.5: failures >= most). Each master counts anew.
bool yarn_gives_up(const Conf& conf, const ApplicationState& state, Time placed, Time now);
// Whether a driver on Kubernetes does: more than that many have failed
// (ExecutorPodsLifecycleManager.start, 3.5: failures > most).
bool kubernetes_gives_up(const Conf& conf, const ApplicationState& state, Time now);

// "Max number of executor failures (4) reached".
std::string executor_failures_text(const Conf& conf);

}  // namespace muster
