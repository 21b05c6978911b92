// What an application master asks of the ResourceManager, and what both believe of it: the table of
// outstanding requests lives twice, and the two copies meet only at the master's calls
// (AMRMClient.allocate). That is why YARN grants more containers than were wanted, and why the
// surplus is held for two calls (spark-semantics 18.10).
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/units.h"

namespace muster {

// spark.yarn.scheduler.initial-allocation.interval and heartbeat.interval-ms.
struct YarnAskTimes {
  Duration initial = Duration::millis(200);
  Duration longest = Duration::seconds(3);
};

class YarnAsks {
 public:
  struct Answer {
    std::vector<std::uint32_t> launch;    // nodes of containers that become executors
    std::vector<std::uint32_t> released;  // nodes of containers that the master gives back
    std::vector<std::uint32_t> surplus;   // nodes of containers that it did not want
  };

  // The first call will be at `at`.
  void start(Time at, YarnAskTimes times);
  // The driver wishes to have `missing` more executors than are launched. A change wakes the
  // master, though not sooner than the initial interval after its last call.
  void wish(std::uint32_t missing, Time now);
  // When the master's next call will have an effect; never: until something changes.
  Time due(Time now);
  // The call: what was granted is taken, launched or given back.
  Answer call(Time now);
  // The ResourceManager gives a container on a node to the application.
  void grant(std::uint32_t node);
  // Containers on the node are gone with it.
  void forget(std::uint32_t node);
  // The application is over: all containers that were granted and not launched.
  std::vector<std::uint32_t> end();

  bool started() const { return next_.happened(); }
  std::uint32_t booked() const { return booked_; }  // the ResourceManager has still to grant
  std::uint32_t held() const {                      // granted, not launched
    return static_cast<std::uint32_t>(granted_.size() + surplus_.size());
  }

 private:
  bool has_effect() const {
    return changed_ || missing_ != asked_ || !granted_.empty() || !surplus_.empty();
  }
  void step();

  YarnAskTimes times_;
  std::uint32_t missing_ = 0;  // the driver's wish
  std::uint32_t asked_ = 0;    // outstanding in the master's table
  std::uint32_t booked_ = 0;   // outstanding in the ResourceManager's
  bool changed_ = false;       // the master's table, since the last call
  std::vector<std::uint32_t> granted_;
  std::vector<std::uint32_t> surplus_;  // to be released by the next call
  Time last_ = Time::never();
  Time next_ = Time::never();
  Duration interval_;
};

}  // namespace muster
