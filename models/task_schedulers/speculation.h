// Copies of tasks that take long: what TaskSetManager.checkSpeculatableTasks decides
// (core/.../scheduler/TaskSetManager.scala, 3.5; spark-semantics.md, 2.5). The gate on processing
// rates (3.4+) is a no-op for tasks that read no records, and is left out for all: recordings show
// the quantile rule alone at work (section 18.6).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/task_schedulers/median.h"
#include "sim/engine/policy.h"
#include "sim/workload/application.h"

namespace muster {

// spark.speculation.*, with the defaults of the application's version.
struct SpeculationConf {
  explicit SpeculationConf(const Application& application);

  bool on = false;
  Duration interval;         // spark.speculation.interval
  double multiplier = 1.5;   // 3 from 4.0
  double quantile = 0.75;    // 0.9 from 4.0
  Duration least_runtime;    // spark.speculation.minTaskRuntime
  // spark.speculation.task.duration.threshold (3.0): for sets of at most so many tasks as one
  // executor runs at a time, while too few have succeeded; max: not set.
  Duration long_runtime = Duration::max();
  std::int64_t slots = 1;
};

// Of one task set.
class Speculation {
 public:
  void launched(std::uint32_t index, ExecutorId executor, NodeId host, bool copy, Time now);
  void ended(const EndedAttempt& attempt, Time now);
  // Looks for tasks to copy; true when new ones were found.
  bool check(const TaskSetState& set, const SpeculationConf& conf, Time now);
  // A task to copy that has no attempt on this host and no copy yet; it is marked as launched.
  std::optional<std::uint32_t> take(NodeId host);
  bool waits() const { return waiting_ > 0; }
  // The task has succeeded in another attempt of its stage: it is not copied any more.
  void not_needed(std::uint32_t index);

 private:
  void enqueue(std::uint32_t index);
  void dequeue(std::uint32_t index);

  struct Attempt {
    std::uint32_t index;
    ExecutorId executor;
    NodeId host;
    Time launch;
    std::uint64_t order;  // of the launches
  };
  static constexpr std::uint32_t kNowhere = 0xffff'ffff;

  // First attempts and retries: at most one for each task, found by `place_`.
  std::vector<Attempt> running_;
  std::vector<std::uint32_t> place_;  // by index: in running_
  std::uint64_t launches_ = 0;
  RunningMedian successes_;
  // Tasks to copy, first come, first served; those taken or done leave a hole (kNowhere).
  std::vector<std::uint32_t> speculatable_;
  std::vector<std::uint32_t> queued_at_;  // by index: in speculatable_
  std::size_t first_ = 0, waiting_ = 0;   // holes before it; no holes
  static constexpr std::uint8_t kChosen = 1, kCopied = 2;
  std::vector<std::uint8_t> state_;  // by index: has been speculatable, a copy of it runs
};

}  // namespace muster
