#include "tests/app_builder.h"

#include <memory>
#include <span>
#include <utility>

#include "models/catalog.h"
#include "sim/engine/simulation.h"

namespace muster {

AppBuilder::AppBuilder() {
  app.id = "app-test", app.name = "test", app.user = "tester";
  app.spark_version = "3.5.7";
  app.conf.set("spark.master", "spark://master:7077");
}

AppBuilder& AppBuilder::version(std::string_view spark_version) {
  app.spark_version = spark_version;
  return *this;
}

AppBuilder& AppBuilder::conf(std::string_view key, std::string_view value) {
  app.conf.set(key, value);
  return *this;
}

AppBuilder& AppBuilder::concurrent_job(Duration delay, std::string_view pool) {
  Job job;
  job.spark_id = static_cast<std::int64_t>(app.jobs.size());
  job.delay = delay, job.pool = pool;
  app.jobs.push_back(std::move(job));
  return *this;
}

AppBuilder& AppBuilder::job(std::string_view pool) {
  concurrent_job({}, pool);
  if (app.jobs.size() > 1)
    app.jobs.back().after.push_back(static_cast<std::uint32_t>(app.jobs.size() - 2));
  return *this;
}

void AppBuilder::add_stage(std::uint32_t tasks) {
  if (app.jobs.empty()) job();
  const auto row = static_cast<std::uint32_t>(app.stages.size());
  Stage stage;
  stage.spark_id = row;
  stage.job = static_cast<std::uint32_t>(app.jobs.size() - 1);
  stage.first_task = static_cast<std::uint32_t>(app.tasks.size());
  stage.tasks = tasks;
  app.jobs.back().stages.push_back(row);
  app.jobs.back().stage_ids.push_back(row);
  app.stages.push_back(std::move(stage));
}

AppBuilder& AppBuilder::stage(const std::vector<Duration>& tasks,
                              std::vector<std::uint32_t> parents) {
  add_stage(static_cast<std::uint32_t>(tasks.size()));
  for (const Duration task : tasks) app.tasks.slot_time.push_back(task);
  Stage& stage = last_stage();
  for (const std::uint32_t parent : parents) {
    app.stages[parent].shuffle_map = true;
    stage.parent_ids.push_back(app.stages[parent].spark_id);
  }
  stage.parents = parents;
  stage.shuffle_sources = std::move(parents);
  return *this;
}

AppBuilder& AppBuilder::stage(std::uint32_t tasks, Duration each,
                              std::vector<std::uint32_t> parents) {
  return stage(std::vector<Duration>(tasks, each), std::move(parents));
}

AppBuilder& AppBuilder::skipped_stage(std::uint32_t tasks) {
  add_stage(tasks);
  last_stage().skipped = true;
  return *this;
}

std::uint32_t AppBuilder::host_row(std::string_view name) {
  if (name == kAnywhere) return kNoPreference;
  if (name == kOutside) return kElsewhere;
  for (std::size_t row = 0; row < app.hosts.size(); ++row)
    if (app.hosts[row] == name) return static_cast<std::uint32_t>(row);
  app.hosts.emplace_back(name);
  return static_cast<std::uint32_t>(app.hosts.size() - 1);
}

AppBuilder& AppBuilder::prefers(const std::vector<std::string_view>& hosts) {
  InputRdd input;
  for (std::uint32_t i = 0; i < last_stage().tasks; ++i)
    input.host.push_back(host_row(hosts.size() == 1 ? hosts[0] : hosts.at(i)));
  last_stage().places.push_back(
      {PlaceSource::Kind::Input, static_cast<std::uint32_t>(app.inputs.size())});
  app.inputs.push_back(std::move(input));
  return *this;
}

AppBuilder& AppBuilder::persists(std::uint32_t rdd) {
  const Stage& stage = last_stage();
  while (app.cached_rdds.size() <= rdd)
    app.cached_rdds.push_back({.spark_id = static_cast<std::int64_t>(app.cached_rdds.size())});
  CachedRdd& cached = app.cached_rdds[rdd];
  cached.partitions = std::max(cached.partitions, stage.tasks);
  for (std::uint32_t i = 0; i < stage.tasks; ++i)
    app.block_writes.push_back({stage.first_task + i, rdd, i, true});
  return *this;
}

AppBuilder& AppBuilder::reads_cache(std::uint32_t rdd) {
  last_stage().places.push_back({PlaceSource::Kind::CachedRdd, rdd});
  return *this;
}

AppBuilder& AppBuilder::writes_shuffle(const std::vector<std::int64_t>& bytes) {
  Stage& stage = last_stage();
  stage.shuffle_map = true;
  for (std::uint32_t i = 0; i < stage.tasks; ++i)
    shuffle_bytes_[stage.first_task + i] = bytes.size() == 1 ? bytes[0] : bytes.at(i);
  return *this;
}

AppBuilder& AppBuilder::reads_shuffle() {
  last_stage().places.push_back({PlaceSource::Kind::Shuffle});
  return *this;
}

AppBuilder& AppBuilder::fails(std::uint32_t index, std::uint16_t number, Duration after,
                              bool counts, std::string_view reason) {
  app.planned_failures.push_back({.task = last_stage().first_task + index,
                                  .number = number,
                                  .outcome = static_cast<std::uint8_t>(Outcome::ExceptionFailure),
                                  .counts = counts,
                                  .after = after,
                                  .reason = std::string(reason)});
  return *this;
}

Application AppBuilder::build() const {
  Application out = app;
  auto amounts = std::make_shared<AmountTable>();
  for (const Duration task : app.tasks.slot_time)
    amounts->set(amounts->add_row(), Amount::ExecutorRunTime, task.in_millis());
  for (const auto& [task, bytes] : shuffle_bytes_)
    amounts->set(task, Amount::ShuffleBytesWritten, bytes);
  out.amounts = std::move(amounts);
  check_workload(out);
  return out;
}

std::vector<ExecutorSpec> cluster(const std::vector<int>& cores) {
  std::vector<ExecutorSpec> out;
  for (const int n : cores) {
    ExecutorSpec one;
    one.id = std::to_string(out.size());
    one.host = "h" + one.id;
    one.cores = n;
    out.push_back(std::move(one));
  }
  return out;
}

Duration Simulated::launch(std::size_t attempt) const {
  return timeline.attempts.launch[attempt] - timeline.application.start;
}

Duration Simulated::finish(std::size_t attempt) const {
  return timeline.attempts.finish[attempt] - timeline.application.start;
}

const std::string& Simulated::executor(std::size_t attempt) const {
  return timeline.executors[timeline.attempts.executor[attempt].index()].id;
}

std::vector<std::uint32_t> Simulated::attempts_of(std::int64_t stage) const {
  std::vector<std::uint32_t> out;
  for (std::uint32_t a = 0; a < timeline.attempts.size(); ++a)
    if (timeline.stages[timeline.attempts.stage[a].index()].id == stage) out.push_back(a);
  return out;
}

std::vector<std::uint32_t> Simulated::attempts_on(std::string_view executor_id) const {
  std::vector<std::uint32_t> out;
  for (std::uint32_t a = 0; a < timeline.attempts.size(); ++a)
    if (executor(a) == executor_id) out.push_back(a);
  return out;
}

std::map<std::int64_t, int> Simulated::running(Duration at) const {
  std::map<std::int64_t, int> out;
  for (std::size_t a = 0; a < timeline.attempts.size(); ++a)
    if (launch(a) <= at && at < finish(a))
      ++out[timeline.stages[timeline.attempts.stage[a].index()].id];
  return out;
}

Simulated simulate(const Application& app, const std::vector<ExecutorSpec>& executors,
                   const SimulateOptions& options) {
  Scenario scenario;
  scenario.pools = options.pools;
  scenario.task_scheduler.name = options.fair ? "fair" : "fifo";
  scenario.seed = options.seed;
  std::string why;
  const ApplicationId id(0);
  const auto scheduler =
      choose_task_scheduler(scenario, app.conf, why)->make(id, app, scenario);
  const auto manager = cluster_managers().front().make(executors, scenario);
  const auto cost = task_costs().front().make(app, scenario);
  const ApplicationInput one{&app, scheduler.get(), cost.get()};
  Simulation simulation({.applications = std::span(&one, 1),
                         .executors = executors,
                         .nodes = {},
                         .groups = {},
                         .cluster_manager = manager.get(),
                         .seed = options.seed,
                         .replication = options.replication,
                         .until = options.until});
  simulation.run();
  Simulated out;
  out.timeline = simulation.timeline(id);
  out.failure = simulation.failure(id);
  out.stuck = simulation.stuck(id);
  out.waiting_tasks = simulation.waiting_tasks(id);
  for (const AttemptState& attempt : simulation.attempts()) out.reasons.push_back(attempt.reason);
  return out;
}

}  // namespace muster
