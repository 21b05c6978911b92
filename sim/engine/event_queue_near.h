// The near part of EventQueue: where entries compete one by one.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/engine/event_queue_far.h"

namespace muster::event_queue_detail {

// A winner tree over 128 to 1024 slots: a push or a pop replays the matches of one path, without a
// branch to mispredict. A popped slot keeps its stale key until the next push overwrites it or the
// next pop removes it, so that the pair "pop one, push one" replays one path, not two.
template <class Entry>
class Tournament {
 public:
  static constexpr std::size_t kMaxSlots = 1024;

  Tournament() { clear(); }
  void clear() {
    slots_ = kMinSlots;
    std::fill_n(keys_.begin(), 2 * kMinSlots, kNever);
    std::copy(kAllSlots.begin(), kAllSlots.end(), free_.begin());
    free_count_ = kMinSlots;
    stale_ = false;
  }

  bool empty() const { return free_count_ == slots_; }
  bool full() const { return free_count_ == 0; }

  // Room for an entry of time `at`, for the caller to fill. Not full.
  Entry& add(Micros at) {
    const std::size_t slot = free_[--free_count_];
    stale_ = false;
    sequence_[slot] = next_sequence_++;
    replay(slot, at << kSlotBits | slot);
    return entries_[slot];
  }
  void push(const Entry& entry) { add(micros(entry.at)) = entry; }

  // A full tournament gets twice the slots, if that is allowed.
  bool grow() {
    if (slots_ == kMaxSlots) return false;
    const auto leaves = keys_.begin() + static_cast<std::ptrdiff_t>(slots_);
    const auto moved = std::copy(leaves, leaves + static_cast<std::ptrdiff_t>(slots_),
                                 leaves + static_cast<std::ptrdiff_t>(slots_));
    std::fill_n(moved, slots_, kNever);
    for (std::size_t slot = 2 * slots_; slot > slots_; --slot)
      free_[free_count_++] = static_cast<std::uint16_t>(slot - 1);
    slots_ *= 2;
    play(slots_);
    return true;
  }

  // Fills an empty tournament with at most 128 entries, at about one match for each.
  void load(const Bucket<Entry>& bucket) {
    drop_stale();
    if (slots_ != kMinSlots) clear();
    std::size_t n = 0;
    bucket.each([&](const Entry& e) {
      entries_[n] = e;
      sequence_[n] = next_sequence_++;
      keys_[kMinSlots + n] = micros(e.at) << kSlotBits | n;
      ++n;
    });
    play(n);
    std::copy(kAllSlots.begin(), kAllSlots.end(), free_.begin());
    free_count_ = kMinSlots - n;
  }

  // Appends the entries of the earliest instant `at` to `out`, ordered by (kind, sequence), and
  // returns the next instant, or kNever. Not empty.
  Micros pop(Micros at, std::vector<Entry>& out) {
    drop_stale();
    const std::size_t slot = slot_of(keys_[1]);
    const Micros rest = best_but(slot);
    if (time_of(rest) == at) [[unlikely]]
      return pop_ties(at, out);
    out.push_back(entries_[slot]);
    free_[free_count_++] = static_cast<std::uint16_t>(slot);
    stale_ = true;
    return rest == kNever ? kNever : time_of(rest);
  }

  // Removes every entry, visiting them in the order of pushing.
  template <class Visit>
  void drain(Visit visit) {
    drop_stale();
    order_.clear();
    for (std::size_t slot = 0; slot < slots_; ++slot)
      if (keys_[slots_ + slot] != kNever) order_.push_back(sequence_[slot] << kSlotBits | slot);
    std::sort(order_.begin(), order_.end());
    for (const std::uint64_t o : order_) visit(entries_[slot_of(o)]);
    clear();
  }

 private:
  static constexpr int kMinMatches = 7;
  static constexpr std::size_t kMinSlots = std::size_t{1} << kMinMatches;
  static constexpr int kSlotBits = 10;
  static_assert(kMaxSlots == std::size_t{1} << kSlotBits);

  // The stack of free slots when all are free: the lowest on top.
  static constexpr auto kAllSlots = [] {
    std::array<std::uint16_t, kMinSlots> slots = {};
    for (std::size_t i = 0; i < kMinSlots; ++i)
      slots[i] = static_cast<std::uint16_t>(kMinSlots - 1 - i);
    return slots;
  }();

  static Micros time_of(Micros key) { return key >> kSlotBits; }
  static std::size_t slot_of(Micros key) { return key & (kMaxSlots - 1); }

  // All matches that the first n slots can win.
  void play(std::size_t n) {
    for (std::size_t base = slots_ / 2; base > 0; base /= 2) {
      n = (n + 1) / 2;
      for (std::size_t i = base; i < base + n; ++i)
        keys_[i] = std::min(keys_[2 * i], keys_[2 * i + 1]);
    }
  }

  // The slot's path with a new key.
  void replay(std::size_t slot, Micros key) {
    std::size_t i = slot + slots_;
    keys_[i] = key;
    const auto match = [&] {
      const Micros other = keys_[i ^ 1];
      key = other < key ? other : key;
      i >>= 1;
      keys_[i] = key;
    };
#pragma GCC unroll 8
    for (int m = 0; m < kMinMatches; ++m) match();
    while (i > 1) match();
  }

  // The winner if the slot were free.
  Micros best_but(std::size_t slot) const {
    std::size_t i = slot + slots_;
    Micros best = kNever;
    const auto match = [&] {
      const Micros other = keys_[i ^ 1];
      best = other < best ? other : best;
      i >>= 1;
    };
#pragma GCC unroll 8
    for (int m = 0; m < kMinMatches; ++m) match();
    while (i > 1) match();
    return best;
  }

  void drop_stale() {
    if (stale_) replay(free_[free_count_ - 1], kNever);
    stale_ = false;
  }

  [[gnu::noinline]] Micros pop_ties(Micros at, std::vector<Entry>& out) {
    order_.clear();
    while (time_of(keys_[1]) == at) {
      const std::size_t slot = slot_of(keys_[1]);
      const std::uint64_t order = sequence_[slot] << kSlotBits | slot;
      order_.push_back(std::uint64_t{entries_[slot].kind} << 56 | order);
      replay(slot, kNever);
    }
    std::sort(order_.begin(), order_.end());
    for (const std::uint64_t o : order_) {
      out.push_back(entries_[slot_of(o)]);
      free_[free_count_++] = static_cast<std::uint16_t>(slot_of(o));
    }
    return keys_[1] == kNever ? kNever : time_of(keys_[1]);
  }

  std::size_t slots_ = kMinSlots;           // in use, a power of two
  std::array<Micros, 2 * kMaxSlots> keys_;  // time and slot; 1: the winner; slots_ + s: slot s
  std::array<Entry, kMaxSlots> entries_;
  std::array<std::uint64_t, kMaxSlots> sequence_;  // order of pushing, 46 bits
  std::uint64_t next_sequence_ = 0;
  std::array<std::uint16_t, kMaxSlots> free_;  // a stack of slots
  std::size_t free_count_ = 0;
  bool stale_ = false;                // the slot on top of the stack still has its key
  std::vector<std::uint64_t> order_;  // scratch
};

// A few entries, sorted. For a handful this beats the tournament, whose paths have a fixed length.
template <class Entry>
class Run {
 public:
  static constexpr std::size_t kLoad = 24;  // what load() may bring
  static constexpr std::size_t kCapacity = 48;

  bool empty() const { return first_ == count_; }
  bool full() const { return count_ == kCapacity; }
  void clear() { first_ = count_ = 0; }

  // Fills an empty run with at most kLoad entries. The compare-and-swap chain has no branch to
  // mispredict, which is worth more than the fewer steps of a real insertion sort.
  void load(const Bucket<Entry>& bucket) {
    clear();
    bucket.each([&](const Entry& e) {
      entries_[count_] = e;
      Micros moving = micros(e.at) << kSlotBits | count_;
      for (std::size_t i = 0; i < count_; ++i) {
        const Micros here = keys_[i];
        keys_[i] = here < moving ? here : moving;
        moving = here < moving ? moving : here;
      }
      keys_[count_++] = moving;
    });
  }

  // Room for an entry of time `at`, for the caller to fill. Not full.
  Entry& add(Micros at) {
    const Micros key = at << kSlotBits | count_;
    std::size_t i = count_;
    for (; i > first_ && keys_[i - 1] > key; --i) keys_[i] = keys_[i - 1];
    keys_[i] = key;
    return entries_[count_++];
  }

  // As Tournament::pop, but in the order of pushing only.
  Micros pop(Micros at, std::vector<Entry>& out) {
    do {
      out.push_back(entry(first_++));
    } while (first_ < count_ && time_of(keys_[first_]) == at);
    return first_ < count_ ? time_of(keys_[first_]) : kNever;
  }

  // Removes every entry, visiting them in the order of time, then pushing.
  template <class Visit>
  void drain(Visit visit) {
    while (first_ < count_) visit(entry(first_++));
    clear();
  }

 private:
  static constexpr int kSlotBits = 6;
  static constexpr std::size_t kSlots = std::size_t{1} << kSlotBits;
  static_assert(kCapacity <= kSlots && kLoad < kCapacity);

  static Micros time_of(Micros key) { return key >> kSlotBits; }
  const Entry& entry(std::size_t rank) const { return entries_[keys_[rank] & (kSlots - 1)]; }

  std::size_t first_ = 0, count_ = 0;  // keys_[first_, count_) are pending
  std::array<Micros, kCapacity> keys_;
  std::array<Entry, kCapacity> entries_;
};

}  // namespace muster::event_queue_detail
