#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <variant>
#include <vector>

#include "sim/base/random.h"
#include "sim/scenario/read_scenario.h"
#include "sim/scenario/validate.h"
#include "sim/scenario/write_scenario.h"

namespace muster {
namespace {

std::string problems_of(const std::string& text) {
  Problems problems;
  const auto scenario = parse_scenario(text, "f", problems);
  EXPECT_EQ(scenario.has_value(), problems.empty());
  return problems.text();
}

Scenario read_ok(const std::string& text) {
  Problems problems;
  const auto scenario = parse_scenario(text, "f", problems);
  EXPECT_EQ(problems.text(), "");
  return scenario.value_or(Scenario{});
}

std::vector<std::filesystem::path> example_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator("scenarios"))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  return files;
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(ReadScenario, EmptyObjectIsAllDefaults) {
  Scenario expected;
  expected.file = "f";
  EXPECT_EQ(read_ok("{}"), expected);
}

TEST(ReadScenario, EveryField) {
  const Scenario s = read_ok(R"({
    "$schema": "scenario.schema.json",  // for editors
    "name": "n", "description": "d", "seed": 18446744073709551615, "replication": 3,
    "until": "1.5 min",
    "spark": {"version": "3.4.1", "conf": {"spark.task.cpus": 2, "spark.speculation": true,
                                           "spark.memory.fraction": 0.60, "spark.x": "y"}},
    "cluster": {"master": "yarn", "deploy_mode": "cluster",
      "nodes": [{"name": "m", "count": 3, "cores": 8, "memory": "1.5GiB"}],
      "executors": [{"id": "7", "host": "h", "block_manager_host": "b",
        "count": 2, "cores": 4, "memory": "512m",
        "registered_at": "250ms", "usable_at": "1s", "removed_at": "2h",
        "removed_when_idle": false, "removed_reason": "r", "storage_memory": "3k"}]},
    /* what runs */
    "workload": {"application_name": "a", "tail": "10us", "jobs": [{"name": "j", "after": ["i"],
      "concurrent": true, "delay": "0.5s", "pool": "p", "stages": [
        {"name": "s", "tasks": 4, "duration": ["1s", "2 x 2s", "3min"], "parents": ["q"],
         "preferred_hosts": ["h"], "input": "1t", "shuffle_write": "10b"},
        {"tasks": 4.0, "duration": {"median": "1s", "sigma": 0.25}},
        {"tasks": 1e2, "duration": "2d"}]}]},
    "driver": {"dispatch": "2ms", "result_handling": "1ms", "stage_prepare": "5ms"},
    "pools": [{"name": "p", "mode": "FAIR", "weight": 2, "min_share": 1}],
    "task_scheduler": {"model": "fair", "wait": 3, "on": false, "text": "t"}
  })");
  EXPECT_EQ(s.seed, 18446744073709551615U);
  EXPECT_EQ(s.replication, 3U);
  EXPECT_EQ(s.until, Duration::seconds(90));
  EXPECT_EQ(s.spark_version, "3.4.1");
  EXPECT_EQ(*s.conf.find("spark.task.cpus"), "2");
  EXPECT_EQ(*s.conf.find("spark.speculation"), "true");
  EXPECT_EQ(*s.conf.find("spark.memory.fraction"), "0.60");  // as written
  NodeSpec node;
  node.name = "m", node.count = 3, node.cores = 8, node.memory = Bytes::mib(1536);
  EXPECT_EQ(s.cluster.nodes, std::vector{node});
  ExecutorSpec executor;
  executor.id = "7", executor.host = "h", executor.block_manager_host = "b";
  executor.count = 2, executor.cores = 4, executor.memory = Bytes::mib(512);
  executor.registered_at = Duration::millis(250);
  executor.usable_at = Duration::seconds(1);
  executor.removed_at = Duration::seconds(7200);
  executor.removed_when_idle = false;
  executor.removed_reason = "r";
  executor.storage_memory = Bytes::kib(3);
  EXPECT_EQ(s.cluster.executors, std::vector{executor});
  const auto& jobs = std::get<JobsWorkload>(s.workload);
  EXPECT_EQ(jobs.application_name, "a");
  EXPECT_EQ(jobs.tail, Duration::micros(10));
  const JobSpec& job = jobs.jobs.at(0);
  EXPECT_EQ(job.delay, Duration::millis(500));
  EXPECT_EQ(job.after, std::vector<std::string>{"i"});
  const auto& listed = std::get<ListedDurations>(job.stages.at(0).duration);
  const auto sec = [](int n) { return Duration::seconds(n); };
  EXPECT_EQ(listed.values, (std::vector{sec(1), sec(2), sec(2), sec(180)}));
  EXPECT_EQ(std::get<LognormalDuration>(job.stages.at(1).duration).sigma, 0.25);
  EXPECT_EQ(job.stages.at(2).tasks, 100);
  EXPECT_EQ(s.pools.at(0).min_share, 1);
  const ModelChoice fair{.name = "fair",
                         .parameters = {{"wait", "3"}, {"on", "false"}, {"text", "t"}}};
  EXPECT_EQ(s.task_scheduler, fair);
  EXPECT_EQ(read_ok(R"({"task_scheduler": "fifo"})").task_scheduler.name, "fifo");
}

TEST(ReadScenario, DefaultsFollowFromSettings) {
  const Scenario s = read_ok(R"({
    "cluster": {"executors": [{}, {"cores": 1}]},
    "workload": {"jobs": []},
    "spark": {"conf": {"spark.executor.cores": 4, "spark.executor.memory": "3g",
      "spark.master": "yarn", "spark.submit.deployMode": "cluster", "spark.app.name": "app"}}
  })");
  EXPECT_EQ(s.cluster.master, "yarn");
  EXPECT_EQ(s.cluster.deploy_mode, "cluster");
  EXPECT_EQ(s.cluster.executors.at(0).cores, 4);
  EXPECT_EQ(s.cluster.executors.at(0).memory, Bytes::gib(3));
  EXPECT_EQ(s.cluster.executors.at(1).cores, 1);
  EXPECT_EQ(std::get<JobsWorkload>(s.workload).application_name, "app");
}

struct Bad {
  const char* text;
  const char* problems;
};

TEST(ReadScenario, SyntaxErrorsNameLineAndColumn) {
  const Bad bad[] = {
      {"",
       "f: line 1, column 1: syntax error in value: unexpected end of input; "
       "expected '[', '{', or a literal\n"},
      {"{\n  \"name\": \"a\",\n}",
       "f: line 3, column 1: syntax error in object key: "
       "unexpected '}'; expected string literal\n"},
      {"{\n  \"name\": \"a\"\n  \"seed\": 1}",
       "f: line 3, column 8: syntax error in object: unexpected string literal; expected '}'\n"},
      {"{\"seed\": tru}", "f: line 1, column 13: syntax error in value: invalid literal\n"},
      {"{}\n{}",
       "f: line 2, column 1: syntax error in value: unexpected '{'; "
       "expected end of input\n"},
      {"{} x",
       "f: line 1, column 4: syntax error in value: invalid literal; "
       "expected end of input\n"},
      {"{\"seed\":\n 1e400}", "f: line 2: the number is too large\n"},
      {"{ /* \n",
       "f: line 1, column 6: syntax error in object key: invalid comment; missing "
       "closing '*/'; expected string literal\n"},
      {"{\"name\": \"\xff\"}",
       "f: line 1, column 11: syntax error in value: invalid string: "
       "ill-formed UTF-8 byte\n"},
      {"[1,\n2",
       "f: line 2, column 1: syntax error in array: unexpected end of input; "
       "expected ']'\n"},
  };
  for (const Bad& b : bad) EXPECT_EQ(problems_of(b.text), b.problems) << b.text;
  EXPECT_EQ(problems_of(std::string("{}\n\0{}", 6)),
            "f: line 2: a NUL character; this is no text file\n");
}

TEST(ReadScenario, EachProblemNamesLineAndPath) {
  const Bad bad[] = {
      {"[]", "f: line 1: expected an object, got a list\n"},
      {"{\"untill\": \"2h\"}", "f: line 1 /untill: unknown field: did you mean `until`?\n"},
      {"{\"pools\": [{\"name\": \"p\", \"zzzzzzzz\": 1}]}",
       "f: line 1 /pools/0/zzzzzzzz: unknown field; known here: name, mode, weight, min_share\n"},
      {"{\"pools\": [\n{}]}", "f: line 2 /pools/0: missing field `name`\n"},
      {"{\"pools\": [{\"name\": \"\"}]}", "f: line 1 /pools/0/name: must not be empty\n"},
      {"{\"pools\": {}}", "f: line 1 /pools: expected a list, got an object\n"},
      {"{\"name\": 5}", "f: line 1 /name: expected a text, got the number 5\n"},
      {"{\"name\": null}", "f: line 1 /name: expected a text, got null\n"},
      {"{\"until\": 5}",
       "f: line 1 /until: expected a duration such as \"90s\" (us, ms, s, min, h, d), got the "
       "number 5\n"},
      {"{\"until\": \"5\"}",
       "f: line 1 /until: expected a duration such as \"90s\" (us, ms, s, min, h, d), got the "
       "text \"5\"\n"},
      {"{\"until\": \"0s\"}", "f: line 1 /until: must be longer than 0\n"},
      {"{\"until\": \"-5s\"}",
       "f: line 1 /until: expected a duration such as \"90s\" (us, ms, s, min, h, d), got the "
       "text \"-5s\"\n"},
      {"{\"seed\": -1}",
       "f: line 1 /seed: expected a whole number from 0 to 18446744073709551615, got the number "
       "-1\n"},
      {"{\"replication\": 4294967296}",
       "f: line 1 /replication: expected a whole number from 0 to 4294967295, got the number "
       "4294967296\n"},
      {"{\"seed\": \"1\"}",
       "f: line 1 /seed: expected a whole number from 0 to 18446744073709551615, got the text "
       "\"1\"\n"},
  };
  for (const Bad& b : bad) EXPECT_EQ(problems_of(b.text), b.problems) << b.text;
}

TEST(ReadScenario, EachProblemInTheSections) {
  const Bad bad[] = {
      {"{\"spark\": 3}", "f: line 1 /spark: expected an object, got the number 3\n"},
      {"{\"spark\": {\"conf\": []}}", "f: line 1 /spark/conf: expected an object, got a list\n"},
      {"{\"spark\": {\"conf\": {\"spark.executor.memory\": \"4gigs\"}}}",
       "f: line 1 /spark/conf/spark.executor.memory: expected a size such as \"4g\" (b, k, m, g, "
       "t, p; whole numbers; without a suffix: MiB), got \"4gigs\"\n"},
      {"{\"spark\": {\"conf\": {\"spark.executer.memory\": \"4g\"}}}",
       "f: line 1 /spark/conf/spark.executer.memory: unknown setting: did you mean "
       "`spark.executor.memory`?\n"},
      {"{\"spark\": {\"conf\": {\"spark.task.cpus\": [1]}}}",
       "f: line 1 /spark/conf/spark.task.cpus: expected a text, a number, true or false, got a "
       "list\n"},
      {"{\"cluster\": {\"deploy_mode\": \"cleint\"}}",
       "f: line 1 /cluster/deploy_mode: expected one of \"client\", \"cluster\", got \"cleint\": "
       "did you mean `client`?\n"},
      {"{\"cluster\": {\"nodes\": [{\"memory\": 4}]}}",
       "f: line 1 /cluster/nodes/0/memory: expected a size such as \"4g\" (b, k, m, g, t, p; "
       "powers of 1024), got the number 4\n"},
      {"{\"cluster\": {\"nodes\": [{\"memory\": \"0g\"}]}}",
       "f: line 1 /cluster/nodes/0/memory: must be more than 0\n"},
      {"{\"cluster\": {\"executors\": [{\"removed_when_idle\": \"yes\"}]}}",
       "f: line 1 /cluster/executors/0/removed_when_idle: expected true or false, got the text "
       "\"yes\"\n"},
      {"{\"workload\": {}}",
       "f: line 1 /workload: expected one of the fields `event_log`, `jobs` and "
       "`rdds`, got none\n"},
      {"{\"workload\": {\"jobs\": [], \"event_log\": \"x\"}}",
       "f: line 1 /workload: expected one of the fields `event_log`, `jobs` and `rdds`, got "
       "several\n"},
      {"{\"workload\": {\"jobs\": [{\"stages\": [{\"duration\": {\"sgima\": 1}}]}]}}",
       "f: line 1 /workload/jobs/0/stages/0: missing field `tasks`\n"
       "f: line 1 /workload/jobs/0/stages/0/duration: missing field `median`\n"
       "f: line 1 /workload/jobs/0/stages/0/duration/sgima: unknown field: did you mean "
       "`sigma`?\n"},
      {"{\"workload\": {\"jobs\": [{\"stages\": [{\"tasks\": 0, \"duration\": [\"0 x 1s\"]}]}]}}",
       "f: line 1 /workload/jobs/0/stages/0/tasks: expected a whole number from 1 to 100000000, "
       "got the number 0\n"
       "f: line 1 /workload/jobs/0/stages/0/duration/0: expected a duration such as \"90s\", or "
       "several as in \"99 x 1s\", got the text \"0 x 1s\"\n"},
      {"{\"task_scheduler\": 4}",
       "f: line 1 /task_scheduler: expected a model's name, or an object with the field `model` "
       "and the model's parameters, got the number 4\n"},
      {"{\"a/b~\\n\": 1}",
       "f: line 1 /a~1b~0\\x0a: unknown field; known here: $schema, name, description, spark, "
       "cluster, workload, applications, driver, pools, task_scheduler, executor_allocator, seed, "
       "replication, until\n"},
  };
  for (const Bad& b : bad) EXPECT_EQ(problems_of(b.text), b.problems) << b.text;
}

TEST(ReadScenario, AllProblemsAtOnceInOrderOfLines) {
  EXPECT_EQ(problems_of("{\n"
                        "  \"seed\": 1.5,\n"
                        "  \"nmae\": \"x\",\n"
                        "  // a comment\n"
                        "  \"cluster\": {\n"
                        "    \"executors\": [\n"
                        "      {\"cores\": 0},\n"
                        "      7\n"
                        "    ]\n"
                        "  },\n"
                        "  \"spark\": {\"conf\": {\n"
                        "    \"executor.cores\": 1\n"
                        "  }}\n"
                        "}\n"),
            "f: line 2 /seed: expected a whole number from 0 to 18446744073709551615, got the "
            "number 1.5\n"
            "f: line 3 /nmae: unknown field: did you mean `name`?\n"
            "f: line 7 /cluster/executors/0/cores: expected a whole number from 1 to 2147483647, "
            "got the number 0\n"
            "f: line 8 /cluster/executors/1: expected an object, got the number 7\n"
            "f: line 12 /spark/conf/executor.cores: unknown setting: did you mean "
            "`spark.executor.cores`?\n");
}

TEST(ReadScenario, DuplicateFieldsAreProblems) {
  EXPECT_EQ(problems_of("{\"seed\": 1,\n\"name\": \"a\",\n\"seed\": 2}"),
            "f: line 3 /seed: duplicate field; it is already on line 1\n");
  EXPECT_EQ(problems_of("{\"pools\": [{\"name\": \"a\"},\n {\"name\": \"b\",\n\"name\": \"c\"}]}"),
            "f: line 3 /pools/1/name: duplicate field; it is already on line 2\n");
  EXPECT_EQ(problems_of("{\"spark\": {\"conf\": {\"spark.x\": 1,\n\"spark.x\": 1}}}"),
            "f: line 2 /spark/conf/spark.x: duplicate field; it is already on line 1\n");
}

TEST(ReadScenario, DeepNestingIsAProblem) {
  const std::string deep(100'000, '[');
  EXPECT_EQ(problems_of(deep), "f: line 1: nested more than 64 deep\n");
}

TEST(ReadScenario, FilesThatAreNotThere) {
  Problems problems;
  EXPECT_FALSE(read_scenario("no/such/file.json", problems));
  EXPECT_EQ(problems.text(), "no/such/file.json: cannot be opened: No such file or directory\n");
  EXPECT_FALSE(read_scenario("scenarios", problems));
  ASSERT_EQ(problems.list().size(), 2U);
  EXPECT_EQ(problems.list()[1].what, "cannot be read: Is a directory");
}

TEST(ReadScenario, EventLogIsRelativeToTheFile) {
  Problems problems;
  const std::string text = R"({"workload": {"event_log": "../log.zst"}})";
  EXPECT_EQ(event_log_path(*parse_scenario(text, "a/b/c.json", problems)), "a/b/../log.zst");
  EXPECT_EQ(event_log_path(*parse_scenario(text, "c.json", problems)), "../log.zst");
  EXPECT_EQ(
      event_log_path(*parse_scenario(R"({"workload": {"event_log": "/x"}})", "a/c.json", problems)),
      "/x");
  EXPECT_EQ(event_log_path(Scenario{}), "");
}

TEST(ReadScenario, ExamplesAreGood) {
  EXPECT_GE(example_files().size(), 6U);
  for (const auto& path : example_files()) {
    Problems problems;
    SourceLines lines;
    const auto scenario = read_scenario(path.string(), problems, &lines);
    if (scenario) validate(*scenario, problems, &lines);
    EXPECT_EQ(problems.text(), "");
  }
}

// Whatever a file holds: problems, or a scenario that can be validated and written; never a crash.
void read_anything(const std::string& text) {
  Problems problems;
  SourceLines lines;
  const auto scenario = parse_scenario(text, "f", problems, &lines);
  ASSERT_EQ(scenario.has_value(), problems.empty());
  if (!scenario) return;
  validate(*scenario, problems, &lines);
  ASSERT_EQ(parse_scenario(to_json(*scenario), "f", problems), scenario);
}

TEST(ReadScenario, MutationsOfGoodFiles) {
  const std::string alphabet = "{}[]\",:0123456789.eE-+xsmgh \n/*\\\xc3\xff\x01truenl";
  std::uint64_t entity = 0;
  for (const auto& path : example_files()) {
    const std::string good = content_of(path);
    for (int round = 0; round < 300; ++round) {
      const Stream random(1, 0, Purpose::Test, entity++);
      std::string text = good;
      const std::uint32_t changes = 1 + random.below(0, 4);
      for (std::uint32_t i = 0; i < changes; ++i) {
        const std::uint32_t at = random.below(10 + 3 * i, static_cast<std::uint32_t>(text.size()));
        const std::uint32_t kind = random.below(11 + 3 * i, 4);
        const char c =
            alphabet[random.below(12 + 3 * i, static_cast<std::uint32_t>(alphabet.size()))];
        if (kind == 0) text.erase(at, 1);
        if (kind == 1) text.insert(at, 1, c);
        if (kind == 2) text[at] = c;
        if (kind == 3) text.resize(at + 1);
      }
      read_anything(text);
    }
  }
}

// Values of the wrong kind everywhere: each token of a file replaced by each of a few others.
TEST(ReadScenario, ReplacedTokens) {
  const std::vector<std::string> tokens = {"0",  "-1", "1e99", "\"\"",   "null",
                                           "[]", "{}", "true", "\"1s\"", "\"9999999 x 1s\""};
  for (const auto& path : example_files()) {
    const std::string good = content_of(path);
    for (std::size_t colon = good.find(':'); colon != good.npos;
         colon = good.find(':', colon + 1)) {
      const std::size_t end = good.find_first_of(",}\n", colon);
      for (const std::string& token : tokens)
        read_anything(good.substr(0, colon + 1) + token + good.substr(end));
    }
  }
}

}  // namespace
}  // namespace muster
