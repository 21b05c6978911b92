// What the descriptions of recordings (case.json) have in common: units in milliseconds, fields
// that may be missing.
#pragma once

#include <optional>
#include <string>

#include "sim/base/units.h"
#include "sim/scenario/json_tree.h"

namespace muster::recorded {

// Nothing where the file cannot be read or is no JSON: it then describes nothing; no error.
std::optional<JsonNode> read_description(const std::string& file);

// Of a node that may be null or of another kind: the fallback, nothing, or empty.
double number(const JsonNode* node, double fallback);
std::optional<Duration> millis(const JsonNode* node);
std::string text(const JsonNode* node);

}  // namespace muster::recorded
