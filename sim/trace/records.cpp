#include "sim/trace/records.h"

namespace muster {

void TaskRecord::clear() {
  std::vector<BlockUpdate> kept = std::move(updates);
  kept.clear();
  *this = TaskRecord();
  updates = std::move(kept);
}

Time log_time(std::int64_t millis) {
  constexpr std::int64_t kYear10000 = 253'402'300'800'000;
  return millis <= 0 || millis >= kYear10000 ? Time::never() : Time::millis(millis);
}

}  // namespace muster
