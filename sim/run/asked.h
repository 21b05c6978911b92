// What an application asks its cluster manager for before anything runs, and what there is room
// for.
#pragma once

#include <cstdint>
#include <string>

#include "sim/base/problems.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/source_lines.h"

namespace muster {

// The first application's executors in words: "2 executors with 4 cores and 8.0 GiB" where they are
// facts or follow from the master's rule; "asks for 20 executors with ..., room for 12" where a
// manager decides when there is a place.
std::string executors_text(const Scenario& scenario);

// What run() would find of the same before any task runs, each with its figures: a refusal at the
// submission, drivers and executors that no machine can hold, fewer than asked for. Of each
// application as if it were alone. Of a scenario without problems.
void foretell(const Scenario& scenario, Problems& warnings, const SourceLines* lines = nullptr);

}  // namespace muster
