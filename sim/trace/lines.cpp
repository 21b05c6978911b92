#include "sim/trace/lines.h"

#include <cstring>

namespace muster {

bool Lines::next(Line& line) {
  if (skipping_ && !skip_rest_of_line()) return false;
  const void* at = rest_.empty() ? nullptr : std::memchr(rest_.data(), '\n', rest_.size());
  if (!at) return next_across_pieces(line);
  const std::size_t length = static_cast<std::size_t>(static_cast<const char*>(at) - rest_.data());
  give(line, rest_.substr(0, length), true);
  rest_.remove_prefix(length + 1);
  return true;
}

bool Lines::next_piece() {
  rest_ = chunks_.next();
  bytes_ += rest_.size();
  return !rest_.empty();
}

bool Lines::skip_rest_of_line() {
  while (!rest_.empty() || next_piece()) {
    const std::size_t length = rest_.find('\n');
    rest_.remove_prefix(length == std::string_view::npos ? rest_.size() : length + 1);
    if (length == std::string_view::npos) continue;
    skipping_ = false;
    return true;
  }
  return false;
}

bool Lines::next_across_pieces(Line& line) {
  kept_.assign(rest_.begin(), rest_.end());
  rest_ = {};
  bool ended = false;
  while (!ended && kept_.size() <= kLongestLine && next_piece()) {
    const std::size_t length = rest_.find('\n');
    ended = length != std::string_view::npos;
    const std::string_view part = rest_.substr(0, length);
    kept_.insert(kept_.end(), part.begin(), part.end());
    rest_.remove_prefix(part.size() + ended);
  }
  if (kept_.empty() && !ended) return false;
  if (kept_.size() > kLongestLine) {
    std::vector<char>().swap(kept_);
    skipping_ = !ended;
    give(line, {}, true);
    line.too_long = true;
    return true;
  }
  const std::size_t size = kept_.size();
  kept_.resize(size + kParsePadding);
  give(line, {kept_.data(), size}, ended);
  return true;
}

void Lines::give(Line& line, std::string_view text, bool ended) {
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  line = Line{text, ++number_, ended, false};
}

}  // namespace muster
