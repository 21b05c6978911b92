// What the page knows of one run, but for its tasks.
#include <algorithm>
#include <map>

#include "sim/report/html_json.h"
#include "sim/report/pace_text.h"
#include "sim/report/print_parts.h"
#include "sim/report/quantities.h"
#include "sim/report/run_words.h"
#include "sim/timeline/driver_place.h"
#include "sim/timeline/pools.h"

namespace muster::html {
namespace {

constexpr std::size_t kMostReasons = 400;
constexpr std::size_t kLongestText = 4000;

std::string_view cut(std::string_view text) { return text.substr(0, kLongestText); }

void add_application(PageJson& out, const HtmlSide& side) {
  const Timeline& timeline = side.result->timeline;
  const ApplicationSpan& app = timeline.application;
  out.field("app", app.name).field("id", app.id).field("user", app.user);
  out.field("attempt", app.attempt).field("version", app.spark_version);
  out.field("ended", app.end.happened());
  out.key("epoch");
  if (side.recorded && app.start.happened()) out.number(app.start.in_millis());
  else out.null();
  out.field("master", timeline.conf.text("spark.master", ""));
  out.field("mode", timeline.conf.text("spark.submit.deployMode", ""));
  out.field("settings", printing::settings_text(timeline));
  out.field("pools", pools_text(*side.result));
  out.field("java", timeline.java_version);
  out.key("conf").open('[');
  for (const auto& [key, value] : timeline.conf.entries())
    out.open('[').text(key).text(is_secret(key) ? "(left out)" : cut(value)).close(']');
  out.close(']');
}

void add_totals(PageJson& out, const Totals& t) {
  out.field("wall", t.wall).field("busy", t.busy).field("available", t.available);
  out.field("jobCount", t.jobs).field("failedJobs", t.failed_jobs);
  out.field("stageCount", t.stages).field("skippedStages", t.skipped_stages);
  out.field("failedStages", t.failed_stages).field("taskCount", t.tasks);
  out.field("attempts", t.attempts).field("failedAttempts", t.failed_attempts);
  out.field("killedAttempts", t.killed_attempts).field("copies", t.speculative_attempts);
  out.field("executorCount", t.executors).field("removedExecutors", t.removed_executors);
  out.field("peakExecutors", t.peak_executors).field("peakCores", t.peak_cores);
}

void add_cost(PageJson& out, const Result& result) {
  out.field("cost", result.cost.in_micro_dollars());
  Lease all;
  all.machines = 0;
  for (const Lease& lease : result.leases)
    all.machines += lease.machines, all.time += lease.time;
  out.field("machines", counted(all.machines, "machine") + ", " + hours_text(all.time) +
                            " machine-hours");
  out.key("leases").open('[');
  for (const Lease& lease : result.leases)
    out.open('[').text(lease.what).text(count_text(lease.machines)).text(hours_text(lease.time))
        .text(money_text(lease.per_hour)).text(money_text(lease.cost)).close(']');
  out.close(']');
}

void add_milestones(PageJson& out, const Result& result, const PageClock& clock) {
  const Milestones& m = result.milestones;
  out.key("milestones").open('{');
  clock.field(out, "submitted", m.submitted);
  clock.field(out, "driver", m.driver_started);
  clock.field(out, "registered", m.registered);
  clock.field(out, "executor", m.first_executor);
  clock.field(out, "ready", m.context_ready);
  clock.field(out, "task", m.first_task);
  out.field("place", words_of(driver_place(result.timeline, m)));
  out.field("attempts", m.attempts).close('}');
  out.key("nodes").open('[');
  for (const NodeSpan& node : result.nodes) {
    out.open('{').field("host", node.host).field("group", node.group);
    clock.field(out, "ordered", node.ordered);
    clock.field(out, "ready", node.ready);
    clock.field(out, "gone", node.gone);
    out.field("why", node.gone_reason).close('}');
  }
  out.close(']');
  out.key("others").open('[');
  for (const OtherApplication& other : result.others) {
    out.open('{').field("name", other.timeline.application.name);
    clock.field(out, "submitted", other.milestones.submitted);
    clock.field(out, "end", other.timeline.last_time());
    out.field("failure", cut(other.failure)).close('}');
  }
  out.close(']');
}

void add_executors(PageJson& out, const Timeline& timeline, const PageClock& clock) {
  out.key("executors").open('[');
  for (const ExecutorSpan& executor : timeline.executors) {
    out.open('{').field("id", executor.id).field("host", executor.host);
    out.field("cores", executor.cores).field("memory", executor.max_memory);
    clock.field(out, "added", executor.added);
    clock.field(out, "removed", executor.removed);
    out.field("why", cut(executor.removed_reason)).close('}');
  }
  out.close(']');
}

void add_jobs(PageJson& out, const Timeline& timeline, const PageClock& clock) {
  const std::vector<std::string> names = job_names(timeline);
  out.key("jobs").open('[');
  for (std::size_t j = 0; j < timeline.jobs.size(); ++j) {
    const JobSpan& job = timeline.jobs[j];
    out.open('{').field("id", job.id).field("name", cut(names[j])).field(
        "pool", job.pool.empty() && is_fair(timeline.conf) ? pool_of(job) : job.pool);
    clock.field(out, "from", job.submitted);
    clock.field(out, "to", job.completed);
    out.field("outcome", outcome_name(job.outcome)).field("failure", cut(job.failure));
    out.key("stages").open('[');
    for (const std::int64_t id : job.stage_ids) out.number(id);
    out.close(']').close('}');
  }
  out.close(']');
}

void add_stages(PageJson& out, const HtmlSide& side, const PageClock& clock) {
  const Timeline& timeline = side.result->timeline;
  std::map<std::uint32_t, const StageStatistics*> statistics;
  for (const StageStatistics& one : side.explanation->stages)
    statistics.emplace(one.row.index(), &one);
  out.key("stages").open('[');
  for (std::uint32_t s = 0; s < timeline.stages.size(); ++s) {
    const StageSpan& stage = timeline.stages[s];
    out.open('{').field("id", stage.id).field("attempt", stage.attempt);
    out.field("name", cut(stage.name)).field("tasks", stage.tasks);
    clock.field(out, "from", stage.submitted);
    clock.field(out, "to", stage.completed);
    if (!stage.failure.empty()) out.field("failure", cut(stage.failure));
    if (const auto at = statistics.find(s); at != statistics.end()) {
      const StageStatistics& one = *at->second;
      out.field("p50", one.p50).field("p95", one.p95).field("max", one.max);
      out.field("work", one.work).field("skew", one.skew).field("failed", one.failed);
    }
    if (stage.submitted.happened()) clock.field(out, "ready", side.idle.ready[s]);
    if (const TimeSpan wait = side.idle.slot_waits[s]; wait.from < wait.to)
      out.key("slotWait").open('{').field("from", clock(wait.from)).field("to", clock(wait.to))
          .close('}');
    out.key("tails").open('[');
    for (const TimeSpan& tail : side.idle.tails[s])
      out.open('[').number(clock(tail.from)).number(clock(tail.to)).close(']');
    out.close(']');
    out.close('}');
  }
  out.close(']');
}

// Periods in which no task ran, and which words of `names` say why.
void add_driver(PageJson& out, const IdleMap& idle, const PageClock& clock) {
  std::vector<std::int64_t> from, length, cause, name;
  std::vector<std::string> names;
  std::map<std::string, std::int64_t> known;
  for (const DriverPeriod& period : idle.driver) {
    if (!period.cause) continue;
    std::string words = words_of(period);
    if (const std::string subject = subject_text(period); !subject.empty())
      words += ", " + subject;
    from.push_back(clock(period.from));
    length.push_back(clock(period.to) - clock(period.from));
    cause.push_back(static_cast<std::int64_t>(*period.cause));
    const auto [at, is_new] = known.emplace(words, static_cast<std::int64_t>(names.size()));
    if (is_new) names.push_back(std::move(words));
    name.push_back(at->second);
  }
  out.key("driver").open('{').field("from", packed(from, Coding::Delta));
  out.field("length", packed(length, Coding::Plain));
  out.field("cause", packed(cause, Coding::Plain)).field("name", packed(name, Coding::Plain));
  out.key("names").open('[');
  for (const std::string& words : names) out.text(words);
  out.close(']').close('}');
}

void add_locality_waits(PageJson& out, const IdleMap& idle, const PageClock& clock) {
  std::vector<std::int64_t> slot, from, length;
  for (std::size_t s = 0; s < idle.locality.size(); ++s)
    for (const TimeSpan& span : idle.locality[s]) {
      slot.push_back(static_cast<std::int64_t>(s));
      from.push_back(clock(span.from));
      length.push_back(clock(span.to) - clock(span.from));
    }
  out.key("locality").open('{');
  out.field("slot", packed(slot, Coding::Delta)).field("from", packed(from, Coding::Delta));
  out.field("length", packed(length, Coding::Plain)).close('}');
}

void add_idle(PageJson& out, const Explanation& explanation) {
  const IdleTime& idle = explanation.idle;
  out.key("idle").open('[');
  for (const Duration part : idle.by_cause) out.number(part.in_millis());
  out.close(']');
  out.field("idleBusy", idle.busy).field("idleAvailable", idle.available);
  out.field("missing", idle.missing_registration);
  out.key("pathSums").open('[');
  for (const Duration part : explanation.path.by_kind) out.number(part.in_millis());
  out.close(']');
}

void add_counters(PageJson& out, const Timeline& timeline, const PageClock& clock) {
  out.key("counters").open('[');
  for (const Counter& counter : timeline.counters) {
    std::vector<std::int64_t> times;
    out.open('{').field("name", counter.name).field("unit", counter.unit);
    out.key("values").open('[');
    for (const auto& [at, value] : counter.points) {
      times.push_back(clock(at));
      out.real(value);
    }
    out.close(']').field("times", packed(times, Coding::Delta)).close('}');
  }
  out.close(']');
}

void add_provenance(PageJson& out, const Result& result, const PageClock& clock) {
  const Provenance& p = result.provenance;
  out.field("scenario", p.scenario).field("seed", static_cast<std::int64_t>(p.seed));
  out.field("replication", p.replication);
  out.field("fingerprint", result.timeline.schedule_fingerprint() & 0xffff'ffff'ffffU);
  out.key("warnings").open('[');
  for (const std::string& warning : p.warnings) out.text(cut(warning));
  out.close(']');
  out.field("reasonCount", std::uint64_t{result.reasons.size()});
  out.key("why").open('[');
  for (std::size_t i = 0; i < std::min(kMostReasons, result.reasons.size()); ++i) {
    const Reason& reason = result.reasons[i];
    out.open('[').number(clock(reason.at)).text(reason.subject).text(cut(reason.text)).close(']');
  }
  out.close(']');
}

void add_one(PageJson& out, const HtmlSide& side, const PageClock& clock) {
  const Result& result = *side.result;
  const Timeline& timeline = result.timeline;
  out.field("name", side.name).field("recorded", side.recorded);
  out.field("succeeded", result.succeeded).field("failure", cut(result.failure));
  out.field("waits", result.waits_for_ever);
  const bool started = timeline.application.start.happened();
  clock.field(out, "lifeFrom", timeline.application.start);
  clock.field(out, "lifeTo",
              started ? timeline.application.start + timeline.wall() : Time::never());
  add_application(out, side);
  add_totals(out, result.totals);
  add_cost(out, result);
  add_milestones(out, result, clock);
  add_executors(out, timeline, clock);
  add_jobs(out, timeline, clock);
  add_stages(out, side, clock);
  add_driver(out, side.idle, clock);
  add_locality_waits(out, side.idle, clock);
  add_idle(out, *side.explanation);
  add_pace(out, side);
  add_counters(out, timeline, clock);
  add_provenance(out, result, clock);
  out.key("attempt_table").open('{');
  add_tasks(out, timeline, *side.explanation, clock);
  out.close('}');
}

}  // namespace

void add_side(PageJson& out, const HtmlSide& side) {
  const PageClock clock(side.result->timeline, side.result->milestones.submitted);
  out.open('{');
  add_one(out, side, clock);
  out.key("further").open('[');
  for (const HtmlSide& further : side.further) {
    out.open('{');
    add_one(out, further, clock);
    out.close('}');
  }
  out.close(']').close('}');
}

// What stands out, and what each executor and stage has to say about it.
void add_pace(PageJson& out, const HtmlSide& side) {
  constexpr std::size_t kMostLines = 8;
  const Timeline& timeline = side.result->timeline;
  const Pace& pace = side.explanation->pace;
  const auto text = [&out](std::size_t row, const std::string& words) {
    if (!words.empty()) out.open('[').number(static_cast<std::int64_t>(row)).text(words).close(']');
  };
  out.key("pace").open('{').key("lines").open('[');
  for (const std::string& line : pace_lines(timeline, pace, kMostLines)) out.text(cut(line));
  out.close(']').key("executors").open('[');
  for (std::size_t e = 0; e < pace.executors.size(); ++e)
    text(e, pace_text(timeline, pace.executors[e]));
  out.close(']').key("slow").open('[');
  for (std::size_t e = 0; e < pace.executors.size(); ++e)
    if (pace.executors[e].slow)
      out.open('[').number(static_cast<std::int64_t>(e)).real(worst_factor(pace.executors[e]))
          .close(']');
  out.close(']').key("stages").open('[');
  for (const StagePace& stage : pace.stages) text(stage.row.index(), tail_text(timeline, stage));
  out.close(']').close('}');
}

}  // namespace muster::html
