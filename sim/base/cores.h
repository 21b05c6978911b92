// How many threads can run at once.
#pragma once

namespace muster {

// The cores that this process may use, 1 or more: on Linux those of its CPU set (taskset, a
// container's cpuset), which may be fewer than the machine has.
unsigned usable_cores();

}  // namespace muster
