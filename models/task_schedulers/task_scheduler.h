// Spark's own task scheduler (TaskSchedulerImpl with its TaskSetManagers): FIFO or FAIR order of
// task sets, locality levels with delay scheduling, offers dealt one task per executor and pass.
#pragma once

#include <memory>

#include "models/task_schedulers/task_set_order.h"
#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"
#include "sim/workload/application.h"

namespace muster {

// `order` decides between task sets; everything else follows the application's conf and version.
std::unique_ptr<TaskScheduler> make_task_scheduler(ApplicationId id,
                                                   const Application& application,
                                                   std::unique_ptr<TaskSetOrder> order);

}  // namespace muster
