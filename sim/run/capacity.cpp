#include "sim/run/capacity.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "models/catalog.h"
#include "models/cluster_managers/kubernetes_pods.h"
#include "models/cluster_managers/kubernetes_reserves.h"
#include "models/cluster_managers/kubernetes_selectors.h"
#include "models/cluster_managers/yarn_containers.h"
#include "models/cluster_managers/yarn_settings.h"
#include "sim/workload/conf.h"

namespace muster {
namespace {

struct Machine {
  Share free;
  bool for_driver = true, for_executors = true;
};

bool holds(const Share& free, const Share& one) {
  return free.millis >= one.millis && free.memory >= one.memory;
}

std::int64_t fit(const Share& free, const Share& one) {
  if (one.memory <= 0) return 0;
  const std::int64_t by_memory = free.memory / one.memory;
  return one.millis > 0 ? std::min(by_memory, free.millis / one.millis) : by_memory;
}

std::int32_t most_of(const NodeSpec& group, const ClusterSpec& cluster) {
  return cluster.autoscaler.name.empty() ? group.count : std::max(group.count, group.max_count);
}

// The driver goes where it costs the fewest executors.
void place(std::vector<Machine>& machines, Capacity& out) {
  Machine* best = nullptr;
  std::int64_t least = 0;
  for (Machine& machine : machines) {
    if (!machine.for_driver || !holds(machine.free, out.driver)) continue;
    const Share rest = {machine.free.millis - out.driver.millis,
                        machine.free.memory - out.driver.memory};
    const std::int64_t lost =
        machine.for_executors ? fit(machine.free, out.executor) - fit(rest, out.executor) : 0;
    if (best && lost >= least) continue;
    best = &machine;
    least = lost;
  }
  out.driver_fits = best != nullptr;
  if (!best) return;
  best->free.millis -= out.driver.millis;
  best->free.memory -= out.driver.memory;
}

Capacity fill(std::vector<Machine> machines, Capacity out) {
  out.executor_fits = false;
  for (const Machine& machine : machines) {
    if (!machine.for_executors) continue;
    out.largest.millis = std::max(out.largest.millis, machine.free.millis);
    out.largest.memory = std::max(out.largest.memory, machine.free.memory);
    out.executor_fits = out.executor_fits || holds(machine.free, out.executor);
  }
  if (out.driver.memory > 0) place(machines, out);
  for (const Machine& machine : machines)
    if (machine.for_executors) out.room += fit(machine.free, out.executor);
  return out;
}

bool in_cluster(const Scenario& scenario) { return scenario.cluster.deploy_mode == "cluster"; }

// The largest container: the configuration's, or what the largest machine that is there has.
YarnAllocation yarn_most(const YarnSettings& settings, const ClusterSpec& cluster) {
  Bytes memory;
  std::int32_t cores = 0;
  for (const NodeSpec& group : cluster.nodes) {
    if (group.role == "master" || group.count == 0) continue;
    memory = std::max(memory, group.memory);
    cores = std::max(cores, group.cores);
  }
  YarnAllocation most = settings.allocation;
  if (memory > Bytes()) most.maximum = std::min(most.maximum, memory);
  if (cores > 0) most.most_cores = std::min(most.most_cores, cores);
  return most;
}

std::string yarn_refusal_of(const YarnContainer& executor, const YarnContainer& master,
                            const YarnSettings& settings, const Scenario& scenario) {
  const YarnAllocation most = yarn_most(settings, scenario.cluster);
  std::string why =
      yarn_refusal(executor, master, most.maximum, version_number(scenario.spark_version));
  if (why.empty()) why = yarn_invalid_request(master, most, settings.allocation);
  return why.empty() ? yarn_invalid_request(executor, most, settings.allocation) : why;
}

// Executors that the application's queue lets it have on so many bytes of the cluster: up to its
// maximum, and with CapacityScheduler's user limit one more than that.
std::int64_t yarn_queue_room(const YarnSettings& settings, const YarnQueue& queue,
                             std::int64_t cluster, const Capacity& there) {
  const auto part = [&](double per_cent) {
    return static_cast<std::int64_t>(per_cent / 100 * static_cast<double>(cluster) + 0.5);
  };
  const std::int64_t one = there.executor.memory;
  const std::int64_t most = (part(queue.maximum) - there.driver.memory) / one;
  if (settings.rules.fair) return most;
  const std::int64_t user = part(queue.capacity * queue.user_limit) - there.driver.memory;
  return user < 0 ? 0 : std::min(most, user / one + 1);
}

Capacity yarn_capacity(const Scenario& scenario) {
  const YarnSettings settings(scenario);
  const Application app = application_asked(scenario);
  const int version = version_number(app.spark_version);
  const YarnContainer executor = yarn_executor_container(app.conf, version, settings.allocation);
  const YarnContainer master =
      yarn_master_container(app.conf, version, in_cluster(scenario), settings.allocation);
  const auto share = [&](const YarnContainer& container) {
    return Share{settings.count_cores ? 1000 * container.cores : 0, container.granted.count()};
  };
  Capacity out;
  out.executor = share(executor);
  out.driver = share(master);
  out.driver_is = in_cluster(scenario) ? "driver" : "application master";
  out.refusal = yarn_refusal_of(executor, master, settings, scenario);
  const YarnLabelsOf labels = settings.labels_of(app.conf);
  std::vector<Machine> machines;
  std::int64_t cluster = 0;
  if (!settings.count_cores) out.uncounted_cores = executor.cores;
  for (std::uint32_t g = 0; g < scenario.cluster.nodes.size(); ++g) {
    const NodeSpec& group = scenario.cluster.nodes[g];
    const std::int64_t count = most_of(group, scenario.cluster);
    if (settings.groups[g].manages) cluster += count * group.memory.count();
    if (settings.may_use(labels.executor, g)) out.machine_cores += count * group.cores;
    const Machine one{.free = {std::int64_t{1000} * group.cores, group.memory.count()},
                      .for_driver = settings.may_use(labels.master, g),
                      .for_executors = settings.may_use(labels.executor, g)};
    machines.insert(machines.end(), static_cast<std::size_t>(count), one);
  }
  out = fill(std::move(machines), std::move(out));
  const YarnQueue* queue = settings.queue_of(app.conf);
  const std::int64_t most =
      queue ? yarn_queue_room(settings, *queue, cluster, out) : out.room;
  if (most >= out.room) return out;
  out.room = std::max<std::int64_t>(most, 0);
  out.queue = queue->name;
  return out;
}

Capacity kubernetes_capacity(const Scenario& scenario) {
  const Application app = application_asked(scenario);
  const KubernetesReserves reserves(scenario.cluster.manager);
  const KubernetesPod pod = kubernetes_executor_pod(app);
  const KubernetesPod driver = kubernetes_driver_pod(app);
  Capacity out;
  out.executor = {pod.requested_millis, pod.memory.count()};
  out.driver_is = "driver";
  if (in_cluster(scenario)) out.driver = {driver.requested_millis, driver.memory.count()};
  const std::vector<NodeSpec>& nodes = scenario.cluster.nodes;
  const int version = kubernetes_spark_version(app);
  const std::uint64_t for_driver = kubernetes_groups(app.conf, version, "driver", nodes);
  const std::uint64_t for_executors = kubernetes_groups(app.conf, version, "executor", nodes);
  const auto admits = [](std::uint64_t groups, std::size_t row) {
    return row >= 64 || (groups >> row & 1) != 0;
  };
  std::vector<Machine> machines;
  for (std::size_t g = 0; g < nodes.size(); ++g) {
    const NodeSpec& group = nodes[g];
    const auto kept = reserves.of(group.cores, group.memory.count());
    const Machine one{.free = {std::int64_t{1000} * group.cores - kept.millis,
                               group.memory.count() - kept.memory},
                      .for_driver = admits(for_driver, g),
                      .for_executors = admits(for_executors, g)};
    machines.insert(machines.end(),
                    static_cast<std::size_t>(most_of(group, scenario.cluster)), one);
  }
  return fill(std::move(machines), std::move(out));
}

}  // namespace

Application application_asked(const Scenario& scenario) {
  Application app;
  app.conf = scenario.conf;
  app.conf.set("spark.master", scenario.cluster.master);
  app.spark_version = scenario.spark_version;
  return app;
}

std::optional<Capacity> capacity_of(const Scenario& scenario) {
  const std::string manager = cluster_manager_name(scenario);
  if (manager == "yarn") return yarn_capacity(scenario);
  if (manager == "kubernetes") return kubernetes_capacity(scenario);
  return std::nullopt;
}

}  // namespace muster
