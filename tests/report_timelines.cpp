#include "tests/report_timelines.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "sim/base/random.h"

namespace muster {
namespace {

StorageLevel in_memory() {
  StorageLevel level;
  level.use_memory = true, level.deserialized = true;
  return level;
}

void add_amounts(Timeline& timeline) {
  auto amounts = std::make_shared<AmountTable>();
  AttemptTable& a = timeline.attempts;
  for (std::size_t row = 0; row < a.size(); ++row) {
    a.amount_row[row] = static_cast<std::uint32_t>(amounts->add_row());
    const bool ended = a.finish[row].happened();
    a.has_metrics[row] = a.outcome[row] == Outcome::Success;
    if (!ended || !a.has_metrics[row]) continue;
    const auto ms = (a.finish[row] - a.launch[row]).in_millis();
    for (const AmountField& field : amount_fields())
      amounts->set(row, field.amount, static_cast<std::int64_t>(field.amount) + ms);
  }
  a.amounts = amounts;
}

void add_failures(Timeline& timeline) {
  for (std::size_t row = 0; row < timeline.attempts.size(); ++row) {
    AttemptFailure failure;
    failure.attempt = AttemptId(row);
    switch (timeline.attempts.outcome[row]) {
      case Outcome::ExceptionFailure:
        failure.reason = "java.lang.IllegalStateException";
        failure.description = "line one\n\tline \"two\" \\ \x01 ümläut 任務";
        break;
      case Outcome::FetchFailed:
        failure.reason = "Connection refused";
        failure.shuffle_id = 3, failure.map_index = 1, failure.fetched_from = "1";
        break;
      case Outcome::ExecutorLostFailure:
        failure.reason = "Worker lost", failure.exit_caused_by_app = false;
        break;
      case Outcome::TaskKilled: failure.reason = "another attempt succeeded"; break;
      case Outcome::TaskCommitDenied:
      case Outcome::TaskResultLost:
      case Outcome::UnknownReason:
        failure.reason = name_of(timeline.attempts.outcome[row]);
        break;
      default: continue;
    }
    timeline.failures.push_back(failure);
  }
}

void add_sql_and_blocks(Timeline& timeline) {
  const Time start = timeline.application.start;
  timeline.sql_executions = {
      {0, 0, "show at <console>", "== Physical Plan ==\nScan \"x\"", start + Duration::millis(900),
       start + Duration::millis(4000), ""},
      {1, -1, "", "", start + Duration::millis(4500), Time::never(), ""}};
  BlockUpdate update;
  update.attempt = AttemptId(0), update.executor = timeline.attempts.executor[0];
  update.rdd = 4, update.partition = 0, update.level = in_memory();
  update.memory_bytes = 4096;
  timeline.block_updates = {update};
  update.attempt = AttemptId::none(), update.partition = 7, update.level = StorageLevel();
  timeline.block_updates.push_back(update);
  timeline.unpersists = {{4, 0}, {4, 2}};
}

// One job after another, its stages one after another; tasks go to the slot that is free first.
class RandomApplication {
 public:
  explicit RandomApplication(std::uint64_t seed) : stream_(seed, 0, Purpose::Test, 7) {
    const int executors = 1 + static_cast<int>(below(4));
    for (std::int64_t e = 0, added = 0; e < executors; ++e) {
      added += below(900);
      const int cores = 1 + static_cast<int>(below(4));
      make_.executor(std::to_string(e), "host" + std::to_string(e % 2), cores, added);
      for (int c = 0; c < cores; ++c) slots_.emplace_back(added, static_cast<std::size_t>(e));
    }
  }

  Timeline build(int jobs) {
    for (int j = 0; j < jobs; ++j) add_job(j);
    make_.end(now_ + below(1000));
    add_amounts(make_.timeline);
    return make_.timeline;
  }

 private:
  struct Task {
    std::int64_t launch = 0, finish = 0;
    std::size_t executor = 0;
    std::uint32_t index = 0;
  };

  std::int64_t below(std::uint32_t bound) { return stream_.below(draws_++, bound); }

  void add_job(std::int64_t id) {
    now_ += below(500);
    const std::int64_t submitted = now_;
    std::vector<std::int64_t> stages;
    for (std::int64_t left = 1 + below(3); left > 0; --left) {
      add_stage(stages.empty() ? std::vector<std::int64_t>{} : std::vector{next_stage_ - 1});
      stages.push_back(next_stage_++);
    }
    now_ += below(5);
    make_.job(id, submitted, now_, stages);
  }

  void add_stage(std::vector<std::int64_t> parents) {
    now_ += below(20);
    const std::int64_t begin = now_;
    std::vector<Task> tasks(static_cast<std::size_t>(1 + below(12)));
    for (std::size_t t = 0; t < tasks.size(); ++t) {
      auto& slot = *std::min_element(slots_.begin(), slots_.end());
      tasks[t].launch = std::max(slot.first, begin + 5 + below(150));
      slot.first = tasks[t].finish = tasks[t].launch + below(2) * below(900);
      tasks[t].executor = slot.second, tasks[t].index = static_cast<std::uint32_t>(t);
      now_ = std::max(now_, slot.first);
    }
    now_ += below(10);
    make_.stage(next_stage_, begin, now_, static_cast<int>(tasks.size()), std::move(parents));
    std::stable_sort(tasks.begin(), tasks.end(),
                     [](const Task& a, const Task& b) { return a.launch < b.launch; });
    for (const Task& t : tasks)
      make_.task(static_cast<std::size_t>(next_stage_), t.index, t.executor, t.launch, t.finish,
                 static_cast<Locality>(below(5)));
  }

  Stream stream_;
  std::uint64_t draws_ = 0;
  TimelineMaker make_;
  std::vector<std::pair<std::int64_t, std::size_t>> slots_;  // free from, executor row
  std::int64_t now_ = 1000, next_stage_ = 0;
};

}  // namespace

TimelineMaker::TimelineMaker() {
  timeline.application.id = "app-20231114221320-0001";
  timeline.application.name = "made by hand";
  timeline.application.user = "tester";
  timeline.application.spark_version = "3.5.7";
  timeline.application.start = at(0);
  timeline.conf.set("spark.master", "spark://master:7077");
  timeline.conf.set("spark.app.id", timeline.application.id);
  timeline.conf.set("spark.app.name", timeline.application.name);
}

TimelineMaker& TimelineMaker::executor(std::string id, std::string host, int cores,
                                       std::int64_t added, std::int64_t removed) {
  ExecutorSpan span;
  span.id = std::move(id), span.host = std::move(host), span.cores = cores;
  span.added = at(added), span.removed = at(removed);
  if (removed >= 0) span.removed_reason = "Command exited with code 52";
  timeline.executors.push_back(span);
  return *this;
}

TimelineMaker& TimelineMaker::job(std::int64_t id, std::int64_t submitted, std::int64_t completed,
                                  std::vector<std::int64_t> stage_ids) {
  JobSpan job;
  job.id = id, job.submitted = at(submitted), job.completed = at(completed);
  job.outcome = completed < 0 ? JobOutcome::Unknown : JobOutcome::Succeeded;
  job.stage_ids = std::move(stage_ids);
  timeline.jobs.push_back(job);
  return *this;
}

TimelineMaker& TimelineMaker::stage(std::int64_t id, std::int64_t submitted,
                                    std::int64_t completed, int tasks,
                                    std::vector<std::int64_t> parents) {
  StageSpan stage;
  stage.id = id, stage.submitted = at(submitted), stage.completed = at(completed);
  stage.name = "count at Job.scala:" + std::to_string(id);
  stage.tasks = tasks, stage.parents = std::move(parents);
  timeline.stages.push_back(stage);
  return *this;
}

TimelineMaker& TimelineMaker::task(std::size_t stage_row, std::uint32_t index,
                                   std::size_t executor_row, std::int64_t launch,
                                   std::int64_t finish, Locality locality, Outcome outcome) {
  AttemptTable& a = timeline.attempts;
  std::uint16_t number = 0;
  for (std::size_t row = 0; row < a.size(); ++row)
    if (a.stage[row] == StageId(stage_row) && a.index[row] == index) ++number;
  const AttemptId row = a.add(StageId(stage_row), index);
  a.number[row.index()] = number;
  a.executor[row.index()] = ExecutorId(executor_row);
  a.launch[row.index()] = at(launch), a.finish[row.index()] = at(finish);
  a.locality[row.index()] = locality;
  a.outcome[row.index()] = finish < 0 ? Outcome::Running : outcome;
  return *this;
}

TimelineMaker& TimelineMaker::end(std::int64_t ms) {
  timeline.application.end = at(ms);
  return *this;
}

Timeline rich_timeline() {
  using enum Outcome;
  TimelineMaker make;
  make.executor("driver", "driver-host", 0, -1).executor("0", "host a", 2, 300);
  make.executor("1", "host b", 2, 400, 3100).executor("2", "host b", 2, 3500);
  make.job(0, 1000, 4000, {0, 1, 2}).job(1, 4600, 7000, {3, 4});
  make.stage(0, 1010, 2000, 2).stage(1, -1, -1, 2).stage(2, 2010, 3200, 6, {0, 1});
  make.stage(2, 3300, 3990, 1, {0, 1}).stage(3, 4610, 5500, 2).stage(4, 5500, 6990, 3, {3});
  make.task(0, 0, 1, 1050, 1900).task(0, 1, 2, 1060, 1990, Locality::NodeLocal);
  make.task(2, 0, 1, 2050, 2500, Locality::RackLocal, ExceptionFailure);
  make.task(2, 1, 1, 2050, 2600, Locality::Any, FetchFailed);
  make.task(2, 2, 2, 2060, 3090, Locality::NoPref, ExecutorLostFailure);
  make.task(2, 3, 2, 2070, 2700, Locality::Any, TaskCommitDenied);
  make.task(2, 0, 1, 2510, 2900, Locality::Any, TaskResultLost);
  make.task(2, 0, 1, 2910, 2950, Locality::Any, UnknownReason);
  make.task(2, 0, 1, 2960, 3200, Locality::Any);
  make.task(3, 0, 3, 3510, 3990, Locality::Any);
  make.task(4, 0, 1, 4650, 5400).task(4, 1, 3, 4650, 5490);
  make.task(5, 0, 1, 5510, 6900, Locality::Any, TaskKilled);
  make.task(5, 1, 1, 5510, 5510).task(5, 2, 3, 5510, -1);
  make.task(5, 0, 3, 6000, 6890, Locality::Any);
  make.end(7500);
  Timeline& timeline = make.timeline;
  timeline.executors[0].block_manager_added = timeline.application.start + Duration::millis(200);
  for (ExecutorSpan& executor : timeline.executors) {
    executor.max_memory = 455'501'414, executor.max_on_heap = 455'501'414, executor.port = 40123;
    if (executor.added.happened())
      executor.block_manager_added = executor.added + Duration::millis(60);
  }
  timeline.executors[1].block_manager_host = "10.0.0.7";
  timeline.executors[2].block_manager_removed = timeline.executors[2].removed;
  timeline.stages[3].attempt = 1;
  timeline.stages[0].shuffle_map = timeline.stages[4].shuffle_map = true;
  timeline.stages[2].failure = "org.apache.spark.shuffle.FetchFailedException: Connection refused";
  timeline.stages[0].rdds = {{4, "MapPartitionsRDD", "{\"id\":\"1\"}", "map at \"x\"", {3, 2},
                              in_memory(), 2, 1, 4096, 0, false}};
  timeline.jobs[0].description = "write \"orders\"\x1b[31m\n";
  timeline.jobs[0].pool = "production", timeline.jobs[0].group = "g";
  timeline.jobs[0].sql_execution = 0;
  timeline.jobs[1].outcome = JobOutcome::Failed;
  timeline.jobs[1].failure = "Job aborted due to stage failure:\n\tat Foo.bar(Foo.scala:1)";
  timeline.attempts.speculative.back() = 1;
  timeline.attempts.getting_result[0] = timeline.application.start + Duration::millis(1700);
  timeline.attempts.partition[3] = 17;
  timeline.java_version = "17.0.15 (Debian)";
  add_failures(timeline);
  add_amounts(timeline);
  add_sql_and_blocks(timeline);
  return timeline;
}

Timeline random_timeline(std::uint64_t seed, int jobs) {
  return RandomApplication(seed).build(jobs);
}

ScratchFolder::ScratchFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "muster-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("no scratch folder");
  folder_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace muster
