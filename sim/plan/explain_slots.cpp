// How long barrier stages waited for as many free slots as they have tasks.
#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "sim/plan/explain.h"
#include "sim/plan/explain_waits.h"

namespace muster {
namespace {

// The driver's own time before a first launch is no wait for slots.
constexpr Duration kPreparation = Duration::millis(100);

struct WaitingStage {
  std::uint32_t row;
  Time from, to;
  std::int64_t tasks;
  std::size_t kind;         // of slots
  Time short_until = {};    // when it last had too few
};

enum class CoreStep : std::uint8_t { Held, There, Gone };
struct CoreEvent {
  Time at;
  CoreStep step;
  std::uint32_t executor;
  std::int32_t cores;
};

// Free slots by the executors' profile and the cores that a task takes.
class FreeSlots {
 public:
  FreeSlots(const Timeline& timeline, const explaining::Profiles& profiles)
      : profiles_(profiles), executors_(timeline.executors.size()) {}

  std::size_t kind(std::uint32_t profile, std::int32_t cpus) {
    const std::pair wanted(profile, cpus);
    const auto known = std::ranges::find(kinds_, wanted) - kinds_.begin();
    const auto row = static_cast<std::size_t>(known);
    if (row == kinds_.size()) kinds_.push_back(wanted), counts_.push_back(0);
    return row;
  }
  std::int64_t count(std::size_t kind) const { return counts_[kind]; }
  void apply(const CoreEvent& event) {
    add(event.executor, -1);
    Executor& executor = executors_[event.executor];
    if (event.step == CoreStep::Held) executor.held += event.cores;
    else executor.cores = event.step == CoreStep::There ? event.cores : 0;
    add(event.executor, 1);
  }

 private:
  struct Executor {
    std::int64_t cores = 0, held = 0;
  };
  void add(std::uint32_t e, std::int64_t sign) {
    const std::int64_t free = std::max<std::int64_t>(0, executors_[e].cores - executors_[e].held);
    for (std::size_t k = 0; k < kinds_.size(); ++k)
      if (kinds_[k].first == profiles_.of_executor[e])
        counts_[k] += sign * (free / kinds_[k].second);
  }

  const explaining::Profiles& profiles_;
  std::vector<Executor> executors_;
  std::vector<std::pair<std::uint32_t, std::int32_t>> kinds_;
  std::vector<std::int64_t> counts_;
};

// Cores count as far as tasks can use them: GPUs and the like may allow fewer.
std::vector<CoreEvent> core_events(const Timeline& timeline) {
  std::vector<CoreEvent> out;
  const std::vector<std::int32_t> tasks = tasks_at_a_time(timeline);
  std::vector<std::int32_t> cpus_of;  // by stage
  for (const StageSpan& stage : timeline.stages)
    cpus_of.push_back(task_cpus(timeline, stage.resource_profile));
  for (std::uint32_t e = 0; e < timeline.executors.size(); ++e) {
    const ExecutorSpan& executor = timeline.executors[e];
    if (!executor.added.happened()) continue;
    const std::int32_t cores = tasks[e] * task_cpus(timeline, executor.resource_profile);
    out.push_back({executor.added, CoreStep::There, e, cores > 0 ? cores : executor.cores});
    if (executor.removed.happened()) out.push_back({executor.removed, CoreStep::Gone, e, 0});
  }
  const AttemptTable& attempts = timeline.attempts;
  for (std::size_t row = 0; row < attempts.size(); ++row) {
    if (!attempts.launch[row].happened() || !attempts.executor[row].valid()) continue;
    const std::int32_t cpus = cpus_of[attempts.stage[row].index()];
    const std::uint32_t e = attempts.executor[row].index();
    out.push_back({attempts.launch[row], CoreStep::Held, e, cpus});
    if (attempts.finish[row].happened())
      out.push_back({attempts.finish[row], CoreStep::Held, e, -cpus});
  }
  std::ranges::stable_sort(out, {}, &CoreEvent::at);
  return out;
}

std::vector<WaitingStage> waiting_stages(const Timeline& timeline,
                                         const explaining::Profiles& profiles, FreeSlots& slots) {
  std::vector<Time> first(timeline.stages.size(), Time::never());
  for (std::size_t row = 0; row < timeline.attempts.size(); ++row) {
    Time& launch = first[timeline.attempts.stage[row].index()];
    launch = std::min(launch, timeline.attempts.launch[row]);
  }
  std::vector<WaitingStage> out;
  for (std::uint32_t s = 0; s < timeline.stages.size(); ++s) {
    const StageSpan& stage = timeline.stages[s];
    if (!is_barrier(stage) || !stage.submitted.happened() || !first[s].happened()) continue;
    if (first[s] - stage.submitted <= kPreparation) continue;
    out.push_back({.row = s, .from = stage.submitted, .to = first[s], .tasks = stage.tasks,
                   .kind = slots.kind(profiles.of_stage[s],
                                      task_cpus(timeline, stage.resource_profile))});
  }
  return out;
}

}  // namespace

std::vector<TimeSpan> slot_waits(const Timeline& timeline) {
  std::vector<TimeSpan> out(timeline.stages.size());
  if (std::ranges::none_of(timeline.stages, is_barrier)) return out;
  const explaining::Profiles profiles = explaining::find_profiles(timeline);
  FreeSlots slots(timeline, profiles);
  std::vector<WaitingStage> waiting = waiting_stages(timeline, profiles, slots);
  if (waiting.empty()) return out;
  std::ranges::stable_sort(waiting, {}, &WaitingStage::from);
  std::vector<std::size_t> now;  // rows of those that wait
  std::size_t begun = 0;
  const std::vector<CoreEvent> events = core_events(timeline);
  for (std::size_t i = 0; i < events.size();) {
    const Time at = events[i].at;
    for (; i < events.size() && events[i].at == at; ++i) slots.apply(events[i]);
    const Time next = i < events.size() ? events[i].at : Time::never();
    for (; begun < waiting.size() && waiting[begun].from < next; ++begun) now.push_back(begun);
    std::erase_if(now, [&](std::size_t w) { return waiting[w].to <= at; });
    for (const std::size_t w : now)
      if (slots.count(waiting[w].kind) < waiting[w].tasks)
        waiting[w].short_until = std::min(next, waiting[w].to);
  }
  for (const WaitingStage& stage : waiting)
    if (stage.short_until - stage.from > kPreparation) out[stage.row] = {stage.from, stage.to};
  return out;
}

}  // namespace muster
