// The fair scheduler's pools, as a timeline tells them.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "sim/timeline/timeline.h"

namespace muster {

// Whether spark.scheduler.mode is FAIR; letters of any case do (TaskSchedulerImpl, 3.5).
bool is_fair(const Conf& conf);

// spark.scheduler.pool of the job; "default" without one (FairSchedulableBuilder, 3.5).
const std::string& pool_of(const JobSpan& job);
// Of the last job that lists the stage with this id; empty: none does.
std::string pool_of(const Timeline& timeline, std::int64_t stage);

// How many task attempts each pool runs at a time. O(n) in tasks.
std::map<std::string, std::uint32_t> tasks_by_pool(const Timeline& timeline, Time at);

}  // namespace muster
