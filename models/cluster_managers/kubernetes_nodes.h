// The kube-scheduler's side: which node a pod is put on, and how long its image is on the way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/cluster_managers/kubernetes_pods.h"
#include "sim/engine/policy.h"

namespace muster {

class KubernetesNodes {
 public:
  explicit KubernetesNodes(Duration image_pull) : image_pull_(image_pull) {}

  // A decision begins: the nodes are as the view says.
  void look(const View& view);
  // The row of the node that has the largest free share after taking the pod (NodeResourcesFit
  // with LeastAllocated; equal ones by row); nothing if it fits nowhere. It is charged.
  std::optional<std::uint32_t> place(const View& view, const KubernetesPod& pod);
  // From `asked`, when the pod is bound to the node, until the node has the image. Only the first
  // pod of a node starts a pull; others wait for the same one.
  Duration image(const View& view, std::uint32_t node, Time asked);
  // Whether some node, as large as it is, could ever hold the pod.
  static bool could_hold(const View& view, const KubernetesPod& pod);
  // ": the largest has 3.92 cores and 14162 MiB for pods", of those that it may go to; nothing
  // where there is no node.
  static std::string largest_text(const View& view, const KubernetesPod& pod);

 private:
  struct Taken {
    std::int32_t millis = 0;
    std::int64_t memory = 0;
  };

  Duration image_pull_;
  std::vector<Taken> taken_;       // by row of nodes, in this decision
  std::vector<Time> image_there_;  // by row of nodes; never: nobody asked for it
};

}  // namespace muster
