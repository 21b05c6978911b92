#pragma once

#include <istream>
#include <optional>
#include <string>

namespace muster {

// Everything that is left in the stream; nothing where reading fails (it is a directory, the disk
// is broken). Does not throw, as iterators over the stream would.
std::optional<std::string> read_all(std::istream& in);

}  // namespace muster
