// The tasks of one task set that wait to be launched, in the lists of Spark's TaskSetManager
// (core/.../scheduler/TaskSetManager.scala, PendingTasksByLocality, 3.5): by executor, by host,
// without preference, and all. Every list is a stack from which the lowest index comes first; a
// failed task goes back on top; entries of tasks that are no longer pending are dropped when met.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/task_schedulers/task_lists.h"
#include "sim/engine/policy.h"

namespace muster {

// Whether a task may run where it is to be taken to; empty: any may. Refers to a callable that
// outlives it: made for each offer, it must not allocate.
class Allowed {
 public:
  Allowed() = default;
  template <class Ask>
  explicit Allowed(const Ask& ask)
      : ask_(&ask), call_([](const void* a, std::uint32_t index) {
          return (*static_cast<const Ask*>(a))(index);
        }) {}
  explicit operator bool() const { return call_ != nullptr; }
  bool operator()(std::uint32_t index) const { return call_(ask_, index); }

 private:
  const void* ask_ = nullptr;
  bool (*call_)(const void*, std::uint32_t) = nullptr;
};

class PendingTasks {
 public:
  struct Taken {
    std::uint32_t index;
    Locality locality;
  };

  // `racks`: the cluster manager knows racks, and all hosts are in one (YARN's default).
  PendingTasks(const TaskSetState& set, const View& view, bool racks);

  bool empty() const { return waiting_ == 0; }
  // True when no task prefers any place: every executor is as good as another.
  bool plain() const { return preferences_.empty(); }
  // The next task of a plain set; its locality is PROCESS_LOCAL, as Spark reports it. Not empty.
  std::uint32_t take_plain() {
    --waiting_;
    return retries_.empty() ? next_++ : take_retry();
  }
  // The next task for this executor, no worse than `allowed` (dequeueTaskHelper).
  std::optional<Taken> take(ExecutorId executor, NodeId host, Locality allowed,
                            const Allowed& may = {});
  // The waiting task that is next in the list of all; nothing where none waits.
  std::optional<std::uint32_t> next();
  void put_back(std::uint32_t index, const View& view);
  // The task need not be launched any more; no effect if it does not wait.
  void drop(std::uint32_t index);
  std::uint32_t waiting() const { return waiting_; }
  // For a pinned replay: tasks whose executor is gone may run anywhere from now on.
  void forget_gone(std::span<const ExecutorState> executors);

  // Whether a waiting task could still use the level (tasksNeedToBeScheduledFrom).
  bool waits_for(Locality level) const;
  // Levels that make sense with the executors there are (computeValidLocalityLevels), best first;
  // `host_alive` by NodeId.
  void levels(std::span<const ExecutorState> executors, const std::vector<bool>& host_alive,
              std::vector<Locality>& out) const;

 private:
  using Stack = std::vector<std::uint32_t>;

  // What is known of a task, in one byte: it is looked at for every launch.
  static constexpr std::uint8_t kWaiting = 1, kHasPlace = 2, kOnExecutor = 4;

  bool waits(std::uint32_t index) const { return (state_[index] & kWaiting) != 0; }
  std::uint32_t host_of(const Preference& place, const View& view) const;
  void file_all(const View& view);
  void push_again(std::uint32_t index, const View& view);
  void count(std::uint32_t index, int change);
  void taken(std::uint32_t index);
  std::span<const Preference> places_of(std::uint32_t index) const {
    return state_[index] & kHasPlace ? preferences_.of(index) : std::span<const Preference>();
  }
  std::optional<Taken> pop(TaskLists& lists, std::uint32_t key, Locality locality,
                           const Allowed& allowed);
  std::optional<Taken> pop(Stack& stack, Locality locality, const Allowed& allowed);
  std::optional<Taken> pop_all(const Allowed& allowed);
  std::optional<Taken> pop_plain(const Allowed& allowed);
  std::uint32_t take_retry();

  Preferences preferences_;  // its own: the view's are valid during one call
  bool racks_;
  std::uint32_t tasks_;
  std::uint32_t waiting_;
  std::uint32_t next_ = 0;  // of the "all" list: lower indices were met already
  Stack retries_;           // on top of the "all" list
  std::vector<std::uint8_t> state_;  // by index; empty for a plain set
  TaskLists by_executor_, by_host_;
  Stack no_preference_;
  Stack rack_;
  std::uint32_t wait_executor_ = 0, wait_host_ = 0, wait_no_preference_ = 0;
};

}  // namespace muster
