#include "sim/run/check_scenario.h"

#include "models/check_models.h"
#include "sim/scenario/validate.h"

namespace muster {

void check_scenario(const Scenario& scenario, Problems& problems, const SourceLines* lines) {
  validate(scenario, problems, lines);
  check_models(scenario, problems, lines);
}

}  // namespace muster
