#include "sim/report/run_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "sim/report/compare.h"
#include "sim/report/quantities.h"
#include "sim/timeline/pools.h"

namespace muster {

std::string failure_line(std::string_view failure) {
  constexpr std::string_view kTraceback = "Traceback (most recent call last):";
  std::string first(failure.substr(0, failure.find('\n')));
  const std::size_t announced = first.find(kTraceback);
  if (announced == first.npos) return first;
  std::string_view exception;  // the last line that is not indented, before the JVM's own stack
  for (std::size_t at = first.size() + 1; at < failure.size();) {
    const std::size_t end = std::min(failure.find('\n', at), failure.size());
    const std::string_view line = failure.substr(at, end - at);
    if (line.starts_with("\tat ") || line.starts_with("Driver stacktrace:")) break;
    if (!line.empty() && line[0] != ' ' && line[0] != '\t') exception = line;
    at = end + 1;
  }
  if (exception.empty()) return first;
  return first.substr(0, announced) + std::string(exception);
}

std::string executors_text(const Totals& totals) {
  if (totals.executors == 0) return "no executors";
  if (totals.executors == totals.peak_executors) return counted(totals.executors, "executor");
  return fmt::format("{} at once ({} in all)", counted(totals.peak_executors, "executor"),
                     count_text(totals.executors));
}

std::string hours_text(Duration time) {
  const double hours = time.in_seconds() / 3600;
  return hours < 1 ? fmt::format("{:.3f}", hours)
                   : fmt::format("{:.{}f}", hours, hours < 10 ? 2 : hours < 100 ? 1 : 0);
}

std::string machines_text(const Lease& lease) {
  return fmt::format("{}, {} machine-hours at {}", counted(lease.machines, "machine"),
                     hours_text(lease.time), money_text(lease.per_hour));
}

std::string lease_text(const Lease& lease) {
  return fmt::format("{}: {}: {}", lease.what, machines_text(lease), money_text(lease.cost));
}

namespace {

std::string instead_text(const std::string& now, const std::string& before,
                         std::optional<double> change) {
  if (now == before) return "the same " + now;
  return fmt::format("{} instead of {} ({})", now, before, error_text(change));
}

// Which wait makes most of what one takes longer, or shorter, than the other.
std::string cause_text(const NamedRun& first, const NamedRun& second) {
  const Duration whole = second.result.totals.wall - first.result.totals.wall;
  Duration most;
  PathKind kind = PathKind::Startup;
  for (std::size_t k = 0; k < kPathKindCount; ++k) {
    const Duration change =
        second.explanation.path.by_kind[k] - first.explanation.path.by_kind[k];
    const bool more = whole > Duration() ? change > most : change < most;
    if (more) most = change, kind = static_cast<PathKind>(k);
  }
  if (most == Duration()) return "";
  return fmt::format(" Most of that is {}: {} {}.", words_of(kind),
                     duration_text(most < Duration() ? -most : most),
                     most < Duration() ? "less" : "more");
}

}  // namespace

std::string words_of_pair(const NamedRun& first, const NamedRun& second) {
  for (const NamedRun* run : {&first, &second})
    if (!run->result.succeeded)
      return fmt::format("{} {}: its time is no time to compare.", run->name,
                         run->result.waits_for_ever ? "waits for ever" : "fails");
  const Totals& a = first.result.totals;
  const Totals& b = second.result.totals;
  std::string out = fmt::format(
      "{} against {}: {}", second.name, first.name,
      instead_text(duration_text(b.wall), duration_text(a.wall), relative_error(a.wall, b.wall)));
  if (executors_text(a) != executors_text(b))
    out += fmt::format(", with {} instead of {}", executors_text(b), executors_text(a));
  const Money before = first.result.cost, now = second.result.cost;
  if (before == Money() && now == Money())
    out += ", core time of executors " + instead_text(duration_text(b.available),
                                                      duration_text(a.available),
                                                      relative_error(a.available, b.available));
  else
    out += ", cost " + instead_text(money_text(now), money_text(before),
                                    before == Money() ? std::optional<double>()
                                                      : now.in_dollars() / before.in_dollars() - 1);
  out += ".";
  const bool same = duration_text(a.wall) == duration_text(b.wall);
  return same ? out : out + cause_text(first, second);
}

std::string pool_share_text(const Result& result, std::string_view pool) {
  const auto known = std::ranges::find(result.pools, pool, &PoolShare::name);
  if (known != result.pools.end())
    return fmt::format("weight {}, minShare {}", known->weight, known->min_share);
  const bool simulated = result.milestones.submitted.happened();
  return simulated ? "weight 1, minShare 0" : "weight and minShare not logged";
}

std::string pools_text(const Result& result) {
  if (!is_fair(result.timeline.conf)) return "";
  std::set<std::string> names;
  for (const JobSpan& job : result.timeline.jobs) names.insert(pool_of(job));
  if (names.empty()) return "";
  if (!result.milestones.submitted.happened() && result.pools.empty())
    return fmt::format("FAIR pools: {} (weights and minShares not logged)", fmt::join(names, ", "));
  std::string out;
  for (const std::string& name : names)
    out += fmt::format("{}{} ({})", out.empty() ? "FAIR pools: " : ", ", name,
                       pool_share_text(result, name));
  return out;
}

}  // namespace muster
