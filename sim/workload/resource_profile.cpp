#include "sim/workload/resource_profile.h"

#include <algorithm>
#include <string>

#include "sim/workload/custom_resources.h"

namespace muster {

bool ResourceProfile::task_only() const {
  return std::ranges::none_of(kProfileExecutorKeys,
                              [&](std::string_view key) { return conf.find(key) != nullptr; });
}

std::int64_t default_resource_slots(const Conf& application, int version,
                                    const std::vector<ResourceProfile>& others) {
  const bool shared = std::ranges::any_of(
      others, [&](const ResourceProfile& one) { return !one.own_executors(application); });
  return shared ? CustomResource::kNoLimit : resource_slots(application, version);
}

std::int64_t profile_amount(const Conf& conf, std::string_view key) {
  if (key == kProfileExecutorKeys.front()) return conf.integer(key, 1);
  const Bytes unit = key == kProfileExecutorKeys.back() ? Bytes(1) : Bytes::mib(1);
  return conf.bytes(key, Bytes(), unit).count() >> 20;
}

ResourceProfile make_resource_profile(std::int64_t id, const Conf& conf) {
  ResourceProfile profile{id, conf};
  for (const std::string_view key : kProfileExecutorKeys)
    if (key != kProfileExecutorKeys.front() && conf.find(key))
      profile.conf.set(key, std::to_string(profile_amount(conf, key)) + "m");
  return profile;
}

}  // namespace muster
