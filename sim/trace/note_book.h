// Collects doubts while a log is read: how often each occurred and where first.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "sim/trace/health.h"

namespace muster {

struct Place {
  std::string file;
  std::uint64_t line = 0;
};

// The first line of `text`, cut to what a message bears (200 bytes, never inside a character).
std::string first_words(std::string_view text);

class NoteBook {
 public:
  // Where the events that are being read stand; kept for the notes that follow.
  void at_file(std::string file) { place_ = Place{std::move(file), 0}; }
  void at_line(std::uint64_t line) { place_.line = line; }
  void nowhere() { place_ = {}; }

  // Adds `count` cases of `code`, one of the table in note_book.cpp.
  void add(std::string_view code, std::int64_t count = 1);
  // The same with words about the first case, for the message.
  void add(std::string_view code, std::int64_t count, std::string detail);
  // The same where those words cost something: detail() is called for the first case only.
  template <class Detail>
  requires std::is_invocable_v<Detail>
  void add(std::string_view code, std::int64_t count, Detail&& detail) {
    Case& c = case_of(code);
    if (c.count == 0) c.detail = detail();
    c.count += count;
  }
  std::int64_t count(std::string_view code) const;
  // One note per code with its severity and sentence; errors first, in the table's order.
  std::vector<HealthNote> notes() const;

 private:
  struct Case {
    std::int64_t count = 0;
    std::string detail;
    Place place;
  };
  Case& case_of(std::string_view code);

  Place place_;
  std::map<std::string, Case, std::less<>> cases_;
};

}  // namespace muster
