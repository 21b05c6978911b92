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

}  // namespace

void check_refusals(const Checker& checker, const Conf& conf, const std::string& path) {
  check_heartbeats(checker, conf, path);
  check_heap(checker, conf, path);
  check_instances(checker, conf, path);
}

}  // namespace muster
