// Random applications on random clusters for property tests (rapidcheck), and what Spark's rules
// say of each of their attempts.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/app_builder.h"

namespace muster {

// What may occur in a world. All false: the plain world of scheduling theory, where cores differ
// in nothing, are all there from the start, and only tasks take time.
struct WorldKind {
  bool driver_costs = false;
  bool late_executors = false;
  bool executors_leave = false;  // drained or lost; the first one stays
  bool preferences = false;
  bool failures = false;
  bool pools = false;            // FAIR instead of FIFO
  bool wide_tasks = false;       // spark.task.cpus may be 2
  bool never_empty = false;      // each job has stages, each stage tasks, and each task some length
};

inline constexpr WorldKind kPlainWorld{};
inline constexpr WorldKind kAnyWorld{true, true, true, true, true, true, true};

struct World {
  Application app;
  std::vector<ExecutorSpec> executors;
  SimulateOptions options;

  std::int32_t task_cpus() const;
  Simulated run() const { return simulate(app, executors, options); }
};

// To be called inside a property. Applications end: the first executor can run every task, and no
// task fails so often that its stage is given up.
World random_world(const WorldKind& kind);

// Row of the application's tasks that an attempt of a simulation ran.
std::uint32_t task_of(const World& world, const Timeline& timeline, std::size_t attempt);
// How long the attempt holds its cores if its executor lives on.
Duration slot_time_of(const World& world, const Timeline& timeline, std::size_t attempt);
// When the driver has its status update, or loses its executor.
Time slot_end_of(const World& world, const Timeline& timeline, std::size_t attempt);

}  // namespace muster
