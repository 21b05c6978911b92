// What verbs take that show a run or hold two against each other: an event log, a scenario,
// which is simulated, or a result that --json wrote.
#pragma once

#include <optional>
#include <string>

#include "cli/options.h"
#include "sim/base/problems.h"
#include "sim/scenario/scenario.h"
#include "sim/timeline/result.h"
#include "sim/trace/health.h"

namespace muster::cli {

struct Side {
  Result result;
  std::optional<LogHealth> health;    // of an event log
  std::optional<Scenario> scenario;   // of a scenario
};

// From a file, a folder, a pipe or "-", standard input.
std::optional<Side> load_side(const std::string& path, const SimulationOptions& simulation,
                              const OutputOptions& output, Problems& problems);

// What to call a side: "logs/before/eventlog.zst" beside "logs/after/eventlog.zst" is "before".
std::string short_name(const std::string& path, const std::string& other);

}  // namespace muster::cli
