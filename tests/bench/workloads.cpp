#include "tests/bench/workloads.h"

#include <algorithm>
#include <cmath>

#include "sim/base/random.h"
#include "sim/engine/event_queue.h"
#include "tests/bench/yardstick.h"

namespace muster::bench {
namespace {

enum Entity : std::uint64_t { kHold, kChain, kDagTimes, kDagEdges };

Stream stream(Entity entity) { return Stream(12345, 0, Purpose::Test, entity); }

// The two ways to keep events: push(at, id), and pop_each(handle), which handles the earliest
// event, or all of the earliest instant, and returns false if there is none.
class K0Events {
 public:
  explicit K0Events(std::size_t pending) : queue_(pending) {}
  void push(std::uint64_t at, std::uint32_t id) { queue_.push({at, sequence_++, 1, id}); }
  template <class Handle>
  bool pop_each(Handle handle) {
    if (queue_.empty()) return false;
    const K0Event event = queue_.pop();
    handle(event.time, event.id);
    return true;
  }

 private:
  K0Queue queue_;
  std::uint64_t sequence_ = 0;
};

class QueueEvents {
 public:
  explicit QueueEvents(std::size_t) {}
  void push(std::uint64_t at, std::uint32_t id) {
    queue_.push(Time::micros(static_cast<std::int64_t>(at)), 1, id);
  }
  template <class Handle>
  bool pop_each(Handle handle) {
    queue_.pop_instant(instant_);
    for (const auto& e : instant_) handle(static_cast<std::uint64_t>(e.at.in_micros()), e.payload);
    return !instant_.empty();
  }

 private:
  EventQueue<std::uint32_t> queue_;
  std::vector<EventQueue<std::uint32_t>::Entry> instant_;
};

template <class Events>
std::uint64_t run_chain(const Chain& chain) {
  Events events(chain.cores + 1);
  std::uint64_t now = 0;
  std::uint32_t stage = 0, next = 0, left = chain.tasks, free = chain.cores;
  const auto dispatch = [&] {
    const std::uint32_t* micros = chain.micros.data() + std::size_t{stage} * chain.tasks;
    for (; free > 0 && next < chain.tasks; --free, ++next) events.push(now + micros[next], next);
  };
  const auto end = [&](std::uint64_t at, std::uint32_t) {
    now = at;
    ++free;
    if (--left > 0 || ++stage == chain.stages) return;
    next = 0;
    left = chain.tasks;
  };
  dispatch();
  while (events.pop_each(end))
    if (stage < chain.stages) dispatch();
  return now;
}

template <class Events>
DagAnswer run_dag(const Dag& dag) {
  Events events(dag.cores + 1);
  DagAnswer answer;
  std::vector<std::uint32_t> waits = dag.parents, left(dag.stages(), dag.tasks);
  std::vector<std::uint32_t> stages_left(dag.jobs, dag.stages_per_job), ready;
  ready.reserve(dag.stages());
  for (std::uint32_t s = 0; s < dag.stages(); ++s)
    if (waits[s] == 0) ready.push_back(s);
  std::size_t first = 0;  // of ready, with tasks to start
  std::uint32_t next = 0, free = dag.cores;
  const auto dispatch = [&] {
    while (free > 0 && first < ready.size()) {
      const std::uint32_t s = ready[first];
      events.push(answer.makespan + dag.micros[std::size_t{s} * dag.tasks + next], s);
      --free;
      if (++next < dag.tasks) continue;
      next = 0;
      ++first;
    }
  };
  const auto end = [&](std::uint64_t at, std::uint32_t s) {
    answer.makespan = at;
    ++free;
    if (--left[s] > 0) return;
    for (std::uint32_t c = dag.child_begin[s]; c < dag.child_begin[s + 1]; ++c)
      if (--waits[dag.child[c]] == 0) ready.push_back(dag.child[c]);
    if (--stages_left[s / dag.stages_per_job] == 0) answer.sum_of_ends += at;
  };
  dispatch();
  while (events.pop_each(end)) dispatch();
  return answer;
}

std::uint32_t millis_lognormal(const Stream& random, std::uint64_t n) {
  return static_cast<std::uint32_t>(std::max(1.0, std::floor(random.lognormal(n, 1000, 1)))) * 1000;
}

}  // namespace

std::vector<std::uint64_t> hold_increments() {
  std::vector<std::uint64_t> increments(1 << 16);
  const Stream random = stream(kHold);
  for (std::size_t i = 0; i < increments.size(); ++i)
    increments[i] = static_cast<std::uint64_t>(random.exponential(i, 1e6)) + 1;
  return increments;
}

Chain make_chain(std::uint32_t stages, std::uint32_t tasks, std::uint32_t cores) {
  Chain chain{stages, tasks, cores, {}};
  chain.micros.resize(std::size_t{stages} * tasks);
  const Stream random = stream(kChain);
  for (std::size_t i = 0; i < chain.micros.size(); ++i)
    chain.micros[i] = millis_lognormal(random, i);
  return chain;
}

Chain chain_w2a() { return make_chain(100, 1000, 100); }
Chain chain_w2b() { return make_chain(10, 100'000, 5000); }
Chain chain_w2c() { return make_chain(1, 1'000'000, 10'000); }

Dag make_dag(std::uint32_t jobs, std::uint32_t stages_per_job, std::uint32_t tasks,
             std::uint32_t cores) {
  Dag dag{jobs, stages_per_job, tasks, cores, {}, {}, {}, {}};
  dag.micros.resize(std::size_t{dag.stages()} * tasks);
  const Stream times = stream(kDagTimes), edges = stream(kDagEdges);
  for (std::size_t i = 0; i < dag.micros.size(); ++i)
    dag.micros[i] = static_cast<std::uint32_t>(std::max(1.0, times.lognormal(i, 1e6, 1)));
  std::vector<std::vector<std::uint32_t>> children(dag.stages());
  dag.parents.resize(dag.stages());
  std::uint64_t draw = 0;
  for (std::uint32_t stage = 0; stage < dag.stages(); ++stage) {
    const std::uint32_t before = stage % stages_per_job;
    if (before == 0) continue;
    std::vector<std::uint32_t> parents(1 + edges.below(draw++, 3));
    for (std::uint32_t& p : parents) p = stage - before + edges.below(draw++, before);
    std::sort(parents.begin(), parents.end());
    parents.erase(std::unique(parents.begin(), parents.end()), parents.end());
    for (const std::uint32_t p : parents) children[p].push_back(stage);
    dag.parents[stage] = static_cast<std::uint32_t>(parents.size());
  }
  for (const std::vector<std::uint32_t>& list : children) {
    dag.child_begin.push_back(static_cast<std::uint32_t>(dag.child.size()));
    dag.child.insert(dag.child.end(), list.begin(), list.end());
  }
  dag.child_begin.push_back(static_cast<std::uint32_t>(dag.child.size()));
  return dag;
}

Dag dag_w3() { return make_dag(1000, 20, 50, 1000); }

std::uint64_t k0_chain(const Chain& chain) { return run_chain<K0Events>(chain); }
std::uint64_t queue_chain(const Chain& chain) { return run_chain<QueueEvents>(chain); }
DagAnswer k0_dag(const Dag& dag) { return run_dag<K0Events>(dag); }
DagAnswer queue_dag(const Dag& dag) { return run_dag<QueueEvents>(dag); }

}  // namespace muster::bench
