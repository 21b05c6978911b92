// Amounts as people read them, for every room that tells a reason.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/units.h"

namespace muster {

// "850 µs", "43 ms", "1.23 s", "12.3 s", "2 min 03 s", "1 h 04 min", "3 d 04 h"; "-" in front of a
// negative one; "0 s" for nothing. Rounded, so "59.97 s" is "1 min 00 s".
std::string duration_text(Duration duration);

// 1234567 -> "1,234,567".
std::string count_text(std::uint64_t count);

// "1 core", "1,200 cores": with the count, and an s where it is not one.
std::string counted(std::uint64_t count, std::string_view noun);

}  // namespace muster
