#include "models/executor_allocators/fixed.h"

#include <algorithm>
#include <limits>

#include "sim/scenario/master.h"

namespace muster {
namespace {

class FixedAllocator final : public ExecutorAllocator {
 public:
  explicit FixedAllocator(std::uint32_t executors) : executors_(executors) {}
  std::uint32_t initial(const View&) override { return executors_; }

 private:
  std::uint32_t executors_;
};

}  // namespace

std::unique_ptr<ExecutorAllocator> make_fixed_allocator(const Application& application) {
  constexpr std::int64_t kAny = std::numeric_limits<std::int32_t>::max();
  const auto master = master_of(application.conf);
  using enum Master::Kind;
  const bool counts_cores = master && (master->kind == Standalone || master->kind == Mesos ||
                                       master->kind == LocalCluster);
  // 2: SchedulerBackendUtils.DEFAULT_NUMBER_EXECUTORS, 3.5.
  const std::int64_t executors =
      counts_cores ? kAny : application.conf.integer("spark.executor.instances", 2);
  return std::make_unique<FixedAllocator>(
      static_cast<std::uint32_t>(std::clamp<std::int64_t>(executors, 0, kAny)));
}

}  // namespace muster
