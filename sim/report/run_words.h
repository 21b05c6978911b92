// What a run had and paid, in words: the same in the terminal, the page and the window.
#pragma once

#include <string>
#include <string_view>

#include "sim/timeline/explanation.h"
#include "sim/timeline/result.h"

namespace muster {

// "4 executors"; "4 executors at once (7 in all)" where some came after others had left.
std::string executors_text(const Totals& totals);

// "0.059", "1.42", "310": three digits.
std::string hours_text(Duration time);

// "11 machines, 1.42 machine-hours at $0.1920".
std::string machines_text(const Lease& lease);
// That with what they are and cost: "m5.xlarge (core): 11 machines, 1.42 machine-hours at $0.1920:
// $0.2726".
std::string lease_text(const Lease& lease);

// A failure on one line: its first, and of a Python traceback, which that line only announces, the
// exception at its end.
std::string failure_line(std::string_view failure);

// What the second of two runs gives instead of the first: its time, executors and cost (without a
// price the core time of executors), and which wait of the critical path makes most of the
// difference; or which of them fails.
struct NamedRun {
  std::string_view name;
  const Result& result;
  const Explanation& explanation;
};
std::string words_of_pair(const NamedRun& first, const NamedRun& second);

// The pools of a FAIR scheduler and their shares: "FAIR pools: batch (weight 1, minShare 0), ...";
// empty: it is FIFO, or there is no job.
std::string pools_text(const Result& result);
// "weight 3, minShare 4". A pool that nobody describes has 1 and 0 in Spark; what a recording's
// fairscheduler.xml said is not logged.
std::string pool_share_text(const Result& result, std::string_view pool);

}  // namespace muster
