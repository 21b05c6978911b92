#pragma once

#include <string>

#include "sim/scenario/scenario.h"

namespace muster {

// The scenario as the text of a scenario file: fields in the order of sim/scenario/fields.h, those
// that hold their default left out, equal scenarios giving equal text. parse_scenario() of it gives
// an equal scenario, for values that a file can hold (no negative durations, UTF-8 texts).
std::string to_json(const Scenario& scenario);

}  // namespace muster
