#include "sim/report/json_timeline.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "sim/report/html.h"
#include "sim/report/html_json.h"

namespace muster::report {
namespace {

using Json = nlohmann::ordered_json;
using html::Coding;
using html::packed;

Json conf_json(const Conf& conf) {
  Json out = Json::object();
  for (const auto& [key, value] : conf.entries())
    out[key] = is_secret(key) ? std::string("(left out)") : value;
  return out;
}

// By row of Timeline::executors: its row in the result's list, which leaves out those that never
// came.
std::vector<std::int64_t> listed_rows(const Timeline& timeline) {
  std::vector<std::int64_t> out;
  std::int64_t next = 0;
  for (const ExecutorSpan& executor : timeline.executors)
    out.push_back(executor.added.happened() ? next++ : -1);
  return out;
}

class Columns {
 public:
  explicit Columns(const Timeline& timeline)
      : attempts_(timeline.attempts),
        start_(timeline.application.start.happened() ? timeline.application.start : Time()),
        executors_(listed_rows(timeline)) {}

  Json json() const {
    Json out = {{"rows", attempts_.size()}};
    put(out, "task_id", [&](std::size_t a) { return attempts_.task_id[a]; }, Coding::Delta);
    put(out, "stage", [&](std::size_t a) { return attempts_.stage[a].index(); });
    put(out, "index", [&](std::size_t a) { return attempts_.index[a]; });
    put(out, "partition", [&](std::size_t a) { return attempts_.partition[a]; });
    put(out, "number", [&](std::size_t a) { return attempts_.number[a]; });
    put(out, "executor", [&](std::size_t a) {
      return attempts_.executor[a].valid() ? executors_[attempts_.executor[a].index()] : -1;
    });
    put(out, "locality", [&](std::size_t a) { return static_cast<int>(attempts_.locality[a]); });
    put(out, "outcome", [&](std::size_t a) { return static_cast<int>(attempts_.outcome[a]); });
    put(out, "speculative", [&](std::size_t a) { return attempts_.speculative[a]; });
    put(out, "has_metrics", [&](std::size_t a) { return attempts_.has_metrics[a]; });
    put(out, "launch_us", [&](std::size_t a) { return after(start_, attempts_.launch[a]); },
        Coding::Delta);
    if (std::ranges::any_of(attempts_.getting_result, [](Time at) { return at.happened(); }))
      put(out, "result_us", [&](std::size_t a) {
        return after(attempts_.launch[a], attempts_.getting_result[a]);
      });
    put(out, "took_us",
        [&](std::size_t a) { return after(attempts_.launch[a], attempts_.finish[a]); });
    Json& amounts = out["amounts"] = Json::object();
    for (const AmountField& field : amount_fields())
      if (attempts_.amounts && attempts_.amounts->used(field.amount))
        put(amounts, std::string(field.column).c_str(),
            [&](std::size_t a) { return attempts_.amount(a, field.amount); });
    return out;
  }

 private:
  static std::int64_t after(Time from, Time to) {
    return from.happened() && to.happened() ? (to - from).in_micros() : kNoTime;
  }
  template <class Value>
  void put(Json& out, const char* name, Value value, Coding coding = Coding::Plain) const {
    std::vector<std::int64_t> column(attempts_.size());
    for (std::size_t a = 0; a < column.size(); ++a)
      column[a] = static_cast<std::int64_t>(value(a));
    out[name] = packed(column, coding);
  }

  const AttemptTable& attempts_;
  const Time start_;
  const std::vector<std::int64_t> executors_;
};

Json epoch_us(Time at) { return at.happened() ? Json(at.in_micros()) : Json(nullptr); }

Json counters_json(const Timeline& timeline) {
  Json out = Json::array();
  const Time start = timeline.application.start.happened() ? timeline.application.start : Time();
  for (const Counter& counter : timeline.counters) {
    std::vector<std::int64_t> at;
    Json values = Json::array();
    for (const auto& [time, value] : counter.points)
      at.push_back((time - start).in_micros()), values.push_back(value);
    out.push_back({{"name", counter.name},
                   {"unit", counter.unit},
                   {"at_us", packed(at, Coding::Delta)},
                   {"values", values.dump()}});
  }
  return out;
}

}  // namespace

std::string timeline_json(const Timeline& timeline) {
  Json profiles = Json::array();
  for (const ResourceProfile& profile : timeline.resource_profiles)
    profiles.push_back({{"id", profile.id}, {"conf", conf_json(profile.conf)}});
  Json failures = Json::array();
  for (const AttemptFailure& failure : timeline.failures)
    failures.push_back({{"attempt", failure.attempt.index()},
                        {"reason", failure.reason},
                        {"description", failure.description}});
  const Json out = {{"version", kTimelineVersion},
                    {"start_us", epoch_us(timeline.application.start)},
                    {"end_us", epoch_us(timeline.application.end)},
                    {"conf", conf_json(timeline.conf)},
                    {"resource_profiles", std::move(profiles)},
                    {"attempts", Columns(timeline).json()},
                    {"failures", std::move(failures)},
                    {"counters", counters_json(timeline)}};
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace muster::report
