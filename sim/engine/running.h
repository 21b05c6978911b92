// Work in progress on shared resources: NICs, links, disks, S3, sinks. Every flow gets its max-min
// fair rate: no flow can have more without taking from one that has no more than it.
//
// Flows over the same resources with the same cap always have the same rate, so they form a group
// that counts the work done for each member (processor sharing in virtual time): a member is done
// when that count reaches its own mark. Rates are computed for groups. After a change only the
// groups are looked at that are connected to it through resources that limit somebody, and others
// that such a computation finds limited: the rest keeps its rates, and stays max-min fair.
//
// Cost of a change: O(log n) for n flows of one group (n equal flows on one link), else
// O((groups + resources reached) log). Changes at one instant are settled together.
// Only + - * / and comparisons of doubles: the same on every compiler.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "sim/base/check.h"
#include "sim/base/ids.h"
#include "sim/base/units.h"

namespace muster {

class Running {
 public:
  static constexpr std::size_t kMaxResources = 4;

  // Capacity in units of work per second; finite, not negative. At zero its flows stand still.
  ResourceId add_resource(Rate capacity);
  void set_capacity(ResourceId resource, Rate capacity, Time now);

  // Time given to these never goes back, nor past next_done().

  // A flow of `amount` units of work that needs all `resources` (at most four) at once, for a tag
  // that has none. A resource named twice counts once. `cap` limits the flow itself; zero: it does
  // not. A flow without resources needs a cap.
  void start(std::uint32_t tag, double amount, std::span<const ResourceId> resources, Rate cap,
             Time now);
  // Forgets the tag's flow; false if it has none (any more).
  bool cancel(std::uint32_t tag, Time now);

  // When the first flow is done: its exact end rounded up to a microsecond (an excess below a
  // nanosecond is taken for an error of rounding); never if no flow moves.
  Time next_done() {
    if (changed_) settle();
    return next_;
  }
  // Moves to `at` and appends the tags of the flows done by then, by (time done, order of start).
  // One that ends at `at` only thanks to what others free at `at` is left to the next call.
  void advance_to(Time at, std::vector<std::uint32_t>& done) {
    MUSTER_CHECK(at >= now_, "work goes back in time, to " + std::to_string(at.in_micros()));
    if (next_done() > at) {
      now_ = at;
    } else {
      finish_until(at, done);
    }
  }

  std::size_t flows() const { return flow_count_; }
  bool has_flow(std::uint32_t tag) const;
  // Of a tag that has a flow: its present rate, and the units of work left at the time given last.
  Rate rate(std::uint32_t tag);
  double left(std::uint32_t tag);
  // The sum of the rates of the resource's flows.
  Rate used(ResourceId resource);
  Rate capacity(ResourceId resource) const;

 private:
  static constexpr std::uint32_t kNone = 0xffff'ffff;
  static constexpr double kInfinite = std::numeric_limits<double>::infinity();

  struct Flow {
    std::uint32_t tag = kNone;
    std::uint32_t group = kNone;
    std::uint32_t heap_at = 0;  // in the group's flows
    std::uint64_t order = 0;    // of start
    double mark = 0;            // done when the group's work is this
  };
  // Where a group stands in the list of one of its resources.
  struct Member {
    std::uint32_t group;
    std::uint32_t which;  // of the group's resources
  };
  struct Resource {
    double capacity = 0;
    double used = 0;
    std::vector<Member> groups;
    bool tight = false;    // limits at least one group
    bool changed = false;  // in changed_resources_
    // Scratch of one settlement.
    std::uint32_t seen = 0, whole = 0;  // settlement in which it was reached; with all its groups
    double room = 0;                    // not yet given out
    double weight = 0;                  // flows that still wait for their rate
  };
  struct Group {
    std::array<std::uint32_t, kMaxResources> resources = {};
    std::array<std::uint32_t, kMaxResources> places = {};  // in the lists of the resources
    std::uint32_t resource_count = 0;
    double cap = 0;      // infinite: none
    double rate = 0;     // of each flow
    double work = 0;     // done for each flow, at `synced`
    double counted = 0;  // rate x flows, as it stands in Resource::used
    Time synced;
    Time next = Time::never();         // when its first flow is done
    std::uint32_t heap_at = 0;         // in by_next_
    std::vector<std::uint32_t> flows;  // a heap by (mark, order)
    bool changed = false;              // in changed_groups_
    // Scratch of one settlement.
    std::uint32_t seen = 0;
    bool rated = false;
    double new_rate = 0;
  };
  struct Share {
    double rate;
    std::uint32_t resource;
  };
  struct Done {
    std::uint64_t order;
    std::uint32_t tag;
  };

  // The orders of the heaps (indexed_heap.h).
  struct FlowBefore {
    const std::vector<Flow>& flows;
    bool operator()(std::uint32_t a, std::uint32_t b) const {
      return flows[a].mark < flows[b].mark ||
             (flows[a].mark == flows[b].mark && flows[a].order < flows[b].order);
    }
  };
  struct FlowPlace {
    std::vector<Flow>& flows;
    std::uint32_t& operator()(std::uint32_t id) const { return flows[id].heap_at; }
  };
  struct GroupBefore {
    const std::vector<Group>& groups;
    bool operator()(std::uint32_t a, std::uint32_t b) const {
      return groups[a].next < groups[b].next || (groups[a].next == groups[b].next && a < b);
    }
  };
  struct GroupPlace {
    std::vector<Group>& groups;
    std::uint32_t& operator()(std::uint32_t id) const { return groups[id].heap_at; }
  };

  void enter(Time now);
  std::uint32_t find_group(std::span<const std::uint32_t> resources, double cap) const;
  std::uint32_t make_group(std::span<const std::uint32_t> resources, double cap);
  void drop_group(std::uint32_t id);
  void change(std::uint32_t group);
  void change_resource(std::uint32_t resource);
  void remove_flow(std::uint32_t flow);
  Flow& flow_of(std::uint32_t tag);
  static double work_at(const Group& group, Time at);
  void sync(Group& group);
  Time finish(const Group& group) const;
  void finish_until(Time at, std::vector<std::uint32_t>& done);
  void finish_first(Group& group);

  // Settlement: running_rates.cpp.
  void settle();
  void reach_changes();
  void reach_group(std::uint32_t id);
  void reach_whole(std::uint32_t resource);
  void reach_neighbours();
  bool share_out();
  void start_sharing();
  void set_rate(std::uint32_t id, double rate);
  bool rate_capped(double share);
  void apply_rates();

  Time now_;
  Time next_ = Time::never();
  std::vector<Resource> resources_;
  std::vector<Group> groups_;
  std::vector<Flow> flows_;
  std::vector<std::uint32_t> free_groups_, free_flows_;
  std::vector<std::uint32_t> flow_by_tag_;
  std::vector<std::uint32_t> loose_groups_;  // without resources
  std::vector<std::uint32_t> by_next_;       // a heap of groups by (next, id)
  std::size_t flow_count_ = 0;
  std::uint64_t started_ = 0;

  // Since the last settlement.
  bool changed_ = false;
  std::vector<std::uint32_t> changed_groups_, changed_resources_;

  // Scratch, reused.
  std::uint32_t settlement_ = 0;
  std::vector<std::uint32_t> reached_groups_, reached_resources_;
  std::size_t expanded_ = 0;  // reached groups whose tight resources are reached too
  std::vector<std::uint32_t> by_cap_;
  std::size_t next_cap_ = 0;
  std::vector<Share> shares_;
  std::vector<Done> done_;
};

}  // namespace muster
