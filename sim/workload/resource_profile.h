// What a stage asks for beyond the application's own settings (core/.../resource/ResourceProfile.
// scala, 3.5; ResourceProfileBuilder and RDD.withResources): executors of another size, other cores
// for each task. CPU and memory only.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/workload/conf.h"

namespace muster {

struct ResourceProfile {
  std::int64_t id = 1;  // Spark's; 0 is the default profile, which is in no list
  // What it asks for, under the keys that say the same of the whole application.
  Conf conf;

  // No executor key: Spark's TaskResourceProfile (3.4).
  bool task_only() const;
  // Without dynamic allocation such a profile's tasks run on executors of the default profile
  // (ResourceProfileManager.canBeScheduled, 3.4); all others have executors of their own.
  bool own_executors(const Conf& application) const {
    return !task_only() || application.flag("spark.dynamicAllocation.enabled", false);
  }
  bool operator==(const ResourceProfile&) const = default;
};

// Tasks that an executor of the default profile can run at a time as far as GPUs and the like go;
// CustomResource::kNoLimit: any number. Where a profile of tasks only shares these executors the
// limit is left out: its tasks need none of the default profile's amounts.
std::int64_t default_resource_slots(const Conf& application, int version,
                                    const std::vector<ResourceProfile>& others);

// With amounts of memory in whole MiB, as Spark keeps and logs them.
ResourceProfile make_resource_profile(std::int64_t id, const Conf& conf);

// What it asks of executors under one of kProfileExecutorKeys: cores, or memory in MiB.
std::int64_t profile_amount(const Conf& conf, std::string_view key);

inline constexpr std::string_view kProfileTaskCpus = "spark.task.cpus";
// Of executors: cores, then amounts of memory. One without a unit is in MiB, off-heap in bytes.
inline constexpr std::array<std::string_view, 5> kProfileExecutorKeys = {
    "spark.executor.cores", "spark.executor.memory", "spark.executor.memoryOverhead",
    "spark.executor.pyspark.memory", "spark.memory.offHeap.size"};
// The same in an event log ("Executor Resource Requests").
inline constexpr std::array<std::string_view, 5> kProfileRequests = {
    "cores", "memory", "memoryOverhead", "pyspark.memory", "offHeap"};

}  // namespace muster
