// What a field of the scenario file is: see fields.h.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace muster {

struct Field {
  std::string_view name;
  std::string_view doc;
  bool required = false;
  // Of counts; of durations in microseconds; of sizes in bytes; of texts, of their length.
  std::int64_t least = 0;
  std::int64_t most = std::numeric_limits<std::int32_t>::max();  // of counts and numbers
  std::span<const std::string_view> choices = {};                // of texts; empty: any
};

// Names a record's type in the calls below.
template <class Record>
struct Of {};

inline constexpr std::string_view kDeployModes[] = {"client", "cluster"};
inline constexpr std::string_view kNodeRoles[] = {"", "master", "core", "task"};
inline constexpr std::string_view kPoolModes[] = {"FIFO", "FAIR"};
inline constexpr std::int64_t kMostTasks = 100'000'000;
inline constexpr std::int64_t kMostMachines = 1'000'000;

}  // namespace muster
