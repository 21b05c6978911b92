// When SparkContext's constructor returns: it waits until enough of the expected resources are
// registered (spark.scheduler.minRegisteredResourcesRatio) or the time for it is over
// (core/.../scheduler/cluster/CoarseGrainedSchedulerBackend.scala, isReady; 3.5).
#pragma once

#include <cstdint>
#include <limits>

#include "sim/base/units.h"
#include "sim/workload/conf.h"

namespace muster {

// TaskSchedulerImpl.waitBackendReady looks so often.
inline constexpr Duration kGatePoll = Duration::millis(100);

struct Gate {
  enum class Counts : std::uint8_t { Nothing, Executors, Cores };

  Counts counts = Counts::Nothing;
  double ratio = 0;
  std::int64_t expected = 0;  // executors or cores
  Duration timeout = Duration::seconds(30);

  bool enough(std::int64_t registered) const {
    return static_cast<double>(registered) >= static_cast<double>(expected) * ratio;
  }
};

// What the application's conf and master (spark-semantics.md, 3.1) ask for. `initial_executors`:
// the first wish of the executor allocator. Standalone and Mesos count cores against
// spark.cores.max and wait for nothing where that is not set; local mode never waits.
Gate gate_of(const Conf& conf, std::uint32_t initial_executors);

}  // namespace muster
