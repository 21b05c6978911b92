// From the lines of a log to calls of the TimelineBuilder: finds out which event a line is, parses
// only those that say something about the run, and counts those that cannot be used.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "sim/trace/event_kinds.h"
#include "sim/trace/lines.h"
#include "sim/trace/note_book.h"
#include "sim/trace/timeline_builder.h"

namespace muster {

class EventReader {
 public:
  EventReader(TimelineBuilder& builder, NoteBook& notes, LogCounts& counts);
  ~EventReader();

  // The next file of the log; the events of all files are those of one application.
  void begin_part(const std::string& name);
  void read(const Line& line);
  // Lines so far that were events of some kind, known or not.
  std::uint64_t events() const { return events_; }
  const std::map<std::string, std::uint64_t, std::less<>>& unknown() const { return unknown_; }

 private:
  enum class Verdict : std::uint8_t { Good, Nameless, Broken };
  struct Json;  // simdjson's part, out of the header

  bool read_fast(std::string_view text);
  void read_event(EventKind kind, std::string_view name, const Line& line);
  bool of_other_application(EventKind kind);
  Verdict parse(EventKind kind, std::string_view text);
  Verdict parse_task(EventKind kind);
  Verdict parse_repaired(EventKind kind, std::string_view text);
  template <class Record, class Fill, class Put>
  Verdict take(Fill fill, Put put);
  void malformed(const Line& line, const char* why);
  void count_unknown(std::string_view name);

  TimelineBuilder& builder_;
  NoteBook& notes_;
  LogCounts& counts_;
  std::unique_ptr<Json> json_;
  std::map<std::string, std::uint64_t, std::less<>> unknown_;
  std::uint64_t events_ = 0;
  bool other_application_ = false;  // a second one has started: its events are not read
};

}  // namespace muster
