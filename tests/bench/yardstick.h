// The yardstick K0 and how to measure against it. Machines are noisy and differ, so a figure is a
// ratio: contestants run in turns in one process, and the medians of their rounds are compared.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <vector>

namespace muster::bench {

// K0: the smallest honest discrete-event simulator in C++20. Do not tune it.
struct K0Event {
  std::uint64_t time, sequence;
  std::uint32_t type, id;
};
static_assert(sizeof(K0Event) == 24);

class K0Queue {
 public:
  explicit K0Queue(std::size_t pending) {
    std::vector<K0Event> room;
    room.reserve(pending);
    queue_ = Heap(Later{}, std::move(room));
  }
  void push(const K0Event& event) { queue_.push(event); }
  K0Event pop() {
    const K0Event event = queue_.top();
    queue_.pop();
    return event;
  }
  bool empty() const { return queue_.empty(); }

 private:
  struct Later {
    bool operator()(const K0Event& a, const K0Event& b) const {
      return b.time < a.time || (b.time == a.time && b.sequence < a.sequence);
    }
  };
  using Heap = std::priority_queue<K0Event, std::vector<K0Event>, Later>;
  Heap queue_;
};

// One round of one contestant.
struct Round {
  double seconds = 0;
  std::uint64_t answer = 0;  // what was computed: equal for all contestants that do the same
};

inline double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The mean time of `repeats` calls of compute(), which returns the answer.
template <class Compute>
Round timed(int repeats, Compute compute) {
  Round round;
  const double begin = seconds_now();
  for (int i = 0; i < repeats; ++i) round.answer = compute();
  round.seconds = (seconds_now() - begin) / repeats;
  return round;
}

struct Contestant {
  std::string name;
  double goal = 0;  // at most this times the first contestant; 0: none
  std::function<Round()> run;
  bool same_answer = true;  // as the first one's
};

struct Contest {
  std::string name;
  double units = 1;                     // what a time is divided by: events or tasks
  std::string unit;                     // of one
  std::vector<Contestant> contestants;  // the first is the yardstick
};

struct Options {
  bool smoke = false;  // tiny sizes, one round: does it still run?
  int rounds = 5;      // odd
};

// A row of main.cpp's table.
struct Row {
  const char* name;
  const char* what;
  Contest (*make)(const Options& options);
};

// By workload, one file each.
Contest hold_100(const Options& options);
Contest hold_1k(const Options& options);
Contest hold_10k(const Options& options);
Contest hold_1m(const Options& options);
Contest chain_a(const Options& options);
Contest chain_b(const Options& options);
Contest chain_c(const Options& options);
Contest dag(const Options& options);
Contest shared_link_100(const Options& options);
Contest shared_link_10k(const Options& options);
Contest star(const Options& options);
Contest ingest_plain(const Options& options);
Contest ingest_zstd(const Options& options);
Contest frame_200k(const Options& options);
Contest frame_2m(const Options& options);
Contest nodes_standalone(const Options& options);
Contest nodes_yarn(const Options& options);
Contest nodes_kubernetes(const Options& options);

}  // namespace muster::bench
