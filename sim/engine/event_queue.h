// The pending events of a run in the total order (time, kind, order of pushing), for a simulation
// that only goes forward: nothing is pushed before the instant that was popped last.
//
// Structure, after the radix heap (Ahuja 1990) and the ladder queue (Tang 2005):
//   far    (event_queue_far.h) a wheel of 64-slot levels. An entry lies on the level of the highest
//          6-bit digit in which its time differs from a reference in the past, in the slot of that
//          digit. So the lowest slot of the lowest level holds the earliest entries; those of a
//          slot move to lower levels when the reference gets there. Moving is sequential.
//   near   (event_queue_near.h) everything before `edge_`: a tournament tree of 128 to 1024
//          players, all there is while that suffices; or, for a handful of entries, a sorted run.
// Entries of one time always share a slot in the order of pushing, so the far part stores no
// sequence number.
//
// Measured: the hold model at 100 / 1k / 10k / 1M pending, as a share of std::priority_queue (K0 of
// tests/bench): this 0.33 / 0.30 / 0.28 / 0.15. Rejected: ladder queue 0.50 / 0.34 / 0.33 / 0.45;
// radix heap of 1-bit digits 0.64 / 0.50 / 0.40 / 0.12 (and twice the memory); wheel of linked
// 8-bit slots 1.11 / 0.62 / 0.43 / 0.78; 4-ary heap 1.13 / 1.21 / 1.20 / 0.97; this wheel with a
// sorted run as its only near part 0.46 / 0.34 / 0.34 / 0.12; a tournament tree alone 0.46 / 0.33 /
// 0.55 / more (and 50 B an event).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "sim/base/check.h"
#include "sim/base/units.h"
#include "sim/engine/event_queue_far.h"
#include "sim/engine/event_queue_near.h"

namespace muster {

template <class Payload>
class EventQueue {
  static_assert(std::is_trivially_copyable_v<Payload>);

 public:
  struct Entry {
    Time at;
    Payload payload;
    std::uint32_t kind;  // as pushed; a whole word, because copies of odd sizes are slow
  };

  EventQueue() = default;
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;

  // `at` is not before the instant popped last, and below 285 years. O(1) amortised.
  void push(Time at, std::uint8_t kind, Payload payload) {
    const Micros when = event_queue_detail::micros(at);
    MUSTER_CHECK(when - now_ < event_queue_detail::kHorizon - now_,
                 "event at " + std::to_string(at.in_micros()) + " us, now " + std::to_string(now_));
    ++size_;
    next_ = std::min(next_, when);
    Entry& entry = add(when);
    entry.at = at;
    entry.payload = payload;
    entry.kind = kind;
  }

  // The earliest instant, or Time::never(). O(1).
  Time next_time() const {
    return size_ == 0 ? Time::never() : Time::micros(static_cast<std::int64_t>(next_));
  }

  // Replaces `out` by every entry of the earliest instant, ordered by kind, then by pushing; by
  // nothing if there is none. Entries pushed at that instant from now on form a later batch of it.
  void pop_instant(std::vector<Entry>& out) {
    out.clear();
    if (size_ == 0) return;
    now_ = next_;
    if (near_empty() && refill(out)) {
      next_ = event_queue_detail::kNever;
    } else if (run_is_near_) {
      next_ = run_.pop(now_, out);
      if (out.size() > 1) sort_by_kind(out);
    } else {
      next_ = tournament_.pop(now_, out);
    }
    if (next_ == event_queue_detail::kNever) next_ = wheel_.earliest();
    size_ -= out.size();
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // Back to an empty queue at time zero; keeps its memory.
  void clear();
  // Makes room so that up to `entries` pending do not allocate.
  void reserve(std::size_t entries) { wheel_.reserve(entries); }
  // What the queue occupies: about 70 kB, and up to 32 B for each pending entry over 1024.
  std::size_t memory_bytes() const { return sizeof(*this) + wheel_.memory_bytes(); }

 private:
  using Micros = event_queue_detail::Micros;
  using Bucket = event_queue_detail::Bucket<Entry>;
  using Tournament = event_queue_detail::Tournament<Entry>;
  using Run = event_queue_detail::Run<Entry>;

  // A slot of up to kNear entries is not split further. When only kFew are left, all come near:
  // half of what the tournament takes, so that a queue of nearly constant size does not flap.
  static constexpr std::size_t kNear = 64;
  static constexpr std::size_t kFew = Tournament::kMaxSlots / 2;

  bool near_empty() const { return run_is_near_ ? run_.empty() : tournament_.empty(); }
  Entry& add(Micros at) {
    if (at >= edge_) return wheel_.add(at);
    if (run_is_near_ || tournament_.full()) [[unlikely]]
      return add_near(at);
    return tournament_.add(at);
  }
  Entry& add_near(Micros at);
  bool refill(std::vector<Entry>& out);
  void gather_all();
  void sort_by_kind(std::vector<Entry>& entries);

  std::size_t size_ = 0;
  Micros now_ = 0;                            // the instant popped last
  Micros next_ = event_queue_detail::kNever;  // the earliest entry
  Micros edge_ = event_queue_detail::kNever;  // entries before it are near, others in the wheel
  bool run_is_near_ = false;                  // which of the two holds the near entries
  Run run_;
  Tournament tournament_;
  event_queue_detail::Wheel<Entry> wheel_;
  std::vector<Entry> scratch_;
};

// Adds to the run; a full run moves to the tournament, a full tournament to the wheel.
template <class Payload>
[[gnu::noinline]] auto EventQueue<Payload>::add_near(Micros at) -> Entry& {
  if (run_is_near_) {
    if (!run_.full()) return run_.add(at);
    run_is_near_ = false;
    run_.drain([&](const Entry& e) { tournament_.push(e); });
    return tournament_.add(at);
  }
  if (tournament_.grow()) return tournament_.add(at);
  wheel_.set_reference(now_);
  edge_ = now_;
  tournament_.drain([&](const Entry& e) { wheel_.push(e); });
  return wheel_.add(at);
}

// Brings the earliest entries near; or, if they are all of one instant, straight to `out`, and then
// returns true. Only the earliest slot is split further, and only while it is long.
template <class Payload>
[[gnu::noinline]] bool EventQueue<Payload>::refill(std::vector<Entry>& out) {
  if (size_ <= kFew) return gather_all(), false;
  for (;;) {
    const auto place = wheel_.lowest();
    const Bucket bucket = wheel_.detach(place);
    wheel_.set_reference(now_);
    edge_ = place.level == 0 ? now_ : wheel_.end_of_slot(now_, place.level);
    const std::size_t n = bucket.count(kNear);
    const bool split = place.level > 0 && n > kNear;
    run_is_near_ = n <= Run::kLoad;
    if (split) {
      bucket.each([&](const Entry& e) { wheel_.push(e); });
    } else if (place.level == 0) {
      bucket.append_to(out);
      sort_by_kind(out);
    } else if (run_is_near_) {
      run_.load(bucket);
    } else {
      tournament_.load(bucket);
    }
    wheel_.release(bucket);
    if (!split) return place.level == 0;
  }
}

template <class Payload>
void EventQueue<Payload>::gather_all() {
  run_is_near_ = false;
  edge_ = event_queue_detail::kNever;
  while (!wheel_.empty()) {
    const Bucket bucket = wheel_.detach(wheel_.lowest());
    bucket.each([&](const Entry& e) {
      if (tournament_.full()) tournament_.grow();
      tournament_.push(e);
    });
    wheel_.release(bucket);
  }
}

// Stable. Most instants are in order already.
template <class Payload>
[[gnu::noinline]] void EventQueue<Payload>::sort_by_kind(std::vector<Entry>& entries) {
  const auto less = [](const Entry& a, const Entry& b) { return a.kind < b.kind; };
  if (std::is_sorted(entries.begin(), entries.end(), less)) return;
  std::array<std::size_t, 257> begin = {};
  for (const Entry& e : entries) ++begin[e.kind + 1];
  for (std::size_t kind = 0; kind < 256; ++kind) begin[kind + 1] += begin[kind];
  scratch_.assign(entries.begin(), entries.end());
  for (const Entry& e : scratch_) entries[begin[e.kind]++] = e;
}

template <class Payload>
void EventQueue<Payload>::clear() {
  while (!wheel_.empty()) wheel_.release(wheel_.detach(wheel_.lowest()));
  wheel_.set_reference(0);
  tournament_.clear();
  run_.clear();
  run_is_near_ = false;
  size_ = 0;
  now_ = 0;
  next_ = edge_ = event_queue_detail::kNever;
}

}  // namespace muster
