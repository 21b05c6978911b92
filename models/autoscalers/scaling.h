// What autoscalers share: which containers have no place, how many new machines they would take,
// how long a machine takes to come, which machines are empty.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/cluster_managers/kubernetes_reserves.h"
#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"

namespace muster {

// Equal containers without a place.
struct ScalingDemand {
  std::int64_t count = 0;
  std::int32_t cores = 0;  // of each; 0: not counted
  std::int64_t memory = 0;
  std::int32_t millis = 0;  // of each, thousandths of a core on top
  std::uint64_t groups = ~std::uint64_t{0};  // as in PendingContainers

  bool may_use(std::uint32_t group) const { return group >= 64 || (groups >> group & 1) != 0; }
  std::int64_t all_millis() const { return std::int64_t{1000} * cores + millis; }
};

// A group of machines that may grow and shrink.
struct ScalingGroup {
  std::uint32_t row = 0;  // of ClusterSpec::nodes
  std::int32_t cores = 0;
  std::int64_t memory = 0;  // of one machine, for containers
  std::int32_t least = 0, most = 0;
  std::int32_t machines = 0;  // booting or ready
  std::int32_t reserved = 0;  // thousandths of a core that a machine keeps for itself

  std::int64_t all_millis() const { return std::int64_t{1000} * cores - reserved; }
  std::int32_t room() const { return most - machines; }
};

struct ScalingPlan {
  std::int32_t machines = 0;
  std::vector<std::int64_t> placed;  // of each demand
  double waste = 0;  // the mean share of cores and memory of the new machines that stays free
};

// Containers that neither ready nor booting machines have room for, the largest first. (Some may
// have found a place in this very instant, which the view does not show yet.)
std::vector<ScalingDemand> scaling_demand(const View& view);
std::int64_t scaling_count(std::span<const ScalingDemand> demand);
// "7 containers of 4 cores and 9011 MiB"; of several sizes: of the first.
std::string scaling_text(std::span<const ScalingDemand> demand);

// Groups with a maximum, as the view shows their machines; else as the specs say, less what
// Kubernetes keeps of a machine where it is `reserves`.
std::vector<ScalingGroup> scaling_groups(const View& view, std::span<const NodeSpec> specs,
                                         const KubernetesReserves* reserves = nullptr);
// First fit, largest first, on at most `most` new machines of the group.
ScalingPlan scaling_plan(const ScalingGroup& group, std::span<const ScalingDemand> demand,
                         std::int32_t most);

// Since when machines have held nothing, as far as an autoscaler that looks now and then can tell.
class EmptyMachines {
 public:
  void look(const View& view);
  // The machine holds something else that is needed.
  void holds(std::size_t node) { since_[node] = Time::never(); }
  // Removes machines of the group that were empty in an earlier look already and have been so for
  // `after`; down to the group's least, `left` at most.
  void remove(const View& view, const ScalingGroup& group, Duration after, std::int64_t& left,
              ClusterCommands& commands) const;

 private:
  std::vector<Time> since_;  // by row of View::nodes
};

// When an autoscaler looks: every so often while an application is not through. It must not keep a
// run alive in which nothing can happen any more (a driver that no machine can hold), so it gives
// up when nothing has changed for as long as its `patience`.
class ScalingClock {
 public:
  ScalingClock(Duration period, Duration patience) : period_(period), patience_(patience) {}
  // Whether this instant is one to look at; the first is `phase` after the first call.
  bool due(const View& view, Duration phase);
  // Asks to be called the next time. At the end of every decision.
  void wake(const View& view, ClusterCommands& commands);

 private:
  bool worth_waiting(const View& view);

  Duration period_, patience_;
  Time next_ = Time::never();
  Time changed_;
  std::uint64_t seen_ = 0;
};

// Machines of one autoscaler: each takes its own time to come, log-normally distributed.
class MachineOrders {
 public:
  MachineOrders(Duration median, double sigma) : median_(median), sigma_(sigma) {}
  // Orders `count` machines; the request itself takes `before`.
  void order(std::uint32_t group, std::int32_t count, Duration before, const View& view,
             ClusterCommands& commands);

 private:
  Duration median_;
  double sigma_;
  std::uint64_t ordered_ = 0;
};

// Where in its first period an autoscaler looks: it did not start with the application.
Duration scan_phase(const View& view, Duration period);

}  // namespace muster
