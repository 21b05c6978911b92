#pragma once

#include "sim/base/problems.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/source_lines.h"

namespace muster {

// Adds everything that is wrong with the scenario's models, all at once, each at its JSON path
// (with the line where `lines` knows it): names that no row of the catalog has, parameters that the
// model has not, values out of range, and what the models themselves find. The rest is
// validate()'s.
void check_models(const Scenario& scenario, Problems& problems, const SourceLines* lines = nullptr);

}  // namespace muster
