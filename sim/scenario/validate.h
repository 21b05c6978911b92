#pragma once

#include "sim/base/problems.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/source_lines.h"

namespace muster {

// Adds everything about the scenario that makes no sense, whatever door it came in by: values out
// of the ranges in sim/scenario/fields.h, names that name nothing, cycles, counts that do not
// match, settings that Spark would refuse. No new problem: it can run. Each problem's file is the
// scenario's, its place the JSON path, with the line where `lines` (of the same file) knows it.
void validate(const Scenario& scenario, Problems& problems, const SourceLines* lines = nullptr);

}  // namespace muster
