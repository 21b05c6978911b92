#include "models/task_schedulers/median.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/base/random.h"

namespace muster {
namespace {

TEST(RunningMedian, IsThatOfTheSortedValuesAfterEach) {
  const Stream draws(1, 0, Purpose::Test, 0);
  RunningMedian median;
  std::vector<std::int64_t> sorted;
  for (std::uint32_t n = 0; n < 500; ++n) {
    const std::int64_t value = draws.below(n, 40);  // many are equal
    median.add(Duration::micros(value * 2));
    sorted.insert(std::ranges::upper_bound(sorted, value * 2), value * 2);
    const std::size_t half = sorted.size() / 2;
    const std::int64_t expected =
        sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    ASSERT_EQ(median.size(), sorted.size());
    ASSERT_EQ(median.value().in_micros(), expected) << "after " << n;
  }
}

// Values that come before anybody asks are put in order at the first question.
TEST(RunningMedian, IsTheSameWhereverTheFirstQuestionComes) {
  const Stream draws(2, 0, Purpose::Test, 0);
  for (std::uint32_t first = 1; first < 60; ++first) {
    RunningMedian asked_each_time, asked_late;
    for (std::uint32_t n = 0; n < 60; ++n) {
      const Duration value = Duration::micros(draws.below(n, 30) * 2);
      asked_each_time.add(value);
      asked_late.add(value);
      const Duration expected = asked_each_time.value();
      if (n < first) continue;
      ASSERT_EQ(asked_late.value(), expected) << "from " << first << " at " << n;
    }
  }
}

}  // namespace
}  // namespace muster
