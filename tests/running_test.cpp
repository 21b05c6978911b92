#include "sim/engine/running.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "sim/base/random.h"

namespace muster {
namespace {

Time us(std::int64_t n) { return Time::micros(n); }
Rate per_second(double n) { return Rate::per_second(n); }
const Rate kNoCap;

// Until nothing moves: (time, tag) in the order reported.
std::vector<std::pair<std::int64_t, std::uint32_t>> finish(Running& running) {
  std::vector<std::pair<std::int64_t, std::uint32_t>> all;
  std::vector<std::uint32_t> done;
  while (running.next_done().happened()) {
    const Time at = running.next_done();
    done.clear();
    running.advance_to(at, done);
    EXPECT_FALSE(done.empty());
    for (const std::uint32_t tag : done) all.emplace_back(at.in_micros(), tag);
  }
  return all;
}

using Ends = std::vector<std::pair<std::int64_t, std::uint32_t>>;

TEST(Running, IsIdleAtFirst) {
  Running running;
  std::vector<std::uint32_t> done;
  EXPECT_EQ(running.next_done(), Time::never());
  running.advance_to(us(5), done);
  EXPECT_TRUE(done.empty());
  EXPECT_FALSE(running.cancel(3, us(5)));
}

TEST(Running, SharesALinkEqually) {
  Running running;
  const ResourceId link[] = {running.add_resource(per_second(1e6))};
  running.start(1, 100, link, kNoCap, us(0));
  running.start(2, 300, link, kNoCap, us(0));
  EXPECT_EQ(running.rate(1), per_second(5e5));
  // 1: 100 at 1/2 = 200 us; 2: 100 by then, 200 more alone.
  EXPECT_EQ(finish(running), (Ends{{200, 1}, {400, 2}}));
}

TEST(Running, ANewFlowSlowsTheOthers) {
  Running running;
  const ResourceId link[] = {running.add_resource(per_second(1e6))};
  std::vector<std::uint32_t> done;
  running.start(1, 1000, link, kNoCap, us(0));
  running.advance_to(us(500), done);
  running.start(2, 100, link, kNoCap, us(500));
  EXPECT_EQ(running.left(1), 500);
  EXPECT_EQ(finish(running), (Ends{{700, 2}, {1100, 1}}));
}

TEST(Running, RoundsUpToMicroseconds) {
  Running running;
  const ResourceId link[] = {running.add_resource(per_second(3e6))};
  running.start(1, 10, link, kNoCap, us(0));
  EXPECT_EQ(running.next_done(), us(4));  // 3.33
  EXPECT_TRUE(running.cancel(1, us(0)));
  for (std::uint32_t tag = 0; tag < 3; ++tag) running.start(tag, 5, link, kNoCap, us(0));
  EXPECT_EQ(finish(running), (Ends{{5, 0}, {5, 1}, {5, 2}}));  // not 6 by an error of rounding
}

TEST(Running, ZeroAmountIsDoneAtOnce) {
  Running running;
  const ResourceId link[] = {running.add_resource(per_second(0))};
  std::vector<std::uint32_t> done;
  running.advance_to(us(9), done);
  running.start(1, 5, link, kNoCap, us(9));
  EXPECT_EQ(running.next_done(), Time::never());
  running.start(2, 0, link, kNoCap, us(9));
  EXPECT_EQ(finish(running), (Ends{{9, 2}}));
  running.set_capacity(link[0], per_second(1e6), us(9));
  EXPECT_EQ(finish(running), (Ends{{14, 1}}));
}

TEST(Running, CapsAndResourcesLimitTogether) {
  Running running;
  const ResourceId nic = running.add_resource(per_second(10));
  const ResourceId core = running.add_resource(per_second(12));
  const ResourceId both[] = {nic, core}, only[] = {core};
  running.start(1, 1, both, per_second(2), us(0));  // its cap
  running.start(2, 1, both, kNoCap, us(0));
  running.start(3, 1, only, kNoCap, us(0));
  EXPECT_EQ(running.rate(1), per_second(2));
  EXPECT_EQ(running.rate(2), per_second(5));
  EXPECT_EQ(running.rate(3), per_second(5));
  running.set_capacity(nic, per_second(3), us(0));
  EXPECT_EQ(running.rate(1), per_second(1.5));
  EXPECT_EQ(running.rate(2), per_second(1.5));
  EXPECT_EQ(running.rate(3), per_second(9));
  EXPECT_EQ(running.used(core), per_second(12));
}

TEST(Running, ACapAloneLimits) {
  Running running;
  running.start(7, 30, {}, per_second(1e6), us(0));
  running.start(8, 10, {}, per_second(1e6), us(0));
  EXPECT_EQ(finish(running), (Ends{{10, 8}, {30, 7}}));
}

TEST(Running, ReportsByTimeThenStart) {
  Running running;
  const ResourceId a[] = {running.add_resource(per_second(1e6))};
  const ResourceId b[] = {running.add_resource(per_second(1e6))};
  running.start(9, 10, a, kNoCap, us(0));
  running.start(3, 20, b, kNoCap, us(0));
  running.start(5, 10, a, kNoCap, us(0));
  running.start(1, 5, {}, per_second(1e6), us(0));
  std::vector<std::uint32_t> done;
  running.advance_to(us(100), done);
  EXPECT_EQ(done, (std::vector<std::uint32_t>{1, 9, 3, 5}));
  EXPECT_EQ(running.flows(), 0u);
}

TEST(Running, AResourceNamedTwiceCountsOnce) {
  Running running;
  const ResourceId nic = running.add_resource(per_second(1e6));
  const ResourceId twice[] = {nic, nic};
  running.start(1, 100, twice, kNoCap, us(0));
  EXPECT_EQ(finish(running), (Ends{{100, 1}}));
}

TEST(RunningDeathTest, RefusesWhatMakesNoSense) {
  Running running;
  const ResourceId link[] = {running.add_resource(per_second(1e6))};
  running.start(1, 100, link, kNoCap, us(0));
  EXPECT_DEATH(running.start(1, 1, link, kNoCap, us(0)), "a second flow for tag 1");
  EXPECT_DEATH(running.start(2, -1, link, kNoCap, us(0)), "amount");
  EXPECT_DEATH(running.start(2, 1, {}, kNoCap, us(0)), "nothing limits");
  EXPECT_DEATH(running.start(2, 1, link, kNoCap, us(101)), "done before 101");
}

// The work that a link did is the work that was asked for.
TEST(Running, ConservesWork) {
  const Stream random(1, 0, Purpose::Test, 0);
  Running running;
  const ResourceId link[] = {running.add_resource(per_second(1e9))};
  std::vector<std::uint32_t> done;
  double asked = 0, moved = 0;
  constexpr std::uint32_t kFlows = 3000;
  std::int64_t now = 0;
  for (std::uint32_t started = 0, ended = 0; ended < kFlows;) {
    const bool start =
        started < kFlows && (started == ended || random.uniform(now + started) < 0.6);
    const Time at = start ? std::min(running.next_done(), us(now + random.below(now, 900)))
                          : running.next_done();
    moved += running.used(link[0]).per_second() * static_cast<double>(at.in_micros() - now) / 1e6;
    now = at.in_micros();
    done.clear();
    running.advance_to(at, done);
    ended += static_cast<std::uint32_t>(done.size());
    if (!start) continue;
    const double amount = random.exponential(started, 4e5);
    asked += amount;
    running.start(started++, amount, link, kNoCap, at);
  }
  EXPECT_NEAR(moved / asked, 1, 0.01);  // each end wastes a share of less than a microsecond
  EXPECT_GE(moved, asked * (1 - 1e-9));
}

// M/M/1-PS: the mean time in the system is 1 / (mu - lambda).
TEST(Running, HasTheMeanOfProcessorSharing) {
  const Stream random(7, 0, Purpose::Test, 0);
  Running running;
  const ResourceId link[] = {running.add_resource(per_second(1e6))};
  std::vector<std::uint32_t> done;
  std::vector<Time> arrival;
  constexpr double kService = 1000, kBetween = kService / 0.7;  // us
  Time next_arrival;
  double sum = 0;
  constexpr std::size_t kArrivals = 60000;
  for (std::size_t ended = 0; ended < kArrivals; ended += done.size()) {
    const Time at = std::min(next_arrival, running.next_done());
    done.clear();
    running.advance_to(at, done);
    for (const std::uint32_t tag : done)
      sum += static_cast<double>((at - arrival[tag]).in_micros());
    if (at < next_arrival) continue;
    const std::uint32_t n = static_cast<std::uint32_t>(arrival.size());
    arrival.push_back(at);
    running.start(n, random.exponential(2 * n, kService), link, kNoCap, at);
    const double wait = random.exponential(2 * n + 1, kBetween);
    next_arrival = n + 1 == kArrivals
                       ? Time::never()
                       : at + Duration::micros(static_cast<std::int64_t>(wait + 0.5));
  }
  EXPECT_NEAR(sum / kArrivals, kService / 0.3, 0.08 * kService / 0.3);
}

// One group (processor sharing in virtual time) ends like as many groups of one flow each.
RC_GTEST_PROP(RunningProperty, GroupsEndLikeSingleFlows, ()) {
  const Stream random(*rc::gen::arbitrary<std::uint32_t>(), 0, Purpose::Test, 0);
  const auto count = *rc::gen::resize(100, rc::gen::inRange<std::uint32_t>(1, 31));
  Running grouped, single;
  const ResourceId link = grouped.add_resource(per_second(1e6));
  ASSERT_EQ(single.add_resource(per_second(1e6)), link);
  const double cap = random.below(0, 2) == 0 ? 0 : 1.5e5;
  std::vector<std::uint32_t> done, done_single;
  std::int64_t now = 0;
  for (std::uint32_t tag = 0; tag < count; ++tag) {
    now += random.below(10 + tag, 3000);
    grouped.advance_to(us(now), done);
    single.advance_to(us(now), done_single);
    const ResourceId one[] = {link};
    const ResourceId two[] = {link, single.add_resource(per_second(1e9))};
    const double amount = 1 + random.below(100 + tag, 5000);
    grouped.start(tag, amount, one, per_second(cap), us(now));
    single.start(tag, amount, two, per_second(cap), us(now));
  }
  RC_ASSERT(done.size() == done_single.size());
  const auto ends = finish(grouped), ends_single = finish(single);
  RC_ASSERT(ends.size() == ends_single.size());
  for (std::size_t i = 0; i < ends.size(); ++i)
    RC_ASSERT(std::abs(ends[i].first - ends_single[i].first) <= 2);
}

}  // namespace
}  // namespace muster
