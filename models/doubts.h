// What of a scenario does nothing, or not what it looks like, though Spark and Muster would run it.
#pragma once

#include "sim/base/problems.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/source_lines.h"

namespace muster {

// Adds a warning for each, at its JSON path (with the line where `lines` knows it). Of a scenario
// that check_models() finds nothing wrong with.
void doubt_models(const Scenario& scenario, Problems& warnings,
                  const SourceLines* lines = nullptr);

}  // namespace muster
