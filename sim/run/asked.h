// What an application asks its cluster manager for before anything runs, and what there is room
// for.
#pragma once

#include <cstdint>
#include <string>

#include "sim/scenario/scenario.h"

namespace muster {

// The first application's executors in words: "2 executors with 4 cores and 8.0 GiB" where they are
// facts or follow from the master's rule; "asks for 20 executors with ..., room for 12" where a
// manager decides when there is a place.
std::string executors_text(const Scenario& scenario);

}  // namespace muster
