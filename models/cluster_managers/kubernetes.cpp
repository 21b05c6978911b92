#include "models/cluster_managers/kubernetes.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/cluster_managers/executor_failures.h"
#include "models/cluster_managers/kubernetes_allocator.h"
#include "models/cluster_managers/kubernetes_nodes.h"
#include "models/cluster_managers/kubernetes_pods.h"
#include "models/cluster_managers/kubernetes_reserves.h"
#include "models/cluster_managers/kubernetes_selectors.h"

namespace muster {
namespace {

constexpr double kImageMegabyte = 1e6;  // networks and registries count in powers of ten

constexpr Parameter kKubernetesParameters[] = {
    {.name = "reserved",
     .type = ParameterType::Text,
     .fallback = "eks",
     .doc = "What nodes keep of their machines, by EKS's or GKE's rule; none: a node's cores and "
            "memory are all for pods",
     .source = "amazon-eks-ami bootstrap.sh; GKE, Plan node sizes",
     .choices = "eks|gke|none"},
    {.name = "reserved_cores",
     .type = ParameterType::Number,
     .fallback = "0",
     .doc = "Instead of the rule: cores that each node keeps",
     .source = "kube-reserved and system-reserved; absent: the rule",
     .most = 1000},
    {.name = "reserved_memory",
     .type = ParameterType::Size,
     .fallback = "0b",
     .doc = "Instead of the rule: memory that each node keeps, the eviction threshold included",
     .source = "likewise"},
    {.name = "max_pods",
     .type = ParameterType::Count,
     .fallback = "0",
     .doc = "EKS: pods of a node, 11 MiB each are kept; 0: as the network interfaces of m5, c5 and "
            "r5 allow",
     .source = "amazon-eks-ami eni-max-pods.txt",
     .most = 10000},
    {.name = "vm_overhead",
     .type = ParameterType::Number,
     .fallback = "0.075",
     .doc = "EKS: part of a machine's memory taken to be lost to its system, as Karpenter plans; "
            "the kubelet of a running node may see more",
     .source = "karpenter options.go (VM_MEMORY_OVERHEAD_PERCENT)",
     .most = 1},
    {.name = "image_size",
     .type = ParameterType::Size,
     .fallback = "1g",
     .doc = "What a node downloads before its first container",
     .source = "with it a pod on a new node takes as long as two on EKS did: 64 and 69 s"},
    {.name = "image_bandwidth",
     .type = ParameterType::Number,
     .fallback = "96",
     .doc = "Of a node's image pull, unpacking included, in 1,000,000 bytes a second",
     .source = "11.6 GB in 121 s (DOE ray-batch-inference)",
     .least = 0.001},
    {.name = "pod_schedule",
     .type = ParameterType::Duration,
     .fallback = "300ms",
     .doc = "From a pod's creation, or room for it, until its node begins to start it",
     .source = "spark-semantics 15"},
    {.name = "container_start",
     .type = ParameterType::Duration,
     .fallback = "1s",
     .doc = "From the image's presence until the container runs",
     .source = "spark-semantics 15"},
    {.name = "jvm_start",
     .type = ParameterType::Duration,
     .fallback = "4s",
     .doc = "From an executor's container until it registers with the driver",
     .source = "3-6 s in logs; with it a warm node takes 5.3 s, 5.4 on EKS"},
    {.name = "start_cpu",
     .type = ParameterType::Number,
     .fallback = "0",
     .doc = "Core-seconds that an executor needs after jvm_start until it registers",
     .source = "jvm_start is wall time; 5.6-7 core-seconds measured, if set instead"},
    {.name = "usable",
     .type = ParameterType::Duration,
     .fallback = "200ms",
     .doc = "From an executor's registration to its first offer",
     .source = "BlockManagerAdded follows ExecutorAdded by 0.05-1 s in logs"},
    {.name = "submit",
     .type = ParameterType::Duration,
     .fallback = "4s",
     .doc = "Cluster mode: from spark-submit until the driver's pod is created",
     .source = "YARN's submitted after 4.2 s (measured-laws 6)"},
    {.name = "driver_start",
     .type = ParameterType::Duration,
     .fallback = "3s",
     .doc = "Cluster mode: from the driver's container until the application starts",
     .source = "context ready after 3.8 s in local mode (measured-laws 6), less its own making"},
};

// A pod that was created and has no node yet.
struct KubernetesWaiting {
  ApplicationId application;
  std::uint32_t profile = 0;  // row of the resource profile
  bool driver = false;
  std::int32_t number = 0;  // Spark's id of the executor
  Time created;

  bool executor_of(ApplicationId id, std::uint32_t row) const {
    return application == id && profile == row && !driver;
  }
};

// The executors of one resource profile.
struct KubernetesExecutors {
  KubernetesPod pod;
  KubernetesAllocator allocator;
  bool full = false;           // they fit nowhere, in this decision
  std::uint32_t reported = 0;  // what the last SetPending said
};

struct KubernetesApplication {
  KubernetesApplication(const Application& application, const std::vector<NodeSpec>& nodes)
      : driver(kubernetes_driver_pod(application)),
        most_pending(kubernetes_pending_limit(application)) {
    const int version = kubernetes_spark_version(application);
    driver.groups = kubernetes_groups(application.conf, version, "driver", nodes);
    const std::uint64_t groups = kubernetes_groups(application.conf, version, "executor", nodes);
    for (std::uint32_t row = 0; row <= application.resource_profiles.size(); ++row) {
      executors.push_back({.pod = kubernetes_executor_pod(application, row),
                           .allocator = KubernetesAllocator(application, row)});
      executors.back().pod.groups = groups;
    }
  }

  std::int64_t pending() const {
    std::int64_t pods = 0;
    for (const KubernetesExecutors& each : executors) pods += each.allocator.pending();
    return pods;
  }
  // When another pod may be pending; now, or as soon as one of them runs.
  Time room(Time now) const {
    if (pending() < most_pending) return now;
    Time first = Time::never();
    for (const KubernetesExecutors& each : executors)
      first = std::min(first, each.allocator.first_running());
    return first;
  }

  KubernetesPod driver;
  std::int64_t most_pending;
  std::vector<KubernetesExecutors> executors;  // by profile
  std::int32_t last_executor = 0;   // ExecutorPodsAllocator.EXECUTOR_ID_COUNTER (3.5)
  Time driver_due = Time::never();  // when its driver's pod is created
  bool driver_waits = false;        // for a node
};

class Kubernetes final : public ClusterManager {
 public:
  explicit Kubernetes(const Scenario& scenario)
      : parameters_(kKubernetesParameters, scenario.cluster.manager),
        nodes_(Duration::from_seconds(static_cast<double>(parameters_.size("image_size").count()) /
                                      (parameters_.number("image_bandwidth") * kImageMegabyte))),
        schedule_(parameters_.duration("pod_schedule")),
        container_(parameters_.duration("container_start")),
        jvm_(parameters_.duration("jvm_start")),
        usable_(parameters_.duration("usable")),
        start_cpu_(parameters_.number("start_cpu")),
        specs_(scenario.cluster.nodes),
        reserves_(scenario.cluster.manager) {}

  Reserve reserve(std::int32_t cores, std::int64_t memory) const override {
    return reserves_.of(cores, memory);
  }

  // KubernetesClusterSchedulerBackend.doKillExecutors: a pod with the label of inactive ones is not
  // counted any more; it is deleted after a time of grace.
  KilledExecutor killed_executor() const override { return KilledExecutor::Replaced; }
  void submitted(ApplicationId id, const View& view, ClusterCommands& commands) override {
    if (!view.state(id).cluster_mode) return;
    know(view);
    const Time due = view.now + parameters_.duration("submit");
    apps_[id.index()].driver_due = due;
    if (due > view.now)
      commands.push_back(command::WakeAt{.application = {}, .at = due, .who = kWaker});
  }

  void decide(const View& view, ClusterCommands& commands) override {
    know(view);
    nodes_.look(view);
    for (const ApplicationId id : in_order(view)) {
      if (fails(id, view, commands)) continue;
      create_driver(id, view);
      change_executors(id, view);
    }
    place_pods(view, commands);
    for (std::size_t a = 0; a < apps_.size(); ++a)
      for (std::uint32_t p = 0; p < apps_[a].executors.size(); ++p)
        report(ApplicationId(a), p, view, commands);
    wake(view, commands);
  }

 private:
  static constexpr command::Waker kWaker = command::Waker::ClusterManager;

  void know(const View& view) {
    for (std::size_t a = apps_.size(); a < view.applications.size(); ++a)
      apps_.emplace_back(*view.applications[a], specs_);
  }

  static std::vector<ApplicationId> in_order(const View& view) {
    std::vector<ApplicationId> ids;
    for (std::size_t a = 0; a < view.states.size(); ++a) ids.emplace_back(a);
    std::ranges::stable_sort(ids, {}, [&](ApplicationId id) { return view.state(id).registered; });
    return ids;
  }

  // ExecutorPodsLifecycleManager.start, from 3.5 on (SPARK-41210): the driver exits with code 11.
  bool fails(ApplicationId id, const View& view, ClusterCommands& commands) const {
    const Application& application = *view.applications[id.index()];
    const ApplicationState& state = view.state(id);
    if (kubernetes_spark_version(application) < spark(3, 5) || !state.wants_executors() ||
        !kubernetes_gives_up(application.conf, state, view.now))
      return false;
    const std::string why = executor_failures_text(application.conf);
    commands.push_back(command::Refuse{id, why});
    return true;
  }

  void create_driver(ApplicationId id, const View& view) {
    KubernetesApplication& app = apps_[id.index()];
    if (app.driver_due > view.now) return;
    app.driver_due = Time::never();
    app.driver_waits = true;
    waiting_.push_back({.application = id, .driver = true, .created = view.now});
  }

  // ExecutorPodsAllocator.onNewSnapshots: what is too much goes, then the profiles that want more
  // share what may still be pending.
  void change_executors(ApplicationId id, const View& view) {
    KubernetesApplication& app = apps_[id.index()];
    for (KubernetesExecutors& each : app.executors) each.allocator.begin(view.now);
    const std::int64_t pending = app.pending();
    std::vector<std::pair<std::uint32_t, std::int64_t>> wants;  // profile, pods
    for (std::uint32_t p = 0; p < app.executors.size(); ++p) {
      const auto change = app.executors[p].allocator.decide(view.state(id), pending, view.now);
      if (change.create > 0) wants.emplace_back(p, change.create);
      if (change.erase > 0) erase_pods(id, p, change);
    }
    const std::int64_t rest = std::max<std::int64_t>(0, app.most_pending - app.pending());
    for (std::size_t w = 0; w < wants.size(); ++w) {
      const auto [profile, pods] = wants[w];
      const std::int64_t share = kubernetes_share(rest, std::ssize(wants), std::int64_t(w));
      const std::int64_t count = std::min(pods, share);
      for (std::int64_t pod = 0; pod < count; ++pod)
        waiting_.push_back({.application = id,
                            .profile = profile,
                            .number = ++app.last_executor,
                            .created = view.now});
      app.executors[profile].allocator.created(count);
    }
  }

  void erase_pods(ApplicationId id, std::uint32_t profile, KubernetesAllocator::Change change) {
    KubernetesAllocator& allocator = apps_[id.index()].executors[profile].allocator;
    std::erase_if(waiting_, [&](const KubernetesWaiting& pod) {
      if (!pod.executor_of(id, profile) || pod.created >= change.before) return false;
      if (change.erase-- <= 0) return false;
      allocator.erased();
      return true;
    });
  }

  // Pods in the order of their creation; one that has no place holds nobody up. The executors of a
  // profile are alike, so behind one without a place the others need no look.
  void place_pods(const View& view, ClusterCommands& commands) {
    for (KubernetesApplication& app : apps_)
      for (KubernetesExecutors& executors : app.executors) executors.full = false;
    std::erase_if(waiting_, [&](const KubernetesWaiting& pod) {
      bool& full = apps_[pod.application.index()].executors[pod.profile].full;
      full = full || !place_pod(pod, view, commands);
      return !full;
    });
  }

  bool place_pod(const KubernetesWaiting& waiting, const View& view, ClusterCommands& commands) {
    KubernetesApplication& app = apps_[waiting.application.index()];
    KubernetesExecutors& executors = app.executors[waiting.profile];
    const KubernetesPod& pod = waiting.driver ? app.driver : executors.pod;
    const std::optional<std::uint32_t> node = nodes_.place(view, pod);
    if (!node) return false;
    const Duration image = nodes_.image(view, *node, view.now + schedule_);
    const Duration container = schedule_ + image + container_;
    if (waiting.driver) {
      app.driver_waits = false;
      commands.push_back(
          command::StartDriver{.application = waiting.application,
                               .node = *node,
                               .charged_cores = pod.whole_cores(),
                               .charged_millis = pod.rest_millis(),
                               .charged_memory = pod.memory.count(),
                               .start = container + parameters_.duration("driver_start")});
      return true;
    }
    executors.allocator.placed(view.now + container);
    commands.push_back(command::LaunchExecutor{.application = waiting.application,
                                               .profile = waiting.profile,
                                               .node = *node,
                                               .cores = pod.cores,
                                               .charged_cores = pod.whole_cores(),
                                               .charged_millis = pod.rest_millis(),
                                               .charged_memory = pod.memory.count(),
                                               .start = container + jvm_,
                                               .start_cpu = start_cpu_,
                                               .usable = usable_,
                                               .number = waiting.number});
    return true;
  }

  void report(ApplicationId id, std::uint32_t profile, const View& view,
              ClusterCommands& commands) {
    KubernetesApplication& app = apps_[id.index()];
    KubernetesExecutors& executors = app.executors[profile];
    const bool driver = app.driver_waits && profile == 0;
    const KubernetesPod& pod = driver ? app.driver : executors.pod;
    const auto count = static_cast<std::uint32_t>(driver ? 1 : executors.allocator.waiting());
    if (count == executors.reported) return;
    commands.push_back(command::SetPending{.application = id,
                                           .count = count,
                                           .cores = pod.whole_cores(),
                                           .memory = pod.memory.count(),
                                           .profile = profile,
                                           .millis = pod.rest_millis(),
                                           .groups = pod.groups});
    const bool over = view.state(id).ended.happened();  // its pods went with it
    if (!over && (executors.reported == 0 || count == 0))
      commands.push_back(
          command::Note{fmt::format("application {}", view.applications[id.index()]->name),
                        pending_text(count, driver, pod, view)});
    executors.reported = count;
  }

  static std::string pending_text(std::uint32_t count, bool driver, const KubernetesPod& pod,
                                  const View& view) {
    if (count == 0) return "all pods that it asked for have a node";
    const bool one_core = pod.requested_millis == 1000;
    return fmt::format("{} {} {} of {:g} core{} and {} MiB fit{} no node{}", count,
                       driver ? "driver" : "executor", count == 1 ? "pod" : "pods",
                       static_cast<double>(pod.requested_millis) / 1000, one_core ? "" : "s",
                       pod.memory.count() / Bytes::mib(1).count(), count == 1 ? "s" : "",
                       KubernetesNodes::could_hold(view, pod)
                           ? ": pending until there is room"
                           : ", even if all were empty" + KubernetesNodes::largest_text(view, pod));
  }

  void wake(const View& view, ClusterCommands& commands) const {
    Time at = Time::never();
    for (std::uint32_t a = 0; a < apps_.size(); ++a) {
      at = std::min(at, apps_[a].driver_due);
      for (std::uint32_t p = 0; p < apps_[a].executors.size(); ++p)
        at = std::min(at, next_change(ApplicationId(a), p, view));
    }
    if (at.happened())
      commands.push_back(command::WakeAt{.application = {}, .at = at, .who = kWaker});
  }

  Time next_change(ApplicationId id, std::uint32_t profile, const View& view) const {
    const KubernetesAllocator& allocator = apps_[id.index()].executors[profile].allocator;
    Time oldest = view.now;
    if (allocator.waiting() > 0)
      oldest = std::ranges::find_if(waiting_, [&](const KubernetesWaiting& pod) {
                 return pod.executor_of(id, profile);
               })->created;
    return allocator.next(view.state(id), oldest, apps_[id.index()].room(view.now), view.now);
  }

  Parameters parameters_;
  KubernetesNodes nodes_;
  Duration schedule_, container_, jvm_, usable_;
  double start_cpu_;
  const std::vector<NodeSpec> specs_;  // its own: the scenario may be gone
  KubernetesReserves reserves_;
  std::vector<KubernetesApplication> apps_;  // by ApplicationId
  std::vector<KubernetesWaiting> waiting_;   // in the order of creation
};

}  // namespace

std::span<const Parameter> kubernetes_parameters() { return kKubernetesParameters; }

std::unique_ptr<ClusterManager> make_kubernetes(const Scenario& scenario) {
  return std::make_unique<Kubernetes>(scenario);
}

}  // namespace muster
