#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "sim/base/units.h"

namespace muster {

// Durations of the tasks of a stage or of the partitions of an RDD: a constant, one value for each
// task, or a log-normal law drawn from the scenario's seed. Wall time on the slot, from launch to
// finish.
struct ConstantDuration {
  Duration value = Duration::seconds(1);
  bool operator==(const ConstantDuration&) const = default;
};
struct ListedDurations {
  std::vector<Duration> values;  // as many as tasks
  bool operator==(const ListedDurations&) const = default;
};
struct LognormalDuration {
  Duration median = Duration::seconds(1);
  double sigma = 0.5;  // of the logarithm; 0.5: one task in twenty takes more than 2.3 medians
  bool operator==(const LognormalDuration&) const = default;
};
// Longer than any run; and short enough that the sum of many is not more than a simulation counts.
inline constexpr Duration kLongestDuration = Duration::seconds(std::int64_t{3650} * 86'400);

using DurationSpec = std::variant<ConstantDuration, ListedDurations, LognormalDuration>;

}  // namespace muster
