// The schema for editors: its shape, and that it and the reader agree on files good and bad.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/json_tree.h"
#include "sim/scenario/read_scenario.h"
#include "sim/scenario/schema.h"
#include "sim/scenario/spark_keys.h"

namespace muster {
namespace {

JsonNode schema() {
  Problems problems;
  const auto root = parse_json(json_schema(), "schema", problems);
  EXPECT_EQ(problems.text(), "");
  return root.value_or(JsonNode{});
}

// Follows keys; an absent one gives an empty node.
const JsonNode& at(const JsonNode& node, const std::vector<std::string_view>& keys) {
  static const JsonNode none;
  const JsonNode* here = &node;
  for (const std::string_view key : keys) {
    here = here->find(key);
    if (!here) return none;
  }
  return *here;
}

std::string text(const JsonNode& node) { return print_json(node); }

TEST(Schema, TopLevelFieldsInOrder) {
  const JsonNode root = schema();
  EXPECT_EQ(at(root, {"$schema"}).text, "http://json-schema.org/draft-07/schema#");
  EXPECT_EQ(at(root, {"properties"}).keys,
            (std::vector<std::string>{"$schema", "name", "description", "spark", "cluster",
                                      "workload", "applications", "driver", "pools",
                                      "task_scheduler", "executor_allocator", "seed",
                                      "replication", "until"}));
  EXPECT_EQ(at(root, {"additionalProperties"}).text, "false");
}

TEST(Schema, LimitsAndChoicesAreThoseOfTheTable) {
  const JsonNode root = schema();
  const JsonNode& executor =
      at(root, {"properties", "cluster", "properties", "executors", "items", "properties"});
  EXPECT_EQ(at(executor, {"cores", "minimum"}).text, "1");
  EXPECT_EQ(at(executor, {"count", "maximum"}).text, "1000000");
  EXPECT_EQ(at(executor, {"removed_when_idle", "type"}).text, "boolean");
  EXPECT_FALSE(at(executor, {"memory", "pattern"}).text.empty());
  EXPECT_FALSE(at(executor, {"memory", "description"}).text.empty());
  const JsonNode& mode = at(root, {"properties", "cluster", "properties", "deploy_mode", "enum"});
  ASSERT_EQ(mode.items.size(), 2U);
  EXPECT_EQ(mode.items[1].text, "cluster");
  const JsonNode& pool = at(root, {"properties", "pools", "items"});
  ASSERT_EQ(at(pool, {"required"}).items.size(), 1U);
  EXPECT_EQ(at(pool, {"required"}).items[0].text, "name");
  EXPECT_EQ(at(root, {"properties", "seed", "maximum"}).text, "18446744073709551615");
  EXPECT_EQ(at(root, {"properties", "workload", "anyOf"}).items.size(), 3U);
}

TEST(Schema, KnowsSparksSettings) {
  const JsonNode root = schema();
  const JsonNode& conf = at(root, {"properties", "spark", "properties", "conf"});
  std::size_t keys = 0;
  for (const auto table : spark_key_tables()) keys += table.size();
  EXPECT_EQ(at(conf, {"properties"}).items.size(), keys);
  EXPECT_EQ(at(conf, {"properties", "spark.executor.memory", "description"}).text,
            "a size, in MiB without a unit; default 1g");
  EXPECT_EQ(at(conf, {"properties", "spark.speculation.multiplier", "description"}).text,
            "a number; default 1.5 (from Spark 4: 3.0)");
}

TEST(Schema, EveryObjectIsClosedAndDescribed) {
  const JsonNode root = schema();
  // Objects with properties of ours say that there are no others.
  std::vector<const JsonNode*> open = {&root};
  int objects = 0;
  while (!open.empty()) {
    const JsonNode& node = *open.back();
    open.pop_back();
    const JsonNode* type = node.find("type");
    if (type && type->text == "object" && node.find("properties")) {
      ++objects;
      ASSERT_TRUE(node.find("additionalProperties")) << text(node).substr(0, 200);
    }
    for (const JsonNode& item : node.items) open.push_back(&item);
  }
  EXPECT_EQ(objects, 41);
}

constexpr const char* kCheck = R"(
import json, sys
try:
    import jsonschema
except ImportError:
    sys.exit(77)
folder = sys.argv[1]
schema = json.load(open(folder + '/schema.json'))
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
wrong = []
for line in open(folder + '/cases'):
    good, text = line.rstrip('\n').split(' ', 1)
    if validator.is_valid(json.loads(text)) != (good == '1'):
        wrong.append(text)
print('\n'.join(wrong))
sys.exit(1 if wrong else 0)
)";

std::string without_comments(const std::filesystem::path& path) {
  std::ifstream in(path);
  const std::string content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  Problems problems;
  const auto root = parse_json(content, path.string(), problems);
  std::string line = root ? print_json(*root) : "";
  for (char& c : line)
    if (c == '\n') c = ' ';
  return line;
}

// Whether the reader takes it; it must be JSON.
bool reads(const std::string& json) {
  Problems problems;
  return parse_scenario(json, "f", problems).has_value();
}

std::vector<std::string> cases() {
  std::vector<std::string> list = {"{}", "[]", "{\"x\": 1}",
                                   "{\"spark\": {\"conf\": {\"spark.x\": "
                                   "null}}}"};
  const std::vector<std::string> fields = {"name",           "seed",    "replication", "until",
                                           "pools",          "cluster", "driver",      "workload",
                                           "task_scheduler", "spark",   "$schema",
                                           "applications"};
  const std::vector<std::string> values = {
      "1",
      "-1",
      "1.5",
      "\"\"",
      "\"2h\"",
      "\" 1.5 min \"",
      "\"5\"",
      "true",
      "null",
      "[]",
      "{}",
      "[{}]",
      "[{\"name\": \"p\"}]",
      "[{\"name\": \"p\", \"mode\": \"fifo\"}]",
      "4294967296",
      "{\"model\": \"fair\", \"wait\": 3}",
      "{\"model\": 3}",
      "{\"event_log\": \"x\"}",
      "{\"event_log\": \"\"}",
      "{\"jobs\": []}",
      "{\"jobs\": [{}]}",
      "{\"dispatch\": \"1.5ms\"}",
      "{\"jobs\": [{\"stages\": [{\"tasks\": 1}]}]}",
      "{\"jobs\": [{\"stages\": [{}]}]}",
      "{\"jobs\": [{\"stages\": [{\"tasks\": 2, \"duration\": [\"2 x 1s\"]}]}]}",
      "{\"jobs\": [{\"stages\": [{\"tasks\": 2, \"duration\": [\"x 1s\"]}]}]}",
      "{\"jobs\": [{\"stages\": [{\"tasks\": 1, \"duration\": {\"median\": \"1s\"}}]}]}",
      "{\"jobs\": [{\"stages\": [{\"tasks\": 1, \"duration\": {\"sigma\": 0.5}}]}]}",
      "{\"jobs\": [{\"stages\": [{\"tasks\": 1, \"duration\": {\"median\": \"1s\", \"sigma\": "
      "11}}]}]}",
      "{\"nodes\": [{\"memory\": \"1.5GiB\"}]}",
      "{\"nodes\": [{\"memory\": \"1.5Gi\"}]}",
      "{\"nodes\": [{\"cores\": 0}]}",
      "{\"nodes\": [{\"role\": \"core\", \"spot\": true, \"starts_at\": \"1m\"}]}",
      "{\"nodes\": [{\"role\": \"slave\"}]}",
      "{\"manager\": \"mesos\", \"autoscaler\": {\"model\": \"karpenter\", \"boot\": 1}}",
      "{\"disturbances\": [\"node_loss\", {\"model\": \"node_loss\", \"at\": \"1m\"}]}",
      "{\"disturbances\": \"node_loss\"}",
      "{\"disturbances\": [{\"at\": [1]}]}",
      "[{\"workload\": {\"jobs\": []}, \"starts_at\": \"1m\", \"conf\": {}}]",
      "[{\"workload\": {\"event_log\": \"x\"}}]",
      "{\"deploy_mode\": \"clustr\"}",
      "{\"version\": \"3.5\"}",
      "{\"conf\": {\"spark.task.cpus\": 1}}",
      "{\"conf\": {\"spark.task.cpus\": []}}"};
  for (const std::string& field : fields)
    for (const std::string& value : values) list.push_back("{\"" + field + "\": " + value + "}");
  for (const auto& entry : std::filesystem::directory_iterator("scenarios"))
    if (entry.path().extension() == ".json") list.push_back(without_comments(entry.path()));
  return list;
}

TEST(Schema, AgreesWithTheReader) {
  const std::string folder = testing::TempDir() + "muster_schema" + std::to_string(getpid());
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/schema.json") << json_schema();
  std::ofstream(folder + "/check.py") << kCheck;
  {
    std::ofstream out(folder + "/cases");
    for (const std::string& json : cases()) out << (reads(json) ? "1 " : "0 ") << json << "\n";
  }
  const std::string command =
      "python3 -W ignore " + folder + "/check.py " + folder + " > " + folder + "/wrong 2>&1";
  const int code = std::system(command.c_str());
  if (code != 0 && code != 1 << 8) GTEST_SKIP() << "no python3 with jsonschema here";
  std::ifstream wrong(folder + "/wrong");
  const std::string list{std::istreambuf_iterator<char>(wrong), std::istreambuf_iterator<char>()};
  EXPECT_EQ(code, 0) << list;
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace muster
