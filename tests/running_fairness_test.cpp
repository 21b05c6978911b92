// Running against the textbook: the rates of max-min fairness, and who is done when.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/base/random.h"
#include "sim/engine/running.h"

namespace muster {
namespace {

Time us(std::int64_t n) { return Time::micros(n); }
Rate per_second(double n) { return Rate::per_second(n); }

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
  const auto count = *rc::gen::resize(100, rc::gen::inRange<std::uint32_t>(1, 31));
  Pair pair;
  for (const double c : capacities) pair.add_resource(c);
  std::uint32_t tag = 0;
  while (tag < count || !pair.flows().empty()) {
    const int what = tag < count ? *rc::gen::resize(100, rc::gen::inRange(0, 10)) : 9;
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
  const auto nodes = *rc::gen::resize(100, rc::gen::inRange<std::uint32_t>(2, 40));
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

}  // namespace
}  // namespace muster
