#pragma once

#include <string>

namespace muster {

// The scenario file's JSON Schema (draft 7, which editors know best), made from the same table as
// the reader: sim/scenario/fields.h. It lists Spark's settings for completion, and refuses no
// other.
std::string json_schema();

}  // namespace muster
