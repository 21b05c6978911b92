// What Spark on Kubernetes asks of a node for a pod: BasicDriverFeatureStep and
// BasicExecutorFeatureStep, from an application's settings.
#pragma once

#include <cstdint>

#include "models/fault.h"
#include "sim/base/units.h"
#include "sim/scenario/scenario.h"
#include "sim/workload/application.h"

namespace muster {

struct KubernetesPod {
  std::int32_t cores = 1;  // spark.executor.cores or spark.driver.cores: what Spark will use
  std::int32_t requested_millis = 1000;  // the request: thousandths of a core
  Bytes heap;    // -Xmx
  Bytes memory;  // the request, which is also the limit
  std::uint64_t groups = ~std::uint64_t{0};  // of nodes that it may use: kubernetes_groups()

  bool may_use(std::uint32_t group) const { return group >= 64 || (groups >> group & 1) != 0; }
  std::int32_t whole_cores() const { return requested_millis / 1000; }
  std::int32_t rest_millis() const { return requested_millis % 1000; }
};

KubernetesPod kubernetes_driver_pod(const Application& application);
// Of a resource profile, by its row.
KubernetesPod kubernetes_executor_pod(const Application& application, std::uint32_t profile = 0);

// What Kubernetes' API server refuses of the pods of the scenario's applications: a request of more
// CPU than the limit allows.
ModelFaults kubernetes_pod_faults(const Scenario& scenario);

// The application's version for rules that changed; one that is not known counts as 3.5.
int kubernetes_spark_version(const Application& application);

}  // namespace muster
