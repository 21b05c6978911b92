// The ResourceManager's scheduler: which application a node manager's heartbeat serves, by queues,
// labels and free memory. Knows nodes and applications, decides nothing about their lives.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "models/cluster_managers/yarn_settings.h"
#include "models/cluster_managers/yarn_state.h"
#include "sim/engine/view.h"

namespace muster {

// An application whose turn it is on a node; without `fits` the node is to wait for it.
struct YarnPick {
  std::uint32_t app = kYarnNone;
  bool fits = false;
};

class YarnScheduler {
 public:
  explicit YarnScheduler(const Scenario& scenario)
      : settings(scenario), queues(settings.queues, settings.rules) {}

  const YarnSettings settings;
  YarnQueues queues;
  std::vector<YarnApplication> apps;  // by ApplicationId
  std::vector<YarnNode> nodes;        // by row of View::nodes

  // New nodes and applications of the view get their rows.
  void meet(const View& view);
  // With the default calculator a container counts as one core, as the ResourceManager reports it
  // (18.10).
  std::int32_t charged_cores(const YarnContainer& container) const {
    return settings.count_cores ? container.cores : 1;
  }
  void hold(std::uint32_t node, const YarnContainer& container);
  void release(std::uint32_t node, const YarnContainer& container);
  // To be called after every change: who has how much, whose turn it is, which nodes still wait.
  void count(const View& view);

  // Nodes whose heartbeat is now.
  std::span<const std::uint32_t> beating(Time now) const;
  // For whom the node's heartbeat is; nobody: kYarnNone.
  YarnPick choose(std::uint32_t node, const View& view) const;
  void reserve(std::uint32_t node, std::uint32_t app);
  void give_reserved(std::uint32_t node);  // what it waits for is given, if it waits
  // The next heartbeat that has something to give; never: none.
  Time next_beat(const View& view) const;
  // Why the application has to wait for its next container; empty: it does not, but for a
  // heartbeat.
  std::string why_waiting(std::uint32_t app, const View& view) const;
  std::string too_small(const YarnApplication& app, const std::string& label,
                        const View& view) const;

 private:
  enum class Fit : std::uint8_t { Never, NotNow, Now };

  bool may_use(const std::string& label, std::uint32_t node, const View& view) const;
  Fit fit(const YarnApplication& app, std::uint32_t node, const View& view) const;
  YarnVerdict verdict(const YarnClaim& claim, const View& view) const;  // of the queues
  std::int64_t partition(const std::string& label, const View& view) const;
  void trim_reservations(const View& view);
  void measure(const View& view);

  std::vector<YarnClaim> claims_;  // of applications that are accepted and not over, by turn
  // So that a heartbeat costs nothing that grows with the cluster:
  std::vector<std::uint32_t> by_phase_;         // nodes, by their heartbeats' phase
  std::vector<std::uint32_t> met_of_group_;     // nodes so far, by row of the settings' groups
  std::uint32_t most_reserved_ = 0;             // nodes, for one application
  std::set<std::uint32_t> reserved_;            // nodes that wait for an application
  std::int64_t memory_ = 0;                     // of all nodes that take containers, bytes
  std::optional<std::uint64_t> measured_;       // View::nodes_version of that
};

}  // namespace muster
