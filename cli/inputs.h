// Where timelines and scenarios come from: files, standard input, the command line itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.h"
#include "sim/base/problems.h"
#include "sim/run/content.h"
#include "sim/scenario/scenario.h"
#include "sim/timeline/result.h"
#include "sim/trace/read_log.h"

namespace muster::cli {

// A problem if "-" is there more than once: standard input can be read once.
void refuse_standard_input_twice(const std::vector<std::string>& paths, Problems& problems);

// Standard input and pipes are read once, whole: what they hold shows only then. Nothing for paths
// that can be looked at first.
std::optional<std::string> streamed_text(const std::string& path);
Content content_of_text(std::string_view text);

std::optional<LogRead> load_log(const std::string& path, bool quiet, Problems& problems);

// A scenario that can run, with what the options change; else every problem at once. `warnings`, if
// given, gets what of it does nothing.
std::optional<Scenario> load_scenario(const std::string& path, const SimulationOptions& options,
                                      Problems& problems, Problems* warnings = nullptr);
// The same from a text; `file` is only its name.
std::optional<Scenario> parse_and_validate(std::string_view text, const std::string& file,
                                           const SimulationOptions& options, Problems& problems);
// What `base` runs, as a spark-submit command line sets it up; `warnings` gets what of it does
// nothing.
std::optional<Scenario> load_submit(const std::string& command_line, const Scenario& base,
                                    const SimulationOptions& options, Problems& problems,
                                    Problems& warnings);

void apply(const SimulationOptions& options, Scenario& scenario);

// Runs a scenario; one that replays a log warns of what is wrong with the log.
std::optional<Result> simulate(const Scenario& scenario, const OutputOptions& options,
                               Problems& problems);
// Runs a recording again.
std::optional<Result> simulate_again(const Timeline& recorded, const Scenario& scenario,
                                     const OutputOptions& options, Problems& problems);

// What is wrong with a log, a sentence each; also what is merely worth knowing if `all`.
std::vector<std::string> health_lines(const LogHealth& health, bool all);

}  // namespace muster::cli
