// A simulated run is a Timeline like a recorded one: taken as a workload and run again it must tell
// the same story. What can be proved and what cannot:
//
// - Exactly the same times, where one core is as good as another, task sets are in FIFO order and
//   the driver needs no time for a launch: then the log shows every duration as it was.
// - Not with preferences or losses (the log does not say what a task preferred, nor when an
//   executor began to drain), not with FAIR pools (who comes first depends on where slots become
//   free at the same instant), and not with costs of a launch, of which the log shows only means.
// - A pinned replay keeps places, so FAIR pools do no harm there.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <string>
#include <tuple>

#include "sim/trace/workload_from_timeline.h"
#include "tests/random_worlds.h"

namespace muster {
namespace {

Simulated replay_of(const Timeline& recorded, const SimulateOptions& options, bool pinned) {
  const Replay again = workload_from(recorded, pinned);
  return simulate(again.application, again.executors, options);
}

// Plain but for what has a place of its own in the log: gaps between jobs and stages, executors
// that come late, tasks that fail.
World recordable_world(bool failures, bool pools) {
  WorldKind kind = kPlainWorld;
  kind.driver_costs = kind.late_executors = kind.wide_tasks = true;
  kind.failures = failures, kind.pools = pools;
  kind.never_empty = true;  // two events at one instant have no order in a log
  World world = random_world(kind);
  world.app.dispatch = world.app.relaunch = Duration();
  for (Stage& stage : world.app.stages) stage.prepare = Duration();
  // Whose slot was taken again is told by run times, which a log has in whole milliseconds.
  for (Duration& task : world.app.tasks.slot_time) task = ms(task.in_millis() + 1);
  for (ExecutorSpec& executor : world.executors) executor.usable_at = executor.registered_at;
  return world;
}

struct When {
  Duration launch, finish;
  bool operator==(const When&) const = default;
};
using AttemptKey = std::tuple<std::int64_t, std::uint32_t, int>;  // stage, index, attempt

std::map<AttemptKey, When> times_of(const Simulated& run) {
  std::map<AttemptKey, When> out;
  const AttemptTable& attempts = run.timeline.attempts;
  for (std::size_t a = 0; a < attempts.size(); ++a)
    out[{run.timeline.stages[attempts.stage[a].index()].id, attempts.index[a],
         attempts.number[a]}] = {run.launch(a), run.finish(a)};
  return out;
}

std::map<AttemptKey, std::string> places_of(const Simulated& run) {
  std::map<AttemptKey, std::string> out;
  const AttemptTable& attempts = run.timeline.attempts;
  for (std::size_t a = 0; a < attempts.size(); ++a)
    out[{run.timeline.stages[attempts.stage[a].index()].id, attempts.index[a],
         attempts.number[a]}] = run.executor(a);
  return out;
}

void check_same_times(const Simulated& one, const Simulated& other) {
  RC_ASSERT(other.wall() == one.wall());
  RC_ASSERT(other.timeline.jobs == one.timeline.jobs);
  for (std::size_t s = 0; s < one.timeline.stages.size(); ++s) {
    RC_ASSERT(other.timeline.stages[s].submitted == one.timeline.stages[s].submitted);
    RC_ASSERT(other.timeline.stages[s].completed == one.timeline.stages[s].completed);
  }
  RC_ASSERT(times_of(other) == times_of(one));
}

RC_GTEST_PROP(Replay, OfAPlainRunIsExact, ()) {
  World world = recordable_world(/*failures=*/true, /*pools=*/false);
  world.app.result_handling = Duration();  // of a failed attempt the log shows the sum only
  const Simulated once = world.run();
  world.options.seed += 1;
  check_same_times(once, replay_of(once.timeline, world.options, false));
}

RC_GTEST_PROP(Replay, FindsTheHandlingOfResults, ()) {
  const World world = recordable_world(/*failures=*/false, /*pools=*/false);
  const Simulated once = world.run();
  check_same_times(once, replay_of(once.timeline, world.options, false));
}

RC_GTEST_PROP(Replay, OfAReplayIsTheSameAgain, ()) {
  World world = recordable_world(/*failures=*/true, /*pools=*/false);
  world.app.result_handling = Duration();
  const Simulated once = replay_of(world.run().timeline, world.options, false);
  const Simulated twice = replay_of(once.timeline, world.options, false);
  RC_ASSERT(twice.timeline.schedule_fingerprint() == once.timeline.schedule_fingerprint());
}

RC_GTEST_PROP(Replay, PinnedKeepsPlacesAndTimesWhateverTheSeed, ()) {
  World world = recordable_world(/*failures=*/false, /*pools=*/true);
  const Simulated once = world.run();
  world.options.seed += 1;
  const Simulated again = replay_of(once.timeline, world.options, true);
  RC_ASSERT(places_of(again) == places_of(once));
  check_same_times(once, again);
}

// Whatever cannot be reproduced exactly must still be reproduced: each task once, nothing stuck.
RC_GTEST_PROP(Replay, OfAnyRunComesToTheSameEnd, ()) {
  const World world = random_world(kAnyWorld);
  const Simulated once = world.run();
  const bool pinned = *rc::gen::arbitrary<bool>();
  const Simulated again = replay_of(once.timeline, world.options, pinned);
  RC_ASSERT(again.failure.empty());
  RC_ASSERT(!again.stuck);
  RC_ASSERT(again.timeline.jobs.size() == once.timeline.jobs.size());
  std::map<std::pair<std::int64_t, std::uint32_t>, int> successes;
  for (const Simulated* run : {&once, &again})
    for (std::size_t a = 0; a < run->timeline.attempts.size(); ++a)
      if (run->timeline.attempts.outcome[a] == Outcome::Success)
        ++successes[{run->timeline.stages[run->timeline.attempts.stage[a].index()].id,
                     run->timeline.attempts.index[a]}];
  for (const auto& [task, count] : successes) RC_ASSERT(count == 2);
}

}  // namespace
}  // namespace muster
