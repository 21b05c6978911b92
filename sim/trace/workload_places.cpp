#include "sim/trace/workload_places.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace muster {
namespace {

constexpr std::int64_t kMostPartitions = 1 << 26;  // beyond this an id in the log is nonsense

class PlaceBuilder {
 public:
  PlaceBuilder(const Timeline& recorded, const std::vector<std::uint32_t>& stage_rows,
               Application& app)
      : recorded_(recorded), stage_rows_(stage_rows), app_(app) {}

  void build() {
    add_cached_rdds();
    for (Stage& stage : app_.stages) walk_lineage(stage);
    learn_inputs();
    add_block_writes();
  }

 private:
  void add_cached_rdds();
  void walk_lineage(Stage& stage);
  // The part of the stage's partitions that an RDD on the walk serves.
  struct Range {
    std::uint32_t first = 0;
    std::uint32_t count = 0xffff'ffff;
  };
  void visit(const Rdd& rdd, Range range, const std::map<std::int64_t, const Rdd*>& rdds,
             std::set<std::int64_t>& seen, Stage& stage);
  void add_root(std::int64_t rdd, Range range, Stage& stage);
  void learn_inputs();
  void add_block_writes();
  void assume_block_writes(const std::set<std::pair<std::uint32_t, std::int64_t>>* stored);
  std::uint32_t host_row(ExecutorId executor);
  std::uint32_t task_of(AttemptId attempt) const {
    const std::uint32_t a = attempt.index();
    const std::uint32_t stage = stage_rows_[recorded_.attempts.stage[a].index()];
    if (stage == kLeftOut) return kLeftOut;
    return app_.stages[stage].first_task + recorded_.attempts.index[a];
  }

  const Timeline& recorded_;
  const std::vector<std::uint32_t>& stage_rows_;
  Application& app_;
  std::map<std::int64_t, std::uint32_t> cached_;  // Spark's RDD id: row of cached_rdds
  std::map<std::int64_t, std::uint32_t> inputs_;  // Spark's RDD id: row of inputs
  std::map<std::string, std::uint32_t> hosts_;
};

// RDDs that some stage describes as persisted.
void PlaceBuilder::add_cached_rdds() {
  for (const Stage& stage : app_.stages)
    for (const Rdd& rdd : stage.rdds) {
      if (!rdd.level.persisted() || cached_.contains(rdd.id)) continue;
      cached_.emplace(rdd.id, static_cast<std::uint32_t>(app_.cached_rdds.size()));
      app_.cached_rdds.push_back({.spark_id = rdd.id,
                                  .partitions = static_cast<std::uint32_t>(std::clamp<std::int64_t>(
                                      rdd.partitions, 0, kMostPartitions))});
    }
  for (const Unpersist& u : recorded_.unpersists)
    if (const auto at = cached_.find(u.rdd); at != cached_.end())
      app_.cached_rdds[at->second].unpersist_after_jobs = u.after_jobs;
}

// Depth first from the stage's last RDD through its narrow dependencies, as
// DAGScheduler.getPreferredLocsInternal does; a parent outside the stage is behind a shuffle.
void PlaceBuilder::walk_lineage(Stage& stage) {
  if (stage.skipped) return;
  std::map<std::int64_t, const Rdd*> rdds;
  for (const Rdd& rdd : stage.rdds) rdds.emplace(rdd.id, &rdd);
  if (rdds.empty()) {
    add_root(-1 - stage.spark_id, {}, stage);  // no lineage logged: its input has no other name
    return;
  }
  std::set<std::int64_t> seen;
  visit(*rdds.rbegin()->second, {}, rdds, seen, stage);
}

void PlaceBuilder::visit(const Rdd& rdd, Range range,
                         const std::map<std::int64_t, const Rdd*>& rdds,
                         std::set<std::int64_t>& seen, Stage& stage) {
  if (!seen.insert(rdd.id).second) return;
  if (const auto at = cached_.find(rdd.id); at != cached_.end())
    stage.places.push_back({PlaceSource::Kind::CachedRdd, at->second, range.first, range.count});
  bool behind_shuffle = false;
  Range part = range;
  for (const std::int64_t parent : rdd.parents) {
    const auto at = rdds.find(parent);
    if (at == rdds.end()) {
      behind_shuffle = true;
      continue;
    }
    const std::int64_t count = std::clamp<std::int64_t>(at->second->partitions, 0, kMostPartitions);
    if (rdd.name == "UnionRDD") {
      part.count = static_cast<std::uint32_t>(count);
      visit(*at->second, part, rdds, seen, stage);
      part.first += part.count;
    } else if (at->second->partitions == rdd.partitions) {
      visit(*at->second, range, rdds, seen, stage);
    }  // else (coalesce, cartesian) which partition comes from which is not logged
  }
  if (rdd.parents.empty()) add_root(rdd.id, range, stage);
  if (behind_shuffle && !stage.shuffle_sources.empty())
    stage.places.push_back({PlaceSource::Kind::Shuffle, 0, range.first, range.count});
}

void PlaceBuilder::add_root(std::int64_t rdd, Range range, Stage& stage) {
  const auto [at, added] =
      inputs_.try_emplace(rdd, static_cast<std::uint32_t>(app_.inputs.size()));
  if (added) app_.inputs.push_back({.spark_id = rdd, .host = {}});
  stage.places.push_back({PlaceSource::Kind::Input, at->second, range.first, range.count});
}

std::uint32_t PlaceBuilder::host_row(ExecutorId executor) {
  const std::string& name = recorded_.executors[executor.index()].host;
  const auto [at, added] = hosts_.try_emplace(name, static_cast<std::uint32_t>(app_.hosts.size()));
  if (added) app_.hosts.push_back(name);
  return at->second;
}

// An attempt that ran at a worse level than PROCESS_LOCAL tells about the first input on its way,
// unless a shuffle comes before it: then the shuffle's rule explains the level.
void PlaceBuilder::learn_inputs() {
  const AttemptTable& attempts = recorded_.attempts;
  for (std::uint32_t a = 0; a < attempts.size(); ++a) {
    const Locality locality = attempts.locality[a];
    const bool tells = locality == Locality::NodeLocal || locality == Locality::RackLocal ||
                       locality == Locality::Any;
    const std::uint32_t row = stage_rows_[attempts.stage[a].index()];
    if (!tells || row == kLeftOut || !attempts.executor[a].valid()) continue;
    const Stage& stage = app_.stages[row];
    if (stage.skipped || attempts.index[a] >= stage.tasks) continue;  // of a damaged log
    const std::uint32_t of_stage = app_.tasks.partition[stage.first_task + attempts.index[a]];
    const auto first = std::find_if(stage.places.begin(), stage.places.end(), [&](const auto& p) {
      return p.kind != PlaceSource::Kind::CachedRdd && p.concerns(of_stage);
    });
    if (first == stage.places.end() || first->kind == PlaceSource::Kind::Shuffle) continue;
    // A persisted partition read from a neighbour says nothing about the input.
    const bool cached = std::any_of(stage.places.begin(), first,
                                    [&](const auto& p) { return p.concerns(of_stage); });
    if (cached && locality == Locality::NodeLocal) continue;
    const std::uint32_t partition = of_stage - first->first;
    std::vector<std::uint32_t>& host = app_.inputs[first->row].host;
    if (partition >= kMostPartitions) continue;
    if (host.size() <= partition) host.resize(partition + 1, kNoPreference);
    if (host[partition] != kNoPreference && host[partition] != kElsewhere) continue;
    host[partition] =
        locality == Locality::NodeLocal ? host_row(attempts.executor[a]) : kElsewhere;
  }
}

// From Spark 2 on TaskEnd tells nothing about blocks unless spark.taskMetrics.
// trackUpdatedBlockStatuses is set. Then a task keeps its partition of every persisted RDD of its
// stage, or of those that an event of its own reported as stored.
void PlaceBuilder::assume_block_writes(
    const std::set<std::pair<std::uint32_t, std::int64_t>>* stored) {
  for (const Stage& stage : app_.stages) {
    if (stage.skipped) continue;
    for (std::uint32_t i = 0; i < stage.tasks; ++i) {
      const std::uint32_t task = stage.first_task + i;
      const std::uint32_t partition = app_.tasks.partition[task];
      for (const PlaceSource& source : stage.places) {
        if (source.kind != PlaceSource::Kind::CachedRdd || !source.concerns(partition)) continue;
        const std::uint32_t its = partition - source.first;
        if (its < app_.cached_rdds[source.row].partitions &&
            (!stored || stored->contains({source.row, its})))
          app_.block_writes.push_back({task, source.row, its, true});
      }
    }
  }
}

void PlaceBuilder::add_block_writes() {
  bool by_task = false, by_event = false;
  std::set<std::pair<std::uint32_t, std::int64_t>> stored;  // by events: (row of rdd, partition)
  for (const BlockUpdate& update : recorded_.block_updates) {
    const auto rdd = cached_.find(update.rdd);
    const bool kept = update.memory_bytes > 0 || update.disk_bytes > 0;
    if (rdd == cached_.end() || update.partition < 0) continue;
    if (update.partition > kMostPartitions) continue;
    if (!update.attempt.valid()) {
      by_event = true;
      if (kept) stored.emplace(rdd->second, update.partition);
      continue;
    }
    by_task = true;
    if (const std::uint32_t task = task_of(update.attempt); task != kLeftOut)
      app_.block_writes.push_back(
          {task, rdd->second, static_cast<std::uint32_t>(update.partition), kept});
  }
  if (!by_task) assume_block_writes(by_event ? &stored : nullptr);
  std::stable_sort(app_.block_writes.begin(), app_.block_writes.end(),
                   [](const BlockWrite& a, const BlockWrite& b) { return a.task < b.task; });
}

}  // namespace

void add_places(const Timeline& recorded, const std::vector<std::uint32_t>& stage_rows,
                Application& app) {
  PlaceBuilder(recorded, stage_rows, app).build();
}

}  // namespace muster
