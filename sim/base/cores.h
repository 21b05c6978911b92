// How many threads can run at once.
#pragma once

#include <cstddef>
#include <functional>

namespace muster {

// The cores that this process may use, 1 or more: on Linux those of its CPU set (taskset, a
// container's cpuset), which may be fewer than the machine has.
unsigned usable_cores();

// Calls `work` once for each index below `count`, on `threads` threads, this one among them; 0: one
// for each core that may be used. They are taken in order, by whichever thread is free.
void for_each_index(std::size_t count, unsigned threads,
                    const std::function<void(std::size_t)>& work);

}  // namespace muster
