// What a policy may look at: the state of the cluster and of the applications at this instant,
// read-only. Spans point into the engine's tables and are valid during one call.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/base/ids.h"
#include "sim/base/random.h"
#include "sim/base/units.h"
#include "sim/timeline/timeline.h"
#include "sim/workload/application.h"

namespace muster {

enum class ExecutorPhase : std::uint8_t { Expected, Registered, Usable, Draining, Gone };

enum class NodePhase : std::uint8_t {
  Booting,  // asked for, not there yet
  Ready,
  Leaving,  // takes nothing new: spot notice, scale-in
  Gone,
};

// A machine of the cluster, as its manager sees it.
struct NodeState {
  NodeId host;
  std::uint32_t group = 0;  // row of ClusterSpec::nodes
  std::int32_t cores = 0;   // what executors and drivers can be given
  std::int64_t memory = 0;  // bytes, likewise
  std::int32_t cores_used = 0;
  // Thousandths of a core on top of that: what pods ask for beyond whole cores, and what the
  // machine keeps for itself.
  std::int32_t millis_used = 0, millis_reserved = 0;
  std::int64_t memory_used = 0;
  NodePhase phase = NodePhase::Booting;
  Time since;  // of the phase
  double slowness = 1;     // tasks that start now take so many times as long
  bool has_image = false;  // Kubernetes: a container was started here before

  std::int64_t all_millis() const { return std::int64_t{1000} * cores - millis_reserved; }
  std::int64_t free_millis() const {
    return all_millis() - std::int64_t{1000} * cores_used - millis_used;
  }
  bool empty() const { return cores_used == 0 && millis_used == 0 && memory_used == 0; }
  bool fits(std::int32_t more_cores, std::int64_t more_memory, std::int32_t more_millis = 0) const {
    return phase == NodePhase::Ready &&
           free_millis() >= std::int64_t{1000} * more_cores + more_millis &&
           memory - memory_used >= more_memory;
  }
};

// Containers that a cluster manager cannot place now: what autoscalers look at.
struct PendingContainers {
  std::uint32_t count = 0;
  std::int32_t cores = 0;   // of each
  std::int64_t memory = 0;  // of each, bytes
  Time since;               // that there are any
  std::int32_t millis = 0;  // of each, thousandths of a core on top
  std::uint64_t groups = ~std::uint64_t{0};  // bits by row of ClusterSpec::nodes: where they may go
};

// Executors of one resource profile of an application.
struct ProfileState {
  std::uint32_t target = 0;    // that it wishes to have
  std::uint32_t launched = 0;  // granted and not gone
  std::uint32_t present = 0;   // registered and not gone
  PendingContainers pending;
};

// An application as policies see it.
struct ApplicationState {
  Time submitted = Time::never();
  Time registered = Time::never();  // with the cluster manager
  Time ended = Time::never();
  bool cluster_mode = false;   // the driver runs in the cluster
  // Of all its executors, as in ProfileState.
  std::uint32_t target = 0;
  std::uint32_t launched = 0;
  std::uint32_t present = 0;
  std::uint32_t driver_node = 0xffff'ffff;  // row of View::nodes, once it is placed
  PendingContainers pending;  // of several sizes: cores and memory of those that came last
  // By row of the profile, the default one first; empty: there is no other.
  std::vector<ProfileState> profiles;
  // When executors failed by themselves, in this attempt of the application; in order.
  std::vector<Time> executor_failures;
  std::uint32_t outputs_counted = 0;  // how often its executors' active_map_outputs were counted
  std::vector<TaskSetId> active_sets;  // submitted, not over; in order of submission

  ProfileState of(std::uint32_t profile) const {
    return profiles.empty() ? ProfileState{target, launched, present, pending} : profiles[profile];
  }
  bool wants_executors() const { return registered.happened() && !ended.happened(); }
};

// What every launch and every end looks at stands first, in one cache line.
struct alignas(64) ExecutorState {
  NodeId host;
  NodeId block_manager_host;  // as `host`, but where its blocks are reached by another name
  ApplicationId application;
  std::int32_t cores = 0;
  std::int32_t free = 0;     // cores not held by a running attempt
  std::int32_t running = 0;  // attempts
  Time idle_since = Time::never();  // never: it runs tasks, or is not usable yet
  ExecutorPhase phase = ExecutorPhase::Expected;
  bool freed = false;     // is among the executors to be offered at the next decision
  bool stopping = false;  // asked to go: gets no offers any more
  bool silent = false;    // dead, and the driver does not know
  std::uint32_t profile = 0;         // row of its resource profile; the default one is 0
  std::uint32_t node = 0xffff'ffff;  // row of View::nodes; executors given as facts have none
  std::int64_t number = -1;          // its id in Spark; negative: that is no number
  std::uint32_t tasks_run = 0;       // attempts started on it; where costs ask for it
  Time first_task = Time::never();   // likewise

  std::int32_t charged_cores = 0;    // what its node gives it
  std::int32_t charged_millis = 0;   // thousandths of a core on top
  std::int64_t charged_memory = 0;   // bytes
  Time granted = Time::never();      // when the cluster manager placed it
  Duration until_usable;             // from its registration to its first offer
  std::uint32_t cached_blocks = 0;
  std::uint32_t map_outputs = 0;         // all that are registered
  std::uint32_t active_map_outputs = 0;  // of shuffles that a running job reads or writes

  bool offers(std::int32_t cpus) const {
    return phase == ExecutorPhase::Usable && free >= cpus && !stopping;
  }
  bool alive() const { return phase != ExecutorPhase::Gone; }
  bool registered() const { return alive() && phase != ExecutorPhase::Expected; }
  // Gets no tasks any more: CoarseGrainedSchedulerBackend.isExecutorActive says no.
  bool leaving() const { return stopping || phase == ExecutorPhase::Draining; }
};

// One place where a task would like to run. Exactly one of the two is valid; a host may have no
// executor. As in TaskLocation.scala, an executor preference implies one for its host.
struct Preference {
  ExecutorId executor;
  NodeId host;
};

// Preferred places of all tasks of a task set, in compressed rows. Empty: no task has any.
struct Preferences {
  std::vector<std::uint32_t> begin;  // tasks + 1 offsets into `places`
  std::vector<Preference> places;

  bool empty() const { return places.empty(); }
  std::span<const Preference> of(std::uint32_t index) const {
    return std::span(places).subspan(begin[index], begin[index + 1] - begin[index]);
  }
};

// A submitted stage attempt.
struct TaskSetState {
  StageId stage;
  ApplicationId application;
  std::int64_t priority = 0;  // Spark's job id: the FIFO order of task sets
  std::int64_t stage_id = 0;  // Spark's stage id: the order within a job
  std::int32_t attempt = 0;      // of the stage
  std::uint32_t first_task = 0;  // row of the application's TaskColumns
  std::uint32_t tasks = 0;
  // The stage's tasks that this attempt runs, by index; empty: all of them.
  std::vector<std::uint32_t> subset;
  std::uint32_t unfinished = 0;  // tasks without a success
  std::uint32_t running = 0;     // attempts
  std::int32_t cpus = 1;         // spark.task.cpus, or what its resource profile says
  std::uint32_t profile = 0;     // its tasks run on executors of this one
  bool leaves_data = false;      // its tasks write map outputs or blocks of persisted RDDs
  bool repeats = false;          // some task was launched more than once
  bool offered = false;          // the task scheduler knows it
  bool zombie = false;           // launches nothing any more (TaskSetManager.isZombie)
  bool barrier = false;          // all its tasks start at once or none
  bool unschedulable = false;    // it has a task that no executor may run (exclusion)
  std::string pool;
  Preferences preferences;

  // Row of the application's TaskColumns.
  std::uint32_t task_row(std::uint32_t index) const {
    return first_task + (subset.empty() ? index : subset[index]);
  }
};

// Executors to offer to one application, in order.
struct Offers {
  // Those whose cores became free since the last decision, each once.
  std::span<const ExecutorId> freed;
  // True: every usable executor (CoarseGrainedSchedulerBackend.makeOffers()).
  bool all = false;
  // True: the scheduler had asked to be called now.
  bool woken = false;
};

struct View {
  Time now;
  std::span<const Application* const> applications;  // by ApplicationId
  std::span<const ExecutorState> executors;          // by ExecutorId
  std::span<const TaskSetState> task_sets;           // by TaskSetId
  std::span<const ApplicationState> states;          // by ApplicationId
  std::span<const NodeState> nodes;
  std::uint64_t nodes_version = 0;                   // grows when a node comes or changes its phase
  std::size_t hosts = 0;                             // NodeIds are below it
  std::uint64_t seed = 1;
  std::uint32_t replication = 0;

  const TaskSetState& task_set(TaskSetId id) const { return task_sets[id.index()]; }
  const ExecutorState& executor(ExecutorId id) const { return executors[id.index()]; }
  const ApplicationState& state(ApplicationId id) const { return states[id.index()]; }
  // `entity` tells apart users of the same purpose.
  Stream stream(Purpose purpose, std::uint64_t entity) const {
    return Stream(seed, replication, purpose, entity);
  }
};

}  // namespace muster
