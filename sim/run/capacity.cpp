#include "sim/run/capacity.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "models/catalog.h"
#include "models/cluster_managers/kubernetes_pods.h"
#include "models/cluster_managers/kubernetes_reserves.h"
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

Application application_of(const Scenario& scenario) {
  Application app;
  app.conf = scenario.conf;
  app.conf.set("spark.master", scenario.cluster.master);
  app.spark_version = scenario.spark_version;
  return app;
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

Capacity yarn_capacity(const Scenario& scenario) {
  const YarnSettings settings(scenario);
  const Application app = application_of(scenario);
  const int version = version_number(app.spark_version);
  const YarnContainer executor = yarn_executor_container(app.conf, version, settings.allocation);
  const YarnContainer master =
      yarn_master_container(app.conf, version, in_cluster(scenario), settings.allocation);
  const auto share = [&](const YarnContainer& container) {
    return Share{settings.count_cores ? 1000 * container.cores : 0, container.granted.count()};
  };
  Capacity out{.executor = share(executor),
               .driver = share(master),
               .driver_is = in_cluster(scenario) ? "driver" : "application master",
               .refusal = yarn_refusal_of(executor, master, settings, scenario)};
  const YarnLabelsOf labels = settings.labels_of(app.conf);
  std::vector<Machine> machines;
  for (std::uint32_t g = 0; g < scenario.cluster.nodes.size(); ++g) {
    const NodeSpec& group = scenario.cluster.nodes[g];
    const Machine one{.free = {std::int64_t{1000} * group.cores, group.memory.count()},
                      .for_driver = settings.may_use(labels.master, g),
                      .for_executors = settings.may_use(labels.executor, g)};
    machines.insert(machines.end(),
                    static_cast<std::size_t>(most_of(group, scenario.cluster)), one);
  }
  return fill(std::move(machines), std::move(out));
}

Capacity kubernetes_capacity(const Scenario& scenario) {
  const Application app = application_of(scenario);
  const KubernetesReserves reserves(scenario.cluster.manager);
  const KubernetesPod pod = kubernetes_executor_pod(app);
  const KubernetesPod driver = kubernetes_driver_pod(app);
  Capacity out{.executor = {pod.requested_millis, pod.memory.count()},
               .driver = {},
               .driver_is = "driver",
               .refusal = {}};
  if (in_cluster(scenario)) out.driver = {driver.requested_millis, driver.memory.count()};
  std::vector<Machine> machines;
  for (const NodeSpec& group : scenario.cluster.nodes) {
    const auto kept = reserves.of(group.cores, group.memory.count());
    const Machine one{.free = {std::int64_t{1000} * group.cores - kept.millis,
                               group.memory.count() - kept.memory}};
    machines.insert(machines.end(),
                    static_cast<std::size_t>(most_of(group, scenario.cluster)), one);
  }
  return fill(std::move(machines), std::move(out));
}

}  // namespace

std::optional<Capacity> capacity_of(const Scenario& scenario) {
  const std::string manager = cluster_manager_name(scenario);
  if (manager == "yarn") return yarn_capacity(scenario);
  if (manager == "kubernetes") return kubernetes_capacity(scenario);
  return std::nullopt;
}

}  // namespace muster
