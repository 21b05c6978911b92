#include "sim/run/asked.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "models/catalog.h"
#include "models/cluster_managers/mesos_framework.h"
#include "sim/base/words.h"
#include "sim/run/capacity.h"
#include "sim/run/executors.h"
#include "sim/run/world.h"
#include "sim/scenario/json_tree.h"
#include "sim/scenario/quantity_text.h"

namespace muster {
namespace {

using Shape = std::pair<std::int32_t, Bytes>;  // cores and heap

std::string shape_text(const Shape& shape) {
  return fmt::format("{} and {}", counted(shape.first, "core"), bytes_literal(shape.second));
}

std::string list_text(const std::map<Shape, std::int64_t>& shapes) {
  std::string out;
  for (const auto& [shape, count] : shapes)
    out += fmt::format("{}{} with {}", out.empty() ? "" : ", ", counted(count, "executor"),
                       shape_text(shape));
  return out.empty() ? "no executors" : out;
}

std::string facts_text(const Scenario& scenario) {
  std::map<Shape, std::int64_t> shapes;
  for (const ExecutorSpec& executor : executors_of(scenario))
    ++shapes[{executor.cores, executor.memory}];
  return list_text(shapes);
}

// Drivers come first; on which worker is drawn, here it is the first that has room; false: none
// has.
bool place_driver(const Conf& conf, std::vector<NodeState>& nodes, std::string& why_not) {
  const auto cores = static_cast<std::int32_t>(conf.integer("spark.driver.cores", 1));
  const Bytes memory = conf.bytes("spark.driver.memory", Bytes::gib(1), Bytes::mib(1));
  for (NodeState& node : nodes) {
    if (!node.fits(cores, memory.count())) continue;
    node.cores_used = cores;
    node.memory_used = memory.count();
    return true;
  }
  why_not = fmt::format("no worker has the {} and {} of the driver", counted(cores, "core"),
                        bytes_literal(memory));
  return false;
}

std::string no_offer_text(const Conf& conf) {
  const MesosWish wish(conf);
  return fmt::format("no agent has the {} and {} (overhead included) of one executor",
                     counted(std::max(wish.cores, 1), "core"), bytes_literal(wish.container));
}

bool grants_at_once(const std::string& manager) {
  return manager == "standalone" || manager == "mesos";
}

// What the master of a standalone cluster or of Mesos starts at once when all its machines are
// there and nobody else is: its own rule, asked of the model.
std::map<Shape, std::int64_t> grants(const Scenario& scenario, std::string& why_none) {
  const bool mesos = cluster_manager_name(scenario) == "mesos";
  const auto manager =
      find_model(cluster_managers(), cluster_manager_name(scenario))->make({}, scenario);
  const Application app = application_asked(scenario);
  const Application* apps[] = {&app};
  std::vector<ApplicationState> states(1);
  states[0].submitted = states[0].registered = Time();
  states[0].target = std::numeric_limits<std::int32_t>::max();
  std::vector<NodeState> nodes;
  for (const NodeSpec& group : scenario.cluster.nodes)
    for (std::int32_t n = 0; n < group.count; ++n) {
      nodes.emplace_back();
      nodes.back().cores = group.cores;
      nodes.back().memory = group.memory.count();
      nodes.back().phase = NodePhase::Ready;
    }
  // Without its driver no application registers, so it gets no executors.
  if (scenario.cluster.deploy_mode == "cluster" && !place_driver(app.conf, nodes, why_none))
    return {};
  View view;
  view.applications = apps;
  view.states = states;
  view.nodes = nodes;
  ClusterCommands commands;
  manager->decide(view, commands);
  std::map<Shape, std::int64_t> shapes;
  for (const ClusterCommand& command : commands) {
    if (const auto* launch = std::get_if<command::LaunchExecutor>(&command))
      ++shapes[{launch->cores, mesos ? MesosWish(app.conf).heap : Bytes(launch->charged_memory)}];
    if (const auto* note = std::get_if<command::Note>(&command); note && why_none.empty())
      why_none = note->text;
  }
  if (mesos && shapes.empty()) why_none = no_offer_text(app.conf);
  return shapes;
}

std::string asked_text(const Scenario& scenario) {
  const Conf& conf = scenario.conf;
  const Shape shape{static_cast<std::int32_t>(conf.integer("spark.executor.cores", 1)),
                    conf.bytes("spark.executor.memory", Bytes::gib(1), Bytes::mib(1))};
  const auto capacity = capacity_of(scenario);
  const std::string room = capacity ? fmt::format(", room for {}", capacity->room) : "";
  if (executor_allocator_name(scenario, conf) == "dynamic_allocation") {
    const std::int64_t least = conf.integer("spark.dynamicAllocation.minExecutors", 0);
    const std::string most = conf.text("spark.dynamicAllocation.maxExecutors", "");
    return fmt::format("asks for executors by demand, {}, with {} each{}",
                       most.empty() ? fmt::format("{} or more", least)
                                    : fmt::format("{} to {}", least, most),
                       shape_text(shape), room);
  }
  const std::int64_t count = conf.integer("spark.executor.instances", 2);
  const bool fits = !capacity || capacity->room >= count;
  return fmt::format("asks for {} with {}{}", counted(count, "executor"), shape_text(shape),
                     fits ? "" : room + (count > 1 ? " of them" : ""));
}

std::string share_text(const Share& share) {
  const std::int64_t mib = share.memory >> 20;
  if (share.millis == 0) return fmt::format("{} MiB", mib);
  const double cores = static_cast<double>(share.millis) / 1000;
  return fmt::format("{:g} core{} and {} MiB", cores, share.millis == 1000 ? "" : "s", mib);
}

// Where a warning about a further application stands, and its own settings.
struct FurtherPlace {
  std::string path;  // "/applications/0"
  const Conf* own;
};

class Foreteller {
 public:
  // `told`: what was said of the applications before, which is not said again. `place`: of a
  // further application.
  Foreteller(Scenario scenario, Problems& warnings, const SourceLines* lines,
             std::vector<std::string>& told, std::optional<FurtherPlace> place = {})
      : scenario_(std::move(scenario)), conf_(scenario_.conf), warnings_(warnings), lines_(lines),
        told_(told), place_(std::move(place)) {}

  void tell() const {
    if (grants_at_once(cluster_manager_name(scenario_))) {
      std::string why;
      if (grants(scenario_, why).empty() && !why.empty())
        add("/cluster/nodes", why + ": the application would wait for ever");
    }
    if (const auto capacity = capacity_of(scenario_)) tell(*capacity);
  }

 private:
  void add(std::string path, std::string what) const {
    if (std::ranges::find(told_, what) != told_.end()) return;
    told_.push_back(what);
    if (place_) path = path_of_further(path);
    warnings_.add(scenario_.file, lines_ ? lines_->where(path) : path, std::move(what));
  }

  std::string path_of_further(const std::string& path) const {
    constexpr std::string_view kConf = "/spark/conf/";
    const std::string key = path.starts_with(kConf) ? path.substr(kConf.size()) : "";
    return place_->own->find(key) ? json_path(place_->path + "/conf", key) : place_->path;
  }

  void tell(const Capacity& there) const {
    const std::string largest = there.largest.memory == 0
                                    ? ": none has the labels that it wants"
                                    : ": the largest node has " + share_text(there.largest);
    if (!there.refusal.empty()) return add("/spark/conf", "is refused: " + there.refusal);
    if (!there.driver_fits)
      return add("/cluster/nodes", "no node holds the " + there.driver_is + ", which takes " +
                                       share_text(there.driver) +
                                       ": the application would wait for ever");
    if (!there.executor_fits)
      return add("/cluster/nodes", "no node holds an executor, which takes " +
                                       share_text(there.executor) + largest +
                                       "; the application would wait for ever");
    const std::string beside =
        there.driver.memory > 0
            ? " beside the " + there.driver_is + " (" + share_text(there.driver) + ")"
            : "";
    const bool dynamic = executor_allocator_name(scenario_, conf_) == "dynamic_allocation";
    const std::string queue = there.queue.empty() ? "" : " in queue " + there.queue;
    dynamic ? tell_dynamic(there, beside + queue) : tell_fixed(there, beside + queue);
    tell_uncounted(there, dynamic);
  }

  // DefaultResourceCalculator looks at memory only.
  void tell_uncounted(const Capacity& there, bool dynamic) const {
    const std::int64_t most = std::numeric_limits<std::int32_t>::max();
    const std::int64_t asked =
        dynamic ? conf_.integer("spark.dynamicAllocation.maxExecutors", most)
                : conf_.integer("spark.executor.instances", 2);
    const std::int64_t executors = std::min(asked, there.room);
    const std::int64_t cores = executors * there.uncounted_cores;
    if (cores <= there.machine_cores) return;
    add("/cluster/manager",
        fmt::format("YARN counts memory only (calculator: memory): {} may have {} of {}; that they "
                    "slow each other down is not simulated",
                    counted(executors, "executor"), counted(cores, "core"), there.machine_cores));
  }

  void tell_fixed(const Capacity& there, const std::string& beside) const {
    const std::int64_t asked = conf_.integer("spark.executor.instances", 2);
    if (there.room >= asked) return;
    add(conf_.find("spark.executor.instances") ? "/spark/conf/spark.executor.instances"
                                               : "/cluster/nodes",
        fmt::format("asks for {} of {} each; there is room for {}{}{}", counted(asked, "executor"),
                    share_text(there.executor), there.room, beside, gate_text(there.room, asked)));
  }

  // CoarseGrainedSchedulerBackend.isReady; 0.8 on YARN and Kubernetes.
  std::string gate_text(std::int64_t room, std::int64_t asked) const {
    const double ratio = conf_.number("spark.scheduler.minRegisteredResourcesRatio", 0.8);
    if (static_cast<double>(room) >= ratio * static_cast<double>(asked)) return "";
    const Duration wait = conf_.duration("spark.scheduler.maxRegisteredResourcesWaitingTime",
                                         Duration::seconds(30), Duration::millis(1));
    return fmt::format(": less than {:g} of them, so the program starts only after {}",
                       ratio, duration_text(wait));
  }

  void tell_dynamic(const Capacity& there, const std::string& beside) const {
    for (const char* key : {"spark.dynamicAllocation.minExecutors",
                            "spark.dynamicAllocation.initialExecutors",
                            "spark.dynamicAllocation.maxExecutors"}) {
      const std::int64_t asked = conf_.integer(key, 0);
      if (asked <= there.room || asked >= std::numeric_limits<std::int32_t>::max()) continue;
      return add(json_path("/spark/conf", key),
                 fmt::format("is {}; of executors of {} each there is room for {}{}", asked,
                             share_text(there.executor), there.room, beside));
    }
    if (there.room == 0)
      add("/cluster/nodes", "there is no room for an executor of " + share_text(there.executor) +
                                beside + ": the application would wait for ever");
  }

  Scenario scenario_;
  const Conf& conf_;
  Problems& warnings_;
  const SourceLines* lines_;
  std::vector<std::string>& told_;
  std::optional<FurtherPlace> place_;
};

}  // namespace

std::string executors_text(const Scenario& given) {
  const Scenario scenario = completed(given);
  const std::string manager = cluster_manager_name(scenario);
  if (manager == "given" || manager == "local") return facts_text(scenario);
  if (!grants_at_once(manager)) return asked_text(scenario);
  std::string why;
  const bool by_demand =
      executor_allocator_name(scenario, scenario.conf) == "dynamic_allocation";
  const std::string most = list_text(grants(scenario, why));
  return by_demand ? "by demand at most " + most : most;
}

void foretell(const Scenario& given, Problems& warnings, const SourceLines* lines) {
  const Scenario scenario = completed(given);
  std::vector<std::string> told;
  Foreteller(scenario, warnings, lines, told).tell();
  for (std::size_t a = 0; a < scenario.applications.size(); ++a) {
    const ApplicationSpec& spec = scenario.applications[a];
    Foreteller(scenario_of(scenario, spec), warnings, lines, told,
               FurtherPlace{"/applications/" + std::to_string(a), &spec.conf})
        .tell();
  }
}

}  // namespace muster
