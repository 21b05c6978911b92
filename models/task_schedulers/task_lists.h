// Stacks of task indices by a key (an executor, a host), all in one array: what a task set is
// offered most often is looked up without following pointers. How many tasks a key has is counted
// before they are filed; what comes back later lies in stacks of its own.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace muster {

class TaskLists {
 public:
  // First once for each task and key, then seal(), then file() as often.
  void count(std::uint32_t key) {
    if (ends_.size() <= key) ends_.resize(key + 1);
    ++ends_[key].top;
  }
  void seal() {
    std::uint32_t all = 0;
    for (Stack& stack : ends_) {
      const std::uint32_t tasks = stack.top;
      stack = {all, all};
      all += tasks;
    }
    entries_.resize(all);
  }
  void file(std::uint32_t key, std::uint32_t index) { entries_[ends_[key].top++] = index; }

  void push(std::uint32_t key, std::uint32_t index) { returned_[key].push_back(index); }

  // The topmost task that `waits` and that `may` be taken; it stays in the list, and is dropped
  // when it is met on top while it does not wait.
  template <class Waits, class May>
  std::optional<std::uint32_t> find(std::uint32_t key, Waits waits, May may) {
    if (!returned_.empty())
      if (const auto at = returned_.find(key); at != returned_.end()) {
        std::vector<std::uint32_t>& stack = at->second;
        while (!stack.empty() && !waits(stack.back())) stack.pop_back();
        for (std::size_t i = stack.size(); i > 0; --i)
          if (waits(stack[i - 1]) && may(stack[i - 1])) return stack[i - 1];
      }
    if (key >= ends_.size()) return std::nullopt;
    Stack& stack = ends_[key];
    while (stack.top > stack.begin && !waits(entries_[stack.top - 1])) --stack.top;
    for (std::uint32_t i = stack.top; i > stack.begin; --i)
      if (waits(entries_[i - 1]) && may(entries_[i - 1])) return entries_[i - 1];
    return std::nullopt;
  }

  // Calls each(index) for what is in the key's list, and empties it.
  template <class Each>
  void take_all(std::uint32_t key, Each each) {
    if (key < ends_.size()) {
      for (std::uint32_t i = ends_[key].begin; i < ends_[key].top; ++i) each(entries_[i]);
      ends_[key].top = ends_[key].begin;
    }
    if (const auto at = returned_.find(key); at != returned_.end()) {
      for (const std::uint32_t index : at->second) each(index);
      at->second.clear();
    }
  }

  // Keys that ever had a task, ascending.
  template <class Each>
  void each_key(Each each) const {
    for (std::uint32_t key = 0; key < ends_.size(); ++key)
      if (has(key)) each(key);
    for (const auto& [key, stack] : returned_)
      if (!has(key)) each(key);
  }

 private:
  struct Stack {
    std::uint32_t begin = 0, top = 0;
  };
  bool has(std::uint32_t key) const {
    if (key >= ends_.size()) return false;
    const std::size_t next = key + 1 < ends_.size() ? ends_[key + 1].begin : entries_.size();
    return next > ends_[key].begin;
  }

  std::vector<Stack> ends_;             // by key
  std::vector<std::uint32_t> entries_;  // of all keys, one after the other
  std::map<std::uint32_t, std::vector<std::uint32_t>> returned_;
};

}  // namespace muster
