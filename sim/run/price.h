// What the machines of a run cost: from their order to their end, or the end of the last
// application, by the price of their instance type.
#pragma once

#include "sim/base/units.h"
#include "sim/scenario/scenario.h"
#include "sim/timeline/result.h"

namespace muster {

// Fills Result::leases (one for each group of nodes with a known instance type) and Result::cost
// from Result::nodes; `end`: of the run. EMR's surcharge is in where the cloud is EMR. On-demand
// prices throughout: there is none for spot in the data, which a warning says.
void price(const Scenario& scenario, Time end, Result& result);

}  // namespace muster
