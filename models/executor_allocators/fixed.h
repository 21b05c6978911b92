// As many executors as spark.executor.instances says, all through the application; on standalone
// and Mesos, where cores count, as many as spark.cores.max allows.
#pragma once

#include <memory>

#include "sim/engine/policy.h"
#include "sim/workload/application.h"

namespace muster {

std::unique_ptr<ExecutorAllocator> make_fixed_allocator(const Application& application);

}  // namespace muster
