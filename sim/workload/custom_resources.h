// What tasks and executors need beside cores and memory, GPUs for one: spark.executor.resource.
// NAME.amount and spark.task.resource.NAME.amount (core/.../resource/ResourceUtils.scala and
// ResourceProfile.calculateTasksAndLimitingResource, 3.5). They came with 3.0.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "sim/workload/conf.h"

namespace muster {

struct CustomResource {
  static constexpr std::int64_t kNoLimit = std::numeric_limits<std::int32_t>::max();

  std::string name;                // "gpu"
  const Conf* conf = nullptr;      // which has the settings
  std::int64_t of_executor = 0;    // addresses; 0: none, or not a whole number
  double of_task = 0;              // below 1: several tasks share an address

  // Of one of its settings: who is "executor" or "task", what is "amount" or "vendor".
  std::string key(const std::string& who, const std::string& what = "amount") const;
  // "1.0", "0.25": as Spark writes it.
  std::string task_text() const;
  // Tasks that share an address.
  std::int64_t parts() const;
  // Tasks of an executor at a time; kNoLimit where one of the two needs none.
  std::int64_t slots() const;
};

// Those that a setting names, sorted by name. `conf` must outlive them.
std::vector<CustomResource> custom_resources(const Conf& conf);

// Tasks that an executor of the default profile can run at a time as far as these go; at least 1,
// CustomResource::kNoLimit: any number. `version` is version_number().
std::int64_t resource_slots(const Conf& conf, int version);

}  // namespace muster
