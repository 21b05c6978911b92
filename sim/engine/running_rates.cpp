// Settlement: the max-min fair rates after a change, by progressive filling of the part of the
// world that the change can reach.
//
// A resource is tight when it limits a group: some group has its rate from it. Reached are the
// changed groups, with every tight resource of theirs all groups of that, and so on. A resource of
// a reached group that is not tight offers what its groups out of reach leave; should it turn out
// to limit somebody, it is reached as a whole, and sharing starts again. Groups out of reach keep
// the resource that limits them, untouched, and so their rates.

#include <algorithm>
#include <limits>

#include "sim/engine/indexed_heap.h"
#include "sim/engine/running.h"

namespace muster {
namespace {

// A heap of shares with the smallest on top.
struct Later {
  template <class Share>
  bool operator()(const Share& a, const Share& b) const {
    return a.rate > b.rate || (a.rate == b.rate && a.resource > b.resource);
  }
};

}  // namespace

void Running::settle() {
  ++settlement_;
  reached_groups_.clear();
  reached_resources_.clear();
  expanded_ = 0;
  reach_changes();
  do {
    reach_neighbours();
  } while (!share_out());
  apply_rates();
  changed_ = false;
  next_ = by_next_.empty() ? Time::never() : groups_[by_next_[0]].next;
}

void Running::reach_changes() {
  for (const std::uint32_t id : changed_groups_)
    if (groups_[id].flows.empty()) drop_group(id);
  for (const std::uint32_t id : changed_groups_)
    if (!groups_[id].flows.empty()) reach_group(id);
  for (const std::uint32_t id : changed_resources_) {
    reach_whole(id);
    resources_[id].changed = false;
  }
  changed_resources_.clear();
}

void Running::reach_group(std::uint32_t id) {
  Group& group = groups_[id];
  if (group.seen == settlement_) return;
  group.seen = settlement_;
  reached_groups_.push_back(id);
  for (std::uint32_t i = 0; i < group.resource_count; ++i) {
    Resource& resource = resources_[group.resources[i]];
    if (resource.seen == settlement_) continue;
    resource.seen = settlement_;
    if (resource.groups.size() == 1) resource.whole = settlement_;
    reached_resources_.push_back(group.resources[i]);
  }
}

void Running::reach_whole(std::uint32_t id) {
  Resource& resource = resources_[id];
  if (resource.whole == settlement_) return;
  resource.whole = settlement_;
  if (resource.seen != settlement_) reached_resources_.push_back(id);
  resource.seen = settlement_;
  for (const Member& member : resource.groups) reach_group(member.group);
}

// Until no reached group has a tight resource that is not reached as a whole.
void Running::reach_neighbours() {
  for (; expanded_ < reached_groups_.size(); ++expanded_) {
    const Group& group = groups_[reached_groups_[expanded_]];
    for (std::uint32_t i = 0; i < group.resource_count; ++i)
      if (resources_[group.resources[i]].tight) reach_whole(group.resources[i]);
  }
}

// Raises all rates alike; a group stops at its cap, or when one of its resources has no more. False
// if that resource is not reached as a whole: then it is now, and all rates are void.
bool Running::share_out() {
  start_sharing();
  double level = 0;
  while (!shares_.empty()) {
    std::pop_heap(shares_.begin(), shares_.end(), Later{});
    Share share = shares_.back();
    shares_.pop_back();
    Resource& resource = resources_[share.resource];
    if (resource.weight <= 0) continue;
    const double before = share.rate;
    share.rate = std::max(level, resource.room / resource.weight);
    if (share.rate > before || rate_capped(share.rate)) {
      shares_.push_back(share);
      std::push_heap(shares_.begin(), shares_.end(), Later{});
      continue;
    }
    if (resource.whole != settlement_) return reach_whole(share.resource), false;
    resource.tight = true;
    level = share.rate;
    for (const Member& member : resource.groups)
      if (!groups_[member.group].rated) set_rate(member.group, level);
  }
  rate_capped(kInfinite);
  return true;
}

void Running::start_sharing() {
  for (const std::uint32_t id : reached_resources_) {
    Resource& resource = resources_[id];
    if (resource.whole == settlement_) resource.tight = false;
    resource.room =
        resource.whole == settlement_ ? resource.capacity : resource.capacity - resource.used;
    resource.weight = 0;
  }
  by_cap_.clear();
  next_cap_ = 0;
  for (const std::uint32_t id : reached_groups_) {
    Group& group = groups_[id];
    group.rated = false;
    if (group.cap < kInfinite) by_cap_.push_back(id);
    for (std::uint32_t i = 0; i < group.resource_count; ++i) {
      Resource& resource = resources_[group.resources[i]];
      resource.weight += static_cast<double>(group.flows.size());
      if (resource.whole != settlement_) resource.room += group.counted;
    }
  }
  std::sort(by_cap_.begin(), by_cap_.end(), [this](std::uint32_t a, std::uint32_t b) {
    return groups_[a].cap < groups_[b].cap || (groups_[a].cap == groups_[b].cap && a < b);
  });
  shares_.clear();
  for (const std::uint32_t id : reached_resources_) {
    Resource& resource = resources_[id];
    resource.room = std::max(0.0, resource.room);
    if (resource.weight > 0) shares_.push_back({resource.room / resource.weight, id});
  }
  std::make_heap(shares_.begin(), shares_.end(), Later{});
}

void Running::set_rate(std::uint32_t id, double rate) {
  Group& group = groups_[id];
  group.rated = true;
  group.new_rate = rate;
  const double flows = static_cast<double>(group.flows.size());
  for (std::uint32_t i = 0; i < group.resource_count; ++i) {
    Resource& resource = resources_[group.resources[i]];
    resource.room = std::max(0.0, resource.room - rate * flows);
    resource.weight -= flows;
  }
}

// Groups whose cap is no more than the smallest share have their rate; false if there is none.
bool Running::rate_capped(double share) {
  bool any = false;
  for (; next_cap_ < by_cap_.size(); ++next_cap_) {
    const std::uint32_t id = by_cap_[next_cap_];
    if (groups_[id].rated) continue;
    if (groups_[id].cap > share) break;
    set_rate(id, groups_[id].cap);
    any = true;
  }
  return any;
}

void Running::apply_rates() {
  // Anew where all groups are reached, so that errors of rounding do not pile up.
  for (const std::uint32_t id : reached_resources_)
    if (resources_[id].whole == settlement_) resources_[id].used = 0;
  for (const std::uint32_t id : reached_groups_) {
    Group& group = groups_[id];
    const double counted = group.new_rate * static_cast<double>(group.flows.size());
    for (std::uint32_t i = 0; i < group.resource_count; ++i) {
      Resource& resource = resources_[group.resources[i]];
      resource.used += resource.whole == settlement_ ? counted : counted - group.counted;
    }
    group.counted = counted;
    if (group.new_rate == group.rate && !group.changed) continue;
    sync(group);
    group.rate = group.new_rate;
    group.next = finish(group);
    indexed_heap::update(by_next_, group.heap_at, GroupBefore{groups_}, GroupPlace{groups_});
  }
  for (const std::uint32_t id : changed_groups_) groups_[id].changed = false;
  changed_groups_.clear();
}

}  // namespace muster
