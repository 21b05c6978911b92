#include "sim/workload/custom_resources.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace muster {

std::string CustomResource::key(const std::string& who, const std::string& what) const {
  return "spark." + who + ".resource." + name + "." + what;
}

std::string CustomResource::task_text() const {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), of_task).ptr;
  std::string out(text.data(), end);
  return out.find_first_of(".e") == out.npos ? out + ".0" : out;
}

// ResourceUtils.calculateAmountAndPartsForFraction.
std::int64_t CustomResource::parts() const {
  if (of_task <= 0 || of_task >= 1) return 1;
  return static_cast<std::int64_t>(std::min(std::floor(1 / of_task), double{kNoLimit}));
}

std::int64_t CustomResource::slots() const {
  if (of_executor <= 0 || of_task <= 0) return kNoLimit;
  const double each = std::ceil(of_task);
  const double tasks = std::floor(static_cast<double>(of_executor * parts()) / each);
  return static_cast<std::int64_t>(std::min(tasks, double{kNoLimit}));
}

std::vector<CustomResource> custom_resources(const Conf& conf) {
  std::vector<CustomResource> out;
  for (const auto& [key, value] : conf.entries())
    for (const std::string_view prefix : {"spark.executor.resource.", "spark.task.resource."}) {
      if (!key.starts_with(prefix)) continue;
      const std::string_view rest = std::string_view(key).substr(prefix.size());
      const std::string name(rest.substr(0, rest.find('.')));
      if (std::ranges::find(out, name, &CustomResource::name) == out.end())
        out.push_back({.name = name, .conf = &conf});
    }
  for (CustomResource& one : out) {
    one.of_executor = std::clamp<std::int64_t>(conf.integer(one.key("executor"), 0), 0,
                                               CustomResource::kNoLimit);
    one.of_task = conf.number(one.key("task"), 0);
  }
  std::ranges::sort(out, {}, &CustomResource::name);
  return out;
}

std::int64_t resource_slots(const Conf& conf, int version) {
  std::int64_t slots = CustomResource::kNoLimit;
  if (known_before(version, spark(3, 0))) return slots;
  for (const CustomResource& one : custom_resources(conf)) slots = std::min(slots, one.slots());
  return std::max<std::int64_t>(slots, 1);
}

}  // namespace muster
