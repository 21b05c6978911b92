// The master URL, as SparkContext and SparkSubmit read it (core/.../SparkContext.scala,
// SparkMasterRegex; deploy/SparkSubmit.scala, Spark 3.5).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/base/units.h"
#include "sim/workload/conf.h"

namespace muster {

struct Master {
  enum class Kind : std::uint8_t { Local, LocalCluster, Standalone, Yarn, Kubernetes, Mesos };

  Kind kind = Kind::Local;
  // Of Local and of each executor of LocalCluster; 0: as many as the machine has, local[*].
  std::int32_t cores = 1;
  std::int32_t executors = 1;  // of LocalCluster
  Bytes memory;                // of each executor of LocalCluster; else 0
  // How often a task may fail: 1 in local mode unless local[N,F] says so; 0:
  // spark.task.maxFailures.
  std::int32_t max_failures = 0;
  bool operator==(const Master&) const = default;
};

// Nothing where Spark would not understand the text. "yarn-client" and "yarn-cluster", which Spark
// knew up to 2.4, are Yarn; the deploy mode in them is the caller's business.
std::optional<Master> parse_master(std::string_view text);
// That of spark.master; nothing where it is not set or Spark would not understand it.
std::optional<Master> master_of(const Conf& conf);
// local, local[N]: driver and executor are one process. Not local-cluster.
bool is_local(const Conf& conf);

}  // namespace muster
