// "What would two more executors buy?", answered from a size curve in words.
#pragma once

#include <cstdint>
#include <string>

#include "sim/timeline/size_curve.h"

namespace muster {

// One or more sentences: wall time and cost (without a price: the core time of executors) with
// `more` executors against the given number, whether they come at all, and what that assumes; or
// why it cannot be answered. `more` may be negative. Empty: the curve has no such point (yet).
std::string words_of_more(const SizeCurve& curve, std::int32_t more);

}  // namespace muster
