// The median of durations that come one by one, as Spark's MedianHeap keeps it (core/.../util/
// collection/MedianHeap.scala, 3.5): two heaps, the smaller half and the larger half.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

#include "sim/base/units.h"

namespace muster {

class RunningMedian {
 public:
  void add(Duration value) {
    if (smaller_.empty() || value <= smaller_.front()) {
      push(smaller_, value, std::less<>());
      if (smaller_.size() > larger_.size() + 1)
        push(larger_, pop(smaller_, std::less<>()), std::greater<>());
    } else {
      push(larger_, value, std::greater<>());
      if (larger_.size() > smaller_.size())
        push(smaller_, pop(larger_, std::greater<>()), std::less<>());
    }
  }
  std::size_t size() const { return smaller_.size() + larger_.size(); }
  // Of an even number the mean of the middle two. Not empty.
  Duration value() const {
    if (smaller_.size() > larger_.size()) return smaller_.front();
    return (smaller_.front() + larger_.front()) / 2;
  }

 private:
  template <class Order>
  static void push(std::vector<Duration>& heap, Duration value, Order order) {
    heap.push_back(value);
    std::push_heap(heap.begin(), heap.end(), order);
  }
  template <class Order>
  static Duration pop(std::vector<Duration>& heap, Order order) {
    std::pop_heap(heap.begin(), heap.end(), order);
    const Duration value = heap.back();
    heap.pop_back();
    return value;
  }

  std::vector<Duration> smaller_, larger_;  // as many, or one more of the smaller
};

}  // namespace muster
