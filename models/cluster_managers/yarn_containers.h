// How much of a node a YARN container takes: Spark's request (heap and what comes on top of it,
// by version) and YARN's rounding.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/units.h"
#include "sim/workload/application.h"
#include "sim/workload/conf.h"

namespace muster {

// yarn.scheduler.minimum-allocation-mb, maximum-allocation-mb and maximum-allocation-vcores.
struct YarnAllocation {
  Bytes minimum = Bytes::mib(1024);
  Bytes maximum = Bytes::mib(8192);
  std::int32_t most_cores = 4;
};

struct YarnContainer {
  Bytes heap;                  // -Xmx
  Bytes off_heap, python;
  Bytes asked;                 // heap, overhead, off-heap and Python memory
  Bytes granted;               // `asked`, rounded up to a multiple of the minimum
  std::int32_t cores = 1;      // asked for

  Bytes overhead() const { return asked - heap - off_heap - python; }
};

// What the ResourceManager says of a request for more vcores than it gives to one container: an
// InvalidResourceRequestException, with either calculator (SchedulerUtils.validateResourceRequest,
// Hadoop 3.3). `most`: what the largest node has, no more than `allocation`. Empty: it is fine.
std::string yarn_invalid_request(const YarnContainer& container, YarnAllocation most,
                                 YarnAllocation allocation);

// What Client.verifyClusterResources says where `maximum` is less than one of the two containers;
// empty: both fit. It looks at memory only (3.5).
std::string yarn_refusal(const YarnContainer& executor, const YarnContainer& master, Bytes maximum,
                         int version);

// `version` as of version_number(); 0 is taken for the newest.
YarnContainer yarn_executor_container(const Conf& conf, int version, YarnAllocation allocation);
// One for each resource profile, the default one first.
std::vector<YarnContainer> yarn_executor_containers(const Application& application,
                                                    YarnAllocation allocation);
// The application master: in cluster mode it holds the driver, in client mode it is a small
// process (ExecutorLauncher) that only asks for executors.
YarnContainer yarn_master_container(const Conf& conf, int version, bool cluster_mode,
                                    YarnAllocation allocation);

}  // namespace muster
