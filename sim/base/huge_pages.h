// Memory for long columns in pages of 2 MiB where the system offers them on request (Linux,
// transparent huge pages with madvise). A run with a million tasks writes each row of its columns
// once: with pages of 4 KiB the page faults took a tenth of its time.
#pragma once

#include <cstddef>
#include <vector>

namespace muster {

// At least `bytes`, aligned for any type; throws std::bad_alloc. Free with free_column.
void* allocate_column(std::size_t bytes);
void free_column(void* memory) noexcept;

template <class T>
struct ColumnAllocator {
  using value_type = T;

  ColumnAllocator() = default;
  template <class U>
  ColumnAllocator(const ColumnAllocator<U>&) noexcept {}

  T* allocate(std::size_t n) { return static_cast<T*>(allocate_column(n * sizeof(T))); }
  void deallocate(T* memory, std::size_t) noexcept { free_column(memory); }
  bool operator==(const ColumnAllocator&) const = default;
};

template <class T>
using Column = std::vector<T, ColumnAllocator<T>>;

}  // namespace muster
