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

// A container: its node, and the row of the resource profile that it is for.
struct YarnGrant {
  std::uint32_t node = 0;
  std::uint32_t profile = 0;
  bool operator==(const YarnGrant&) const = default;
};

class YarnAsks {
 public:
  struct Answer {
    std::vector<YarnGrant> launch;    // become executors
    std::vector<YarnGrant> released;  // the master gives them back
    std::vector<YarnGrant> surplus;   // it did not want them
  };

  explicit YarnAsks(std::uint32_t profiles = 1) : rows_(profiles) {}

  // The first call will be at `at`.
  void start(Time at, YarnAskTimes times);
  // The driver wishes to have `missing` more executors of the profile than are launched. A change
  // wakes the master, though not sooner than the initial interval after its last call.
  void wish(std::uint32_t missing, Time now, std::uint32_t profile = 0);
  // When the master's next call will have an effect; never: until something changes.
  Time due(Time now);
  // The call: what was granted is taken, launched or given back.
  Answer call(Time now);
  // The ResourceManager gives a container on a node to the application.
  void grant(YarnGrant container);
  // Containers on the node are gone with it.
  void forget(std::uint32_t node);
  // The application is over: all containers that were granted and not launched.
  std::vector<YarnGrant> end();

  bool started() const { return next_.happened(); }
  // What the ResourceManager has still to grant; of one profile.
  std::uint32_t booked() const;
  std::uint32_t booked(std::uint32_t profile) const { return rows_[profile].booked; }
  // The profile whose turn it is: YARN serves priorities in their order, and Spark's priority of a
  // container is its profile (YarnAllocator.getContainerPriority, 3.5).
  std::uint32_t next_profile() const;
  std::uint32_t held() const {  // granted, not launched
    return static_cast<std::uint32_t>(granted_.size() + surplus_.size());
  }
  std::uint32_t held(std::uint32_t profile) const;

 private:
  // Of one profile.
  struct Row {
    std::uint32_t missing = 0;  // the driver's wish
    std::uint32_t asked = 0;    // outstanding in the master's table
    std::uint32_t booked = 0;   // outstanding in the ResourceManager's
    bool changed = false;       // the master's table, since the last call
  };

  bool has_effect() const;
  void step();

  YarnAskTimes times_;
  std::vector<Row> rows_;
  std::vector<YarnGrant> granted_;
  std::vector<YarnGrant> surplus_;  // to be released by the next call
  Time last_ = Time::never();
  Time next_ = Time::never();
  Duration interval_;
};

}  // namespace muster
