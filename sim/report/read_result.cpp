#include "sim/report/read_result.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>
#include <vector>

#include "sim/report/compare.h"
#include "sim/report/html_json.h"
#include "sim/report/json_timeline.h"

namespace muster {
namespace {

using Json = nlohmann::ordered_json;
using report::kNoTime;
using html::Coding;
using Column = std::vector<std::int64_t>;

// Of an object; null where it has none, or is no object.
const Json& member(const Json& of, const char* key) {
  static const Json kNull;
  const auto at = of.is_object() ? of.find(key) : of.end();
  return of.is_object() && at != of.end() ? *at : kNull;
}

class ColumnReader {
 public:
  explicit ColumnReader(const Json& json) : json_(json) {
    const Json& rows = member(json, "rows");
    if (rows.is_number_unsigned()) rows_ = rows.get<std::uint64_t>();
    else good_ = false;
  }

  // Of `rows` numbers from `least` to `most`; else good() is false and it has zeros.
  Column column(const char* name, std::int64_t least, std::int64_t most,
                Coding coding = Coding::Plain) {
    const Json& text = member(json_, name);
    std::optional<Column> out;
    if (good_ && text.is_string())
      out = html::unpacked(text.get_ref<const std::string&>(), coding);
    const auto fits = [&](std::int64_t value) { return value >= least && value <= most; };
    if (!out || out->size() != rows_ || !std::ranges::all_of(*out, fits)) good_ = false;
    return good_ ? std::move(*out) : Column();
  }
  bool good() const { return good_; }
  std::size_t rows() const { return rows_; }

 private:
  const Json& json_;
  std::size_t rows_ = 0;
  bool good_ = true;
};

bool read_amounts(const Json& json, std::size_t rows, AmountTable& out) {
  out.expect_rows(rows);
  for (std::size_t a = 0; a < rows; ++a) out.add_row();
  for (const AmountField& field : amount_fields()) {
    const Json& text = member(json, std::string(field.column).c_str());
    if (!text.is_string()) continue;
    const auto column = html::unpacked(text.get_ref<const std::string&>(), Coding::Plain);
    if (!column || column->size() != rows) return false;
    for (std::size_t a = 0; a < rows; ++a)
      if ((*column)[a] != 0) out.set(a, field.amount, (*column)[a]);
  }
  return true;
}

template <class To>
std::vector<To> narrow(const Column& from) {
  std::vector<To> out;
  out.reserve(from.size());
  for (const std::int64_t value : from) out.push_back(static_cast<To>(value));
  return out;
}

// Whether no offset counts from a time that never came.
bool counts_from(const Column& offsets, const Column& from) {
  for (std::size_t a = 0; a < offsets.size(); ++a)
    if (from[a] == kNoTime && offsets[a] != kNoTime) return false;
  return true;
}

std::vector<Time> times(const Column& offsets, const std::vector<Time>& from) {
  std::vector<Time> out;
  out.reserve(offsets.size());
  for (std::size_t a = 0; a < offsets.size(); ++a)
    out.push_back(offsets[a] == kNoTime ? Time::never() : from[a] + Duration::micros(offsets[a]));
  return out;
}

// False: a column is damaged, or points at a stage or an executor that is not there.
bool read_attempts(const Json& json, Time start, Timeline& out) {
  constexpr std::int64_t kMost = std::int64_t{1} << 31, kLongest = std::int64_t{1} << 55;
  const auto last = [](const auto& list) { return static_cast<std::int64_t>(list.size()) - 1; };
  ColumnReader in(json);
  AttemptTable& to = out.attempts;
  to.task_id = in.column("task_id", INT64_MIN, INT64_MAX, Coding::Delta);
  const Column stage = in.column("stage", 0, last(out.stages));
  to.index = narrow<std::uint32_t>(in.column("index", 0, kMost));
  to.partition = narrow<std::uint32_t>(in.column("partition", 0, kMost));
  to.number = narrow<std::uint16_t>(in.column("number", 0, UINT16_MAX));
  const Column executor = in.column("executor", -1, last(out.executors));
  to.locality = narrow<Locality>(
      in.column("locality", 0, static_cast<std::int64_t>(Locality::Unknown)));
  to.outcome = narrow<Outcome>(
      in.column("outcome", 0, static_cast<std::int64_t>(Outcome::UnknownReason)));
  to.speculative = narrow<std::uint8_t>(in.column("speculative", 0, 1));
  to.has_metrics = narrow<std::uint8_t>(in.column("has_metrics", 0, 1));
  const Column launch = in.column("launch_us", kNoTime, kLongest, Coding::Delta);
  const Column result = member(json, "result_us").is_null()  // none came apart from its task's end
                            ? Column(launch.size(), kNoTime)
                            : in.column("result_us", kNoTime, kLongest);
  const Column took = in.column("took_us", kNoTime, kLongest);
  if (!in.good() || !counts_from(result, launch) || !counts_from(took, launch))
    return to = AttemptTable(), false;
  to.launch = times(launch, std::vector<Time>(launch.size(), start));
  to.getting_result = times(result, to.launch);
  to.finish = times(took, to.launch);
  to.read_method.assign(in.rows(), ReadMethod::None);
  for (std::size_t a = 0; a < in.rows(); ++a) {
    to.stage.emplace_back(static_cast<std::size_t>(stage[a]));
    to.executor.push_back(executor[a] < 0 ? ExecutorId()
                                          : ExecutorId(static_cast<std::size_t>(executor[a])));
    to.amount_row.push_back(static_cast<std::uint32_t>(a));
  }
  const auto amounts = std::make_shared<AmountTable>();
  if (!read_amounts(member(json, "amounts"), in.rows(), *amounts)) return false;
  to.amounts = amounts;
  return true;
}

bool read_counters(const Json& list, Time start, Timeline& out) {
  for (const Json& json : list) {
    const auto text = [&](const char* key) {
      const Json& value = member(json, key);
      return value.is_string() ? value.get<std::string>() : std::string();
    };
    const auto at = html::unpacked(text("at_us"), Coding::Delta);
    const Json values = Json::parse(text("values"), nullptr, false);
    if (!at || !values.is_array() || values.size() != at->size()) return false;
    Counter& counter = out.counters.emplace_back();
    counter.name = text("name"), counter.unit = text("unit");
    for (std::size_t i = 0; i < at->size(); ++i) {
      if (!values[i].is_number()) return false;
      counter.points.emplace_back(start + Duration::micros((*at)[i]), values[i].get<double>());
    }
  }
  return true;
}

std::string text(const Json& of, const char* key) {
  const Json& value = member(of, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::int64_t integer(const Json& of, const char* key, std::int64_t otherwise = 0) {
  const Json& value = member(of, key);
  return value.is_number_integer() ? value.get<std::int64_t>() : otherwise;
}

double real(const Json& of, const char* key) {
  const Json& value = member(of, key);
  return value.is_number() ? value.get<double>() : 0;
}

bool flag(const Json& of, const char* key) {
  const Json& value = member(of, key);
  return value.is_boolean() && value.get<bool>();
}

// Seconds from `start`; null: never.
Time time(const Json& of, const char* key, Time start) {
  constexpr double kMost = 1e11;
  const Json& value = member(of, key);
  if (!value.is_number() || !start.happened()) return Time::never();
  const double seconds = std::clamp(value.get<double>(), -kMost, kMost);
  return start + Duration::micros(std::llround(seconds * 1e6));
}

std::vector<std::int64_t> integers(const Json& of, const char* key) {
  std::vector<std::int64_t> out;
  for (const Json& value : member(of, key))
    if (value.is_number_integer()) out.push_back(value.get<std::int64_t>());
  return out;
}

Conf conf_of(const Json& of) {
  Conf out;
  for (const auto& [key, value] : member(of, "conf").items())
    if (value.is_string()) out.set(key, value.get<std::string>());
  return out;
}

ApplicationSpan application_of(const Json& json) {
  ApplicationSpan out;
  out.id = text(json, "id"), out.name = text(json, "name"), out.user = text(json, "user");
  out.attempt = text(json, "attempt"), out.spark_version = text(json, "spark_version");
  return out;
}

void read_executors(const Json& list, Time start, Timeline& out) {
  for (const Json& json : list) {
    ExecutorSpan& executor = out.executors.emplace_back();
    executor.id = text(json, "id"), executor.host = text(json, "host");
    executor.cores = static_cast<std::int32_t>(std::clamp<std::int64_t>(
        integer(json, "cores"), 0, 1 << 20));
    executor.added = time(json, "added_s", start);
    executor.removed = time(json, "removed_s", start);
    executor.removed_reason = text(json, "removed_reason");
    executor.max_memory = integer(json, "storage_memory_bytes");
    executor.resource_profile = integer(json, "resource_profile");
  }
}

void read_jobs(const Json& list, Time start, Timeline& out) {
  for (const Json& json : list) {
    JobSpan& job = out.jobs.emplace_back();
    job.id = integer(json, "id"), job.description = text(json, "name");
    job.submitted = time(json, "submitted_s", start);
    job.completed = time(json, "completed_s", start);
    const std::string outcome = text(json, "outcome");
    if (outcome == outcome_name(JobOutcome::Succeeded)) job.outcome = JobOutcome::Succeeded;
    if (outcome == outcome_name(JobOutcome::Failed)) job.outcome = JobOutcome::Failed;
    job.failure = text(json, "failure"), job.pool = text(json, "pool");
    job.sql_execution = integer(json, "sql_execution", -1);
    job.stage_ids = integers(json, "stage_ids");
  }
}

void read_stages(const Json& list, Time start, Timeline& out) {
  for (const Json& json : list) {
    StageSpan& stage = out.stages.emplace_back();
    stage.id = integer(json, "id");
    stage.attempt = static_cast<std::int32_t>(integer(json, "attempt"));
    stage.name = text(json, "name"), stage.tasks = integer(json, "tasks");
    stage.parents = integers(json, "parent_ids");
    stage.submitted = time(json, "submitted_s", start);
    stage.completed = time(json, "completed_s", start);
    stage.failure = text(json, "failure");
    stage.resource_profile = integer(json, "resource_profile");
  }
}

// False: its columns are damaged.
bool read_timeline(const Json& json, Timeline& out) {
  out.application = application_of(member(json, "application"));
  const Json& rest = member(json, "timeline");
  const auto epoch = [&](const char* key) {
    constexpr std::int64_t kMost = std::int64_t{1} << 58;
    const std::int64_t at = integer(rest, key, -1);
    return at >= 0 && at < kMost ? Time::micros(at) : Time::never();
  };
  out.application.start = epoch("start_us"), out.application.end = epoch("end_us");
  const Time start = out.application.start.happened() ? out.application.start : Time();
  read_executors(member(json, "executors"), start, out);
  read_jobs(member(json, "jobs"), start, out);
  read_stages(member(json, "stages"), start, out);
  out.conf = conf_of(rest);
  for (const Json& profile : member(rest, "resource_profiles"))
    out.resource_profiles.push_back({.id = integer(profile, "id"), .conf = conf_of(profile)});
  if (!read_attempts(member(rest, "attempts"), start, out)) return false;
  for (const Json& failure : member(rest, "failures")) {
    const std::int64_t row = integer(failure, "attempt", -1);
    if (row < 0 || static_cast<std::size_t>(row) >= out.attempts.size()) return false;
    AttemptFailure& one = out.failures.emplace_back();
    one.attempt = AttemptId(static_cast<std::size_t>(row));
    one.reason = text(failure, "reason"), one.description = text(failure, "description");
  }
  return read_counters(member(rest, "counters"), start, out);
}

Milestones milestones_of(const Json& json, Time submitted) {
  Milestones out;
  out.submitted = submitted;
  out.driver_started = time(json, "driver_started_s", submitted);
  out.registered = time(json, "registered_s", submitted);
  out.first_executor = time(json, "first_executor_s", submitted);
  out.context_ready = time(json, "context_ready_s", submitted);
  out.first_task = time(json, "first_task_s", submitted);
  out.driver_place = text(json, "driver_place");
  out.attempts = static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(integer(json, "application_attempts", 1), 1, 1 << 20));
  return out;
}

// False: damaged.
bool read_others(const Json& list, std::vector<OtherApplication>& out) {
  for (const Json& json : list) {
    OtherApplication& other = out.emplace_back();
    if (!read_timeline(json, other.timeline)) return false;
    const Time start = other.timeline.application.start;
    other.milestones = milestones_of(member(json, "start_up"),
                                     time(member(json, "start_up"), "submitted_s",
                                          start.happened() ? start : Time()));
    other.failure = text(json, "failure"), other.waits_for_ever = flag(json, "waits_for_ever");
  }
  return true;
}

void read_rest(const Json& json, Time start, Result& out) {
  const Json& start_up = member(json, "start_up");
  out.milestones = milestones_of(start_up, time(start_up, "submitted_s", start));
  const Time submitted = out.milestones.submitted;
  for (const Json& node : member(json, "nodes"))
    out.nodes.push_back({.host = text(node, "host"),
                         .group = text(node, "group"),
                         .ordered = time(node, "ordered_s", submitted),
                         .ready = time(node, "ready_s", submitted),
                         .gone = time(node, "gone_s", submitted),
                         .gone_reason = text(node, "gone_reason")});
  const auto money = [](double dollars) {
    return Money::micro_dollars(std::llround(std::clamp(dollars, -1e12, 1e12) * 1e6));
  };
  const auto hours = [](double n) {
    return Duration::micros(std::llround(std::clamp(n, 0.0, 1e9) * 3.6e9));
  };
  for (const Json& lease : member(json, "leases"))
    out.leases.push_back({.what = text(lease, "what"),
                          .from = time(lease, "from_s", start),
                          .to = time(lease, "to_s", start),
                          .cost = money(real(lease, "cost_usd")),
                          .machines = static_cast<std::uint64_t>(integer(lease, "machines", 1)),
                          .time = hours(real(lease, "machine_hours")),
                          .per_hour = money(real(lease, "per_hour_usd")),
                          .spot = flag(lease, "spot"),
                          .on_demand = money(real(lease, "on_demand_usd"))});
  out.cost = money(real(json, "cost_usd"));
  for (const Json& pool : member(json, "pools"))
    out.pools.push_back({.name = text(pool, "name"),
                         .weight = static_cast<std::int32_t>(integer(pool, "weight", 1)),
                         .min_share = static_cast<std::int32_t>(integer(pool, "min_share"))});
  for (const Json& reason : member(json, "reasons"))
    out.reasons.push_back({.at = time(reason, "at_s", start),
                           .subject = text(reason, "subject"),
                           .text = text(reason, "text")});
  const Json& from = member(json, "provenance");
  out.provenance.muster_version = text(from, "muster_version");
  out.provenance.scenario = text(from, "scenario");
  out.provenance.scenario_fingerprint = text(from, "scenario_fingerprint");
  out.provenance.seed = static_cast<std::uint64_t>(integer(from, "seed"));
  out.provenance.replication = static_cast<std::uint32_t>(integer(from, "replication"));
  for (const Json& warning : member(from, "warnings"))
    if (warning.is_string()) out.provenance.warnings.push_back(warning.get<std::string>());
}

std::optional<Result> result_of(const Json& json) {
  Result out;
  if (!read_timeline(json, out.timeline)) return std::nullopt;
  const Time start = out.timeline.application.start;
  out.succeeded = flag(json, "succeeded"), out.failure = text(json, "failure");
  out.waits_for_ever = flag(json, "waits_for_ever");
  read_rest(json, start.happened() ? start : Time(), out);
  if (!read_others(member(json, "others"), out.others)) return std::nullopt;
  if (!read_others(member(json, "lost_attempts"), out.lost_attempts)) return std::nullopt;
  out.totals = totals_of(out.timeline);
  return out;
}

}  // namespace

bool is_json_output(std::string_view start) {
  std::string packed(start.substr(0, 64));
  std::erase_if(packed, [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; });
  for (const char* key : {"{\"result\":", "{\"log\":", "{\"left\":"})
    if (packed.starts_with(key)) return true;
  return false;
}

bool is_json_output_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string start(64, '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(file.gcount()));
  return is_json_output(start);
}

std::optional<Result> parse_result(std::string_view content, const std::string& file,
                                   Problems& problems) {
  const Json all = Json::parse(content, nullptr, false);
  const Json& json = member(all, "result");
  const Json& version = member(member(json, "timeline"), "version");
  std::optional<Result> out;
  if (all.is_discarded())
    problems.add(file, "", "is damaged: expected JSON as --json writes it, whole");
  else if (!json.is_object())
    problems.add(file, "", "holds no result; expected what muster run --json or replay --json "
                           "writes");
  else if (!version.is_number_integer() || version.get<std::int64_t>() != report::kTimelineVersion)
    problems.add(file, "/result/timeline",
                 "is of another version of muster; write the result again, or give the scenario "
                 "or the log itself");
  else if (!(out = result_of(json)))
    problems.add(file, "/result/timeline", "is damaged: its columns do not fit each other");
  return out;
}

std::optional<Result> read_result(const std::string& path, Problems& problems) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  if (!file) {
    problems.add(path, "", "cannot be read");
    return std::nullopt;
  }
  return parse_result(content.str(), path, problems);
}

}  // namespace muster
