// Machines that can be had from Amazon EC2: size, what EMR gives YARN of it, price. Dated data; a
// type that is not listed is a fault of the scenario, not a guess.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/units.h"
#include "sim/scenario/scenario.h"

namespace muster {

struct InstanceType {
  std::string_view name;
  std::int32_t vcpu = 0;
  std::int32_t memory_mib = 0;
  std::int32_t yarn_mib = 0;       // yarn.nodemanager.resource.memory-mb on EMR
  std::int32_t micro_dollars = 0;  // an hour on demand, us-east-1; 0: not known
  std::int32_t network_mbit = 0;   // baseline; 0: not known

  Bytes memory() const { return Bytes::mib(memory_mib); }
  Bytes yarn_memory() const { return Bytes::mib(yarn_mib); }
};

// When the prices were listed.
inline constexpr std::string_view kInstancePricesOf = "2026-07-20";

// Ordered by name.
std::span<const InstanceType> instance_types();
// Null and, in `why`, "no instance type `m5.xlrge`: did you mean `m5.xlarge`?"
const InstanceType* find_instance_type(std::string_view name, std::string& why);
// Gives machines of a type the cores and the memory that they do not have (0). A type that is not
// listed: those of NodeSpec, and its row and what is wrong are in the list.
std::vector<std::pair<std::size_t, std::string>> size_by_type(std::vector<NodeSpec>& groups);
// For an hour on demand. There are no spot prices in the data: they move (ClusterSpec::prices).
Money on_demand_price(const InstanceType& type);
// What EMR takes for an hour on top, on demand and on spot alike.
Money emr_surcharge(const InstanceType& type);

}  // namespace muster
