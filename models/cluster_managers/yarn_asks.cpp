#include "models/cluster_managers/yarn_asks.h"

#include <algorithm>
#include <utility>

namespace muster {

void YarnAsks::start(Time at, YarnAskTimes times) {
  times_ = times;
  next_ = at;
  last_ = Time::never();
  interval_ = times.initial;
}

// ApplicationMaster.allocationThreadImpl: 200 ms, 400 ms and so on while something is outstanding,
// else 3 s and from the beginning.
void YarnAsks::step() {
  last_ = next_;
  if (asked_ > 0) {
    const Duration pause = std::min(interval_, times_.longest);
    interval_ = pause * 2;
    next_ += pause;
  } else {
    interval_ = times_.initial;
    next_ += times_.longest;
  }
}

void YarnAsks::wish(std::uint32_t missing, Time now) {
  if (missing == missing_) return;
  missing_ = missing;
  if (!started() || !last_.happened()) return;
  while (next_ < now) step();
  interval_ = times_.initial;
  next_ = std::min(next_, std::max(now, last_ + times_.initial));
}

Time YarnAsks::due(Time now) {
  if (!started()) return Time::never();
  while (next_ < now) step();  // calls that had no effect
  return has_effect() ? next_ : Time::never();
}

YarnAsks::Answer YarnAsks::call(Time now) {
  Answer answer;
  answer.released = std::exchange(surplus_, {});
  if (missing_ != asked_) asked_ = missing_, changed_ = true;
  // AMRMClient sends the rows of its table that have changed, with their present totals: a
  // container that was granted since the last call is not yet known here and is asked for again.
  if (std::exchange(changed_, false)) booked_ = asked_;
  for (const std::uint32_t node : std::exchange(granted_, {})) {
    if (asked_ == 0) {
      surplus_.push_back(node);
      continue;
    }
    answer.launch.push_back(node);
    --asked_, --missing_, changed_ = true;
  }
  answer.surplus = surplus_;
  next_ = now;
  step();
  return answer;
}

void YarnAsks::grant(std::uint32_t node) {
  if (booked_ > 0) --booked_;
  granted_.push_back(node);
}

void YarnAsks::forget(std::uint32_t node) {
  std::erase(granted_, node);
  std::erase(surplus_, node);
}

std::vector<std::uint32_t> YarnAsks::end() {
  std::vector<std::uint32_t> nodes = std::exchange(granted_, {});
  nodes.insert(nodes.end(), surplus_.begin(), surplus_.end());
  *this = YarnAsks();
  return nodes;
}

}  // namespace muster
