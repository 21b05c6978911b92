// ExecutorPodsAllocator of one application and resource profile: how many executor pods its driver
// creates, and when. It looks at the registration and every `delay` from then on, and at once when
// the wish changes while no pod is pending.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/view.h"
#include "sim/workload/application.h"

namespace muster {

class KubernetesAllocator {
 public:
  KubernetesAllocator(const Application& application, std::uint32_t profile);

  struct Change {
    std::int64_t create = 0;
    std::int64_t erase = 0;  // at most so many pods without a node, of those created ...
    Time before = {};        // ... before this time; younger ones are protected
  };
  // A decision begins.
  Change decide(const ApplicationState& state, Time now);

  void created(std::int64_t pods) { waiting_ += pods; }
  void erased() { --waiting_; }
  // A pod that waited has a node now; its container runs from `running` on.
  void placed(Time running);

  std::int64_t waiting() const { return waiting_; }  // pods without a node
  // The next time at which it may have something to do, given the creation time of its oldest pod
  // without a node; never: only after some other fact.
  Time next(const ApplicationState& state, Time oldest, Time now) const;

 private:
  // Kubernetes' phase Pending, which a pod leaves when its container runs.
  std::int64_t pending() const { return waiting_ + std::ssize(starting_); }
  bool may_create() const { return pending() < (pending_blocks_ ? 1 : most_pending_); }
  Time tick(Time registered, Time from, Time now) const;

  std::uint32_t profile_;
  std::int64_t batch_;
  Duration delay_;
  bool pending_blocks_;  // no batch while a pod of the one before is pending
  std::int64_t most_pending_;
  Duration protection_;  // of pending pods, against deletion when the wish shrinks

  std::uint32_t target_ = 0;  // as last seen
  std::int64_t waiting_ = 0;
  std::int64_t placed_ = 0;     // in this decision: the view's states do not count them yet
  std::vector<Time> starting_;  // when the containers of pods with a node run, if not yet
};

}  // namespace muster
