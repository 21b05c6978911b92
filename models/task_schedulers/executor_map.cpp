#include "models/task_schedulers/executor_map.h"

#include <bit>
#include <string>

namespace muster {
namespace {

// String.hashCode of the id.
std::uint32_t java_hash(const std::string& text) {
  std::uint32_t hash = 0;
  for (const char c : text) hash = hash * 31 + static_cast<unsigned char>(c);
  return hash;
}

// scala.util.hashing.byteswap32, 2.12.
std::uint32_t byteswap32(std::uint32_t value) {
  constexpr std::uint32_t kFactor = 0x9e3775cd;
  const std::uint32_t hash = value * kFactor;
  const std::uint32_t swapped = (hash >> 24) | ((hash >> 8) & 0xff00) | ((hash << 8) & 0xff0000) |
                                (hash << 24);
  return swapped * kFactor;
}

// Both versions begin with 16 buckets and double them, 2.12 when there are more keys than three
// quarters of them, 2.13 when there are as many.
std::uint32_t buckets(std::size_t executors, bool scala_2_13) {
  std::uint32_t size = 16;
  while (executors + (scala_2_13 ? 1 : 0) > size / 4 * 3) size *= 2;
  return size;
}

// What 2.12 turns a hash by: the number of ones in 16 - 1, which it keeps when the table grows.
constexpr int kSeed = 4;

}  // namespace

std::uint32_t place_in_executor_map(std::int64_t number, std::size_t executors, bool scala_2_13) {
  const std::uint32_t hash = java_hash(std::to_string(number));
  const std::uint32_t last = buckets(executors, scala_2_13) - 1;
  if (scala_2_13) return (hash ^ (hash >> 16)) & last;
  const std::uint32_t improved = std::rotr(byteswap32(hash), kSeed);
  return last - ((improved >> std::countl_zero(last)) & last);
}

}  // namespace muster
