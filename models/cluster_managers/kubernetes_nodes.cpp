#include "models/cluster_managers/kubernetes_nodes.h"

#include <algorithm>

namespace muster {
namespace {

// The scheduler's score of one resource: what would be left free, in whole percent.
std::int64_t free_percent(std::int64_t capacity, std::int64_t used) {
  return capacity <= 0 ? 0 : (capacity - used) * 100 / capacity;
}

}  // namespace

void KubernetesNodes::look(const View& view) {
  taken_.assign(view.nodes.size(), Taken{});
  image_there_.resize(view.nodes.size(), Time::never());
}

std::optional<std::uint32_t> KubernetesNodes::place(const View& view, const KubernetesPod& pod) {
  std::optional<std::uint32_t> best;
  std::int64_t best_score = -1;
  for (std::size_t n = 0; n < view.nodes.size(); ++n) {
    const NodeState& node = view.nodes[n];
    const std::int32_t cores = taken_[n].cores + pod.requested_cores;
    const std::int64_t memory = taken_[n].memory + pod.memory.count();
    if (!node.fits(cores, memory)) continue;
    const std::int64_t score = (free_percent(node.cores, node.cores_used + cores) +
                                free_percent(node.memory, node.memory_used + memory)) /
                               2;
    if (score <= best_score) continue;
    best_score = score;
    best = static_cast<std::uint32_t>(n);
  }
  if (best) {
    taken_[*best].cores += pod.requested_cores;
    taken_[*best].memory += pod.memory.count();
  }
  return best;
}

Duration KubernetesNodes::image(const View& view, std::uint32_t node, Time asked) {
  Time& there = image_there_[node];
  if (!there.happened()) there = view.nodes[node].has_image ? asked : asked + image_pull_;
  return std::max(there - asked, Duration());
}

bool KubernetesNodes::could_hold(const View& view, const KubernetesPod& pod) {
  return std::ranges::any_of(view.nodes, [&](const NodeState& node) {
    return node.phase != NodePhase::Gone && node.cores >= pod.requested_cores &&
           node.memory >= pod.memory.count();
  });
}

}  // namespace muster
