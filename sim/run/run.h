// Scenario in, Result out: loads the workload, wires the models that the scenario names, simulates,
// sums up. The one door to the engine for the command line, the window and the planner.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "sim/base/problems.h"
#include "sim/scenario/scenario.h"
#include "sim/timeline/result.h"
#include "sim/trace/read_log.h"

namespace muster {

struct RunOptions {
  bool explain = false;  // fill Result::reasons
  // Simulated time reached and attempts launched so far; called from the thread that runs.
  std::function<void(Time, std::size_t)> progress;
  // Any thread may ask for a stop: the run then ends within a moment and gives nothing, not half a
  // result. A run that is not stopped does not depend on it.
  std::stop_token stop = {};
};

// Runs a scenario that read_scenario() and check_scenario() had no problems with. Nothing when the
// workload cannot be loaded, with `problems` telling why, or, without a problem, when
// RunOptions::stop came first. Never throws for bad input.
std::optional<Result> run(const Scenario& scenario, Problems& problems,
                          const RunOptions& options = {});

// Runs a recorded timeline again, with what `scenario` says differently: its conf entries replace
// the recorded ones, its executors (if it has any) and its driver costs likewise; pools, scheduler,
// seed and until are its own. LogWorkload::pinned decides about pinning.
std::optional<Result> replay(const Timeline& recorded, const Scenario& scenario,
                             Problems& problems, const RunOptions& options = {});

// A scenario that says in words and numbers what the recording was: conf, version, executors,
// driver costs. Its workload refers to `log_path`, or holds every task's duration (but no preferred
// places) if `self_contained`.
Scenario import_scenario(const Timeline& recorded, const std::string& log_path,
                         bool self_contained);

}  // namespace muster
