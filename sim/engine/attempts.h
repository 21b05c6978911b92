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
  // Made in place: a copy of a row whose small fields were just written stalls the processor.
  AttemptState(Time at, const command::Launch& launch_command, std::uint16_t attempt_number,
               Outcome planned, bool counts)
      : launch(at),
        task_set(launch_command.task_set),
        index(launch_command.index),
        executor(launch_command.executor),
        number(attempt_number),
        locality(launch_command.locality),
        outcome(planned),
        reason(launch_command.reason),
        speculative(launch_command.speculative),
        failure_counts(counts) {}

  Time launch;
  Time finish = Time::never();  // TaskEnd
  TaskSetId task_set;
  std::uint32_t index;
  ExecutorId executor;
  std::uint16_t number;
  Locality locality : 3;
  Outcome outcome : 4;  // what it will be; what it was once it has ended
  command::LaunchReason reason : 3;
  bool speculative : 1;
  bool failure_counts : 1;

  bool ended() const { return finish.happened(); }
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
  Outcome outcome = Outcome::Success;
  bool holds_cores = true;  // until its status update
  bool lost = false;        // its executor went: a fact that is still to come finds nothing to do
  bool unheard = false;     // no fact is to come: its executor is silent

  static constexpr std::uint32_t kNoPhases = 0xffff'ffff;

  // At work, as far as the driver knows; else it is an executor that starts, or is through or lost.
  bool runs_task() const { return attempt.valid() && holds_cores && !lost; }
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
