// Amazon EMR: what a release and the instance types make of a YARN cluster. Nothing here happens
// while a simulation runs; a scenario is completed before it. Sections are those of
// spark-semantics.md.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "models/fault.h"
#include "models/parameters.h"
#include "sim/scenario/scenario.h"

namespace muster {

std::span<const Parameter> emr_parameters();

struct EmrChanges {
  std::vector<std::string> set;     // "core: 4 cores, 12288 MB for YARN (m5.xlarge)"
  std::vector<std::string> faults;  // what is wrong with the scenario
};

// Fills cores, memory and labels of the nodes, the cluster manager's parameters and the Spark
// settings that EMR writes into spark-defaults, where the scenario does not set them itself (cores
// and memory always follow the instance type). Doing it twice changes nothing. With faults nothing
// of use was done.
EmrChanges apply_emr(Scenario& scenario);

// Where the release is newer than what is known here; empty: it is known.
std::string emr_release_doubt(const ModelChoice& cloud);
// The faults of apply_emr(), for the catalog.
ModelFaults emr_faults(const ModelChoice& choice, const Scenario& scenario);

// 9.1: what HDFS keeps of each block, by the number of core nodes.
int emr_hdfs_replication(int core_nodes);

// An executor as EMR sizes it for the core nodes.
struct EmrExecutor {
  std::int32_t cores = 0;
  std::int64_t heap_mib = 0;
};
EmrExecutor emr_default_executor(std::int32_t vcpu, std::int64_t yarn_mib, double overhead_factor);
// maximizeResourceAllocation: one that takes the node.
EmrExecutor emr_largest_executor(std::int32_t vcpu, std::int64_t yarn_mib, double overhead_factor);

}  // namespace muster
