// Quantities as people read them: short, with a unit, the same width class everywhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/base/units.h"

namespace muster {

// "850 µs", "43 ms", "1.23 s", "12.3 s", "2 min 03 s", "1 h 04 min", "3 d 04 h"; "-" in front of a
// negative one; "0 s" for nothing. Rounded, so "59.97 s" is "1 min 00 s".
std::string duration_text(Duration duration);

// "17 B", "1.5 KiB", "250 MiB", in powers of 1024.
std::string bytes_text(Bytes bytes);

// 1234567 -> "1,234,567".
std::string count_text(std::uint64_t count);

// 0.123 -> "12.3 %"; "<0.1 %" for what is not zero but rounds to it.
std::string share_text(double share);

// With its sign: "+3.2 %", "-0.4 %", "+1,250 %", "0.0 %"; "-" for none.
std::string error_text(std::optional<double> error);

// "$0.0123", "$12.34".
std::string money_text(Money money);

}  // namespace muster
