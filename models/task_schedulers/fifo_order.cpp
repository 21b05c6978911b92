#include <algorithm>

#include "models/task_schedulers/task_set_order.h"

namespace muster {
namespace {

struct Entry {
  std::int64_t priority;
  std::int64_t stage_id;
  TaskSetId id;
  auto operator<=>(const Entry&) const = default;
};

// Kept sorted, so that a round costs nothing: sets come and go far more rarely than offers.
class FifoOrder final : public TaskSetOrder {
 public:
  void add(TaskSetId id, const View& view) override {
    const TaskSetState& set = view.task_set(id);
    if (keys_.size() <= id.index()) keys_.resize(id.index() + 1);
    keys_[id.index()] = {set.priority, set.stage_id, id};
  }

  void remove(TaskSetId id) override { set_pending(id, false); }

  void set_pending(TaskSetId id, bool pending) override {
    const Entry& key = keys_[id.index()];
    const auto at = std::lower_bound(pending_.begin(), pending_.end(), key);
    const auto place = ids_.begin() + (at - pending_.begin());
    const bool there = at != pending_.end() && at->id == id;
    if (pending == there) return;
    if (pending) {
      pending_.insert(at, key);
      ids_.insert(place, id);
    } else {
      pending_.erase(at);
      ids_.erase(place);
    }
  }

  const std::vector<TaskSetId>& round(const View&, const std::vector<std::uint32_t>&) override {
    return ids_;
  }

 private:
  std::vector<Entry> keys_;  // by TaskSetId
  std::vector<Entry> pending_;
  std::vector<TaskSetId> ids_;  // of pending_, in the same order
};

}  // namespace

std::unique_ptr<TaskSetOrder> make_fifo_order() { return std::make_unique<FifoOrder>(); }

}  // namespace muster
