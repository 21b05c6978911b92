// The far part of EventQueue: a wheel of slots for entries that are not yet worth sorting.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/base/units.h"

namespace muster::event_queue_detail {

using Micros = std::uint64_t;
inline constexpr Micros kNever = ~Micros{0};
// Times share a word with a slot number in the near part; 2^53 us are 285 years.
inline constexpr Micros kHorizon = Micros{1} << 53;

inline Micros micros(Time at) { return static_cast<Micros>(at.in_micros()); }

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
    if (free_ == nullptr) [[unlikely]]
      grow(kSlab);
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
      for (const Entry *e = chunk->entries, *stop = end_in(chunk); e != stop; ++e) visit(*e);
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

  // Where places are measured from from now on: a time in the slot detached last (any time if the
  // wheel is empty) that is not later than what is pushed afterwards.
  void set_reference(Micros at) { reference_ = at; }

  void push(const Entry& entry) { add(micros(entry.at)) = entry; }

  // Room for an entry of time `at`, for the caller to fill: building it elsewhere and copying it
  // over stalls the processor (narrow stores, wide load).
  [[gnu::always_inline]] inline Entry& add(Micros at) {
    const int level = (63 - std::countl_zero((at ^ reference_) | 1)) / kDigit;
    const std::size_t slot = (at >> (level * kDigit)) & (kSlots - 1);
    Bucket<Entry>& bucket = buckets_[static_cast<std::size_t>(level) * kSlots + slot];
    if (bucket.write == bucket.end) [[unlikely]]
      extend(bucket, level, slot);
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
    bucket(place).each([&](const Entry& e) { earliest = std::min(earliest, micros(e.at)); });
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
  std::uint32_t levels_ = 0;                       // bit l: level l has entries
  std::array<std::uint64_t, kLevels> slots_ = {};  // bit s: slot s of the level has entries
  std::array<Bucket<Entry>, kLevels* kSlots> buckets_ = {};
  ChunkPool<Entry> pool_;
};

}  // namespace muster::event_queue_detail
