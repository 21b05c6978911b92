#include "sim/engine/running.h"

#include <algorithm>
#include <limits>
#include <string>

#include "sim/base/check.h"
#include "sim/engine/indexed_heap.h"

namespace muster {
namespace {

constexpr double kMicrosPerSecond = 1e6;
// A flow that needs less than this beyond a whole microsecond is done in it: the error of a sum.
constexpr double kExcess = 1.0 / 1024;
// Beyond this a group's work is counted from zero again, to keep its fractions.
constexpr double kMuchWork = 0x1p45;

// Rounds up to whole microseconds. `us` is not negative.
Duration round_up(double us) {
  const std::int64_t whole = static_cast<std::int64_t>(us);
  return Duration::micros(us - static_cast<double>(whole) > kExcess ? whole + 1 : whole);
}

}  // namespace

ResourceId Running::add_resource(Rate capacity) {
  const double units = capacity.per_second();
  MUSTER_CHECK(units >= 0 && units < kInfinite, "capacity " + std::to_string(units));
  resources_.emplace_back();
  resources_.back().capacity = units;
  return ResourceId(resources_.size() - 1);
}

void Running::set_capacity(ResourceId resource, Rate capacity, Time now) {
  const double units = capacity.per_second();
  MUSTER_CHECK(units >= 0 && units < kInfinite, "capacity " + std::to_string(units));
  enter(now);
  resources_[resource.index()].capacity = units;
  change_resource(resource.index());
}

void Running::start(std::uint32_t tag, double amount, std::span<const ResourceId> resources,
                    Rate cap, Time now) {
  MUSTER_CHECK(amount >= 0 && amount < kInfinite, "amount " + std::to_string(amount));
  MUSTER_CHECK(resources.size() <= kMaxResources, std::to_string(resources.size()));
  MUSTER_CHECK(!has_flow(tag), "a second flow for tag " + std::to_string(tag));
  MUSTER_CHECK(!resources.empty() || cap.per_second() > 0, "a flow that nothing limits");
  enter(now);
  std::array<std::uint32_t, kMaxResources> sorted = {};
  std::size_t n = 0;
  for (const ResourceId r : resources) sorted[n++] = r.index();
  std::sort(sorted.begin(), sorted.begin() + n);
  n = static_cast<std::size_t>(std::unique(sorted.begin(), sorted.begin() + n) - sorted.begin());
  const std::span<const std::uint32_t> key(sorted.data(), n);
  const double limit = cap.per_second() > 0 ? cap.per_second() : kInfinite;

  std::uint32_t id = find_group(key, limit);
  if (id == kNone) id = make_group(key, limit);
  Group& group = groups_[id];
  sync(group);
  std::uint32_t row = static_cast<std::uint32_t>(flows_.size());
  if (free_flows_.empty()) {
    flows_.emplace_back();
  } else {
    row = free_flows_.back();
    free_flows_.pop_back();
  }
  flows_[row] = {tag, id, 0, started_++, group.work + amount};
  if (tag >= flow_by_tag_.size()) flow_by_tag_.resize(tag + 1, kNone);
  flow_by_tag_[tag] = row;
  ++flow_count_;
  indexed_heap::push(group.flows, row, FlowBefore{flows_}, FlowPlace{flows_});
  change(id);
}

bool Running::cancel(std::uint32_t tag, Time now) {
  if (!has_flow(tag)) return false;
  enter(now);
  remove_flow(flow_by_tag_[tag]);
  return true;
}

void Running::enter(Time now) {
  MUSTER_CHECK(now >= now_, "work changes in the past, at " + std::to_string(now.in_micros()));
  if (now == now_) return;
  MUSTER_CHECK(next_done() >= now, "work was done before " + std::to_string(now.in_micros()));
  now_ = now;
}

std::uint32_t Running::find_group(std::span<const std::uint32_t> resources, double cap) const {
  const auto is_it = [&](const Group& group) {
    return group.cap == cap && group.resource_count == resources.size() &&
           std::equal(resources.begin(), resources.end(), group.resources.begin());
  };
  if (resources.empty()) {
    for (const std::uint32_t id : loose_groups_)
      if (is_it(groups_[id])) return id;
    return kNone;
  }
  std::uint32_t fewest = resources[0];
  for (const std::uint32_t r : resources)
    if (resources_[r].groups.size() < resources_[fewest].groups.size()) fewest = r;
  for (const Member& member : resources_[fewest].groups)
    if (is_it(groups_[member.group])) return member.group;
  return kNone;
}

std::uint32_t Running::make_group(std::span<const std::uint32_t> resources, double cap) {
  std::uint32_t id = static_cast<std::uint32_t>(groups_.size());
  if (free_groups_.empty()) {
    groups_.emplace_back();
  } else {
    id = free_groups_.back();
    free_groups_.pop_back();
  }
  Group& group = groups_[id];
  group.resource_count = static_cast<std::uint32_t>(resources.size());
  group.cap = cap;
  group.rate = group.work = group.counted = 0;
  group.synced = now_;
  group.next = Time::never();
  for (std::uint32_t i = 0; i < group.resource_count; ++i) {
    std::vector<Member>& list = resources_[resources[i]].groups;
    group.resources[i] = resources[i];
    group.places[i] = static_cast<std::uint32_t>(list.size());
    list.push_back({id, i});
  }
  if (resources.empty()) loose_groups_.push_back(id);
  indexed_heap::push(by_next_, id, GroupBefore{groups_}, GroupPlace{groups_});
  return id;
}

// A group without flows goes; what it leaves at tight resources is for others.
void Running::drop_group(std::uint32_t id) {
  Group& group = groups_[id];
  for (std::uint32_t i = 0; i < group.resource_count; ++i) {
    Resource& resource = resources_[group.resources[i]];
    const Member last = resource.groups.back();
    resource.groups[group.places[i]] = last;
    groups_[last.group].places[last.which] = group.places[i];
    resource.groups.pop_back();
    resource.used = resource.groups.empty() ? 0 : resource.used - group.counted;
    if (resource.groups.empty()) resource.tight = false;
    if (resource.tight) change_resource(group.resources[i]);
  }
  if (group.resource_count == 0) std::erase(loose_groups_, id);
  indexed_heap::remove(by_next_, group.heap_at, GroupBefore{groups_}, GroupPlace{groups_});
  free_groups_.push_back(id);
}

void Running::change(std::uint32_t group) {
  changed_ = true;
  if (groups_[group].changed) return;
  groups_[group].changed = true;
  changed_groups_.push_back(group);
}

void Running::change_resource(std::uint32_t resource) {
  changed_ = true;
  if (resources_[resource].changed) return;
  resources_[resource].changed = true;
  changed_resources_.push_back(resource);
}

void Running::remove_flow(std::uint32_t row) {
  Flow& flow = flows_[row];
  indexed_heap::remove(groups_[flow.group].flows, flow.heap_at, FlowBefore{flows_},
                       FlowPlace{flows_});
  change(flow.group);
  flow_by_tag_[flow.tag] = kNone;
  flow.group = kNone;
  free_flows_.push_back(row);
  --flow_count_;
}

double Running::work_at(const Group& group, Time at) {
  const double us = static_cast<double>((at - group.synced).in_micros());
  return group.work + group.rate * us / kMicrosPerSecond;
}

void Running::sync(Group& group) {
  if (group.synced == now_) return;
  group.work = work_at(group, now_);
  group.synced = now_;
  if (group.work < kMuchWork) return;
  for (const std::uint32_t row : group.flows) flows_[row].mark -= group.work;
  group.work = 0;
}

// When the group's first flow is done, from the group's state at `synced`.
Time Running::finish(const Group& group) const {
  if (group.flows.empty()) return Time::never();
  const double left = flows_[group.flows[0]].mark - group.work;
  if (left <= 0) return group.synced;
  const double us = left * kMicrosPerSecond / group.rate;
  const double most = static_cast<double>((Time::never() - group.synced).in_micros()) * 0.5;
  return us < most ? group.synced + round_up(us) : Time::never();
}

void Running::finish_until(Time at, std::vector<std::uint32_t>& done) {
  while (next_done() <= at) {
    now_ = next_;
    done_.clear();
    while (groups_[by_next_[0]].next == now_) finish_first(groups_[by_next_[0]]);
    std::sort(done_.begin(), done_.end(),
              [](const Done& a, const Done& b) { return a.order < b.order; });
    for (const Done& d : done_) done.push_back(d.tag);
    if (now_ == at) return;  // unsettled: the caller is about to change more
  }
  now_ = at;
}

// Takes out every flow of the group that is done now: at least the first, whatever the rounding.
void Running::finish_first(Group& group) {
  sync(group);
  const double most = std::max(group.work + group.rate * kExcess / kMicrosPerSecond,
                               flows_[group.flows[0]].mark);
  while (!group.flows.empty() && flows_[group.flows[0]].mark <= most) {
    const std::uint32_t row = group.flows[0];
    done_.push_back({flows_[row].order, flows_[row].tag});
    remove_flow(row);
  }
  group.next = Time::never();
  indexed_heap::update(by_next_, group.heap_at, GroupBefore{groups_}, GroupPlace{groups_});
}

bool Running::has_flow(std::uint32_t tag) const {
  return tag < flow_by_tag_.size() && flow_by_tag_[tag] != kNone;
}

Running::Flow& Running::flow_of(std::uint32_t tag) {
  MUSTER_CHECK(has_flow(tag), "no flow for tag " + std::to_string(tag));
  if (changed_) settle();
  return flows_[flow_by_tag_[tag]];
}

Rate Running::rate(std::uint32_t tag) { return Rate::per_second(groups_[flow_of(tag).group].rate); }

double Running::left(std::uint32_t tag) {
  const Flow& flow = flow_of(tag);
  return std::max(0.0, flow.mark - work_at(groups_[flow.group], now_));
}

Rate Running::used(ResourceId resource) {
  if (changed_) settle();
  return Rate::per_second(resources_[resource.index()].used);
}

Rate Running::capacity(ResourceId resource) const {
  return Rate::per_second(resources_[resource.index()].capacity);
}

}  // namespace muster
