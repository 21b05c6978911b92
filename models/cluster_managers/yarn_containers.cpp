#include "models/cluster_managers/yarn_containers.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/memory/overhead.h"

namespace muster {
namespace {

constexpr Bytes kYarnMib = Bytes::mib(1);
// spark-semantics 5.1: the least overhead, and its share of the heap.
constexpr Bytes kYarnLeastOverhead = Bytes::mib(384);
constexpr double kYarnOverheadFactor = 0.10;

bool yarn_since(int version, int gate) { return version == 0 || version >= gate; }

// ResourceRequestHelper and Client.scala count in whole MiB and drop the rest.
Bytes yarn_whole_mib(double bytes) {
  return Bytes::mib(static_cast<std::int64_t>(bytes / static_cast<double>(kYarnMib.count())));
}

// EMR's Spark reads spark.yarn.executor.memoryOverheadFactor in every version.
Bytes yarn_overhead(const Conf& conf, int version, const std::string& role, Bytes heap) {
  return memory_overhead(
      conf, version, role, heap,
      conf.number("spark.yarn." + role + ".memoryOverheadFactor", kYarnOverheadFactor));
}

YarnContainer yarn_rounded(YarnContainer container, YarnAllocation allocation) {
  const std::int64_t step = std::max<std::int64_t>(allocation.minimum.count(), 1);
  const std::int64_t steps = std::max<std::int64_t>((container.asked.count() + step - 1) / step, 1);
  container.granted = Bytes(steps * step);
  return container;
}

}  // namespace

YarnContainer yarn_executor_container(const Conf& conf, int version, YarnAllocation allocation) {
  YarnContainer container;
  container.heap = conf.bytes("spark.executor.memory", Bytes::gib(1), kYarnMib);
  container.cores = static_cast<std::int32_t>(conf.integer("spark.executor.cores", 1));
  container.asked = container.heap + yarn_overhead(conf, version, "executor", container.heap);
  // [K] Until 2.4 users had to put off-heap memory into the overhead themselves.
  if (yarn_since(version, spark(3, 0)) && conf.flag("spark.memory.offHeap.enabled", false))
    container.off_heap = conf.bytes("spark.memory.offHeap.size", Bytes(), Bytes(1));
  if (conf.flag("spark.yarn.isPython", false))
    container.python = conf.bytes("spark.executor.pyspark.memory", Bytes(), kYarnMib);
  container.asked += container.off_heap + container.python;
  return yarn_rounded(container, allocation);
}

std::vector<YarnContainer> yarn_executor_containers(const Application& app,
                                                    YarnAllocation allocation) {
  const int version = version_number(app.spark_version);
  std::vector<YarnContainer> all = {yarn_executor_container(app.conf, version, allocation)};
  for (std::uint32_t row = 1; row <= app.resource_profiles.size(); ++row)
    all.push_back(yarn_executor_container(
        profile_conf_with_overhead(app, row, all.front().overhead()), version, allocation));
  return all;
}

YarnContainer yarn_master_container(const Conf& conf, int version, bool cluster_mode,
                                    YarnAllocation allocation) {
  YarnContainer container;
  if (cluster_mode) {
    container.heap = conf.bytes("spark.driver.memory", Bytes::gib(1), kYarnMib);
    container.cores = static_cast<std::int32_t>(conf.integer("spark.driver.cores", 1));
    container.asked = container.heap + yarn_overhead(conf, version, "driver", container.heap);
  } else {
    container.heap = conf.bytes("spark.yarn.am.memory", Bytes::mib(512), kYarnMib);
    container.cores = static_cast<std::int32_t>(conf.integer("spark.yarn.am.cores", 1));
    const Bytes share =
        yarn_whole_mib(kYarnOverheadFactor * static_cast<double>(container.heap.count()));
    container.asked = container.heap + conf.bytes("spark.yarn.am.memoryOverhead",
                                                  std::max(kYarnLeastOverhead, share), kYarnMib);
  }
  return yarn_rounded(container, allocation);
}

std::string yarn_invalid_request(const YarnContainer& container, YarnAllocation most,
                                 YarnAllocation allocation) {
  if (container.cores <= most.most_cores) return "";
  const auto resource = [](Bytes memory, std::int32_t cores) {
    return fmt::format("<memory:{}, vCores:{}>", memory.count() >> 20, cores);
  };
  return "Invalid resource request! Cannot allocate containers as requested resource is greater "
         "than maximum allowed allocation. Requested resource type=[vcores], Requested resource=" +
         resource(container.asked, container.cores) +
         ", maximum allowed allocation=" + resource(most.maximum, most.most_cores) +
         ", please note that maximum allowed allocation is calculated by scheduler based on "
         "maximum resource of registered NodeManagers, which might be less than configured "
         "maximum allocation=" +
         resource(allocation.maximum, allocation.most_cores);
}

std::string yarn_refusal(const YarnContainer& executor, const YarnContainer& master, Bytes maximum,
                         int version) {
  const auto mib = [](Bytes bytes) { return std::to_string(bytes.count() >> 20); };
  std::string what;
  if (executor.asked > maximum) {
    const std::string heap = "Required executor memory (" + mib(executor.heap);
    const std::string python = " MB), and PySpark memory (" + mib(executor.python) + " MB)";
    if (yarn_since(version, spark(3, 0)))
      what = heap + " MB), offHeap memory (" + mib(executor.off_heap) + ") MB, overhead (" +
             mib(executor.overhead()) + python;
    else if (yarn_since(version, spark(2, 4)))
      what = heap + "), overhead (" + mib(executor.overhead()) + python;
    else
      what = heap + "+" + mib(executor.overhead()) + " MB)";
  } else if (master.asked > maximum) {
    what = "Required AM memory (" + mib(master.heap) + "+" + mib(master.overhead()) + " MB)";
  } else {
    return "";
  }
  return what + " is above the max threshold (" + mib(maximum) +
         " MB) of this cluster! Please check the values of "
         "'yarn.scheduler.maximum-allocation-mb' and/or 'yarn.nodemanager.resource.memory-mb'.";
}

}  // namespace muster
