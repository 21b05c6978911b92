#include "models/cluster_managers/mesos_framework.h"

#include <algorithm>
#include <limits>

namespace muster {
namespace {

constexpr std::int32_t kMesosMostCores = std::numeric_limits<std::int32_t>::max();

std::int32_t cores_setting(const Conf& conf, std::string_view key, std::int32_t fallback) {
  return static_cast<std::int32_t>(
      std::clamp<std::int64_t>(conf.integer(key, fallback), 0, kMesosMostCores));
}

// In whole MiB, as MesosSchedulerBackendUtil counts.
Bytes with_overhead(const Conf& conf, Bytes heap, std::string_view key) {
  const std::int64_t mib = heap.count() >> 20;
  const Bytes usual = Bytes::mib(std::max<std::int64_t>(mib / 10, 384));
  return Bytes::mib(mib) + conf.bytes(key, usual, Bytes::mib(1));
}

}  // namespace

MesosWish::MesosWish(const Conf& conf)
    : cores_max(cores_setting(conf, "spark.cores.max", kMesosMostCores)),
      cores(cores_setting(conf, "spark.executor.cores", 0)),
      extra_cores(cores_setting(conf, "spark.mesos.extra.cores", 0)),
      heap(conf.bytes("spark.executor.memory", Bytes::gib(1), Bytes::mib(1))),
      container(with_overhead(conf, heap, "spark.mesos.executor.memoryOverhead")),
      dynamic(conf.flag("spark.dynamicAllocation.enabled", false)),
      driver_cores(std::max(1, cores_setting(conf, "spark.driver.cores", 1))) {
  const Duration second = Duration::seconds(1);
  const Duration refuse = conf.duration("spark.mesos.rejectOfferDuration", second * 120, second);
  refuse_full = conf.duration("spark.mesos.rejectOfferDurationForReachedMaxCores", refuse, second);
  const Bytes driver = conf.bytes("spark.driver.memory", Bytes::gib(1), Bytes::mib(1));
  driver_container = with_overhead(conf, driver, "spark.mesos.driver.memoryOverhead");
}

bool MesosFramework::look(const View& view) {
  const std::uint32_t had = executors_;
  const std::uint32_t limit = limit_;
  const bool is_new = !known_;
  known_ = true;
  held_ = {}, executors_ = 0;
  for (const ExecutorState& executor : view.executors) {
    if (executor.application != id_ || !executor.alive()) continue;
    ++executors_;
    held_.cores += executor.charged_cores;
    held_.memory += executor.charged_memory;
  }
  limit_ = wish_.dynamic ? view.state(id_).target : std::numeric_limits<std::uint32_t>::max();
  const bool revives = is_new || executors_ < had || limit_ > limit;
  if (revives) refused_.clear();
  return revives;
}

std::int32_t MesosFramework::would_take(const MesosShare& offer) const {
  const std::int64_t left = wish_.cores_max - held_.cores;
  const std::int64_t cores =
      wish_.cores > 0 ? wish_.cores : std::min<std::int64_t>(offer.cores, left);
  const bool takes = cores > 0 && cores <= offer.cores && cores <= left &&
                     wish_.container.count() <= offer.memory && executors_ < limit_;
  return takes ? static_cast<std::int32_t>(cores) : 0;
}

void MesosFramework::take(std::int32_t cores) {
  held_.cores += cores;
  held_.memory += wish_.container.count();
  ++executors_;
}

std::uint32_t MesosFramework::missing() const {
  const std::int64_t left = wish_.cores_max - held_.cores;
  if (wish_.dynamic) {
    const std::int64_t wanted = std::int64_t{limit_} - executors_;
    const std::int64_t most = std::max<std::int64_t>(left / std::max(wish_.cores, 1), 0);
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(wanted, 0, most));
  }
  if (wish_.cores_max == kMesosMostCores) return executors_ == 0 ? 1 : 0;
  if (wish_.cores == 0) return left > 0 ? 1 : 0;
  return static_cast<std::uint32_t>(std::max<std::int64_t>(left / wish_.cores, 0));
}

void MesosFramework::refuse(std::uint32_t node, const MesosShare& offer, Time until) {
  if (node >= refused_.size()) refused_.resize(node + 1);
  refused_[node] = {offer, until};
}

Time MesosFramework::refused_until(std::uint32_t node, const MesosShare& offer) const {
  if (node >= refused_.size()) return Time();
  const Refusal& refusal = refused_[node];
  const bool more = offer.cores > refusal.offer.cores || offer.memory > refusal.offer.memory;
  return more ? Time() : refusal.until;
}

}  // namespace muster
