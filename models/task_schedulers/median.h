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
  // Costs nothing but its place until the first value() that is asked for: Spark's speculation asks
  // when three quarters of the tasks have succeeded.
  void add(Duration value) {
    if (asked_)
      add_to_heaps(value);
    else
      smaller_.push_back(value);
  }
  std::size_t size() const { return smaller_.size() + larger_.size(); }
  // Of an even number the mean of the middle two. Not empty.
  Duration value() {
    if (!asked_) make_heaps();
    if (smaller_.size() > larger_.size()) return smaller_.front();
    return (smaller_.front() + larger_.front()) / 2;
  }

 private:
  void make_heaps() {
    asked_ = true;
    const auto middle =
        smaller_.begin() + static_cast<std::ptrdiff_t>((smaller_.size() + 1) / 2);
    if (middle != smaller_.end()) std::nth_element(smaller_.begin(), middle, smaller_.end());
    larger_.assign(middle, smaller_.end());
    smaller_.erase(middle, smaller_.end());
    std::make_heap(smaller_.begin(), smaller_.end(), std::less<>());
    std::make_heap(larger_.begin(), larger_.end(), std::greater<>());
  }
  void add_to_heaps(Duration value) {
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

  bool asked_ = false;
  // As many, or one more of the smaller; before the first question all, in `smaller_`.
  std::vector<Duration> smaller_, larger_;
};

}  // namespace muster
