// A binary heap of ids in which every element knows its place, so that any of them can be moved or
// removed in O(log n). `before(a, b)` is a strict total order of ids; `place(id)` is a reference to
// where the element's place is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace muster::indexed_heap {

// The element at `i` has changed: restores the order.
template <class Before, class Place>
void update(std::vector<std::uint32_t>& heap, std::size_t i, Before before, Place place) {
  const std::uint32_t moving = heap[i];
  const auto put = [&](std::size_t at, std::uint32_t id) {
    heap[at] = id;
    place(id) = static_cast<std::uint32_t>(at);
  };
  for (; i > 0 && before(moving, heap[(i - 1) / 2]); i = (i - 1) / 2) put(i, heap[(i - 1) / 2]);
  for (;;) {
    std::size_t child = 2 * i + 1;
    if (child >= heap.size()) break;
    if (child + 1 < heap.size() && before(heap[child + 1], heap[child])) ++child;
    if (!before(heap[child], moving)) break;
    put(i, heap[child]);
    i = child;
  }
  put(i, moving);
}

template <class Before, class Place>
void push(std::vector<std::uint32_t>& heap, std::uint32_t id, Before before, Place place) {
  heap.push_back(id);
  update(heap, heap.size() - 1, before, place);
}

template <class Before, class Place>
void remove(std::vector<std::uint32_t>& heap, std::size_t i, Before before, Place place) {
  const std::uint32_t last = heap.back();
  heap.pop_back();
  if (i == heap.size()) return;
  heap[i] = last;
  update(heap, i, before, place);
}

}  // namespace muster::indexed_heap
