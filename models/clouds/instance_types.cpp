#include "models/clouds/instance_types.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "sim/base/problems.h"

namespace muster {
namespace {

// YARN's memory: spark-semantics 9.2 where it lists the type. It keeps 8 GiB back, or a quarter of
// a machine of less than 32 GiB; that rule gives the types of the fifth generation that are not
// listed (m5.large, c5.large, r5.large, the d variants). [K] Those of the sixth and seventh have
// what the listed m6g, r6g and c6g have at the same size. Prices and network: 9.4; [K] for m4 and
// i3, and 24xlarge in proportion. vCPU and memory are EC2's.
constexpr std::array kInstanceTypes = {
    InstanceType{"c5.12xlarge", 48, 98304, 90112, 2'040'000, 12000},
    InstanceType{"c5.18xlarge", 72, 147456, 139264, 3'060'000, 0},
    InstanceType{"c5.24xlarge", 96, 196608, 188416, 4'080'000, 0},
    InstanceType{"c5.2xlarge", 8, 16384, 12288, 340'000, 2500},
    InstanceType{"c5.4xlarge", 16, 32768, 24576, 680'000, 5000},
    InstanceType{"c5.9xlarge", 36, 73728, 65536, 1'530'000, 0},
    InstanceType{"c5.large", 2, 4096, 3072, 85'000, 0},
    InstanceType{"c5.xlarge", 4, 8192, 6144, 170'000, 1250},
    InstanceType{"c6g.2xlarge", 8, 16384, 11712, 272'000, 2500},
    InstanceType{"c6g.xlarge", 4, 8192, 5632, 136'000, 1250},
    InstanceType{"c6i.2xlarge", 8, 16384, 11712, 340'000, 0},
    InstanceType{"c6i.xlarge", 4, 8192, 5632, 170'000, 0},
    InstanceType{"i3.xlarge", 4, 31232, 23424, 312'000, 0},
    InstanceType{"m4.2xlarge", 8, 32768, 24576, 400'000, 0},
    InstanceType{"m4.4xlarge", 16, 65536, 57344, 800'000, 0},
    InstanceType{"m4.large", 2, 8192, 6144, 100'000, 0},
    InstanceType{"m4.xlarge", 4, 16384, 12288, 200'000, 0},
    InstanceType{"m5.12xlarge", 48, 196608, 188416, 2'304'000, 12000},
    InstanceType{"m5.16xlarge", 64, 262144, 253952, 3'072'000, 0},
    InstanceType{"m5.24xlarge", 96, 393216, 385024, 4'608'000, 0},
    InstanceType{"m5.2xlarge", 8, 32768, 24576, 384'000, 2500},
    InstanceType{"m5.4xlarge", 16, 65536, 57344, 768'000, 5000},
    InstanceType{"m5.8xlarge", 32, 131072, 122880, 1'536'000, 10000},
    InstanceType{"m5.large", 2, 8192, 6144, 96'000, 0},
    InstanceType{"m5.xlarge", 4, 16384, 12288, 192'000, 1250},
    InstanceType{"m5d.xlarge", 4, 16384, 12288, 226'000, 1250},
    InstanceType{"m6g.2xlarge", 8, 32768, 23424, 308'000, 2500},
    InstanceType{"m6g.4xlarge", 16, 65536, 54272, 616'000, 5000},
    InstanceType{"m6g.xlarge", 4, 16384, 11712, 154'000, 1250},
    InstanceType{"m6i.2xlarge", 8, 32768, 23424, 384'000, 0},
    InstanceType{"m6i.4xlarge", 16, 65536, 54272, 768'000, 0},
    InstanceType{"m6i.xlarge", 4, 16384, 11712, 192'000, 0},
    InstanceType{"m7g.xlarge", 4, 16384, 11712, 163'200, 0},
    InstanceType{"r5.12xlarge", 48, 393216, 385024, 3'024'000, 12000},
    InstanceType{"r5.16xlarge", 64, 524288, 516096, 4'032'000, 0},
    InstanceType{"r5.24xlarge", 96, 786432, 778240, 6'048'000, 0},
    InstanceType{"r5.2xlarge", 8, 65536, 57344, 504'000, 2500},
    InstanceType{"r5.4xlarge", 16, 131072, 122880, 1'008'000, 5000},
    InstanceType{"r5.8xlarge", 32, 262144, 253952, 2'016'000, 10000},
    InstanceType{"r5.large", 2, 16384, 12288, 126'000, 0},
    InstanceType{"r5.xlarge", 4, 32768, 24576, 252'000, 1250},
    InstanceType{"r5d.xlarge", 4, 32768, 24576, 288'000, 1250},
    InstanceType{"r6g.2xlarge", 8, 65536, 54272, 403'200, 2500},
    InstanceType{"r6g.xlarge", 4, 32768, 23424, 201'600, 1250},
    InstanceType{"r6i.2xlarge", 8, 65536, 54272, 504'000, 0},
    InstanceType{"r6i.xlarge", 4, 32768, 23424, 252'000, 0},
};

}  // namespace

std::span<const InstanceType> instance_types() { return kInstanceTypes; }

const InstanceType* find_instance_type(std::string_view name, std::string& why) {
  const auto found = std::ranges::find(kInstanceTypes, name, &InstanceType::name);
  if (found != kInstanceTypes.end()) return &*found;
  std::vector<std::string_view> names;
  for (const InstanceType& type : kInstanceTypes) names.push_back(type.name);
  why = "no instance type `" + std::string(name) + "`" + did_you_mean(name, names);
  return nullptr;
}

std::vector<std::pair<std::size_t, std::string>> size_by_type(std::vector<NodeSpec>& groups) {
  std::vector<std::pair<std::size_t, std::string>> unknown;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    NodeSpec& group = groups[g];
    if (group.cores > 0 && group.memory > Bytes()) continue;
    const NodeSpec plain;
    std::string why;
    const InstanceType* type = find_instance_type(group.instance, why);
    if (!type) unknown.emplace_back(g, std::move(why));
    if (group.cores == 0) group.cores = type ? type->vcpu : plain.cores;
    if (group.memory == Bytes()) group.memory = type ? type->memory() : plain.memory;
  }
  return unknown;
}

Money on_demand_price(const InstanceType& type) { return Money::micro_dollars(type.micro_dollars); }

// 9.4: a quarter of the list price to the tenth of a cent, 27 cents at most; the listed m4 are at
// 30 per cent.
Money emr_surcharge(const InstanceType& type) {
  const std::int64_t per_cent = type.name.starts_with("m4.") ? 30 : 25;
  const std::int64_t exact = type.micro_dollars * per_cent / 100;
  return Money::micro_dollars(std::min<std::int64_t>((exact + 500) / 1000 * 1000, 270'000));
}

}  // namespace muster
