#pragma once

#include <istream>
#include <optional>
#include <string>

namespace muster {

// Everything that is left in the stream; nothing where reading fails (it is a directory, the disk
// is broken). Does not throw, as iterators over the stream would.
std::optional<std::string> read_all(std::istream& in);

// The last part of a path, with or without a slash behind it: without its folders, which are no
// business of those that a page is sent to.
std::string file_name(const std::string& path);

}  // namespace muster
