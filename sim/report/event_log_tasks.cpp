// EventLogLines: task events, nearly all lines of a log, and the blocks that tasks cached.
#include <algorithm>

#include "sim/report/event_log_lines.h"
#include "sim/report/json_text.h"

namespace muster {
namespace {

// "Data Read Method" of Spark 1.x's input metrics.
constexpr const char* kReadMethods[] = {nullptr, "Memory", "Disk", "Hadoop", "Network"};

std::string block_id(const BlockUpdate& update) {
  return "rdd_" + std::to_string(update.rdd) + "_" + std::to_string(update.partition);
}

}  // namespace

void EventLogLines::task_event(std::string_view event, std::size_t row) {
  const StageSpan& stage = timeline_.stages[timeline_.attempts.stage[row].index()];
  begin(event);
  number("Stage ID", stage.id);
  number("Stage Attempt ID", stage.attempt);
}

void EventLogLines::task_info(std::size_t row, Known known) {
  const AttemptTable& a = timeline_.attempts;
  const Outcome outcome = a.outcome[row];
  const bool ended = known == Known::End;
  const bool killed =
      ended && (outcome == Outcome::TaskKilled || outcome == Outcome::TaskCommitDenied);
  const ExecutorSpan* executor =
      a.executor[row].valid() ? &timeline_.executors[a.executor[row].index()] : nullptr;
  raw("Task Info", "{");
  number("Task ID", a.task_id[row]);
  number("Index", a.index[row]);
  number("Attempt", a.number[row]);
  number("Partition ID", a.partition[row]);
  time_or_zero("Launch Time", a.launch[row]);
  text("Executor ID", executor ? executor->id : std::string());
  text("Host", executor ? executor->host : std::string());
  text("Locality", name_of(a.locality[row]));
  flag("Speculative", a.speculative[row] != 0);
  time_or_zero("Getting Result Time",
               known == Known::Start ? Time::never() : a.getting_result[row]);
  time_or_zero("Finish Time", ended ? a.finish[row] : Time::never());
  flag("Failed", ended && !killed && outcome != Outcome::Success);
  flag("Killed", killed);
  raw("Accumulables", "[]}");
}

void EventLogLines::task_start(std::size_t row) {
  task_event("SparkListenerTaskStart", row);
  task_info(row, Known::Start);
  end();
}

void EventLogLines::task_getting_result(std::size_t row) {
  begin("SparkListenerTaskGettingResult");
  task_info(row, Known::GettingResult);
  end();
}

void EventLogLines::fetch_failure(std::size_t row, const AttemptFailure& failure) {
  if (!failure.fetched_from.empty()) {
    const auto& executors = timeline_.executors;
    const auto from = std::find_if(
        executors.begin(), executors.end(),
        [&](const ExecutorSpan& executor) { return executor.id == failure.fetched_from; });
    const bool known = from != executors.end();
    raw("Block Manager Address", "{");
    text("Executor ID", failure.fetched_from);
    text("Host", known ? block_manager_host(*from) : std::string_view());
    number("Port", known ? from->port : 0);
    out_ += '}';
  }
  number("Shuffle ID", failure.shuffle_id);
  number("Map ID", failure.map_index);
  number("Map Index", failure.map_index);
  number("Reduce ID", timeline_.attempts.partition[row]);
  text("Message", failure.reason);
}

void EventLogLines::end_reason(std::size_t row, Outcome outcome, const AttemptFailure* failure) {
  static const AttemptFailure kUnknown;
  const AttemptFailure& why = failure ? *failure : kUnknown;
  raw("Task End Reason", "{");
  text("Reason", name_of(outcome));
  switch (outcome) {
    case Outcome::ExceptionFailure:
      text("Class Name", why.reason);
      text("Description", why.description);
      raw("Stack Trace", "[]");
      text("Full Stack Trace", "");
      raw("Accumulator Updates", "[]");
      break;
    case Outcome::FetchFailed: fetch_failure(row, why); break;
    case Outcome::ExecutorLostFailure:
      text("Executor ID", timeline_.attempts.executor[row].valid()
                              ? timeline_.executors[timeline_.attempts.executor[row].index()].id
                              : std::string());
      flag("Exit Caused By App", why.exit_caused_by_app);
      text("Loss Reason", why.reason);
      break;
    case Outcome::TaskKilled:
      text("Kill Reason", why.reason);
      raw("Accumulator Updates", "[]");
      break;
    case Outcome::TaskCommitDenied:
      number("Job ID", 0);
      number("Partition ID", timeline_.attempts.partition[row]);
      number("Attempt Number", timeline_.attempts.number[row]);
      break;
    default: break;
  }
  out_ += '}';
}

void EventLogLines::amounts(std::size_t row, std::string_view group) {
  const AttemptTable& a = timeline_.attempts;
  for (const AmountField& field : amount_fields()) {
    if (field.group != group) continue;
    const bool only_in_4 = field.amount == Amount::PeakOnHeapExecutionMemory ||
                           field.amount == Amount::PeakOffHeapExecutionMemory;
    if (only_in_4 && !(a.amounts && a.amounts->used(field.amount))) continue;
    number(field.key, a.amount(row, field.amount));
  }
}

void EventLogLines::block_status(const BlockUpdate& update) {
  storage_level(update.level);
  number("Memory Size", update.memory_bytes);
  number("Disk Size", update.disk_bytes);
}

void EventLogLines::updated_blocks(std::size_t row) {
  const auto& updates = timeline_.block_updates;
  auto at = std::lower_bound(updates.begin(), updates.end(), AttemptId(row),
                             [](const BlockUpdate& u, AttemptId id) { return u.attempt < id; });
  raw("Updated Blocks", "[");
  for (bool first = true; at != updates.end() && at->attempt == AttemptId(row); ++at) {
    out_ += first ? "{" : ",{";
    first = false;
    text("Block ID", block_id(*at));
    raw("Status", "{");
    block_status(*at);
    out_ += "}}";
  }
  out_ += ']';
}

void EventLogLines::task_metrics(std::size_t row) {
  raw("Task Metrics", "{");
  amounts(row, "");
  const ReadMethod method = timeline_.attempts.read_method[row];
  for (const char* group : {"Shuffle Read Metrics", "Shuffle Write Metrics", "Input Metrics",
                            "Output Metrics"}) {
    raw(group, "{");
    if (group[0] == 'I' && method != ReadMethod::None)
      text("Data Read Method", kReadMethods[static_cast<std::size_t>(method)]);
    amounts(row, group);
    out_ += '}';
  }
  updated_blocks(row);
  out_ += '}';
}

void EventLogLines::end_of_task(std::size_t row, Outcome outcome, const AttemptFailure* failure) {
  const std::size_t stage = timeline_.attempts.stage[row].index();
  task_event("SparkListenerTaskEnd", row);
  text("Task Type", timeline_.stages[stage].shuffle_map ? "ShuffleMapTask" : "ResultTask");
  end_reason(row, outcome, failure);
  task_info(row, Known::End);
  if (timeline_.attempts.has_metrics[row]) task_metrics(row);
  end();
}

void EventLogLines::task_end(std::size_t row) {
  const Outcome outcome = timeline_.attempts.outcome[row];
  const auto& failures = timeline_.failures;
  const auto at = std::lower_bound(
      failures.begin(), failures.end(), AttemptId(row),
      [](const AttemptFailure& f, AttemptId id) { return f.attempt < id; });
  const bool known = outcome != Outcome::Success && at != failures.end() &&
                     at->attempt == AttemptId(row);
  end_of_task(row, outcome, known ? &*at : nullptr);
}

void EventLogLines::task_resubmitted(std::size_t failure) {
  end_of_task(timeline_.failures[failure].attempt.index(), Outcome::Resubmitted, nullptr);
}

void EventLogLines::block_updated(std::size_t row) {
  const BlockUpdate& update = timeline_.block_updates[row];
  begin("SparkListenerBlockUpdated");
  raw("Block Updated Info", "{");
  if (update.executor.valid()) block_manager_id(update.executor.index());
  text("Block ID", block_id(update));
  block_status(update);
  out_ += '}';
  end();
}

}  // namespace muster
