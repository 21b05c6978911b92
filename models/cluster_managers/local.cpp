#include "models/cluster_managers/local.h"

#include <array>

#include "sim/base/check.h"
#include "sim/scenario/master.h"

namespace muster {
namespace {

constexpr std::array kLocal = {
    Parameter{"registration", ParameterType::Duration, "1.4s",
              "From the application's start to its executor's registration",
              "recordings, chapter/start-local2: 1.3-1.45 s", 0, 600},
};

class LocalProcess final : public ClusterManager {
 public:
  LocalProcess(std::span<const ExecutorSpec> executors, Duration registration)
      : executors_(executors), registration_(registration) {}

  void application_started(ApplicationId application, const View& view,
                           ClusterCommands& commands) override {
    MUSTER_CHECK(!executors_.empty(), "a local master without its executor");
    const Time at = view.now + registration_;
    commands.push_back(command::Note{"application " + view.applications[application.index()]->name,
                                     "runs in one process with " +
                                         std::to_string(executors_.front().cores) +
                                         " cores: no cluster is asked"});
    commands.push_back(command::AddExecutor{
        .application = application, .spec = 0, .registered = at, .usable = at,
        .removed = Time::never(), .drains = true, .killed_before = {}});
  }

 private:
  std::span<const ExecutorSpec> executors_;
  Duration registration_;
};

}  // namespace

std::span<const Parameter> local_parameters() { return kLocal; }

std::unique_ptr<ClusterManager> make_local(std::span<const ExecutorSpec> executors,
                                           const Scenario& scenario) {
  const Parameters given(kLocal, scenario.cluster.manager);
  return std::make_unique<LocalProcess>(executors, given.duration("registration"));
}

ModelFaults local_faults(const ModelChoice&, const Scenario& scenario) {
  const std::string& master = scenario.cluster.master;
  const auto parsed = parse_master(master);
  if (parsed && parsed->kind == Master::Kind::Local) return {};
  return {{"", "needs a master such as local[4], not `" + master + "`"}};
}

}  // namespace muster
