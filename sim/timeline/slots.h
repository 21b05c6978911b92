// The slots of executors: which attempt held which one, and when. Spark knows only a number of free
// cores; to draw tasks in rows and to say what a core did while idle, cores need a name.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/units.h"
#include "sim/timeline/timeline.h"

namespace muster {

// An executor's slots are the rows [first_slot, first_slot + slots) of the whole application; each
// is worth `weight` cores (spark.task.cpus), and `spare` cores are left over.
struct ExecutorSlots {
  std::uint32_t first_slot = 0;
  std::uint32_t slots = 0;
  std::int32_t weight = 1;
  std::int32_t spare = 0;
  // When it could run tasks, cut to the application's life; from == to: never (a driver).
  Time from;
  Time to;
};

struct Slots {
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  std::vector<ExecutorSlots> executors;  // by ExecutorId
  std::uint32_t count = 0;               // slots of all executors
  // By AttemptId: the slot's row, or kNone for an attempt without launch or executor.
  std::vector<std::uint32_t> slot;
  // By AttemptId: when it took and gave up its slot. The driver frees a slot before it stamps the
  // finish time, so an attempt gives up its slot when the next one on it starts, if that is
  // earlier. Both are cut to the executor's life; an attempt still running holds to its end.
  std::vector<Time> held_from;
  std::vector<Time> held_until;
};

// Each attempt, in launch order, takes the lowest free slot of its executor; when all are taken,
// the one that is given up first. Executors with an unknown number of cores get as many slots as
// they had tasks at a time. O(n log n + n * cores of an executor).
Slots assign_slots(const Timeline& timeline);

// Tasks that each executor can run at a time, by ExecutorId: as spark.task.cpus and GPUs and the
// like (custom_resources.h) allow; 0: its cores are not known, or fewer than a task needs.
std::vector<std::int32_t> tasks_at_a_time(const Timeline& timeline);

// Cores of a task of this resource profile (spark.task.cpus); at least 1.
std::int32_t task_cpus(const Timeline& timeline, std::int64_t profile);

// Rows of attempts in launch order (the usual order of rows), without those never launched.
std::vector<std::uint32_t> launch_order(const AttemptTable& attempts);

}  // namespace muster
