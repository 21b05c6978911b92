#include "models/cluster_managers/kubernetes_allocator.h"

#include <algorithm>
#include <limits>

#include "models/cluster_managers/kubernetes_pods.h"

namespace muster {
namespace {

constexpr std::int64_t kNoPodLimit = std::numeric_limits<std::int32_t>::max();

std::int64_t pod_limit(const Application& application, const char* key, int since) {
  if (kubernetes_spark_version(application) < since) return kNoPodLimit;
  return std::max<std::int64_t>(application.conf.integer(key, kNoPodLimit), 1);
}

// spark.kubernetes.allocation.batch.size where it is not set.
std::int64_t pods_at_a_time(int version) {
  if (version < spark(4, 0)) return 5;
  return version < spark(4, 2) ? 10 : 20;
}

}  // namespace

KubernetesAllocator::KubernetesAllocator(const Application& application, std::uint32_t profile)
    : profile_(profile) {
  const Conf& conf = application.conf;
  const int version = kubernetes_spark_version(application);
  const auto at_least_one = [](std::int64_t n) { return std::max<std::int64_t>(n, 1); };
  batch_ =
      at_least_one(conf.integer("spark.kubernetes.allocation.batch.size", pods_at_a_time(version)));
  delay_ = std::max(Duration::millis(1), conf.duration("spark.kubernetes.allocation.batch.delay",
                                                       Duration::seconds(1), Duration::millis(1)));
  pending_blocks_ = version < spark(3, 1);
  most_pending_ =
      pod_limit(application, "spark.kubernetes.allocation.maxPendingPodsPerRp", spark(4, 1));
  // Read whether or not allocation is dynamic.
  protection_ = conf.duration("spark.dynamicAllocation.executorIdleTimeout", Duration::seconds(60),
                              Duration::seconds(1));
}

void KubernetesAllocator::begin(Time now) {
  placed_ = 0;
  std::erase_if(starting_, [&](Time running) { return running <= now; });
}

KubernetesAllocator::Change KubernetesAllocator::decide(const ApplicationState& state,
                                                        std::int64_t pending_of_all, Time now) {
  if (state.ended.happened()) return {.erase = waiting_, .before = Time::never()};
  if (!state.wants_executors()) return {};
  const ProfileState wish = state.of(profile_);
  const bool wish_changed = wish.target != target_ && pending_of_all == 0;
  target_ = wish.target;
  const bool tick = (now - state.registered).in_micros() % delay_.in_micros() == 0;
  if (!tick && !wish_changed) return {};
  const std::int64_t there = wish.launched + waiting_;
  if (there > wish.target) return {.erase = there - wish.target, .before = now - protection_};
  if (!may_create()) return {};
  return {.create = std::min({wish.target - there, batch_, most_pending_ - pending()})};
}

void KubernetesAllocator::placed(Time running) {
  --waiting_;
  ++placed_;
  starting_.push_back(running);
}

Time KubernetesAllocator::first_running() const {
  return starting_.empty() ? Time::never() : std::ranges::min(starting_);
}

// The first of its times from `from` on that is still to come.
Time KubernetesAllocator::tick(Time registered, Time from, Time now) const {
  const Duration since = std::max(from, now + Duration::micros(1)) - registered;
  const std::int64_t delay = delay_.in_micros();
  return registered + Duration::micros((since.in_micros() + delay - 1) / delay * delay);
}

Time KubernetesAllocator::next(const ApplicationState& state, Time oldest, Time room,
                               Time now) const {
  if (!state.wants_executors()) return Time::never();
  const ProfileState wish = state.of(profile_);
  const std::int64_t there = wish.launched + placed_ + waiting_;
  if (there > wish.target && waiting_ > 0)
    return tick(state.registered, oldest + protection_ + Duration::micros(1), now);
  if (there >= wish.target) return Time::never();
  if (!may_create()) {
    if (pending_blocks_ && waiting_ > 0) return Time::never();
    room = std::max(room, pending_blocks_ ? std::ranges::max(starting_) : first_running());
  }
  return room.happened() ? tick(state.registered, room, now) : Time::never();
}

std::int64_t kubernetes_pending_limit(const Application& application) {
  return pod_limit(application, "spark.kubernetes.allocation.maxPendingPods", spark(3, 2));
}

std::int64_t kubernetes_share(std::int64_t slots, std::int64_t consumers, std::int64_t index) {
  return slots / consumers + (index < slots % consumers ? 1 : 0);
}

}  // namespace muster
