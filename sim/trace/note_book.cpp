#include "sim/trace/note_book.h"

#include <array>

namespace muster {
namespace {

// Every note there is. In the sentence {n} is the count and {d} the detail of the first case; {s},
// {h}, {w} and {are} follow the count: s, have, were, are.
struct NoteKind {
  std::string_view code;
  Severity severity;
  std::string_view sentence;
};

constexpr std::array kKinds = {
    NoteKind{"two_applications", Severity::Error,
             "a second application (or attempt) starts in the same log{d}; its {n} event{s} {w} "
             "left out"},
    NoteKind{"corrupt_data", Severity::Error,
             "the compressed data are damaged{d}; what follows "
             "in that file is lost"},
    NoteKind{"read_error", Severity::Error, "reading stopped early{d}"},
    NoteKind{"missing_parts", Severity::Error, "{n} part{s} of the rolling log {are} missing{d}"},
    NoteKind{
        "missing_application_start", Severity::Error,
        "there is no ApplicationStart event with a time: the first time in the log is taken as "
        "the start"},
    NoteKind{"cut_off", Severity::Warning,
             "the log has no ApplicationEnd: it was cut off, or the application was killed{d}"},
    NoteKind{"in_progress", Severity::Warning,
             "the log is marked as in progress: the application was still running, or it was "
             "killed"},
    NoteKind{"in_progress_and_ended", Severity::Info,
             "the log's name says in progress, but the application ended"},
    NoteKind{"cut_data", Severity::Warning, "the compressed data stop early{d}"},
    NoteKind{"cut_line", Severity::Warning, "the last line is not complete"},
    NoteKind{"malformed_lines", Severity::Warning, "{n} line{s} {are} not an event in JSON{d}"},
    NoteKind{"bad_encoding", Severity::Info,
             "{n} line{s} {are} not UTF-8; the odd bytes were read as question marks"},
    NoteKind{"tasks_never_ended", Severity::Warning, "{n} task{s} {w} started and never ended{d}"},
    NoteKind{"jobs_without_end", Severity::Warning, "{n} job{s} {h} no JobEnd{d}"},
    NoteKind{"stages_without_end", Severity::Warning,
             "{n} stage{s} {w} submitted and never completed{d}"},
    NoteKind{"ends_without_start", Severity::Warning,
             "{n} task{s} {h} a TaskEnd and no TaskStart: events were dropped, or the log starts "
             "late"},
    NoteKind{"task_counts_differ", Severity::Warning,
             "{n} completed stage{s} {h} fewer successful tasks in the log than announced{d}"},
    NoteKind{"duplicate_ends", Severity::Warning,
             "{n} task{s} {h} a second TaskEnd, which was left out"},
    NoteKind{"duplicate_starts", Severity::Warning,
             "{n} task{s} {h} a second TaskStart, which was left out"},
    NoteKind{"stages_not_announced", Severity::Warning,
             "{n} stage{s} {h} tasks and no StageSubmitted event{d}"},
    NoteKind{"executors_not_announced", Severity::Warning,
             "{n} executor{s} ran tasks and {h} no ExecutorAdded event{d}; as cores the most tasks "
             "run at once were taken, as start that of the first task"},
    NoteKind{"executors_without_cores", Severity::Warning,
             "{n} executor{s} {w} announced without cores; the most tasks run at once were taken "
             "instead"},
    NoteKind{"executors_oversubscribed", Severity::Warning,
             "{n} executor{s} ran more tasks at once than there are cores{d}"},
    NoteKind{"tasks_without_executor", Severity::Warning, "{n} task attempt{s} {h} no executor"},
    NoteKind{"jobs_not_announced", Severity::Warning, "{n} JobEnd event{s} {h} no JobStart"},
    NoteKind{"duplicate_events", Severity::Warning, "{n} job or executor event{s} came twice{d}"},
    NoteKind{"events_without_id", Severity::Warning, "{n} event{s} without an id {w} left out{d}"},
    NoteKind{"clock_jumps", Severity::Warning, "the clock jumps between events, {n} time{s}{d}"},
    NoteKind{"impossible_spans", Severity::Warning, "{n} task{s} ended before starting{d}"},
    NoteKind{"ends_without_time", Severity::Warning, "{n} ended task{s} {h} no finish time"},
    NoteKind{"ends_without_metrics", Severity::Warning, "{n} TaskEnd event{s} {h} no Task Metrics"},
    NoteKind{"all_zero_metrics", Severity::Warning,
             "{n} successful task{s} {h} metrics that are all zero"},
    NoteKind{"missing_application_id", Severity::Warning, "the application has no id"},
    NoteKind{"missing_environment", Severity::Warning,
             "there is no EnvironmentUpdate event: the Spark configuration is not known"},
    NoteKind{"missing_version", Severity::Warning, "the log does not say which Spark wrote it"},
    NoteKind{"stages_without_submission", Severity::Info,
             "{n} StageSubmitted event{s} {h} no submission time (usual before Spark 2.3); it was "
             "taken from StageCompleted or from the first task"},
    NoteKind{"failed_tasks", Severity::Info, "{n} task attempt{s} failed{d}"},
    NoteKind{"killed_tasks", Severity::Info, "{n} task attempt{s} {w} killed{d}"},
    NoteKind{"speculative_tasks", Severity::Info, "{n} task attempt{s} {w} speculative"},
    NoteKind{"resubmitted_tasks", Severity::Info,
             "{n} finished map task{s} {w} run again because the output was lost"},
    NoteKind{"failed_jobs", Severity::Info, "{n} job{s} failed{d}"},
    NoteKind{"failed_stages", Severity::Info, "{n} stage attempt{s} failed{d}"},
    NoteKind{"lost_executors", Severity::Info, "{n} executor{s} {w} removed during the run{d}"},
    NoteKind{"indirect_results", Severity::Info,
             "{n} task result{s} came through the block manager (Getting Result Time)"},
    NoteKind{"partition_is_not_index", Severity::Info,
             "{n} task{s} {h} another partition than the index in the task set"},
    NoteKind{"no_tasks", Severity::Info, "the application ran no task"},
    NoteKind{"unknown_events", Severity::Info,
             "{n} event{s} of a kind that this reader does not know {w} left out{d}"},
};

std::string slot_text(std::string_view slot, std::int64_t count, const std::string& detail) {
  const bool one = count == 1;
  if (slot == "n") return std::to_string(count);
  if (slot == "d") return detail.empty() ? detail : ": " + detail;
  if (slot == "s") return one ? "" : "s";
  if (slot == "h") return one ? "has" : "have";
  if (slot == "w") return one ? "was" : "were";
  if (slot == "are") return one ? "is" : "are";
  return std::string(slot);
}

std::string filled(std::string_view sentence, std::int64_t count, const std::string& detail) {
  std::string out;
  while (!sentence.empty()) {
    const std::size_t open = sentence.find('{');
    out += sentence.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = sentence.find('}', open);
    out += slot_text(sentence.substr(open + 1, close - open - 1), count, detail);
    sentence.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace

std::string first_words(std::string_view text) {
  constexpr std::size_t kMost = 200;
  text = text.substr(0, text.find('\n'));
  if (text.size() <= kMost) return std::string(text);
  std::size_t end = kMost;
  while (end > 0 && (text[end] & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

NoteBook::Case& NoteBook::case_of(std::string_view code) {
  const auto at = cases_.find(code);
  if (at != cases_.end()) return at->second;
  return cases_.emplace(std::string(code), Case{0, {}, place_}).first->second;
}

void NoteBook::add(std::string_view code, std::int64_t count) { case_of(code).count += count; }

void NoteBook::add(std::string_view code, std::int64_t count, std::string detail) {
  add(code, count, [&detail] { return std::move(detail); });
}

std::int64_t NoteBook::count(std::string_view code) const {
  const auto at = cases_.find(code);
  return at == cases_.end() ? 0 : at->second.count;
}

std::vector<HealthNote> NoteBook::notes() const {
  std::vector<HealthNote> out;
  for (const Severity severity : {Severity::Error, Severity::Warning, Severity::Info})
    for (const NoteKind& kind : kKinds) {
      const auto at = cases_.find(kind.code);
      if (kind.severity != severity || at == cases_.end() || at->second.count == 0) continue;
      const Case& c = at->second;
      out.push_back({severity, std::string(kind.code), filled(kind.sentence, c.count, c.detail),
                     c.count, c.place.file, c.place.line});
    }
  return out;
}

}  // namespace muster
