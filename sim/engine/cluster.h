// Hosts and executors as they are now.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/ids.h"
#include "sim/engine/view.h"

namespace muster {

// An executor's identity, which never changes, and its dates.
struct ExecutorRecord {
  std::string id;
  Time added = Time::never();
  Time removed = Time::never();
  std::string removed_reason;
  bool counts = false;  // tasks that it takes with it count as failed
  bool registers_failure = false;  // as in command::StopExecutor
  std::uint32_t app_attempt = 1;             // of its application
  Time process_ends = Time::never();         // later than its removal; never: with it
  bool exited = false;                       // its node is free
  Time stays_until = {};                      // where its life was given as a fact
  bool uncounted = false;                    // it is not one of those launched any more
};

class Cluster {
 public:
  // The host with this name, made if it is new.
  NodeId host(std::string_view name);
  const std::string& host_name(NodeId id) const { return host_names_[id.index()]; }
  std::size_t hosts() const { return host_names_.size(); }

  ExecutorId add(ExecutorRecord record, NodeId host, NodeId block_manager_host,
                 ApplicationId application, std::int32_t cores);
  std::uint32_t add(NodeState node) {
    nodes_.push_back(node);
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }
  std::span<const NodeState> nodes() const { return nodes_; }
  NodeState& node(std::uint32_t row) { return nodes_[row]; }
  std::span<const ExecutorState> executors() const { return states_; }
  ExecutorState& state(ExecutorId id) { return states_[id.index()]; }
  ExecutorRecord& record(ExecutorId id) { return records_[id.index()]; }
  const ExecutorRecord& record(ExecutorId id) const { return records_[id.index()]; }

 private:
  std::vector<std::string> host_names_;
  std::map<std::string, NodeId, std::less<>> by_name_;
  std::vector<NodeState> nodes_;
  std::vector<ExecutorState> states_;
  std::vector<ExecutorRecord> records_;
};

}  // namespace muster
