// CHECK(condition, words...): a broken invariant of ours, never bad input. Always on; prints the
// place and the words and aborts, because a simulation that went wrong must not print a number.
#pragma once

#include <string>

namespace muster {

// Prints "file:line: CHECK failed: text" with `detail` to stderr and aborts.
[[noreturn]] void check_failed(const char* file, int line, const char* text,
                               const std::string& detail);

}  // namespace muster

#define MUSTER_CHECK(condition, detail)                                     \
  do {                                                                      \
    if (!(condition)) [[unlikely]]                                          \
      ::muster::check_failed(__FILE__, __LINE__, #condition, (detail));     \
  } while (false)
