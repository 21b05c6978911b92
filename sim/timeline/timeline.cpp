#include "sim/timeline/timeline.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "sim/base/fingerprint.h"

namespace muster {
namespace {

constexpr std::array<std::string_view, 6> kLocalities = {
    "PROCESS_LOCAL", "NODE_LOCAL", "NO_PREF", "RACK_LOCAL", "ANY", "UNKNOWN"};

constexpr std::array<std::string_view, 10> kOutcomes = {
    "Running",    "Success",          "ExceptionFailure", "FetchFailed",    "ExecutorLostFailure",
    "TaskKilled", "TaskCommitDenied", "Resubmitted",      "TaskResultLost", "UnknownReason"};

void add_time(Fingerprint& print, Time t) {
  print.add(static_cast<std::uint64_t>(t.in_micros()));
}

}  // namespace

void AttemptTable::reserve(std::size_t rows) {
  task_id.reserve(rows), stage.reserve(rows), index.reserve(rows), partition.reserve(rows);
  number.reserve(rows), executor.reserve(rows), locality.reserve(rows), outcome.reserve(rows);
  speculative.reserve(rows), read_method.reserve(rows), has_metrics.reserve(rows);
  launch.reserve(rows), getting_result.reserve(rows), finish.reserve(rows);
  amount_row.reserve(rows);
}

AttemptId AttemptTable::add(StageId in_stage, std::uint32_t task_index) {
  const AttemptId id(size());
  task_id.push_back(id.index());
  stage.push_back(in_stage);
  index.push_back(task_index);
  partition.push_back(task_index);
  number.push_back(0);
  executor.push_back(ExecutorId::none());
  locality.push_back(Locality::Unknown);
  outcome.push_back(Outcome::Running);
  speculative.push_back(0);
  read_method.push_back(ReadMethod::None);
  has_metrics.push_back(0);
  launch.push_back(Time::never());
  getting_result.push_back(Time::never());
  finish.push_back(Time::never());
  amount_row.push_back(id.index());
  return id;
}

bool AttemptTable::operator==(const AttemptTable& o) const {
  if (task_id != o.task_id || stage != o.stage || index != o.index || partition != o.partition ||
      number != o.number || executor != o.executor || locality != o.locality ||
      outcome != o.outcome || speculative != o.speculative || read_method != o.read_method ||
      has_metrics != o.has_metrics || launch != o.launch || getting_result != o.getting_result ||
      finish != o.finish)
    return false;
  for (std::size_t row = 0; row < size(); ++row) {
    if (!has_metrics[row]) continue;
    for (std::size_t a = 0; a < kAmountCount; ++a)
      if (amount(row, static_cast<Amount>(a)) != o.amount(row, static_cast<Amount>(a)))
        return false;
  }
  return true;
}

Time Timeline::last_time() const {
  Time last = application.start.happened() ? application.start : Time();
  const auto see = [&last](Time t) {
    if (t.happened()) last = std::max(last, t);
  };
  see(application.end);
  for (const ExecutorSpan& e : executors) see(e.added), see(e.removed);
  for (const JobSpan& j : jobs) see(j.submitted), see(j.completed);
  for (const StageSpan& s : stages) see(s.submitted), see(s.completed);
  for (const Time t : attempts.launch) see(t);
  for (const Time t : attempts.finish) see(t);
  for (const SqlExecution& q : sql_executions) see(q.start), see(q.end);
  return last;
}

Duration Timeline::wall() const {
  if (!application.start.happened()) return Duration();
  return (application.end.happened() ? application.end : last_time()) - application.start;
}

void Timeline::cut_to_millis() {
  const auto cut = [](Time& t) {
    if (t.happened()) t = Time::millis(t.in_millis());
  };
  cut(application.start), cut(application.end);
  for (ExecutorSpan& e : executors) {
    cut(e.added), cut(e.removed);
    cut(e.block_manager_added), cut(e.block_manager_removed);
  }
  for (JobSpan& j : jobs) cut(j.submitted), cut(j.completed);
  for (StageSpan& s : stages) cut(s.submitted), cut(s.completed);
  for (Time& t : attempts.launch) cut(t);
  for (Time& t : attempts.getting_result) cut(t);
  for (Time& t : attempts.finish) cut(t);
  for (SqlExecution& q : sql_executions) cut(q.start), cut(q.end);
  for (Counter& counter : counters)
    for (auto& [at, value] : counter.points) cut(at);
}

std::uint64_t Timeline::schedule_fingerprint() const {
  Fingerprint print;
  add_time(print, application.start), add_time(print, application.end);
  for (const ExecutorSpan& e : executors)
    print.add(e.id), add_time(print, e.added), add_time(print, e.removed);
  for (const JobSpan& j : jobs) {
    print.add(static_cast<std::uint64_t>(j.id)), print.add(static_cast<std::uint64_t>(j.outcome));
    add_time(print, j.submitted), add_time(print, j.completed);
  }
  for (const StageSpan& s : stages) {
    print.add(static_cast<std::uint64_t>(s.id)), print.add(static_cast<std::uint64_t>(s.attempt));
    add_time(print, s.submitted), add_time(print, s.completed);
  }
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    print.add(std::uint64_t{attempts.stage[i].index()} << 32 | attempts.index[i]);
    print.add(std::uint64_t{attempts.executor[i].index()} << 32 | attempts.number[i] << 16 |
              static_cast<unsigned>(attempts.locality[i]) << 8 |
              static_cast<unsigned>(attempts.outcome[i]));
    add_time(print, attempts.launch[i]), add_time(print, attempts.finish[i]);
  }
  return print.value();
}

bool is_barrier(const StageSpan& stage) { return std::ranges::any_of(stage.rdds, &Rdd::barrier); }

std::string_view name_of(Locality locality) {
  return kLocalities[static_cast<std::size_t>(locality)];
}

std::string_view name_of(Outcome outcome) { return kOutcomes[static_cast<std::size_t>(outcome)]; }

Locality locality_from(std::string_view name) {
  const auto at = std::find(kLocalities.begin(), kLocalities.end(), name);
  return at == kLocalities.end() ? Locality::Unknown
                                 : static_cast<Locality>(at - kLocalities.begin());
}

Outcome outcome_from(std::string_view name) {
  const auto at = std::find(kOutcomes.begin() + 1, kOutcomes.end(), name);
  return at == kOutcomes.end() ? Outcome::UnknownReason
                               : static_cast<Outcome>(at - kOutcomes.begin());
}

}  // namespace muster
