// The same work on fewer and on more executors: what each number takes and costs.
#pragma once

#include "sim/scenario/scenario.h"
#include "sim/timeline/size_curve.h"
#include "sim/timeline/timeline.h"

namespace muster {

struct SizeCurveOptions {
  unsigned threads = 0;  // 0: one for each core. The result does not depend on it
};

// Simulates `scenario`, which gave `ran`, with 1/2, 3/4, 1, 3/2, 2, 3 and 4 times its executors.
// `recorded`: the recording that it replays, or null where it replays none. Varied are executors
// that are given one by one and alike, and spark.executor.instances (on standalone spark.cores.max)
// where a cluster manager starts them; not local mode, dynamic allocation or executors that leave
// early, and then the curve says so. Further executors stand on the hosts of the given ones and
// come when those do.
SizeCurve size_curve(const Scenario& scenario, const Timeline& ran, const Timeline* recorded,
                     const SizeCurveOptions& options = {});

}  // namespace muster
