// "What would two more executors buy?", answered from a size curve in words.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/timeline/size_curve.h"

namespace muster {

// One or more sentences: wall time and cost (without a price: the core time of executors) with
// `more` executors against the given number, whether they come at all, and what that assumes; or
// why it cannot be answered. `more` may be negative. Empty: the curve has no such point (yet).
std::string words_of_more(const SizeCurve& curve, std::int32_t more);

// What the whole curve recommends, a sentence or two each: from which number on more buy nothing
// (less than 2 % of the time), which number is the cheapest, and how large a difference has to be
// to mean something. Empty: there are not two points that succeed.
std::vector<std::string> words_of_curve(const SizeCurve& curve);

}  // namespace muster
