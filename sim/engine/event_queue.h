// The pending events of a run in the total order (time, kind, order of pushing), for a simulation
// that only goes forward: nothing is pushed before the instant that was popped last.
//
// Structure, after the ladder queue (Tang 2005) and the radix heap (Ahuja 1990):
//   far    a wheel of 64-slot levels. An entry lies on the level of the highest 6-bit digit in which
//          its time differs from a reference that is never in the future, in the slot of that digit;
//          so the lowest slot of the lowest level holds the earliest entries, and the entries of a
//          slot move to lower levels once the reference gets there. Slots are lists of chunks:
//          moving is sequential, and the chunks come from a pool.
//   near   everything before `edge_`, where entries compete one by one: a tournament tree of 128
//          players (also all there is while few entries are pending), or, for a handful of entries,
//          a sorted run.
// Entries of one time always share a slot in the order of pushing, so no sequence number is stored
// in the far part.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

#include "sim/base/check.h"
#include "sim/base/units.h"

namespace muster {
namespace event_queue_detail {

using Micros = std::uint64_t;
inline constexpr Micros kNever = ~Micros{0};
// Times share a word with a slot number below; 2^55 us are 1141 years.
inline constexpr Micros kHorizon = Micros{1} << 55;

// Entries in the order of pushing, in chunks of a shared pool.
template <class Entry>
struct Chunk {
  static constexpr std::size_t kEntries = 32;
  Chunk* next;
  Entry entries[kEntries];
};

template <class Entry>
class ChunkPool {
 public:
  Chunk<Entry>* take() {
    if (free_ == nullptr) [[unlikely]] grow(kSlab);
    Chunk<Entry>* chunk = free_;
    free_ = chunk->next;
    chunk->next = nullptr;
    return chunk;
  }
  void give(Chunk<Entry>* chunk) {
    chunk->next = free_;
    free_ = chunk;
  }
  void grow(std::size_t chunks) {
    slabs_.push_back(std::make_unique_for_overwrite<Chunk<Entry>[]>(chunks));
    for (std::size_t i = chunks; i-- > 0;) give(&slabs_.back()[i]);
    chunks_ += chunks;
  }
  std::size_t chunks() const { return chunks_; }

 private:
  static constexpr std::size_t kSlab = 64;
  Chunk<Entry>* free_ = nullptr;
  std::size_t chunks_ = 0;
  std::vector<std::unique_ptr<Chunk<Entry>[]>> slabs_;
};

template <class Entry>
struct Bucket {
  Entry* write = nullptr;  // where the next entry goes; == end: no room
  Entry* end = nullptr;
  Chunk<Entry>* first = nullptr;
  Chunk<Entry>* last = nullptr;

  const Entry* end_in(const Chunk<Entry>* chunk) const {
    return chunk == last ? write : chunk->entries + Chunk<Entry>::kEntries;
  }
  template <class Visit>
  void each(Visit visit) const {
    for (const Chunk<Entry>* chunk = first; chunk != nullptr; chunk = chunk->next)
      for (const Entry* e = chunk->entries; e != end_in(chunk); ++e) visit(*e);
  }
  void append_to(std::vector<Entry>& out) const {
    for (const Chunk<Entry>* chunk = first; chunk != nullptr; chunk = chunk->next)
      out.insert(out.end(), chunk->entries, end_in(chunk));
  }
  // The number of entries, or some number above `limit` if there are more than that.
  std::size_t count(std::size_t limit) const {
    std::size_t n = 0;
    for (const Chunk<Entry>* chunk = first; chunk != nullptr && n <= limit; chunk = chunk->next)
      n += static_cast<std::size_t>(end_in(chunk) - chunk->entries);
    return n;
  }
};

template <class Entry>
class Wheel {
 public:
  struct Place {
    int level;
    std::uint32_t slot;
  };

  // Where later entries are measured from. Must not pass the earliest entry, and must share the
  // digits above the level of every slot emptied since.
  void set_reference(Micros at) { reference_ = at; }

  void push(const Entry& entry) { add(static_cast<Micros>(entry.at.in_micros())) = entry; }

  // Room for an entry of time `at`, for the caller to fill: building it elsewhere and copying it
  // over stalls the processor (narrow stores, wide load).
  Entry& add(Micros at) {
    const int level = (63 - std::countl_zero((at ^ reference_) | 1)) / kDigit;
    const std::size_t slot = (at >> (level * kDigit)) & (kSlots - 1);
    Bucket<Entry>& bucket = buckets_[static_cast<std::size_t>(level) * kSlots + slot];
    if (bucket.write == bucket.end) [[unlikely]] extend(bucket, level, slot);
    return *bucket.write++;
  }

  bool empty() const { return levels_ == 0; }

  // The lowest slot that has entries; they are earlier than all others. Not empty.
  Place lowest() const {
    const int level = std::countr_zero(levels_);
    return {level, static_cast<std::uint32_t>(std::countr_zero(slots_[level]))};
  }

  // kNever if empty. Scans the lowest slot.
  Micros earliest() const {
    if (levels_ == 0) return kNever;
    const Place place = lowest();
    if (place.level == 0) return (reference_ & ~Micros{kSlots - 1}) | place.slot;
    Micros earliest = kNever;
    bucket(place).each([&](const Entry& e) {
      earliest = std::min(earliest, static_cast<Micros>(e.at.in_micros()));
    });
    return earliest;
  }

  // Takes the entries of `place` out of the wheel; hand them back with release().
  Bucket<Entry> detach(Place place) {
    Bucket<Entry>& bucket = buckets_[index(place)];
    const Bucket<Entry> detached = bucket;
    bucket = {};
    slots_[place.level] &= slots_[place.level] - 1;
    if (slots_[place.level] == 0) levels_ &= levels_ - 1;
    return detached;
  }
  void release(const Bucket<Entry>& detached) {
    for (Chunk<Entry>* chunk = detached.first; chunk != nullptr;) {
      Chunk<Entry>* next = chunk->next;
      pool_.give(chunk);
      chunk = next;
    }
  }

  // The first time after those that share `at`'s slot on a level.
  static Micros end_of_slot(Micros at, int level) {
    return ((at >> (level * kDigit)) + 1) << (level * kDigit);
  }

  void reserve(std::size_t entries) {
    const std::size_t chunks = entries / Chunk<Entry>::kEntries + kSlots * 4;
    if (chunks > pool_.chunks()) pool_.grow(chunks - pool_.chunks());
  }
  std::size_t memory_bytes() const { return pool_.chunks() * sizeof(Chunk<Entry>); }

 private:
  static constexpr int kDigit = 6;
  static constexpr std::size_t kSlots = std::size_t{1} << kDigit;
  static constexpr std::size_t kLevels = 10;  // 60 bits, above kHorizon

  static std::size_t index(Place place) {
    return static_cast<std::size_t>(place.level) * kSlots + place.slot;
  }
  const Bucket<Entry>& bucket(Place place) const { return buckets_[index(place)]; }

  void extend(Bucket<Entry>& bucket, int level, std::size_t slot) {
    Chunk<Entry>* chunk = pool_.take();
    if (bucket.first == nullptr) {
      bucket.first = chunk;
      slots_[level] |= std::uint64_t{1} << slot;
      levels_ |= std::uint32_t{1} << level;
    } else {
      bucket.last->next = chunk;
    }
    bucket.last = chunk;
    bucket.write = chunk->entries;
    bucket.end = chunk->entries + Chunk<Entry>::kEntries;
  }

  Micros reference_ = 0;
  std::uint32_t levels_ = 0;                      // bit l: level l has entries
  std::array<std::uint64_t, kLevels> slots_ = {};  // bit s: slot s of the level has entries
  std::array<Bucket<Entry>, kLevels * kSlots> buckets_ = {};
  ChunkPool<Entry> pool_;
};

// A winner tree over 128 slots: a push or a pop replays one path of seven matches, without a branch.
// A popped slot keeps its stale key until the next push overwrites it or the next pop removes it,
// so that the pair "pop one, push one" replays one path, not two.
template <class Entry>
class Tournament {
 public:
  static constexpr std::size_t kSlots = 128;

  Tournament() { clear(); }
  void clear() {
    keys_.fill(kNever);
    for (std::size_t i = 0; i < kSlots; ++i) free_[i] = static_cast<std::uint8_t>(kSlots - 1 - i);
    free_count_ = kSlots;
    stale_ = false;
  }
  bool empty() const { return free_count_ == kSlots; }
  bool full() const { return free_count_ == 0; }

  void push(const Entry& entry) { add(static_cast<Micros>(entry.at.in_micros())) = entry; }
  // Room for an entry of time `at`, for the caller to fill. Not full.
  Entry& add(Micros at) {
    const std::size_t slot = free_[--free_count_];
    stale_ = false;
    sequence_[slot] = next_sequence_++;
    replay(slot, at << kSlotBits | slot);
    return entries_[slot];
  }

  // Fills an empty tournament with at most kSlots entries, at about one match each.
  void load(const Bucket<Entry>& bucket) {
    drop_stale();
    std::size_t n = 0;
    bucket.each([&](const Entry& e) {
      entries_[n] = e;
      sequence_[n] = next_sequence_++;
      keys_[kSlots + n] = key(e, n);
      ++n;
    });
    for (std::size_t i = 0; i < kSlots; ++i) free_[i] = static_cast<std::uint8_t>(kSlots - 1 - i);
    free_count_ = kSlots - n;
    std::size_t width = n;
    for (std::size_t base = kSlots / 2; base > 0; base /= 2) {
      width = (width + 1) / 2;
      for (std::size_t i = base; i < base + width; ++i)
        keys_[i] = std::min(keys_[2 * i], keys_[2 * i + 1]);
    }
  }

  // Appends the entries of the earliest instant `at` to `out`, ordered by (kind, sequence), and
  // returns the next instant, or kNever. Not empty.
  Micros pop(Micros at, std::vector<Entry>& out) {
    drop_stale();
    const std::size_t slot = keys_[1] & (kSlots - 1);
    const Micros rest = best_but(slot);
    if (time_of(rest) == at) [[unlikely]] return pop_ties(at, out);
    out.push_back(entries_[slot]);
    free_[free_count_++] = static_cast<std::uint8_t>(slot);
    stale_ = true;
    return rest == kNever ? kNever : time_of(rest);
  }

  // Removes every entry, visiting them in the order of pushing.
  template <class Visit>
  void drain(Visit visit) {
    drop_stale();
    std::array<std::uint64_t, kSlots> order;
    std::size_t n = 0;
    for (std::size_t slot = 0; slot < kSlots; ++slot)
      if (keys_[kSlots + slot] != kNever) order[n++] = sequence_[slot] << kSlotBits | slot;
    std::sort(order.begin(), order.begin() + n);
    for (std::size_t i = 0; i < n; ++i) visit(entries_[order[i] & (kSlots - 1)]);
    clear();
  }

 private:
  static constexpr int kSlotBits = 7;

  static Micros key(const Entry& entry, std::size_t slot) {
    return static_cast<Micros>(entry.at.in_micros()) << kSlotBits | slot;
  }
  static Micros time_of(Micros key) { return key >> kSlotBits; }

  void replay(std::size_t slot, Micros key) {
    std::size_t i = slot + kSlots;
    keys_[i] = key;
#pragma GCC unroll 8
    for (int match = 0; match < kSlotBits; ++match) {
      const Micros other = keys_[i ^ 1];
      key = other < key ? other : key;
      i >>= 1;
      keys_[i] = key;
    }
  }
  Micros best_but(std::size_t slot) const {
    std::size_t i = slot + kSlots;
    Micros best = kNever;
#pragma GCC unroll 8
    for (int match = 0; match < kSlotBits; ++match) {
      const Micros other = keys_[i ^ 1];
      best = other < best ? other : best;
      i >>= 1;
    }
    return best;
  }
  void drop_stale() {
    if (stale_) replay(free_[free_count_ - 1], kNever);
    stale_ = false;
  }

  [[gnu::noinline]] Micros pop_ties(Micros at, std::vector<Entry>& out) {
    std::array<std::uint64_t, kSlots> order;
    std::size_t n = 0;
    while (time_of(keys_[1]) == at) {
      const std::size_t slot = keys_[1] & (kSlots - 1);
      order[n++] = std::uint64_t{entries_[slot].kind} << 56 | sequence_[slot] << kSlotBits | slot;
      replay(slot, kNever);
    }
    std::sort(order.begin(), order.begin() + n);
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t slot = order[i] & (kSlots - 1);
      out.push_back(entries_[slot]);
      free_[free_count_++] = static_cast<std::uint8_t>(slot);
    }
    return keys_[1] == kNever ? kNever : time_of(keys_[1]);
  }

  std::array<Micros, 2 * kSlots> keys_;  // 1: the winner; kSlots + s: slot s
  std::array<Entry, kSlots> entries_;
  std::array<std::uint64_t, kSlots> sequence_;  // order of pushing
  std::uint64_t next_sequence_ = 0;
  std::array<std::uint8_t, kSlots> free_;  // a stack
  std::size_t free_count_;
  bool stale_;  // the slot on top of the stack still has its key
};

// A few entries, sorted. For a handful this beats the tournament, whose paths have a fixed length.
template <class Entry>
class Run {
 public:
  static constexpr std::size_t kLoad = 16;  // what load() may bring
  static constexpr std::size_t kCapacity = 32;

  bool empty() const { return first_ == count_; }
  bool full() const { return count_ == kCapacity; }
  void clear() { first_ = count_ = 0; }

  // Fills an empty run with at most kLoad entries. The compare-and-swap chain has no branch to
  // mispredict, which is worth more than the fewer steps of a real insertion sort.
  void load(const Bucket<Entry>& bucket) {
    clear();
    bucket.each([&](const Entry& e) {
      entries_[count_] = e;
      Micros moving = key(e, count_);
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

  // As Tournament::pop, but ordered by sequence only.
  Micros pop(Micros at, std::vector<Entry>& out) {
    do {
      out.push_back(entries_[keys_[first_++] & (kSlotLimit - 1)]);
    } while (first_ < count_ && time_of(keys_[first_]) == at);
    return first_ < count_ ? time_of(keys_[first_]) : kNever;
  }

  template <class Visit>
  void drain(Visit visit) {
    for (; first_ < count_; ++first_) visit(entries_[keys_[first_] & (kSlotLimit - 1)]);
    clear();
  }

 private:
  static constexpr int kSlotBits = 5;
  static constexpr std::size_t kSlotLimit = std::size_t{1} << kSlotBits;
  static_assert(kCapacity <= kSlotLimit && kLoad < kCapacity);

  static Micros key(const Entry& entry, std::size_t slot) {
    return static_cast<Micros>(entry.at.in_micros()) << kSlotBits | slot;
  }
  static Micros time_of(Micros key) { return key >> kSlotBits; }

  std::size_t first_ = 0, count_ = 0;  // keys_[first_, count_) are pending
  std::array<Micros, kCapacity> keys_;
  std::array<Entry, kCapacity> entries_;
};

}  // namespace event_queue_detail

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

  // `at` is not before the instant popped last. O(1) amortised.
  void push(Time at, std::uint8_t kind, Payload payload) {
    const Micros when = static_cast<Micros>(at.in_micros());
    MUSTER_CHECK(when - now_ < event_queue_detail::kHorizon - now_, "event outside time");
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

  // Replaces `out` by every entry of the earliest instant, ordered by kind, then by pushing. Entries
  // pushed at that instant from now on form a later batch. No effect but on `out` if empty.
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
  std::size_t memory_bytes() const { return sizeof(*this) + wheel_.memory_bytes(); }

 private:
  using Micros = event_queue_detail::Micros;
  using Bucket = event_queue_detail::Bucket<Entry>;
  using Tournament = event_queue_detail::Tournament<Entry>;
  using Run = event_queue_detail::Run<Entry>;

  // A slot of up to this many entries is not split further; half of the tournament, to leave room.
  static constexpr std::size_t kNear = Tournament::kSlots / 2;

  bool near_empty() const { return run_is_near_ ? run_.empty() : tournament_.empty(); }
  Entry& add(Micros at) {
    if (at >= edge_) return wheel_.add(at);
    if (run_is_near_ || tournament_.full()) [[unlikely]] return add_near(at);
    return tournament_.add(at);
  }
  Entry& add_near(Micros at);
  bool refill(std::vector<Entry>& out);
  void gather_all();
  void sort_by_kind(std::vector<Entry>& entries);

  std::size_t size_ = 0;
  Micros now_ = 0;                             // the instant popped last
  Micros next_ = event_queue_detail::kNever;   // the earliest entry
  Micros edge_ = event_queue_detail::kNever;   // entries before it are near, others in the wheel
  bool run_is_near_ = false;                   // which of the two holds the near entries
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
  wheel_.set_reference(now_);
  edge_ = now_;
  tournament_.drain([&](const Entry& e) { wheel_.push(e); });
  return wheel_.add(at);
}

// Brings the earliest entries near; or, if they are known to be of one instant, straight to `out`,
// and then returns true.
template <class Payload>
[[gnu::noinline]] bool EventQueue<Payload>::refill(std::vector<Entry>& out) {
  if (size_ <= kNear) return gather_all(), false;
  for (;;) {
    const auto place = wheel_.lowest();
    const Bucket bucket = wheel_.detach(place);
    wheel_.set_reference(now_);
    const std::size_t n = bucket.count(kNear);
    edge_ = wheel_.end_of_slot(now_, place.level);
    if (place.level == 0) {
      edge_ = now_;
      bucket.append_to(out);
      sort_by_kind(out);
    } else if (n <= Run::kLoad) {
      run_.load(bucket);
      run_is_near_ = true;
    } else if (n <= kNear) {
      tournament_.load(bucket);
      run_is_near_ = false;
    } else {
      bucket.each([&](const Entry& e) { wheel_.push(e); });
      wheel_.release(bucket);
      continue;
    }
    wheel_.release(bucket);
    return place.level == 0;
  }
}

template <class Payload>
void EventQueue<Payload>::gather_all() {
  run_is_near_ = false;
  edge_ = event_queue_detail::kNever;
  while (!wheel_.empty()) {
    const Bucket bucket = wheel_.detach(wheel_.lowest());
    bucket.each([&](const Entry& e) { tournament_.push(e); });
    wheel_.release(bucket);
  }
}

// Stable. Few entries, mostly in order already: look first, insert if few, else count kinds.
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
