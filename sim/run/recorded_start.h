// A recorded start of an application (recorded/chapter: case.json with `master`, `deploy_mode`,
// `conf` and a program in words) as a scenario, and when its milestones were reached. The scenario
// knows the program as far as its words say it: the empty application is known to the task; of any
// other one only that it asks for executors.
#pragma once

#include <optional>
#include <string>

#include "sim/scenario/scenario.h"

namespace muster {

// From spark-submit; nothing: not recorded, or not to be told from the description.
struct StartTimes {
  std::optional<Duration> application_start, first_executor, context_ready, first_task;
};

struct RecordedStart {
  std::string name;
  std::string what;  // one sentence
  Scenario scenario;
  StartTimes measured;
};

// Nothing where the file describes no such start, or cannot be read.
std::optional<RecordedStart> read_recorded_start(const std::string& file);

}  // namespace muster
