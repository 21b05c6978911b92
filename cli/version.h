#pragma once

#include <string_view>

namespace muster::cli {

// The one in the root CMakeLists.txt; tests/cli_test.cpp checks that they agree.
inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace muster::cli
