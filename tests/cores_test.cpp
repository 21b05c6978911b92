// How many threads there are, and that they share their work out once.
#include <gtest/gtest.h>
#include <sched.h>

#include <atomic>
#include <vector>

#include "sim/base/cores.h"

namespace muster {
namespace {

TEST(Cores, CountsTheCpuSetNotTheMachine) {
  cpu_set_t before, one;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  EXPECT_EQ(usable_cores(), static_cast<unsigned>(CPU_COUNT(&before)));
  CPU_ZERO(&one);
  CPU_SET(static_cast<std::size_t>(sched_getcpu()), &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  EXPECT_EQ(usable_cores(), 1U);
  ASSERT_EQ(sched_setaffinity(0, sizeof before, &before), 0);
}

TEST(Cores, EachIndexIsTakenOnce) {
  for (const unsigned threads : {0U, 1U, 3U, 50U}) {
    std::vector<std::atomic<int>> taken(20);
    for_each_index(taken.size(), threads, [&](std::size_t i) { ++taken[i]; });
    for (const std::atomic<int>& times : taken) EXPECT_EQ(times, 1) << threads << " threads";
  }
  for_each_index(0, 4, [](std::size_t) { FAIL() << "there is nothing to do"; });
}

}  // namespace
}  // namespace muster
