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

struct ExecutorState {
  NodeId host;
  NodeId block_manager_host;  // as `host`, but where its blocks are reached by another name
  ApplicationId application;
  std::int32_t cores = 0;
  std::int32_t free = 0;     // cores not held by a running attempt
  std::int32_t running = 0;  // attempts
  ExecutorPhase phase = ExecutorPhase::Expected;
  bool freed = false;  // is among the executors to be offered at the next decision

  bool offers(std::int32_t cpus) const { return phase == ExecutorPhase::Usable && free >= cpus; }
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
  std::uint32_t first_task = 0;  // row of the application's TaskColumns
  std::uint32_t tasks = 0;
  std::uint32_t unfinished = 0;  // tasks without a success
  std::uint32_t running = 0;     // attempts
  std::int32_t cpus = 1;         // spark.task.cpus
  bool leaves_data = false;      // its tasks write map outputs or blocks of persisted RDDs
  bool repeats = false;          // some task was launched more than once
  bool zombie = false;           // launches nothing any more (TaskSetManager.isZombie)
  std::string pool;
  Preferences preferences;
};

// Executors to offer to one application, in order.
struct Offers {
  // Those whose cores became free since the last decision, each once.
  std::span<const ExecutorId> freed;
  // True: every usable executor (CoarseGrainedSchedulerBackend.makeOffers()).
  bool all = false;
};

struct View {
  Time now;
  std::span<const Application* const> applications;  // by ApplicationId
  std::span<const ExecutorState> executors;          // by ExecutorId
  std::span<const TaskSetState> task_sets;           // by TaskSetId
  std::size_t hosts = 0;                             // NodeIds are below it
  std::uint64_t seed = 1;
  std::uint32_t replication = 0;

  const TaskSetState& task_set(TaskSetId id) const { return task_sets[id.index()]; }
  const ExecutorState& executor(ExecutorId id) const { return executors[id.index()]; }
  // `entity` tells apart users of the same purpose.
  Stream stream(Purpose purpose, std::uint64_t entity) const {
    return Stream(seed, replication, purpose, entity);
  }
};

}  // namespace muster
