// A workload written out in a scenario as an Application: durations drawn, rows laid out.
#pragma once

#include "sim/scenario/scenario.h"
#include "sim/workload/application.h"

namespace muster {

// `scenario.workload` must hold JobsWorkload and have passed validate(). Driver costs that the
// scenario leaves open take the defaults named in synthetic.cpp.
Application application_from(const Scenario& scenario);

}  // namespace muster
