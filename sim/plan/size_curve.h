// The same work on fewer and on more executors: what each number takes and costs.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/scenario/scenario.h"
#include "sim/timeline/result.h"
#include "sim/timeline/size_curve.h"
#include "sim/timeline/timeline.h"

namespace muster {

struct SizeCurveOptions {
  unsigned threads = 0;  // 0: one for each core. The result does not depend on it
};

// Numbers worth trying, ascending: 1/2, 3/4, 1, 3/2, 2, 3 and 4 times `around`, `given`, one less,
// one and two more (see ExecutorKnob). None where `around` is not between 1 and 4,000.
std::vector<std::int32_t> curve_sizes(std::int32_t given, std::int32_t around);

// What one simulation says about its number of executors.
SizePoint size_point(const Result& result, std::int32_t count, bool given);

// Replications that show how much of a difference is chance.
inline constexpr std::uint32_t kSizeRepeats = 4;

// Simulates `scenario`, which gave `ran`, with those numbers of executors; what that means, and
// where it cannot be asked, says sim/run/executor_knob.h. `recorded`: the recording that it
// replays, or null where it replays none.
SizeCurve size_curve(const Scenario& scenario, const Timeline& ran, const Timeline* recorded,
                     const SizeCurveOptions& options = {});

}  // namespace muster
