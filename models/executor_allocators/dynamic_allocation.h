// Spark's dynamic allocation: ExecutorAllocationManager and ExecutorMonitor (core/.../
// ExecutorAllocationManager.scala and scheduler/dynalloc/ExecutorMonitor.scala, 3.5;
// spark-semantics.md, 4 and 18.13, 18.17).
#pragma once

#include <memory>
#include <string_view>

#include "sim/engine/policy.h"
#include "sim/workload/application.h"

namespace muster {

std::unique_ptr<ExecutorAllocator> make_dynamic_allocation(ApplicationId id,
                                                           const Application& application);

// Why such an executor is gone, as in SparkListenerExecutorRemoved (ExecutorKilled in
// ExecutorLossReason.scala, 3.5).
inline constexpr std::string_view kKilledByDriver = "Executor killed by driver.";

// From the driver's killing an executor until it counts it no more.
Duration executor_removal_delay(const Application& application);

}  // namespace muster
