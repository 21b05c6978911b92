#include "sim/run/price.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/clouds/instance_types.h"

namespace muster {
namespace {

constexpr std::int64_t kMicrosPerHour = 3'600'000'000;

// Billed by the second, rounded to the nearest micro-dollar.
Money rent(Money per_hour, Duration time) {
  const auto hours = static_cast<double>(time.in_micros()) / static_cast<double>(kMicrosPerHour);
  return Money::micro_dollars(
      static_cast<std::int64_t>(static_cast<double>(per_hour.in_micro_dollars()) * hours + 0.5));
}

}  // namespace

void price(const Scenario& scenario, Time end, Result& result) {
  bool spot = false;
  for (const NodeSpec& group : scenario.cluster.nodes) {
    std::string why;
    const InstanceType* type = find_instance_type(group.instance, why);
    if (group.instance.empty() || !type || on_demand_price(*type) == Money()) continue;
    Money per_hour = on_demand_price(*type);
    if (scenario.cluster.cloud.name == "emr") per_hour += emr_surcharge(*type);
    Lease lease{.what = "", .from = Time::never(), .to = {}, .cost = {}};
    std::size_t count = 0;
    for (const NodeSpan& node : result.nodes) {
      if (node.group != group.name) continue;
      const Time to = std::min(end, node.gone);
      if (to <= node.ordered) continue;
      ++count;
      lease.from = std::min(lease.from, node.ordered);
      lease.to = std::max(lease.to, to);
      lease.cost += rent(per_hour, to - node.ordered);
    }
    if (count == 0) continue;
    lease.what = fmt::format("{} x {} ({})", count, group.instance, group.name);
    spot |= group.spot;
    result.cost += lease.cost;
    result.leases.push_back(std::move(lease));
  }
  if (spot)
    result.provenance.warnings.push_back(
        "spot machines are counted at on-demand prices: there are no spot prices in the data");
}

}  // namespace muster
