// read(write(x)) == x, for scenarios of every shape and texts of every kind.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/scenario/read_scenario.h"
#include "sim/scenario/write_scenario.h"

namespace muster {
namespace {

std::string utf8(const std::vector<std::uint32_t>& codes) {
  std::string out;
  const auto byte = [&](std::uint32_t b) { out += static_cast<char>(b); };
  for (const std::uint32_t c : codes) {
    if (c < 0x80) {
      byte(c);
    } else if (c < 0x800) {
      byte(0xc0 | c >> 6), byte(0x80 | (c & 63));
    } else if (c < 0x10000) {
      byte(0xe0 | c >> 12), byte(0x80 | (c >> 6 & 63)), byte(0x80 | (c & 63));
    } else {
      byte(0xf0 | c >> 18), byte(0x80 | (c >> 12 & 63));
      byte(0x80 | (c >> 6 & 63)), byte(0x80 | (c & 63));
    }
  }
  return out;
}

// Plain names, and control characters, quotes, slashes, letters of every length in UTF-8.
rc::Gen<std::string> odd_text() {
  const auto code = rc::gen::oneOf(
      rc::gen::inRange<std::uint32_t>(0, 0x80), rc::gen::inRange<std::uint32_t>(0x80, 0xd800),
      rc::gen::inRange<std::uint32_t>(0xe000, 0x110000),
      rc::gen::element<std::uint32_t>('"', '\\', '/', '~', '\n', 0, 0x2028, 0xfeff));
  return rc::gen::map(rc::gen::container<std::vector<std::uint32_t>>(code), utf8);
}

rc::Gen<std::string> some_text() {
  return rc::gen::oneOf(rc::gen::just(std::string()), odd_text(),
                        rc::gen::element<std::string>("a", "map", "spark", "4", "true"));
}

rc::Gen<std::string> full_text() {
  return rc::gen::map(some_text(), [](std::string text) { return text.empty() ? "x" : text; });
}

rc::Gen<Duration> duration(std::int64_t least) {
  const auto micros = rc::gen::oneOf(
      rc::gen::inRange<std::int64_t>(least, 100), rc::gen::inRange<std::int64_t>(least, 1LL << 60),
      rc::gen::map(rc::gen::inRange<std::int64_t>(1, 200), [](auto n) { return n * 1'000'000; }),
      rc::gen::map(rc::gen::inRange<std::int64_t>(1, 200), [](auto n) { return n * 60'000'000; }));
  return rc::gen::map(micros, [](std::int64_t n) { return Duration::micros(n); });
}

rc::Gen<Bytes> bytes(std::int64_t least) {
  const auto count = rc::gen::oneOf(
      rc::gen::inRange<std::int64_t>(least, 5000), rc::gen::inRange<std::int64_t>(least, 1LL << 61),
      rc::gen::map(rc::gen::inRange<std::int64_t>(1, 4096), [](auto n) { return n << 20; }));
  return rc::gen::map(count, [](std::int64_t n) { return Bytes(n); });
}

std::optional<Duration> maybe(const rc::Gen<Duration>& value) {
  return *rc::gen::arbitrary<bool>() ? std::optional(*value) : std::nullopt;
}

std::vector<std::string> texts() {
  return *rc::gen::resize(4, rc::gen::container<std::vector<std::string>>(some_text()));
}

template <class Make>
auto list_of(Make make) {
  std::vector<decltype(make())> list;
  const int size = *rc::gen::inRange(0, 4);
  for (int i = 0; i < size; ++i) list.push_back(make());
  return list;
}

Conf some_conf() {
  Conf conf;
  const int size = *rc::gen::inRange(0, 4);
  for (int i = 0; i < size; ++i) conf.set("spark.mine." + *odd_text(), *some_text());
  if (*rc::gen::arbitrary<bool>()) conf.set("spark.executor.cores", "4");
  if (*rc::gen::arbitrary<bool>()) conf.set("spark.executor.memory", "3g");
  if (*rc::gen::arbitrary<bool>()) conf.set("spark.master", *some_text());
  if (*rc::gen::arbitrary<bool>()) conf.set("spark.submit.deployMode", "cluster");
  if (*rc::gen::arbitrary<bool>()) conf.set("spark.app.name", *some_text());
  return conf;
}

NodeSpec some_node() {
  return {.name = *full_text(),
          .count = *rc::gen::inRange(0, 1000),
          .cores = *rc::gen::inRange(1, 200),
          .memory = *bytes(1),
          .instance = *some_text(),
          .role = *rc::gen::element<std::string>("", "master", "core", "task"),
          .spot = *rc::gen::arbitrary<bool>(),
          .labels = *some_text(),
          .starts_at = *duration(0),
          .min_count = *rc::gen::inRange(0, 5),
          .max_count = *rc::gen::inRange(0, 5)};
}

ExecutorSpec some_executor() {
  ExecutorSpec e;
  e.id = *some_text();
  e.host = *some_text();
  e.block_manager_host = *some_text();
  e.count = *rc::gen::inRange(1, 4);
  e.cores = *rc::gen::inRange(1, 5);
  e.memory = *rc::gen::oneOf(bytes(1), rc::gen::just(Bytes::gib(1)));
  e.registered_at = *duration(0);
  e.usable_at = maybe(duration(0));
  e.removed_at = maybe(duration(0));
  e.removed_when_idle = *rc::gen::arbitrary<bool>();
  e.removed_reason = *some_text();
  e.storage_memory = *bytes(0);
  return e;
}

DurationSpec some_duration() {
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      return ConstantDuration{*duration(0)};
    case 1: {
      ListedDurations listed;
      for (const Duration value : list_of([] { return *duration(0); }))
        listed.values.insert(listed.values.end(), *rc::gen::inRange<std::size_t>(1, 5), value);
      return listed;
    }
    default:
      return LognormalDuration{*duration(1), *rc::gen::map(rc::gen::inRange(0, 1 << 30), [](int n) {
                                 return 10.0 * n / (1 << 30);
                               })};
  }
}

StageSpec some_stage() {
  return {.name = *some_text(),
          .tasks = *rc::gen::inRange(1, 1000),
          .duration = some_duration(),
          .parents = texts(),
          .preferred_hosts = texts(),
          .input = *bytes(0),
          .shuffle_write = *bytes(0),
          .resource_profile = *some_text()};
}

ResourceProfileSpec some_profile() { return {.name = *full_text(), .conf = some_conf()}; }

FleetTypeSpec some_fleet_type() {
  return {.instance = *full_text(), .weight = *rc::gen::inRange(1, 9)};
}

FleetSpec some_fleet() {
  return {.name = *full_text(),
          .role = *rc::gen::element<std::string>("core", "task"),
          .on_demand_capacity = *rc::gen::inRange(0, 9),
          .spot_capacity = *rc::gen::inRange(0, 9),
          .types = list_of(some_fleet_type)};
}

PriceSpec some_price() {
  return {.instance = *full_text(),
          .on_demand = *rc::gen::inRange(0, 1000) / 1000.0,
          .spot = *rc::gen::inRange(0, 1000) / 1000.0};
}

JobSpec some_job() {
  return {.name = *some_text(),
          .stages = list_of(some_stage),
          .after = texts(),
          .concurrent = *rc::gen::arbitrary<bool>(),
          .delay = *duration(0),
          .pool = *some_text()};
}

JobsWorkload some_jobs() {
  return {.application_name = *some_text(),
          .jobs = list_of(some_job),
          .resource_profiles = list_of(some_profile),
          .tail = *duration(0)};
}

WorkloadSpec some_workload() {
  if (*rc::gen::arbitrary<bool>())
    return LogWorkload{.event_log = *full_text(), .pinned = *rc::gen::arbitrary<bool>()};
  return some_jobs();
}

ApplicationSpec some_application() {
  return {.name = *some_text(),
          .starts_at = *duration(0),
          .workload = some_jobs(),
          .conf = some_conf(),
          .queue = *some_text()};
}

ModelChoice some_model() {
  ModelChoice choice{.name = *some_text(), .parameters = {}};
  const int size = *rc::gen::inRange(0, 3);
  for (int i = 0; i < size; ++i)
    choice.parameters.emplace_back(std::to_string(i) + *odd_text(), *some_text());
  return choice;
}

Scenario some_scenario() {
  Scenario s;
  s.name = *some_text();
  s.description = *some_text();
  s.spark_version = *full_text();
  s.conf = some_conf();
  s.cluster = {.master = *some_text(),
               .deploy_mode = *rc::gen::element<std::string>("client", "cluster"),
               .nodes = list_of(some_node),
               .fleets = list_of(some_fleet),
               .prices = list_of(some_price),
               .executors = list_of(some_executor),
               .shared_cores = *rc::gen::inRange(0, 9),
               .manager = some_model(),
               .cloud = some_model(),
               .autoscaler = some_model(),
               .disturbances = list_of(some_model)};
  s.workload = some_workload();
  s.applications = list_of(some_application);
  s.driver = {.start = maybe(duration(0)),
              .context_start = maybe(duration(0)),
              .registration = maybe(duration(0)),
              .first_job = maybe(duration(0)),
              .first_stage = maybe(duration(0)),
              .dispatch = maybe(duration(0)),
              .result_handling = maybe(duration(0)),
              .stage_prepare = maybe(duration(0))};
  s.pools = list_of([] {
    return PoolSpec{.name = *full_text(),
                    .mode = *rc::gen::element<std::string>("FIFO", "FAIR"),
                    .weight = *rc::gen::inRange(1, 5),
                    .min_share = *rc::gen::inRange(0, 5)};
  });
  s.task_scheduler = some_model();
  s.executor_allocator = some_model();
  s.seed = *rc::gen::arbitrary<std::uint64_t>();
  s.replication = *rc::gen::arbitrary<std::uint32_t>();
  s.until = maybe(duration(1));
  s.file = "f";
  return s;
}

RC_GTEST_PROP(ScenarioRoundTrip, ReadGivesBackWhatWasWritten, ()) {
  const Scenario scenario = some_scenario();
  const std::string text = to_json(scenario);
  Problems problems;
  const auto again = parse_scenario(text, "f", problems);
  if (!problems.empty()) RC_LOG() << problems.text() << text;
  RC_ASSERT(problems.empty());
  RC_ASSERT(*again == scenario);
  RC_ASSERT(to_json(*again) == text);
}

TEST(WriteScenario, DefaultsAreLeftOut) { EXPECT_EQ(to_json(Scenario{}), "{}\n"); }

TEST(WriteScenario, Readable) {
  Scenario s;
  s.name = "n";
  s.conf.set("spark.executor.cores", "4");
  ExecutorSpec early, late;
  early.count = 2, early.cores = 4, early.memory = Bytes::gib(8);
  late.cores = 2, late.registered_at = Duration::millis(1500);
  s.cluster.executors = {early, late};
  const auto sec = [](int n) { return Duration::seconds(n); };
  StageSpec map, reduce;
  map.name = "map", map.tasks = 5;
  map.duration = ListedDurations{{sec(1), sec(1), sec(2), sec(2), sec(2)}};
  reduce.name = "reduce", reduce.tasks = 2, reduce.parents = {"map"};
  reduce.duration = LognormalDuration{};
  JobSpec job;
  job.name = "j", job.stages = {map, reduce};
  std::get<JobsWorkload>(s.workload).jobs = {job};
  s.until = Duration::seconds(7200);
  EXPECT_EQ(to_json(s), R"({
  "name": "n",
  "spark": {"conf": {"spark.executor.cores": "4"}},
  "cluster": {
    "executors": [{"count": 2, "memory": "8g"}, {"cores": 2, "registered_at": "1.5s"}]
  },
  "workload": {
    "jobs": [
      {
        "name": "j",
        "stages": [
          {"name": "map", "tasks": 5, "duration": ["1s", "1s", "3 x 2s"]},
          {"name": "reduce", "tasks": 2, "duration": {"median": "1s"}, "parents": ["map"]}
        ]
      }
    ]
  },
  "until": "2h"
}
)");
}

}  // namespace
}  // namespace muster
