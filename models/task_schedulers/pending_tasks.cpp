#include "models/task_schedulers/pending_tasks.h"

#include <algorithm>

namespace muster {

PendingTasks::PendingTasks(const TaskSetState& set, const View& view, bool racks)
    : preferences_(set.preferences),
      racks_(racks),
      tasks_(set.tasks),
      waiting_(set.tasks) {
  if (plain()) return;
  is_waiting_.assign(set.tasks, true);
  forgotten_.assign(set.tasks, false);
  // Filled from the last to the first, so that the lowest index is on top of every stack.
  for (std::uint32_t i = set.tasks; i > 0; --i) {
    file(i - 1, view);
    count(i - 1, +1);
  }
}

// Puts the task on top of every list that it belongs to (addPendingTask).
void PendingTasks::file(std::uint32_t index, const View& view) {
  const std::span<const Preference> places = places_of(index);
  if (places.empty()) no_preference_.push_back(index);
  for (const Preference& place : places) {
    if (place.executor.valid()) by_executor_[place.executor].push_back(index);
    const NodeId host = place.executor.valid() ? view.executor(place.executor).block_manager_host
                                               : place.host;
    by_host_[host].push_back(index);
  }
  if (racks_ && !places.empty()) rack_.push_back(index);
}

void PendingTasks::count(std::uint32_t index, int change) {
  const std::span<const Preference> places = places_of(index);
  const bool on_executor = std::any_of(places.begin(), places.end(),
                                       [](const Preference& p) { return p.executor.valid(); });
  wait_executor_ += on_executor ? change : 0;
  wait_host_ += places.empty() ? 0 : change;
  wait_no_preference_ += places.empty() ? change : 0;
}

std::optional<PendingTasks::Taken> PendingTasks::pop(Stack& stack, Locality locality,
                                                     const Allowed& allowed) {
  while (!stack.empty() && !is_waiting_[stack.back()]) stack.pop_back();
  for (std::size_t at = stack.size(); at > 0; --at) {
    const std::uint32_t index = stack[at - 1];
    if (!is_waiting_[index] || (allowed && !allowed(index))) continue;
    stack.erase(stack.begin() + static_cast<std::ptrdiff_t>(at - 1));
    is_waiting_[index] = false;
    --waiting_;
    count(index, -1);
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
  while (next_ < tasks_ && !is_waiting_[next_]) ++next_;
  if (next_ == tasks_) return std::nullopt;
  std::uint32_t index = next_;
  while (index < tasks_ && (!is_waiting_[index] || (allowed && !allowed(index)))) ++index;
  if (index == tasks_) return std::nullopt;
  is_waiting_[index] = false;
  --waiting_;
  count(index, -1);
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
  if (const auto at = by_executor_.find(executor); at != by_executor_.end())
    if (const auto task = pop(at->second, Locality::ProcessLocal, may)) return task;
  if (allowed >= Locality::NodeLocal)
    if (const auto at = by_host_.find(host); at != by_host_.end())
      if (const auto task = pop(at->second, Locality::NodeLocal, may)) return task;
  // Spark reports tasks without preference as PROCESS_LOCAL.
  if (allowed >= Locality::NoPref)
    if (const auto task = pop(no_preference_, Locality::ProcessLocal, may)) return task;
  if (allowed >= Locality::RackLocal)
    if (const auto task = pop(rack_, Locality::RackLocal, may)) return task;
  if (allowed >= Locality::Any) return pop_all(may);
  return std::nullopt;
}

std::optional<std::uint32_t> PendingTasks::next() const {
  const auto waits = [this](std::uint32_t index) { return plain() || is_waiting_[index]; };
  for (std::size_t at = retries_.size(); at > 0; --at)
    if (waits(retries_[at - 1])) return retries_[at - 1];
  for (std::uint32_t index = next_; index < tasks_; ++index)
    if (waits(index)) return index;
  return std::nullopt;
}

void PendingTasks::put_back(std::uint32_t index, const View& view) {
  ++waiting_;
  retries_.push_back(index);
  if (plain()) return;
  is_waiting_[index] = true;
  file(index, view);
  count(index, +1);
}

// A plain set keeps no list of what waits; it gets one, so that launches stay cheap.
void PendingTasks::drop(std::uint32_t index) {
  if (!plain()) {
    if (!is_waiting_[index]) return;
    is_waiting_[index] = false;
    --waiting_;
    count(index, -1);
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
  for (auto& [executor, stack] : by_executor_) {
    if (executors[executor.index()].phase != ExecutorPhase::Gone) continue;
    for (const std::uint32_t index : stack) {
      if (!is_waiting_[index] || forgotten_[index]) continue;
      count(index, -1);
      forgotten_[index] = true;
      count(index, +1);
      no_preference_.push_back(index);
    }
    stack.clear();
  }
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
  if (!plain()) {
    for (const auto& [executor, stack] : by_executor_) {
      if (executors[executor.index()].phase == ExecutorPhase::Gone) continue;
      out.push_back(Locality::ProcessLocal);
      break;
    }
    for (const auto& [host, stack] : by_host_) {
      if (!host_alive[host.index()]) continue;
      out.push_back(Locality::NodeLocal);
      break;
    }
  }
  if (plain() || !no_preference_.empty()) out.push_back(Locality::NoPref);
  if (!rack_.empty()) out.push_back(Locality::RackLocal);
  out.push_back(Locality::Any);
}

}  // namespace muster
