#include "sim/trace/task_rows.h"

#include <algorithm>

namespace muster {

// At most four places per id that is stored, and a few thousand to begin with.
bool TaskRows::in_window(std::int64_t task_id) const {
  return first_ >= 0 && task_id >= first_ && task_id - first_ < 4 * stored_ + 8 * kBelow;
}

AttemptId TaskRows::find(std::int64_t task_id) const {
  const std::uint64_t at = static_cast<std::uint64_t>(task_id) - static_cast<std::uint64_t>(first_);
  if (first_ >= 0 && task_id >= first_ && at < window_.size() && window_[at].valid())
    return window_[at];
  if (others_.empty()) return AttemptId::none();
  const auto other = others_.find(task_id);
  return other == others_.end() ? AttemptId::none() : other->second;
}

void TaskRows::set(std::int64_t task_id, AttemptId row) {
  if (first_ < 0 && task_id >= 0) first_ = std::max<std::int64_t>(0, task_id - kBelow);
  if (!in_window(task_id)) {
    others_[task_id] = row;
    return;
  }
  const std::size_t at = static_cast<std::size_t>(task_id - first_);
  if (at >= window_.size()) {
    if (at >= window_.capacity()) window_.reserve(std::max(at + 1, 2 * window_.capacity()));
    window_.resize(at + 1);
  }
  window_[at] = row;
  ++stored_;
}

}  // namespace muster
