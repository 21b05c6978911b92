#include "sim/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

namespace muster {
namespace {

Stream stream(std::uint64_t entity = 0) { return Stream(42, 3, Purpose::Test, entity); }

// Computed by another program from the definition (SplitMix64's finaliser over the key's parts): a
// change of these numbers changes every simulation.
TEST(Random, DrawsAreTheNumbersTheyAlwaysWere) {
  const Stream s = stream();
  EXPECT_EQ(s.bits(0), 0xd7e225a60a7a6beeULL);
  EXPECT_EQ(s.bits(1), 0x971ac0f12c2f4331ULL);
  EXPECT_EQ(s.bits(1'000'000'007), 0x904509c5ac2389d7ULL);
  EXPECT_EQ(Stream(0, 0, Purpose::OfferOrder, 0).bits(0), 0xab253cc944e46db4ULL);
  EXPECT_EQ(s.below(0, 1000), 843U);
  EXPECT_DOUBLE_EQ(s.uniform(0), 0.8432944803593984);
  EXPECT_DOUBLE_EQ(s.exponential(0, 10), 18.533869059865225);
  EXPECT_DOUBLE_EQ(s.lognormal(0, 10, 0.5), 13.262073291370482);
  std::vector<std::uint32_t> items(8);
  std::iota(items.begin(), items.end(), 0U);
  s.shuffle(0, items);
  EXPECT_EQ(items, (std::vector<std::uint32_t>{1, 3, 7, 0, 2, 5, 4, 6}));
}

TEST(Random, ADrawDependsOnItsNumberAlone) {
  const Stream s = stream();
  std::vector<std::uint64_t> forward, backward;
  for (std::uint64_t n = 0; n < 100; ++n) forward.push_back(s.bits(n));
  for (std::uint64_t n = 100; n > 0; --n) backward.push_back(stream().bits(n - 1));
  std::reverse(backward.begin(), backward.end());
  EXPECT_EQ(forward, backward);
}

TEST(Random, EachPartOfTheKeyMakesAnotherStream) {
  std::set<std::uint64_t> first;
  for (const std::uint64_t seed : {0, 1, 2})
    for (const std::uint64_t replication : {0, 1, 2})
      for (const Purpose purpose : {Purpose::OfferOrder, Purpose::Synthetic, Purpose::Test})
        for (const std::uint64_t entity : {0, 1, 2})
          first.insert(Stream(seed, replication, purpose, entity).bits(0));
  EXPECT_EQ(first.size(), 81U);
}

// A neighbour in any part of the key differs in half of the bits on average.
TEST(Random, NeighbouringStreamsHaveNothingInCommon) {
  int differing = 0;
  constexpr int kStreams = 500;
  for (std::uint64_t e = 0; e < kStreams; ++e)
    differing += std::popcount(stream(e).bits(0) ^ stream(e + 1).bits(0));
  // 32,000 fair coins: standard deviation 89.
  EXPECT_NEAR(differing, 32 * kStreams, 400);
}

TEST(Random, UniformCoversItsRangeAndNoMore) {
  double low = 1, high = 0, sum = 0;
  constexpr int kDraws = 10'000;
  for (int n = 0; n < kDraws; ++n) {
    const double u = stream().uniform(n);
    low = std::min(low, u), high = std::max(high, u), sum += u;
  }
  EXPECT_GE(low, 0.0);
  EXPECT_LT(high, 1.0);
  EXPECT_LT(low, 0.002);
  EXPECT_GT(high, 0.998);
  EXPECT_NEAR(sum / kDraws, 0.5, 4 * 0.2887 / std::sqrt(kDraws));
}

TEST(Random, BelowIsUniform) {
  std::array<int, 7> counts{};
  constexpr int kDraws = 70'000;
  for (int n = 0; n < kDraws; ++n) {
    const std::uint32_t k = stream().below(n, 7);
    ASSERT_LT(k, 7U);
    ++counts[k];
  }
  double chi_square = 0;
  for (const int count : counts) chi_square += std::pow(count - 10'000, 2) / 10'000.0;
  EXPECT_LT(chi_square, 22.46);  // 6 degrees of freedom, one in a thousand
  EXPECT_EQ(stream().below(0, 1), 0U);
}

TEST(Random, ExponentialHasItsMeanAndItsSpread) {
  double sum = 0, squares = 0;
  constexpr int kDraws = 40'000;
  for (int n = 0; n < kDraws; ++n) {
    const double x = stream().exponential(n, 5);
    ASSERT_GE(x, 0);
    sum += x, squares += x * x;
  }
  const double mean = sum / kDraws;
  EXPECT_NEAR(mean, 5, 4 * 5 / std::sqrt(kDraws));
  EXPECT_NEAR(std::sqrt(squares / kDraws - mean * mean), 5, 0.25);
}

TEST(Random, LognormalHasItsMedianAndItsSigma) {
  std::vector<double> logs;
  constexpr int kDraws = 40'000;
  for (int n = 0; n < kDraws; ++n) logs.push_back(std::log(stream().lognormal(n, 8, 0.5)));
  const double mean = std::accumulate(logs.begin(), logs.end(), 0.0) / kDraws;
  double squares = 0;
  for (const double x : logs) squares += (x - mean) * (x - mean);
  EXPECT_NEAR(mean, std::log(8.0), 4 * 0.5 / std::sqrt(kDraws));
  EXPECT_NEAR(std::sqrt(squares / kDraws), 0.5, 0.01);
}

TEST(Random, ShuffleReachesEveryOrderEquallyOften) {
  std::array<int, 24> counts{};
  constexpr int kShuffles = 24'000;
  for (int n = 0; n < kShuffles; ++n) {
    std::array<std::uint32_t, 4> items{0, 1, 2, 3};
    stream().shuffle(static_cast<std::uint64_t>(n) * 3, items);
    // Its number among the orders of four, counted as in a factorial number system.
    std::size_t order = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const auto smaller = std::count_if(items.begin() + static_cast<std::ptrdiff_t>(i),
                                         items.end(), [&](auto x) { return x < items[i]; });
      order = order * (4 - i) + static_cast<std::size_t>(smaller);
    }
    ++counts.at(order);
  }
  double chi_square = 0;
  for (const int count : counts) chi_square += std::pow(count - 1000, 2) / 1000.0;
  EXPECT_LT(chi_square, 49.73);  // 23 degrees of freedom, one in a thousand
}

TEST(Random, ShuffleKeepsItsItems) {
  std::vector<std::uint32_t> items(100), none;
  std::iota(items.begin(), items.end(), 0U);
  const std::vector<std::uint32_t> before = items;
  stream().shuffle(0, items);
  EXPECT_NE(items, before);
  std::sort(items.begin(), items.end());
  EXPECT_EQ(items, before);
  stream().shuffle(0, none);
  EXPECT_TRUE(none.empty());
}

}  // namespace
}  // namespace muster
