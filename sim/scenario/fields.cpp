#include "sim/scenario/fields.h"

namespace muster {

template <>
ExecutorSpec default_record<ExecutorSpec>(const Conf& conf) {
  ExecutorSpec executor;
  // A setting out of range is a problem of its own, in validate().
  constexpr std::int64_t kMostCores = std::numeric_limits<std::int32_t>::max();
  const std::int64_t cores = conf.integer("spark.executor.cores", executor.cores);
  if (cores >= 1 && cores <= kMostCores) executor.cores = static_cast<std::int32_t>(cores);
  executor.memory = conf.bytes("spark.executor.memory", executor.memory, Bytes::mib(1));
  return executor;
}

template <>
ClusterSpec default_record<ClusterSpec>(const Conf& conf) {
  ClusterSpec cluster;
  cluster.master = conf.text("spark.master", cluster.master);
  cluster.deploy_mode = conf.text("spark.submit.deployMode", cluster.deploy_mode);
  return cluster;
}

template <>
JobsWorkload default_record<JobsWorkload>(const Conf& conf) {
  JobsWorkload workload;
  workload.application_name = conf.text("spark.app.name", workload.application_name);
  return workload;
}

template <>
ApplicationSpec default_record<ApplicationSpec>(const Conf& conf) {
  ApplicationSpec application;
  application.workload = default_record<JobsWorkload>(conf);
  return application;
}

template <>
Scenario default_record<Scenario>(const Conf& conf) {
  Scenario scenario;
  scenario.cluster = default_record<ClusterSpec>(conf);
  scenario.workload = default_record<JobsWorkload>(conf);
  return scenario;
}

}  // namespace muster
