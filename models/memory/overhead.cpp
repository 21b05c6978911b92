#include "models/memory/overhead.h"

#include <algorithm>
#include <cstdint>

namespace muster {

Bytes memory_overhead(const Conf& conf, int version, const std::string& role, Bytes heap,
                      double factor) {
  const Bytes mib = Bytes::mib(1);
  const Bytes old = conf.bytes("spark.yarn." + role + ".memoryOverhead", Bytes(-1), mib);
  const Bytes given = conf.bytes("spark." + role + ".memoryOverhead", old, mib);
  if (given >= Bytes()) return given;
  const auto since = [version](int gate) { return version == 0 || version >= gate; };
  if (since(spark(3, 3))) factor = conf.number("spark." + role + ".memoryOverheadFactor", factor);
  Bytes least = Bytes::mib(384);
  if (since(spark(4, 0))) least = conf.bytes("spark." + role + ".minMemoryOverhead", least, mib);
  const double share = factor * static_cast<double>(heap.count());
  return std::max(least, Bytes::mib(static_cast<std::int64_t>(
                             share / static_cast<double>(mib.count()))));
}

Conf profile_conf_with_overhead(const Application& application, std::uint32_t row, Bytes plain) {
  constexpr const char* kOverhead = "spark.executor.memoryOverhead";
  Conf conf = profile_conf(application, row);
  if (row > 0 && !application.resource_profiles[row - 1].conf.find(kOverhead))
    conf.set(kOverhead, std::to_string(plain.count()) + "b");
  return conf;
}

}  // namespace muster
