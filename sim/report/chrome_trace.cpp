#include "sim/report/chrome_trace.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "sim/report/compare.h"
#include "sim/report/json_text.h"
#include "sim/report/output_file.h"
#include "sim/timeline/slots.h"

namespace muster {
namespace {

constexpr std::int64_t kDriver = 1;  // process ids; hosts follow

class TraceWriter {
 public:
  TraceWriter(const std::string& path, const Timeline& timeline);
  std::optional<Problem> run();

 private:
  struct Span {
    Time from, to;
    std::string name;
  };
  struct Track {
    std::int64_t process = 0, thread = 0;
  };

  void begin(char phase, std::int64_t process, std::int64_t thread, std::string_view name);
  void end();
  void stamp(Time t);
  void number(std::string_view key, std::int64_t value);
  void text(std::string_view key, std::string_view value);
  void name_process(std::int64_t process, const std::string& name, std::int64_t order);
  void name_thread(Track track, const std::string& name);
  void lanes(const char* what, std::vector<Span> spans);
  void jobs();
  void stages();
  void hosts();
  void task(std::size_t row);
  void departures();
  void counter(std::string_view name, std::string_view series,
               std::vector<std::pair<Time, std::int64_t>> changes);
  void counters();

  const Timeline& timeline_;
  const Time start_, end_;
  OutputFile file_;
  std::string out_;
  bool first_ = true;
  Slots slots_;
  std::vector<Track> tracks_;  // by slot
  std::vector<std::int64_t> process_of_executor_;
  std::int64_t next_driver_thread_ = 1;
};

TraceWriter::TraceWriter(const std::string& path, const Timeline& timeline)
    : timeline_(timeline),
      start_(timeline.application.start.happened() ? timeline.application.start : Time()),
      end_(start_ + timeline.wall()),
      file_(path),
      slots_(assign_slots(timeline)),
      tracks_(slots_.count),
      process_of_executor_(timeline.executors.size()) {}

void TraceWriter::begin(char phase, std::int64_t process, std::int64_t thread,
                        std::string_view name) {
  out_ += first_ ? "\n" : ",\n";
  first_ = false;
  out_ += "{\"ph\":\"";
  out_ += phase;
  out_ += '"';
  number("pid", process);
  number("tid", thread);
  text("name", name);
}

void TraceWriter::end() {
  out_ += '}';
  if (out_.size() < OutputFile::kPieceBytes) return;
  file_.write(out_);
  out_.clear();
}

void TraceWriter::stamp(Time t) {
  number("ts", (std::clamp(t, start_, end_) - start_).in_micros());
}

void TraceWriter::number(std::string_view key, std::int64_t value) {
  if (out_.back() != '{') out_ += ',';
  append_quoted(out_, key);
  out_ += ':';
  append_number(out_, value);
}

void TraceWriter::text(std::string_view key, std::string_view value) {
  if (out_.back() != '{') out_ += ',';
  append_quoted(out_, key);
  out_ += ':';
  append_quoted(out_, value);
}

void TraceWriter::name_process(std::int64_t process, const std::string& name, std::int64_t order) {
  begin('M', process, 0, "process_name");
  out_ += ",\"args\":{";
  text("name", name);
  out_ += '}';
  end();
  begin('M', process, 0, "process_sort_index");
  out_ += ",\"args\":{";
  number("sort_index", order);
  out_ += '}';
  end();
}

void TraceWriter::name_thread(Track track, const std::string& name) {
  begin('M', track.process, track.thread, "thread_name");
  out_ += ",\"args\":{";
  text("name", name);
  out_ += '}';
  end();
}

// Spans that overlap go to threads of their own: each takes the first that is free.
void TraceWriter::lanes(const char* what, std::vector<Span> spans) {
  std::stable_sort(spans.begin(), spans.end(),
                   [](const Span& a, const Span& b) { return a.from < b.from; });
  std::vector<Time> free;
  const std::int64_t first = next_driver_thread_;
  for (const Span& span : spans) {
    const auto lane = static_cast<std::size_t>(
        std::find_if(free.begin(), free.end(), [&](Time t) { return t <= span.from; }) -
        free.begin());
    if (lane == free.size()) {
      free.push_back(Time());
      name_thread({kDriver, next_driver_thread_++},
                  lane == 0 ? std::string(what) : what + (" " + std::to_string(lane + 1)));
    }
    free[lane] = span.to;
    begin('X', kDriver, first + static_cast<std::int64_t>(lane), span.name);
    stamp(span.from);
    number("dur",
           (std::clamp(span.to, start_, end_) - std::clamp(span.from, start_, end_)).in_micros());
    end();
  }
}

void TraceWriter::jobs() {
  const std::vector<std::string> names = job_names(timeline_);
  std::vector<Span> spans;
  for (std::size_t j = 0; j < names.size(); ++j) {
    const JobSpan& job = timeline_.jobs[j];
    std::string name = "job " + std::to_string(job.id) + ": " + names[j];
    if (job.outcome == JobOutcome::Failed) name += " (failed)";
    spans.push_back({std::min(job.submitted, end_), std::min(job.completed, end_), name});
  }
  lanes("jobs", std::move(spans));
}

void TraceWriter::stages() {
  std::vector<Span> spans;
  for (const StageSpan& stage : timeline_.stages) {
    if (!stage.submitted.happened()) continue;
    std::string name = "stage " + std::to_string(stage.id) + "." + std::to_string(stage.attempt) +
                       ": " + stage.name;
    if (!stage.failure.empty()) name += " (failed)";
    spans.push_back({stage.submitted, std::min(stage.completed, end_), name});
  }
  lanes("stages", std::move(spans));
}

void TraceWriter::hosts() {
  std::map<std::string, std::int64_t> processes;
  std::map<std::int64_t, std::int64_t> threads;  // used so far, by process
  for (std::size_t e = 0; e < timeline_.executors.size(); ++e) {
    const ExecutorSpan& executor = timeline_.executors[e];
    const ExecutorSlots& mine = slots_.executors[e];
    if (mine.slots == 0 || mine.from == mine.to) continue;
    const auto next = kDriver + 1 + static_cast<std::int64_t>(processes.size());
    const auto [at, is_new] = processes.emplace(executor.host, next);
    process_of_executor_[e] = at->second;
    if (is_new) name_process(at->second, "host " + executor.host, at->second);
    for (std::uint32_t i = 0; i < mine.slots; ++i) {
      const Track track{at->second, ++threads[at->second]};
      tracks_[mine.first_slot + i] = track;
      name_thread(track, "executor " + executor.id + " slot " + std::to_string(i));
    }
  }
}

void TraceWriter::task(std::size_t row) {
  static constexpr Amount kShown[] = {
      Amount::ExecutorRunTime,        Amount::JvmGcTime,          Amount::InputBytesRead,
      Amount::ShuffleRemoteBytesRead, Amount::ShuffleLocalBytesRead,
      Amount::ShuffleBytesWritten,    Amount::DiskBytesSpilled,   Amount::OutputBytesWritten};
  const AttemptTable& a = timeline_.attempts;
  const Track track = tracks_[slots_.slot[row]];
  const StageSpan& stage = timeline_.stages[a.stage[row].index()];
  const Outcome outcome = a.outcome[row];
  // One name for a stage's tasks, since viewers colour by name.
  std::string name = "stage " + std::to_string(stage.id) + "." + std::to_string(stage.attempt);
  if (outcome != Outcome::Success) name += " " + std::string(name_of(outcome));
  begin('X', track.process, track.thread, name);
  stamp(slots_.held_from[row]);
  number("dur", (slots_.held_until[row] - slots_.held_from[row]).in_micros());
  out_ += ",\"args\":{";
  number("task", a.index[row]);
  number("task_id", a.task_id[row]);
  number("attempt", a.number[row]);
  text("locality", name_of(a.locality[row]));
  text("outcome", name_of(outcome));
  if (a.speculative[row]) number("speculative", 1);
  for (const Amount amount : kShown)
    if (const std::int64_t value = a.amount(row, amount))
      number(amount_fields()[static_cast<std::size_t>(amount)].column, value);
  out_ += '}';
  end();
}

void TraceWriter::departures() {
  for (std::size_t e = 0; e < timeline_.executors.size(); ++e) {
    const ExecutorSpan& executor = timeline_.executors[e];
    if (!executor.removed.happened() || process_of_executor_[e] == 0) continue;
    begin('i', process_of_executor_[e], tracks_[slots_.executors[e].first_slot].thread,
          "executor " + executor.id + " removed: " + executor.removed_reason);
    stamp(executor.removed);
    text("s", "p");
    end();
  }
}

void TraceWriter::counter(std::string_view name, std::string_view series,
                          std::vector<std::pair<Time, std::int64_t>> changes) {
  std::sort(changes.begin(), changes.end());
  std::int64_t value = 0;
  for (std::size_t i = 0; i < changes.size();) {
    const Time at = changes[i].first;
    for (; i < changes.size() && changes[i].first == at; ++i) value += changes[i].second;
    begin('C', kDriver, 0, name);
    stamp(at);
    out_ += ",\"args\":{";
    number(series, value);
    out_ += '}';
    end();
  }
}

void TraceWriter::counters() {
  const AttemptTable& a = timeline_.attempts;
  std::vector<std::pair<Time, std::int64_t>> running, waiting, executors;
  for (std::size_t row = 0; row < a.size(); ++row) {
    if (!a.launch[row].happened()) continue;
    running.emplace_back(a.launch[row], 1);
    running.emplace_back(std::min(a.finish[row], end_), -1);
    const Time submitted = timeline_.stages[a.stage[row].index()].submitted;
    if (a.number[row] > 0 || a.speculative[row] || submitted > a.launch[row]) continue;
    waiting.emplace_back(submitted, 1);
    waiting.emplace_back(a.launch[row], -1);
  }
  for (const ExecutorSpan& executor : timeline_.executors) {
    if (!executor.added.happened()) continue;
    executors.emplace_back(executor.added, 1);
    if (executor.removed.happened()) executors.emplace_back(executor.removed, -1);
  }
  counter("running tasks", "tasks", std::move(running));
  counter("waiting tasks", "tasks", std::move(waiting));
  counter("executors", "executors", std::move(executors));
  for (const Counter& extra : timeline_.counters)
    for (const auto& [at, value] : extra.points) {
      begin('C', kDriver, 0, extra.name);
      stamp(at);
      out_ += ",\"args\":{";
      number(extra.unit.empty() ? "value" : extra.unit,
             std::isfinite(value) ? std::llround(value) : 0);
      out_ += '}';
      end();
    }
}

std::optional<Problem> TraceWriter::run() {
  out_ = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[";
  name_process(kDriver, "driver of " + timeline_.application.name, 0);
  jobs();
  stages();
  hosts();
  for (const std::uint32_t row : launch_order(timeline_.attempts))
    if (slots_.slot[row] != Slots::kNone) task(row);
  departures();
  counters();
  out_ += "\n]}\n";
  file_.write(out_);
  return file_.commit();
}

}  // namespace

std::optional<Problem> write_chrome_trace(const std::string& path, const Timeline& timeline) {
  return TraceWriter(path, timeline).run();
}

}  // namespace muster
