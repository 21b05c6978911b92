// Driver programs drawn at random on clusters that lose executors, machines and tasks: whatever
// happens, the run comes to an end, and a job that succeeds has each of its results once.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/run/run.h"
#include "sim/scenario/write_scenario.h"
#include "tests/drawn.h"

namespace muster {
namespace {

Duration some_ms(int low, int high) { return Duration::millis(between(low, high)); }

RddSpec source(std::size_t number) {
  RddSpec rdd;
  rdd.id = "rdd" + std::to_string(number);
  rdd.partitions = between(1, 12);
  rdd.work = ConstantDuration{some_ms(0, 3000)};
  rdd.cached = seldom();
  if (seldom()) {
    rdd.slow_host = "worker-2";
    rdd.slow_factor = 5;
  }
  return rdd;
}

RddSpec derived(const std::vector<RddSpec>& before) {
  RddSpec rdd = source(before.size());
  const auto parent = [&] {
    return before[static_cast<std::size_t>(between(0, static_cast<int>(before.size()) - 1))].id;
  };
  rdd.op = std::array{"map", "shuffle", "shuffle", "join", "union"}.at(
      static_cast<std::size_t>(between(0, 4)));
  rdd.parents = {parent()};
  if (rdd.op == "join" || rdd.op == "union") {
    const std::string other = parent();
    if (other != rdd.parents.front()) rdd.parents.push_back(other);
  }
  if (rdd.parents.size() == 1 && (rdd.op == "join" || rdd.op == "union")) rdd.op = "map";
  if (seldom() && rdd.op == "shuffle") {
    rdd.failing_partition = 0;
    rdd.failing_attempts = between(1, 3);
  }
  return rdd;
}

ProgramEventSpec event() {
  const char* const kinds[] = {"kill_executor", "kill_executor", "decommission_executor",
                               "lose_node"};
  const char* const kind = kinds[between(0, 3)];
  const std::string number = std::to_string(between(0, 4));
  return {.what = kind,
          .at = some_ms(0, 14000),
          .target = kind == kinds[3] ? "worker-" + number : number};
}

ProgramWorkload program() {
  ProgramWorkload out;
  out.rdds.push_back(source(0));
  for (int more = between(1, 5); more > 0; --more) out.rdds.push_back(derived(out.rdds));
  const auto any = [&] {
    return out.rdds[static_cast<std::size_t>(
                        between(0, static_cast<int>(out.rdds.size()) - 1))].id;
  };
  RoundSpec round;
  for (int threads = between(1, 2); threads > 0; --threads) {
    ThreadSpec thread;
    thread.start = some_ms(0, 1500);
    for (int jobs = between(1, 3); jobs > 0; --jobs) {
      thread.steps.push_back({.job = jobs == 1 ? out.rdds.back().id : any()});
      if (seldom()) thread.steps.push_back({.gap = some_ms(0, 9000)});
    }
    round.threads.push_back(std::move(thread));
  }
  out.rounds.push_back(std::move(round));
  for (int events = between(0, 3); events > 0; --events) out.events.push_back(event());
  out.survives_failed_jobs = maybe();
  return out;
}

void settings(Conf& conf) {
  if (maybe()) conf.set("spark.speculation", "true");
  if (maybe()) conf.set("spark.scheduler.mode", "FAIR");
  if (seldom()) conf.set("spark.excludeOnFailure.enabled", "true");
  if (seldom()) conf.set("spark.decommission.enabled", "true");
  if (seldom()) conf.set("spark.storage.decommission.enabled", "true");
  if (seldom()) conf.set("spark.task.cpus", "2");
  conf.set("spark.locality.wait", std::array{"3s", "500ms", "0s"}.at(
                                      static_cast<std::size_t>(between(0, 2))));
  if (!maybe()) return;
  conf.set("spark.dynamicAllocation.enabled", "true");
  conf.set("spark.dynamicAllocation.shuffleTracking.enabled", "true");
  conf.set("spark.dynamicAllocation.maxExecutors", "4");
  conf.set("spark.dynamicAllocation.executorIdleTimeout", std::to_string(between(1, 8)) + "s");
  if (seldom()) conf.set("spark.dynamicAllocation.shuffleTracking.timeout", "2s");
  if (seldom()) conf.set("spark.dynamicAllocation.cachedExecutorIdleTimeout", "2s");
}

Scenario any_scenario() {
  Scenario scenario;
  scenario.name = "random";
  scenario.spark_version = std::array{"3.5.7", "4.1.0", "2.4.8"}.at(
      static_cast<std::size_t>(between(0, 2)));
  scenario.cluster.master = std::array{"spark://m:7077", "yarn", "k8s://https://m"}.at(
      static_cast<std::size_t>(between(0, 2)));
  settings(scenario.conf);
  scenario.conf.set("spark.executor.memory", "1g");
  scenario.conf.set("spark.executor.cores", std::to_string(between(2, 4)));
  if (!scenario.conf.find("spark.dynamicAllocation.enabled"))
    scenario.conf.set("spark.executor.instances", "3");
  NodeSpec node;
  node.name = "worker", node.count = 4, node.cores = 6, node.memory = Bytes::gib(12);
  scenario.cluster.nodes = {node};
  scenario.workload = program();
  scenario.seed = static_cast<std::uint64_t>(between(1, 1000));
  return scenario;
}

// Of the stage with the job's highest id, its result stage, in any attempt.
std::set<std::uint32_t> partitions_done(const Timeline& timeline, const JobSpan& job) {
  const std::int64_t result = *std::ranges::max_element(job.stage_ids);
  std::set<std::uint32_t> done;
  for (std::size_t a = 0; a < timeline.attempts.size(); ++a)
    if (timeline.attempts.outcome[a] == Outcome::Success &&
        timeline.stages[timeline.attempts.stage[a].index()].id == result)
      done.insert(timeline.attempts.partition[a]);
  return done;
}

std::size_t tasks_of(const Timeline& timeline, std::int64_t stage) {
  for (const StageSpan& span : timeline.stages)
    if (span.id == stage && span.attempt == 0) return static_cast<std::size_t>(span.tasks);
  return 0;
}

RC_GTEST_PROP(RandomPrograms, ComeToAnEnd, ()) {
  const Scenario scenario = any_scenario();
  Problems problems;
  const auto result = run(scenario, problems);
  RC_LOG() << to_json(scenario);
  if (!result) RC_FAIL(problems.text());
  RC_ASSERT(!result->waits_for_ever);
  RC_ASSERT(result->succeeded || !result->failure.empty());
  for (const JobSpan& job : result->timeline.jobs)
    if (job.outcome == JobOutcome::Succeeded && !job.stage_ids.empty())
      RC_ASSERT(partitions_done(result->timeline, job).size() ==
                tasks_of(result->timeline, *std::ranges::max_element(job.stage_ids)));
}

}  // namespace
}  // namespace muster
