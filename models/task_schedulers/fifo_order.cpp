#include <algorithm>
#include <cstddef>

#include "models/task_schedulers/task_set_order.h"

namespace muster {
namespace {

struct Entry {
  std::int64_t priority;
  std::int64_t stage_id;
  TaskSetId id;
  auto operator<=>(const Entry&) const = default;
};

// Kept sorted, so that a round costs nothing: sets come and go far more rarely than offers. Sets
// leave at the front, so the front only moves on; what is before it is cleared now and then.
class FifoOrder final : public TaskSetOrder {
 public:
  void add(TaskSetId id, const View& view) override {
    const TaskSetState& set = view.task_set(id);
    if (keys_.size() <= id.index()) keys_.resize(id.index() + 1);
    keys_[id.index()] = {set.priority, set.stage_id, id};
  }

  void remove(TaskSetId id) override { set_pending(id, false); }

  void set_pending(TaskSetId id, bool pending) override {
    const auto at = std::lower_bound(
        ids_.begin() + front_, ids_.end(), keys_[id.index()],
        [this](TaskSetId a, const Entry& key) { return keys_[a.index()] < key; });
    const bool there = at != ids_.end() && *at == id;
    if (pending == there) return;
    if (pending)
      ids_.insert(at, id);
    else if (at == ids_.begin() + front_)
      leave_front();
    else
      ids_.erase(at);
  }

  std::span<const TaskSetId> round(const View&, const std::vector<std::uint32_t>&) override {
    return std::span(ids_).subspan(static_cast<std::size_t>(front_));
  }
  bool fixed() const override { return true; }

 private:
  void leave_front() {
    ++front_;
    if (2 * front_ < static_cast<std::ptrdiff_t>(ids_.size())) return;
    ids_.erase(ids_.begin(), ids_.begin() + front_);
    front_ = 0;
  }

  std::vector<Entry> keys_;  // by TaskSetId
  std::vector<TaskSetId> ids_;
  std::ptrdiff_t front_ = 0;  // of the pending ones in ids_
};

}  // namespace

std::unique_ptr<TaskSetOrder> make_fifo_order() { return std::make_unique<FifoOrder>(); }

}  // namespace muster
