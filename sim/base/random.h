// Random numbers as functions, not state: draw n of a stream is a hash of (seed, replication,
// purpose, entity, n), so a new component cannot shift another's draws, and a run is reproducible
// whatever the number of threads. Distributions are our own: those of std:: differ by library.
#pragma once

#include <cstdint>
#include <span>

namespace muster {

// What a stream is for. Append only: the number is part of the hash.
enum class Purpose : std::uint32_t {
  OfferOrder = 1,     // the permutation of executors in an offer round
  SiblingStages = 2,  // which sibling parent gets the lower stage id
  RevivePhase = 3,    // where in its period the revive timer starts
  Synthetic = 4,      // durations of synthetic workloads
  Test = 5,
  NodeBoot = 6,       // how long a machine takes to boot
  YarnHeartbeat = 7,  // where in its period a node manager's heartbeat falls
  Disturbance = 8,    // when something goes wrong
  TaskOverhead = 9,   // what Spark itself does for a task
  ExecutorStart = 10, // how long an executor's process takes to start
  TaskFailure = 11,   // which attempts fail for no reason of their own
};

class Stream {
 public:
  Stream(std::uint64_t seed, std::uint64_t replication, Purpose purpose, std::uint64_t entity);

  // 64 uniform bits; draw `n` is always the same value.
  std::uint64_t bits(std::uint64_t n) const;
  // Uniform in [0, 1), 53 bits.
  double uniform(std::uint64_t n) const;
  // Uniform in [0, bound); bound > 0. Bias below 2^-32 for bounds under 2^32.
  std::uint32_t below(std::uint64_t n, std::uint32_t bound) const;
  // Exponential with the given mean; log-normal with the given median and sigma of the logarithm.
  double exponential(std::uint64_t n, double mean) const;
  double lognormal(std::uint64_t n, double median, double sigma) const;
  // Fisher-Yates over `items`, using draws n, n+1, ... (one for each item after the first).
  void shuffle(std::uint64_t n, std::span<std::uint32_t> items) const;

 private:
  std::uint64_t key_;
};

}  // namespace muster
