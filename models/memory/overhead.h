// What a container holds beside the heap of its JVM (spark-semantics.md, 5.1).
#pragma once

#include <cstdint>
#include <string>

#include "sim/base/units.h"
#include "sim/workload/application.h"
#include "sim/workload/conf.h"

namespace muster {

// `role` is "driver" or "executor". spark.<role>.memoryOverhead, else
// spark.yarn.<role>.memoryOverhead, which Spark reads as another name of it on every manager; else
// the larger of a least overhead (384 MiB; spark.<role>.minMemoryOverhead from 4.0 on) and a share
// of the heap: spark.<role>.memoryOverheadFactor from 3.3 on, before and without it `factor`, which
// has a key of its own on each manager. Whole MiB, the rest is dropped. `version` as of
// version_number(); 0 counts as the newest.
Bytes memory_overhead(const Conf& conf, int version, const std::string& role, Bytes heap,
                      double factor);

// The settings of executors of a resource profile, by its row. One without an overhead of its own
// has `plain`, that of the default profile, however much memory it asks for
// (ResourceProfile.getResourcesForClusterManager, 3.5).
Conf profile_conf_with_overhead(const Application& application, std::uint32_t row, Bytes plain);

}  // namespace muster
