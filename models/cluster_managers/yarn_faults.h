// What a ResourceManager does not start with, or refuses of an application, that can be told before
// anything runs.
#pragma once

#include <string>
#include <vector>

#include "models/fault.h"
#include "sim/scenario/scenario.h"

namespace muster {

// One application's settings, and where in the scenario they stand.
struct YarnUse {
  Conf conf;
  std::string path;        // "/spark/conf", "/applications/1/conf"
  std::string queue_path;  // of its queue
};
std::vector<YarnUse> yarn_uses(const Scenario& scenario);

// What runs, and perhaps not as meant: words of the other scheduler, queues that the FairScheduler
// makes.
ModelFaults yarn_doubts(const ModelChoice& choice, const Scenario& scenario);
// Queues: settings, sums, names that applications use. Node labels that no node has. `scenario` as
// its cloud completes it.
ModelFaults yarn_faults(const ModelChoice& choice, const Scenario& scenario);

}  // namespace muster
