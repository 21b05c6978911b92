#include "sim/scenario/source_lines.h"

#include <algorithm>

namespace muster {

void SourceLines::sort() { std::ranges::sort(lines_); }

std::string SourceLines::where(const std::string& path) const {
  std::string known = path;
  for (;;) {
    const auto at = std::ranges::lower_bound(
        lines_, known, {}, [](const auto& entry) -> const std::string& { return entry.first; });
    if (at != lines_.end() && at->first == known) {
      std::string out = "line " + std::to_string(at->second);
      return path.empty() ? out : out + " " + path;
    }
    if (known.empty()) return path;
    known.resize(known.rfind('/') == known.npos ? 0 : known.rfind('/'));
  }
}

}  // namespace muster
