// W1, the hold model: pop one, push one, at a constant number of pending events.

#include <memory>

#include "sim/engine/event_queue.h"
#include "tests/bench/workloads.h"
#include "tests/bench/yardstick.h"

namespace muster::bench {
namespace {

struct Hold {
  std::size_t pending = 0;
  std::size_t warm_up = 0;
  std::size_t holds = 0;  // measured
  std::vector<std::uint64_t> increments;
};

Round k0_hold(const Hold& hold) {
  K0Queue queue(hold.pending);
  std::uint64_t sequence = 0;
  const auto push = [&](std::uint64_t now, std::uint32_t id) {
    const std::uint64_t increment = hold.increments[sequence % (1 << 16)];
    queue.push({now + increment, sequence++, 1, id});
  };
  for (std::size_t i = 0; i < hold.pending; ++i) push(0, static_cast<std::uint32_t>(i));
  std::uint64_t now = 0;
  const auto run = [&](std::size_t holds) {
    for (std::size_t i = 0; i < holds; ++i) {
      const K0Event event = queue.pop();
      now = event.time;
      push(now, event.id);
    }
    return now;
  };
  run(hold.warm_up);
  return timed(1, [&] { return run(hold.holds); });
}

// With the time of the last pop as the answer; pops whole instants, so it may go on a little
// longer.
template <class Payload>
Round queue_hold(const Hold& hold) {
  const auto queue = std::make_unique<EventQueue<Payload>>();
  std::vector<typename EventQueue<Payload>::Entry> instant;
  std::uint64_t pushed = 0;
  const auto push = [&](std::uint64_t now, Payload payload) {
    const std::uint64_t increment = hold.increments[pushed++ % (1 << 16)];
    queue->push(Time::micros(static_cast<std::int64_t>(now + increment)), 1, payload);
  };
  for (std::size_t i = 0; i < hold.pending; ++i) push(0, {static_cast<std::uint32_t>(i)});
  std::size_t popped = 0;
  const auto run = [&](std::size_t holds) {
    std::uint64_t now = 0;
    while (popped < holds) {
      now = static_cast<std::uint64_t>(queue->next_time().in_micros());
      queue->pop_instant(instant);
      for (const auto& event : instant) push(now, event.payload);
      popped += instant.size();
    }
    return now;
  };
  run(hold.warm_up);
  return timed(1, [&] { return run(hold.warm_up + hold.holds); });
}

struct Small {
  std::uint32_t id = 0;
};
struct Large {
  std::uint32_t id = 0, more[2] = {};
};

Contest hold_contest(const char* name, std::size_t pending, double goal, const Options& options) {
  const auto hold = std::make_shared<Hold>();
  hold->pending = options.smoke ? std::min<std::size_t>(pending, 2000) : pending;
  hold->warm_up = options.smoke ? hold->pending : 4 * hold->pending;
  hold->holds = options.smoke ? 5000 : std::max<std::size_t>(4'000'000, 4 * pending);
  hold->increments = hold_increments();
  Contest contest{name, static_cast<double>(hold->holds), "hold", {}};
  contest.contestants = {
      {"K0", 0, [=] { return k0_hold(*hold); }},
      {"event queue, 4 B payload", goal, [=] { return queue_hold<Small>(*hold); }},
      {"event queue, 12 B payload", goal, [=] { return queue_hold<Large>(*hold); }}};
  return contest;
}

}  // namespace

Contest hold_100(const Options& options) { return hold_contest("W1/100", 100, 0.50, options); }
Contest hold_1k(const Options& options) { return hold_contest("W1/1k", 1000, 0, options); }
Contest hold_10k(const Options& options) { return hold_contest("W1/10k", 10'000, 0.33, options); }
Contest hold_1m(const Options& options) { return hold_contest("W1/1M", 1'000'000, 0.20, options); }

}  // namespace muster::bench
