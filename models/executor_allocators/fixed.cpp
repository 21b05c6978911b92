#include "models/executor_allocators/fixed.h"

#include <algorithm>
#include <limits>

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
  const std::string master = application.conf.text("spark.master", "");
  const bool counts_cores = master.starts_with("spark://") || master.starts_with("mesos");
  // SchedulerBackendUtils.DEFAULT_NUMBER_EXECUTORS, 3.5.
  const std::int64_t fallback = counts_cores ? std::numeric_limits<std::int32_t>::max() : 2;
  const std::int64_t executors = application.conf.integer("spark.executor.instances", fallback);
  return std::make_unique<FixedAllocator>(
      static_cast<std::uint32_t>(std::clamp<std::int64_t>(
          counts_cores ? fallback : executors, 0, std::numeric_limits<std::int32_t>::max())));
}

}  // namespace muster
