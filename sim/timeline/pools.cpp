#include "sim/timeline/pools.h"

#include <algorithm>
#include <vector>

namespace muster {

bool is_fair(const Conf& conf) {
  std::string mode = conf.text("spark.scheduler.mode", "FIFO");
  for (char& c : mode) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return mode == "FAIR";
}

const std::string& pool_of(const JobSpan& job) {
  static const std::string kDefault = "default";
  return job.pool.empty() ? kDefault : job.pool;
}

std::string pool_of(const Timeline& timeline, std::int64_t stage) {
  std::string out;
  for (const JobSpan& job : timeline.jobs)
    if (std::ranges::find(job.stage_ids, stage) != job.stage_ids.end()) out = pool_of(job);
  return out;
}

std::map<std::string, std::uint32_t> tasks_by_pool(const Timeline& timeline, Time at) {
  const AttemptTable& attempts = timeline.attempts;
  std::vector<std::uint32_t> running(timeline.stages.size());
  for (std::size_t row = 0; row < attempts.size(); ++row)
    if (attempts.launch[row] <= at && attempts.finish[row] > at)
      ++running[attempts.stage[row].index()];
  std::map<std::string, std::uint32_t> out;
  for (std::size_t s = 0; s < running.size(); ++s)
    if (running[s] > 0) out[pool_of(timeline, timeline.stages[s].id)] += running[s];
  return out;
}

}  // namespace muster
