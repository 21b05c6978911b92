// What is simulated in the benchmarks, and K0's way of doing it: the answers that others must
// match.
#pragma once

#include <cstdint>
#include <vector>

namespace muster::bench {

// Increments of the hold model: exponential with mean 1e6 us, 1 us at least. 65536 of them, used in
// turn.
std::vector<std::uint64_t> hold_increments();

// Stages one after the other; each starts when all tasks of the one before have ended. Tasks start
// in order, each on any free core.
struct Chain {
  std::uint32_t stages = 0, tasks = 0, cores = 0;  // tasks of each stage
  std::vector<std::uint32_t> micros;  // of task t of stage s: [s * tasks + t]; whole milliseconds
};
// Log-normal task times: median one second, sigma 1 (so the mean is 1.65 s).
Chain make_chain(std::uint32_t stages, std::uint32_t tasks, std::uint32_t cores);
Chain chain_w2a();  // 100 x 1k tasks on 100 cores
Chain chain_w2b();  // 10 x 100k on 5k
Chain chain_w2c();  // 1 x 1M on 10k

// Jobs that are all there at time zero. A stage is ready when its parents have ended; ready stages
// start in the order of becoming ready (at one instant: of their last parent's last task).
struct Dag {
  std::uint32_t jobs = 0, stages_per_job = 0, tasks = 0, cores = 0;
  std::vector<std::uint32_t> micros;       // of task t of stage s: [s * tasks + t]
  std::vector<std::uint32_t> child_begin;  // children of stage s: child[child_begin[s], [s + 1])
  std::vector<std::uint32_t> child;
  std::vector<std::uint32_t> parents;  // how many stage s has

  std::uint32_t stages() const { return jobs * stages_per_job; }
};
// Each stage but a job's first has one to three parents among the stages before it; log-normal task
// times with median one second.
Dag make_dag(std::uint32_t jobs, std::uint32_t stages_per_job, std::uint32_t tasks,
             std::uint32_t cores);
Dag dag_w3();  // 1000 jobs x 20 stages x 50 tasks on 1000 cores

struct DagAnswer {
  std::uint64_t makespan = 0;     // us
  std::uint64_t sum_of_ends = 0;  // of the jobs, us
  std::uint64_t digest() const { return makespan * 0x9e3779b97f4a7c15ULL + sum_of_ends; }
};

// The makespan in microseconds.
std::uint64_t k0_chain(const Chain& chain);
DagAnswer k0_dag(const Dag& dag);

// The same loops on our event queue: what of an engine's time the queue takes.
std::uint64_t queue_chain(const Chain& chain);
DagAnswer queue_dag(const Dag& dag);

}  // namespace muster::bench
