// Applications, clusters and simulations in one line each, for tests of the engine and its models.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/engine/command.h"
#include "sim/scenario/scenario.h"
#include "sim/timeline/timeline.h"
#include "sim/workload/application.h"

namespace muster {

constexpr Duration us(std::int64_t n) { return Duration::micros(n); }
constexpr Duration ms(std::int64_t n) { return Duration::millis(n); }
constexpr Duration seconds(std::int64_t n) { return Duration::seconds(n); }

// Jobs and their stages in the order in which they are added; ids are rows. The driver costs
// nothing unless a test says so. What has no method here can be set in `app`.
class AppBuilder {
 public:
  // In place of a host in prefers(): no preference, or a machine outside the cluster.
  static constexpr std::string_view kAnywhere = "";
  static constexpr std::string_view kOutside = "<outside>";

  AppBuilder();

  AppBuilder& version(std::string_view spark_version);
  AppBuilder& conf(std::string_view key, std::string_view value);
  // A job that follows the one before.
  AppBuilder& job(std::string_view pool = "");
  // A job that is submitted `delay` after the application's start.
  AppBuilder& concurrent_job(Duration delay = {}, std::string_view pool = "");

  // A stage of the job at hand; `parents` are rows of stages. Without a job it makes one.
  AppBuilder& stage(const std::vector<Duration>& tasks, std::vector<std::uint32_t> parents = {});
  AppBuilder& stage(std::uint32_t tasks, Duration each, std::vector<std::uint32_t> parents = {});
  AppBuilder& skipped_stage(std::uint32_t tasks);

  // About the stage at hand. Input hosts by partition, one for all if there is only one.
  AppBuilder& prefers(const std::vector<std::string_view>& hosts);
  // Its tasks store the partitions of a persisted RDD (row of cached_rdds), or prefer them.
  AppBuilder& persists(std::uint32_t rdd);
  AppBuilder& reads_cache(std::uint32_t rdd);
  // What each task writes for its shuffle; one value for all if there is only one.
  AppBuilder& writes_shuffle(const std::vector<std::int64_t>& bytes);
  // It reads its parents' map outputs and may prefer their hosts.
  AppBuilder& reads_shuffle();
  // Attempt `number` of a task fails.
  AppBuilder& fails(std::uint32_t index, std::uint16_t number, Duration after, bool counts = true,
                    std::string_view reason = "java.lang.RuntimeException: no");

  Stage& last_stage() { return app.stages.back(); }
  // Checked; every task has a row of amounts with its run time in whole milliseconds.
  Application build() const;

  Application app;

 private:
  std::uint32_t host_row(std::string_view name);
  void add_stage(std::uint32_t tasks);

  std::map<std::uint32_t, std::int64_t> shuffle_bytes_;  // by task
};

// Executor i has id i, host h<i> and this many cores; all are there from the start.
std::vector<ExecutorSpec> cluster(const std::vector<int>& cores);

struct SimulateOptions {
  bool fair = false;
  std::vector<PoolSpec> pools = {};
  std::uint64_t seed = 1;
  std::uint32_t replication = 0;
  Time until = Time::never();
};

struct Simulated {
  Timeline timeline;
  std::string failure;  // empty: the application succeeded or was cut off
  bool stuck = false;
  std::size_t waiting_tasks = 0;
  std::vector<command::LaunchReason> reasons;  // by attempt row

  Duration wall() const { return timeline.wall(); }
  // Since the application's start.
  Duration launch(std::size_t attempt) const;
  Duration finish(std::size_t attempt) const;
  const std::string& executor(std::size_t attempt) const;
  // Attempt rows of the stage with this Spark id, in launch order.
  std::vector<std::uint32_t> attempts_of(std::int64_t stage) const;
  std::vector<std::uint32_t> attempts_on(std::string_view executor_id) const;
  // Attempts that run at `at`, the instant of their launch included, by Spark's stage id.
  std::map<std::int64_t, int> running(Duration at) const;
};

Simulated simulate(const Application& app, const std::vector<ExecutorSpec>& executors,
                   const SimulateOptions& options = {});

}  // namespace muster
