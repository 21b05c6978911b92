// The whole engine, every feature compiled in, on the benchmarks' workloads: the models of a
// scenario with given executors, FIFO, no preferences, a row written for each attempt.
#pragma once

#include <cstdint>
#include <memory>

#include "tests/bench/workloads.h"

namespace muster::bench {

// What does not count: the workload laid out for the engine.
class EngineRun {
 public:
  explicit EngineRun(const Chain& chain);
  // One job for each of the DAG's; FIFO by job, so the order differs from K0's by readiness.
  explicit EngineRun(const Dag& dag);
  // FAIR, every task with a preferred host, speculation and exclusion on, one task in a thousand
  // fails once, stage attempts decided by the engine.
  static EngineRun with_features(const Chain& chain);
  EngineRun(EngineRun&&) noexcept;
  ~EngineRun();
  // What counts: making the models and the simulation, and running it. The makespan in us.
  std::uint64_t run() const;

 private:
  struct Prepared;
  std::unique_ptr<const Prepared> prepared_;
};

}  // namespace muster::bench
