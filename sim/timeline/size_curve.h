// What the same work takes on other numbers of executors, as plain data. Computed by
// sim/plan/size_curve, shown by sim/report.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/units.h"

namespace muster {

struct SizePoint {
  std::int32_t executors = 0;     // asked for
  std::uint64_t registered = 0;   // at the same time, at most: fewer where they do not fit
  Duration wall;
  Duration core_time;             // of registered executors
  Money cost;                     // of the machines; zero where they have no price
  bool given = false;             // the number that the input itself has
  bool succeeded = true;
  bool operator==(const SizePoint&) const = default;
};

struct SizeCurve {
  std::vector<SizePoint> points;  // ascending by executors; empty: see `why_not`
  std::string varied;    // what was changed: "spark.executor.instances"
  std::string assumed;   // what was not, and what that means; one sentence
  std::string why_not;   // why there are no points; one sentence
  // How far to trust it. Of a recording: what it took, which the given number simulates. And what
  // the given number takes in other replications, where something is drawn; may be empty.
  std::optional<Duration> recorded = {};
  std::vector<Duration> repeats = {};
  bool operator==(const SizeCurve&) const = default;
};

}  // namespace muster
