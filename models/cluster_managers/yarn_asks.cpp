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

std::uint32_t YarnAsks::booked() const {
  std::uint32_t all = 0;
  for (const Row& row : rows_) all += row.booked;
  return all;
}

std::uint32_t YarnAsks::next_profile() const {
  for (std::uint32_t p = 0; p < rows_.size(); ++p)
    if (rows_[p].booked > 0) return p;
  return 0;
}

std::uint32_t YarnAsks::held(std::uint32_t profile) const {
  const auto count = [profile](const std::vector<YarnGrant>& list) {
    return std::ranges::count(list, profile, &YarnGrant::profile);
  };
  return static_cast<std::uint32_t>(count(granted_) + count(surplus_));
}

bool YarnAsks::has_effect() const {
  return !granted_.empty() || !surplus_.empty() || std::ranges::any_of(rows_, [](const Row& row) {
    return row.changed || row.missing != row.asked;
  });
}

// ApplicationMaster.allocationThreadImpl: 200 ms, 400 ms and so on while something is outstanding,
// else 3 s and from the beginning.
void YarnAsks::step() {
  last_ = next_;
  if (std::ranges::any_of(rows_, [](const Row& row) { return row.asked > 0; })) {
    const Duration pause = std::min(interval_, times_.longest);
    interval_ = pause * 2;
    next_ += pause;
  } else {
    interval_ = times_.initial;
    next_ += times_.longest;
  }
}

void YarnAsks::wish(std::uint32_t missing, Time now, std::uint32_t profile) {
  if (missing == rows_[profile].missing) return;
  rows_[profile].missing = missing;
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
  // AMRMClient sends the rows of its table that have changed, with their present totals: a
  // container that was granted since the last call is not yet known here and is asked for again.
  for (Row& row : rows_) {
    if (row.missing != row.asked) row.asked = row.missing, row.changed = true;
    if (std::exchange(row.changed, false)) row.booked = row.asked;
  }
  for (const YarnGrant& container : std::exchange(granted_, {})) {
    Row& row = rows_[container.profile];
    if (row.asked == 0) {
      surplus_.push_back(container);
      continue;
    }
    answer.launch.push_back(container);
    --row.asked, --row.missing, row.changed = true;
  }
  answer.surplus = surplus_;
  next_ = now;
  step();
  return answer;
}

void YarnAsks::grant(YarnGrant container) {
  Row& row = rows_[container.profile];
  if (row.booked > 0) --row.booked;
  granted_.push_back(container);
}

void YarnAsks::forget(std::uint32_t node) {
  std::erase_if(granted_, [node](const YarnGrant& container) { return container.node == node; });
  std::erase_if(surplus_, [node](const YarnGrant& container) { return container.node == node; });
}

std::vector<YarnGrant> YarnAsks::end() {
  std::vector<YarnGrant> all = std::exchange(granted_, {});
  all.insert(all.end(), surplus_.begin(), surplus_.end());
  *this = YarnAsks(static_cast<std::uint32_t>(rows_.size()));
  return all;
}

}  // namespace muster
