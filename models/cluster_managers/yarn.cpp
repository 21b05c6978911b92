#include "models/cluster_managers/yarn.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "models/cluster_managers/executor_failures.h"
#include "models/cluster_managers/yarn_scheduler.h"

namespace muster {
namespace {

class Yarn final : public ClusterManager {
 public:
  explicit Yarn(const Scenario& scenario) : rm_(scenario), settings_(rm_.settings) {}

  void submitted(ApplicationId id, const View& view, ClusterCommands& commands) override;
  void decide(const View& view, ClusterCommands& commands) override;
  std::uint32_t attempts(const Application& application) const override;
  bool counts_lost_nodes() const override { return false; }
  // YarnAllocator.killExecutor: it is not among those that run any more.
  KilledExecutor killed_executor() const override { return KilledExecutor::Replaced; }

 private:
  struct Held {
    std::uint32_t node;
    YarnContainer container;
  };

  void begin(const View& view, ClusterCommands& commands);
  YarnAllocation largest(const View& view) const;
  std::string refused(const YarnApplication& app, const Application& spark, const View& view) const;
  std::string master_dies_of(std::uint32_t app, const View& view) const;
  // Only the default profile's is checked at submission. Spark's master gives up after a few
  // refusals of another; here it does not ask.
  bool may_have(const YarnContainer& container) const {
    return container.asked <= settings_.allocation.maximum &&
           container.cores <= settings_.allocation.most_cores;
  }
  void look_at_nodes(const View& view, ClusterCommands& commands);
  void node_gone(std::uint32_t node, const View& view, ClusterCommands& commands);
  void master_lost(std::uint32_t app, bool noticed, const View& view, ClusterCommands& commands);
  bool fails(std::uint32_t app, const View& view, ClusterCommands& commands);
  void finish(std::uint32_t app, ClusterCommands& commands);
  void end_containers(std::uint32_t app, const View& view, ClusterCommands& commands);
  void advance(std::uint32_t app, const View& view, ClusterCommands& commands);
  void beat(std::uint32_t node, const View& view, ClusterCommands& commands);
  Duration localisation(std::uint32_t app, const View& view) const {
    return view.applications[app]->python ? settings_.python_localisation : Duration();
  }
  void place_master(std::uint32_t app, std::uint32_t node, const View& view,
                    ClusterCommands& commands);
  void call(std::uint32_t app, const View& view, ClusterCommands& commands);
  void tell(std::uint32_t app, const View& view, ClusterCommands& commands);
  void wake(const View& view, ClusterCommands& commands);
  void give_back(const YarnApplication& app, const std::vector<YarnGrant>& containers) {
    for (const YarnGrant& one : containers) rm_.release(one.node, app.executors[one.profile]);
  }
  void note(std::uint32_t app, const View& view, std::string text,
            ClusterCommands& commands) const {
    commands.push_back(
        command::Note{"application " + view.applications[app]->name, std::move(text)});
  }

  YarnScheduler rm_;
  const YarnSettings& settings_;
  std::vector<Held> handed_over_;  // the view shows them from the next decision on
  std::vector<std::string> users_;
  std::optional<std::uint64_t> seen_;  // View::nodes_version
};

// The largest container: that of the configuration, or what the largest node has if that is less
// (ClusterNodeTracker.getMaxAllowedAllocation, Hadoop 3.3).
YarnAllocation Yarn::largest(const View& view) const {
  std::int64_t memory = 0;
  std::int32_t cores = 0;
  for (const NodeState& node : view.nodes) {
    if (node.phase == NodePhase::Gone || !settings_.groups[node.group].manages) continue;
    memory = std::max(memory, node.memory);
    cores = std::max(cores, node.cores);
  }
  YarnAllocation most = settings_.allocation;
  if (memory > 0) most.maximum = std::min(most.maximum, Bytes(memory >> 20 << 20));
  if (cores > 0) most.most_cores = std::min(most.most_cores, cores);
  return most;
}

// Client.verifyClusterResources and the ResourceManager's admission. Empty: it is accepted.
std::string Yarn::refused(const YarnApplication& app, const Application& spark,
                          const View& view) const {
  const YarnAllocation most = largest(view);
  std::string why = yarn_refusal(app.executors.front(), app.master, most.maximum,
                                 version_number(spark.spark_version));
  if (why.empty()) why = yarn_invalid_request(app.master, most, settings_.allocation);
  if (!why.empty() || app.queue < rm_.queues.size()) return why;
  return fmt::format("Failed to submit the application to YARN: submitted to unknown queue: {}",
                     spark.conf.text("spark.yarn.queue", "default"));
}

void Yarn::submitted(ApplicationId id, const View& view, ClusterCommands& commands) {
  rm_.meet(view);
  const Application& spark = *view.applications[id.index()];
  const Conf& conf = spark.conf;
  YarnApplication& app = rm_.apps[id.index()];
  const int version = version_number(spark.spark_version);
  app.cluster_mode = view.state(id).cluster_mode;
  app.master = yarn_master_container(conf, version, app.cluster_mode, settings_.allocation);
  app.executors = yarn_executor_containers(spark, settings_.allocation);
  app.asks = YarnAsks(static_cast<std::uint32_t>(app.executors.size()));
  app.just_launched.assign(app.executors.size(), 0);
  app.told.assign(app.executors.size(), {});
  app.queue = rm_.queues.find(conf.text("spark.yarn.queue", "default"));
  const auto user = std::ranges::find(users_, spark.user);
  app.user = static_cast<std::uint32_t>(user - users_.begin());
  if (user == users_.end()) users_.push_back(spark.user);
  const std::string reason = refused(app, spark, view);
  app.stage = reason.empty() ? YarnStage::Submitting : YarnStage::Refused;
  if (!reason.empty()) {
    note(id.index(), view, "is refused: " + reason, commands);
    return commands.push_back(command::Refuse{id, reason});
  }
  for (std::size_t p = 1; p < app.executors.size(); ++p)
    if (!may_have(app.executors[p]))
      note(id.index(), view,
           fmt::format("gets no executors of resource profile {}: {} MB each and {} vcores are "
                       "above maximum_allocation, {} MB, or maximum_vcores, {}",
                       spark.resource_profiles[p - 1].id, app.executors[p].asked.count() >> 20,
                       app.executors[p].cores, settings_.allocation.maximum.count() >> 20,
                       settings_.allocation.most_cores),
           commands);
  YarnLabelsOf labels = settings_.labels_of(conf);
  app.master_label = std::move(labels.master);
  app.executor_label = std::move(labels.executor);
  app.at = view.now + (app.cluster_mode ? settings_.submission
                                        : spark.driver_start + settings_.client_submission);
  if (spark.python) app.at += settings_.python_submission;
  wake(view, commands);
}

// What is new in the view.
void Yarn::begin(const View& view, ClusterCommands& commands) {
  for (const Held& held : std::exchange(handed_over_, {})) rm_.release(held.node, held.container);
  rm_.meet(view);
  for (YarnApplication& app : rm_.apps) std::ranges::fill(app.just_launched, 0);
  look_at_nodes(view, commands);
  for (std::uint32_t a = 0; a < rm_.apps.size(); ++a)
    if (view.states[a].ended.happened() && rm_.apps[a].stage != YarnStage::Over)
      finish(a, commands);
}

void Yarn::look_at_nodes(const View& view, ClusterCommands& commands) {
  if (seen_ == view.nodes_version) return;
  seen_ = view.nodes_version;
  for (std::uint32_t n = 0; n < rm_.nodes.size(); ++n) {
    if (view.nodes[n].phase == NodePhase::Leaving) rm_.nodes[n].noticed = true;
    if (view.nodes[n].phase == NodePhase::Gone && !rm_.nodes[n].gone) node_gone(n, view, commands);
  }
}

void Yarn::node_gone(std::uint32_t n, const View& view, ClusterCommands& commands) {
  rm_.nodes[n].gone = true;
  rm_.nodes[n].held_memory = 0;
  rm_.nodes[n].held_cores = 0;
  for (std::uint32_t a = 0; a < rm_.apps.size(); ++a) {
    rm_.apps[a].asks.forget(n);
    if (rm_.apps[a].master_node != n) continue;
    rm_.apps[a].master_node = kYarnNone;
    if (!view.states[a].ended.happened()) master_lost(a, rm_.nodes[n].noticed, view, commands);
  }
}

// 8.2: the program, or in client mode the small master, is started again; containers of the lost
// attempt are not kept. An attempt whose machine was lost is not one of those that may fail: its
// container ends as ABORTED (Hadoop 3.3, RMAppAttemptImpl.shouldCountTowardsMaxAttemptRetry).
void Yarn::master_lost(std::uint32_t a, bool noticed, const View& view, ClusterCommands& commands) {
  YarnApplication& app = rm_.apps[a];
  give_back(app, app.asks.end());
  ++app.forgiven;
  app.stage = YarnStage::MasterLost;
  app.at = view.now + (noticed ? Duration() : settings_.node_expiry);
  note(a, view,
       fmt::format("lost its {} with its node: not counted among its {} attempts, another follows",
                   app.cluster_mode ? "driver" : "application master",
                   attempts(*view.applications[a])),
       commands);
  if (!app.cluster_mode) end_containers(a, view, commands);  // else they end with the driver
}

void Yarn::end_containers(std::uint32_t a, const View& view, ClusterCommands& commands) {
  for (std::size_t e = 0; e < view.executors.size(); ++e)
    if (view.executors[e].application == ApplicationId(a) && view.executors[e].alive())
      commands.push_back(command::StopExecutor{ExecutorId(e), command::StopHow::Lost, Duration(),
                                               "Container of a lost application master"});
}

// YarnRMClient.getMaxRegAttempts, 3.5. Of the small master where the mode is client.
std::uint32_t Yarn::attempts(const Application& application) const {
  const std::int64_t most = settings_.am_attempts;
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(
      application.conf.integer("spark.yarn.maxAppAttempts", most), 1, most));
}

// ApplicationMaster, 3.5: allocationThreadImpl gives up, or the first request, which
// createAllocator makes, throws and nothing catches it. Empty: neither.
std::string Yarn::master_dies_of(std::uint32_t a, const View& view) const {
  const YarnApplication& app = rm_.apps[a];
  const Conf& conf = view.applications[a]->conf;
  if (yarn_gives_up(conf, view.states[a], app.placed, view.now))
    return executor_failures_text(conf);
  const bool asks = view.states[a].wants_executors() && view.states[a].of(0).target > 0;
  const std::string why =
      asks ? yarn_invalid_request(app.executors.front(), largest(view), settings_.allocation) : "";
  return why.empty() ? why : "Uncaught exception: InvalidResourceRequestException: " + why;
}

// The ResourceManager starts another master as long as the application has attempts left; in
// cluster mode that is the program itself.
bool Yarn::fails(std::uint32_t a, const View& view, ClusterCommands& commands) {
  YarnApplication& app = rm_.apps[a];
  const std::string why = master_dies_of(a, view);
  if (why.empty()) return false;
  give_back(app, app.asks.end());
  const bool again = app.attempts - app.forgiven < attempts(*view.applications[a]);
  const char* then = again ? ": its master starts again" : "";
  note(a, view, why + then, commands);
  app.stage = again ? YarnStage::WaitsForMaster : YarnStage::Refused;
  if (!app.cluster_mode && app.master_node != kYarnNone) rm_.release(app.master_node, app.master);
  app.master_node = kYarnNone;
  if (app.cluster_mode)
    commands.push_back(command::EndDriver{ApplicationId(a), why});
  else if (again)
    end_containers(a, view, commands);
  else
    commands.push_back(command::Refuse{ApplicationId(a), why});
  return true;
}

void Yarn::finish(std::uint32_t a, ClusterCommands& commands) {
  YarnApplication& app = rm_.apps[a];
  give_back(app, app.asks.end());
  if (app.master_node != kYarnNone && !app.cluster_mode) rm_.release(app.master_node, app.master);
  app.master_node = kYarnNone;
  app.stage = YarnStage::Over;
  for (std::uint32_t p = 0; p < app.told.size(); ++p)
    if (std::exchange(app.told[p], {}).count > 0)
      commands.push_back(command::SetPending{ApplicationId(a), 0, 0, 0, p});
}

void Yarn::advance(std::uint32_t a, const View& view, ClusterCommands& commands) {
  YarnApplication& app = rm_.apps[a];
  const ApplicationState& state = view.states[a];
  if ((app.stage == YarnStage::Submitting || app.stage == YarnStage::MasterLost) &&
      app.at <= view.now)
    app.stage = YarnStage::WaitsForMaster;
  if (app.stage == YarnStage::MasterStarts) {
    // In cluster mode the driver registers, and says so by the engine. A time before this attempt
    // is that of the one before.
    const bool up = app.cluster_mode ? state.registered.happened() && state.registered >= app.placed
                                     : app.at <= view.now;
    if (up) {
      const Conf& conf = view.applications[a]->conf;
      const YarnAskTimes times = {
          .initial = conf.duration("spark.yarn.scheduler.initial-allocation.interval",
                                   YarnAskTimes().initial, Duration::millis(1)),
          .longest = conf.duration("spark.yarn.scheduler.heartbeat.interval-ms",
                                   YarnAskTimes().longest, Duration::millis(1))};
      const Duration pause = app.cluster_mode ? settings_.cluster_ask : settings_.client_ask;
      app.asks.start(view.now + pause, times);
      app.stage = YarnStage::Running;
      note(a, view,
           fmt::format("has its {} registered, which asks for executors",
                       app.cluster_mode ? "driver" : "application master"),
           commands);
    }
  }
  if (app.stage != YarnStage::Running || fails(a, view, commands)) return;
  for (std::uint32_t p = 0; p < app.executors.size(); ++p) {
    const ProfileState profile = state.of(p);
    const bool wants = state.wants_executors() && profile.target > profile.launched &&
                       may_have(app.executors[p]);
    app.asks.wish(wants ? profile.target - profile.launched : 0, view.now, p);
  }
}

void Yarn::beat(std::uint32_t n, const View& view, ClusterCommands& commands) {
  rm_.nodes[n].last_beat = view.now;
  for (std::uint32_t given = 0; given < settings_.per_heartbeat; ++given) {
    const YarnPick pick = rm_.choose(n, view);
    if (pick.app == kYarnNone) return;
    if (!pick.fits) return rm_.reserve(n, pick.app);
    YarnApplication& app = rm_.apps[pick.app];
    rm_.hold(n, app.wants());
    rm_.give_reserved(n);
    if (app.wants_master())
      place_master(pick.app, n, view, commands);
    else
      app.asks.grant({n, app.asks.next_profile()});
    rm_.count(view);
  }
}

void Yarn::place_master(std::uint32_t a, std::uint32_t n, const View& view,
                        ClusterCommands& commands) {
  YarnApplication& app = rm_.apps[a];
  app.stage = YarnStage::MasterStarts;
  app.placed = view.now;
  app.master_node = n;
  ++app.attempts;
  // In client mode the new master asks the driver for it (RetrieveLastAllocatedExecutorId).
  if (app.cluster_mode) app.last_executor = 0;
  note(
      a, view,
      fmt::format("its {} ({} MB) goes to {}{}", app.cluster_mode ? "driver" : "application master",
                  app.master.granted.count() >> 20, rm_.nodes[n].name,
                  app.master_label.empty() ? "" : ", of label " + app.master_label),
      commands);
  if (app.cluster_mode) {
    const Duration start = settings_.driver_start + localisation(a, view);
    commands.push_back(command::StartDriver{.application = ApplicationId(a),
                                            .node = n,
                                            .charged_cores = rm_.charged_cores(app.master),
                                            .charged_memory = app.master.granted.count(),
                                            .start = start});
    handed_over_.push_back({n, app.master});
    app.at = Time::never();
  } else {
    app.at = view.now + settings_.am_start + localisation(a, view);
  }
}

void Yarn::call(std::uint32_t a, const View& view, ClusterCommands& commands) {
  YarnApplication& app = rm_.apps[a];
  if (app.asks.due(view.now) != view.now) return;
  const YarnAsks::Answer answer = app.asks.call(view.now);
  give_back(app, answer.released);
  for (const YarnGrant& grant : answer.launch) {
    const YarnContainer& container = app.executors[grant.profile];
    if (view.nodes[grant.node].phase != NodePhase::Ready) {  // on its way out: asked for anew
      rm_.release(grant.node, container);
      continue;
    }
    const Duration start = settings_.executor_start + localisation(a, view);
    commands.push_back(command::LaunchExecutor{.application = ApplicationId(a),
                                               .profile = grant.profile,
                                               .node = grant.node,
                                               .cores = container.cores,
                                               .charged_cores = rm_.charged_cores(container),
                                               .charged_memory = container.granted.count(),
                                               .start = start,
                                               .start_cpu = settings_.executor_start_cpu,
                                               .usable = settings_.executor_usable,
                                               .number = ++app.last_executor});
    handed_over_.push_back({grant.node, container});
    ++app.just_launched[grant.profile];
  }
  for (const YarnGrant& grant : answer.surplus)
    note(a, view,
         fmt::format("was granted a container on {} that it does not want: held until the "
                     "master's next call",
                     rm_.nodes[grant.node].name),
         commands);
}

void Yarn::tell(std::uint32_t a, const View& view, ClusterCommands& commands) {
  YarnApplication& app = rm_.apps[a];
  for (std::uint32_t p = 0; p < app.told.size(); ++p) {
    PendingContainers& told = app.told[p];
    const bool master = p == 0 && app.wants_master();
    const YarnContainer& container = master ? app.master : app.executors[p];
    const std::uint32_t count = app.wants_master() ? (master ? 1 : 0) : app.asks.booked(p);
    const std::int64_t memory = container.granted.count();
    if (told.count == count && (count == 0 || told.memory == memory)) continue;
    told = {.count = count, .cores = container.cores, .memory = memory, .since = view.now};
    commands.push_back(command::SetPending{ApplicationId(a), count, told.cores, memory, p});
  }
  std::string why = rm_.why_waiting(a, view);
  if (why == app.waits) return;
  app.waits = std::move(why);
  if (!app.waits.empty()) note(a, view, app.waits, commands);
}

void Yarn::wake(const View& view, ClusterCommands& commands) {
  Time first = Time::never();
  // What is due at this instant is done, or comes with a submission's own decision: it must not
  // hide what comes later.
  const auto later = [&](Time at) {
    if (at > view.now) first = std::min(first, at);
  };
  later(rm_.next_beat(view));
  for (YarnApplication& app : rm_.apps) {
    if (app.stage == YarnStage::Submitting || app.stage == YarnStage::MasterLost ||
        app.stage == YarnStage::MasterStarts)
      later(app.at);
    later(app.asks.due(view.now));
  }
  if (first.happened())
    commands.push_back(
        command::WakeAt{ApplicationId::none(), first, command::Waker::ClusterManager});
}

void Yarn::decide(const View& view, ClusterCommands& commands) {
  begin(view, commands);
  const auto apps = static_cast<std::uint32_t>(rm_.apps.size());
  for (std::uint32_t a = 0; a < apps; ++a) advance(a, view, commands);
  rm_.count(view);
  for (const std::uint32_t n : rm_.beating(view.now))
    if (rm_.nodes[n].last_beat != view.now) beat(n, view, commands);
  for (std::uint32_t a = 0; a < apps; ++a)  // am_start 0: a master that is there at once
    if (rm_.apps[a].stage == YarnStage::MasterStarts && rm_.apps[a].at <= view.now)
      advance(a, view, commands);
  for (std::uint32_t a = 0; a < apps; ++a) call(a, view, commands);
  rm_.count(view);
  for (std::uint32_t a = 0; a < apps; ++a) tell(a, view, commands);
  wake(view, commands);
}

}  // namespace

std::unique_ptr<ClusterManager> make_yarn(const Scenario& scenario) {
  return std::make_unique<Yarn>(scenario);
}

}  // namespace muster
