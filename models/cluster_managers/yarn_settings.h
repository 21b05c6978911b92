// What a scenario says about its YARN cluster, read once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/cluster_managers/yarn_containers.h"
#include "models/cluster_managers/yarn_queues.h"
#include "models/parameters.h"
#include "sim/scenario/scenario.h"

namespace muster {

// Node labels that an application's containers ask for; empty: the default partition.
struct YarnLabelsOf {
  std::string master, executor;
};

// The queue of an application that names none. Spark always names one, `default`; the FairScheduler
// takes that for none (QueuePlacementPolicy of specified, then user; Hadoop 3.3).
std::string yarn_unnamed_queue(const Parameters& given);
// What an application asks for, as written or that one.
std::string yarn_asked_queue(const Conf& conf, const std::string& unnamed);

struct YarnSettings {
  explicit YarnSettings(const Scenario& scenario);

  // spark.yarn.{am,executor}.nodeLabelExpression, else the default for masters, else the queue's.
  YarnLabelsOf labels_of(const Conf& conf) const;
  const YarnQueue* queue_of(const Conf& conf) const;  // null: there is none of that name
  // By row of ClusterSpec::nodes.
  bool may_use(const std::string& label, std::uint32_t group) const {
    const Group& of = groups[group];
    return of.manages && (of.label == label || (label.empty() && share_labels));
  }

  YarnAllocation allocation;
  bool count_cores = false;  // DominantResourceCalculator
  bool reservations = true;
  double reservable_nodes = 1;  // part of the nodes that one application may reserve
  bool share_labels = false;
  std::string am_label;
  std::string unnamed_queue;
  std::vector<YarnQueue> queues;
  YarnQueues::Rules rules;
  Duration heartbeat;
  std::uint32_t per_heartbeat = 1;
  Duration submission, client_submission, am_start, driver_start, client_ask, cluster_ask;
  Duration python_submission, python_localisation;  // what Python applications take more
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
