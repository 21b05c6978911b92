#include "models/cluster_managers/mesos.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "models/cluster_managers/mesos_framework.h"
#include "sim/scenario/quantity_text.h"

namespace muster {
namespace {

using MesosType = ParameterType;

constexpr std::array kMesos = {
    Parameter{"allocation_interval", MesosType::Duration, "1s",
              "The master makes offers so often, and when an application comes or revives them",
              "mesos-master --allocation_interval [K]", 0.001, 3600},
    Parameter{"refusal", MesosType::Duration, "5s",
              "For so long an application gets no offer of what it did not use of an offer",
              "Mesos Filters.refuse_seconds [K]", 0, 86400},
    Parameter{"executor_start", MesosType::Duration, "1s",
              "From the accepted offer until the executor's process runs", "[K]", 0, 3600},
    Parameter{"executor_start_cpu", MesosType::Number, "4",
              "Core-seconds from then until it registers", "15: JVM start 4 s", 0, 1000},
    Parameter{"executor_usable", MesosType::Duration, "150ms",
              "From its registration to its first offer", "3.2: 0.05-1 s", 0, 600},
    Parameter{"driver_start", MesosType::Duration, "3s",
              "Cluster mode: from the dispatcher's choice of an agent to the driver's start", "[K]",
              0, 3600},
};

class Mesos final : public ClusterManager {
 public:
  explicit Mesos(const Parameters& given)
      : interval_(given.duration("allocation_interval")),
        refusal_(given.duration("refusal")),
        executor_start_(given.duration("executor_start")),
        executor_start_cpu_(given.number("executor_start_cpu")),
        executor_usable_(given.duration("executor_usable")),
        driver_start_(given.duration("driver_start")) {}

  void submitted(ApplicationId id, const View& view, ClusterCommands&) override {
    if (view.state(id).cluster_mode) drivers_.push_back(id);
  }

  void decide(const View& view, ClusterCommands& commands) override {
    const bool revived = look(view);
    free_.assign(view.nodes.size(), {});
    for (std::size_t n = 0; n < view.nodes.size(); ++n)
      if (const NodeState& node = view.nodes[n]; node.phase == NodePhase::Ready)
        free_[n] = {node.cores - node.cores_used, node.memory - node.memory_used};
    if (view.now >= next_round_ || revived) {
      next_round_ = view.now + interval_;
      start_drivers(view, commands);
      make_offers(view, commands);
      report_waiting(view, commands);
    }
    if (const Time next = next_useful(); next.happened())
      commands.push_back(command::WakeAt{.application = ApplicationId::none(),
                                         .at = std::max(next, next_round_),
                                         .who = command::Waker::ClusterManager});
  }

 private:
  bool look(const View& view) {
    bool revived = !drivers_.empty();
    std::erase_if(frameworks_, [&](const MesosFramework& framework) {
      return view.state(framework.id()).ended.happened();
    });
    for (std::size_t a = 0; a < view.states.size(); ++a) {
      const bool known = std::ranges::any_of(
          frameworks_, [&](const MesosFramework& f) { return f.id() == ApplicationId(a); });
      if (!known && view.states[a].wants_executors())
        frameworks_.emplace_back(ApplicationId(a), view.applications[a]->conf);
    }
    for (MesosFramework& framework : frameworks_) revived = framework.look(view) || revived;
    return revived;
  }

  // MesosClusterDispatcher: one queue, each driver on the first agent that has room.
  void start_drivers(const View& view, ClusterCommands& commands) {
    std::erase_if(drivers_, [&](ApplicationId id) {
      const MesosWish wish(view.applications[id.index()]->conf);
      for (std::uint32_t n = 0; n < free_.size(); ++n) {
        if (free_[n].cores < wish.driver_cores || free_[n].memory < wish.driver_container.count())
          continue;
        free_[n].cores -= wish.driver_cores;
        free_[n].memory -= wish.driver_container.count();
        commands.push_back(command::StartDriver{.application = id,
                                                .node = n,
                                                .charged_cores = wish.driver_cores,
                                                .charged_memory = wish.driver_container.count(),
                                                .start = driver_start_});
        return true;
      }
      return false;
    });
  }

  // The allocator goes through the agents; each is offered, whole, to the application whose
  // largest share of cores or memory is smallest, offers of this round included.
  void make_offers(const View& view, ClusterCommands& commands) {
    MesosShare total;
    for (const NodeState& node : view.nodes) {
      if (node.phase != NodePhase::Ready) continue;
      total.cores += node.cores, total.memory += node.memory;
    }
    std::vector<MesosShare> shares;
    for (const MesosFramework& framework : frameworks_) shares.push_back(framework.held());
    std::vector<std::vector<std::uint32_t>> offers(frameworks_.size());
    const auto dominant = [&](const MesosShare& share) {
      return std::max(static_cast<double>(share.cores) / std::max(total.cores, 1),
                      static_cast<double>(share.memory) /
                          static_cast<double>(std::max<std::int64_t>(total.memory, 1)));
    };
    for (std::uint32_t n = 0; n < free_.size(); ++n) {
      if (free_[n].cores <= 0 || free_[n].memory <= 0) continue;
      std::size_t best = frameworks_.size();
      for (std::size_t f = 0; f < frameworks_.size(); ++f) {
        if (frameworks_[f].refused_until(n, free_[n]) > view.now) continue;
        if (best == frameworks_.size() || dominant(shares[f]) < dominant(shares[best])) best = f;
      }
      if (best == frameworks_.size()) continue;
      offers[best].push_back(n);
      shares[best].cores += free_[n].cores, shares[best].memory += free_[n].memory;
    }
    for (std::size_t f = 0; f < frameworks_.size(); ++f)
      answer(frameworks_[f], offers[f], view.now, commands);
  }

  // buildMesosTasks: one executor on each offer in turn until no more fits or is wanted.
  void answer(MesosFramework& framework, const std::vector<std::uint32_t>& offers, Time now,
              ClusterCommands& commands) {
    for (bool launched = true; launched;) {
      launched = false;
      for (const std::uint32_t n : offers) {
        const std::int32_t cores = framework.would_take(free_[n]);
        if (cores == 0) continue;
        launch(framework, n, cores, commands);
        launched = true;
      }
    }
    for (const std::uint32_t n : offers) {
      const bool full = framework.is_full();
      framework.refuse(n, free_[n], now + (full ? framework.wish().refuse_full : refusal_));
    }
  }

  void launch(MesosFramework& framework, std::uint32_t node, std::int32_t cores,
              ClusterCommands& commands) {
    const MesosWish& wish = framework.wish();
    framework.take(cores);
    free_[node].cores -= cores;
    free_[node].memory -= wish.container.count();
    commands.push_back(command::LaunchExecutor{.application = framework.id(),
                                               .node = node,
                                               .cores = cores + wish.extra_cores,
                                               .charged_cores = cores,
                                               .charged_memory = wish.container.count(),
                                               .start = executor_start_,
                                               .start_cpu = executor_start_cpu_,
                                               .usable = executor_usable_});
  }

  void report_waiting(const View& view, ClusterCommands& commands) const {
    for (const MesosFramework& framework : frameworks_) {
      const MesosWish& wish = framework.wish();
      const std::uint32_t missing = framework.missing();
      const std::uint32_t before = view.state(framework.id()).pending.count;
      if (before == missing) continue;
      commands.push_back(command::SetPending{.application = framework.id(),
                                             .count = missing,
                                             .cores = std::max(wish.cores, 1),
                                             .memory = wish.container.count()});
      if (missing > 0 && before == 0)
        commands.push_back(command::Note{
            "application " + view.applications[framework.id().index()]->name,
            "waits for Mesos: no agent offers it " + std::to_string(std::max(wish.cores, 1)) +
                (wish.cores > 1 ? " cores and " : " core and ") + bytes_literal(wish.container) +
                " now"});
    }
  }

  // When an application will be offered something that it would take; never: not before something
  // changes.
  Time next_useful() const {
    Time next = Time::never();
    for (const MesosFramework& framework : frameworks_)
      for (std::uint32_t n = 0; n < free_.size(); ++n)
        if (framework.would_take(free_[n]) > 0)
          next = std::min(next, std::max(framework.refused_until(n, free_[n]), next_round_));
    return next;
  }

  Duration interval_, refusal_, executor_start_;
  double executor_start_cpu_;
  Duration executor_usable_, driver_start_;
  Time next_round_;
  std::vector<MesosFramework> frameworks_;  // registered and not over
  std::vector<ApplicationId> drivers_;      // that wait for a place
  std::vector<MesosShare> free_;            // by row of View::nodes, after what was just given
};

}  // namespace

std::span<const Parameter> mesos_parameters() { return kMesos; }

std::unique_ptr<ClusterManager> make_mesos(const Scenario& scenario) {
  return std::make_unique<Mesos>(Parameters(kMesos, scenario.cluster.manager));
}

ModelFaults mesos_faults(const ModelChoice&, const Scenario& scenario) {
  ModelFaults faults;
  if (version_number(scenario.spark_version) >= spark(4, 0))
    faults.push_back({"",
                      "Spark 4.0 removed Mesos, deprecated since 3.2: take standalone, yarn or "
                      "kubernetes, or an earlier Spark"});
  if (!scenario.conf.flag("spark.mesos.coarse", true))
    faults.push_back({"", "the fine-grained mode (spark.mesos.coarse=false) is not simulated"});
  return faults;
}

}  // namespace muster
