// A source file as the tidy rules see it: lines as written, and the same lines with everything
// that is not code (comments, strings) blanked out. A lexer for the C++ of this house, not for all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace muster::tidy {

struct Source {
  std::string path;                // from the project's root: "sim/base/units.h"
  std::vector<std::string> lines;  // as written, without line ends
  std::vector<std::string> code;   // the same columns, comments and literals blanked
};

struct Include {
  int line;          // from 1
  std::string name;  // "sim/base/units.h", "vector"
  bool quoted;       // "..." and not <...>
};

// A function's first line is that of its signature, its last that of its closing brace.
struct Function {
  int first;
  int last;
};

Source parse(std::string path, std::string_view text);
std::vector<Include> includes(const Source& source);
// Named functions, methods and lambdas that start at namespace or class scope; not the tables.
std::vector<Function> functions(const Source& source);
// Lines from the first to the last, without those inside a raw string: they are data.
int length(const Source& source, const Function& function);

// Does `text` hold `word` with no letter, digit or underscore on either side?
bool has_word(std::string_view text, std::string_view word);

}  // namespace muster::tidy
