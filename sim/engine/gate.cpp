#include "sim/engine/gate.h"

#include <algorithm>

#include "sim/scenario/master.h"

namespace muster {

Gate gate_of(const Conf& conf, std::uint32_t initial_executors) {
  const auto master = master_of(conf);
  Gate gate;
  if (!master || master->kind == Master::Kind::Local) return gate;
  const bool counts_executors =
      master->kind == Master::Kind::Yarn || master->kind == Master::Kind::Kubernetes;
  gate.counts = counts_executors ? Gate::Counts::Executors : Gate::Counts::Cores;
  gate.ratio = conf.number("spark.scheduler.minRegisteredResourcesRatio",
                           counts_executors ? 0.8 : 0.0);
  gate.ratio = std::clamp(gate.ratio, 0.0, 1.0);
  gate.timeout = conf.duration("spark.scheduler.maxRegisteredResourcesWaitingTime",
                               Duration::seconds(30), Duration::millis(1));
  gate.expected = counts_executors ? std::int64_t{initial_executors}
                                   : conf.integer("spark.cores.max", 0);
  return gate;
}

}  // namespace muster
