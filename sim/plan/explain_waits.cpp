#include "sim/plan/explain_waits.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace muster::explaining {
namespace {

constexpr Duration kLongWait = Duration::millis(100);

bool is_remote(Locality locality) {
  return locality == Locality::RackLocal || locality == Locality::Any;
}

// For each attempt the end of the earlier attempt of the same task, if any. After a success the
// task became ready again at an unknown time (its output was lost): then its launch.
std::vector<Time> retry_times(const Timeline& timeline) {
  const AttemptTable& attempts = timeline.attempts;
  std::vector<std::uint32_t> rows = launch_order(attempts);
  std::stable_sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::tuple(attempts.stage[a], attempts.index[a]) <
           std::tuple(attempts.stage[b], attempts.index[b]);
  });
  std::vector<Time> since(attempts.size(), Time::never());
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const std::uint32_t before = rows[i - 1], row = rows[i];
    if (attempts.stage[before] != attempts.stage[row]) continue;
    if (attempts.index[before] != attempts.index[row] || attempts.speculative[row]) continue;
    const bool lost = attempts.outcome[before] == Outcome::Success;
    since[row] = std::min(lost ? Time::never() : attempts.finish[before], attempts.launch[row]);
  }
  return since;
}

// Intervals in which tasks of stages of one profile are ready, longer than kLongWait.
std::vector<std::pair<Time, Time>> ready_phases(const Timeline& timeline, const Waits& waits,
                                                const Profiles& profiles, std::uint32_t profile) {
  std::vector<std::pair<Time, std::int64_t>> changes;
  for (std::size_t s = 0; s < waits.stages.size(); ++s)
    if (waits.stages[s].first_attempts > 0 && profiles.of_stage[s] == profile)
      changes.emplace_back(waits.stages[s].runnable, waits.stages[s].first_attempts);
  for (const std::uint32_t row : launch_order(timeline.attempts)) {
    if (profiles.of_stage[timeline.attempts.stage[row].index()] != profile) continue;
    const bool retry = waits.retry_since[row].happened();
    if (!retry && !waits.is_first(timeline.attempts, row)) continue;
    if (retry) changes.emplace_back(waits.retry_since[row], 1);
    changes.emplace_back(timeline.attempts.launch[row], -1);
  }
  std::sort(changes.begin(), changes.end());
  std::vector<std::pair<Time, Time>> phases;
  std::int64_t ready = 0;
  Time began;
  for (std::size_t i = 0; i < changes.size();) {
    const Time at = changes[i].first;
    const bool before = ready > 0;
    for (; i < changes.size() && changes[i].first == at; ++i) ready += changes[i].second;
    if (!before && ready > 0) began = at;
    if (before && ready <= 0 && at - began > kLongWait) phases.emplace_back(began, at);
  }
  return phases;
}

// What launches of stages of one profile say about cores that stayed free meanwhile.
class Evidence {
 public:
  Evidence(const Timeline& timeline, const Slots& slots, const Waits& waits,
           const Profiles& profiles, std::uint32_t profile);
  // Whether something launched in (from, to] shows that a free core of `executor` was passed over.
  bool passed_over(Time from, Time to, std::uint32_t executor) const;

 private:
  struct Launch {
    Time slot_free_since;
    Time at;
    std::uint32_t executor;
  };
  // The earliest launch among those from some index on, and the earliest on another executor.
  struct Earliest {
    Time at = Time::never();
    std::uint32_t executor = Slots::kNone;
    Time elsewhere = Time::never();
  };
  void index_launches();

  std::vector<Launch> launches_;      // by slot_free_since
  std::vector<Earliest> from_index_;  // over launches_[i..]
  std::vector<Time> worse_;           // launches at a worse level than the best of their stage
};

Evidence::Evidence(const Timeline& timeline, const Slots& slots, const Waits& waits,
                   const Profiles& profiles, std::uint32_t profile) {
  const AttemptTable& attempts = timeline.attempts;
  std::vector<Locality> best(timeline.stages.size(), Locality::Unknown);
  std::vector<Time> slot_free(slots.count);
  for (const ExecutorSlots& e : slots.executors)
    for (std::uint32_t i = 0; i < e.slots; ++i) slot_free[e.first_slot + i] = e.from;
  for (std::size_t row = 0; row < attempts.size(); ++row) {
    Locality& level = best[attempts.stage[row].index()];
    level = std::min(level, attempts.locality[row]);
  }
  for (const std::uint32_t row : launch_order(attempts)) {
    if (profiles.of_stage[attempts.stage[row].index()] != profile) continue;
    const StageWait& stage = waits.stages[attempts.stage[row].index()];
    const Locality level = attempts.locality[row];
    const bool waited_first = stage.runnable < stage.first_launch && is_remote(level);
    if (level != Locality::Unknown &&
        (waited_first || level > best[attempts.stage[row].index()]))
      worse_.push_back(attempts.launch[row]);
    const std::uint32_t slot = slots.slot[row];
    if (slot == Slots::kNone) continue;
    launches_.push_back({slot_free[slot], attempts.launch[row], attempts.executor[row].index()});
    slot_free[slot] = slots.held_until[row];
  }
  index_launches();
}

void Evidence::index_launches() {
  std::sort(launches_.begin(), launches_.end(), [](const Launch& a, const Launch& b) {
    return std::tuple(a.slot_free_since, a.at, a.executor) <
           std::tuple(b.slot_free_since, b.at, b.executor);
  });
  from_index_.resize(launches_.size() + 1);
  for (std::size_t i = launches_.size(); i-- > 0;) {
    Earliest now = from_index_[i + 1];
    const Launch& launch = launches_[i];
    if (launch.executor == now.executor) {
      now.at = std::min(now.at, launch.at);
    } else if (launch.at < now.at) {
      now = {launch.at, launch.executor, now.at};
    } else {
      now.elsewhere = std::min(now.elsewhere, launch.at);
    }
    from_index_[i] = now;
  }
}

bool Evidence::passed_over(Time from, Time to, std::uint32_t executor) const {
  const auto worse = std::upper_bound(worse_.begin(), worse_.end(), from);
  if (worse != worse_.end() && *worse <= to) return true;
  const auto later = std::upper_bound(
      launches_.begin(), launches_.end(), from,
      [](Time t, const Launch& launch) { return t < launch.slot_free_since; });
  const Earliest& earliest = from_index_[static_cast<std::size_t>(later - launches_.begin())];
  return (earliest.executor == executor ? earliest.elsewhere : earliest.at) < to;
}

// Those of executors of one profile.
void add_locality_spans(const Timeline& timeline, const Slots& slots, const Waits& waits,
                        const Profiles& profiles, std::uint32_t profile,
                        const std::vector<IdleSpan>& idle, std::vector<IdleSpan>& out) {
  const auto phases = ready_phases(timeline, waits, profiles, profile);
  if (phases.empty()) return;
  const Evidence evidence(timeline, slots, waits, profiles, profile);
  for (const IdleSpan& span : idle) {
    if (span.to - span.from <= kLongWait || profiles.of_executor[span.executor] != profile)
      continue;
    auto phase = std::lower_bound(phases.begin(), phases.end(), span.from,
                                  [](const auto& p, Time t) { return p.second <= t; });
    for (; phase != phases.end() && phase->first < span.to; ++phase) {
      IdleSpan part = span;
      part.from = std::max(span.from, phase->first);
      part.to = std::min(span.to, phase->second);
      if (part.to - part.from > kLongWait &&
          evidence.passed_over(part.from, part.to, span.executor))
        out.push_back(part);
    }
  }
}

}  // namespace

Profiles find_profiles(const Timeline& timeline) {
  std::vector<std::int64_t> known;
  for (const ExecutorSpan& executor : timeline.executors)
    known.push_back(executor.resource_profile);
  std::ranges::sort(known);
  known.erase(std::unique(known.begin(), known.end()), known.end());
  const auto number = [&](std::int64_t profile) {
    const auto at = std::ranges::lower_bound(known, profile);
    const bool is = at != known.end() && *at == profile;
    return is ? static_cast<std::uint32_t>(at - known.begin()) : 0;
  };
  Profiles out;
  out.count = std::max<std::uint32_t>(1, static_cast<std::uint32_t>(known.size()));
  for (const ExecutorSpan& executor : timeline.executors)
    out.of_executor.push_back(number(executor.resource_profile));
  for (const StageSpan& stage : timeline.stages)
    out.of_stage.push_back(number(stage.resource_profile));
  // Where its tasks ran is right in any case: without dynamic allocation a profile of tasks only
  // takes the executors that are there (3.4).
  const AttemptTable& attempts = timeline.attempts;
  for (std::size_t row = 0; row < attempts.size(); ++row)
    if (attempts.executor[row].valid())
      out.of_stage[attempts.stage[row].index()] =
          out.of_executor[attempts.executor[row].index()];
  return out;
}

Duration shortest_locality_wait(const Conf& conf) {
  const Duration base = conf.duration("spark.locality.wait", Duration::seconds(3),
                                      Duration::millis(1));
  Duration shortest;
  for (const char* level : {"process", "node", "rack"}) {
    const Duration wait = conf.duration(std::string("spark.locality.wait.") + level, base,
                                        Duration::millis(1));
    if (wait > Duration() && (shortest == Duration() || wait < shortest)) shortest = wait;
  }
  return shortest;
}

Waits find_waits(const Timeline& timeline, Time end, Duration shortest_wait) {
  const AttemptTable& attempts = timeline.attempts;
  Waits waits;
  waits.stages.resize(timeline.stages.size());
  waits.retry_since = retry_times(timeline);
  std::vector<Locality> first_level(timeline.stages.size(), Locality::Unknown);
  for (const std::uint32_t row : launch_order(attempts)) {
    const std::size_t s = attempts.stage[row].index();
    StageWait& stage = waits.stages[s];
    if (!stage.first_launch.happened())
      stage.first_launch = attempts.launch[row], first_level[s] = attempts.locality[row];
    if (waits.is_first(attempts, row)) {
      ++stage.first_attempts;
      waits.retry_since[row] = Time::never();
    }
  }
  for (std::size_t s = 0; s < waits.stages.size(); ++s) {
    StageWait& stage = waits.stages[s];
    stage.submitted = std::min(timeline.stages[s].submitted, stage.first_launch);
    if (!stage.submitted.happened()) continue;
    stage.runnable = std::min({stage.first_launch, timeline.stages[s].completed, end});
    if (stage.first_launch.happened() && shortest_wait > Duration() &&
        is_remote(first_level[s]) && stage.first_launch - stage.submitted >= shortest_wait)
      stage.runnable = stage.submitted;
    stage.runnable = std::max(stage.runnable, stage.submitted);
  }
  return waits;
}

std::vector<IdleSpan> idle_spans(const Timeline& timeline, const Slots& slots) {
  const AttemptTable& attempts = timeline.attempts;
  std::vector<std::vector<std::uint32_t>> by_slot(slots.count);
  for (const std::uint32_t row : launch_order(attempts))
    if (slots.slot[row] != Slots::kNone) by_slot[slots.slot[row]].push_back(row);
  std::vector<IdleSpan> spans;
  for (std::uint32_t e = 0; e < slots.executors.size(); ++e) {
    const ExecutorSlots& life = slots.executors[e];
    for (std::uint32_t i = 0; i < life.slots; ++i) {
      Time free = life.from;
      std::uint32_t after = Slots::kNone;
      for (const std::uint32_t row : by_slot[life.first_slot + i]) {
        if (slots.held_from[row] > free)
          spans.push_back(
              {free, slots.held_from[row], e, life.weight, after, life.first_slot + i});
        free = slots.held_until[row];
        after = attempts.stage[row].index();
      }
      if (life.to > free)
        spans.push_back({free, life.to, e, life.weight, after, life.first_slot + i});
    }
  }
  return spans;
}

std::vector<IdleSpan> locality_spans(const Timeline& timeline, const Slots& slots,
                                     const Waits& waits, const Profiles& profiles,
                                     const std::vector<IdleSpan>& idle) {
  std::vector<IdleSpan> out;
  for (std::uint32_t p = 0; p < profiles.count; ++p)
    add_locality_spans(timeline, slots, waits, profiles, p, idle, out);
  std::ranges::stable_sort(out, {}, &IdleSpan::slot);
  return out;
}

}  // namespace muster::explaining
