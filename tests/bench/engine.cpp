#include "tests/bench/engine.h"

#include <algorithm>
#include <string>
#include <vector>

#include "models/catalog.h"
#include "sim/engine/simulation.h"

namespace muster::bench {
namespace {

constexpr std::uint32_t kCoresPerExecutor = 4;

std::vector<ExecutorSpec> executors_with(std::uint32_t cores) {
  std::vector<ExecutorSpec> out;
  for (std::uint32_t left = cores; left > 0; left -= std::min(left, kCoresPerExecutor)) {
    ExecutorSpec one;
    one.id = std::to_string(out.size());
    one.host = "host-" + one.id;
    one.cores = static_cast<std::int32_t>(std::min(left, kCoresPerExecutor));
    out.push_back(std::move(one));
  }
  return out;
}

Application application_of(const std::vector<std::uint32_t>& micros) {
  Application app;
  app.spark_version = "3.5.7";
  app.conf.set("spark.master", "spark://bench");
  app.tasks.slot_time.reserve(micros.size());
  for (const std::uint32_t us : micros) app.tasks.slot_time.push_back(Duration::micros(us));
  return app;
}

void add_stage(Application& app, std::uint32_t job, std::uint32_t tasks) {
  const auto row = static_cast<std::uint32_t>(app.stages.size());
  Stage stage;
  stage.spark_id = row;
  stage.job = job;
  stage.first_task = row * tasks;
  stage.tasks = tasks;
  app.jobs[job].stages.push_back(row);
  app.stages.push_back(std::move(stage));
}

}  // namespace

struct EngineRun::Prepared {
  Application application;
  std::vector<ExecutorSpec> executors;
  std::vector<NodeInput> nodes;  // for managers that place executors themselves
  bool features = false;
};

EngineRun::EngineRun(const Chain& chain) {
  auto prepared = std::make_unique<Prepared>();
  prepared->executors = executors_with(chain.cores);
  Application& app = prepared->application = application_of(chain.micros);
  app.jobs.resize(1);
  for (std::uint32_t s = 0; s < chain.stages; ++s) {
    add_stage(app, 0, chain.tasks);
    if (s > 0) app.stages[s].parents.push_back(s - 1);
  }
  prepared_ = std::move(prepared);
}

EngineRun::EngineRun(const Dag& dag) {
  auto prepared = std::make_unique<Prepared>();
  prepared->executors = executors_with(dag.cores);
  Application& app = prepared->application = application_of(dag.micros);
  app.jobs.resize(dag.jobs);
  for (std::uint32_t s = 0; s < dag.stages(); ++s)
    add_stage(app, s / dag.stages_per_job, dag.tasks);
  for (std::uint32_t j = 0; j < dag.jobs; ++j) app.jobs[j].spark_id = j;
  for (std::uint32_t s = 0; s < dag.stages(); ++s)
    for (std::uint32_t c = dag.child_begin[s]; c < dag.child_begin[s + 1]; ++c)
      app.stages[dag.child[c]].parents.push_back(s);
  prepared_ = std::move(prepared);
}

EngineRun EngineRun::with_features(const Chain& chain) {
  EngineRun run(chain);
  auto prepared = std::make_unique<Prepared>(*run.prepared_);
  prepared->features = true;
  Application& app = prepared->application;
  app.decides_attempts = true;
  app.conf.set("spark.scheduler.mode", "FAIR");
  app.conf.set("spark.speculation", "true");
  app.conf.set("spark.excludeOnFailure.enabled", "true");
  app.conf.set("spark.dynamicAllocation.enabled", "true");
  app.conf.set("spark.dynamicAllocation.shuffleTracking.enabled", "true");
  app.conf.set("spark.executor.cores", std::to_string(kCoresPerExecutor));
  for (const ExecutorSpec& executor : prepared->executors) app.hosts.push_back(executor.host);
  for (const ExecutorSpec& executor : prepared->executors)
    prepared->nodes.push_back({.name = executor.host,
                               .cores = static_cast<std::int32_t>(kCoresPerExecutor),
                               .memory = Bytes::gib(8).count(),
                               .starts_at = {}});
  InputRdd input;
  for (std::uint32_t t = 0; t < chain.tasks; ++t)
    input.host.push_back(t % static_cast<std::uint32_t>(app.hosts.size()));
  app.inputs.push_back(std::move(input));
  for (Stage& stage : app.stages) {
    stage.shuffle = static_cast<std::uint32_t>(app.shuffle_maps.size());
    stage.shuffle_map = true;
    stage.shuffle_sources = stage.parents;
    app.shuffle_maps.push_back(stage.tasks);
    stage.places.push_back({PlaceSource::Kind::Input, 0});
  }
  app.jobs[0].final_stages = {static_cast<std::uint32_t>(app.stages.size() - 1)};
  for (std::uint32_t t = 0; t < app.tasks.size(); t += 1000)
    app.planned_failures.push_back({.task = t, .outcome = 2, .after = {}, .reason = "failed"});
  run.prepared_ = std::move(prepared);
  return run;
}

EngineRun::EngineRun(EngineRun&&) noexcept = default;
EngineRun::~EngineRun() = default;

std::uint64_t EngineRun::run() const {
  const Application& app = prepared_->application;
  const Scenario scenario;
  const bool features = prepared_->features;
  const auto made = [](auto rows, const char* name, const auto&... with) {
    return find_model(rows, name)->make(with...);
  };
  const ApplicationId id(0);
  const auto scheduler = made(task_schedulers(), features ? "fair" : "fifo", id, app, scenario);
  const auto cost = made(task_costs(), features ? "written" : "recorded", app, scenario);
  const auto allocator = made(executor_allocators(), "dynamic_allocation", id, app, scenario);
  const std::span<const ExecutorSpec> executors = prepared_->executors;
  const auto cluster =
      made(cluster_managers(), features ? "standalone" : "given", executors, scenario);
  const ApplicationInput one{&app, scheduler.get(), cost.get(),
                             features ? allocator.get() : nullptr};
  Simulation simulation({.applications = std::span(&one, 1),
                         .executors = executors,
                         .nodes = prepared_->nodes,
                         .groups = {},
                         .cluster_manager = cluster.get()});
  simulation.run();
  Time last;
  // A copy that lost may still be on its way out when the application ends.
  for (const AttemptState& attempt : simulation.attempts())
    if (attempt.ended()) last = std::max(last, attempt.finish);
  return static_cast<std::uint64_t>(last.in_micros());
}

}  // namespace muster::bench
