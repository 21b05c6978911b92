// The world around cluster managers and autoscalers, for their tests: a View whose states are set
// by hand, and as much of what commands do as these models look at again. No executor ever ends
// here.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/engine/policy.h"

namespace muster {

struct PolicyWorld {
  struct Launched {
    Time at;
    command::LaunchExecutor command;

    Time registers() const { return at + command.start; }
  };
  using Settings = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  Time now;
  std::uint64_t seed = 1;
  std::vector<std::unique_ptr<Application>> applications;
  std::vector<ApplicationState> states;
  std::vector<NodeState> nodes;
  std::vector<ExecutorState> executors;

  // What happened.
  std::vector<Launched> launched;
  std::vector<std::pair<Time, command::StartDriver>> drivers;
  std::vector<std::pair<Time, command::RemoveNode>> removed;
  std::vector<std::string> notes;  // "subject: text"

  // An application that registers now and wishes to have so many executors.
  ApplicationId add_application(std::string_view version, std::uint32_t target, Settings conf = {});
  // One that is submitted in cluster mode and has not registered.
  ApplicationId submit_to_cluster(Settings conf = {});
  void add_nodes(int count, std::int32_t cores, Bytes memory, std::uint32_t group = 0);
  void set_pending(ApplicationId id, std::uint32_t count, std::int32_t cores, Bytes memory);
  std::size_t count_nodes(NodePhase phase) const;
  std::vector<Time> registrations() const;  // of executors, sorted

  // One decision at this instant.
  void decide(ClusterManager& manager);
  void decide(Autoscaler& autoscaler);
  // Decisions as they are asked for, and machines as they come, up to `until`, which becomes now.
  void play(ClusterManager* manager, Autoscaler* autoscaler, Time until);
  // From ordered machines to ready ones, by row of nodes; never: it has no such time.
  std::vector<Time> ready_at;
  Time manager_wakes = Time::never(), autoscaler_wakes = Time::never();
  // What machines of a group have for containers, where AddNode makes one.
  std::vector<std::pair<std::int32_t, Bytes>> group_sizes;

  View view() const;

 private:
  void apply(const ClusterCommands& commands);
  void apply(const command::LaunchExecutor& command);
  void apply(const command::StartDriver& command);
  void apply(const command::SetPending& command);
  void apply(const command::AddNode& command);
  void apply(const command::RemoveNode& command);
  void apply(const command::WakeAt& command);
  void apply(const command::Note& command) {
    notes.push_back(command.subject + ": " + command.text);
  }

  mutable std::vector<const Application*> pointers_;
  mutable std::uint64_t views_ = 0;
};

constexpr Time at_seconds(double s) { return Time() + Duration::from_seconds(s); }

}  // namespace muster
