#pragma once

#include <cstdint>

#include "sim/base/random.h"
#include "sim/base/units.h"
#include "sim/scenario/duration_spec.h"

namespace muster {

// Value `index` of the spec: of a law draw `index` of the stream, at most ten years, since a wild
// one can draw more than a simulation can count.
Duration duration_at(const DurationSpec& spec, const Stream& stream, std::uint32_t index);

}  // namespace muster
