// Where results go: files, and JSON for other programs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/options.h"
#include "sim/base/problems.h"
#include "sim/report/print.h"
#include "sim/timeline/result.h"
#include "sim/trace/health.h"

namespace muster::cli {

// What can be known before the work: outputs that would replace an input or each other, folders
// that are not there or may not be written. `inputs`: the paths that are read.
void check_outputs(const OutputOptions& options, const std::vector<std::string>& inputs,
                   Problems& problems);

// The same for one output file.
void check_output(const std::string& path, const std::vector<std::string>& inputs,
                  Problems& problems);

// Writes all files that are wanted, each whole or not at all. Ctrl-C waits for the end of it.
void write_outputs(const Result& result, const OutputOptions& options, Problems& problems);

// The same for a text.
void write_output(const std::string& path, std::string_view text, Problems& problems);

// How tables are printed: as the options and the terminal say.
PrintOptions print_options(const OutputOptions& options);

std::string to_json(const LogHealth& health);

}  // namespace muster::cli
