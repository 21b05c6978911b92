#include <cstdint>
#include <string>

#include "sim/scenario/checker.h"

namespace muster {
namespace {

std::string where(const std::string& path, const char* key) { return path + "/" + key; }

// SparkConf.validateSettings (core/.../SparkConf.scala, 3.5).
void check_heartbeats(const Checker& checker, const Conf& conf, const std::string& path) {
  const Duration timeout = conf.duration("spark.network.timeout", Duration::seconds(120),
                                         Duration::seconds(1));
  const Duration interval = conf.duration("spark.executor.heartbeatInterval",
                                          Duration::seconds(10), Duration::millis(1));
  if (timeout > interval) return;
  const char* key = conf.find("spark.executor.heartbeatInterval")
                        ? "spark.executor.heartbeatInterval"
                        : "spark.network.timeout";
  checker.add(where(path, key),
              "The value of spark.network.timeout=" + std::to_string(timeout.in_millis()) +
                  "ms must be greater than the value of spark.executor.heartbeatInterval=" +
                  std::to_string(interval.in_millis()) + "ms");
}

// UnifiedMemoryManager.getMaxMemory (core/.../memory/UnifiedMemoryManager.scala, 1.6 and later).
void check_heap(const Checker& checker, const Conf& conf, const std::string& path) {
  constexpr std::int64_t kLeast = 300 * 3 / 2 * std::int64_t{1024} * 1024;
  constexpr const char* kKey = "spark.executor.memory";
  if (!conf.find(kKey) || plausible_version(checker.scenario.spark_version) < spark(1, 6)) return;
  const std::int64_t heap = conf.bytes(kKey, Bytes::gib(1), Bytes::mib(1)).count();
  if (heap >= kLeast) return;
  checker.add(where(path, kKey), "Executor memory " + std::to_string(heap) +
                                     " must be at least " + std::to_string(kLeast) +
                                     ". Please increase executor memory using the "
                                     "--executor-memory option or spark.executor.memory in Spark "
                                     "configuration.");
}

// SparkSubmitArguments.validateSubmitArguments (core/.../deploy/SparkSubmitArguments.scala, 3.5).
void check_instances(const Checker& checker, const Conf& conf, const std::string& path) {
  constexpr const char* kKey = "spark.executor.instances";
  if (conf.integer(kKey, 1) > 0 || allocates_dynamically(checker.scenario, conf)) return;
  checker.add(where(path, kKey), "Number of executors must be a positive number");
}

// Config.scala of Spark on Kubernetes, 3.5: the driver does not start with them.
void check_pods(const Checker& checker, const Conf& conf, const std::string& path) {
  const std::string& master = checker.scenario.cluster.master;
  if (!(master.empty() ? conf.text("spark.master", "") : master).starts_with("k8s://")) return;
  struct Least {
    const char* key;
    const char* what;
  };
  constexpr Least kCounts[] = {
      {"spark.kubernetes.allocation.batch.size",
       "Allocation batch size should be a positive integer"},
      {"spark.kubernetes.allocation.maxPendingPods",
       "Maximum number of pending pods should be a positive integer"},
      {"spark.kubernetes.allocation.maxPendingPodsPerRp",
       "Maximum number of pending pods per rp id should be a positive integer"}};
  constexpr Least kTimes[] = {
      {"spark.kubernetes.allocation.batch.delay",
       "Allocation batch delay must be a positive time value."},
      {"spark.kubernetes.allocation.executor.timeout",
       "Allocation executor timeout must be a positive time value."}};
  const auto refuse = [&](const Least& one) {
    checker.add(where(path, one.key), "is " + conf.text(one.key, "") + ": " + one.what);
  };
  for (const Least& one : kCounts)
    if (conf.integer(one.key, 1) < 1) refuse(one);
  const Duration second = Duration::seconds(1);
  for (const Least& one : kTimes)
    if (conf.duration(one.key, second, Duration::millis(1)) <= Duration()) refuse(one);
}

}  // namespace

void check_refusals(const Checker& checker, const Conf& conf, const std::string& path) {
  check_heartbeats(checker, conf, path);
  check_heap(checker, conf, path);
  check_instances(checker, conf, path);
  check_pods(checker, conf, path);
}

}  // namespace muster
