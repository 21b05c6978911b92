// What the YARN model remembers of an application and of a node.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/cluster_managers/yarn_asks.h"
#include "models/cluster_managers/yarn_containers.h"
#include "models/cluster_managers/yarn_queues.h"
#include "sim/base/units.h"
#include "sim/engine/view.h"

namespace muster {

inline constexpr std::uint32_t kYarnNone = 0xffff'ffff;

enum class YarnStage : std::uint8_t {
  Unknown,     // not submitted yet
  Submitting,  // until `at`, when the ResourceManager accepts it
  Refused,     // no such queue, or a container above the maximum
  WaitsForMaster,
  MasterStarts,  // client mode: until `at`
  Running,       // its master asks for executors
  MasterLost,    // noticed `at`
  Over,
};

struct YarnApplication {
  YarnStage stage = YarnStage::Unknown;
  Time at = Time::never();      // when the stage ends by itself
  Time placed = Time::never();  // when its present master got a container
  YarnContainer master;
  std::vector<YarnContainer> executors = {{}};  // by row of the resource profile
  std::string master_label, executor_label;
  std::uint32_t queue = 0;
  std::uint32_t user = 0;
  std::uint32_t forgiven = 0;  // attempts that were lost with their machine
  std::uint32_t attempts = 0;
  std::int32_t last_executor = 0;  // Spark's id of it: YarnAllocator.executorIdCounter (3.5)
  bool cluster_mode = false;  // its master is the driver, whose share the engine charges
  std::uint32_t master_node = kYarnNone;
  // By profile, in this decision: not yet in the view.
  std::vector<std::uint32_t> just_launched = {0};
  std::uint32_t reserved = 0;               // nodes that wait for it
  YarnVerdict verdict = YarnVerdict::Fine;  // of the queues, on its next container
  YarnAsks asks;
  std::vector<PendingContainers> told = {{}};  // the last SetPending, by profile
  std::string waits;       // the last note on why it waits

  bool wants_master() const { return stage == YarnStage::WaitsForMaster; }
  // Containers that the ResourceManager has still to find a place for.
  std::uint32_t wanted() const { return wants_master() ? 1 : asks.booked(); }
  const YarnContainer& wants() const {
    return wants_master() ? master : executors[asks.next_profile()];
  }
  const std::string& label() const { return wants_master() ? master_label : executor_label; }
};

struct YarnNode {
  Duration phase;  // its heartbeats come at phase + k * period
  Time last_beat = Time::never();
  std::string name;
  // Used by containers that the view's states do not show: masters of client mode, and what is
  // granted but not launched.
  std::int64_t held_memory = 0;
  std::int32_t held_cores = 0;
  std::uint32_t reserved = kYarnNone;  // the application that it waits for
  bool noticed = false;                // it was leaving, not broken
  bool gone = false;
};

}  // namespace muster
