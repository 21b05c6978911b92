// The part of a result's JSON from which it can be drawn again: settings and task attempts.
#pragma once

#include <cstdint>
#include <string>

#include "sim/timeline/timeline.h"

namespace muster::report {

// Of "timeline" in a result; another number where its columns mean something else.
inline constexpr int kTimelineVersion = 1;
// In columns of times: has not happened.
inline constexpr std::int64_t kNoTime = -(std::int64_t{1} << 50);

// {"version", "start_us", "end_us", "conf", "resource_profiles", "attempts", "failures",
// "counters"}. A column of attempts is the base64 of its numbers as zigzag LEB128, "launch_us" and
// "task_id" as differences: about 30 bytes for an attempt, 5 for each amount that is not always 0.
// Times are microseconds from the application's start, that from the Unix epoch; stages and
// executors are rows of the result's own lists. Values of settings that name secrets are left out.
std::string timeline_json(const Timeline& timeline);

}  // namespace muster::report
