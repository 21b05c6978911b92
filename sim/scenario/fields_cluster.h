// The part of fields.h that says where a scenario runs: machines, executors, models.
#pragma once

#include "sim/scenario/field.h"
#include "sim/scenario/scenario.h"

namespace muster {

template <class V>
void describe(V& v, Of<NodeSpec>) {
  v.field({.name = "name",
           .doc = "Hosts are called name-1, name-2 and so on, or just name if there is one",
           .least = 1},
          &NodeSpec::name);
  v.field({.name = "count",
           .doc = "Machines of this kind at the start; 0 only with max_count",
           .most = kMostMachines},
          &NodeSpec::count);
  v.field({.name = "cores", .doc = "Cores of one machine; absent: the instance's", .least = 1},
          &NodeSpec::cores);
  v.field({.name = "memory",
           .doc = "Memory of one machine; absent: the instance's (on EMR what YARN has of it)",
           .least = 1},
          &NodeSpec::memory);
  v.field({.name = "instance",
           .doc = "Its type in the cloud, as in m5.xlarge: gives price, and cores and memory "
                  "where they are absent (on EMR always)"},
          &NodeSpec::instance);
  v.field({.name = "role", .doc = "On EMR: master, core or task", .choices = kNodeRoles},
          &NodeSpec::role);
  v.field({.name = "spot", .doc = "Cheaper, and can be reclaimed (see disturbances)"},
          &NodeSpec::spot);
  v.field({.name = "labels", .doc = "YARN: node label; Kubernetes: labels, pool=spark disk=ssd"},
          &NodeSpec::labels);
  v.field({.name = "starts_at",
           .doc = "A late worker: when it joins, from the first application's submission"},
          &NodeSpec::starts_at);
  v.field({.name = "min_count", .doc = "Autoscalers keep at least so many", .most = kMostMachines},
          &NodeSpec::min_count);
  v.field({.name = "max_count",
           .doc = "Autoscalers keep at most so many; absent: the group is fixed",
           .most = kMostMachines},
          &NodeSpec::max_count);
}

template <class V>
void describe(V& v, Of<FleetTypeSpec>) {
  v.field({.name = "instance", .doc = "As in m5.xlarge", .required = true, .least = 1},
          &FleetTypeSpec::instance);
  v.field({.name = "weight",
           .doc = "Units of capacity of one machine (WeightedCapacity)",
           .least = 1,
           .most = kMostMachines},
          &FleetTypeSpec::weight);
}

template <class V>
void describe(V& v, Of<FleetSpec>) {
  v.field({.name = "name",
           .doc = "Its machines on demand are the group NAME, those on spot NAME-spot",
           .least = 1},
          &FleetSpec::name);
  v.field({.name = "role", .doc = "master, core or task", .choices = kNodeRoles},
          &FleetSpec::role);
  v.field({.name = "on_demand_capacity",
           .doc = "Units on demand (TargetOnDemandCapacity)",
           .most = kMostMachines},
          &FleetSpec::on_demand_capacity);
  v.field({.name = "spot_capacity", .doc = "Units on spot (TargetSpotCapacity)",
           .most = kMostMachines},
          &FleetSpec::spot_capacity);
  v.field({.name = "types",
           .doc = "Of these the cheapest for a unit is taken",
           .required = true},
          &FleetSpec::types);
}

template <class V>
void describe(V& v, Of<PriceSpec>) {
  v.field({.name = "instance", .doc = "As in m5.xlarge", .required = true, .least = 1},
          &PriceSpec::instance);
  v.field({.name = "on_demand",
           .doc = "US dollars an hour; absent: the built-in price of the type",
           .most = 1'000'000},
          &PriceSpec::on_demand);
  v.field({.name = "spot",
           .doc = "US dollars an hour on spot; absent: not known, counted as on demand",
           .most = 1'000'000},
          &PriceSpec::spot);
}

template <class V>
void describe(V& v, Of<ExecutorSpec>) {
  v.field({.name = "id", .doc = "Spark's executor id; absent: numbered from 0"}, &ExecutorSpec::id);
  v.field({.name = "host", .doc = "Absent: a host of its own for each executor"},
          &ExecutorSpec::host);
  v.field({.name = "count", .doc = "Equal executors", .least = 1, .most = kMostMachines},
          &ExecutorSpec::count);
  v.field({.name = "cores", .doc = "Absent: spark.executor.cores, else 1", .least = 1},
          &ExecutorSpec::cores);
  v.field({.name = "memory", .doc = "Absent: spark.executor.memory, else 1g", .least = 1},
          &ExecutorSpec::memory);
  v.field({.name = "registered_at",
           .doc = "When it registers with the driver, from the application's start"},
          &ExecutorSpec::registered_at);
  v.field({.name = "usable_at", .doc = "When it can first get a task; absent: at registration"},
          &ExecutorSpec::usable_at);
  v.field({.name = "removed_at", .doc = "When it goes; absent: at the application's end"},
          &ExecutorSpec::removed_at);
  v.field({.name = "removed_when_idle",
           .doc = "True: from removed_at on it gets no new task and goes when its last one has "
                  "ended. False: it is lost with all that runs on it"},
          &ExecutorSpec::removed_when_idle);
  v.field({.name = "block_manager_host", .doc = "Where its blocks are reached, if not at host"},
          &ExecutorSpec::block_manager_host);
  v.field({.name = "resource_profile", .doc = "Spark's id of its resource profile"},
          &ExecutorSpec::resource_profile);
  v.field({.name = "removed_reason", .doc = "As in the event log"}, &ExecutorSpec::removed_reason);
  v.field({.name = "storage_memory", .doc = "For cached blocks; absent: no limit"},
          &ExecutorSpec::storage_memory);
}

template <class V>
void describe(V& v, Of<ClusterSpec>) {
  v.field({.name = "master",
           .doc = "As for --master: local[4], spark://host:7077, yarn, k8s://...; absent: "
                  "spark.master"},
          &ClusterSpec::master);
  v.field({.name = "deploy_mode",
           .doc = "Where the driver runs; absent: spark.submit.deployMode, else client",
           .choices = kDeployModes},
          &ClusterSpec::deploy_mode);
  v.field({.name = "nodes", .doc = "Groups of equal machines"}, &ClusterSpec::nodes);
  v.field({.name = "fleets", .doc = "EMR's instance fleets: machines by capacity"},
          &ClusterSpec::fleets);
  v.field({.name = "prices", .doc = "Of machines, where they are not the built-in ones"},
          &ClusterSpec::prices);
  v.field({.name = "executors", .doc = "Executors given as facts, not asked of a cluster manager"},
          &ClusterSpec::executors);
  v.field({.name = "shared_cores",
           .doc = "Real cores of the one machine that all nodes and the driver share; absent: each "
                  "node has its own"},
          &ClusterSpec::shared_cores);
  v.field({.name = "manager", .doc = "A model; absent: the master decides"},
          &ClusterSpec::manager);
  v.field({.name = "cloud", .doc = "A model; absent: none"}, &ClusterSpec::cloud);
  v.field({.name = "autoscaler", .doc = "A model; absent: none"}, &ClusterSpec::autoscaler);
  v.field({.name = "disturbances", .doc = "Models of what goes wrong"},
          &ClusterSpec::disturbances);
}

}  // namespace muster
