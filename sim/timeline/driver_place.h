// Where the driver of an application ran: a simulation says it, of a recording Spark's own settings
// do, as far as they go.
#pragma once

#include <cstdint>
#include <string>

#include "sim/timeline/result.h"

namespace muster {

struct DriverPlace {
  enum class Kind : std::uint8_t {
    Local,    // with the one executor, in one JVM
    Client,   // where spark-submit was called
    Master,   // YARN: in the ApplicationMaster
    Pod,      // Kubernetes
    Cluster,  // a worker of standalone, an agent of Mesos, or nothing is known of the manager
  };
  Kind kind = Kind::Client;
  std::string host;      // of the timeline's executors or the result's nodes; may be empty
  std::string pod;       // its name, where the settings say it
  bool simulated = false;
};

// By spark.master, spark.submit.deployMode (absent: client, Spark's default), the node that a
// simulation chose, else spark.driver.host, else the driver's own block manager.
DriverPlace driver_place(const Timeline& timeline, const Milestones& milestones);

// "outside the cluster (client mode)", "in the ApplicationMaster on node-2", "on 10.0.0.7 (client
// mode)". A driver of cluster mode that has no node yet is "not placed yet".
std::string words_of(const DriverPlace& place);

}  // namespace muster
