#include "models/executor_allocators/dynamic_allocation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "sim/scenario/master.h"
#include "sim/workload/custom_resources.h"

namespace muster {
namespace {

// ExecutorAllocationManager.intervalMillis.
constexpr Duration kAllocationTick = Duration::millis(100);
// Standalone from 3.4: an executor that was killed stays registered for
// spark.standalone.executorRemoveDelayOnDisconnection, and is counted meanwhile (recordings g1, g3,
// g5: 5.03-5.07 s).
constexpr Duration kRemovalDelay = Duration::millis(5050);
constexpr Duration kRemoval = Duration::millis(50);
constexpr std::int64_t kUnlimited = std::numeric_limits<std::int32_t>::max();

struct AllocationConf {
  AllocationConf(const Application& app);

  std::int64_t least, most, initial;
  Duration backlog, sustained, idle, cached_idle, shuffle_timeout;
  double ratio;
  bool tracks_shuffle, decommissions;
  Duration removal;
};

AllocationConf::AllocationConf(const Application& app) {
  const Conf& conf = app.conf;
  const int version = version_number(app.spark_version);
  const bool current = version == 0 || version >= spark(3, 4);
  const Duration s = Duration::seconds(1);
  const auto key = [](const char* name) { return std::string("spark.dynamicAllocation.") + name; };
  least = std::max<std::int64_t>(0, conf.integer(key("minExecutors"), 0));
  most = conf.integer(key("maxExecutors"), kUnlimited);
  initial = std::max({least, conf.integer(key("initialExecutors"), least),
                      conf.integer("spark.executor.instances", 0)});
  backlog = conf.duration(key("schedulerBacklogTimeout"), s, s);
  sustained = conf.duration(key("sustainedSchedulerBacklogTimeout"), backlog, s);
  idle = conf.duration(key("executorIdleTimeout"), s * 60, s);
  cached_idle = conf.duration(key("cachedExecutorIdleTimeout"), Duration::max(), s);
  shuffle_timeout =
      conf.duration(key("shuffleTracking.timeout"), Duration::max(), Duration::millis(1));
  ratio = conf.number(key("executorAllocationRatio"), 1.0);
  tracks_shuffle = conf.flag(key("shuffleTracking.enabled"), current) &&
                   !conf.flag("spark.shuffle.service.enabled", false);
  decommissions = conf.flag("spark.decommission.enabled", false);
  removal = executor_removal_delay(app);
}

// The executors of one resource profile.
struct Wish {
  std::int64_t tasks_per_executor = 1;
  std::int64_t target = 0;
  std::int64_t step = 1;
  std::int64_t told = 0;   // the target, as last asked for
  bool known = false;      // a stage has needed it
};

std::vector<Wish> wishes_of(const Application& app) {
  std::vector<Wish> wishes(app.resource_profiles.size() + 1);
  for (std::uint32_t row = 0; row < wishes.size(); ++row) {
    const Conf conf = profile_conf(app, row);
    const std::int64_t cpus = std::max<std::int64_t>(1, conf.integer("spark.task.cpus", 1));
    const std::int64_t most =
        row > 0 ? CustomResource::kNoLimit
                : resource_slots(conf, version_number(app.spark_version));
    wishes[row].tasks_per_executor =
        std::clamp<std::int64_t>(conf.integer("spark.executor.cores", 1) / cpus, 1, most);
  }
  return wishes;
}

class DynamicAllocation final : public ExecutorAllocator {
 public:
  DynamicAllocation(ApplicationId id, const Application& app)
      : id_(id), conf_(app), start_(app.start), wishes_(wishes_of(app)) {}

  std::uint32_t initial(const View& view) override {
    for (Wish& wish : wishes_) wish.target = wish.told = 0, wish.step = 1, wish.known = false;
    wishes_[0].target = wishes_[0].told = conf_.initial;
    wishes_[0].known = true;
    initializing_ = true;
    backlogged_ = false;
    add_at_ = Time::never();
    look_at_ = view.now;
    phase_ = view.now - start_;
    return static_cast<std::uint32_t>(conf_.initial);
  }

  void decide(const View& view, ClusterCommands& commands) override {
    follow_backlog(view);
    if (on_tick(view.now)) tick(view, commands);
    ask_again(view, commands);
  }

 private:
  struct Load {
    std::int64_t running = 0, pending = 0;
    std::int64_t unschedulable = 0;  // task sets
    std::int64_t present = 0;        // executors
  };

  Load load(const View& view, std::uint32_t profile) const;
  std::int64_t needed(const View& view, std::uint32_t profile) const;
  bool has_pending(const View& view) const;
  void follow_backlog(const View& view);
  void tick(const View& view, ClusterCommands& commands);
  void adjust(const View& view, ClusterCommands& commands);
  void raise(const View& view, std::uint32_t profile, std::int64_t most_needed,
             ClusterCommands& commands);
  void drop_idle(const View& view, ClusterCommands& commands);
  std::optional<Time> deadline(const ExecutorState& executor) const;
  Time next_idle(const View& view);
  bool none_to_spare(const ApplicationState& state) const {
    if (initializing_) return false;
    for (std::uint32_t p = 0; p < wishes_.size(); ++p)
      if (state.of(p).present > std::max(conf_.least, wishes_[p].target)) return false;
    return true;
  }
  bool too_early(const View& view) const {
    return view.now < look_at_ && outputs_counted_ == view.state(id_).outputs_counted;
  }
  void ask_again(const View& view, ClusterCommands& commands);
  Time tick_after(Time at) const;
  bool on_tick(Time now) const {
    return ((now - start_ - phase_).in_micros()) % kAllocationTick.in_micros() == 0;
  }

  ApplicationId id_;
  AllocationConf conf_;
  Time start_;
  Duration phase_;
  std::vector<Wish> wishes_;  // by row of the profile
  Time add_at_ = Time::never();
  bool initializing_ = true;
  bool backlogged_ = false;
  // No executor has been idle for long enough before it; what became idle since the executors were
  // last looked at is counted in.
  Time look_at_;
  std::uint32_t outputs_counted_ = 0;
};

DynamicAllocation::Load DynamicAllocation::load(const View& view, std::uint32_t profile) const {
  Load load;
  load.present = view.state(id_).of(profile).present;
  for (const TaskSetId id : view.state(id_).active_sets) {
    const TaskSetState& set = view.task_set(id);
    if (set.profile != profile) continue;
    load.running += set.running;
    load.unschedulable += set.unschedulable ? 1 : 0;
    load.pending += std::max<std::int64_t>(0, std::int64_t{set.unfinished} - set.running);
  }
  return load;
}

bool DynamicAllocation::has_pending(const View& view) const {
  for (std::uint32_t p = 0; p < wishes_.size(); ++p)
    if (load(view, p).pending > 0) return true;
  return false;
}

std::int64_t DynamicAllocation::needed(const View& view, std::uint32_t profile) const {
  const Load load = this->load(view, profile);
  const double per_executor = static_cast<double>(wishes_[profile].tasks_per_executor);
  const auto executors_for = [&](std::int64_t tasks) {
    return static_cast<std::int64_t>(
        std::ceil(static_cast<double>(tasks) * conf_.ratio / per_executor));
  };
  const std::int64_t most = executors_for(load.running + load.pending);
  if (load.unschedulable == 0) return most;
  return std::max(most, load.present + executors_for(load.unschedulable));
}

// onStageSubmitted, onTaskStart, onSchedulerBacklogged and onSchedulerQueueEmpty.
void DynamicAllocation::follow_backlog(const View& view) {
  const bool pending = has_pending(view);
  if (!view.state(id_).active_sets.empty()) initializing_ = false;
  for (const TaskSetId id : view.state(id_).active_sets) {
    Wish& wish = wishes_[view.task_set(id).profile];
    if (!std::exchange(wish.known, true)) wish.target = conf_.initial;
  }
  if (pending && !backlogged_) {
    add_at_ = view.now + conf_.backlog;
  } else if (!pending && backlogged_) {
    add_at_ = Time::never();
    for (Wish& wish : wishes_) wish.step = 1;
  }
  backlogged_ = pending;
}

void DynamicAllocation::tick(const View& view, ClusterCommands& commands) {
  drop_idle(view, commands);
  if (!initializing_) adjust(view, commands);
  for (std::uint32_t p = 0; p < wishes_.size(); ++p) {
    Wish& wish = wishes_[p];
    if (std::exchange(wish.told, wish.target) == wish.target) continue;
    commands.push_back(
        command::RequestExecutors{id_, static_cast<std::uint32_t>(wish.target), p});
  }
}

// updateAndSyncNumExecutorsTarget: the backlog's clock is one for all profiles, and so are the
// limits for each.
void DynamicAllocation::adjust(const View& view, ClusterCommands& commands) {
  const bool add = add_at_.happened() && view.now >= add_at_;
  for (std::uint32_t p = 0; p < wishes_.size(); ++p) {
    Wish& wish = wishes_[p];
    if (!wish.known) continue;
    const std::int64_t most_needed = needed(view, p);
    if (most_needed < wish.target) {
      wish.target = std::max(most_needed, conf_.least);
      wish.step = 1;
    } else if (add) {
      add_at_ = view.now + conf_.sustained;
      raise(view, p, most_needed, commands);
    }
  }
}

// addExecutors.
void DynamicAllocation::raise(const View& view, std::uint32_t profile, std::int64_t most_needed,
                              ClusterCommands& commands) {
  Wish& wish = wishes_[profile];
  if (wish.target >= conf_.most) {
    wish.step = 1;
    return;
  }
  const std::int64_t present = view.state(id_).of(profile).present;
  const std::int64_t base = std::max(wish.target, present);
  const std::int64_t total =
      std::max(std::min({base + wish.step, most_needed, conf_.most}), conf_.least);
  const std::int64_t delta = total - wish.target;
  wish.target = std::max(wish.target, total);
  if (delta > 0)
    commands.push_back(command::Note{
        "dynamic allocation",
        "asks for " + std::to_string(delta) + " more" +
            (wishes_.size() > 1 ? " of resource profile " + std::to_string(profile) : "") +
            " because tasks are backlogged: " + std::to_string(wish.target) + " in all"});
  wish.step = delta == wish.step ? wish.step * 2 : 1;
}

// When the executor may go; nothing: never, as things are (ExecutorMonitor.Tracker.updateTimeout).
std::optional<Time> DynamicAllocation::deadline(const ExecutorState& executor) const {
  if (executor.running > 0 || executor.stopping || executor.phase != ExecutorPhase::Usable ||
      !executor.idle_since.happened())
    return std::nullopt;
  Duration wait = conf_.idle;
  if (executor.cached_blocks > 0) wait = std::max(wait, conf_.cached_idle);
  if (conf_.tracks_shuffle) {
    if (executor.active_map_outputs > 0) return std::nullopt;
    if (executor.map_outputs > 0) wait = std::max(wait, conf_.shuffle_timeout);
  }
  if (wait >= Duration::max()) return std::nullopt;
  return executor.idle_since + wait;
}

void DynamicAllocation::drop_idle(const View& view, ClusterCommands& commands) {
  if (none_to_spare(view.state(id_)) || (conf_.idle > Duration() && too_early(view))) return;
  std::vector<std::int64_t> left(wishes_.size(), 0);
  for (const ExecutorState& executor : view.executors)
    if (executor.application == id_ && executor.phase == ExecutorPhase::Usable &&
        !executor.stopping)
      ++left[executor.profile];
  for (std::uint32_t e = 0; e < view.executors.size(); ++e) {
    const ExecutorState& executor = view.executors[e];
    if (executor.application != id_) continue;
    const auto at = deadline(executor);
    if (!at || *at > view.now) continue;
    initializing_ = false;
    const std::int64_t rest = left[executor.profile] - 1;
    if (rest < conf_.least || rest < wishes_[executor.profile].target) continue;
    left[executor.profile] = rest;
    commands.push_back(command::StopExecutor{
        .executor = ExecutorId(e),
        .how = conf_.decommissions ? command::StopHow::Decommission : command::StopHow::Kill,
        .after = conf_.decommissions ? Duration() : conf_.removal,
        .reason = std::string(kKilledByDriver)});
  }
}

Time DynamicAllocation::tick_after(Time at) const {
  const std::int64_t period = kAllocationTick.in_micros();
  const std::int64_t passed = (at - start_ - phase_).in_micros();
  return start_ + phase_ + Duration::micros((passed + period - 1) / period * period);
}

// When an executor may have been idle for long enough; never: none can be, as things are. They are
// many and most are busy, so they are looked at only when the time has come, or when a job's end
// has let go of what they hold; whoever has become idle in between has all its time before it.
Time DynamicAllocation::next_idle(const View& view) {
  const ApplicationState& state = view.state(id_);
  const Duration moment = Duration::micros(1);
  if (none_to_spare(state)) {
    look_at_ = view.now;
    return Time::never();
  }
  if (too_early(view)) {
    look_at_ = std::min(look_at_, view.now + std::max(conf_.idle, moment));
    return look_at_;
  }
  outputs_counted_ = state.outputs_counted;
  look_at_ = Time::never();
  for (const ExecutorState& executor : view.executors) {
    if (executor.application != id_) continue;
    if (const auto at = deadline(executor))
      look_at_ = std::min(look_at_, std::max(*at, view.now + moment));
  }
  if (look_at_.happened()) look_at_ = tick_after(look_at_);
  return look_at_;
}

// Only ticks that can change something: when more may be asked for, when less is needed, when an
// executor has been idle for long enough.
void DynamicAllocation::ask_again(const View& view, ClusterCommands& commands) {
  Time next = Time::never();
  for (std::uint32_t p = 0; p < wishes_.size(); ++p) {
    const std::int64_t target = wishes_[p].target;
    const std::int64_t most_needed = needed(view, p);
    if (add_at_.happened() && target < std::min(most_needed, conf_.most))
      next = std::min(next, add_at_);
    if (std::max(most_needed, conf_.least) < target && !initializing_)
      next = view.now + Duration::micros(1);
  }
  next = std::min(next, next_idle(view));
  if (!next.happened()) return;
  const Time at = tick_after(std::max(next, view.now + Duration::micros(1)));
  commands.push_back(command::WakeAt{id_, at, command::Waker::ExecutorAllocator});
}

}  // namespace

Duration executor_removal_delay(const Application& app) {
  const int version = version_number(app.spark_version);
  const auto master = master_of(app.conf);
  const bool standalone = master && (master->kind == Master::Kind::Standalone ||
                                     master->kind == Master::Kind::LocalCluster);
  return standalone && (version == 0 || version >= spark(3, 4)) ? kRemovalDelay : kRemoval;
}

std::unique_ptr<ExecutorAllocator> make_dynamic_allocation(ApplicationId id,
                                                           const Application& application) {
  return std::make_unique<DynamicAllocation>(id, application);
}

}  // namespace muster
