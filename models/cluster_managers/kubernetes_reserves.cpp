#include "models/cluster_managers/kubernetes_reserves.h"

#include <algorithm>
#include <array>

#include "models/cluster_managers/kubernetes.h"

namespace muster {
namespace {

constexpr std::int64_t kReserveMib = std::int64_t{1} << 20;
constexpr std::int64_t kReserveGib = std::int64_t{1} << 30;
constexpr std::int64_t kEviction = 100 * kReserveMib;  // memory.available<100Mi

// So much of each range up to `to`, in ten-thousandths.
struct ReserveStep {
  std::int64_t to;
  std::int64_t share;
};

template <std::size_t N>
std::int64_t reserve_by_steps(std::int64_t total, const std::array<ReserveStep, N>& steps) {
  std::int64_t from = 0, kept = 0;
  for (const ReserveStep& step : steps) {
    const std::int64_t to = std::min(total, step.to);
    if (to > from) kept += (to - from) * step.share / 10'000;
    from = step.to;
  }
  return kept;
}

constexpr std::int64_t kReserveRest = std::int64_t{1} << 62;

// The same on EKS (amazon-eks-ami, bootstrap.sh, get_cpu_millicores_to_reserve) and on GKE ("Plan
// node sizes"): 6 % of the first core, 1 % of the second, 0.5 % of the next two, 0.25 % of the
// rest.
std::int64_t reserve_millis(std::int32_t cores) {
  constexpr std::array<ReserveStep, 4> kSteps = {
      {{1000, 600}, {2000, 100}, {4000, 50}, {kReserveRest, 25}}};
  return reserve_by_steps(std::int64_t{1000} * cores, kSteps);
}

// GKE, "Plan node sizes": 25 % of the first 4 GiB, 20 % of the next 4, 10 % of the next 8, 6 % of
// the next 112, 2 % above.
std::int64_t reserve_gke_memory(std::int64_t memory) {
  constexpr std::array<ReserveStep, 5> kSteps = {{{4 * kReserveGib, 2500},
                                                  {8 * kReserveGib, 2000},
                                                  {16 * kReserveGib, 1000},
                                                  {128 * kReserveGib, 600},
                                                  {kReserveRest, 200}}};
  return memory < kReserveGib ? 255 * kReserveMib : reserve_by_steps(memory, kSteps);
}

// amazon-eks-ami, eni-max-pods.txt, of m5, c5 and r5 by their vCPUs.
std::int64_t reserve_max_pods(std::int32_t cores) {
  if (cores <= 2) return 29;
  if (cores <= 8) return 58;
  return cores <= 48 ? 234 : 737;
}

}  // namespace

KubernetesReserves::KubernetesReserves(const ModelChoice& manager) {
  const Parameters given(kubernetes_parameters(), manager);
  rule_ = given.text("reserved");
  pods_ = given.count("max_pods");
  overhead_ = given.number("vm_overhead");
  if (given.given("reserved_cores"))
    millis_ = static_cast<std::int64_t>(given.number("reserved_cores") * 1000 + 0.5);
  if (given.given("reserved_memory")) memory_ = given.size("reserved_memory").count();
}

ClusterManager::Reserve KubernetesReserves::of(std::int32_t cores, std::int64_t memory) const {
  std::int64_t millis = rule_ == "none" ? 0 : reserve_millis(cores);
  std::int64_t kept = 0;
  if (rule_ == "eks") {
    // bootstrap.sh, get_memory_mebibytes_to_reserve: 255 MiB and 11 for each pod there may be.
    const std::int64_t pods = pods_ > 0 ? pods_ : reserve_max_pods(cores);
    kept = static_cast<std::int64_t>(static_cast<double>(memory) * overhead_) +
           (255 + 11 * pods) * kReserveMib + kEviction;
  }
  if (rule_ == "gke") kept = reserve_gke_memory(memory) + kEviction;
  if (millis_ >= 0) millis = millis_;
  if (memory_ >= 0) kept = memory_;
  return {.millis = static_cast<std::int32_t>(std::min(millis, std::int64_t{1000} * cores)),
          .memory = std::min(kept, memory)};
}

}  // namespace muster
