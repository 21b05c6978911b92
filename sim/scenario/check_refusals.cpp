#include <algorithm>
#include <cstdint>
#include <sstream>
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

bool sets_heap(const std::string& java_options) {
  std::istringstream words(java_options);
  for (std::string word; words >> word;)
    if (word.starts_with("-Xmx")) return true;
  return false;
}

// SparkConf.validateSettings for executors, SparkSubmitCommandBuilder.checkJavaOptions (launcher,
// 3.5) for the driver.
void check_java_options(const Checker& checker, const Conf& conf, const std::string& path) {
  constexpr const char* kExecutor = "spark.executor.extraJavaOptions";
  constexpr const char* kDriver = "spark.driver.extraJavaOptions";
  const std::string executor = conf.text(kExecutor, ""), driver = conf.text(kDriver, "");
  const std::string was = "(was '" + executor + "'). ";
  if (executor.find("-Dspark") != executor.npos)
    checker.add(where(path, kExecutor),
                std::string(kExecutor) + " is not allowed to set Spark options " + was +
                    "Set them directly on a SparkConf or in a properties file when using "
                    "./bin/spark-submit.");
  else if (executor.find("-Xmx") != executor.npos)
    checker.add(where(path, kExecutor),
                std::string(kExecutor) + " is not allowed to specify max heap memory settings " +
                    was + "Use spark.executor.memory instead.");
  if (sets_heap(driver))
    checker.add(where(path, kDriver),
                "Not allowed to specify max heap(Xmx) memory settings through java options (was " +
                    driver +
                    "). Use the corresponding --driver-memory or spark.driver.memory "
                    "configuration instead.");
}

// SparkConf.validateSettings; MemoryManager (core/.../memory/MemoryManager.scala, 3.5).
void check_memory_shares(const Checker& checker, const Conf& conf, const std::string& path) {
  for (const char* key : {"spark.memory.fraction", "spark.memory.storageFraction"}) {
    const double share = conf.number(key, 0.5);
    if (share < 0 || share > 1)
      checker.add(where(path, key), std::string(key) + " should be between 0 and 1 (was '" +
                                        conf.text(key, "") + "').");
  }
  if (conf.flag("spark.memory.offHeap.enabled", false) &&
      conf.bytes("spark.memory.offHeap.size", Bytes(0), Bytes(1)) <= Bytes(0))
    checker.add(
        where(path, "spark.memory.offHeap.enabled"),
        "spark.memory.offHeap.size must be > 0 when spark.memory.offHeap.enabled == true");
}

// UnifiedMemoryManager.getMaxMemory (core/.../memory/UnifiedMemoryManager.scala, 1.6 and later).
// A JVM may count less than it was given, so that Spark's own number can be lower.
void check_heaps(const Checker& checker, const Conf& conf, const std::string& path) {
  constexpr std::int64_t kLeast = 300 * 3 / 2 * std::int64_t{1024} * 1024;
  struct Heap {
    const char* key;
    const char* what;
    const char* advice;
  };
  constexpr Heap kHeaps[] = {
      {"spark.driver.memory", "System memory ",
       "heap size using the --driver-memory option or spark.driver.memory"},
      {"spark.executor.memory", "Executor memory ",
       "executor memory using the --executor-memory option or spark.executor.memory"}};
  if (plausible_version(checker.scenario.spark_version) < spark(1, 6)) return;
  for (const Heap& one : kHeaps) {
    if (!conf.find(one.key)) continue;
    const std::int64_t heap = conf.bytes(one.key, Bytes::gib(1), Bytes::mib(1)).count();
    if (heap >= kLeast) continue;
    checker.add(where(path, one.key), one.what + std::to_string(heap) + " must be at least " +
                                          std::to_string(kLeast) + ". Please increase " +
                                          one.advice + " in Spark configuration.");
  }
}

// KryoSerializer.scala, RpcUtils.maxMessageSizeBytes; SQLConf.SHUFFLE_PARTITIONS from 3.0 on.
void check_sizes(const Checker& checker, const Conf& conf, const std::string& path) {
  constexpr const char* kKryo = "spark.kryoserializer.buffer.max";
  constexpr const char* kMessage = "spark.rpc.message.maxSize";
  constexpr const char* kPartitions = "spark.sql.shuffle.partitions";
  const std::int64_t mib = Bytes::mib(1).count();
  const std::int64_t buffer = conf.bytes(kKryo, Bytes::mib(64), Bytes::mib(1)).count() / mib;
  if (buffer >= 2048)
    checker.add(where(path, kKryo), std::string(kKryo) + " must be less than 2048 mb, got: " +
                                        std::to_string(buffer) + " mb.");
  if (conf.integer(kMessage, 128) > 2047)
    checker.add(where(path, kMessage),
                std::string(kMessage) + " should not be greater than 2047 MB");
  if (conf.integer(kPartitions, 200) < 1 &&
      plausible_version(checker.scenario.spark_version) >= spark(3, 0))
    checker.add(where(path, kPartitions), "'" + conf.text(kPartitions, "") + "' in " +
                                              kPartitions + " is invalid. The value of " +
                                              kPartitions + " must be positive");
}

// HealthTracker.validateExcludeOnFailureConfs (core/.../scheduler/HealthTracker.scala, 3.5).
void check_exclusion(const Checker& checker, const Conf& conf, const std::string& path) {
  constexpr const char* kAttempts = "spark.excludeOnFailure.task.maxTaskAttemptsPerNode";
  if (!conf.flag("spark.excludeOnFailure.enabled", false)) return;
  for (const char* key : {"spark.excludeOnFailure.task.maxTaskAttemptsPerExecutor", kAttempts,
                          "spark.excludeOnFailure.stage.maxFailedTasksPerExecutor",
                          "spark.excludeOnFailure.stage.maxFailedExecutorsPerNode",
                          "spark.excludeOnFailure.application.maxFailedTasksPerExecutor",
                          "spark.excludeOnFailure.application.maxFailedExecutorsPerNode"})
    if (conf.integer(key, 1) < 1)
      checker.add(where(path, key),
                  std::string(key) + " was " + conf.text(key, "") + ", but must be > 0.");
  const std::int64_t attempts = conf.integer(kAttempts, 2);
  const std::int64_t failures = conf.integer("spark.task.maxFailures", 4);
  if (attempts < failures) return;
  checker.add(where(path, conf.find(kAttempts) ? kAttempts : "spark.task.maxFailures"),
              std::string(kAttempts) + " ( = " + std::to_string(attempts) +
                  ") was >= spark.task.maxFailures ( = " + std::to_string(failures) +
                  " ). Though excludeOnFailure is enabled, with this configuration, Spark will "
                  "not be robust to one bad node. Decrease " +
                  kAttempts +
                  ", increase spark.task.maxFailures, or disable excludeOnFailure with "
                  "spark.excludeOnFailure.enabled");
}

// ExecutorAllocationManager.validateSettings (core/.../ExecutorAllocationManager.scala, 3.5).
void check_allocation_settings(const Checker& checker, const Conf& conf, const std::string& path) {
  constexpr const char* kMost = "spark.dynamicAllocation.maxExecutors";
  constexpr const char* kRatio = "spark.dynamicAllocation.executorAllocationRatio";
  const auto refuse = [&](const char* key, const char* why) {
    checker.add(where(path, key), std::string(key) + why);
  };
  if (conf.integer(kMost, 1) == 0) refuse(kMost, " cannot be 0!");
  for (const char* key : {"spark.dynamicAllocation.minExecutors", kMost})
    if (conf.integer(key, 1) < 0) refuse(key, " must be positive!");
  const Duration second = Duration::seconds(1);
  for (const char* key : {"spark.dynamicAllocation.schedulerBacklogTimeout",
                          "spark.dynamicAllocation.sustainedSchedulerBacklogTimeout"})
    if (conf.duration(key, second, second) < second) refuse(key, " must be > 0!");
  for (const char* key : {"spark.dynamicAllocation.executorIdleTimeout",
                          "spark.dynamicAllocation.cachedExecutorIdleTimeout"})
    if (conf.duration(key, second, second) < Duration()) refuse(key, " must be >= 0!");
  const double ratio = conf.number(kRatio, 1);
  if (ratio <= 0 || ratio > 1) refuse(kRatio, " must be > 0 and <= 1.0");
}

// SchedulerBackendUtils.getInitialTargetExecutorNumber (core/.../cluster, 3.5), which the backends
// of YARN and Kubernetes call; too many at least are told elsewhere.
void check_initial_executors(const Checker& checker, const Conf& conf, const std::string& path) {
  const Master::Kind kind = cluster_kind(checker.scenario);
  if (kind != Master::Kind::Yarn && kind != Master::Kind::Kubernetes) return;
  constexpr const char* kMost = "spark.dynamicAllocation.maxExecutors";
  constexpr const char* kFirst = "spark.dynamicAllocation.initialExecutors";
  if (!conf.find(kMost)) return;
  const std::int64_t least = conf.integer("spark.dynamicAllocation.minExecutors", 0);
  const std::int64_t most = conf.integer(kMost, 1);
  const std::int64_t asked = conf.integer("spark.executor.instances", 0);
  const std::int64_t first = conf.integer(kFirst, least);
  const std::int64_t initial = std::max({least, first, asked});
  if (most < 1 || least > most || initial <= most) return;
  checker.add(where(path, initial == first ? kFirst : "spark.executor.instances"),
              "initial executor number " + std::to_string(initial) +
                  " must between min executor number " + std::to_string(least) +
                  " and max executor number " + std::to_string(most));
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
  check_java_options(checker, conf, path);
  check_memory_shares(checker, conf, path);
  check_heaps(checker, conf, path);
  check_sizes(checker, conf, path);
  check_exclusion(checker, conf, path);
  if (allocates_dynamically(checker.scenario, conf)) {
    check_allocation_settings(checker, conf, path);
    check_initial_executors(checker, conf, path);
  }
  check_instances(checker, conf, path);
  check_pods(checker, conf, path);
  check_resources(checker, conf, path);
}

}  // namespace muster
