// The house's laws about its own text: who may include whom, sizes, names that are not welcome.
// A finding is one line, "file:line: reason"; no findings means tidy.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/tidy_source.h"

namespace muster::tidy {

using Findings = std::vector<std::string>;

// The include table of the design: room -> the rooms it may enter besides itself. `models` enters
// the engine through its ports only, `cli` enters `gui` through gui/entry.h only.
using Table = std::map<std::string, std::set<std::string>, std::less<>>;
const Table& room_table();

// The room of a path: "base" for sim/base/units.h, "models", "cli", "gui", "tests"; else empty.
std::string room_of(std::string_view path);

// The same table as the link lines of the root CMakeLists.txt say it.
Table rooms_in_cmake(std::string_view text);

// All rules that need one file only.
Findings check_file(const Source& source);
// The rules of text, for files that are not C++ too: machine paths and left-over marks.
Findings check_text(const std::string& path, const std::vector<std::string>& lines);
// The limits of lines and files, likewise.
Findings check_lines(const std::string& path, const std::vector<std::string>& lines);
// The rules that need all files: headers that nobody includes, one file for CLI11.
Findings check_tree(const std::vector<Source>& sources);

}  // namespace muster::tidy
