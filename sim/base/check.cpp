#include "sim/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace muster {

void check_failed(const char* file, int line, const char* text, const std::string& detail) {
  std::fprintf(stderr, "%s:%d: CHECK failed: %s%s%s\n", file, line, text,
               detail.empty() ? "" : ": ", detail.c_str());
  std::abort();
}

}  // namespace muster
