// Machines by the names that scenarios give them, and what takes them away.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/disturbances/moments.h"
#include "sim/engine/policy.h"
#include "sim/scenario/scenario.h"

namespace muster {

// A group ("worker") or one of its machines ("worker-3": the third of the group in View::nodes,
// also where an autoscaler has added it).
struct MachineName {
  std::uint32_t group = 0;   // row of ClusterSpec::nodes
  std::uint32_t number = 0;  // from 1; 0: the whole group
};
std::optional<MachineName> find_machine(const std::vector<NodeSpec>& groups, std::string_view name);

// Rows of View::nodes that are not gone; of an empty name all.
std::vector<std::uint32_t> machines_called(const View& view, const std::vector<NodeSpec>& groups,
                                           std::string_view name);
// "worker-3".
std::string machine_name(const View& view, const std::vector<NodeSpec>& groups, std::uint32_t row);

// Why no machine can have this name; empty: one can.
std::string machine_name_fault(const std::vector<NodeSpec>& groups, std::string_view name);

// How machines go.
struct MachineLoss {
  std::string model;
  std::vector<NodeSpec> groups;
  std::string node;         // a group or a machine; empty: all
  std::uint32_t count = 0;  // the first so many of them that are there; 0: all
  bool only_spot = false;
  Duration at;
  Origin origin{"start"};
  Lifetimes lifetimes{0, 0};  // drawn: of each machine on its own, instead of `at`
  bool more_come = false;     // machines that are not there at the start
  Duration notice;
  bool decommissions = false;
  // Nobody is told: executors are missed by their heartbeats, the machine after `notice`.
  bool silent = false;
  // Executors whose driver went with a silent machine are left alone until they exit by themselves;
  // false: their manager ends them with the driver.
  bool orphans_stay = false;
  Duration notice_spread;  // drawn on top of the notice
  std::string reason;  // of the executors' removal
  std::string note;    // "is lost"
};
std::unique_ptr<Disturbances> make_machine_loss(MachineLoss loss);

// An autoscaler, or a group that starts late.
bool machines_come_later(const ClusterSpec& cluster);

}  // namespace muster
