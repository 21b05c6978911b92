#include "models/cluster_managers/standalone.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/words.h"

namespace muster {
namespace {

constexpr std::array kStandaloneParameters = {
    Parameter{"spread_out", ParameterType::Flag, "true",
              "spark.deploy.spreadOut: an application's cores over all workers, not on few",
              "Master.scala, 3.5"},
    Parameter{"driver_start", ParameterType::Duration, "5s",
              "cluster mode: from spark-submit and the driver's placement to ApplicationStart",
              "recordings, chapter/sa2-cluster: 5.0 s"},
    Parameter{"executor_launch", ParameterType::Duration, "300ms",
              "from the master's decision to the executor's process",
              "recordings, sched/g5: what does not grow with their number"},
    Parameter{"executor_start_cpu", ParameterType::Number, "5",
              "core-seconds from the process to its registration",
              "recordings, chapter: an executor JVM needs 5.0-5.8 s of CPU", 0, 1000},
    Parameter{"executor_start_cpu_c1", ParameterType::Number, "2.7",
              "the same with -XX:TieredStopAtLevel=1 in spark.executor.extraJavaOptions",
              "recordings, sched: one beside running tasks 2.4-3.1 s (h1, h2, nine more), 1 to 4 "
              "at once on two idle cores 1.8, 2.5, 3.8, 4.9 s (g5)",
              0, 1000},
    Parameter{"executor_start_cores", ParameterType::Number, "1.25",
              "cores that one starting executor keeps busy", "recordings, sched/g5, h1", 0.01,
              1000},
    Parameter{"executor_start_crowd", ParameterType::Number, "0.08",
              "how much more CPU time it takes for each other executor that is starting then, "
              "where all machines share cores",
              "recordings, sched/g1: 12 at once took 4.7-5.1 core-seconds each, 6 took 3.7-4.2",
              0, 10},
    Parameter{"executor_start_spread", ParameterType::Number, "0.15",
              "sigma of the logarithm of that CPU time",
              "recordings, sched: four at once register within 0.4-2.2 s, on the median 1.0", 0, 2},
    Parameter{"executor_usable", ParameterType::Duration, "60ms",
              "from an executor's registration to its first offer",
              "recordings, sched: block manager 40-70 ms later"},
};

// What one application asks of each executor of a profile, and in all.
struct Shape {
  std::int32_t min_cores = 1;  // spark.executor.cores, else one core at a time
  bool one_per_worker = true;  // without spark.executor.cores
  std::int64_t memory = 0;
  std::uint32_t profile = 0;
  std::int64_t most_cores = 0;  // of the application
  const char* limit = "";       // the setting that says so
};

class Standalone final : public ClusterManager {
 public:
  explicit Standalone(const Scenario& scenario)
      : given_(kStandaloneParameters, scenario.cluster.manager),
        crowd_(scenario.cluster.shared_cores > 0 ? given_.number("executor_start_crowd") : 0) {}

  void submitted(ApplicationId id, const View& view, ClusterCommands&) override {
    if (view.state(id).cluster_mode) waiting_drivers_.push_back(id);
  }

  void driver_lost(ApplicationId id, const View&, ClusterCommands&) override {
    waiting_drivers_.push_back(id);
  }

  // Master.relaunchDriver, 3.5: --supervise knows no limit.
  std::uint32_t attempts(const Application& application) const override {
    return application.conf.flag("spark.driver.supervise", false)
               ? std::numeric_limits<std::uint32_t>::max()
               : 1;
  }

  // Master.handleKillExecutors: it takes the executor off its worker and schedules.
  KilledExecutor killed_executor() const override { return KilledExecutor::GivenBack; }

  void decide(const View& view, ClusterCommands& commands) override {
    know(view);
    nodes_.assign(view.nodes.begin(), view.nodes.end());
    place_drivers(view, commands);
    held_cores_.assign(view.states.size(), 0);
    starting_ = 0;
    for (const ExecutorState& executor : view.executors) {
      if (is_known(executor, view)) held_cores_[executor.application.index()] += executor.cores;
      if (executor.phase == ExecutorPhase::Expected) ++starting_;
    }
    const std::size_t before = commands.size();
    for (std::uint32_t a = 0; a < view.states.size(); ++a)
      if (view.states[a].wants_executors())
        for (const Shape& shape : shapes_[a])
          place_executors(ApplicationId(a), shape, view, commands);
    crowd(before, commands);
  }

 private:
  // Whatever its driver thinks of it. One that a lost driver leaves behind is of an application of
  // its own.
  static bool is_known(const ExecutorState& executor, const View& view) {
    const bool holds = executor.charged_cores > 0;
    return holds && (executor.alive() || !view.state(executor.application).cluster_mode);
  }
  void know(const View& view);
  void place_drivers(const View& view, ClusterCommands& commands);
  void place_executors(ApplicationId id, const Shape& shape, const View& view,
                       ClusterCommands& commands);
  std::vector<std::int32_t> assign(std::int64_t cores_left, std::int64_t executors_left,
                                   const Shape& shape, const std::vector<std::uint32_t>& usable);
  void launch(ApplicationId id, std::uint32_t node, std::int32_t cores, const Shape& shape,
              const View& view, ClusterCommands& commands);

  // Those that start together take more the more there are.
  void crowd(std::size_t first, ClusterCommands& commands) const {
    for (std::size_t c = first; c < commands.size(); ++c)
      if (auto* launch = std::get_if<command::LaunchExecutor>(&commands[c]))
        launch->start_cpu *= 1 + crowd_ * (starting_ - 1);
  }

  std::string why_none(const Shape& shape) const;
  std::string why_full(std::string_view what, std::int32_t cores, std::int64_t memory) const;
  void tell(ApplicationId id, std::uint32_t profile, std::string why, const View& view,
            ClusterCommands& commands);

  Parameters given_;
  double crowd_;
  std::uint32_t starting_ = 0;  // executors
  std::vector<std::vector<Shape>> shapes_;  // by application and profile
  // By application and profile: why it waits, as noted last.
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> told_;
  std::vector<ApplicationId> waiting_drivers_;
  std::vector<std::int64_t> held_cores_;  // by application
  std::vector<NodeState> nodes_;  // with what this decision has given away
  std::uint32_t next_worker_ = 0;  // of drivers
  std::uint64_t launched_ = 0;     // executors
};

// Round robin from where the last driver went.
void Standalone::place_drivers(const View& view, ClusterCommands& commands) {
  std::erase_if(waiting_drivers_, [&](ApplicationId id) {
    const Conf& conf = view.applications[id.index()]->conf;
    const auto cores = static_cast<std::int32_t>(conf.integer("spark.driver.cores", 1));
    const Bytes memory = conf.bytes("spark.driver.memory", Bytes::gib(1), Bytes::mib(1));
    for (std::size_t tried = 0; tried < nodes_.size(); ++tried) {
      const std::uint32_t node = next_worker_;
      next_worker_ = (next_worker_ + 1) % static_cast<std::uint32_t>(nodes_.size());
      if (!nodes_[node].fits(cores, memory.count())) continue;
      nodes_[node].cores_used += cores;
      nodes_[node].memory_used += memory.count();
      commands.push_back(command::StartDriver{.application = id,
                                              .node = node,
                                              .charged_cores = cores,
                                              .charged_memory = memory.count(),
                                              .start = given_.duration("driver_start")});
      return true;
    }
    tell(id, 0, why_full("driver", cores, memory.count()), view, commands);
    return false;
  });
}

Shape standalone_shape(const Conf& conf, std::uint32_t profile) {
  Shape shape;
  shape.profile = profile;
  const std::int64_t cores = conf.integer("spark.executor.cores", 0);
  shape.one_per_worker = cores == 0;
  shape.min_cores = static_cast<std::int32_t>(std::max<std::int64_t>(1, cores));
  shape.memory = conf.bytes("spark.executor.memory", Bytes::gib(1), Bytes::mib(1)).count();
  shape.limit = conf.find("spark.cores.max") ? "spark.cores.max" : "spark.deploy.defaultCores";
  shape.most_cores = conf.integer(shape.limit, std::numeric_limits<std::int32_t>::max());
  return shape;
}

void Standalone::know(const View& view) {
  for (std::size_t a = shapes_.size(); a < view.applications.size(); ++a) {
    const Application& app = *view.applications[a];
    std::vector<Shape>& shapes = shapes_.emplace_back();
    for (std::uint32_t p = 0; p <= app.resource_profiles.size(); ++p)
      shapes.push_back(standalone_shape(profile_conf(app, p), p));
  }
}

// Master.startExecutorsOnWorkers: one resource profile after another.
void Standalone::place_executors(ApplicationId id, const Shape& shape, const View& view,
                                 ClusterCommands& commands) {
  const ProfileState state = view.state(id).of(shape.profile);
  const std::int64_t cores_left = shape.most_cores - held_cores_[id.index()];
  const std::int64_t executors_left = std::int64_t{state.target} - state.launched;
  const bool wants = executors_left > 0 && cores_left >= shape.min_cores;
  if (!wants && (shape.min_cores <= shape.most_cores || executors_left <= 0)) return;
  std::vector<std::uint32_t> usable;
  for (std::uint32_t n = 0; n < nodes_.size(); ++n)
    if (nodes_[n].fits(shape.min_cores, shape.memory)) usable.push_back(n);
  std::ranges::stable_sort(usable, std::ranges::greater(), [&](std::uint32_t n) {
    return nodes_[n].cores - nodes_[n].cores_used;
  });
  const std::vector<std::int32_t> cores = assign(cores_left, executors_left, shape, usable);
  for (std::size_t u = 0; u < usable.size(); ++u) {
    const std::int32_t each = shape.one_per_worker ? cores[u] : shape.min_cores;
    for (std::int32_t given = 0; each > 0 && given < cores[u]; given += each)
      launch(id, usable[u], each, shape, view, commands);
  }
  const bool none = std::ranges::all_of(cores, [](std::int32_t given) { return given == 0; });
  if (none && state.launched == 0 && executors_left > 0)
    tell(id, shape.profile, why_none(shape), view, commands);
}

// Once for each reason.
void Standalone::tell(ApplicationId id, std::uint32_t profile, std::string why, const View& view,
                      ClusterCommands& commands) {
  std::string& told = told_[{id.index(), profile}];
  if (told == why) return;
  told = std::move(why);
  commands.push_back(
      command::Note{"application " + view.applications[id.index()]->name, told});
}

// The master says nothing of it but in its log: the application goes on waiting.
std::string Standalone::why_none(const Shape& shape) const {
  if (shape.most_cores < shape.min_cores)
    return fmt::format("{} is {}, less than the {} of one executor", shape.limit, shape.most_cores,
                       counted(shape.min_cores, "core"));
  return why_full("executor", shape.min_cores, shape.memory);
}

std::string Standalone::why_full(std::string_view what, std::int32_t cores,
                                 std::int64_t memory) const {
  std::int32_t most_cores = 0;
  std::int64_t most_memory = 0;
  for (const NodeState& node : nodes_) {
    if (node.phase != NodePhase::Ready) continue;
    most_cores = std::max(most_cores, node.cores);
    most_memory = std::max(most_memory, node.memory);
  }
  if (most_cores == 0) return "no worker is there";
  if (most_memory < memory)
    return fmt::format("no worker has the {} MiB of one {}: the largest has {} MiB", memory >> 20,
                       what, most_memory >> 20);
  if (most_cores < cores)
    return fmt::format("no worker has the {} of one {}: the largest has {}",
                       counted(cores, "core"), what, most_cores);
  return fmt::format("no worker has {} core{} and {} MiB free for {} {}", cores,
                     cores == 1 ? "" : "s", memory >> 20, what[0] == 'e' ? "an" : "a", what);
}

// Master.scheduleExecutorsOnWorkers: how many cores of each usable worker.
std::vector<std::int32_t> Standalone::assign(std::int64_t cores_left, std::int64_t executors_left,
                                             const Shape& shape,
                                             const std::vector<std::uint32_t>& usable) {
  std::vector<std::int32_t> cores(usable.size(), 0), executors(usable.size(), 0);
  std::int64_t all_executors = 0;
  for (const std::uint32_t n : usable)
    cores_left = std::min(cores_left, std::int64_t{std::numeric_limits<std::int32_t>::max()} - n);
  const auto can = [&](std::size_t u) {
    const NodeState& node = nodes_[usable[u]];
    const bool more_cores = cores_left >= shape.min_cores &&
                            node.cores - node.cores_used - cores[u] >= shape.min_cores;
    const bool new_executor = !shape.one_per_worker || executors[u] == 0;
    if (!new_executor) return more_cores;
    return more_cores && all_executors < executors_left &&
           node.memory - node.memory_used - executors[u] * shape.memory >= shape.memory;
  };
  const bool spread = given_.flag("spread_out");
  for (bool gave = true; gave;) {
    gave = false;
    for (std::size_t u = 0; u < usable.size(); ++u) {
      for (bool again = true; again && can(u); again = !spread) {
        if (!shape.one_per_worker || executors[u] == 0) ++executors[u], ++all_executors;
        cores[u] += shape.min_cores;
        cores_left -= shape.min_cores;
        gave = true;
      }
    }
  }
  return cores;
}

void Standalone::launch(ApplicationId id, std::uint32_t node, std::int32_t cores,
                        const Shape& shape, const View& view, ClusterCommands& commands) {
  // The first compiler alone starts a JVM sooner.
  const bool quick = view.applications[id.index()]
                         ->conf.text("spark.executor.extraJavaOptions", "")
                         .find("TieredStopAtLevel=1") != std::string::npos;
  const double share = view.stream(Purpose::ExecutorStart, id.index())
                           .lognormal(launched_++, 1, given_.number("executor_start_spread"));
  ++starting_;
  nodes_[node].cores_used += cores;
  nodes_[node].memory_used += shape.memory;
  held_cores_[id.index()] += cores;
  commands.push_back(command::LaunchExecutor{
      .application = id,
      .profile = shape.profile,
      .node = node,
      .cores = cores,
      .charged_cores = cores,
      .charged_memory = shape.memory,
      .start = given_.duration("executor_launch"),
      .start_cpu = share * given_.number(quick ? "executor_start_cpu_c1" : "executor_start_cpu"),
      .start_cores = given_.number("executor_start_cores"),
      .usable = given_.duration("executor_usable")});
}

}  // namespace

std::span<const Parameter> standalone_parameters() { return kStandaloneParameters; }

std::unique_ptr<ClusterManager> make_standalone(const Scenario& scenario) {
  return std::make_unique<Standalone>(scenario);
}

}  // namespace muster
