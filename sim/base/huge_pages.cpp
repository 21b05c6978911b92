#include "sim/base/huge_pages.h"

#include <cstdlib>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace muster {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
// Below this a column may as well be small: what a huge page wastes is at most a quarter.
constexpr std::size_t kWorthIt = 4 * kHugePage;

}  // namespace

void* allocate_column(std::size_t bytes) {
  const bool huge = bytes >= kWorthIt;
  const std::size_t alignment = huge ? kHugePage : alignof(std::max_align_t);
  const std::size_t size = (bytes + alignment - 1) / alignment * alignment;
  void* memory = std::aligned_alloc(alignment, size > 0 ? size : alignment);
  if (!memory) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
  // A wish: where it is refused the memory is as good as any.
  if (huge) (void)madvise(memory, size, MADV_HUGEPAGE);
#endif
  return memory;
}

void free_column(void* memory) noexcept { std::free(memory); }

}  // namespace muster
