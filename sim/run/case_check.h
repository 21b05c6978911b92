// A recorded case simulated from its description alone, and held against the recording: times of
// jobs and stages, tasks per executor, localities, the order of launches, executors over time,
// failures, outcome. What Spark draws at random is compared as it can be: sorted, or as medians.
#pragma once

#include <optional>
#include <string>

#include "sim/run/validation.h"
#include "sim/run/recorded_case.h"
#include "sim/timeline/timeline.h"

namespace muster {

// The case.json in the log's folder, where it describes a program that can be simulated.
std::optional<RecordedCase> recorded_case_beside(const std::string& log);

void check_case(const RecordedCase& recorded, const Timeline& real,
                const ValidationOptions& options, ValidationCase& out);

}  // namespace muster
