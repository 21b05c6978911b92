#include "sim/trace/lines.h"

#include <cstring>

namespace muster {

bool Lines::next(Line& line) {
  const void* at = rest_.empty() ? nullptr : std::memchr(rest_.data(), '\n', rest_.size());
  if (!at) return next_across_pieces(line);
  const std::size_t length = static_cast<std::size_t>(static_cast<const char*>(at) - rest_.data());
  give(line, rest_.substr(0, length), true);
  rest_.remove_prefix(length + 1);
  return true;
}

bool Lines::next_across_pieces(Line& line) {
  kept_.clear();
  overflow_ = false;
  bool any = !rest_.empty();
  bool ended = false;
  keep(rest_);
  for (;;) {
    rest_ = chunks_.next();
    if (rest_.empty()) break;
    any = true;
    bytes_ += rest_.size();
    const std::size_t length = rest_.find('\n');
    keep(rest_.substr(0, length));
    if (length == std::string_view::npos) continue;
    rest_.remove_prefix(length + 1);
    ended = true;
    break;
  }
  if (!any) return false;
  const std::size_t size = kept_.size();
  kept_.resize(size + kParsePadding);
  give(line, {kept_.data(), size}, ended);
  line.too_long = overflow_;
  return true;
}

void Lines::keep(std::string_view part) {
  overflow_ = overflow_ || kept_.size() + part.size() > kLongestLine;
  if (overflow_)
    std::vector<char>().swap(kept_);
  else
    kept_.insert(kept_.end(), part.begin(), part.end());
}

void Lines::give(Line& line, std::string_view text, bool ended) {
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  line = Line{text, ++number_, ended, false};
}

}  // namespace muster
