#include <algorithm>
#include <string>

#include "models/task_schedulers/task_set_order.h"

namespace muster {
namespace {

// What FairSchedulingAlgorithm compares, for a pool or for a task set in a FAIR pool.
struct Share {
  double running = 0;
  double min_share = 0;
  double weight = 1;
  const std::string* name = nullptr;

  bool needy() const { return running < min_share; }
  bool before(const Share& o) const {
    if (needy() != o.needy()) return needy();
    const double mine = needy() ? running / std::max(min_share, 1.0) : running / weight;
    const double its = needy() ? o.running / std::max(o.min_share, 1.0) : o.running / o.weight;
    return mine != its ? mine < its : *name < *o.name;
  }
};

struct Member {
  std::int64_t priority;
  std::int64_t stage_id;
  TaskSetId id;
  bool pending;
  std::string name;  // "TaskSet_7.0": the tie-break of FAIR within a pool
};

struct Pool {
  PoolSpec spec;
  std::vector<Member> members;  // by (priority, stage id)
  Share share;
};

class FairOrder final : public TaskSetOrder {
 public:
  FairOrder(std::vector<PoolSpec> pools, bool default_pool_fair) {
    for (PoolSpec& spec : pools) pools_.push_back({std::move(spec), {}, {}});
    const bool given = std::any_of(pools_.begin(), pools_.end(),
                                   [](const Pool& p) { return p.spec.name == "default"; });
    if (given) return;
    PoolSpec spec;
    spec.name = "default";
    if (pools.empty() && default_pool_fair) spec.mode = "FAIR";
    pools_.push_back({std::move(spec), {}, {}});
  }

  void add(TaskSetId id, const View& view) override {
    const TaskSetState& set = view.task_set(id);
    std::vector<Member>& members = pool_named(set.pool.empty() ? "default" : set.pool).members;
    const auto at = std::find_if(members.begin(), members.end(), [&](const Member& m) {
      return std::pair(m.priority, m.stage_id) > std::pair(set.priority, set.stage_id);
    });
    members.insert(at, {set.priority, set.stage_id, id, false,
                        "TaskSet_" + std::to_string(set.stage_id) + ".0"});
  }

  void remove(TaskSetId id) override {
    for (Pool& pool : pools_)
      std::erase_if(pool.members, [id](const Member& m) { return m.id == id; });
  }

  void set_pending(TaskSetId id, bool pending) override {
    for (Pool& pool : pools_)
      for (Member& member : pool.members)
        if (member.id == id) member.pending = pending;
  }

  bool fixed() const override { return false; }
  std::span<const TaskSetId> round(const View& view,
                                   const std::vector<std::uint32_t>& launched) override {
    const auto running = [&](const Member& m) {
      return static_cast<double>(view.task_set(m.id).running + launched[m.id.index()]);
    };
    std::vector<Pool*>& order = pool_order_;
    order.clear();
    for (Pool& pool : pools_) {
      pool.share = {0, static_cast<double>(pool.spec.min_share),
                    static_cast<double>(std::max(pool.spec.weight, 1)), &pool.spec.name};
      for (const Member& member : pool.members) pool.share.running += running(member);
      if (!pool.members.empty()) order.push_back(&pool);
    }
    std::sort(order.begin(), order.end(),
              [](const Pool* a, const Pool* b) { return a->share.before(b->share); });
    ids_.clear();
    for (const Pool* pool : order) add_members(*pool, running);
    return ids_;
  }

 private:
  // An unknown name is a pool with default settings, as in FairSchedulableBuilder.
  Pool& pool_named(const std::string& name) {
    for (Pool& pool : pools_)
      if (pool.spec.name == name) return pool;
    PoolSpec spec;
    spec.name = name;
    return pools_.emplace_back(Pool{std::move(spec), {}, {}});
  }

  template <class Running>
  void add_members(const Pool& pool, Running running) {
    members_.clear();
    for (const Member& member : pool.members)
      if (member.pending)
        members_.emplace_back(Share{running(member), 0, 1, &member.name}, member.id);
    if (pool.spec.mode == "FAIR")
      std::sort(members_.begin(), members_.end(),
                [](const auto& a, const auto& b) { return a.first.before(b.first); });
    for (const auto& [share, id] : members_) ids_.push_back(id);
  }

  std::vector<Pool> pools_;
  std::vector<Pool*> pool_order_;
  std::vector<std::pair<Share, TaskSetId>> members_;
  std::vector<TaskSetId> ids_;
};

}  // namespace

std::unique_ptr<TaskSetOrder> make_fair_order(std::vector<PoolSpec> pools,
                                              bool default_pool_fair) {
  return std::make_unique<FairOrder>(std::move(pools), default_pool_fair);
}

}  // namespace muster
