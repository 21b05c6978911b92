// The sweep over time that splits idle cores by cause; the rule is in explain.h.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "sim/plan/explain.h"
#include "sim/plan/explain_waits.h"
#include "sim/timeline/slots.h"

namespace muster {
namespace {

using explaining::IdleSpan;
using explaining::Profiles;
using explaining::StageWait;
using explaining::Waits;

enum class Change : std::uint8_t {
  CoreFree,        // subject: idle span
  CoreTaken,       // idle span
  LocalityBegins,  // locality span
  LocalityEnds,    // locality span
  StageSubmitted,  // stage
  SlotWaitBegins,  // stage
  SlotWaitEnds,    // stage
  StageRunnable,   // stage
  RetryReady,      // attempt
  Launch,          // attempt
  End,             // attempt
  JobStart,        // job
  JobEnd,          // job
  ExecutorAdded,   // executor: said to be there
  ExecutorThere,   // executor: could run tasks, as Slots has it
  ExecutorGone,    // executor
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
  IdleTime sum();
  IdleMap map();

 private:
  struct StageState {
    std::int64_t unlaunched = 0;  // tasks
    std::int64_t running = 0;     // tasks
    std::int64_t cores_after = 0;  // free cores that ran it last
    bool in_tail() const { return unlaunched <= 0 && running > 0; }
    std::int64_t tail() const { return in_tail() ? cores_after : 0; }
  };

  void add(Time at, Change change, std::size_t subject) {
    events_.push_back({std::clamp(at, start_, end_), change, static_cast<std::uint32_t>(subject)});
  }
  void list_cores();
  void list_events();
  template <class Spend>
  void sweep(Spend spend);
  void apply(const Event& event);
  void apply_to_stage(std::uint32_t stage, std::int64_t unlaunched, std::int64_t running,
                      std::int64_t cores_after);
  void spend(Time from, Time to);
  IdleCause driver_cause() const;
  DriverPeriod driver_state() const;
  void give(IdleCause cause, std::int64_t cores, Duration time) {
    idle_.by_cause[static_cast<std::size_t>(cause)] += time * cores;
  }

  const Timeline& timeline_;
  const Slots& slots_;
  const Time start_, end_;
  std::vector<std::int64_t> cpus_;  // of a task, by stage
  Waits waits_;
  const Profiles profiles_;
  std::vector<IdleSpan> idle_spans_, locality_spans_;
  const std::vector<TimeSpan> slot_waits_;  // by stage
  std::vector<Event> events_;
  std::vector<StageState> stages_;
  IdleTime idle_;
  std::set<std::uint32_t> preparing_, active_jobs_;  // rows
  std::vector<std::vector<TimeSpan>> tails_;         // by stage
  Time now_;

  // Of executors, or for executors, of one resource profile.
  struct OfProfile {
    std::int64_t free = 0, free_for_locality = 0;
    std::int64_t ready = 0;  // cores that tasks need
  };
  std::vector<OfProfile> by_profile_;
  OfProfile& profile_of(const IdleSpan& span) {
    return by_profile_[profiles_.of_executor[span.executor]];
  }
  OfProfile& profile_of(StageId stage) {
    return by_profile_[profiles_.of_stage[stage.index()]];
  }
  bool any_ready() const {
    return std::ranges::any_of(by_profile_, [](const OfProfile& p) { return p.ready > 0; });
  }
  bool waits_for_slots(std::size_t stage) const {
    return slot_waits_[stage].from < slot_waits_[stage].to;
  }
  std::int64_t tail_ = 0, unregistered_ = 0;
  std::int64_t kept_ = 0;  // cores that barrier stages wait for
  std::int64_t submitted_ = 0;  // cores that tasks need
  std::int64_t running_ = 0;    // tasks
  std::int64_t coming_jobs_ = 0, past_jobs_ = 0, executors_ = 0;
};

IdleSweep::IdleSweep(const Timeline& timeline, const Slots& slots, Time start, Time end)
    : timeline_(timeline),
      slots_(slots),
      start_(start),
      end_(end),
      profiles_(explaining::find_profiles(timeline)),
      slot_waits_(muster::slot_waits(timeline)),
      stages_(timeline.stages.size()),
      tails_(timeline.stages.size()),
      now_(start),
      by_profile_(profiles_.count) {
  const Duration shortest = explaining::shortest_locality_wait(timeline.conf);
  waits_ = explaining::find_waits(timeline, end, shortest);
  if (shortest > Duration()) {
    idle_spans_ = explaining::idle_spans(timeline, slots);
    locality_spans_ = explaining::locality_spans(timeline, slots, waits_, profiles_,
                                                  idle_spans_);
  }
  for (const StageSpan& stage : timeline.stages)
    cpus_.push_back(task_cpus(timeline, stage.resource_profile));
  coming_jobs_ = static_cast<std::int64_t>(timeline.jobs.size());
}

// What only the sums need.
void IdleSweep::list_cores() {
  if (idle_spans_.empty()) idle_spans_ = explaining::idle_spans(timeline_, slots_);
  for (std::size_t i = 0; i < idle_spans_.size(); ++i)
    add(idle_spans_[i].from, Change::CoreFree, i), add(idle_spans_[i].to, Change::CoreTaken, i);
  for (std::size_t i = 0; i < locality_spans_.size(); ++i) {
    add(locality_spans_[i].from, Change::LocalityBegins, i);
    add(locality_spans_[i].to, Change::LocalityEnds, i);
  }
}

void IdleSweep::list_events() {
  for (std::size_t s = 0; s < waits_.stages.size(); ++s) {
    if (!waits_.stages[s].submitted.happened()) continue;
    add(waits_.stages[s].submitted, Change::StageSubmitted, s);
    add(waits_.stages[s].runnable, Change::StageRunnable, s);
    if (!waits_for_slots(s)) continue;
    add(slot_waits_[s].from, Change::SlotWaitBegins, s);
    add(slot_waits_[s].to, Change::SlotWaitEnds, s);
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
  for (std::size_t e = 0; e < slots_.executors.size(); ++e) {
    const ExecutorSlots& life = slots_.executors[e];
    if (life.slots == 0 || life.from == life.to) continue;
    add(life.from, Change::ExecutorThere, e);
    add(life.to, Change::ExecutorGone, e);
  }
}

void IdleSweep::apply_to_stage(std::uint32_t stage, std::int64_t unlaunched, std::int64_t running,
                               std::int64_t cores_after) {
  StageState& state = stages_[stage];
  tail_ -= state.tail();
  const bool was = state.in_tail();
  state.unlaunched += unlaunched;
  state.running += running;
  state.cores_after += cores_after;
  tail_ += state.tail();
  if (was == state.in_tail()) return;
  std::vector<TimeSpan>& spans = tails_[stage];
  if (was) {
    spans.back().to = now_;
    if (spans.back().from == now_) spans.pop_back();
  } else if (!spans.empty() && spans.back().to == now_) {
    spans.back().to = end_;
  } else {
    spans.push_back({now_, end_});
  }
}

void IdleSweep::apply(const Event& event) {
  const std::uint32_t i = event.subject;
  const AttemptTable& attempts = timeline_.attempts;
  const auto core = [&](std::int64_t sign) {
    const IdleSpan& span = idle_spans_[i];
    profile_of(span).free += sign * span.weight;
    if (span.after_stage != Slots::kNone)
      apply_to_stage(span.after_stage, 0, 0, sign * span.weight);
  };
  switch (event.change) {
    case Change::CoreFree: return core(1);
    case Change::CoreTaken: return core(-1);
    case Change::LocalityBegins:
      profile_of(locality_spans_[i]).free_for_locality += locality_spans_[i].weight;
      return;
    case Change::LocalityEnds:
      profile_of(locality_spans_[i]).free_for_locality -= locality_spans_[i].weight;
      return;
    case Change::StageSubmitted:
      preparing_.insert(i);
      submitted_ += waits_.stages[i].first_attempts * cpus_[i];
      return apply_to_stage(i, waits_.stages[i].first_attempts, 0, 0);
    case Change::SlotWaitBegins:
      kept_ += timeline_.stages[i].tasks * cpus_[i];
      return;
    case Change::SlotWaitEnds:
      kept_ -= timeline_.stages[i].tasks * cpus_[i];
      return;
    case Change::StageRunnable:
      preparing_.erase(i);
      profile_of(StageId(i)).ready += waits_.stages[i].first_attempts * cpus_[i];
      return;
    case Change::RetryReady: {
      const StageId stage = attempts.stage[i];
      profile_of(stage).ready += cpus_[stage.index()], submitted_ += cpus_[stage.index()];
      return apply_to_stage(stage.index(), 1, 0, 0);
    }
    case Change::Launch: {
      const bool waited =
          waits_.retry_since[i].happened() || waits_.is_first(attempts, i);
      const StageId stage = attempts.stage[i];
      const std::int64_t cpus = cpus_[stage.index()];
      ++running_;
      if (waited) profile_of(stage).ready -= cpus, submitted_ -= cpus;
      return apply_to_stage(stage.index(), waited ? -1 : 0, 1, 0);
    }
    case Change::End:
      --running_;
      return apply_to_stage(attempts.stage[i].index(), 0, -1, 0);
    case Change::JobStart: --coming_jobs_, active_jobs_.insert(i); return;
    case Change::JobEnd: active_jobs_.erase(i), ++past_jobs_; return;
    case Change::ExecutorAdded: unregistered_ -= timeline_.executors[i].cores; return;
    case Change::ExecutorThere: ++executors_; return;
    case Change::ExecutorGone: --executors_; return;
  }
}

IdleCause IdleSweep::driver_cause() const {
  if (!preparing_.empty())
    return waits_for_slots(*preparing_.begin()) ? IdleCause::SlotWait
                                                : IdleCause::StagePreparation;
  if (!active_jobs_.empty()) return IdleCause::Completion;
  if (coming_jobs_ > 0 && past_jobs_ == 0) return IdleCause::Startup;
  return coming_jobs_ > 0 ? IdleCause::BetweenJobs : IdleCause::Shutdown;
}

DriverPeriod IdleSweep::driver_state() const {
  DriverPeriod out;
  out.no_executor = executors_ <= 0;
  if (running_ > 0) return out;
  out.cause = any_ready() ? IdleCause::Dispatch : driver_cause();
  if (*out.cause == IdleCause::StagePreparation || *out.cause == IdleCause::SlotWait)
    out.subject = timeline_.stages[*preparing_.begin()].id;
  if (*out.cause == IdleCause::Completion)
    out.subject = timeline_.jobs[*active_jobs_.begin()].id;
  return out;
}

void IdleSweep::spend(Time from, Time to) {
  const Duration time = to - from;
  std::int64_t rest = 0, free = 0;
  for (const OfProfile& one : by_profile_) {
    const std::int64_t waiting = std::min(one.free, std::max<std::int64_t>(0, one.ready));
    const std::int64_t locality = std::min(waiting, one.free_for_locality);
    give(IdleCause::LocalityWait, locality, time);
    give(IdleCause::Dispatch, waiting - locality, time);
    free += one.free, rest += one.free - waiting;
  }
  const std::int64_t missing =
      std::min(std::max<std::int64_t>(0, submitted_ - free), unregistered_);
  idle_.missing_registration += time * missing;
  const std::int64_t kept = std::min(rest, kept_);
  give(IdleCause::SlotWait, kept, time);
  rest -= kept;
  const std::int64_t tail = std::min(rest, tail_);
  give(IdleCause::SkewTail, tail, time);
  rest -= tail;
  give(running_ > 0 || any_ready() ? IdleCause::NoRunnableTask : driver_cause(), rest, time);
}

template <class Spend>
void IdleSweep::sweep(Spend spend_time) {
  // Within an instant no time passes: what begins only has to come before it ends.
  std::sort(events_.begin(), events_.end(), [](const Event& a, const Event& b) {
    return a.at != b.at ? a.at < b.at : a.change < b.change;
  });
  for (const Event& event : events_) {
    if (event.at > now_) spend_time(now_, event.at);
    now_ = event.at;
    apply(event);
  }
}

IdleTime IdleSweep::sum() {
  list_cores();
  list_events();
  sweep([this](Time from, Time to) { spend(from, to); });
  for (const ExecutorSlots& e : slots_.executors) {
    idle_.available += (e.to - e.from) * (std::int64_t{e.slots} * e.weight + e.spare);
    give(IdleCause::Remainder, e.spare, e.to - e.from);
  }
  for (const Duration part : idle_.by_cause) idle_.idle += part;
  idle_.busy = idle_.available - idle_.idle;
  return idle_;
}

IdleMap IdleSweep::map() {
  list_events();
  IdleMap out;
  const auto note = [&](Time from, Time to) {
    DriverPeriod now = driver_state();
    now.from = from, now.to = to;
    if (!out.driver.empty()) {
      DriverPeriod& last = out.driver.back();
      if (last.cause == now.cause && last.no_executor == now.no_executor &&
          last.subject == now.subject) {
        last.to = to;
        return;
      }
    }
    out.driver.push_back(now);
  };
  sweep(note);
  if (now_ < end_) note(now_, end_);
  out.locality.resize(slots_.count);
  for (const IdleSpan& span : locality_spans_)
    out.locality[span.slot].push_back({span.from, span.to});
  out.tails = std::move(tails_);
  for (const StageWait& stage : waits_.stages) out.ready.push_back(stage.runnable);
  out.slot_waits = slot_waits_;
  return out;
}

}  // namespace

IdleMap idle_map(const Timeline& timeline, const Slots& slots) {
  const Time start = timeline.application.start.happened() ? timeline.application.start : Time();
  return IdleSweep(timeline, slots, start, start + timeline.wall()).map();
}

IdleTime explain_idle(const Timeline& timeline) {
  const Time start = timeline.application.start.happened() ? timeline.application.start : Time();
  const Slots slots = assign_slots(timeline);
  return IdleSweep(timeline, slots, start, start + timeline.wall()).sum();
}

}  // namespace muster
