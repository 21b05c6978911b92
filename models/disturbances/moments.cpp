#include "models/disturbances/moments.h"

#include <algorithm>

#include "sim/scenario/quantity_text.h"

namespace muster {
namespace {

constexpr Duration kLookForFirstJob = Duration::millis(100);
constexpr double kSecondsPerHour = 3600;
// A century: longer than any run, and no overflow when added to a time.
constexpr double kLongest = 100 * 365.0 * 24 * kSecondsPerHour;

}  // namespace

void wake_disturbance(Time at, ClusterCommands& commands) {
  commands.push_back(command::WakeAt{
      .application = ApplicationId::none(), .at = at, .who = command::Waker::Disturbances});
}

bool all_ended(const View& view) {
  return std::ranges::all_of(view.states,
                             [](const ApplicationState& state) { return state.ended.happened(); });
}

std::optional<Time> Origin::get(const View& view, ClusterCommands& commands) {
  if (origin_) return origin_;
  if (!first_job_ || !view.task_sets.empty())
    origin_ = view.now;
  else if (!all_ended(view))
    wake_disturbance(view.now + kLookForFirstJob, commands);
  return origin_;
}

bool Moment::reached(Time origin, const View& view, ClusterCommands& commands) {
  if (past_) return false;
  const Time at = origin + after_origin_;
  past_ = view.now >= at;
  if (!past_) wake_disturbance(at, commands);
  in_time_ = past_ && !all_ended(view);
  return in_time_;
}

std::string Moment::missed() const {
  if (in_time_) return "";
  return "at " + duration_literal(after_origin_) + " never comes: the run is over by then";
}

Duration Lifetimes::of(std::uint32_t row, const View& view) const {
  const std::uint64_t entity = std::uint64_t{disturbance_} << 32 | row;
  const double seconds =
      view.stream(Purpose::Disturbance, entity).exponential(0, kSecondsPerHour / per_hour_);
  return Duration::from_seconds(std::min(seconds, kLongest));
}

}  // namespace muster
