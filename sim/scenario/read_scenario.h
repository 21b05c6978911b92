// Scenario files: JSON in which // and /* */ comments may stand. Durations and sizes carry their
// unit ("90s", "4g"); the fields are those of sim/scenario/fields.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/base/problems.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/source_lines.h"

namespace muster {

// Reads the file at `path`, "-" for standard input. All that is wrong with its form is added to
// `problems`, duplicate fields first and then by line, each as
// {path, "line 12 /cluster/nodes/0/cores", what}; then there is no scenario. What the fields mean
// together is validate()'s business; `lines`, if given, lets it name lines too.
std::optional<Scenario> read_scenario(const std::string& path, Problems& problems,
                                      SourceLines* lines = nullptr);

// The same from text; `file` is only the name that problems and the scenario carry.
std::optional<Scenario> parse_scenario(std::string_view text, const std::string& file,
                                       Problems& problems, SourceLines* lines = nullptr);

// The path to open for the scenario's event log, which the file names relative to itself. Empty
// where the workload is no log.
std::string event_log_path(const Scenario& scenario);

}  // namespace muster
