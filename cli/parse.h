// The command line's grammar.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"

namespace muster::cli {

struct Parsed {
  std::optional<Command> command;
  int exit_code = 0;  // where there is no command: help was printed, or what is wrong
};

// `words` are the arguments after the program's name. Prints help to standard output, and what is
// wrong to standard error.
Parsed parse(const std::vector<std::string>& words);

}  // namespace muster::cli
