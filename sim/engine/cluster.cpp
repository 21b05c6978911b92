#include "sim/engine/cluster.h"

namespace muster {

NodeId Cluster::host(std::string_view name) {
  if (const auto at = by_name_.find(name); at != by_name_.end()) return at->second;
  const NodeId id(host_names_.size());
  host_names_.emplace_back(name);
  by_name_.emplace(name, id);
  return id;
}

ExecutorId Cluster::add(ExecutorRecord record, NodeId host, NodeId block_manager_host,
                        ApplicationId application, std::int32_t cores) {
  const ExecutorId id(states_.size());
  ExecutorState state;
  state.host = host;
  state.block_manager_host = block_manager_host;
  state.application = application;
  state.cores = state.free = cores;
  states_.push_back(state);
  records_.push_back(std::move(record));
  return id;
}

}  // namespace muster
