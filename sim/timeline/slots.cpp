#include "sim/timeline/slots.h"

#include <algorithm>

#include "sim/workload/custom_resources.h"

namespace muster {
namespace {

// While slots are dealt: who holds each slot of one executor, and until when.
struct Holders {
  std::vector<std::uint32_t> attempt;
  std::vector<Time> until;
  bool grows = false;
};

Time clamp_time(Time t, Time low, Time high) { return std::max(low, std::min(t, high)); }

std::int32_t most_tasks(std::int64_t most, std::int32_t cores, std::int32_t cpus) {
  return static_cast<std::int32_t>(std::min<std::int64_t>(most, std::max(0, cores / cpus)));
}

// As far as other resources than cores go.
std::int64_t default_most_tasks(const Timeline& timeline) {
  return default_resource_slots(timeline.conf,
                                version_number(timeline.application.spark_version),
                                timeline.resource_profiles);
}

std::vector<ExecutorSlots> executor_slots(const Timeline& timeline, Time start, Time end) {
  const std::int64_t most = default_most_tasks(timeline);
  std::vector<ExecutorSlots> out(timeline.executors.size());
  for (std::size_t e = 0; e < out.size(); ++e) {
    const ExecutorSpan& executor = timeline.executors[e];
    ExecutorSlots& slots = out[e];
    const std::int32_t cpus = task_cpus(timeline, executor.resource_profile);
    slots.from = executor.added;
    slots.to = std::min(executor.removed, end);
    slots.weight = executor.cores > 0 ? std::min(cpus, executor.cores) : cpus;
    const std::int32_t tasks =
        most_tasks(executor.resource_profile == 0 ? most : CustomResource::kNoLimit,
                   executor.cores, slots.weight);
    slots.slots = static_cast<std::uint32_t>(tasks);
    slots.spare = executor.cores > 0 ? executor.cores - tasks * slots.weight : 0;
  }
  // Logs of old versions or cut at the start have tasks on executors that were never announced.
  const AttemptTable& attempts = timeline.attempts;
  for (std::size_t row = 0; row < attempts.size(); ++row)
    if (attempts.executor[row].valid())
      out[attempts.executor[row].index()].from =
          std::min(out[attempts.executor[row].index()].from, attempts.launch[row]);
  for (ExecutorSlots& slots : out) {
    slots.from = slots.from.happened() ? clamp_time(slots.from, start, end) : slots.to;
    slots.to = std::max(slots.from, slots.to);
  }
  return out;
}

// The slot, among the executor's own, for an attempt that starts at `launch`.
std::size_t choose_slot(const Holders& holders, Time launch) {
  std::size_t soonest = 0;
  for (std::size_t i = 0; i < holders.until.size(); ++i) {
    if (holders.until[i] <= launch) return i;
    if (holders.until[i] < holders.until[soonest]) soonest = i;
  }
  return holders.grows ? holders.until.size() : soonest;
}

// Sets slot to the number within the executor.
void deal(const AttemptTable& attempts, Slots& slots, std::vector<Holders>& holders) {
  for (const std::uint32_t row : launch_order(attempts)) {
    if (!attempts.executor[row].valid()) continue;
    const std::size_t e = attempts.executor[row].index();
    const ExecutorSlots& life = slots.executors[e];
    Holders& here = holders[e];
    const Time launch = clamp_time(attempts.launch[row], life.from, life.to);
    const std::size_t at = choose_slot(here, launch);
    if (at == here.until.size()) {
      here.until.push_back(Time()), here.attempt.push_back(Slots::kNone);
    } else if (here.attempt[at] != Slots::kNone) {
      slots.held_until[here.attempt[at]] = std::min(here.until[at], launch);
    }
    slots.slot[row] = static_cast<std::uint32_t>(at);
    slots.held_from[row] = launch;
    slots.held_until[row] = clamp_time(attempts.finish[row], launch, life.to);
    here.attempt[at] = row;
    here.until[at] = slots.held_until[row];
  }
}

}  // namespace

std::vector<std::int32_t> tasks_at_a_time(const Timeline& timeline) {
  const std::int64_t most = default_most_tasks(timeline);
  std::vector<std::int32_t> out;
  for (const ExecutorSpan& executor : timeline.executors)
    out.push_back(most_tasks(executor.resource_profile == 0 ? most : CustomResource::kNoLimit,
                             executor.cores, task_cpus(timeline, executor.resource_profile)));
  return out;
}

std::int32_t task_cpus(const Timeline& timeline, std::int64_t profile) {
  std::int64_t cpus = timeline.conf.integer(kProfileTaskCpus, 1);
  for (const ResourceProfile& one : timeline.resource_profiles)
    if (one.id == profile) cpus = one.conf.integer(kProfileTaskCpus, cpus);
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(cpus, 1, 1 << 20));
}

std::vector<std::uint32_t> launch_order(const AttemptTable& attempts) {
  std::vector<std::uint32_t> rows;
  rows.reserve(attempts.size());
  for (std::size_t row = 0; row < attempts.size(); ++row)
    if (attempts.launch[row].happened()) rows.push_back(static_cast<std::uint32_t>(row));
  const auto earlier = [&](std::uint32_t a, std::uint32_t b) {
    return attempts.launch[a] < attempts.launch[b];
  };
  if (!std::is_sorted(rows.begin(), rows.end(), earlier))
    std::stable_sort(rows.begin(), rows.end(), earlier);
  return rows;
}

Slots assign_slots(const Timeline& timeline) {
  const Time start = timeline.application.start.happened() ? timeline.application.start : Time();
  const AttemptTable& attempts = timeline.attempts;
  Slots slots;
  slots.executors = executor_slots(timeline, start, start + timeline.wall());
  slots.slot.assign(attempts.size(), Slots::kNone);
  slots.held_from.assign(attempts.size(), Time::never());
  slots.held_until.assign(attempts.size(), Time::never());
  std::vector<Holders> holders(slots.executors.size());
  for (std::size_t e = 0; e < holders.size(); ++e) {
    holders[e].grows = slots.executors[e].slots == 0;
    holders[e].attempt.assign(slots.executors[e].slots, Slots::kNone);
    holders[e].until.assign(slots.executors[e].slots, slots.executors[e].from);
  }
  deal(attempts, slots, holders);
  for (std::size_t e = 0; e < holders.size(); ++e) {
    slots.executors[e].first_slot = slots.count;
    slots.executors[e].slots = static_cast<std::uint32_t>(holders[e].until.size());
    slots.count += slots.executors[e].slots;
  }
  for (std::size_t row = 0; row < attempts.size(); ++row)
    if (slots.slot[row] != Slots::kNone)
      slots.slot[row] += slots.executors[attempts.executor[row].index()].first_slot;
  return slots;
}

}  // namespace muster
