// Summaries for people at a terminal: the most important first, in plain words.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

#include "sim/report/compare.h"
#include "sim/timeline/explanation.h"
#include "sim/timeline/result.h"
#include "sim/timeline/timeline.h"

namespace muster {

struct PrintOptions {
  std::size_t width = 100;  // of the terminal, in columns; 0: no limit
  bool cut = true;          // texts of tables that would be wider; else the lines are longer
  bool colour = false;      // ANSI codes; the caller knows about terminals and NO_COLOR
  std::size_t max_rows = 10;  // of each table, the longest ones; 0: all
  bool reasons = false;       // show Result::reasons
  // What the two sides of a comparison are called.
  std::string left = "real";
  std::string right = "simulated";
  std::string difference = "error";  // what right / left - 1 is called
};

// A simulated result alone.
void print_run(std::ostream& out, const Result& result, const Explanation& explanation,
               const PrintOptions& options);

// A recorded application alone. `health`: what is wrong with the log, one sentence each.
void print_recording(std::ostream& out, const std::vector<std::string>& health,
                     const Timeline& recorded, const Explanation& explanation,
                     const PrintOptions& options);

// A recording beside its simulation.
void print_replay(std::ostream& out, const std::vector<std::string>& health,
                  const Timeline& real, const Result& simulated, const Comparison& comparison,
                  const Explanation& real_explanation, const Explanation& simulated_explanation,
                  const PrintOptions& options);

// Two results side by side, under the names in the options.
void print_comparison(std::ostream& out, const Result& left, const Result& right,
                      const Comparison& comparison, const Explanation& left_explanation,
                      const Explanation& right_explanation, const PrintOptions& options);

}  // namespace muster
