#include "sim/timeline/explanation.h"

#include <algorithm>

#include "sim/base/words.h"

namespace muster {
namespace {

struct Name {
  std::string_view words, key;
};

constexpr std::array<Name, kIdleCauseCount> kCauses = {{
    {"driver: before the first job", "driver_startup"},
    {"driver: between jobs", "driver_between_jobs"},
    {"driver: preparing a stage", "driver_stage_preparation"},
    {"driver: ending stages and jobs", "driver_completion"},
    {"driver: after the last job", "driver_shutdown"},
    {"waiting for a launch", "dispatch"},
    {"locality wait", "locality_wait"},
    {"waiting for a barrier stage's slots", "slot_wait"},
    {"fewer tasks than cores", "no_runnable_task"},
    {"waiting for a stage's last tasks", "skew_tail"},
    {"left over by spark.task.cpus or resources", "task_cpus_remainder"},
}};

constexpr std::array<Name, kPathKindCount> kKinds = {{
    {"before the first job", "startup"},
    {"driver between jobs", "driver_gap"},
    {"submitting the stage", "stage_submission"},
    {"waiting for an executor", "executor_wait"},
    {"preparing the stage", "stage_preparation"},
    {"waiting for slots at once", "slot_wait"},
    {"waiting for a core", "core_wait"},
    {"running the last task", "task"},
    {"ending the stage", "stage_end"},
    {"ending the job", "job_end"},
    {"after the last job", "shutdown"},
}};

// The first that ends after `at`: the one that covers it, or the next.
template <class Span>
typename std::vector<Span>::const_iterator after(const std::vector<Span>& spans, Time at) {
  return std::upper_bound(spans.begin(), spans.end(), at,
                          [](Time t, const Span& span) { return t < span.to; });
}

// Whether one covers `at`; `to` is cut to where that changes.
bool covered(const std::vector<TimeSpan>& spans, Time at, Time& to) {
  const auto span = after(spans, at);
  if (span == spans.end()) return false;
  to = std::min(to, span->from <= at ? span->to : span->from);
  return span->from <= at;
}

}  // namespace

const DriverPeriod* IdleMap::driver_at(Time at) const {
  const auto found = after(driver, at);
  return found != driver.end() && found->from <= at ? &*found : nullptr;
}

IdleMap::Piece IdleMap::piece(const Free& free) const {
  Piece out{.to = free.to};
  if (free.slot < locality.size() && covered(locality[free.slot], free.from, out.to)) {
    out.cause = IdleCause::LocalityWait;
    return out;
  }
  if (const DriverPeriod* period = driver_at(free.from)) {
    out.to = std::min(out.to, period->to);
    if (period->cause && static_cast<std::size_t>(*period->cause) < kDriverCauseCount) {
      out.cause = *period->cause, out.driver = period;
      return out;
    }
  }
  if (free.before < slot_waits.size() &&
      slot_waits[free.before].from < slot_waits[free.before].to) {
    const TimeSpan wait = slot_waits[free.before];
    if (wait.from <= free.from && free.from < wait.to) {
      out.cause = IdleCause::SlotWait, out.to = std::min(out.to, wait.to);
      return out;
    }
    if (free.from < wait.from) out.to = std::min(out.to, wait.from);
  }
  if (free.before < ready.size()) {
    if (ready[free.before] <= free.from) {
      out.cause = IdleCause::Dispatch;
      return out;
    }
    out.to = std::min(out.to, ready[free.before]);
  }
  if (free.after < tails.size() && covered(tails[free.after], free.from, out.to))
    out.cause = IdleCause::SkewTail;
  return out;
}

std::string_view words_of(IdleCause cause) {
  return kCauses[static_cast<std::size_t>(cause)].words;
}
std::string_view key_of(IdleCause cause) { return kCauses[static_cast<std::size_t>(cause)].key; }
std::string_view words_of(PathKind kind) { return kKinds[static_cast<std::size_t>(kind)].words; }
std::string_view key_of(PathKind kind) { return kKinds[static_cast<std::size_t>(kind)].key; }

std::string slot_wait_text(const StageSpan& stage) {
  return "waiting for " + counted(static_cast<std::uint64_t>(stage.tasks), "slot") + " at once";
}

std::string words_of(const DriverPeriod& period) {
  if (!period.cause) return "tasks run";
  const bool has_stage = *period.cause == IdleCause::StagePreparation ||
                         *period.cause == IdleCause::Dispatch ||
                         *period.cause == IdleCause::SlotWait;
  if (period.no_executor && has_stage) return std::string(words_of(PathKind::ExecutorWait));
  constexpr std::string_view kWho = "driver: ";
  std::string_view words = words_of(*period.cause);
  if (words.starts_with(kWho)) words.remove_prefix(kWho.size());
  return std::string(words) + (period.no_executor ? ", no executor there" : "");
}

std::string subject_text(const DriverPeriod& period) {
  if (period.subject < 0) return "";
  const bool job = period.cause == IdleCause::Completion;
  return (job ? "job " : "stage ") + std::to_string(period.subject);
}

}  // namespace muster
