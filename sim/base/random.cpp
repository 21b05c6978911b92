#include "sim/base/random.h"

#include <cmath>
#include <numbers>
#include <utility>

namespace muster {
namespace {

// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection with full avalanche.
std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ULL;

}  // namespace

Stream::Stream(std::uint64_t seed, std::uint64_t replication, Purpose purpose,
               std::uint64_t entity) {
  key_ = mix(seed + kGolden);
  key_ = mix(key_ ^ (replication + 2 * kGolden));
  key_ = mix(key_ ^ (static_cast<std::uint64_t>(purpose) + 3 * kGolden));
  key_ = mix(key_ ^ (entity + 4 * kGolden));
}

std::uint64_t Stream::bits(std::uint64_t n) const { return mix(key_ + (n + 1) * kGolden); }

double Stream::uniform(std::uint64_t n) const {
  return static_cast<double>(bits(n) >> 11) * 0x1.0p-53;
}

std::uint32_t Stream::below(std::uint64_t n, std::uint32_t bound) const {
  return static_cast<std::uint32_t>(((bits(n) >> 32) * bound) >> 32);
}

double Stream::exponential(std::uint64_t n, double mean) const {
  return -mean * std::log1p(-uniform(n));
}

double Stream::lognormal(std::uint64_t n, double median, double sigma) const {
  // Box-Muller on two halves of one draw: 32 bits each are ample for durations.
  const std::uint64_t b = bits(n);
  const double u = (static_cast<double>(b >> 32) + 1.0) * 0x1.0p-32;
  const double v = static_cast<double>(b & 0xffff'ffffULL) * 0x1.0p-32;
  const double z = std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
  return median * std::exp(sigma * z);
}

void Stream::shuffle(std::uint64_t n, std::span<std::uint32_t> items) const {
  for (std::size_t i = items.size(); i > 1; --i)
    std::swap(items[i - 1], items[below(n++, static_cast<std::uint32_t>(i))]);
}

}  // namespace muster
