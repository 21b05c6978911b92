#include "models/cluster_managers/yarn_scheduler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace muster {

void YarnScheduler::meet(const View& view) {
  apps.resize(view.applications.size());
  if (nodes.size() == view.nodes.size()) return;
  met_of_group_.resize(settings.groups.size());
  const auto period = static_cast<std::uint32_t>(settings.heartbeat.in_micros());
  while (nodes.size() < view.nodes.size()) {
    const std::size_t row = nodes.size();
    const std::uint32_t of = view.nodes[row].group;
    const YarnSettings::Group& group = settings.groups[of];
    const std::uint32_t number = ++met_of_group_[of];
    YarnNode node;
    node.phase = Duration::micros(view.stream(Purpose::YarnHeartbeat, row).below(0, period));
    node.name =
        group.count == 1 && number == 1 ? group.name : fmt::format("{}-{}", group.name, number);
    nodes.push_back(node);
    by_phase_.push_back(static_cast<std::uint32_t>(row));
  }
  std::ranges::stable_sort(by_phase_, {}, [this](std::uint32_t n) { return nodes[n].phase; });
}

void YarnScheduler::hold(std::uint32_t node, const YarnContainer& container) {
  nodes[node].held_memory += container.granted.count();
  nodes[node].held_cores += charged_cores(container);
}

void YarnScheduler::release(std::uint32_t node, const YarnContainer& container) {
  nodes[node].held_memory -= container.granted.count();
  nodes[node].held_cores -= charged_cores(container);
}

void YarnScheduler::count(const View& view) {
  trim_reservations(view);
  claims_.clear();
  for (std::uint32_t a = 0; a < apps.size(); ++a) {
    const YarnApplication& app = apps[a];
    if (app.stage == YarnStage::Unknown || app.stage == YarnStage::Submitting ||
        app.stage == YarnStage::Refused || app.stage == YarnStage::Over)
      continue;
    std::int64_t executors = 0;
    for (std::uint32_t p = 0; p < app.executors.size(); ++p)
      executors += app.executors[p].granted.count() *
                   (std::int64_t{view.states[a].of(p).launched} + app.just_launched[p] +
                    app.asks.held(p));
    const std::int64_t master = app.master_node == kYarnNone ? 0 : app.master.granted.count();
    claims_.push_back({.application = a,
                       .queue = app.queue,
                       .user = app.user,
                       .used = executors + master,
                       .master = master});
  }
  measure(view);
  queues.count(memory_, claims_);
  queues.sort(claims_);
  for (const YarnClaim& claim : claims_)
    if (apps[claim.application].wanted() > 0)
      apps[claim.application].verdict = verdict(claim, view);
}

void YarnScheduler::measure(const View& view) {
  if (measured_ == view.nodes_version) return;
  measured_ = view.nodes_version;
  memory_ = 0;
  std::uint32_t ready = 0;
  for (const NodeState& node : view.nodes)
    if (node.phase == NodePhase::Ready && settings.groups[node.group].manages)
      memory_ += node.memory, ++ready;
  // In single precision, as FSAppAttempt has it.
  most_reserved_ = static_cast<std::uint32_t>(
      std::ceil(static_cast<float>(ready) * static_cast<float>(settings.reservable_nodes)));
}

// A node waits only as long as the application still wants so many containers.
void YarnScheduler::trim_reservations(const View& view) {
  const bool too_many = std::ranges::any_of(
      apps, [](const YarnApplication& app) { return app.reserved > app.wanted(); });
  if (!too_many && measured_ == view.nodes_version) return;
  std::erase_if(reserved_, [&](std::uint32_t n) {
    YarnApplication& app = apps[nodes[n].reserved];
    if (app.reserved <= app.wanted() && view.nodes[n].phase == NodePhase::Ready) return false;
    nodes[n].reserved = kYarnNone;
    --app.reserved;
    return true;
  });
}

bool YarnScheduler::may_use(const std::string& label, std::uint32_t node, const View& view) const {
  return settings.may_use(label, view.nodes[node].group);
}

YarnScheduler::Fit YarnScheduler::fit(const YarnApplication& app, std::uint32_t n,
                                      const View& view) const {
  const NodeState& node = view.nodes[n];
  if (node.phase != NodePhase::Ready || !may_use(app.label(), n, view)) return Fit::Never;
  const std::int64_t memory = app.wants().granted.count();
  const std::int32_t cores = settings.count_cores ? app.wants().cores : 0;
  if (node.memory < memory || node.cores < cores) return Fit::Never;
  const bool now = node.memory - node.memory_used - nodes[n].held_memory >= memory &&
                   (cores == 0 || node.cores - node.cores_used - nodes[n].held_cores >= cores);
  return now ? Fit::Now : Fit::NotNow;
}

std::int64_t YarnScheduler::partition(const std::string& label, const View& view) const {
  std::int64_t bytes = 0;
  for (std::uint32_t n = 0; n < nodes.size(); ++n)
    if (view.nodes[n].phase == NodePhase::Ready && may_use(label, n, view))
      bytes += view.nodes[n].memory;
  return bytes;
}

YarnVerdict YarnScheduler::verdict(const YarnClaim& claim, const View& view) const {
  const YarnApplication& app = apps[claim.application];
  const std::int64_t memory = app.wants().granted.count();
  if (!app.wants_master()) return queues.executor(claim, memory);
  return queues.master(claim, memory, partition(app.master_label, view));
}

std::span<const std::uint32_t> YarnScheduler::beating(Time now) const {
  const Duration into = Duration::micros(now.in_micros() % settings.heartbeat.in_micros());
  const auto phase = [this](std::uint32_t n) { return nodes[n].phase; };
  return {std::ranges::lower_bound(by_phase_, into, {}, phase),
          std::ranges::upper_bound(by_phase_, into, {}, phase)};
}

YarnPick YarnScheduler::choose(std::uint32_t n, const View& view) const {
  for (const YarnClaim& claim : claims_) {
    const YarnApplication& app = apps[claim.application];
    const std::uint32_t reserved = nodes[n].reserved;
    if (app.wanted() == 0 || (reserved != kYarnNone && reserved != claim.application)) continue;
    const Fit fits = fit(app, n, view);
    if (fits == Fit::Never || app.verdict != YarnVerdict::Fine) continue;
    if (fits == Fit::Now) return {claim.application, true};
    if (reserved != kYarnNone) return {};
    if (settings.reservations && app.reserved < std::min(app.wanted(), most_reserved_))
      return {claim.application, false};
  }
  return {};
}

void YarnScheduler::reserve(std::uint32_t node, std::uint32_t app) {
  nodes[node].reserved = app;
  reserved_.insert(node);
  ++apps[app].reserved;
}

void YarnScheduler::give_reserved(std::uint32_t node) {
  if (reserved_.erase(node) == 0) return;
  --apps[nodes[node].reserved].reserved;
  nodes[node].reserved = kYarnNone;
}

// In the order of the heartbeats from now on: none at this instant again.
Time YarnScheduler::next_beat(const View& view) const {
  const bool wanted = std::ranges::any_of(
      claims_, [&](const YarnClaim& claim) { return apps[claim.application].wanted() > 0; });
  if (!wanted) return Time::never();
  const Duration into = Duration::micros(view.now.in_micros() % settings.heartbeat.in_micros());
  const auto first = std::ranges::upper_bound(
      by_phase_, into, {}, [this](std::uint32_t n) { return nodes[n].phase; });
  const auto start = static_cast<std::size_t>(first - by_phase_.begin());
  for (std::size_t i = 0; i < by_phase_.size(); ++i) {
    const std::size_t at = (start + i) % by_phase_.size();
    if (choose(by_phase_[at], view).app == kYarnNone) continue;
    const Duration round = start + i < by_phase_.size() ? Duration() : settings.heartbeat;
    return view.now - into + round + nodes[by_phase_[at]].phase;
  }
  return Time::never();
}

std::string YarnScheduler::why_waiting(std::uint32_t a, const View& view) const {
  const YarnApplication& app = apps[a];
  if (app.wanted() == 0) return "";
  const std::string& queue = queues.at(app.queue).name;
  const std::int64_t mib = app.wants().granted.count() >> 20;
  const std::string who = app.wants_master()
                              ? fmt::format("its application master ({} MB) waits", mib)
                              : fmt::format("executors of {} MB wait", mib);
  switch (app.verdict) {
    case YarnVerdict::Fine:
      break;
    case YarnVerdict::QueueFull:
      return queues.at(app.queue).maximum < 100
                 ? fmt::format("{}: queue {} is at its maximum", who, queue)
                 : fmt::format("{}: the cluster has not so much free", who);
    case YarnVerdict::UserFull:
      return fmt::format("{}: its user has what one user may have of queue {}", who, queue);
    case YarnVerdict::MastersFull:
      return fmt::format("{}: masters may use {} MB of queue {} (maximum-am-resource-percent)", who,
                         queues.master_limit(app.queue, partition(app.master_label, view)) >> 20,
                         queue);
  }
  bool ever = false;
  std::uint32_t other = kYarnNone;  // an application that a node with room waits for
  for (std::uint32_t n = 0; n < nodes.size(); ++n) {
    const Fit fits = fit(app, n, view);
    const std::uint32_t reserved = nodes[n].reserved;
    if (fits == Fit::Now && (reserved == kYarnNone || reserved == a)) return "";
    if (fits == Fit::Now && other == kYarnNone) other = reserved;
    ever = ever || fits != Fit::Never;
  }
  if (other != kYarnNone)
    return fmt::format("{}: the room that there is is reserved for application {}", who,
                       view.applications[other]->name);
  const std::string label = app.label().empty() ? "" : fmt::format(" of label {}", app.label());
  return ever ? fmt::format("{}: no node{} has so much free", who, label)
              : fmt::format("{}: {}", who, too_small(app, label, view));
}

// Why no node, as large as it is, can hold the application's next container.
std::string YarnScheduler::too_small(const YarnApplication& app, const std::string& label,
                                     const View& view) const {
  std::int64_t most_memory = 0;
  std::int32_t most_cores = 0;
  for (std::uint32_t n = 0; n < nodes.size(); ++n) {
    if (view.nodes[n].phase != NodePhase::Ready || !may_use(app.label(), n, view)) continue;
    most_memory = std::max(most_memory, view.nodes[n].memory);
    most_cores = std::max(most_cores, view.nodes[n].cores);
  }
  if (most_memory == 0) return fmt::format("there is no node{}", label);
  if (most_memory < app.wants().granted.count())
    return fmt::format("there is no node{} with so much memory: the largest has {} MB", label,
                       most_memory >> 20);
  if (most_cores < app.wants().cores)
    return fmt::format("no node{} has so many vcores: they ask for {}, the largest has {}", label,
                       app.wants().cores, most_cores);
  return fmt::format("no node{} has both so much memory and {} vcores", label, app.wants().cores);
}

}  // namespace muster
