#include "sim/timeline/explanation.h"

#include <algorithm>

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

std::string words_of(const DriverPeriod& period) {
  if (!period.cause) return "tasks run";
  const bool has_stage =
      *period.cause == IdleCause::StagePreparation || *period.cause == IdleCause::Dispatch;
  if (period.no_executor && has_stage) return std::string(words_of(PathKind::ExecutorWait));
  constexpr std::string_view kWho = "driver: ";
  std::string_view words = words_of(*period.cause);
  if (words.starts_with(kWho)) words.remove_prefix(kWho.size());
  return std::string(words) + (period.no_executor ? ", no executor there" : "");
}

}  // namespace muster
