#include "sim/trace/note_book.h"

#include <array>

namespace muster {
namespace {

// Every note there is. In the sentence, {n} is the count and {d} the detail of the first case.
struct NoteKind {
  std::string_view code;
  Severity severity;
  std::string_view sentence;
};

constexpr std::array kKinds = {
    NoteKind{"two_applications", Severity::Error,
             "a second application (or attempt) starts in the same log{d}; its {n} events were "
             "left out"},
    NoteKind{"corrupt_data", Severity::Error, "the compressed data are damaged{d}; what follows "
             "in that file is lost"},
    NoteKind{"read_error", Severity::Error, "reading stopped early{d}"},
    NoteKind{"missing_parts", Severity::Error, "{n} parts of the rolling log are missing{d}"},
    NoteKind{"missing_application_start", Severity::Error,
             "there is no ApplicationStart event: the start of the run is not known"},
    NoteKind{"cut_off", Severity::Warning,
             "the log has no ApplicationEnd: it was cut off, or the application was killed{d}"},
    NoteKind{"in_progress", Severity::Warning,
             "the log is marked as in progress: the application was still running, or it was "
             "killed"},
    NoteKind{"cut_data", Severity::Warning, "the compressed data stop early{d}"},
    NoteKind{"cut_line", Severity::Warning, "the last line is not complete"},
    NoteKind{"malformed_lines", Severity::Warning, "{n} lines are not an event in JSON{d}"},
    NoteKind{"bad_encoding", Severity::Info,
             "{n} lines are not UTF-8; the odd bytes were read as question marks"},
    NoteKind{"tasks_never_ended", Severity::Warning,
             "{n} tasks were started and never ended{d}"},
    NoteKind{"jobs_without_end", Severity::Warning, "{n} jobs have no JobEnd{d}"},
    NoteKind{"stages_without_end", Severity::Warning,
             "{n} stages were submitted and never completed{d}"},
    NoteKind{"ends_without_start", Severity::Warning,
             "{n} tasks have a TaskEnd and no TaskStart: events were dropped, or the log starts "
             "late"},
    NoteKind{"task_counts_differ", Severity::Warning,
             "{n} completed stages have fewer successful tasks in the log than they announced{d}"},
    NoteKind{"duplicate_ends", Severity::Warning,
             "{n} tasks have a second TaskEnd, which was left out"},
    NoteKind{"duplicate_starts", Severity::Warning,
             "{n} tasks have a second TaskStart, which was left out"},
    NoteKind{"stages_not_announced", Severity::Warning,
             "{n} stages have tasks and no StageSubmitted event{d}"},
    NoteKind{"executors_not_announced", Severity::Warning,
             "{n} executors ran tasks and have no ExecutorAdded event{d}; their cores are the most "
             "tasks they ran at once and their start is their first task's"},
    NoteKind{"executors_without_cores", Severity::Warning,
             "{n} executors were announced without cores; the most tasks they ran at once is taken "
             "instead"},
    NoteKind{"executors_oversubscribed", Severity::Warning,
             "{n} executors ran more tasks at once than they have cores for{d}"},
    NoteKind{"tasks_without_executor", Severity::Warning,
             "{n} tasks do not say which executor ran them"},
    NoteKind{"jobs_not_announced", Severity::Warning, "{n} JobEnd events have no JobStart"},
    NoteKind{"duplicate_events", Severity::Warning,
             "{n} job, stage or executor events came twice{d}"},
    NoteKind{"events_without_id", Severity::Warning,
             "{n} events were left out because they do not say what they are about{d}"},
    NoteKind{"clock_jumps", Severity::Warning, "the clock jumps {n} times between events{d}"},
    NoteKind{"impossible_spans", Severity::Warning,
             "{n} tasks end before they start{d}"},
    NoteKind{"ends_without_time", Severity::Warning, "{n} ended tasks have no finish time"},
    NoteKind{"ends_without_metrics", Severity::Warning, "{n} TaskEnd events have no Task Metrics"},
    NoteKind{"all_zero_metrics", Severity::Warning,
             "{n} successful tasks have metrics that are all zero"},
    NoteKind{"missing_application_id", Severity::Warning, "the application has no id"},
    NoteKind{"missing_environment", Severity::Warning,
             "there is no EnvironmentUpdate event: the Spark configuration is not known"},
    NoteKind{"missing_version", Severity::Warning, "the log does not say which Spark wrote it"},
    NoteKind{"stages_without_submission", Severity::Info,
             "{n} StageSubmitted events have no submission time (usual before Spark 2.3); it was "
             "taken from StageCompleted or from the first task"},
    NoteKind{"failed_tasks", Severity::Info, "{n} task attempts failed{d}"},
    NoteKind{"killed_tasks", Severity::Info, "{n} task attempts were killed{d}"},
    NoteKind{"speculative_tasks", Severity::Info, "{n} task attempts were speculative copies"},
    NoteKind{"resubmitted_tasks", Severity::Info,
             "{n} finished map tasks were run again because their output was lost"},
    NoteKind{"failed_jobs", Severity::Info, "{n} jobs failed{d}"},
    NoteKind{"failed_stages", Severity::Info, "{n} stage attempts failed{d}"},
    NoteKind{"lost_executors", Severity::Info, "{n} executors were removed during the run{d}"},
    NoteKind{"indirect_results", Severity::Info,
             "{n} tasks sent their result through the block manager (Getting Result Time)"},
    NoteKind{"partition_is_not_index", Severity::Info,
             "{n} tasks have another partition than their index in the task set"},
    NoteKind{"no_tasks", Severity::Info, "the application ran no task"},
    NoteKind{"unknown_events", Severity::Info,
             "{n} events of kinds that this reader does not know were left out{d}"},
};

std::string filled(std::string_view sentence, std::int64_t count, const std::string& detail) {
  std::string out;
  for (std::size_t i = 0; i < sentence.size(); ++i) {
    const bool slot = sentence[i] == '{' && i + 2 < sentence.size() && sentence[i + 2] == '}';
    if (!slot) {
      out += sentence[i];
      continue;
    }
    if (sentence[i + 1] == 'n') out += std::to_string(count);
    if (sentence[i + 1] == 'd' && !detail.empty()) out += ": " + detail;
    i += 2;
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
