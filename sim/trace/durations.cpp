#include "sim/trace/durations.h"

#include <algorithm>
#include <variant>

namespace muster {

Duration duration_at(const DurationSpec& spec, const Stream& stream, std::uint32_t index) {
  if (const auto* constant = std::get_if<ConstantDuration>(&spec)) return constant->value;
  if (const auto* listed = std::get_if<ListedDurations>(&spec)) return listed->values[index];
  const auto& law = std::get<LognormalDuration>(spec);
  return std::min(kLongestDuration, Duration::from_seconds(stream.lognormal(
                                        index, law.median.in_seconds(), law.sigma)));
}

}  // namespace muster
