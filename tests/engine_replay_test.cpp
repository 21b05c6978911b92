// A simulated run is a Timeline like a recorded one: taken as a workload and run again it must tell
// the same story.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "sim/trace/workload_from_timeline.h"
#include "tests/random_worlds.h"

namespace muster {
namespace {

Simulated replay_of(const Timeline& recorded, const SimulateOptions& options,
                    bool pinned = false) {
  const Replay again = workload_from(recorded, pinned);
  return simulate(again.application, again.executors, options);
}

RC_GTEST_PROP(Replay, X, ()) {
  WorldKind kind = kPlainWorld;
  kind.pools = *rc::gen::arbitrary<bool>();
  kind.late_executors = true;
  kind.failures = true;
  kind.wide_tasks = true;
  kind.driver_costs = true;
  World world = random_world(kind);
  world.app.relaunch = world.app.dispatch = Duration();
  world.app.result_handling = Duration();
  for (ExecutorSpec& e : world.executors) e.usable_at = e.registered_at;
  const Simulated first = world.run();
  const Simulated again = replay_of(first.timeline, world.options);
  RC_ASSERT(again.timeline.jobs == first.timeline.jobs);
  RC_ASSERT(again.timeline.attempts.launch == first.timeline.attempts.launch);
}

}  // namespace
}  // namespace muster
