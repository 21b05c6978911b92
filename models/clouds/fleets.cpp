#include "models/clouds/fleets.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "models/clouds/instance_types.h"

namespace muster {
namespace {

Money dollars(double amount) {
  return Money::micro_dollars(static_cast<std::int64_t>(amount * 1e6 + 0.5));
}

// The cheapest for a unit; those without a price last.
const FleetTypeSpec& cheapest(const ClusterSpec& cluster, const FleetSpec& fleet, bool spot) {
  const auto dearer = [&](const FleetTypeSpec& a, const FleetTypeSpec& b) {
    const std::int64_t of_a = price_of(cluster, a.instance, spot).in_micro_dollars();
    const std::int64_t of_b = price_of(cluster, b.instance, spot).in_micro_dollars();
    if (of_a == 0 || of_b == 0) return of_a > 0 && of_b == 0;
    return of_a * b.weight < of_b * a.weight;
  };
  return *std::ranges::min_element(fleet.types, dearer);
}

NodeSpec group_of(const ClusterSpec& cluster, const FleetSpec& fleet, bool spot) {
  const FleetTypeSpec& type = cheapest(cluster, fleet, spot);
  const std::int32_t units = spot ? fleet.spot_capacity : fleet.on_demand_capacity;
  const std::int32_t weight = std::max(type.weight, 1);
  NodeSpec group;
  group.name = fleet.group_name(spot);
  group.count = (units + weight - 1) / weight;
  group.instance = type.instance;
  group.role = fleet.role;
  group.spot = spot;
  std::string why;
  if (const InstanceType* known = find_instance_type(type.instance, why))
    group.cores = known->vcpu, group.memory = known->memory();
  return group;
}

}  // namespace

Money price_of(const ClusterSpec& cluster, std::string_view instance, bool spot) {
  const auto own = std::ranges::find(cluster.prices, instance, &PriceSpec::instance);
  const bool listed = own != cluster.prices.end();
  if (spot) return listed ? dollars(own->spot) : Money();
  if (listed && own->on_demand > 0) return dollars(own->on_demand);
  std::string why;
  const InstanceType* type = find_instance_type(instance, why);
  return type ? on_demand_price(*type) : Money();
}

Scenario with_fleets(const Scenario& scenario) {
  Scenario out = scenario;
  for (const FleetSpec& fleet : std::exchange(out.cluster.fleets, {})) {
    if (fleet.types.empty()) continue;
    if (fleet.on_demand_capacity > 0)
      out.cluster.nodes.push_back(group_of(out.cluster, fleet, false));
    if (fleet.spot_capacity > 0) out.cluster.nodes.push_back(group_of(out.cluster, fleet, true));
  }
  size_by_type(out.cluster.nodes);  // check_models() tells the faults
  return out;
}

}  // namespace muster
