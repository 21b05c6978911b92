#include "sim/report/json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/report/json_timeline.h"

namespace muster {
namespace {

using Json = nlohmann::ordered_json;

// Invalid UTF-8 becomes U+FFFD instead of an exception.
std::string dumped(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json number_or_null(std::optional<double> value) {
  return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

// Times of one timeline, from the application's start.
class Clock {
 public:
  explicit Clock(const Timeline& timeline)
      : start_(timeline.application.start.happened() ? timeline.application.start : Time()) {}
  Json operator()(Time t) const {
    return t.happened() ? Json((t - start_).in_seconds()) : Json(nullptr);
  }

 private:
  Time start_;
};

Json application_json(const ApplicationSpan& application) {
  const auto epoch_ms = [](Time t) {
    return t.happened() ? Json(t.in_millis()) : Json(nullptr);
  };
  return {{"id", application.id},
          {"name", application.name},
          {"user", application.user},
          {"attempt", application.attempt},
          {"spark_version", application.spark_version},
          {"start_epoch_ms", epoch_ms(application.start)},
          {"end_epoch_ms", epoch_ms(application.end)}};
}

Json totals_json(const Totals& totals) {
  return {{"wall_s", totals.wall.in_seconds()},
          {"busy_core_s", totals.busy.in_seconds()},
          {"available_core_s", totals.available.in_seconds()},
          {"jobs", totals.jobs},
          {"failed_jobs", totals.failed_jobs},
          {"stages", totals.stages},
          {"skipped_stages", totals.skipped_stages},
          {"failed_stages", totals.failed_stages},
          {"tasks", totals.tasks},
          {"attempts", totals.attempts},
          {"failed_attempts", totals.failed_attempts},
          {"killed_attempts", totals.killed_attempts},
          {"speculative_attempts", totals.speculative_attempts},
          {"executors", totals.executors},
          {"removed_executors", totals.removed_executors},
          {"peak_executors", totals.peak_executors},
          {"peak_cores", totals.peak_cores}};
}

Json executors_json(const Timeline& timeline) {
  const Clock clock(timeline);
  Json out = Json::array();
  for (const ExecutorSpan& executor : timeline.executors)
    if (executor.added.happened())
      out.push_back({{"id", executor.id},
                     {"host", executor.host},
                     {"cores", executor.cores},
                     {"added_s", clock(executor.added)},
                     {"removed_s", clock(executor.removed)},
                     {"removed_reason", executor.removed_reason},
                     {"storage_memory_bytes", executor.max_memory},
                     {"resource_profile", executor.resource_profile}});
  return out;
}

Json jobs_json(const Timeline& timeline) {
  const Clock clock(timeline);
  const std::vector<std::string> names = job_names(timeline);
  Json out = Json::array();
  for (std::size_t j = 0; j < timeline.jobs.size(); ++j) {
    const JobSpan& job = timeline.jobs[j];
    out.push_back(
        {{"id", job.id},
         {"name", names[j]},
         {"submitted_s", clock(job.submitted)},
         {"completed_s", clock(job.completed)},
         {"outcome", outcome_name(job.outcome)},
         {"failure", job.failure},
         {"pool", job.pool},
         {"sql_execution", job.sql_execution < 0 ? Json(nullptr) : Json(job.sql_execution)},
         {"stage_ids", job.stage_ids}});
  }
  return out;
}

Json stages_json(const Timeline& timeline) {
  const Clock clock(timeline);
  Json out = Json::array();
  for (const StageSpan& stage : timeline.stages)
    out.push_back({{"id", stage.id},
                   {"attempt", stage.attempt},
                   {"name", stage.name},
                   {"tasks", stage.tasks},
                   {"parent_ids", stage.parents},
                   {"submitted_s", clock(stage.submitted)},
                   {"completed_s", clock(stage.completed)},
                   {"failure", stage.failure},
                   {"resource_profile", stage.resource_profile}});
  return out;
}

Json provenance_json(const Provenance& provenance) {
  return {{"muster_version", provenance.muster_version},
          {"scenario", provenance.scenario},
          {"scenario_fingerprint", provenance.scenario_fingerprint},
          {"seed", provenance.seed},
          {"replication", provenance.replication},
          {"warnings", provenance.warnings}};
}

// Seconds after spark-submit, that itself after the application's start; null: did not happen.
Json milestones_json(const Milestones& m, const Timeline& timeline) {
  const auto after = [&](Time at) -> Json {
    if (!at.happened() || !m.submitted.happened()) return nullptr;
    return (at - m.submitted).in_seconds();
  };
  return {{"submitted_s", Clock(timeline)(m.submitted)},
          {"driver_started_s", after(m.driver_started)},
          {"registered_s", after(m.registered)},
          {"first_executor_s", after(m.first_executor)},
          {"context_ready_s", after(m.context_ready)},
          {"first_task_s", after(m.first_task)},
          {"driver_place", m.driver_place},
          {"application_attempts", m.attempts}};
}

Json nodes_json(const Result& result) {
  Json out = Json::array();
  const Time origin = result.milestones.submitted;
  const auto after = [&](Time at) -> Json {
    if (!at.happened()) return nullptr;
    return (at - origin).in_seconds();
  };
  for (const NodeSpan& node : result.nodes)
    out.push_back({{"host", node.host},
                   {"group", node.group},
                   {"ordered_s", after(node.ordered)},
                   {"ready_s", after(node.ready)},
                   {"gone_s", after(node.gone)},
                   {"gone_reason", node.gone_reason}});
  return out;
}

Json others_json(const std::vector<OtherApplication>& others) {
  Json out = Json::array();
  for (const OtherApplication& other : others)
    out.push_back({{"application", application_json(other.timeline.application)},
                   {"failure", other.failure},
                   {"waits_for_ever", other.waits_for_ever},
                   {"start_up", milestones_json(other.milestones, other.timeline)},
                   {"executors", executors_json(other.timeline)},
                   {"jobs", jobs_json(other.timeline)},
                   {"stages", stages_json(other.timeline)},
                   {"timeline", Json::parse(report::timeline_json(other.timeline))}});
  return out;
}

Json pools_json(const Result& result) {
  Json out = Json::array();
  for (const PoolShare& pool : result.pools)
    out.push_back(
        {{"name", pool.name}, {"weight", pool.weight}, {"min_share", pool.min_share}});
  return out;
}

Json leases_json(const Result& result) {
  const Clock clock(result.timeline);
  Json out = Json::array();
  for (const Lease& lease : result.leases)
    out.push_back({{"what", lease.what},
                   {"machines", lease.machines},
                   {"machine_hours", lease.time.in_seconds() / 3600},
                   {"per_hour_usd", lease.per_hour.in_dollars()},
                   {"from_s", clock(lease.from)},
                   {"to_s", clock(lease.to)},
                   {"cost_usd", lease.cost.in_dollars()},
                   {"spot", lease.spot},
                   {"on_demand_usd", lease.on_demand.in_dollars()}});
  return out;
}

Json reasons_json(const Result& result) {
  const Clock clock(result.timeline);
  Json out = Json::array();
  for (const Reason& reason : result.reasons)
    out.push_back({{"at_s", clock(reason.at)}, {"subject", reason.subject}, {"text", reason.text}});
  return out;
}

void put_span(Json& row, const SpanPair& span) {
  row["left_s"] = span.left.in_seconds();
  row["right_s"] = span.right.in_seconds();
  row["error"] = number_or_null(span.error());
  row["left_start_s"] = span.left_start.in_seconds();
  row["right_start_s"] = span.right_start.in_seconds();
}

Json localities_json(const Comparison& comparison) {
  Json out = Json::object();
  for (std::size_t l = 0; l < comparison.left_localities.size(); ++l)
    out[std::string(name_of(static_cast<Locality>(l)))] = {
        {"left", comparison.left_localities[l]}, {"right", comparison.right_localities[l]}};
  return out;
}

Json compared_jobs(const Comparison& comparison) {
  Json out = Json::array();
  for (const JobComparison& job : comparison.jobs) {
    Json row = {{"id", job.id}, {"name", job.name}};
    put_span(row, job.span);
    row["left_outcome"] = outcome_name(job.left_outcome);
    row["right_outcome"] = outcome_name(job.right_outcome);
    out.push_back(std::move(row));
  }
  return out;
}

Json compared_stages(const Comparison& comparison) {
  Json out = Json::array();
  for (const StageComparison& stage : comparison.stages) {
    Json row = {{"id", stage.id}, {"attempt", stage.attempt}, {"name", stage.name}};
    put_span(row, stage.span);
    row["left_tasks"] = stage.left_tasks;
    row["right_tasks"] = stage.right_tasks;
    out.push_back(std::move(row));
  }
  return out;
}

Json idle_json(const IdleTime& idle) {
  Json causes = Json::object();
  for (std::size_t c = 0; c < kIdleCauseCount; ++c)
    causes[std::string(key_of(static_cast<IdleCause>(c))) + "_core_s"] =
        idle.by_cause[c].in_seconds();
  return {{"available_core_s", idle.available.in_seconds()},
          {"busy_core_s", idle.busy.in_seconds()},
          {"idle_core_s", idle.idle.in_seconds()},
          {"by_cause", causes},
          {"missing_registration_core_s", idle.missing_registration.in_seconds()}};
}

Json path_json(const CriticalPath& path, const Timeline& timeline) {
  const Clock clock(timeline);
  Json kinds = Json::object();
  for (std::size_t k = 0; k < kPathKindCount; ++k)
    kinds[std::string(key_of(static_cast<PathKind>(k))) + "_s"] = path.by_kind[k].in_seconds();
  Json segments = Json::array();
  const auto id = [](std::int64_t value) { return value < 0 ? Json(nullptr) : Json(value); };
  for (const PathSegment& segment : path.segments)
    segments.push_back(
        {{"kind", key_of(segment.kind)},
         {"from_s", clock(segment.from)},
         {"to_s", clock(segment.to)},
         {"job", id(segment.job)},
         {"stage", id(segment.stage)},
         {"stage_attempt", segment.stage < 0 ? Json(nullptr) : Json(segment.stage_attempt)},
         {"task_id", segment.attempt.valid()
                         ? Json(timeline.attempts.task_id[segment.attempt.index()])
                         : Json(nullptr)},
         {"note", segment.note}});
  return {{"by_kind", kinds}, {"segments", segments}};
}

Json statistics_json(const Explanation& explanation, const Timeline& timeline) {
  Json out = Json::array();
  for (const StageStatistics& row : explanation.stages) {
    const StageSpan& stage = timeline.stages[row.row.index()];
    out.push_back({{"id", stage.id},
                   {"attempt", stage.attempt},
                   {"tasks", row.tasks},
                   {"failed_attempts", row.failed},
                   {"task_p50_s", row.p50.in_seconds()},
                   {"task_p95_s", row.p95.in_seconds()},
                   {"task_max_s", row.max.in_seconds()},
                   {"skew", number_or_null(row.skew)},
                   {"work_s", row.work.in_seconds()},
                   {"wall_share", number_or_null(row.wall_share)}});
  }
  return out;
}

}  // namespace

std::string to_json(const Result& result) {
  Json totals = totals_json(result.totals);
  // Until when what happened happened: no time that the application took.
  if (result.waits_for_ever || !result.timeline.application.start.happened())
    totals["wall_s"] = nullptr;
  return dumped({{"application", application_json(result.timeline.application)},
                 {"succeeded", result.succeeded},
                 {"failure", result.failure},
                 {"waits_for_ever", result.waits_for_ever},
                 {"totals", totals},
                 {"start_up", milestones_json(result.milestones, result.timeline)},
                 {"nodes", nodes_json(result)},
                 {"others", others_json(result.others)},
                 {"lost_attempts", others_json(result.lost_attempts)},
                 {"cost_usd", result.cost.in_dollars()},
                 {"leases", leases_json(result)},
                 {"pools", pools_json(result)},
                 {"executors", executors_json(result.timeline)},
                 {"jobs", jobs_json(result.timeline)},
                 {"stages", stages_json(result.timeline)},
                 {"reasons", reasons_json(result)},
                 {"provenance", provenance_json(result.provenance)},
                 {"timeline", Json::parse(report::timeline_json(result.timeline))}});
}

std::string to_json(const Comparison& comparison) {
  Json executors = Json::array();
  for (const ExecutorComparison& executor : comparison.executors)
    executors.push_back({{"id", executor.id},
                         {"host", executor.host},
                         {"left_tasks", executor.left_tasks},
                         {"right_tasks", executor.right_tasks}});
  const std::optional<double> wall_error =
      comparison.cut_at ? std::nullopt : comparison.wall.error();
  return dumped({{"wall",
                  {{"left_s", comparison.wall.left.in_seconds()},
                   {"right_s", comparison.wall.right.in_seconds()},
                   {"error", number_or_null(wall_error)}}},
                 {"mean_stage_error", number_or_null(comparison.mean_stage_error)},
                 {"worst_stage_error", number_or_null(comparison.worst_stage_error)},
                 {"jobs", compared_jobs(comparison)},
                 {"stages", compared_stages(comparison)},
                 {"executors", executors},
                 {"localities", localities_json(comparison)},
                 {"cut_at_s", comparison.cut_at ? Json(comparison.cut_at->in_seconds()) : Json()},
                 {"open_when_cut", comparison.open},
                 {"only_left", comparison.only_left},
                 {"only_right", comparison.only_right}});
}

std::string to_json(const Explanation& explanation, const Timeline& timeline) {
  return dumped({{"idle", idle_json(explanation.idle)},
                 {"critical_path", path_json(explanation.path, timeline)},
                 {"stages", statistics_json(explanation, timeline)}});
}

std::string json_document(const std::vector<std::pair<std::string, std::string>>& members) {
  Json out = Json::object();
  for (const auto& [key, text] : members) out[key] = Json::parse(text);
  return dumped(out);
}

}  // namespace muster
