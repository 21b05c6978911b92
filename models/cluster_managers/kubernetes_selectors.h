// Which groups of nodes a pod may go to: Spark's node selectors against the nodes' labels.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/fault.h"
#include "sim/scenario/scenario.h"
#include "sim/workload/conf.h"

namespace muster {

// A label of a node, or what a selector wants: key and value.
using KubernetesLabel = std::pair<std::string, std::string>;

// NodeSpec::labels, "pool=spark disk=ssd", and those that the kubelet sets: the instance's type,
// the operating system, arm64 for Graviton and else amd64, and of a group of one machine its host.
std::vector<KubernetesLabel> kubernetes_labels(const NodeSpec& node);

// Bits by row of ClusterSpec::nodes that the selectors of a driver or an executor admit
// (spark.kubernetes.node.selector.*, and from 3.3 spark.kubernetes.<role>.node.selector.*); rows
// from 64 on are admitted, all bits: there is no selector. Labels of a cloud that no node has (its
// zone, capacity type) leave no group out; the name of one machine stands for its group.
// `version` as of version_number().
std::uint64_t kubernetes_groups(const Conf& conf, int version, const std::string& role,
                                const std::vector<NodeSpec>& nodes);

// Selectors that no node satisfies, whose pods would wait for ever, and those not taken literally.
ModelFaults kubernetes_doubts(const Scenario& scenario);

}  // namespace muster
