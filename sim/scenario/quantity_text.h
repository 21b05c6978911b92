// Durations and amounts of data as a scenario file writes them: a number, which may have a
// fraction, and a unit. Spark's own settings keep Spark's own notation (sim/workload/conf.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/base/units.h"

namespace muster {

// us, ms, s, m, min, h, d, as in "250ms", "1.5 min". A part finer than a microsecond is rounded to
// the nearest one. Nothing where the text has another form, is negative, or passes Duration::max().
std::optional<Duration> parse_duration(std::string_view text);

// b, k, m, g, t, p, alone or followed by b or ib, capitals or not: "2g", "1.5GiB"; powers of 1024,
// as Spark has them. Rounded to whole bytes. Nothing as above, or from 2^62 bytes on.
std::optional<Bytes> parse_bytes(std::string_view text);

// The shortest exact text in the largest unit that fits: "90s", "1.5s", "2h"; "1536m", "1000b".
// Reading it gives the same value back, for values that are not negative.
std::string duration_literal(Duration value);
std::string bytes_literal(Bytes value);

}  // namespace muster
