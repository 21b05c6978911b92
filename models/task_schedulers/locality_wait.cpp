#include "models/task_schedulers/locality_wait.h"

#include <algorithm>
#include <utility>

namespace muster {

LocalityConf::LocalityConf(const Conf& conf, int spark_version) {
  // CFG: 3 s for each level unless refined; a bare number of the general key is in milliseconds.
  const Duration ms = Duration::millis(1);
  const Duration all = conf.duration("spark.locality.wait", Duration::seconds(3), ms);
  waits.fill(Duration());
  const auto set = [&](Locality level, std::string_view key) {
    waits[static_cast<std::size_t>(level)] = conf.duration(key, all, ms);
  };
  set(Locality::ProcessLocal, "spark.locality.wait.process");
  set(Locality::NodeLocal, "spark.locality.wait.node");
  set(Locality::RackLocal, "spark.locality.wait.rack");
  const bool old = known_before(spark_version, spark(3, 1));
  tries_new_levels = !old;
  reset_on_launch = conf.flag("spark.locality.wait.legacyResetOnTaskLaunch", old);
}

LocalityWait::LocalityWait(std::vector<Locality> levels, Time now)
    : levels_(std::move(levels)), last_reset_(now) {}

Locality LocalityWait::allowed(Time now, const PendingTasks& pending, const LocalityConf& conf) {
  while (current_ + 1 < levels_.size()) {
    const Duration wait = conf.wait_for(levels_[current_]);
    if (!pending.waits_for(levels_[current_])) {
      last_reset_ = now;
    } else if (now - last_reset_ >= wait) {
      last_reset_ += wait;  // not now: a late offer does not lengthen the next wait
    } else {
      break;
    }
    ++current_;
  }
  return levels_[current_];
}

void LocalityWait::set_levels(std::vector<Locality> levels, const LocalityConf& conf) {
  const std::vector<Locality> old = std::exchange(levels_, std::move(levels));
  const std::size_t before = std::exchange(current_, 0);
  current_ = index_of(old[before]);
  if (!conf.tries_new_levels || current_ <= before) return;
  const auto is_new = [&](Locality level) { return std::ranges::find(old, level) == old.end(); };
  const auto first = std::ranges::find_if(levels_, is_new);
  if (first != levels_.end()) current_ = static_cast<std::size_t>(first - levels_.begin());
}

void LocalityWait::reset(Time now, Locality launched) {
  current_ = index_of(launched);
  last_reset_ = now;
}

std::size_t LocalityWait::index_of(Locality level) const {
  std::size_t i = 0;
  while (i + 1 < levels_.size() && level > levels_[i]) ++i;
  return i;
}

}  // namespace muster
