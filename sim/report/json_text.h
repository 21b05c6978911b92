// JSON written straight into a buffer, for outputs with a line for each task: no tree in between.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace muster {

// `text` with quotes, as JSON: quotes, backslashes and control characters escaped, bytes that are
// no UTF-8 replaced by U+FFFD.
void append_quoted(std::string& out, std::string_view text);
void append_number(std::string& out, std::int64_t number);
inline void append_flag(std::string& out, bool flag) { out += flag ? "true" : "false"; }

// Length in bytes of the valid UTF-8 sequence at the front of `text`; 0: it is not valid.
std::size_t utf8_length(std::string_view text);

}  // namespace muster
