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
    std::int64_t create = 0;  // at most so many; the application's limit is not in it
    std::int64_t erase = 0;  // at most so many pods without a node, of those created ...
    Time before = {};        // ... before this time; younger ones are protected
  };
  // A decision begins.
  void begin(Time now);
  // `pending`: of all profiles of the application.
  Change decide(const ApplicationState& state, std::int64_t pending, Time now);

  void created(std::int64_t pods) { waiting_ += pods; }
  void erased() { --waiting_; }
  // A pod that waited has a node now; its container runs from `running` on.
  void placed(Time running);

  std::int64_t waiting() const { return waiting_; }  // pods without a node
  // Kubernetes' phase Pending, which a pod leaves when its container runs.
  std::int64_t pending() const { return waiting_ + std::ssize(starting_); }
  // When the first of its pods with a node leaves that phase; never: there is none.
  Time first_running() const;
  // The next time at which it may have something to do; never: only after some other fact.
  // `oldest`: when its oldest pod without a node was created. `room`: when the application may
  // have another pending pod; it may be now.
  Time next(const ApplicationState& state, Time oldest, Time room, Time now) const;

 private:
  bool may_create() const { return pending() < (pending_blocks_ ? 1 : most_pending_); }
  Time tick(Time registered, Time from, Time now) const;

  std::uint32_t profile_;
  std::int64_t batch_;
  Duration delay_;
  bool pending_blocks_;  // no batch while a pod of the one before is pending
  std::int64_t most_pending_;  // of the profile
  Duration protection_;  // of pending pods, against deletion when the wish shrinks

  std::uint32_t target_ = 0;  // as last seen
  std::int64_t waiting_ = 0;
  std::int64_t placed_ = 0;     // in this decision: the view's states do not count them yet
  std::vector<Time> starting_;  // when the containers of pods with a node run, if not yet
};

// How many pods of an application, whatever their profiles, may be pending
// (spark.kubernetes.allocation.maxPendingPods, 3.2).
std::int64_t kubernetes_pending_limit(const Application& application);
// The share of consumer `index` of `consumers` in so many slots (ExecutorPodsAllocator.splitSlots).
std::int64_t kubernetes_share(std::int64_t slots, std::int64_t consumers, std::int64_t index);

}  // namespace muster
