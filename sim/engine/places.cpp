#include "sim/engine/places.h"

#include <algorithm>

namespace muster {
namespace {

// MapOutputTracker.scala: REDUCER_PREF_LOCS_FRACTION, SHUFFLE_PREF_MAP_THRESHOLD and
// SHUFFLE_PREF_REDUCE_THRESHOLD.
constexpr std::int64_t kReducerFractionPercent = 20;
constexpr std::size_t kShuffleTaskLimit = 1000;

// Reduce-side locality came with 1.6 as a default (`spark.shuffle.reduceLocality.enabled`); logs
// of 1.3 to 1.5 show none (prediction-law.md, section 3).
bool has_reduce_locality(const Application& application) {
  const int version = version_number(application.spark_version);
  return (version == 0 || version >= spark(1, 6)) &&
         application.conf.flag("spark.shuffle.reduceLocality.enabled", true);
}

}  // namespace

Places::Places(const Application& application, std::vector<NodeId> hosts, NodeId elsewhere)
    : application_(application),
      reduce_locality_(has_reduce_locality(application)),
      hosts_(std::move(hosts)),
      elsewhere_(elsewhere),
      blocks_(application.cached_rdds.size()),
      unpersisted_(application.cached_rdds.size(), false),
      has_shuffles_(std::any_of(application.stages.begin(), application.stages.end(),
                                [](const Stage& s) { return !s.shuffle_sources.empty(); })) {
  if (has_shuffles_) ran_on_.resize(application.tasks.size());
}

void Places::task_succeeded(std::uint32_t task, ExecutorId executor) {
  if (has_shuffles_) ran_on_[task] = executor;
  const std::vector<BlockWrite>& writes = application_.block_writes;
  if (writes.empty()) return;
  auto at = std::lower_bound(writes.begin(), writes.end(), task,
                             [](const BlockWrite& w, std::uint32_t t) { return w.task < t; });
  for (; at != writes.end() && at->task == task; ++at) add_block(*at, executor);
}

void Places::add_block(const BlockWrite& write, ExecutorId executor) {
  std::vector<std::vector<ExecutorId>>& partitions = blocks_[write.rdd];
  if (partitions.size() <= write.partition)
    partitions.resize(std::max<std::size_t>(write.partition + 1,
                                            application_.cached_rdds[write.rdd].partitions));
  std::vector<ExecutorId>& holders = partitions[write.partition];
  const auto at = std::find(holders.begin(), holders.end(), executor);
  if (write.stored && at == holders.end())
    holders.push_back(executor);
  else if (!write.stored && at != holders.end())
    holders.erase(at);
}

void Places::jobs_ended(std::uint32_t count) {
  for (std::size_t r = 0; r < unpersisted_.size(); ++r) {
    if (unpersisted_[r] || application_.cached_rdds[r].unpersist_after_jobs > count) continue;
    unpersisted_[r] = true;
    blocks_[r].clear();
  }
}

void Places::add_cached(std::uint32_t rdd, std::uint32_t partition,
                        std::span<const ExecutorState> executors, Preferences& out) const {
  if (unpersisted_[rdd] || partition >= blocks_[rdd].size()) return;
  for (const ExecutorId holder : blocks_[rdd][partition])
    if (executors[holder.index()].phase != ExecutorPhase::Gone)
      out.places.push_back({holder, NodeId::none()});
}

void Places::add_input(std::uint32_t input, std::uint32_t partition, Preferences& out) const {
  const std::vector<std::uint32_t>& host = application_.inputs[input].host;
  if (partition >= host.size() || host[partition] == kNoPreference) return;
  const bool outside = host[partition] == kElsewhere;
  out.places.push_back({ExecutorId::none(), outside ? elsewhere_ : hosts_[host[partition]]});
}

void Places::find_shuffle_hosts(const Stage& stage, std::span<const ExecutorState> executors) {
  shuffle_hosts_.clear();
  if (!reduce_locality_ || stage.tasks >= kShuffleTaskLimit) return;
  for (const std::uint32_t source : stage.shuffle_sources) {
    const Stage& maps = application_.stages[source];
    if (maps.tasks >= kShuffleTaskLimit || !application_.amounts) continue;
    bytes_.assign(executors.size(), 0);
    std::int64_t total = 0;
    for (std::uint32_t t = maps.first_task; t < maps.first_task + maps.tasks; ++t) {
      const std::uint32_t row =
          application_.tasks.amount_row.empty() ? t : application_.tasks.amount_row[t];
      const std::int64_t wrote = application_.amounts->get(row, Amount::ShuffleBytesWritten);
      if (!ran_on_[t].valid()) continue;
      total += wrote;
      bytes_[ran_on_[t].index()] += wrote;
    }
    // One size for all reducers: the log does not tell which map wrote how much to which.
    for (std::size_t e = 0; total > 0 && e < executors.size(); ++e) {
      if (bytes_[e] * 100 < total * kReducerFractionPercent) continue;
      if (executors[e].phase == ExecutorPhase::Gone) continue;
      shuffle_hosts_.push_back(executors[e].block_manager_host);
    }
    // Dependencies are followed depth first and the first that prefers anything wins.
    if (!shuffle_hosts_.empty()) return;
  }
}

void Places::pin(const Stage& stage, std::span<const ExecutorState> executors,
                 Preferences& out) const {
  for (std::uint32_t i = 0; i < stage.tasks; ++i) {
    out.begin.push_back(static_cast<std::uint32_t>(out.places.size()));
    const std::uint32_t row = application_.tasks.pinned_executor[stage.first_task + i];
    if (row < executors.size() && executors[row].phase != ExecutorPhase::Gone)
      out.places.push_back({ExecutorId(row), NodeId::none()});
  }
  out.begin.push_back(static_cast<std::uint32_t>(out.places.size()));
}

void Places::preferences(const Stage& stage, std::span<const ExecutorState> executors,
                         Preferences& out) {
  out.begin.clear(), out.places.clear();
  if (!application_.tasks.pinned_executor.empty()) return pin(stage, executors, out);
  if (stage.places.empty()) return;
  find_shuffle_hosts(stage, executors);
  const std::vector<std::uint32_t>& partition = application_.tasks.partition;
  for (std::uint32_t i = 0; i < stage.tasks; ++i) {
    const std::size_t before = out.places.size();
    out.begin.push_back(static_cast<std::uint32_t>(before));
    const std::uint32_t p = partition.empty() ? i : partition[stage.first_task + i];
    for (const PlaceSource& source : stage.places) {
      if (!source.concerns(p)) continue;
      const std::uint32_t its = p - source.first;
      if (source.kind == PlaceSource::Kind::CachedRdd) add_cached(source.row, its, executors, out);
      if (source.kind == PlaceSource::Kind::Input) add_input(source.row, its, out);
      if (source.kind == PlaceSource::Kind::Shuffle)
        for (const NodeId host : shuffle_hosts_) out.places.push_back({ExecutorId::none(), host});
      if (out.places.size() > before) break;
    }
  }
  out.begin.push_back(static_cast<std::uint32_t>(out.places.size()));
}

}  // namespace muster
