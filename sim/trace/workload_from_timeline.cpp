#include "sim/trace/workload_from_timeline.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "sim/trace/driver_gaps.h"
#include "sim/trace/workload_places.h"
#include "sim/trace/workload_tasks.h"

namespace muster {
namespace {

// Timeline rows sorted by the time of one of their events; those without it come last.
template <class Span, class Key>
std::vector<std::uint32_t> sorted_rows(const std::vector<Span>& spans, Key key) {
  std::vector<std::uint32_t> order(spans.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return key(spans[a]) < key(spans[b]); });
  return order;
}

// -1: the log describes none.
std::int64_t highest_rdd(const StageSpan& stage) {
  std::int64_t id = -1;
  for (const Rdd& rdd : stage.rdds) id = std::max(id, rdd.id);
  return id;
}

class Builder {
 public:
  Builder(const Timeline& recorded, bool pinned) : recorded_(recorded), pinned_(pinned) {}

  Replay build() {
    usable_ = executor_usable_times(recorded_);
    const auto cpus = static_cast<std::int32_t>(
        std::max<std::int64_t>(1, recorded_.conf.integer("spark.task.cpus", 1)));
    gaps_ = driver_gaps(recorded_, usable_, cpus);
    add_facts();
    add_executors();
    add_jobs();
    add_stages();
    link_stages();
    set_job_gaps();
    add_tasks(recorded_, stage_rows_, executor_rows_, gaps_.released, pinned_, out_);
    return std::move(out_);
  }

 private:
  void add_facts();
  void add_executors();
  void add_jobs();
  void add_stages();
  void link_stages();
  void link_parents(std::uint32_t row);
  void set_job_gaps();
  std::uint32_t job_of(const StageSpan& stage) const;
  std::uint32_t latest_completed(std::int64_t stage_id, Time before) const;
  std::uint32_t latest_completed_in_job(std::uint32_t job, Time before) const;
  std::uint32_t shuffle_source(const StageSpan& skipped) const;
  bool reads_shuffle(std::uint32_t span) const { return reads_shuffle_[span]; }

  const StageSpan& span_of(std::uint32_t row) const { return recorded_.stages[spans_[row]]; }
  Duration since(Time from, Time to) const {
    return from.happened() && to.happened() ? std::max(Duration(), to - from) : Duration();
  }

  const Timeline& recorded_;
  const bool pinned_;
  Replay out_;
  DriverGaps gaps_;
  std::vector<Time> usable_;
  std::vector<std::uint32_t> executor_rows_;  // by Timeline executor: row of out_.executors
  std::vector<std::uint32_t> job_spans_;      // by job row: Timeline row
  std::vector<std::uint32_t> spans_;          // by stage row: Timeline row
  std::vector<std::uint32_t> stage_rows_;     // by Timeline stage: stage row
  std::vector<bool> reads_shuffle_;           // by Timeline stage
  std::multimap<std::int64_t, std::uint32_t> jobs_by_stage_;  // job rows by the ids they name
  std::multimap<std::int64_t, std::uint32_t> rows_by_id_;     // stage rows by Spark's id
  std::map<std::int64_t, std::uint32_t> rows_by_rdd_;  // first stage row by its highest RDD id
  std::vector<Time> last_finish_;             // by Timeline stage
};

void Builder::add_facts() {
  Application& app = out_.application;
  const ApplicationSpan& span = recorded_.application;
  app.id = span.id, app.name = span.name, app.user = span.user;
  app.spark_version = span.spark_version;
  app.conf = recorded_.conf;
  app.resource_profiles = recorded_.resource_profiles;
  app.amounts = recorded_.attempts.amounts;
  app.start = span.start.happened() ? span.start : Time();
  if (!span.start.happened()) {
    // Without ApplicationStart the first thing seen is the start.
    Time first = Time::never();
    for (const JobSpan& job : recorded_.jobs) first = std::min(first, job.submitted);
    for (const Time launch : recorded_.attempts.launch) first = std::min(first, launch);
    for (const ExecutorSpan& e : recorded_.executors) first = std::min(first, e.added);
    if (first.happened()) app.start = first;
    out_.notes.push_back("no ApplicationStart: the first event stands for it");
  }
  app.ends = span.end.happened();
  app.dispatch = gaps_.dispatch;
  app.result_handling = gaps_.handling;
  app.relaunch = gaps_.relaunch;
  reads_shuffle_.assign(recorded_.stages.size(), false);
  last_finish_.assign(recorded_.stages.size(), Time::never());
  const AttemptTable& attempts = recorded_.attempts;
  for (std::size_t a = 0; a < attempts.size(); ++a) {
    const std::uint32_t s = attempts.stage[a].index();
    if (attempts.amount(a, Amount::ShuffleRecordsRead) > 0 ||
        attempts.amount(a, Amount::ShuffleRemoteBytesRead) > 0 ||
        attempts.amount(a, Amount::ShuffleLocalBlocksFetched) > 0)
      reads_shuffle_[s] = true;
    // Zombie tasks may end after the stage; they are not what it waited for.
    const Time finish = attempts.finish[a];
    if (finish.happened() && finish <= recorded_.stages[s].completed &&
        (!last_finish_[s].happened() || finish > last_finish_[s]))
      last_finish_[s] = finish;
  }
}

void Builder::add_executors() {
  executor_rows_.assign(recorded_.executors.size(), kLeftOut);
  const auto order = sorted_rows(recorded_.executors, [](const auto& e) { return e.added; });
  const Time start = out_.application.start;
  for (const std::uint32_t e : order) {
    const ExecutorSpan& span = recorded_.executors[e];
    if (!usable_[e].happened()) continue;  // a driver's block manager
    ExecutorSpec spec;
    spec.block_manager_host = span.block_manager_host;
    spec.resource_profile = static_cast<std::int32_t>(span.resource_profile);
    spec.id = span.id, spec.host = span.host, spec.cores = std::max(1, span.cores);
    spec.registered_at =
        std::max(Duration(), (span.added.happened() ? span.added : usable_[e]) - start);
    spec.usable_at = std::max(spec.registered_at, usable_[e] - start);
    spec.storage_memory = Bytes(span.max_memory);
    if (span.removed.happened()) {
      spec.removed_at = std::max(*spec.usable_at, span.removed - start);
      spec.removed_reason = span.removed_reason;
    }
    executor_rows_[e] = static_cast<std::uint32_t>(out_.executors.size());
    out_.executors.push_back(std::move(spec));
  }
  // An executor whose end failed tasks was lost; any other left when it was idle.
  for (const AttemptFailure& f : recorded_.failures) {
    const std::size_t a = f.attempt.index();
    const ExecutorId e = recorded_.attempts.executor[a];
    if (recorded_.attempts.outcome[a] != Outcome::ExecutorLostFailure || !e.valid()) continue;
    if (executor_rows_[e.index()] != kLeftOut)
      out_.executors[executor_rows_[e.index()]].removed_when_idle = false;
  }
}

void Builder::add_jobs() {
  job_spans_ = sorted_rows(recorded_.jobs, [](const auto& j) { return j.submitted; });
  std::erase_if(job_spans_,
                [&](std::uint32_t j) { return !recorded_.jobs[j].submitted.happened(); });
  for (const std::uint32_t j : job_spans_) {
    const JobSpan& span = recorded_.jobs[j];
    Job job;
    job.spark_id = span.id, job.stage_ids = span.stage_ids, job.pool = span.pool;
    job.description = span.description, job.group = span.group;
    job.sql_execution = span.sql_execution;
    job.fails = span.outcome == JobOutcome::Failed;
    job.failure = span.failure;
    const auto row = static_cast<std::uint32_t>(out_.application.jobs.size());
    for (const std::int64_t stage : span.stage_ids) jobs_by_stage_.emplace(stage, row);
    out_.application.jobs.push_back(std::move(job));
  }
}

// The job that submitted a stage: the latest that names it and had started; a skipped stage belongs
// to the first that names it.
std::uint32_t Builder::job_of(const StageSpan& stage) const {
  const auto [first, last] = jobs_by_stage_.equal_range(stage.id);
  std::uint32_t found = kLeftOut;
  for (auto at = first; at != last; ++at) {  // in the order of submission
    if (!stage.submitted.happened()) return at->second;
    if (recorded_.jobs[job_spans_[at->second]].submitted <= stage.submitted) found = at->second;
  }
  return found;
}

void Builder::add_stages() {
  stage_rows_.assign(recorded_.stages.size(), kLeftOut);
  for (std::uint32_t s = 0; s < recorded_.stages.size(); ++s) {
    const StageSpan& span = recorded_.stages[s];
    const std::uint32_t job = job_of(span);
    if (job == kLeftOut) {
      if (span.submitted.happened())
        out_.notes.push_back("stage " + std::to_string(span.id) +
                             " belongs to no job in the log: left out");
      continue;
    }
    Stage stage;
    stage.spark_id = span.id, stage.attempt = span.attempt, stage.name = span.name;
    stage.details = span.details, stage.rdds = span.rdds, stage.parent_ids = span.parents;
    stage.resource_profile = span.resource_profile, stage.shuffle_map = span.shuffle_map;
    stage.job = job;
    stage.skipped = !span.submitted.happened();
    if (!stage.skipped) {
      stage.prepare = gaps_.prepare[s];
      if (last_finish_[s].happened()) stage.completion = since(last_finish_[s], span.completed);
      // A stage that failed, or was not through when the log ended, ends as it did.
      const bool failed = !span.failure.empty();
      if (failed || !span.completed.happened())
        stage.fails_after = since(
            span.submitted, span.completed.happened() ? span.completed : recorded_.last_time());
      stage.failure = span.failure;
    }
    const auto row = static_cast<std::uint32_t>(out_.application.stages.size());
    stage_rows_[s] = row;
    spans_.push_back(s);
    rows_by_id_.emplace(span.id, row);
    if (const std::int64_t rdd = highest_rdd(span); !stage.skipped && rdd >= 0)
      rows_by_rdd_.try_emplace(rdd, row);
    out_.application.jobs[job].stages.push_back(row);
    out_.application.stages.push_back(std::move(stage));
  }
}

std::uint32_t Builder::latest_completed(std::int64_t stage_id, Time before) const {
  std::uint32_t best = kLeftOut;
  const auto [first, last] = rows_by_id_.equal_range(stage_id);
  for (auto at = first; at != last; ++at) {
    const Time completed = span_of(at->second).completed;
    if (completed > before) continue;
    if (best == kLeftOut || completed > span_of(best).completed) best = at->second;
  }
  return best;
}

std::uint32_t Builder::latest_completed_in_job(std::uint32_t job, Time before) const {
  std::uint32_t best = kLeftOut;
  for (const std::uint32_t row : out_.application.jobs[job].stages) {
    const Time completed = span_of(row).completed;
    if (completed > before) continue;
    if (best == kLeftOut || completed > span_of(best).completed) best = row;
  }
  return best;
}

// A skipped stage's output was made by an earlier stage over the same RDD: the one with the same
// highest RDD id, since a stage's own RDDs are created last.
std::uint32_t Builder::shuffle_source(const StageSpan& skipped) const {
  const auto at = rows_by_rdd_.find(highest_rdd(skipped));
  return at == rows_by_rdd_.end() ? kLeftOut : at->second;
}

void Builder::link_parents(std::uint32_t row) {
  Stage& stage = out_.application.stages[row];
  const StageSpan& span = span_of(row);
  for (const std::int64_t id : span.parents) {
    std::uint32_t source = latest_completed(id, span.submitted);
    if (source != kLeftOut && source != row) {
      stage.parents.push_back(source);
    } else if (const auto at = rows_by_id_.find(id); at != rows_by_id_.end()) {
      source = shuffle_source(span_of(at->second));
    }
    if (source != kLeftOut && source != row) stage.shuffle_sources.push_back(source);
  }
  // A retry follows what had ended last; so does a shuffle reader of Spark 1.3, whose log names no
  // parents.
  const bool retry = span.attempt > 0;
  const bool nameless = span.parents.empty() && reads_shuffle(spans_[row]);
  if (!retry && !nameless) return;
  const std::uint32_t last = latest_completed_in_job(stage.job, span.submitted);
  if (last == kLeftOut || last == row) return;
  if (std::find(stage.parents.begin(), stage.parents.end(), last) == stage.parents.end())
    stage.parents.push_back(last);
}

void Builder::link_stages() {
  for (std::uint32_t row = 0; row < spans_.size(); ++row) {
    Stage& stage = out_.application.stages[row];
    if (stage.skipped) continue;
    link_parents(row);
    Time ready = recorded_.jobs[job_spans_[stage.job]].submitted;
    for (const std::uint32_t parent : stage.parents)
      ready = std::max(ready, span_of(parent).completed);
    stage.submit_delay = since(ready, span_of(row).submitted);
  }
}

// A job waits for the latest job that had ended when it was submitted: the driver program's own
// order, as far as the log shows it.
void Builder::set_job_gaps() {
  Application& app = out_.application;
  Time last_end = app.start;
  std::vector<std::uint32_t> ends(job_spans_.size());
  std::iota(ends.begin(), ends.end(), 0);
  const auto end_of = [&](std::uint32_t row) { return recorded_.jobs[job_spans_[row]].completed; };
  std::stable_sort(ends.begin(), ends.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return end_of(a) < end_of(b); });
  std::size_t ended = 0;
  for (std::uint32_t row = 0; row < app.jobs.size(); ++row) {
    const Time submitted = recorded_.jobs[job_spans_[row]].submitted;
    while (ended < ends.size() && end_of(ends[ended]) <= submitted) ++ended;
    Time from = app.start;
    // One that ended in the millisecond of its own submission does not wait for itself or a later.
    std::size_t before = ended;
    while (before > 0 && ends[before - 1] >= row) --before;
    if (before > 0) {
      app.jobs[row].after.push_back(ends[before - 1]);
      from = end_of(ends[before - 1]);
    }
    app.jobs[row].delay = since(from, submitted);
    Time stages_through = submitted;
    for (const std::uint32_t stage : app.jobs[row].stages)
      if (const Time completed = span_of(stage).completed;
          completed.happened() && completed <= end_of(row))
        stages_through = std::max(stages_through, completed);
    app.jobs[row].end_delay = since(stages_through, end_of(row));
    last_end = std::max(last_end, end_of(row).happened() ? end_of(row) : stages_through);
  }
  app.tail = since(last_end, recorded_.application.end);
}

}  // namespace

Replay workload_from(const Timeline& recorded, bool pinned) {
  return Builder(recorded, pinned).build();
}

}  // namespace muster
