// What property tests draw (rapidcheck); to be called inside a property.
#pragma once

#include <rapidcheck.h>

namespace muster {

// Inclusive at both ends; the whole range from the first case on, not a part that grows.
inline int between(int low, int high) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(low, high + 1));
}
inline bool maybe() { return between(0, 1) == 1; }
inline bool seldom() { return between(0, 3) == 3; }

}  // namespace muster
