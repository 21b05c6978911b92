// The sweep over time that splits idle cores by cause; the rule is in explain.h.
#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/plan/explain.h"
#include "sim/plan/explain_waits.h"
#include "sim/timeline/slots.h"

namespace muster {
namespace {

using explaining::IdleSpan;
using explaining::StageWait;
using explaining::Waits;

enum class Change : std::uint8_t {
  CoreFree,        // subject: idle span
  CoreTaken,       // idle span
  LocalityBegins,  // locality span
  LocalityEnds,    // locality span
  StageSubmitted,  // stage
  StageRunnable,   // stage
  RetryReady,      // attempt
  Launch,          // attempt
  End,             // attempt
  JobStart,        // job
  JobEnd,          // job
  ExecutorAdded,   // executor
};

struct Event {
  Time at;
  Change change;
  std::uint32_t subject;
};

// The state between two instants, in cores unless said otherwise.
class IdleSweep {
 public:
  IdleSweep(const Timeline& timeline, const Slots& slots, Time start, Time end);
  IdleTime run();
  std::vector<IdlePeriod> periods() &&;  // after run()

 private:
  struct StageState {
    std::int64_t unlaunched = 0;  // tasks
    std::int64_t running = 0;     // tasks
    std::int64_t cores_after = 0;  // free cores that ran it last
    std::int64_t tail() const { return unlaunched <= 0 && running > 0 ? cores_after : 0; }
  };

  void add(Time at, Change change, std::size_t subject) {
    events_.push_back({std::clamp(at, start_, end_), change, static_cast<std::uint32_t>(subject)});
  }
  void list_events();
  void apply(const Event& event);
  void apply_to_stage(std::uint32_t stage, std::int64_t unlaunched, std::int64_t running,
                      std::int64_t cores_after);
  void spend(Time from, Time to);
  void note_driver(Time from, Time to);
  IdleCause driver_cause() const;
  void give(IdleCause cause, std::int64_t cores, Duration time) {
    idle_.by_cause[static_cast<std::size_t>(cause)] += time * cores;
  }

  const Timeline& timeline_;
  const Slots& slots_;
  const Time start_, end_;
  const std::int64_t cpus_;
  Waits waits_;
  std::vector<IdleSpan> idle_spans_, locality_spans_;
  std::vector<Event> events_;
  std::vector<StageState> stages_;
  IdleTime idle_;
  std::vector<IdlePeriod> periods_;

  std::int64_t free_ = 0, free_for_locality_ = 0, tail_ = 0, unregistered_ = 0;
  std::int64_t ready_ = 0, submitted_ = 0, running_ = 0;  // tasks
  std::int64_t preparing_ = 0, active_jobs_ = 0, coming_jobs_ = 0, past_jobs_ = 0;
};

IdleSweep::IdleSweep(const Timeline& timeline, const Slots& slots, Time start, Time end)
    : timeline_(timeline),
      slots_(slots),
      start_(start),
      end_(end),
      cpus_(std::max<std::int64_t>(1, timeline.conf.integer("spark.task.cpus", 1))),
      stages_(timeline.stages.size()) {
  const Duration shortest = explaining::shortest_locality_wait(timeline.conf);
  waits_ = explaining::find_waits(timeline, end, shortest);
  idle_spans_ = explaining::idle_spans(timeline, slots);
  if (shortest > Duration())
    locality_spans_ = explaining::locality_spans(timeline, slots, waits_, idle_spans_);
  coming_jobs_ = static_cast<std::int64_t>(timeline.jobs.size());
}

void IdleSweep::list_events() {
  for (std::size_t i = 0; i < idle_spans_.size(); ++i)
    add(idle_spans_[i].from, Change::CoreFree, i), add(idle_spans_[i].to, Change::CoreTaken, i);
  for (std::size_t i = 0; i < locality_spans_.size(); ++i) {
    add(locality_spans_[i].from, Change::LocalityBegins, i);
    add(locality_spans_[i].to, Change::LocalityEnds, i);
  }
  for (std::size_t s = 0; s < waits_.stages.size(); ++s) {
    if (!waits_.stages[s].submitted.happened()) continue;
    add(waits_.stages[s].submitted, Change::StageSubmitted, s);
    add(waits_.stages[s].runnable, Change::StageRunnable, s);
  }
  const AttemptTable& attempts = timeline_.attempts;
  for (std::size_t row = 0; row < attempts.size(); ++row) {
    if (!attempts.launch[row].happened()) continue;
    if (waits_.retry_since[row].happened()) add(waits_.retry_since[row], Change::RetryReady, row);
    add(attempts.launch[row], Change::Launch, row);
    add(slots_.slot[row] == Slots::kNone ? attempts.finish[row] : slots_.held_until[row],
        Change::End, row);
  }
  for (std::size_t j = 0; j < timeline_.jobs.size(); ++j) {
    add(timeline_.jobs[j].submitted, Change::JobStart, j);
    add(timeline_.jobs[j].completed, Change::JobEnd, j);
  }
  for (std::size_t e = 0; e < timeline_.executors.size(); ++e) {
    if (!timeline_.executors[e].added.happened()) continue;
    unregistered_ += timeline_.executors[e].cores;
    add(timeline_.executors[e].added, Change::ExecutorAdded, e);
  }
  // Order within an instant does not matter: no time passes there.
  std::sort(events_.begin(), events_.end(),
            [](const Event& a, const Event& b) { return a.at < b.at; });
}

void IdleSweep::apply_to_stage(std::uint32_t stage, std::int64_t unlaunched, std::int64_t running,
                               std::int64_t cores_after) {
  StageState& state = stages_[stage];
  tail_ -= state.tail();
  state.unlaunched += unlaunched;
  state.running += running;
  state.cores_after += cores_after;
  tail_ += state.tail();
}

void IdleSweep::apply(const Event& event) {
  const std::uint32_t i = event.subject;
  const AttemptTable& attempts = timeline_.attempts;
  const auto core = [&](std::int64_t sign) {
    const IdleSpan& span = idle_spans_[i];
    free_ += sign * span.weight;
    if (span.after_stage != Slots::kNone)
      apply_to_stage(span.after_stage, 0, 0, sign * span.weight);
  };
  switch (event.change) {
    case Change::CoreFree: return core(1);
    case Change::CoreTaken: return core(-1);
    case Change::LocalityBegins: free_for_locality_ += locality_spans_[i].weight; return;
    case Change::LocalityEnds: free_for_locality_ -= locality_spans_[i].weight; return;
    case Change::StageSubmitted:
      ++preparing_;
      submitted_ += waits_.stages[i].first_attempts;
      return apply_to_stage(i, waits_.stages[i].first_attempts, 0, 0);
    case Change::StageRunnable:
      --preparing_;
      ready_ += waits_.stages[i].first_attempts;
      return;
    case Change::RetryReady:
      ++ready_, ++submitted_;
      return apply_to_stage(attempts.stage[i].index(), 1, 0, 0);
    case Change::Launch: {
      const bool waited =
          waits_.retry_since[i].happened() || waits_.is_first(attempts, i);
      ++running_;
      if (waited) --ready_, --submitted_;
      return apply_to_stage(attempts.stage[i].index(), waited ? -1 : 0, 1, 0);
    }
    case Change::End:
      --running_;
      return apply_to_stage(attempts.stage[i].index(), 0, -1, 0);
    case Change::JobStart: --coming_jobs_, ++active_jobs_; return;
    case Change::JobEnd: --active_jobs_, ++past_jobs_; return;
    case Change::ExecutorAdded: unregistered_ -= timeline_.executors[i].cores; return;
  }
}

IdleCause IdleSweep::driver_cause() const {
  if (preparing_ > 0) return IdleCause::StagePreparation;
  if (active_jobs_ > 0) return IdleCause::Completion;
  if (coming_jobs_ > 0 && past_jobs_ == 0) return IdleCause::Startup;
  return coming_jobs_ > 0 ? IdleCause::BetweenJobs : IdleCause::Shutdown;
}

void IdleSweep::note_driver(Time from, Time to) {
  const IdleCause cause = driver_cause();
  if (!periods_.empty() && periods_.back().to == from && periods_.back().cause == cause)
    periods_.back().to = to;
  else
    periods_.push_back({.slot = IdlePeriod::kAllSlots, .from = from, .to = to, .cause = cause});
}

void IdleSweep::spend(Time from, Time to) {
  const Duration time = to - from;
  if (running_ <= 0 && ready_ <= 0) note_driver(from, to);
  const std::int64_t missing =
      std::min(std::max<std::int64_t>(0, submitted_ * cpus_ - free_), unregistered_);
  idle_.missing_registration += time * missing;
  const std::int64_t waiting = std::min(free_, std::max<std::int64_t>(0, ready_ * cpus_));
  const std::int64_t locality = std::min(waiting, free_for_locality_);
  give(IdleCause::LocalityWait, locality, time);
  give(IdleCause::Dispatch, waiting - locality, time);
  std::int64_t rest = free_ - waiting;
  const std::int64_t tail = std::min(rest, tail_);
  give(IdleCause::SkewTail, tail, time);
  rest -= tail;
  give(running_ > 0 || ready_ > 0 ? IdleCause::NoRunnableTask : driver_cause(), rest, time);
}

IdleTime IdleSweep::run() {
  list_events();
  Time now = start_;
  for (const Event& event : events_) {
    if (event.at > now) spend(now, event.at);
    now = event.at;
    apply(event);
  }
  for (const ExecutorSlots& e : slots_.executors) {
    idle_.available += (e.to - e.from) * (std::int64_t{e.slots} * e.weight + e.spare);
    give(IdleCause::Remainder, e.spare, e.to - e.from);
  }
  for (const Duration part : idle_.by_cause) idle_.idle += part;
  idle_.busy = idle_.available - idle_.idle;
  return idle_;
}

std::vector<IdlePeriod> IdleSweep::periods() && {
  for (const IdleSpan& span : locality_spans_)
    periods_.push_back({.slot = span.slot,
                        .from = span.from,
                        .to = span.to,
                        .cause = IdleCause::LocalityWait});
  return std::move(periods_);
}

}  // namespace

std::vector<IdlePeriod> idle_periods(const Timeline& timeline) {
  const Time start = timeline.application.start.happened() ? timeline.application.start : Time();
  const Slots slots = assign_slots(timeline);
  IdleSweep sweep(timeline, slots, start, start + timeline.wall());
  sweep.run();
  return std::move(sweep).periods();
}

IdleTime explain_idle(const Timeline& timeline) {
  const Time start = timeline.application.start.happened() ? timeline.application.start : Time();
  const Slots slots = assign_slots(timeline);
  return IdleSweep(timeline, slots, start, start + timeline.wall()).run();
}

}  // namespace muster
