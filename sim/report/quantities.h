// Quantities as people read them: short, with a unit, the same width class everywhere. Durations
// and counts: sim/base/words.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/base/units.h"
#include "sim/base/words.h"

namespace muster {

// "17 B", "1.5 KiB", "250 MiB", in powers of 1024.
std::string bytes_text(Bytes bytes);

// 0.123 -> "12.3 %"; "<0.1 %" for what is not zero but rounds to it.
std::string share_text(double share);

// With its sign: "+3.2 %", "-0.4 %", "+1,250 %", "0.0 %"; "-" for none.
std::string error_text(std::optional<double> error);

// "$0.0123", "$12.34".
std::string money_text(Money money);

}  // namespace muster
