// How far a log can be trusted: what is broken in it, what is odd, and what it does not say. A
// half-broken log is still read; every doubt about it is a note here, for people and for programs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster {

// Info: worth knowing, changes no number. Warning: some numbers are incomplete or repaired. Error:
// part of the run is missing or cannot be told apart; results from this log mislead.
enum class Severity : std::uint8_t { Info, Warning, Error };

struct HealthNote {
  Severity severity = Severity::Info;
  std::string code;     // stable, for programs: "cut_off", ...; the table is in note_book.cpp
  std::string message;  // for people: one sentence without a full stop
  std::int64_t count = 1;
  std::string file;        // of the first case; empty: the log as a whole
  std::uint64_t line = 0;  // 1-based, of the first case; 0: no line
  bool operator==(const HealthNote&) const = default;
};

// Something that this log does not record, so that some question has no answer from it.
struct MissingInput {
  std::string input;     // stable: "cpu_time", "rdd_parents", ...
  std::string question;  // what cannot be answered without it
  std::string reason;    // why it is missing
  bool operator==(const MissingInput&) const = default;
};

// What was counted while reading. Stages and tasks that never ended are in the timeline too.
struct LogCounts {
  std::uint64_t files = 0;
  std::uint64_t file_bytes = 0;  // as stored, compressed
  std::uint64_t text_bytes = 0;  // decompressed
  std::uint64_t lines = 0;       // empty ones not counted
  std::uint64_t malformed_lines = 0;
  std::uint64_t unknown_events = 0;
  std::int64_t jobs = 0;              // JobStart events
  std::int64_t stages_submitted = 0;  // StageSubmitted events
  std::int64_t stages_completed = 0;  // StageCompleted events
  std::int64_t task_starts = 0;
  std::int64_t task_ends = 0;     // TaskEnd events, duplicates included
  std::int64_t tasks_failed = 0;  // attempts that ended neither with success nor killed
  std::int64_t tasks_killed = 0;
  std::int64_t tasks_speculative = 0;
  std::int64_t tasks_unended = 0;       // TaskStart without TaskEnd
  std::int64_t ends_without_start = 0;  // TaskEnd without TaskStart
  std::int64_t duplicate_ends = 0;      // a second TaskEnd for a task id, Resubmitted included
  std::int64_t resubmitted = 0;         // TaskEnd "Resubmitted": the output was lost
  std::int64_t ends_without_metrics = 0;
  std::int64_t executors_added = 0;    // ExecutorAdded events
  std::int64_t executors_removed = 0;  // ExecutorRemoved events
  std::int64_t sql_starts = 0;
};

struct LogHealth {
  LogCounts counts;
  std::vector<HealthNote> notes;  // errors first, then warnings, then info
  std::vector<MissingInput> missing;
  // Event names that this reader does not know, with how often each came; sorted by name.
  std::vector<std::pair<std::string, std::uint64_t>> unknown_events;
  std::string codec;         // of the first file: "plain", "zstd", ...
  bool in_progress = false;  // the file's or folder's name says so

  // No error: the run is all there.
  bool trustworthy() const;
  const HealthNote* find(std::string_view code) const;
  // The notes and missing inputs, one line each, for people; empty when there are none.
  std::string text() const;
};

std::string_view name_of(Severity severity);  // "info", "warning", "error"

}  // namespace muster
