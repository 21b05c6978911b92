#include "gui/layout/steps.h"

#include <algorithm>

namespace muster::gui {
namespace {
constexpr std::size_t kFan = 16;
}

void Steps::set(const std::vector<std::pair<std::int64_t, double>>& points) {
  at_.clear();
  largest_.assign(1, {});
  for (const auto& [at, value] : points) {
    if (!at_.empty() && at_.back() >= at) {
      largest_[0].back() = static_cast<float>(value);
      continue;
    }
    at_.push_back(at);
    largest_[0].push_back(static_cast<float>(value));
  }
  build();
}

void Steps::sum(std::vector<std::pair<std::int64_t, std::int32_t>> changes) {
  std::ranges::sort(changes);
  at_.clear();
  largest_.assign(1, {});
  std::int64_t value = 0;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    value += changes[i].second;
    if (i + 1 < changes.size() && changes[i + 1].first == changes[i].first) continue;
    at_.push_back(changes[i].first);
    largest_[0].push_back(static_cast<float>(value));
  }
  build();
}

void Steps::build() {
  while (largest_.back().size() > kFan) {
    const std::vector<float>& finer = largest_.back();
    std::vector<float> next((finer.size() + kFan - 1) / kFan);
    for (std::size_t i = 0; i < next.size(); ++i)
      next[i] = *std::max_element(
          finer.begin() + static_cast<std::ptrdiff_t>(i * kFan),
          finer.begin() + static_cast<std::ptrdiff_t>(std::min(finer.size(), (i + 1) * kFan)));
    largest_.push_back(std::move(next));
  }
  most_ = 0;
  for (const float value : largest_.back()) most_ = std::max(most_, static_cast<double>(value));
}

std::size_t Steps::find(std::int64_t at) const {
  return static_cast<std::size_t>(std::ranges::upper_bound(at_, at) - at_.begin());
}

double Steps::value(std::int64_t at) const {
  const std::size_t next = find(at);
  return next == 0 ? 0 : static_cast<double>(largest_[0][next - 1]);
}

double Steps::most(std::int64_t from, std::int64_t to) const {
  std::size_t first = find(from), last = find(to);
  if (first > 0) --first;
  float out = 0;
  // Up the levels: single points at both ends, whole groups between.
  for (std::size_t level = 0; first < last; ++level) {
    const std::vector<float>& values = largest_[level];
    const bool top = level + 1 == largest_.size();
    while (first < last && (top || first % kFan != 0)) out = std::max(out, values[first++]);
    while (first < last && last % kFan != 0) out = std::max(out, values[--last]);
    first /= kFan, last /= kFan;
  }
  return static_cast<double>(out);
}

}  // namespace muster::gui
