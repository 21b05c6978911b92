// A pasted command line as the shell would split it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/problems.h"

namespace muster {

// Words of `text` after the rules of a POSIX shell for quotes, backslashes, continued lines and
// comments. A backslash continues the line also where copying left blanks behind it, and plain line
// ends separate words like blanks. Variables stay as written. Nothing, and a problem, where a quote
// does not end.
std::optional<std::vector<std::string>> shell_words(std::string_view text, Problems& problems);

}  // namespace muster
