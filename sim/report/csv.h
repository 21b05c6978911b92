// A timeline as CSV tables (RFC 4180, UTF-8, a header line, \n at line ends): applications.csv,
// executors.csv, jobs.csv, stages.csv and tasks.csv.
#pragma once

#include <string>

#include "sim/base/problems.h"
#include "sim/timeline/timeline.h"

namespace muster {

// Writes the five files into `folder`, which is made if it is missing. Times are whole milliseconds
// of the timeline's clock (columns ..._ms); what has not happened is an empty cell, as are the
// amounts of attempts without metrics. Each file appears whole or not at all; what went wrong with
// any of them is in `problems`.
void write_csv(const std::string& folder, const Timeline& timeline, Problems& problems);

}  // namespace muster
