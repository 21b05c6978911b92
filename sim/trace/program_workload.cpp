#include "sim/trace/program_workload.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "sim/base/check.h"
#include "sim/base/random.h"
#include "sim/trace/driver_costs.h"
#include "sim/trace/durations.h"

namespace muster {
namespace {

// A record of the recorder's programs: a key and a number, with their serialised overhead.
constexpr std::int64_t kRecordBytes = 12;

ProgramEvent::Kind event_kind(const std::string& what) {
  using enum ProgramEvent::Kind;
  if (what == "decommission_executor") return DecommissionExecutor;
  if (what == "start_node") return StartNode;
  return what == "lose_node" ? LoseNode : KillExecutor;
}

class ProgramBuilder {
 public:
  explicit ProgramBuilder(const Scenario& scenario)
      : scenario_(scenario), program_(std::get<ProgramWorkload>(scenario.workload)) {}

  Application build();

 private:
  // Where a narrow chain goes on: an RDD, of whose partitions it takes [0, count) as [first, ...).
  struct Reach {
    std::size_t rdd;
    std::uint32_t first;
    std::vector<std::uint32_t> cached_above;  // rows of cached_rdds passed on the way
  };

  void index_rdds();
  std::uint32_t partitions(std::size_t rdd) const;
  std::size_t rdd(const std::string& id) const { return rdds_.at(id); }
  const RddSpec& spec(std::size_t rdd) const { return program_.rdds[rdd]; }
  Duration own_work(std::size_t rdd, std::uint32_t partition, bool retry) const;
  Duration chain_work(std::size_t rdd, std::uint32_t partition, bool retry) const;
  bool reads_shuffle(const RddSpec& spec) const {
    return spec.op == "shuffle" || spec.op == "join";
  }

  void add_threads();
  std::uint32_t add_thread(std::vector<std::uint32_t> after, Duration delay,
                           const std::vector<StepSpec>& steps, const std::string& pool);
  void add_events(std::vector<std::uint32_t> after);
  std::uint32_t add_job(const std::string& final_rdd, const std::string& pool);
  std::uint32_t add_stage(std::uint32_t job, std::size_t top, std::uint32_t shuffle);
  void walk(const Reach& reach, Stage& stage,
            std::vector<std::pair<std::pair<std::size_t, std::size_t>, Reach>>& shuffles);
  void note_lineage(std::size_t at, Stage& stage);
  void add_parents(std::uint32_t job, Stage& stage,
                   std::vector<std::pair<std::pair<std::size_t, std::size_t>, Reach>> shuffles);
  void add_tasks(std::size_t top, Stage& stage, std::uint32_t shuffle);
  void plan_failures(std::size_t top, const Stage& stage);
  std::uint32_t shuffle_row(std::size_t rdd, std::size_t parent);
  std::uint32_t host_row(const std::string& name);

  const Scenario& scenario_;
  const ProgramWorkload& program_;
  Application app_;
  std::shared_ptr<AmountTable> amounts_ = std::make_shared<AmountTable>();
  std::map<std::string, std::size_t> rdds_;
  std::map<std::size_t, std::uint32_t> cached_rows_;
  std::map<std::pair<std::size_t, std::size_t>, std::uint32_t> shuffle_rows_;
  std::map<std::string, std::uint32_t> hosts_;
  // Of the job at hand: the stage that stands for a shuffle.
  std::map<std::uint32_t, std::uint32_t> stage_of_shuffle_;
  std::int64_t next_stage_id_ = 0;
};

Application ProgramBuilder::build() {
  set_driver_costs(scenario_, app_);
  app_.id = "muster-" + (scenario_.name.empty() ? std::string("run") : scenario_.name);
  app_.name = program_.application_name;
  app_.decides_attempts = true;
  app_.tail = kContextStop;
  app_.survives_failed_jobs = program_.survives_failed_jobs;
  index_rdds();
  add_threads();
  app_.amounts = std::move(amounts_);
  return std::move(app_);
}

void ProgramBuilder::index_rdds() {
  for (std::size_t r = 0; r < program_.rdds.size(); ++r) {
    rdds_.emplace(program_.rdds[r].id, r);
    if (!program_.rdds[r].cached) continue;
    cached_rows_.emplace(r, static_cast<std::uint32_t>(app_.cached_rdds.size()));
    app_.cached_rdds.push_back(
        {.spark_id = static_cast<std::int64_t>(r), .partitions = partitions(r)});
  }
}

std::uint32_t ProgramBuilder::partitions(std::size_t r) const {
  const RddSpec& one = spec(r);
  if (one.op == "map") return partitions(rdd(one.parents.front()));
  if (one.op != "union") return static_cast<std::uint32_t>(one.partitions);
  std::uint32_t sum = 0;
  for (const std::string& parent : one.parents) sum += partitions(rdd(parent));
  return sum;
}

Duration ProgramBuilder::own_work(std::size_t r, std::uint32_t partition, bool retry) const {
  const RddSpec& one = spec(r);
  if (retry && one.retry_work) return *one.retry_work;
  const Stream stream(scenario_.seed, scenario_.replication, Purpose::Synthetic, r);
  return duration_at(one.work, stream, partition);
}

// The work of a partition and of everything narrow below it.
Duration ProgramBuilder::chain_work(std::size_t r, std::uint32_t partition, bool retry) const {
  const RddSpec& one = spec(r);
  const Duration work = own_work(r, partition, retry);
  if (one.op == "map") return work + chain_work(rdd(one.parents.front()), partition, retry);
  if (one.op != "union") return work;
  for (const std::string& parent : one.parents) {
    const std::uint32_t its = partitions(rdd(parent));
    if (partition < its) return work + chain_work(rdd(parent), partition, retry);
    partition -= its;
  }
  return work;
}

// --- threads ---------------------------------------------------------------------------------

void ProgramBuilder::add_threads() {
  std::uint32_t last = add_thread({}, Duration(), program_.before, "");
  std::vector<std::uint32_t> before{last};
  for (std::size_t r = 0; r < program_.rounds.size(); ++r) {
    const Duration gap = r > 0 ? program_.round_gap : Duration();
    std::vector<std::uint32_t> round;
    for (const ThreadSpec& thread : program_.rounds[r].threads)
      round.push_back(add_thread(before, gap + thread.start, thread.steps, thread.pool));
    if (r == 0) add_events(before);
    before = std::move(round);
  }
  if (!program_.after.empty()) add_thread(before, Duration(), program_.after, "");
}

std::uint32_t ProgramBuilder::add_thread(std::vector<std::uint32_t> after, Duration delay,
                                         const std::vector<StepSpec>& steps,
                                         const std::string& pool) {
  ProgramThread thread{.after = std::move(after), .delay = delay, .steps = {}};
  for (const StepSpec& step : steps) {
    using enum ProgramStep::Kind;
    if (!step.job.empty())
      thread.steps.push_back({.kind = Job, .row = add_job(step.job, pool), .time = {}});
    else if (step.gap)
      thread.steps.push_back({.kind = Gap, .time = *step.gap});
    else if (step.wait_executors > 0)
      thread.steps.push_back({.kind = WaitExecutors,
                              .row = static_cast<std::uint32_t>(step.wait_executors),
                              .time = step.timeout});
    else if (const auto at = cached_rows_.find(rdd(step.unpersist)); at != cached_rows_.end())
      thread.steps.push_back({.kind = Unpersist, .row = at->second, .time = {}});
  }
  app_.program.push_back(std::move(thread));
  return static_cast<std::uint32_t>(app_.program.size() - 1);
}

// Each is a thread of its own, beside those of the first round.
void ProgramBuilder::add_events(std::vector<std::uint32_t> after) {
  for (const ProgramEventSpec& event : program_.events) {
    ProgramThread thread{.after = after, .delay = event.at, .steps = {}};
    thread.steps.push_back({.kind = ProgramStep::Kind::Disturb,
                            .row = static_cast<std::uint32_t>(app_.events.size()),
                            .time = {}});
    app_.events.push_back({event_kind(event.what), event.target});
    app_.program.push_back(std::move(thread));
  }
}

// --- jobs and stages -------------------------------------------------------------------------

std::uint32_t ProgramBuilder::add_job(const std::string& final_rdd, const std::string& pool) {
  const auto row = static_cast<std::uint32_t>(app_.jobs.size());
  Job job;
  job.spark_id = row;
  job.description = final_rdd;
  job.pool = pool;
  job.delay = kActionCall;
  job.end_delay = kJobEnd;
  app_.jobs.push_back(std::move(job));
  stage_of_shuffle_.clear();
  const std::uint32_t final_stage = add_stage(row, rdd(final_rdd), kNoShuffle);
  app_.jobs[row].final_stages = {final_stage};
  for (const std::uint32_t s : app_.jobs[row].stages)
    app_.jobs[row].stage_ids.push_back(app_.stages[s].spark_id);
  return row;
}

// Parents first, so that ids rise from the leaves to the result.
std::uint32_t ProgramBuilder::add_stage(std::uint32_t job, std::size_t top,
                                        std::uint32_t shuffle) {
  Stage stage;
  stage.name = spec(top).id;
  stage.job = job;
  stage.tasks = partitions(top);
  stage.shuffle = shuffle;
  stage.shuffle_map = shuffle != kNoShuffle;
  stage.prepare = scenario_.driver.stage_prepare.value_or(kStagePrepare);
  std::vector<std::pair<std::pair<std::size_t, std::size_t>, Reach>> shuffles;
  walk({top, 0, {}}, stage, shuffles);
  // That a stage is one of a barrier is nowhere but in its RDDs, as in Spark's log.
  if (!stage.barrier) stage.rdds.clear();
  add_parents(job, stage, std::move(shuffles));
  stage.submit_delay = stage.parents.empty() ? Duration() : kStageSubmission;
  stage.spark_id = next_stage_id_++;
  stage.first_task = static_cast<std::uint32_t>(app_.tasks.size());
  add_tasks(top, stage, shuffle);
  plan_failures(top, stage);
  const auto row = static_cast<std::uint32_t>(app_.stages.size());
  app_.stages.push_back(std::move(stage));
  app_.jobs[job].stages.push_back(row);
  return row;
}

void ProgramBuilder::note_lineage(std::size_t at, Stage& stage) {
  const auto id = static_cast<std::int64_t>(at);
  if (std::ranges::find(stage.rdds, id, &Rdd::id) != stage.rdds.end()) return;
  const RddSpec& one = spec(at);
  Rdd& out = stage.rdds.emplace_back();
  out.id = id, out.name = one.id, out.partitions = partitions(at), out.barrier = one.barrier;
  for (const std::string& parent : one.parents)
    out.parents.push_back(static_cast<std::int64_t>(rdd(parent)));
}

// Follows narrow dependencies depth first: cached RDDs, preferred places and the shuffles at the
// end.
void ProgramBuilder::walk(
    const Reach& reach, Stage& stage,
    std::vector<std::pair<std::pair<std::size_t, std::size_t>, Reach>>& shuffles) {
  const RddSpec& one = spec(reach.rdd);
  const std::uint32_t count = partitions(reach.rdd);
  stage.barrier |= one.barrier;
  note_lineage(reach.rdd, stage);
  Reach below = reach;
  if (const auto cached = cached_rows_.find(reach.rdd); cached != cached_rows_.end()) {
    below.cached_above.push_back(cached->second);
    stage.places.push_back(
        {PlaceSource::Kind::CachedRdd, cached->second, reach.first, count});
    CachedWork work{cached->second, reach.first, count, {}};
    for (std::uint32_t p = 0; p < count; ++p)
      work.spared.push_back(chain_work(reach.rdd, p, false));
    stage.cached_work.push_back(std::move(work));
  }
  if (one.op == "source" && !one.preferred_hosts.empty()) {
    InputRdd input;
    for (std::uint32_t p = 0; p < count; ++p)
      input.host.push_back(host_row(one.preferred_hosts[p % one.preferred_hosts.size()]));
    stage.places.push_back({PlaceSource::Kind::Input,
                            static_cast<std::uint32_t>(app_.inputs.size()), reach.first, count});
    app_.inputs.push_back(std::move(input));
  }
  // A CoGroupedRDD has no preferred places of its own.
  if (one.op == "shuffle")
    stage.places.push_back({PlaceSource::Kind::Shuffle, 0, reach.first, count});
  for (std::size_t p = 0; p < one.parents.size(); ++p) {
    below.rdd = rdd(one.parents[p]);
    if (reads_shuffle(one)) {
      shuffles.push_back({{reach.rdd, p}, below});
      continue;
    }
    walk(below, stage, shuffles);
    below.first += partitions(below.rdd);
  }
}

void ProgramBuilder::add_parents(
    std::uint32_t job, Stage& stage,
    std::vector<std::pair<std::pair<std::size_t, std::size_t>, Reach>> shuffles) {
  std::vector<std::uint32_t> order(shuffles.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  Stream(scenario_.seed, scenario_.replication, Purpose::SiblingStages, app_.stages.size())
      .shuffle(0, order);
  for (const std::uint32_t i : order) {
    const auto& [key, reach] = shuffles[i];
    const std::uint32_t shuffle = shuffle_row(key.first, key.second);
    auto at = stage_of_shuffle_.find(shuffle);
    if (at == stage_of_shuffle_.end())
      at = stage_of_shuffle_.emplace(shuffle, add_stage(job, reach.rdd, shuffle)).first;
    stage.parents.push_back(at->second);
    stage.parent_caches.push_back(reach.cached_above);
    stage.parent_ids.push_back(app_.stages[at->second].spark_id);
    stage.shuffle_sources.push_back(at->second);
  }
  std::ranges::sort(stage.parent_ids);
}

void ProgramBuilder::add_tasks(std::size_t top, Stage& stage, std::uint32_t shuffle) {
  const bool has_retries = std::ranges::any_of(
      program_.rdds, [](const RddSpec& one) { return one.retry_work.has_value(); });
  for (std::uint32_t p = 0; p < stage.tasks; ++p) {
    const auto task = static_cast<std::uint32_t>(app_.tasks.size());
    const std::size_t row = amounts_->add_row();
    const Duration work = chain_work(top, p, false);
    amounts_->set(row, Amount::ExecutorRunTime, work.in_millis());
    if (shuffle != kNoShuffle)
      amounts_->set(row, Amount::ShuffleBytesWritten, spec(top).keys * kRecordBytes);
    app_.tasks.slot_time.push_back(work);
    if (has_retries) app_.tasks.retry_time.push_back(chain_work(top, p, true));
    for (const CachedWork& cached : stage.cached_work)
      if (p - cached.first < cached.count)
        app_.block_writes.push_back({task, cached.rdd, p - cached.first, true});
  }
}

// Of the topmost RDD that has any: the recorder plans one failure in a program.
void ProgramBuilder::plan_failures(std::size_t top, const Stage& stage) {
  const RddSpec& one = spec(top);
  if (!one.failing_partition || *one.failing_partition >= static_cast<int>(stage.tasks)) return;
  for (std::int32_t n = 0; n < one.failing_attempts; ++n)
    app_.planned_failures.push_back(
        {.task = stage.first_task + static_cast<std::uint32_t>(*one.failing_partition),
         .number = static_cast<std::uint16_t>(n),
         .outcome = 2,  // Outcome::ExceptionFailure
         .counts = true,
         .after = {},
         .reason = "java.lang.RuntimeException: planned failure of partition " +
                   std::to_string(*one.failing_partition) + " attempt " + std::to_string(n)});
}

std::uint32_t ProgramBuilder::shuffle_row(std::size_t r, std::size_t parent) {
  const auto [at, added] = shuffle_rows_.try_emplace(
      {r, parent}, static_cast<std::uint32_t>(app_.shuffle_maps.size()));
  if (added) app_.shuffle_maps.push_back(partitions(rdd(spec(r).parents[parent])));
  return at->second;
}

std::uint32_t ProgramBuilder::host_row(const std::string& name) {
  const auto [at, added] = hosts_.try_emplace(name, static_cast<std::uint32_t>(app_.hosts.size()));
  if (added) app_.hosts.push_back(name);
  return at->second;
}

}  // namespace

Application application_from_program(const Scenario& scenario) {
  return ProgramBuilder(scenario).build();
}

}  // namespace muster
