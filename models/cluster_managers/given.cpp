#include "models/cluster_managers/given.h"

#include <utility>

#include "models/executor_allocators/dynamic_allocation.h"

namespace muster {
namespace {

class GivenCluster final : public ClusterManager {
 public:
  explicit GivenCluster(std::span<const ExecutorSpec> executors) : executors_(executors) {}

  // Each application has its own: their times count from its start. One that the driver killed got
  // no more tasks while it went.
  void application_started(ApplicationId application, const View& view,
                           ClusterCommands& commands) override {
    const Duration killed = executor_removal_delay(*view.applications[application.index()]);
    for (std::size_t e = 0; e < executors_.size(); ++e) {
      const ExecutorSpec& spec = executors_[e];
      commands.push_back(command::AddExecutor{
          .application = application,
          .spec = static_cast<std::uint32_t>(e),
          .registered = view.now + spec.registered_at,
          .usable = view.now + spec.usable_at.value_or(spec.registered_at),
          .removed = spec.removed_at ? view.now + *spec.removed_at : Time::never(),
          .drains = spec.removed_when_idle,
          .killed_before = spec.removed_reason == kKilledByDriver ? killed : Duration()});
    }
  }

 private:
  std::span<const ExecutorSpec> executors_;
};

}  // namespace

std::unique_ptr<ClusterManager> make_given_cluster(std::span<const ExecutorSpec> executors) {
  return std::make_unique<GivenCluster>(executors);
}

}  // namespace muster
