#include "models/task_schedulers/pending_tasks.h"

#include <algorithm>

namespace muster {

PendingTasks::PendingTasks(const TaskSetState& set, const View& view, bool racks)
    : preferences_(set.preferences),
      racks_(racks),
      tasks_(set.tasks),
      waiting_(set.tasks) {
  if (plain()) return;
  state_.assign(set.tasks, kWaiting);
  for (std::uint32_t i = 0; i < set.tasks; ++i) {
    const std::span<const Preference> places = preferences_.of(i);
    if (!places.empty()) state_[i] |= kHasPlace;
    if (std::ranges::any_of(places, [](const Preference& p) { return p.executor.valid(); }))
      state_[i] |= kOnExecutor;
    count(i, +1);
  }
  file_all(view);
}

std::uint32_t PendingTasks::host_of(const Preference& place, const View& view) const {
  const NodeId host =
      place.executor.valid() ? view.executor(place.executor).block_manager_host : place.host;
  return host.index();
}

// Filled from the last to the first, so that the lowest index is on top of every stack.
void PendingTasks::file_all(const View& view) {
  for (const Preference& place : preferences_.places) {
    if (place.executor.valid()) by_executor_.count(place.executor.index());
    by_host_.count(host_of(place, view));
  }
  by_executor_.seal();
  by_host_.seal();
  for (std::uint32_t i = tasks_; i > 0; --i) {
    const std::span<const Preference> places = preferences_.of(i - 1);
    if (places.empty()) no_preference_.push_back(i - 1);
    for (const Preference& place : places) {
      if (place.executor.valid()) by_executor_.file(place.executor.index(), i - 1);
      by_host_.file(host_of(place, view), i - 1);
    }
    if (racks_ && !places.empty()) rack_.push_back(i - 1);
  }
}

// Puts the task on top of every list that it belongs to (addPendingTask).
void PendingTasks::push_again(std::uint32_t index, const View& view) {
  const std::span<const Preference> places = places_of(index);
  if (places.empty()) no_preference_.push_back(index);
  for (const Preference& place : places) {
    if (place.executor.valid()) by_executor_.push(place.executor.index(), index);
    by_host_.push(host_of(place, view), index);
  }
  if (racks_ && !places.empty()) rack_.push_back(index);
}

void PendingTasks::count(std::uint32_t index, int change) {
  const std::uint8_t state = state_[index];
  wait_executor_ += state & kOnExecutor ? change : 0;
  wait_host_ += state & kHasPlace ? change : 0;
  wait_no_preference_ += state & kHasPlace ? 0 : change;
}

void PendingTasks::taken(std::uint32_t index) {
  state_[index] &= static_cast<std::uint8_t>(~kWaiting);
  --waiting_;
  count(index, -1);
}

std::optional<PendingTasks::Taken> PendingTasks::pop(TaskLists& lists, std::uint32_t key,
                                                     Locality locality, const Allowed& allowed) {
  const auto index = lists.find(
      key, [&](std::uint32_t i) { return waits(i); },
      [&](std::uint32_t i) { return !allowed || allowed(i); });
  if (!index) return std::nullopt;
  taken(*index);
  return Taken{*index, locality};
}

std::optional<PendingTasks::Taken> PendingTasks::pop(Stack& stack, Locality locality,
                                                     const Allowed& allowed) {
  while (!stack.empty() && !waits(stack.back())) stack.pop_back();
  for (std::size_t at = stack.size(); at > 0; --at) {
    const std::uint32_t index = stack[at - 1];
    if (!waits(index) || (allowed && !allowed(index))) continue;
    if (at == stack.size()) stack.pop_back();  // else it is dropped when it is met on top
    taken(index);
    return Taken{index, locality};
  }
  return std::nullopt;
}

std::uint32_t PendingTasks::take_retry() {
  const std::uint32_t index = retries_.back();
  retries_.pop_back();
  return index;
}

std::optional<PendingTasks::Taken> PendingTasks::pop_all(const Allowed& allowed) {
  if (plain()) return pop_plain(allowed);
  if (const auto retry = pop(retries_, Locality::Any, allowed)) return retry;
  while (next_ < tasks_ && !waits(next_)) ++next_;
  if (next_ == tasks_) return std::nullopt;
  std::uint32_t index = next_;
  while (index < tasks_ && (!waits(index) || (allowed && !allowed(index)))) ++index;
  if (index == tasks_) return std::nullopt;
  taken(index);
  if (index == next_) ++next_;
  return Taken{index, Locality::Any};
}

std::optional<PendingTasks::Taken> PendingTasks::pop_plain(const Allowed& allowed) {
  if (empty()) return std::nullopt;
  if (!allowed) return Taken{take_plain(), Locality::ProcessLocal};
  for (std::size_t at = retries_.size(); at > 0; --at) {
    const std::uint32_t index = retries_[at - 1];
    if (!allowed(index)) continue;
    retries_.erase(retries_.begin() + static_cast<std::ptrdiff_t>(at - 1));
    --waiting_;
    return Taken{index, Locality::ProcessLocal};
  }
  for (std::uint32_t index = next_; index < tasks_; ++index) {
    if (!allowed(index)) continue;
    drop(index);
    return Taken{index, Locality::ProcessLocal};
  }
  return std::nullopt;
}

std::optional<PendingTasks::Taken> PendingTasks::take(ExecutorId executor, NodeId host,
                                                      Locality allowed, const Allowed& may) {
  if (plain()) return pop_all(may);
  if (wait_executor_ > 0)
    if (const auto task = pop(by_executor_, executor.index(), Locality::ProcessLocal, may))
      return task;
  if (allowed >= Locality::NodeLocal && wait_host_ > 0)
    if (const auto task = pop(by_host_, host.index(), Locality::NodeLocal, may)) return task;
  // Spark reports tasks without preference as PROCESS_LOCAL.
  if (allowed >= Locality::NoPref)
    if (const auto task = pop(no_preference_, Locality::ProcessLocal, may)) return task;
  if (allowed >= Locality::RackLocal)
    if (const auto task = pop(rack_, Locality::RackLocal, may)) return task;
  if (allowed >= Locality::Any) return pop_all(may);
  return std::nullopt;
}

std::optional<std::uint32_t> PendingTasks::next() {
  const auto pending = [this](std::uint32_t index) { return plain() || waits(index); };
  for (std::size_t at = retries_.size(); at > 0; --at)
    if (pending(retries_[at - 1])) return retries_[at - 1];
  while (next_ < tasks_ && !pending(next_)) ++next_;
  if (next_ < tasks_) return next_;
  return std::nullopt;
}

void PendingTasks::put_back(std::uint32_t index, const View& view) {
  ++waiting_;
  retries_.push_back(index);
  if (plain()) return;
  state_[index] |= kWaiting;
  push_again(index, view);
  count(index, +1);
}

// A plain set keeps no list of what waits; it gets one, so that launches stay cheap.
void PendingTasks::drop(std::uint32_t index) {
  if (!plain()) {
    if (waits(index)) taken(index);
    return;
  }
  if (next_ < tasks_) {
    Stack all;
    for (std::uint32_t i = tasks_; i > next_; --i) all.push_back(i - 1);
    all.insert(all.end(), retries_.begin(), retries_.end());
    retries_ = std::move(all);
    next_ = tasks_;
  }
  waiting_ -= static_cast<std::uint32_t>(std::erase(retries_, index));
}

void PendingTasks::forget_gone(std::span<const ExecutorState> executors) {
  std::vector<std::uint32_t> gone;
  by_executor_.each_key([&](std::uint32_t key) {
    if (executors[key].phase == ExecutorPhase::Gone) gone.push_back(key);
  });
  for (const std::uint32_t key : gone)
    by_executor_.take_all(key, [&](std::uint32_t index) {
      if (!waits(index) || !(state_[index] & kHasPlace)) return;
      count(index, -1);
      state_[index] &= static_cast<std::uint8_t>(~(kHasPlace | kOnExecutor));
      count(index, +1);
      no_preference_.push_back(index);
    });
}

bool PendingTasks::waits_for(Locality level) const {
  switch (level) {
    case Locality::ProcessLocal: return wait_executor_ > 0;
    case Locality::NodeLocal:
    case Locality::RackLocal: return wait_host_ > 0;
    case Locality::NoPref: return wait_no_preference_ > 0;
    default: return waiting_ > 0;
  }
}

void PendingTasks::levels(std::span<const ExecutorState> executors,
                          const std::vector<bool>& host_alive,
                          std::vector<Locality>& out) const {
  out.clear();
  bool on_executor = false, on_host = false;
  by_executor_.each_key([&](std::uint32_t key) {
    on_executor |= executors[key].phase != ExecutorPhase::Gone;
  });
  by_host_.each_key([&](std::uint32_t key) { on_host |= host_alive[key]; });
  if (on_executor) out.push_back(Locality::ProcessLocal);
  if (on_host) out.push_back(Locality::NodeLocal);
  if (plain() || !no_preference_.empty()) out.push_back(Locality::NoPref);
  if (!rack_.empty()) out.push_back(Locality::RackLocal);
  out.push_back(Locality::Any);
}

}  // namespace muster
