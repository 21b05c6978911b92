#include "tests/large_run.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/report_timelines.h"

namespace muster {

std::shared_ptr<const Result> large_run(std::uint32_t tasks, std::uint32_t executors) {
  TimelineMaker maker;
  constexpr std::uint32_t kCores = 4;
  for (std::uint32_t e = 0; e < executors; ++e)
    maker.executor(std::to_string(e), "host-" + std::to_string(e / 4), kCores, 1000);
  const std::uint32_t slots = executors * kCores, per_stage = slots * 4;
  std::int64_t at = 2000;
  std::uint32_t done = 0;
  for (std::int64_t s = 0; done < tasks; ++s) {
    std::int64_t end = at;
    maker.stage(s, at, at, static_cast<int>(per_stage));
    std::vector<std::int64_t> free(slots, at);
    for (std::uint32_t i = 0; i < per_stage && done < tasks; ++i, ++done) {
      const std::uint32_t slot = i % slots;
      const std::int64_t length = 1000 + (i * 7919) % 2000;
      AttemptTable& attempts = maker.timeline.attempts;  // maker.task() looks at all before it
      const std::size_t row = attempts.add(StageId(static_cast<std::size_t>(s)), i).index();
      attempts.executor[row] = ExecutorId(slot / kCores);
      attempts.launch[row] = Time::millis(TimelineMaker::kEpochMs + free[slot]);
      attempts.finish[row] = attempts.launch[row] + Duration::millis(length);
      attempts.locality[row] = i % 3 ? Locality::NodeLocal : Locality::Any;
      attempts.outcome[row] = i % 997 ? Outcome::Success : Outcome::ExceptionFailure;
      free[slot] += length + 20;
      end = std::max(end, free[slot]);
    }
    maker.timeline.stages.back().completed = Time::millis(TimelineMaker::kEpochMs + end);
    at = end + 100;
  }
  maker.end(at + 1000);
  Result result;
  result.totals = totals_of(maker.timeline);
  result.timeline = std::move(maker.timeline);
  return std::make_shared<const Result>(std::move(result));
}

}  // namespace muster
