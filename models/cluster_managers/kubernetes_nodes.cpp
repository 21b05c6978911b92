#include "models/cluster_managers/kubernetes_nodes.h"

#include <fmt/format.h>

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
    const std::int32_t millis = taken_[n].millis + pod.requested_millis;
    const std::int64_t memory = taken_[n].memory + pod.memory.count();
    if (!pod.may_use(node.group) || !node.fits(0, memory, millis)) continue;
    const std::int64_t all = node.all_millis();
    const std::int64_t score = (free_percent(all, all - node.free_millis() + millis) +
                                free_percent(node.memory, node.memory_used + memory)) /
                               2;
    if (score <= best_score) continue;
    best_score = score;
    best = static_cast<std::uint32_t>(n);
  }
  if (best) {
    taken_[*best].millis += pod.requested_millis;
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
    return node.phase != NodePhase::Gone && pod.may_use(node.group) &&
           node.all_millis() >= pod.requested_millis && node.memory >= pod.memory.count();
  });
}

std::string KubernetesNodes::largest_text(const View& view, const KubernetesPod& pod) {
  std::int64_t millis = 0, memory = 0;
  bool any = false;
  for (const NodeState& node : view.nodes) {
    any = any || node.phase != NodePhase::Gone;
    if (node.phase == NodePhase::Gone || !pod.may_use(node.group)) continue;
    millis = std::max(millis, node.all_millis());
    memory = std::max(memory, node.memory);
  }
  if (memory == 0) return any ? ": none has the labels of its node selector" : "";
  return fmt::format(": the largest has {:g} core{} and {} MiB for pods",
                     static_cast<double>(millis) / 1000, millis == 1000 ? "" : "s",
                     memory / Bytes::mib(1).count());
}

}  // namespace muster
