#include "sim/trace/records.h"

namespace muster {

void TaskRecord::clear() {
  if (has_failure) failure = AttemptFailure();
  static const TaskFields kNone;
  static_cast<TaskFields&>(*this) = kNone;
  updates.clear();
}

ReadMethod read_method_from(std::string_view name) {
  if (name == "Memory") return ReadMethod::Memory;
  if (name == "Disk") return ReadMethod::Disk;
  if (name == "Hadoop") return ReadMethod::Hadoop;
  if (name == "Network") return ReadMethod::Network;
  return ReadMethod::None;
}

Time log_time(std::int64_t millis) {
  // Later ones are damage, and beyond what a simulation can count.
  constexpr std::int64_t kYear2200 = 7'258'118'400'000;
  return millis <= 0 || millis >= kYear2200 ? Time::never() : Time::millis(millis);
}

}  // namespace muster
