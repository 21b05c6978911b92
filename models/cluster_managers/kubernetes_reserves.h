// What a Kubernetes node keeps of its machine (kube-reserved and the eviction threshold): pods can
// be given the rest, the node's allocatable.
#pragma once

#include <cstdint>
#include <string>

#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"

namespace muster {

class KubernetesReserves {
 public:
  // From the parameters of the manager `kubernetes`.
  explicit KubernetesReserves(const ModelChoice& manager);
  ClusterManager::Reserve of(std::int32_t cores, std::int64_t memory) const;
  // "eks", "gke", "none", as in the scenario.
  const std::string& rule() const { return rule_; }

 private:
  std::string rule_;
  std::int64_t pods_ = 0;          // max-pods; 0: as EC2's network interfaces allow
  double overhead_ = 0;            // of the machine's memory
  std::int64_t millis_ = -1;       // given; negative: by the rule
  std::int64_t memory_ = -1;       // likewise, bytes
};

}  // namespace muster
