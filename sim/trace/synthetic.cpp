#include "sim/trace/synthetic.h"

#include <algorithm>
#include <map>
#include <memory>
#include <variant>

#include "sim/base/random.h"
#include "sim/trace/driver_costs.h"
#include "sim/trace/durations.h"

namespace muster {
namespace {

class JobsBuilder {
 public:
  explicit JobsBuilder(const Scenario& scenario)
      : scenario_(scenario), workload_(std::get<JobsWorkload>(scenario.workload)) {}

  Application build() {
    app_.id = "muster-" + (scenario_.name.empty() ? std::string("run") : scenario_.name);
    app_.name = workload_.application_name;
    set_driver_costs(scenario_, app_);
    describe_executors();
    app_.tail = workload_.tail;
    app_.decides_attempts = true;
    for (const ResourceProfileSpec& spec : workload_.resource_profiles)
      app_.resource_profiles.push_back(
          make_resource_profile(std::ssize(app_.resource_profiles) + 1, spec.conf));
    // Names first: a job may come after one that is written below it, a stage have such a parent.
    for (std::uint32_t row = 0; row < workload_.jobs.size(); ++row)
      job_rows_.emplace(workload_.jobs[row].name, row);
    for (const JobSpec& job : workload_.jobs) add_job(job);
    app_.amounts = std::move(amounts_);
    return std::move(app_);
  }

 private:
  void describe_executors();
  void add_job(const JobSpec& spec);
  void finish_job(std::uint32_t job, std::size_t first);
  void add_stage(const StageSpec& spec, std::uint32_t job,
                 const std::map<std::string, std::uint32_t>& rows);
  void add_tasks(const StageSpec& spec, const Stage& stage);
  void add_input(const StageSpec& spec, Stage& stage);
  std::uint32_t host_row(const std::string& name);

  const Scenario& scenario_;
  const JobsWorkload& workload_;
  Application app_;
  std::shared_ptr<AmountTable> amounts_ = std::make_shared<AmountTable>();
  std::map<std::string, std::uint32_t> job_rows_;
  std::map<std::string, std::uint32_t> hosts_;
};

// What the scenario's executors have in common is what Spark's configuration would have said.
void JobsBuilder::describe_executors() {
  const std::vector<ExecutorSpec>& all = scenario_.cluster.executors;
  const auto same = [&](auto member) {
    return !all.empty() && std::all_of(all.begin(), all.end(), [&](const ExecutorSpec& one) {
      return one.*member == all.front().*member;
    });
  };
  if (same(&ExecutorSpec::cores) && !app_.conf.find("spark.executor.cores"))
    app_.conf.set("spark.executor.cores", std::to_string(all.front().cores));
  if (same(&ExecutorSpec::memory) && !app_.conf.find("spark.executor.memory"))
    app_.conf.set("spark.executor.memory", std::to_string(all.front().memory.count()) + "b");
}

void JobsBuilder::add_job(const JobSpec& spec) {
  const auto row = static_cast<std::uint32_t>(app_.jobs.size());
  Job job;
  job.spark_id = row;
  job.description = spec.name;
  job.pool = spec.pool;
  job.delay = spec.delay;
  job.end_delay = kJobEnd;
  for (const std::string& name : spec.after) job.after.push_back(job_rows_.at(name));
  if (spec.after.empty() && !spec.concurrent && row > 0) job.after.push_back(row - 1);
  app_.jobs.push_back(std::move(job));
  const auto first = static_cast<std::uint32_t>(app_.stages.size());
  std::map<std::string, std::uint32_t> stage_rows;
  for (std::uint32_t i = 0; i < spec.stages.size(); ++i)
    stage_rows.emplace(spec.stages[i].name, first + i);
  for (const StageSpec& stage : spec.stages) add_stage(stage, row, stage_rows);
  for (std::size_t s = first; s < app_.stages.size(); ++s)
    for (const std::uint32_t parent : app_.stages[s].parents)
      app_.stages[parent].shuffle_map = true;
  finish_job(row, first);
}

// Every map stage writes a shuffle of its own. The engine starts a job from its last stage: one
// without tasks waits for all that have no child, where the job has several such.
void JobsBuilder::finish_job(std::uint32_t job, std::size_t first) {
  std::vector<bool> is_parent(app_.stages.size(), false);
  for (std::size_t s = first; s < app_.stages.size(); ++s) {
    Stage& stage = app_.stages[s];
    for (const std::uint32_t parent : stage.parents) is_parent[parent] = true;
    if (!stage.shuffle_map) continue;
    stage.shuffle = static_cast<std::uint32_t>(app_.shuffle_maps.size());
    app_.shuffle_maps.push_back(stage.tasks);
  }
  app_.jobs[job].final_stages.clear();
  for (auto s = static_cast<std::uint32_t>(first); s < app_.stages.size(); ++s)
    if (!is_parent[s]) app_.jobs[job].final_stages.push_back(s);
}

void JobsBuilder::add_stage(const StageSpec& spec, std::uint32_t job,
                        const std::map<std::string, std::uint32_t>& rows) {
  const auto row = static_cast<std::uint32_t>(app_.stages.size());
  Stage stage;
  stage.spark_id = row;
  stage.name = spec.name;
  stage.job = job;
  stage.first_task = static_cast<std::uint32_t>(app_.tasks.size());
  stage.tasks = static_cast<std::uint32_t>(spec.tasks);
  stage.shuffle_map = spec.shuffle_write.count() > 0;
  stage.prepare = scenario_.driver.stage_prepare.value_or(kStagePrepare);
  stage.submit_delay = spec.parents.empty() ? Duration() : kStageSubmission;
  for (const std::string& name : spec.parents) {
    const std::uint32_t parent = rows.at(name);
    stage.parents.push_back(parent);
    stage.shuffle_sources.push_back(parent);
    stage.parent_ids.push_back(parent);
  }
  const auto profile = std::ranges::find(workload_.resource_profiles, spec.resource_profile,
                                         &ResourceProfileSpec::name);
  if (profile != workload_.resource_profiles.end())
    stage.resource_profile = profile - workload_.resource_profiles.begin() + 1;
  add_tasks(spec, stage);
  add_input(spec, stage);
  if (!stage.shuffle_sources.empty()) stage.places.push_back({PlaceSource::Kind::Shuffle});
  app_.jobs[job].stages.push_back(row);
  app_.jobs[job].stage_ids.push_back(row);
  app_.stages.push_back(std::move(stage));
}

void JobsBuilder::add_tasks(const StageSpec& spec, const Stage& stage) {
  const std::int64_t tasks = std::max(1, spec.tasks);
  const Stream stream(scenario_.seed, scenario_.replication, Purpose::Synthetic,
                      static_cast<std::uint64_t>(stage.spark_id));
  for (std::uint32_t i = 0; i < stage.tasks; ++i) {
    const Duration whole = duration_at(spec.duration, stream, i);
    const std::size_t row = amounts_->add_row();
    // Even shares, the remainder on the first tasks, so that the sum is what was asked.
    const auto share = [&](Bytes total) {
      return total.count() / tasks + (i < total.count() % tasks ? 1 : 0);
    };
    amounts_->set(row, Amount::ExecutorRunTime, whole.in_millis());
    amounts_->set(row, Amount::InputBytesRead, share(spec.input));
    amounts_->set(row, Amount::ShuffleBytesWritten, share(spec.shuffle_write));
    app_.tasks.slot_time.push_back(whole);
  }
}

// One preferred host for all tasks, or one for each.
void JobsBuilder::add_input(const StageSpec& spec, Stage& stage) {
  if (spec.preferred_hosts.empty()) return;
  InputRdd input;
  for (std::uint32_t i = 0; i < stage.tasks; ++i)
    input.host.push_back(host_row(spec.preferred_hosts[i % spec.preferred_hosts.size()]));
  stage.places.push_back(
      {PlaceSource::Kind::Input, static_cast<std::uint32_t>(app_.inputs.size())});
  app_.inputs.push_back(std::move(input));
}

std::uint32_t JobsBuilder::host_row(const std::string& name) {
  const auto [at, added] = hosts_.try_emplace(name, static_cast<std::uint32_t>(app_.hosts.size()));
  if (added) app_.hosts.push_back(name);
  return at->second;
}

}  // namespace

Application application_from(const Scenario& scenario) { return JobsBuilder(scenario).build(); }

}  // namespace muster
