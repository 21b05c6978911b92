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
  forget_everything();
}

void Places::forget_everything() {
  blocks_.assign(application_.cached_rdds.size(), {});
  unpersisted_.assign(application_.cached_rdds.size(), false);
  holdings_.clear();
  silent_.clear();
  unreachable_.clear();
  outputs_.clear();
  missing_.clear();
  shuffle_of_.assign(application_.stages.size(), kNoShuffle);
  if (application_.decides_attempts) {
    for (const std::uint32_t maps : application_.shuffle_maps) outputs_.emplace_back(maps);
    for (std::size_t s = 0; s < shuffle_of_.size(); ++s)
      shuffle_of_[s] = application_.stages[s].shuffle;
  } else if (has_shuffles_) {
    for (std::size_t s = 0; s < shuffle_of_.size(); ++s) {
      shuffle_of_[s] = static_cast<std::uint32_t>(outputs_.size());
      outputs_.emplace_back(application_.stages[s].tasks);
    }
  }
  for (const std::vector<ExecutorId>& maps : outputs_)
    missing_.push_back(static_cast<std::uint32_t>(maps.size()));
}

Places::Holdings& Places::holdings(ExecutorId executor) {
  if (holdings_.size() <= executor.index()) holdings_.resize(executor.index() + 1);
  return holdings_[executor.index()];
}

void Places::task_succeeded(std::uint32_t stage, std::uint32_t task, ExecutorId executor) {
  if (const std::uint32_t shuffle = shuffle_of_[stage]; shuffle != kNoShuffle) {
    ExecutorId& output = outputs_[shuffle][task - application_.stages[stage].first_task];
    if (!output.valid()) --missing_[shuffle];
    if (output.valid()) --holdings(output).outputs;
    output = executor;
    ++holdings(executor).outputs;
  }
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
  // A block that some executor holds is read from there and not stored again.
  if (application_.decides_attempts && !holders.empty()) return;
  if (write.stored && at == holders.end()) {
    holders.push_back(executor);
    ++holdings(executor).blocks;
  } else if (!write.stored && at != holders.end()) {
    holders.erase(at);
    --holdings(executor).blocks;
  }
}

std::uint32_t Places::outputs_on(ExecutorId executor, const std::vector<bool>& shuffles) const {
  std::uint32_t count = 0;
  for (std::size_t s = 0; s < outputs_.size(); ++s)
    if (shuffles[s])
      count += static_cast<std::uint32_t>(std::ranges::count(outputs_[s], executor));
  return count;
}

void Places::count_on(ExecutorId executor, std::uint32_t& blocks, std::uint32_t& outputs) const {
  const bool known = executor.index() < holdings_.size();
  blocks = known ? holdings_[executor.index()].blocks : 0;
  outputs = known ? holdings_[executor.index()].outputs : 0;
}

void Places::drop_outputs(ExecutorId executor) {
  for (std::size_t s = 0; s < outputs_.size(); ++s) {
    for (ExecutorId& output : outputs_[s]) {
      if (output != executor) continue;
      output = ExecutorId::none();
      ++missing_[s];
    }
  }
  holdings(executor).outputs = 0;
  if (!silent_.empty()) find_unreachable();
}

void Places::silence(ExecutorId executor) {
  if (std::ranges::find(silent_, executor) != silent_.end()) return;
  silent_.push_back(executor);
  find_unreachable();
}

void Places::find_unreachable() {
  const auto is_silent = [this](ExecutorId output) {
    return output.valid() && std::ranges::find(silent_, output) != silent_.end();
  };
  unreachable_.assign(outputs_.size(), false);
  for (std::size_t s = 0; s < outputs_.size(); ++s)
    unreachable_[s] = std::ranges::any_of(outputs_[s], is_silent);
}

void Places::drop_silent_outputs() {
  for (const ExecutorId executor : std::vector(silent_)) drop_outputs(executor);
}

void Places::drop_blocks(ExecutorId executor) {
  for (std::vector<std::vector<ExecutorId>>& partitions : blocks_)
    for (std::vector<ExecutorId>& holders : partitions) std::erase(holders, executor);
  holdings(executor).blocks = 0;
}

void Places::unpersist(std::uint32_t rdd) {
  for (std::vector<ExecutorId>& holders : blocks_[rdd])
    for (const ExecutorId holder : holders) --holdings(holder).blocks;
  blocks_[rdd].clear();
}

bool Places::is_cached(std::uint32_t rdd, std::uint32_t partition,
                       std::span<const ExecutorState> executors) const {
  if (unpersisted_[rdd] || partition >= blocks_[rdd].size()) return false;
  return std::ranges::any_of(blocks_[rdd][partition], [&](ExecutorId holder) {
    return executors[holder.index()].phase != ExecutorPhase::Gone;
  });
}

bool Places::fully_cached(std::uint32_t rdd, std::span<const ExecutorState> executors) const {
  for (std::uint32_t p = 0; p < application_.cached_rdds[rdd].partitions; ++p)
    if (!is_cached(rdd, p, executors)) return false;
  return true;
}

Duration Places::spared(const Stage& stage, std::uint32_t index,
                        std::span<const ExecutorState> executors) const {
  for (const CachedWork& work : stage.cached_work) {
    if (index - work.first >= work.count) continue;
    const std::uint32_t partition = index - work.first;
    if (!is_cached(work.rdd, partition, executors)) continue;
    return work.spared.size() == 1 ? work.spared.front() : work.spared[partition];
  }
  return Duration();
}

// BlockManagerDecommissioner sends each block to some live peer; the log does not say to which.
void Places::migrate(ExecutorId executor, std::span<const ExecutorState> executors) {
  std::vector<ExecutorId> peers;
  for (std::size_t e = 0; e < executors.size(); ++e) {
    const ExecutorState& peer = executors[e];
    if (ExecutorId(e) != executor && peer.phase == ExecutorPhase::Usable && !peer.stopping &&
        peer.application == executors[executor.index()].application)
      peers.push_back(ExecutorId(e));
  }
  if (peers.empty()) return;
  std::size_t next = 0;
  const auto move = [&](ExecutorId& holder, std::uint32_t Holdings::* what) {
    if (holder != executor) return;
    --(holdings(holder).*what);
    holder = peers[next++ % peers.size()];
    ++(holdings(holder).*what);
  };
  for (std::vector<ExecutorId>& maps : outputs_)
    for (ExecutorId& output : maps) move(output, &Holdings::outputs);
  for (std::vector<std::vector<ExecutorId>>& partitions : blocks_)
    for (std::vector<ExecutorId>& holders : partitions)
      for (ExecutorId& holder : holders) move(holder, &Holdings::blocks);
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
    for (std::uint32_t m = 0; m < maps.tasks; ++m) {
      const std::uint32_t t = maps.first_task + m;
      const std::uint32_t row =
          application_.tasks.amount_row.empty() ? t : application_.tasks.amount_row[t];
      const std::int64_t wrote = application_.amounts->get(row, Amount::ShuffleBytesWritten);
      const ExecutorId writer = outputs_[shuffle_of_[source]][m];
      if (!writer.valid()) continue;
      total += wrote;
      bytes_[writer.index()] += wrote;
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

void Places::preferences(const Stage& stage, std::span<const std::uint32_t> subset,
                         std::span<const ExecutorState> executors, Preferences& out) {
  out.begin.clear(), out.places.clear();
  if (!application_.tasks.pinned_executor.empty()) return pin(stage, executors, out);
  if (stage.places.empty()) return;
  find_shuffle_hosts(stage, executors);
  const std::vector<std::uint32_t>& partition = application_.tasks.partition;
  const std::size_t tasks = subset.empty() ? stage.tasks : subset.size();
  for (std::uint32_t i = 0; i < tasks; ++i) {
    const std::size_t before = out.places.size();
    out.begin.push_back(static_cast<std::uint32_t>(before));
    const std::uint32_t row = subset.empty() ? i : subset[i];
    const std::uint32_t p = partition.empty() ? row : partition[stage.first_task + row];
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
