// What `muster run --json` wrote, read back to be shown and compared like a fresh run. No scenario
// is in it: its knobs cannot be turned.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/base/problems.h"
#include "sim/timeline/result.h"

namespace muster {

// By its first bytes: a document that --json wrote, of whichever verb.
bool is_json_output(std::string_view start);
bool is_json_output_file(const std::string& path);

// Of a document with the member "result", as `run --json` and `replay --json` write it. Problems:
// of another kind or version, or damaged. What of a timeline cannot be drawn is not in it (RDDs,
// SQL).
std::optional<Result> parse_result(std::string_view text, const std::string& file,
                                   Problems& problems);
std::optional<Result> read_result(const std::string& path, Problems& problems);

}  // namespace muster
