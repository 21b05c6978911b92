// Inside explain: which tasks waited since when, and which idle cores were kept idle by locality.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/units.h"
#include "sim/timeline/slots.h"
#include "sim/timeline/timeline.h"

namespace muster::explaining {

struct StageWait {
  Time submitted = Time::never();     // of a stage with launches: not after the first
  Time first_launch = Time::never();
  Time runnable = Time::never();      // from when on its tasks count as ready
  std::uint32_t first_attempts = 0;   // launched attempts that were ready with the stage
};

struct Waits {
  std::vector<StageWait> stages;  // by row
  // By attempt: when a retry became ready; never for first attempts and speculative copies.
  std::vector<Time> retry_since;
  bool is_first(const AttemptTable& attempts, std::size_t row) const {
    return attempts.number[row] == 0 && !attempts.speculative[row];
  }
};

// A stage's tasks run on executors of one resource profile only: numbers from 0 for the profiles
// that executors have. Of a stage that launched nothing and has a profile of nobody's: 0.
struct Profiles {
  std::vector<std::uint32_t> of_executor, of_stage;  // by row
  std::uint32_t count = 1;
};
Profiles find_profiles(const Timeline& timeline);

// `end` is where the timeline is cut. `shortest_wait` is shortest_locality_wait().
Waits find_waits(const Timeline& timeline, Time end, Duration shortest_wait);

// The smallest of spark.locality.wait.{process,node,rack} that is not zero; zero: all are.
Duration shortest_locality_wait(const Conf& conf);

// A slot without task: [from, to).
struct IdleSpan {
  Time from;
  Time to;
  std::uint32_t executor = 0;
  std::int32_t weight = 1;         // cores
  std::uint32_t after_stage = 0;   // row of the stage it ran last, or Slots::kNone
  std::uint32_t slot = 0;          // row of Slots
};

// In order of slots, then of time.
std::vector<IdleSpan> idle_spans(const Timeline& timeline, const Slots& slots);

// The parts of `idle` that are locality waits by the rule in explain.h.
std::vector<IdleSpan> locality_spans(const Timeline& timeline, const Slots& slots,
                                     const Waits& waits, const Profiles& profiles,
                                     const std::vector<IdleSpan>& idle);

}  // namespace muster::explaining
