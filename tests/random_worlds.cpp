#include "tests/random_worlds.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "tests/drawn.h"

namespace muster {
namespace {

class WorldMaker {
 public:
  explicit WorldMaker(const WorldKind& kind) : kind_(kind) {}

  World make() {
    if (kind_.wide_tasks && maybe()) build_.conf("spark.task.cpus", "2");
    if (kind_.preferences) {
      build_.conf("spark.master", maybe() ? "yarn" : "spark://master:7077");
      build_.conf("spark.locality.wait", std::array{"3s", "500ms", "0"}.at(between(0, 2)));
      build_.version(std::array{"3.5.7", "2.4.8"}.at(between(0, 1)));
    }
    const int jobs = between(1, 3);
    for (int j = 0; j < jobs; ++j) add_job(static_cast<std::uint32_t>(j));
    if (kind_.driver_costs) add_driver_costs();
    World world{.app = build_.build(), .executors = executors(), .options = {}};
    if (kind_.pools) add_pools(world.options);
    world.options.seed = static_cast<std::uint64_t>(between(1, 1000));
    return world;
  }

 private:
  Duration task_time() { return us(between(least(), 2'500'000)); }
  int least() const { return kind_.never_empty ? 1 : 0; }
  Duration driver_time(int most_ms) {
    return kind_.driver_costs && maybe() ? us(between(0, most_ms * 1000)) : Duration();
  }
  std::string_view pool() {
    return kind_.pools ? std::array{"", "a", "b"}.at(between(0, 2)) : "";
  }

  void add_job(std::uint32_t row) {
    if (maybe())
      build_.job(pool());
    else
      build_.concurrent_job(driver_time(3000), pool());
    for (std::uint32_t other = 0; other < row; ++other)
      if (Job& job = build_.app.jobs.back(); seldom() && job.after.empty())
        job.after.push_back(other);
    const int stages = between(least(), 4);
    const auto first = static_cast<std::uint32_t>(build_.app.stages.size());
    for (int s = 0; s < stages; ++s) add_stage(first);
    if (seldom()) build_.skipped_stage(static_cast<std::uint32_t>(between(1, 3)));
  }

  void add_stage(std::uint32_t first_of_job) {
    std::vector<std::uint32_t> parents;
    for (std::uint32_t s = first_of_job; s < build_.app.stages.size(); ++s)
      if (maybe()) parents.push_back(s);
    std::vector<Duration> tasks(static_cast<std::size_t>(between(least(), 12)));
    for (Duration& task : tasks) task = task_time();
    build_.stage(tasks, parents);
    const auto count = static_cast<std::uint32_t>(tasks.size());
    if (kind_.preferences) add_preferences(count);
    if (kind_.failures)
      for (std::uint32_t i = 0; i < count; ++i) add_failures(i);
  }

  void add_preferences(std::uint32_t tasks) {
    if (maybe()) build_.writes_shuffle({between(0, 1000)});
    if (!build_.last_stage().parents.empty()) build_.reads_shuffle();
    if (maybe()) build_.reads_cache(0).persists(0);
    if (maybe()) {
      constexpr std::array<std::string_view, 6> kHosts = {
          "h0", "h1", "h0", "nowhere", AppBuilder::kOutside, AppBuilder::kAnywhere};
      std::vector<std::string_view> hosts;
      for (std::uint32_t i = 0; i < tasks; ++i) hosts.push_back(kHosts.at(between(0, 5)));
      if (tasks != 1) build_.prefers(hosts);
      else build_.prefers({hosts[0]});
    }
  }

  // At most one that counts: losses of executors count too, and four end the job.
  void add_failures(std::uint32_t index) {
    const int failures = seldom() ? between(1, 2) : 0;
    for (int n = 0; n < failures; ++n)
      build_.fails(index, static_cast<std::uint16_t>(n), task_time(), n == 0);
  }

  void add_driver_costs() {
    Application& app = build_.app;
    app.start = Time::millis(between(0, 1) * 1'700'000'000'000);
    app.dispatch = driver_time(5), app.relaunch = driver_time(20);
    app.result_handling = driver_time(50), app.tail = driver_time(500);
    for (Job& job : app.jobs) {
      if (job.delay == Duration()) job.delay = driver_time(500);
      job.end_delay = driver_time(10);
    }
    for (Stage& stage : app.stages) {
      stage.submit_delay = driver_time(10), stage.prepare = driver_time(50);
      stage.completion = driver_time(10);
    }
  }

  std::vector<ExecutorSpec> executors() {
    std::vector<int> cores;
    const int count = between(1, 4);
    for (int e = 0; e < count; ++e) cores.push_back(between(e == 0 ? 2 : 1, 4));
    std::vector<ExecutorSpec> out = cluster(cores);
    for (int e = 0; e < count; ++e) {
      ExecutorSpec& one = out[static_cast<std::size_t>(e)];
      one.host = "h" + std::to_string(e % 3);
      if (kind_.late_executors && maybe()) {
        one.registered_at = us(between(0, 4'000'000));
        if (maybe()) one.usable_at = one.registered_at + us(between(0, 1'000'000));
      }
      if (!kind_.executors_leave || e == 0 || maybe()) continue;
      one.removed_at = one.registered_at + us(between(0, 6'000'000));
      one.removed_when_idle = maybe();
    }
    return out;
  }

  void add_pools(SimulateOptions& options) {
    options.fair = true;
    if (maybe()) return;
    for (const char* name : {"a", "b"})
      options.pools.push_back({.name = name,
                               .mode = maybe() ? "FAIR" : "FIFO",
                               .weight = between(1, 3),
                               .min_share = between(0, 3)});
  }

  const WorldKind& kind_;
  AppBuilder build_;
};

}  // namespace

std::int32_t World::task_cpus() const {
  return static_cast<std::int32_t>(app.conf.integer("spark.task.cpus", 1));
}

World random_world(const WorldKind& kind) { return WorldMaker(kind).make(); }

std::uint32_t task_of(const World& world, const Timeline& timeline, std::size_t attempt) {
  const StageSpan& stage = timeline.stages[timeline.attempts.stage[attempt].index()];
  // The builder numbers stages by row.
  return world.app.stages[static_cast<std::size_t>(stage.id)].first_task +
         timeline.attempts.index[attempt];
}

Duration slot_time_of(const World& world, const Timeline& timeline, std::size_t attempt) {
  const std::uint32_t task = task_of(world, timeline, attempt);
  for (const PlannedFailure& failure : world.app.planned_failures)
    if (failure.task == task && failure.number == timeline.attempts.number[attempt])
      return failure.after;
  return world.app.tasks.slot_time[task];
}

Time slot_end_of(const World& world, const Timeline& timeline, std::size_t attempt) {
  const Time launch = timeline.attempts.launch[attempt];
  const Time end = launch + slot_time_of(world, timeline, attempt);
  const Time removed = timeline.executors[timeline.attempts.executor[attempt].index()].removed;
  return std::max(launch, std::min(end, removed));
}

}  // namespace muster
