// A recorded run of a sleeping-task program (case.json beside its event log) as a scenario: what a
// simulation is given of it. The schedule that was recorded is in the log, not here.
#pragma once

#include <optional>
#include <string>

#include "sim/scenario/scenario.h"

namespace muster {

struct RecordedCase {
  std::string name;
  std::string what;  // one sentence
  Scenario scenario;
  // The log is a piece of a longer application: its executors are there and warm from the start.
  bool is_slice = false;
  bool quiet = false;  // nothing else used the machine: its times can be trusted
};

// Nothing where the file describes no such program (other recordings have the program's text), or
// cannot be read: a simulation is then not possible, which is no error.
std::optional<RecordedCase> read_recorded_case(const std::string& file);

}  // namespace muster
