// The attempts of one run: one small row for each, appended at launch and never moved. It becomes
// the Timeline's columns when the run is over.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/ids.h"
#include "sim/base/units.h"
#include "sim/engine/command.h"
#include "sim/timeline/timeline.h"

namespace muster {

// Half a cache line: with one row for each task, memory is what a large run waits for.
struct AttemptState {
  Time launch;
  Time finish = Time::never();
  TaskSetId task_set;
  std::uint32_t index = 0;
  ExecutorId executor;
  std::uint16_t number = 0;
  Locality locality : 3 = Locality::Any;
  Outcome outcome : 4 = Outcome::Running;  // what it will be; valid once `ended`
  command::LaunchReason reason : 3 = command::LaunchReason::NoPreference;
  bool speculative : 1 = false;
  bool ended : 1 = false;  // TaskEnd has happened
  bool failure_counts : 1 = true;
};
static_assert(sizeof(AttemptState) == 32);

// An attempt from its launch to its TaskEnd: what its facts need to know. There are about as many
// rows as cores, so they stay in the cache however many attempts a run has.
struct Flight {
  AttemptId attempt;
  TaskSetId task_set;
  ExecutorId executor;
  std::uint32_t index = 0;  // of the task
  Duration handling;        // from the status update to TaskEnd
  std::uint32_t phases = kNoPhases;  // row of what is left to do, if there is more than one phase
  bool holds_cores = true;  // until its status update
  bool lost = false;        // its executor went: a fact that is still to come finds nothing to do

  static constexpr std::uint32_t kNoPhases = 0xffff'ffff;
};
static_assert(sizeof(Flight) == 32);

// A value for each attempt that most runs leave at its default: takes memory up to the last row
// that was set.
template <class T>
class SparseColumn {
 public:
  explicit SparseColumn(T unset) : unset_(unset) {}
  T get(std::size_t row) const { return row < values_.size() ? values_[row] : unset_; }
  void set(std::size_t row, T value) {
    if (row < values_.size())
      values_[row] = value;
    else if (value != unset_)
      append(row, value);
  }

 private:
  [[gnu::noinline]] void append(std::size_t row, T value) {
    if (row >= values_.capacity()) values_.reserve(std::max(row + 1, 2 * values_.capacity()));
    values_.resize(row, unset_);
    values_.push_back(value);
  }

  T unset_;
  std::vector<T> values_;
};

}  // namespace muster
