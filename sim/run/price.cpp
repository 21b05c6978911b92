#include "sim/run/price.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "models/clouds/fleets.h"
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
  std::vector<std::string> unknown;
  const ClusterSpec& cluster = scenario.cluster;
  for (const NodeSpec& group : cluster.nodes) {
    Money full = price_of(cluster, group.instance, false);
    Money per_hour = group.spot ? price_of(cluster, group.instance, true) : full;
    if (full == Money()) full = per_hour;
    if (full == Money()) continue;
    const bool guessed = group.spot && per_hour == Money();
    if (guessed) per_hour = full;
    std::string why;
    const InstanceType* type = find_instance_type(group.instance, why);
    if (type && cluster.cloud.name == "emr")
      full += emr_surcharge(*type), per_hour += emr_surcharge(*type);
    Lease lease{.what = fmt::format("{} ({}{})", group.instance, group.name,
                                    group.spot ? ", spot" : ""),
                .from = Time::never(),
                .machines = 0,
                .per_hour = per_hour,
                .spot = group.spot};
    for (const NodeSpan& node : result.nodes) {
      if (node.group != group.name) continue;
      const Time to = std::min(end, node.gone);
      if (to <= node.ordered) continue;
      ++lease.machines, lease.time += to - node.ordered;
      lease.from = std::min(lease.from, node.ordered);
      lease.to = std::max(lease.to, to);
      lease.cost += rent(per_hour, to - node.ordered);
      lease.on_demand += rent(full, to - node.ordered);
    }
    if (lease.machines == 0) continue;
    if (guessed && std::ranges::find(unknown, group.instance) == unknown.end())
      unknown.push_back(group.instance);
    result.cost += lease.cost;
    result.leases.push_back(std::move(lease));
  }
  if (!unknown.empty())
    result.provenance.warnings.push_back(fmt::format(
        "spot machines without a spot price in cluster.prices ({}) are counted at on-demand prices",
        fmt::join(unknown, ", ")));
}

}  // namespace muster
