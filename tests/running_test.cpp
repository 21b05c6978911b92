#include "sim/engine/running.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/base/random.h"

namespace muster {
namespace {

Time us(std::int64_t n) { return Time::micros(n); }
Rate per_second(double n) { return Rate::per_second(n); }
const Rate kNoCap;

// One flow as the reference sees it.
struct Plain {
  std::vector<std::size_t> resources;
  double cap = 0;  // 0: none
  double left = 0;
  double rate = 0;
};

// The textbook: all flows grow at one pace, until a cap or a full resource stops some of them.
void max_min(std::map<std::uint32_t, Plain>& flows, const std::vector<double>& capacity) {
  std::map<std::uint32_t, Plain*> growing;
  for (auto& [tag, flow] : flows) growing[tag] = &flow;
  std::vector<double> room = capacity;
  while (!growing.empty()) {
    std::vector<double> count(capacity.size());
    for (const auto& [tag, flow] : growing)
      for (const std::size_t r : flow->resources) ++count[r];
    double level = INFINITY;
    for (std::size_t r = 0; r < room.size(); ++r)
      if (count[r] > 0) level = std::min(level, room[r] / count[r]);
    for (const auto& [tag, flow] : growing)
      if (flow->cap > 0) level = std::min(level, flow->cap);
    std::vector<std::uint32_t> stopped;
    for (const auto& [tag, flow] : growing) {
      bool stops = flow->cap > 0 && flow->cap <= level;
      for (const std::size_t r : flow->resources)
        stops |= room[r] / count[r] <= level * (1 + 1e-12) + 1e-300;
      if (stops) stopped.push_back(tag);
    }
    for (const std::uint32_t tag : stopped) {
      growing[tag]->rate = level;
      for (const std::size_t r : growing[tag]->resources) room[r] = std::max(0.0, room[r] - level);
      growing.erase(tag);
    }
  }
}

// Running, and beside it the same flows moved forward step by step.
class Pair {
 public:
  void add_resource(double capacity) {
    ids_.push_back(running_.add_resource(per_second(capacity)));
    capacity_.push_back(capacity);
  }
  void set_capacity(std::size_t resource, double capacity) {
    running_.set_capacity(ids_[resource], per_second(capacity), us(now_));
    capacity_[resource] = capacity;
  }
  void start(std::uint32_t tag, double amount, std::vector<std::size_t> resources, double cap) {
    std::vector<ResourceId> ids;
    for (const std::size_t r : resources) ids.push_back(ids_[r]);
    running_.start(tag, amount, ids, per_second(cap), us(now_));
    std::sort(resources.begin(), resources.end());
    resources.erase(std::unique(resources.begin(), resources.end()), resources.end());
    flows_[tag] = {resources, cap, amount, 0};
  }
  void cancel(std::uint32_t tag) {
    EXPECT_EQ(running_.cancel(tag, us(now_)), flows_.erase(tag) == 1);
  }

  // Both to `at`. Empty if they agree about who is done when, to a few microseconds.
  std::string advance(std::int64_t at) {
    std::map<std::uint32_t, std::int64_t> mine, theirs;
    while (running_.next_done() <= us(at)) {
      const std::int64_t then = running_.next_done().in_micros();
      done_.clear();
      running_.advance_to(us(then), done_);
      if (done_.empty()) return "nobody was done at next_done()";
      for (const std::uint32_t tag : done_) mine[tag] = then;
    }
    done_.clear();
    running_.advance_to(us(at), done_);
    if (!done_.empty()) return "done without next_done()";
    step_to(at, theirs);
    for (const auto& [tag, then] : theirs) {
      if (!mine.contains(tag) && then < at - kSlack) return std::to_string(tag) + " is not done";
      if (mine.contains(tag) && std::abs(mine[tag] - then) > kSlack)
        return std::to_string(tag) + " done at " + std::to_string(mine[tag]) + ", expected " +
               std::to_string(then);
      if (!mine.contains(tag)) running_.cancel(tag, us(at));
    }
    for (const auto& [tag, then] : mine) {
      if (!theirs.contains(tag) && then < at - kSlack) return std::to_string(tag) + " done early";
      flows_.erase(tag);
    }
    return {};
  }

  // Empty if the rates are feasible and every flow is at its cap, or has a full resource on which
  // nobody has more: the conditions for max-min fairness.
  std::string fairness() {
    std::vector<double> used(capacity_.size()), most(capacity_.size());
    for (const auto& [tag, flow] : flows_) {
      const double rate = running_.rate(tag).per_second();
      for (const std::size_t r : flow.resources) {
        used[r] += rate;
        most[r] = std::max(most[r], rate);
      }
    }
    for (std::size_t r = 0; r < used.size(); ++r) {
      if (used[r] > capacity_[r] * (1 + 1e-9)) return "resource " + std::to_string(r) + " overfull";
      if (std::abs(used[r] - running_.used(ids_[r]).per_second()) > capacity_[r] * 1e-9)
        return "wrong sum of rates";
    }
    for (const auto& [tag, flow] : flows_) {
      const double rate = running_.rate(tag).per_second();
      if (flow.cap > 0 && rate > flow.cap) return std::to_string(tag) + " above its cap";
      bool limited = flow.cap > 0 && rate == flow.cap;
      for (const std::size_t r : flow.resources)
        limited |= used[r] >= capacity_[r] * (1 - 1e-9) && rate >= most[r] * (1 - 1e-9);
      if (!limited) return std::to_string(tag) + " could have more";
    }
    return {};
  }

  std::string same_rates() {
    max_min(flows_, capacity_);
    for (const auto& [tag, flow] : flows_) {
      const double rate = running_.rate(tag).per_second();
      if (std::abs(rate - flow.rate) > 1e-9 * flow.rate)
        return std::to_string(tag) + " at " + std::to_string(rate) + ", expected " +
               std::to_string(flow.rate);
    }
    return {};
  }

  const std::map<std::uint32_t, Plain>& flows() const { return flows_; }
  Running& running() { return running_; }
  std::int64_t now() const { return now_; }

 private:
  // A flow's end in one is up to a microsecond away from its end in the other where rounding is a
  // close call; what follows from that moves others.
  static constexpr std::int64_t kSlack = 5;

  void step_to(std::int64_t at, std::map<std::uint32_t, std::int64_t>& done) {
    for (;;) {
      max_min(flows_, capacity_);
      double first = INFINITY;
      for (const auto& [tag, flow] : flows_)
        first = std::min(first, flow.left <= 0 ? 0 : flow.left / flow.rate * 1e6);
      const double wait = std::ceil(first - 1e-3);
      const bool all = !(wait <= static_cast<double>(at - now_));
      const std::int64_t step = all ? at - now_ : static_cast<std::int64_t>(wait);
      now_ += step;
      for (auto& [tag, flow] : flows_) {
        flow.left -= flow.rate * static_cast<double>(step) / 1e6;
        if (flow.left <= flow.rate * 1e-9) done[tag] = now_;
      }
      std::erase_if(flows_, [&](const auto& entry) { return done.contains(entry.first); });
      if (all) return;
    }
  }

  Running running_;
  std::vector<ResourceId> ids_;
  std::vector<double> capacity_;
  std::map<std::uint32_t, Plain> flows_;
  std::vector<std::uint32_t> done_;
  std::int64_t now_ = 0;
};

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

// --- against the textbook ------------------------------------------------------------------------

struct World {
  std::vector<double> capacities;
  std::vector<Plain> flows;
};

rc::Gen<Plain> any_flow(std::size_t resources) {
  return rc::gen::exec([resources] {
    Plain flow;
    const std::size_t n = *rc::gen::inRange<std::size_t>(1, 5);
    for (std::size_t i = 0; i < n; ++i)
      flow.resources.push_back(*rc::gen::inRange<std::size_t>(0, resources));
    flow.cap = *rc::gen::element(0.0, 0.0, 0.0, 1e6, 3e6, 7e5);
    flow.left = *rc::gen::inRange(0, 100000);
    return flow;
  });
}

std::vector<double> any_capacities() {
  const std::size_t n = *rc::gen::inRange<std::size_t>(1, 8);
  return *rc::gen::container<std::vector<double>>(
      n, rc::gen::map(rc::gen::inRange(1, 40), [](int c) { return c * 2.5e5; }));
}

RC_GTEST_PROP(RunningProperty, AgreesWithTheTextbook, ()) {
  const auto capacities = any_capacities();
  const auto count = *rc::gen::inRange<std::uint32_t>(1, 31);
  Pair pair;
  for (const double c : capacities) pair.add_resource(c);
  std::uint32_t tag = 0;
  while (tag < count || !pair.flows().empty()) {
    const int what = tag < count ? *rc::gen::inRange(0, 10) : 9;
    if (what < 5) {
      const Plain flow = *any_flow(capacities.size());
      pair.start(tag++, flow.left, flow.resources, flow.cap);
    } else if (what == 5 && !pair.flows().empty()) {
      pair.cancel(pair.flows().begin()->first);
    } else if (what == 6) {
      const auto r = *rc::gen::inRange<std::size_t>(0, capacities.size());
      pair.set_capacity(r, *rc::gen::inRange(1, 40) * 2.5e5);
    } else {
      const std::int64_t step = tag < count ? *rc::gen::inRange(0, 50000) : 10'000'000;
      RC_ASSERT(pair.advance(pair.now() + step) == "");
    }
    RC_ASSERT(pair.same_rates() == "");
    RC_ASSERT(pair.fairness() == "");
  }
}

// Larger worlds in which most resources limit nobody: only a part is settled anew each time.
RC_GTEST_PROP(RunningProperty, StaysFairWhenSettledInParts, ()) {
  const Stream random(*rc::gen::arbitrary<std::uint32_t>(), 0, Purpose::Test, 0);
  const auto nodes = *rc::gen::inRange<std::uint32_t>(2, 40);
  const auto core = *rc::gen::inRange<std::uint32_t>(1, 60);
  Pair pair;
  for (std::uint32_t i = 0; i < nodes; ++i) pair.add_resource(1e6 * (1 + random.below(i, 3)));
  pair.add_resource(1e6 * core);
  std::uint64_t draw = 1000;
  for (std::uint32_t tag = 0; tag < 200; ++tag) {
    const std::uint32_t from = random.below(draw++, nodes), to = random.below(draw++, nodes);
    const double cap = random.below(draw++, 4) == 0 ? 2e5 : 0;
    std::vector<std::size_t> path = {from, nodes};
    if (random.below(draw++, 2) == 0) path = {from, to, nodes};
    if (random.below(draw++, 6) == 0) path = {from};
    pair.start(tag, 1e9, path, cap);
    if (random.below(draw++, 3) == 0 && !pair.flows().empty())
      pair.cancel(std::next(pair.flows().begin(),
                            random.below(draw++, static_cast<std::uint32_t>(pair.flows().size())))
                      ->first);
    RC_ASSERT(pair.fairness() == "");
  }
  RC_ASSERT(pair.same_rates() == "");
}

// One group (processor sharing in virtual time) ends like as many groups of one flow each.
RC_GTEST_PROP(RunningProperty, GroupsEndLikeSingleFlows, ()) {
  const Stream random(*rc::gen::arbitrary<std::uint32_t>(), 0, Purpose::Test, 0);
  const auto count = *rc::gen::inRange<std::uint32_t>(1, 31);
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
