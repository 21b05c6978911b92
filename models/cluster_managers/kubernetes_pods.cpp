#include "models/cluster_managers/kubernetes_pods.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "models/memory/overhead.h"
#include "sim/scenario/json_tree.h"

namespace muster {
namespace {

constexpr Bytes kPodMib = Bytes::mib(1);
constexpr Bytes kPodHeap = Bytes::gib(1);         // spark.{driver,executor}.memory
constexpr double kPodJvmFactor = 0.1, kPodOtherFactor = 0.4;

std::int64_t pod_mib(const Conf& conf, std::string_view key, Bytes fallback) {
  return conf.bytes(key, fallback, kPodMib).count() / kPodMib.count();
}

// The submitter notes what it starts (APP_RESOURCE_TYPE); only in cluster mode, as Spark does.
bool pod_runs(const Conf& conf, std::string_view language) {
  return conf.text("spark.kubernetes.resource.type", "java") == language;
}

// The key of before 3.3, which still stands behind those of driver and executors. Python and R
// programs have more outside the heap, so their factor is larger unless one is given.
Bytes pod_overhead(const Conf& conf, int version, const std::string& role, Bytes heap) {
  const bool other = pod_runs(conf, "python") || pod_runs(conf, "r");
  const double factor =
      conf.number("spark.kubernetes.memoryOverheadFactor", other ? kPodOtherFactor : kPodJvmFactor);
  return memory_overhead(conf, version, role, heap, factor);
}

// Kubernetes' quantities: "4", "3.6", "3600m".
double pod_cpu(const Conf& conf, std::string_view key, double fallback) {
  const std::string* text = conf.find(key);
  if (!text) return fallback;
  double value = 0;
  const char* end = text->data() + text->size();
  const auto [rest, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc() || value <= 0) return fallback;
  if (rest == end) return value;
  return *rest == 'm' && rest + 1 == end ? value / 1000 : fallback;
}

KubernetesPod pod_of(const Conf& conf, int version, const std::string& role) {
  KubernetesPod pod;
  pod.cores = static_cast<std::int32_t>(
      std::max<std::int64_t>(conf.integer("spark." + role + ".cores", 1), 1));
  // Kubernetes rounds finer quantities up to whole millicores (resource.Quantity.MilliValue).
  pod.requested_millis = static_cast<std::int32_t>(std::ceil(
      pod_cpu(conf, "spark.kubernetes." + role + ".request.cores", pod.cores) * 1000 - 1e-6));
  const std::int64_t heap = pod_mib(conf, "spark." + role + ".memory", kPodHeap);
  pod.heap = Bytes::mib(heap);
  pod.memory = pod.heap + pod_overhead(conf, version, role, pod.heap);
  return pod;
}

// BasicExecutorFeatureStep, 3.5: request.cores is of the default profile only.
Conf pod_conf(const Application& application, std::uint32_t profile) {
  if (profile == 0) return application.conf;
  const KubernetesPod plain =
      pod_of(application.conf, kubernetes_spark_version(application), "executor");
  Conf conf = profile_conf_with_overhead(application, profile, plain.memory - plain.heap);
  conf.set("spark.kubernetes.executor.request.cores", conf.text("spark.executor.cores", "1"));
  return conf;
}

// ValidateResourceRequirements of Kubernetes (pkg/apis/core/validation). The limit is of the
// default profile only, as the request is.
void look_at_cpu(const Conf& conf, const Conf& own, const std::string& role,
                 const std::string& path, ModelFaults& faults) {
  const std::string request = "spark.kubernetes." + role + ".request.cores";
  const std::string limit = "spark.kubernetes." + role + ".limit.cores";
  const std::string cores = conf.text("spark." + role + ".cores", "1");
  const std::string asked = conf.text(request, cores);
  const double least = pod_cpu(conf, request, pod_cpu(conf, "spark." + role + ".cores", 1));
  const double most = pod_cpu(conf, limit, least);
  const bool new_here =
      own.find(request) || own.find(limit) || own.find("spark." + role + ".cores");
  if (least <= most || !new_here) return;
  faults.push_back({"",
                    "Kubernetes refuses the " + role +
                        " pod: \"spec.containers[0].resources.requests: Invalid value: \"" + asked +
                        "\": must be less than or equal to cpu limit\" of " +
                        conf.text(limit, ""),
                    json_path(own.find(limit) ? path : "/spark/conf", limit)});
}

}  // namespace

ModelFaults kubernetes_pod_faults(const Scenario& scenario) {
  ModelFaults faults;
  const auto look = [&](const Conf& conf, const Conf& own, const std::string& path) {
    if (scenario.cluster.deploy_mode == "cluster") look_at_cpu(conf, own, "driver", path, faults);
    look_at_cpu(conf, own, "executor", path, faults);
  };
  look(scenario.conf, scenario.conf, "/spark/conf");
  for (std::size_t a = 0; a < scenario.applications.size(); ++a) {
    Conf conf = scenario.conf;
    const Conf& own = scenario.applications[a].conf;
    for (const auto& [key, value] : own.entries()) conf.set(key, value);
    look(conf, own, "/applications/" + std::to_string(a) + "/conf");
  }
  return faults;
}

int kubernetes_spark_version(const Application& application) {
  const int version = version_number(application.spark_version);
  return version == 0 ? spark(3, 5) : version;
}

KubernetesPod kubernetes_driver_pod(const Application& application) {
  return pod_of(application.conf, kubernetes_spark_version(application), "driver");
}

KubernetesPod kubernetes_executor_pod(const Application& application, std::uint32_t profile) {
  const Conf conf = pod_conf(application, profile);
  KubernetesPod pod = pod_of(conf, kubernetes_spark_version(application), "executor");
  if (conf.flag("spark.memory.offHeap.enabled", false))
    pod.memory += Bytes::mib(conf.bytes("spark.memory.offHeap.size", Bytes(), Bytes(1)).count() /
                             kPodMib.count());
  if (pod_runs(conf, "python"))
    pod.memory += Bytes::mib(pod_mib(conf, "spark.executor.pyspark.memory", Bytes()));
  return pod;
}

}  // namespace muster
