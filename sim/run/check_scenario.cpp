#include "sim/run/check_scenario.h"

#include "models/check_models.h"
#include "models/doubts.h"
#include "sim/scenario/validate.h"

namespace muster {

void check_scenario(const Scenario& scenario, Problems& problems, const SourceLines* lines) {
  validate(scenario, problems, lines);
  check_models(scenario, problems, lines);
}

void doubt_scenario(const Scenario& scenario, Problems& warnings, const SourceLines* lines) {
  doubt_models(scenario, warnings, lines);
}

}  // namespace muster
