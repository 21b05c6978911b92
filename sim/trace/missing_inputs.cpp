// Which questions a log cannot answer, and why: what older versions of Spark did not write, what is
// off by default, what was taken out.
#include <algorithm>
#include <array>
#include <string>

#include "sim/trace/health_check.h"

namespace muster {
namespace {

// What the answers depend on, looked up once.
struct Facts {
  const Timeline& timeline;
  const NoteBook& notes;
  int version;  // 0: not known
  bool any_success = false;
  bool any_parents = false;
  bool any_persisted = false;
  bool any_memory = false;
  bool any_unannounced_stage = false;
  std::int64_t rdds = 0;
  std::int64_t metrics = 0;  // attempts with Task Metrics

  Facts(const Timeline& t, const NoteBook& n)
      : timeline(t), notes(n), version(version_number(t.application.spark_version)) {
    const AttemptTable& a = t.attempts;
    for (std::size_t i = 0; i < a.size(); ++i) {
      any_success |= a.outcome[i] == Outcome::Success;
      metrics += a.has_metrics[i];
    }
    for (const StageSpan& stage : t.stages) {
      any_unannounced_stage |= stage.rdds.empty();
      for (const Rdd& rdd : stage.rdds) {
        ++rdds;
        any_parents |= !rdd.parents.empty();
        any_persisted |= rdd.level.persisted();
      }
    }
    for (const ExecutorSpan& executor : t.executors) any_memory |= executor.max_memory > 0;
  }
  bool used(Amount amount) const {
    return timeline.attempts.amounts && timeline.attempts.amounts->used(amount);
  }
  bool reads_shuffle() const {
    return used(Amount::ShuffleLocalBlocksFetched) || used(Amount::ShuffleRemoteBlocksFetched);
  }
};

struct Rule {
  std::string_view input;
  std::string_view question;
  std::string_view reason;
  bool (*missing)(const Facts&);
};

constexpr std::array kRules = {
    Rule{"configuration", "which scheduler, memory and locality settings the run had",
         "the log has no EnvironmentUpdate event",
         [](const Facts& f) { return f.timeline.conf.empty(); }},
    Rule{"application_start", "how long the application took, and how long it waited for executors",
         "the log has no ApplicationStart event with a time",
         [](const Facts& f) { return f.notes.count("missing_application_start") > 0; }},
    Rule{"application_end", "how long the application took",
         "the log has no ApplicationEnd event; the last time seen in it is taken",
         [](const Facts& f) { return !f.timeline.application.end.happened(); }},
    Rule{"jobs", "which stages belong together and what the driver did between jobs",
         "the log has no JobStart event",
         [](const Facts& f) { return f.timeline.jobs.empty() && f.timeline.attempts.size() > 0; }},
    Rule{"stage_descriptions", "how stages depend on each other and what they compute",
         "some stages are not described: their events were dropped or edited out",
         [](const Facts& f) { return f.any_unannounced_stage; }},
    Rule{"task_metrics", "what tasks read, wrote and computed", "no TaskEnd has Task Metrics",
         [](const Facts& f) { return f.any_success && f.metrics == 0; }},
    Rule{"cpu_time", "how much of a task's time is computing and how much is waiting",
         "Spark logs Executor CPU Time since 2.1",
         [](const Facts& f) { return f.metrics > 0 && !f.used(Amount::ExecutorCpuTime); }},
    Rule{"peak_execution_memory", "how much execution memory a task needs",
         "Spark logs Peak Execution Memory since 3.0",
         [](const Facts& f) {
           return f.metrics > 0 && f.version > 0 && f.version < spark(3, 0) &&
                  !f.used(Amount::PeakExecutionMemory);
         }},
    Rule{"rdd_parents", "which stages read a cached RDD, and what would run again without it",
         "Spark logs the Parent IDs of RDDs since 1.4",
         [](const Facts& f) { return f.rdds > 1 && !f.any_parents; }},
    Rule{"block_updates", "which partitions were cached where, in how much memory",
         "from Spark 2 on this needs spark.eventLog.logBlockUpdates.enabled",
         [](const Facts& f) { return f.any_persisted && f.timeline.block_updates.empty(); }},
    Rule{"shuffle_local_bytes", "how many shuffle bytes came over the network and how many did not",
         "Local Bytes Read is zero in every task, though local blocks were fetched",
         [](const Facts& f) {
           return f.used(Amount::ShuffleLocalBlocksFetched) &&
                  !f.used(Amount::ShuffleLocalBytesRead);
         }},
    Rule{"shuffle_records", "how many rows a shuffle moves",
         "Total Records Read is zero in every task, as in SQL before Spark 2",
         [](const Facts& f) { return f.reads_shuffle() && !f.used(Amount::ShuffleRecordsRead); }},
    Rule{"executor_memory", "how much storage memory executors had",
         "the log has no BlockManagerAdded event",
         [](const Facts& f) { return !f.timeline.executors.empty() && !f.any_memory; }},
};

}  // namespace

std::vector<MissingInput> missing_inputs(const Timeline& timeline, const NoteBook& notes) {
  const Facts facts(timeline, notes);
  std::vector<MissingInput> out;
  for (const Rule& rule : kRules)
    if (rule.missing(facts))
      out.push_back(
          {std::string(rule.input), std::string(rule.question), std::string(rule.reason)});
  return out;
}

}  // namespace muster
