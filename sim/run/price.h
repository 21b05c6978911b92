// What the machines of a run cost: from their order to their end, or the end of the last
// application, by the price of their instance type.
#pragma once

#include "sim/base/units.h"
#include "sim/scenario/scenario.h"
#include "sim/timeline/result.h"

namespace muster {

// Fills Result::leases (one for each group of nodes whose instance type has a price) and
// Result::cost from Result::nodes; `end`: of the run. A machine that was reclaimed is paid for
// until then. EMR's surcharge is in where the cloud is EMR, on spot too. Spot machines have the
// price that the scenario gives; without one they are counted as on demand, which a warning says.
void price(const Scenario& scenario, Time end, Result& result);

}  // namespace muster
