// What a scenario says about its YARN cluster, read once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/cluster_managers/yarn_containers.h"
#include "models/cluster_managers/yarn_queues.h"
#include "sim/scenario/scenario.h"

namespace muster {

struct YarnSettings {
  explicit YarnSettings(const Scenario& scenario);

  YarnAllocation allocation;
  bool count_cores = false;  // DominantResourceCalculator
  bool reservations = true;
  bool share_labels = false;
  std::string am_label;
  std::vector<YarnQueue> queues;
  YarnQueues::Rules rules;
  std::string fault;  // of the queues' text; empty: none
  Duration heartbeat;
  std::uint32_t per_heartbeat = 1;
  Duration submission, client_submission, am_start, driver_start, client_ask, cluster_ask;
  Duration executor_start, executor_usable, node_expiry;
  double executor_start_cpu = 0;
  std::uint32_t am_attempts = 2;
  // By row of ClusterSpec::nodes.
  struct Group {
    std::string name;
    std::string label;
    std::int32_t count = 1;
    bool manages = true;  // runs a NodeManager: all but EMR's master
  };
  std::vector<Group> groups;
};

}  // namespace muster
