#include "sim/engine/event_queue.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "sim/base/random.h"

namespace muster {
namespace {

struct Payload {
  std::uint32_t id;
  std::uint32_t check;
};
using Queue = EventQueue<Payload>;

// The order itself: (time, kind, order of pushing) -> id.
class Reference {
 public:
  void push(std::int64_t at, std::uint8_t kind, std::uint32_t id) {
    pending_[{at, kind, pushed_++}] = id;
  }
  std::int64_t next() const {
    return pending_.empty() ? Time::never().in_micros() : std::get<0>(pending_.begin()->first);
  }
  std::vector<std::pair<std::uint8_t, std::uint32_t>> pop_instant() {
    std::vector<std::pair<std::uint8_t, std::uint32_t>> out;
    const std::int64_t at = next();
    while (!pending_.empty() && next() == at) {
      out.emplace_back(std::get<1>(pending_.begin()->first), pending_.begin()->second);
      pending_.erase(pending_.begin());
    }
    return out;
  }
  std::size_t size() const { return pending_.size(); }

 private:
  std::map<std::tuple<std::int64_t, std::uint8_t, std::uint64_t>, std::uint32_t> pending_;
  std::uint64_t pushed_ = 0;
};

// Both queues in step; a difference is a failed expectation.
class Pair {
 public:
  void push(std::int64_t delay, std::uint8_t kind) {
    const std::int64_t at = now_ + delay;
    queue_.push(Time::micros(at), kind, {next_id_, ~next_id_});
    reference_.push(at, kind, next_id_++);
  }

  // The number of entries popped; -1 if the queues differ.
  int pop() {
    if (queue_.size() != reference_.size()) return -1;
    if (queue_.next_time().in_micros() != reference_.next()) return -1;
    if (reference_.size() == 0) return 0;
    now_ = reference_.next();
    const auto expected = reference_.pop_instant();
    queue_.pop_instant(out_);
    if (out_.size() != expected.size()) return -1;
    for (std::size_t i = 0; i < out_.size(); ++i) {
      const Queue::Entry& e = out_[i];
      if (e.at.in_micros() != now_ || e.kind != expected[i].first ||
          e.payload.id != expected[i].second || e.payload.check != ~e.payload.id)
        return -1;
    }
    return static_cast<int>(out_.size());
  }

  bool drain() {
    while (size() > 0)
      if (pop() < 0) return false;
    return pop() == 0;
  }

  std::size_t size() const { return reference_.size(); }
  std::int64_t now() const { return now_; }
  Queue& queue() { return queue_; }
  void clear() {
    queue_.clear();
    reference_ = {};
    now_ = 0;
  }

 private:
  Queue queue_;
  Reference reference_;
  std::vector<Queue::Entry> out_;
  std::int64_t now_ = 0;
  std::uint32_t next_id_ = 0;
};

TEST(EventQueue, IsEmptyAtFirst) {
  Queue queue;
  std::vector<Queue::Entry> out(3);
  EXPECT_EQ(queue.next_time(), Time::never());
  queue.pop_instant(out);
  EXPECT_TRUE(out.empty());
  EXPECT_EQ(queue.size(), 0u);
}

TEST(EventQueue, OrdersOneInstantByKindThenPushing) {
  Queue queue;
  std::vector<Queue::Entry> out;
  const std::uint8_t kinds[] = {3, 1, 3, 255, 0, 1};
  for (std::uint32_t i = 0; i < 6; ++i) queue.push(Time::micros(7), kinds[i], {i, 0});
  queue.pop_instant(out);
  std::vector<std::uint32_t> ids;
  for (const Queue::Entry& e : out) ids.push_back(e.payload.id);
  EXPECT_EQ(ids, (std::vector<std::uint32_t>{4, 1, 5, 0, 2, 3}));
}

TEST(EventQueue, PushesAtThePresentFormALaterBatch) {
  Queue queue;
  std::vector<Queue::Entry> out;
  queue.push(Time::micros(5), 9, {1, 0});
  queue.pop_instant(out);
  queue.push(Time::micros(6), 0, {2, 0});
  queue.push(Time::micros(5), 0, {3, 0});
  EXPECT_EQ(queue.next_time(), Time::micros(5));
  queue.pop_instant(out);
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].payload.id, 3u);
  EXPECT_EQ(queue.next_time(), Time::micros(6));
}

TEST(EventQueueDeathTest, RefusesThePastAndTheUnreachable) {
  Queue queue;
  std::vector<Queue::Entry> out;
  queue.push(Time::micros(5), 0, {});
  queue.pop_instant(out);
  EXPECT_DEATH(queue.push(Time::micros(4), 0, {}), "event at 4 us, now 5");
  EXPECT_DEATH(queue.push(Time::never(), 0, {}), "event at");
}

TEST(EventQueue, ClearStartsOver) {
  Pair pair;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 3000; ++i) pair.push(i * 7 % 1000, 0);
    for (int i = 0; i < 300; ++i) ASSERT_GT(pair.pop(), 0);
    pair.clear();
    EXPECT_EQ(pair.queue().next_time(), Time::never());
    pair.push(1, 0);
    EXPECT_TRUE(pair.drain());
    pair.clear();
  }
}

// The scale of delays decides which parts of the queue take part.
std::int64_t delay(const Stream& random, std::uint64_t draw, int scale) {
  return static_cast<std::int64_t>(random.bits(2 * draw) >>
                                   (63 - random.bits(2 * draw + 1) % scale));
}

TEST(EventQueue, HoldsAtEverySizeAndScale) {
  for (const std::size_t pending : {1u, 20u, 128u, 129u, 600u, 1025u, 5000u}) {
    for (const int scale : {1, 4, 12, 24, 44}) {
      const Stream random(1, 0, Purpose::Test, pending * 100 + static_cast<std::size_t>(scale));
      Pair pair;
      std::uint64_t draw = 0;
      while (draw < 8000) {
        while (pair.size() < pending) {
          pair.push(delay(random, draw, scale), static_cast<std::uint8_t>(draw % 3));
          ++draw;
        }
        ASSERT_GT(pair.pop(), 0) << pending << " pending, 2^" << scale;
      }
      ASSERT_TRUE(pair.drain());
    }
  }
}

// Bursts push a small queue into the wheel, and draining brings it back.
TEST(EventQueue, GrowsAndShrinks) {
  const Stream random(2, 0, Purpose::Test, 0);
  Pair pair;
  std::uint64_t draw = 0;
  for (const std::size_t target : {100u, 3000u, 400u, 1500u, 10u, 9000u, 0u, 1100u, 500u}) {
    while (pair.size() < target) pair.push(delay(random, draw++, 26), 0);
    while (pair.size() > target) {
      ASSERT_GT(pair.pop(), 0);
      if (pair.size() > 0 && draw % 4 == 0) pair.push(delay(random, draw++, 20), 1);
      ++draw;
    }
  }
  EXPECT_TRUE(pair.drain());
}

TEST(EventQueue, TakesManyEventsOfOneInstant) {
  Pair pair;
  for (int i = 0; i < 20000; ++i) pair.push(1000, static_cast<std::uint8_t>(i % 5));
  pair.push(10, 0);
  EXPECT_EQ(pair.pop(), 1);
  for (int i = 0; i < 3000; ++i) pair.push(0, static_cast<std::uint8_t>(i % 2));
  EXPECT_EQ(pair.pop(), 3000);
  EXPECT_EQ(pair.pop(), 20000);
  EXPECT_TRUE(pair.drain());
}

TEST(EventQueue, NeedsLittleMemoryAndNoMoreInTheSteadyState) {
  Queue queue;
  const Stream random(3, 0, Purpose::Test, 0);
  constexpr std::size_t kPending = 1 << 18;
  std::vector<Queue::Entry> out;
  std::uint64_t draw = 0;
  const auto push = [&](Time now) {
    queue.push(now + Duration::micros(static_cast<std::int64_t>(random.exponential(draw, 1e6))), 0,
               {static_cast<std::uint32_t>(draw), 0});
    ++draw;
  };
  while (queue.size() < kPending) push(Time());
  for (std::size_t popped = 0; popped < kPending;) {
    const Time now = queue.next_time();
    queue.pop_instant(out);
    for (std::size_t i = 0; i < out.size(); ++i) push(now);
    popped += out.size();
  }
  const std::size_t settled = queue.memory_bytes();
  EXPECT_LE(settled, kPending * 32);
  for (std::size_t popped = 0; popped < 2 * kPending;) {
    const Time now = queue.next_time();
    queue.pop_instant(out);
    for (std::size_t i = 0; i < out.size(); ++i) push(now);
    popped += out.size();
  }
  EXPECT_LE(queue.memory_bytes(), settled + settled / 50);
}

// What rapidcheck draws and shrinks: a script of bursts and pops.
struct Step {
  std::uint32_t pushes = 0;
  int scale = 1;  // delays below 2^scale us
  std::uint32_t kinds = 1;
  std::uint32_t pops = 0;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << step.pushes << " pushes below 2^" << step.scale << " us of " << step.kinds
             << " kinds, " << step.pops << " pops; ";
}

rc::Gen<Step> any_step() {
  return rc::gen::map(
      rc::gen::tuple(rc::gen::weightedOneOf<std::uint32_t>({{6, rc::gen::inRange(0u, 4u)},
                                                            {3, rc::gen::inRange(0u, 100u)},
                                                            {1, rc::gen::inRange(0u, 3000u)}}),
                     rc::gen::inRange(1, 50), rc::gen::inRange(1u, 4u),
                     rc::gen::weightedOneOf<std::uint32_t>(
                         {{4, rc::gen::inRange(0u, 5u)}, {1, rc::gen::inRange(0u, 2000u)}})),
      [](const std::tuple<std::uint32_t, int, std::uint32_t, std::uint32_t>& t) {
        return Step{std::get<0>(t), std::get<1>(t), std::get<2>(t), std::get<3>(t)};
      });
}

RC_GTEST_PROP(EventQueueProperty, FollowsTheOrder, ()) {
  const auto steps = *rc::gen::container<std::vector<Step>>(any_step());
  const Stream random(*rc::gen::arbitrary<std::uint32_t>(), 0, Purpose::Test, 0);
  Pair pair;
  std::uint64_t draw = 0;
  for (const Step& step : steps) {
    for (std::uint32_t i = 0; i < step.pushes; ++i, ++draw) {
      const std::int64_t after = delay(random, draw, step.scale);
      if (pair.now() + after >= std::int64_t{1} << 53) continue;
      pair.push(after, static_cast<std::uint8_t>(random.bits(~draw) % step.kinds));
    }
    for (std::uint32_t i = 0; i < step.pops; ++i) RC_ASSERT(pair.pop() >= 0);
  }
  RC_ASSERT(pair.drain());
}

// As a simulation does it: each popped entry pushes others, some of them at the present.
RC_GTEST_PROP(EventQueueProperty, FollowsTheOrderWhenHandlersPush, ()) {
  const auto first = *rc::gen::inRange(1, 2000);
  const auto scale = *rc::gen::inRange(1, 40);
  const Stream random(*rc::gen::arbitrary<std::uint32_t>(), 0, Purpose::Test, 0);
  Pair pair;
  std::uint64_t draw = 0;
  for (int i = 0; i < first; ++i, ++draw) pair.push(delay(random, draw, scale), 0);
  for (int turn = 0; turn < 3000 && pair.size() > 0; ++turn) {
    const int popped = pair.pop();
    RC_ASSERT(popped > 0);
    for (int i = 0; i < popped; ++i) {
      const std::uint64_t choice = random.bits(~draw) % 10;
      for (std::uint64_t k = 0; k < (choice < 5 ? 1 : choice % 3); ++k, ++draw)
        pair.push(choice == 3 ? 0 : delay(random, draw, scale), static_cast<std::uint8_t>(choice));
    }
  }
  RC_ASSERT(pair.drain());
}

}  // namespace
}  // namespace muster
