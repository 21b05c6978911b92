// Foreign text inside our messages: a message stays one line, whatever the user's file holds.
#pragma once

#include <string>
#include <string_view>

namespace muster {

// Control characters become \xNN; everything else stays.
std::string printable(std::string_view text);

// printable() in double quotes, cut after 60 bytes, quotes and backslashes escaped.
std::string in_quotes(std::string_view text);

}  // namespace muster
