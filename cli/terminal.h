// What the command line knows of the terminal: its width, whether it shows colours, what may be
// printed where.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "sim/base/problems.h"

namespace muster::cli {

// Call first. A standard stream that is closed is opened on nothing, lest an output file takes its
// number; and a reader that went away ("| head") becomes an error of write(), not a signal.
void prepare_streams();

// For tables on standard output: columns from COLUMNS, else the terminal, else 100, which only
// prose is wrapped at. Colours only on a terminal that can show them and where NO_COLOR is unset or
// empty.
struct Terminal {
  std::size_t width = 100;
  bool cuts = false;  // the width is that of a terminal, or given: longer lines are cut
  bool colour = false;
};
Terminal terminal();

// Writes to standard output and gives `code`, whether or not the reader is still there; where it
// cannot be written for another reason (a full disk), says so and gives the code for bad input.
int print(std::string_view text, int code);

// Each problem on a line of standard error, after "muster: ". Gives the exit code for bad input.
int complain(const Problems& problems);
int complain(std::string_view what);

// One line on standard error that says how far the work is: from the second second on, ten times a
// second at most, and only on a terminal. Gone when this object is.
class ProgressLine {
 public:
  explicit ProgressLine(bool wanted);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // Cheap enough to ask often.
  bool due() const;
  void show(std::string_view text);

 private:
  using Clock = std::chrono::steady_clock;
  bool wanted_;
  bool shown_ = false;
  Clock::time_point next_;
};

}  // namespace muster::cli
