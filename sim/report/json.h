// Results for programs: JSON with stable keys in a stable order, units as the last part of a key
// (_s, _ms, _bytes, _usd), all numbers finite. Times count from the application's start; what has
// not happened is null.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/report/compare.h"
#include "sim/timeline/explanation.h"
#include "sim/timeline/result.h"
#include "sim/timeline/timeline.h"

namespace muster {

// Totals, cost, provenance, executors, jobs and stages; task attempts packed, for read_result()
// (json_timeline.h). For other programs tasks are in the CSV and the event log.
std::string to_json(const Result& result);
std::string to_json(const Comparison& comparison);
// `timeline` is the one that was explained.
std::string to_json(const Explanation& explanation, const Timeline& timeline);

// One object of several of the above: {"result": ..., "explanation": ...}.
std::string json_document(const std::vector<std::pair<std::string, std::string>>& members);

}  // namespace muster
