// The start of a recorded application simulated from its description, and held against when its
// driver, its executors and its first task really came. Repeats of the same start, recorded beside
// it under the same name but for "-r2", give the spread that a milestone must lie in.
#pragma once

#include <optional>
#include <string>

#include "sim/run/validation.h"
#include "sim/run/recorded_start.h"

namespace muster {

struct StartCase {
  RecordedStart recorded;
  std::vector<StartTimes> repeats;  // its own times among them
};

// The case.json in the log's folder, where it describes a start that can be simulated.
std::optional<StartCase> start_case_beside(const std::string& log);

// The error is that of the last milestone that is compared.
void check_start(const StartCase& start, const ValidationOptions& options, ValidationCase& out);

}  // namespace muster
