#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "sim/scenario/spark_key_tables.h"
#include "sim/scenario/spark_keys.h"

namespace muster {
namespace {

std::vector<SparkKey> all_keys() {
  std::vector<SparkKey> all;
  for (const auto table : spark_key_tables()) all.insert(all.end(), table.begin(), table.end());
  return all;
}

std::vector<std::string> other_names() {
  std::istringstream words{std::string(other_spark_names())};
  std::vector<std::string> names;
  std::string prefix;
  for (std::string word; words >> word;) {
    if (word.front() == '@')
      prefix = word.substr(1);
    else
      names.push_back(prefix + word);
  }
  return names;
}

TEST(SparkKeys, SortedAndUnique) {
  std::set<std::string_view> seen;
  for (const auto table : spark_key_tables()) {
    EXPECT_TRUE(std::ranges::is_sorted(table, {}, &SparkKey::name));
    for (const SparkKey& key : table) EXPECT_TRUE(seen.insert(key.name).second) << key.name;
  }
  EXPECT_GT(seen.size(), 600U);
  std::set<std::string> others;
  for (const std::string& name : other_names()) {
    EXPECT_TRUE(others.insert(name).second) << name;
    EXPECT_FALSE(seen.contains(name)) << name;
    EXPECT_TRUE(name.starts_with("spark.")) << name;
  }
  EXPECT_GT(others.size(), 900U);
}

TEST(SparkKeys, DefaultsAreOfTheirType) {
  for (const SparkKey& key : all_keys())
    for (const std::string_view value : {key.default_value, key.default_since_4}) {
      if (!value.empty()) {
        EXPECT_EQ(spark_setting_problem(key.name, value), "") << key.name;
      }
    }
}

TEST(SparkKeys, VersionsMakeSense) {
  for (const SparkKey& key : all_keys()) {
    EXPECT_GE(key.since, 0) << key.name;
    EXPECT_LT(key.since, spark(5, 0)) << key.name;
    EXPECT_TRUE(key.removed == 0 || key.removed > key.since) << key.name;
  }
}

// No real name may be taken for another's misspelling.
TEST(SparkKeys, RealNamesAreAccepted) {
  for (const std::string& name : other_names()) EXPECT_EQ(spark_setting_problem(name, "x"), "");
}

TEST(SparkKeys, SomeByHeart) {
  const auto is = [](const char* name, SparkType type, const char* value, int since) {
    const SparkKey* key = find_spark_key(name);
    ASSERT_TRUE(key) << name;
    EXPECT_EQ(key->type, type) << name;
    EXPECT_EQ(key->default_value, value) << name;
    EXPECT_EQ(key->since, since) << name;
  };
  is("spark.executor.memory", SparkType::SizeMiB, "1g", spark(0, 7));
  is("spark.executor.cores", SparkType::Int, "1", spark(1, 0));
  is("spark.locality.wait", SparkType::Millis, "3s", spark(0, 5));
  is("spark.network.timeout", SparkType::Seconds, "120s", spark(1, 3));
  is("spark.dynamicAllocation.executorIdleTimeout", SparkType::Seconds, "1min", spark(1, 2));
  is("spark.memory.fraction", SparkType::Number, "0.6", spark(1, 6));
  is("spark.reducer.maxSizeInFlight", SparkType::SizeMiB, "48m", spark(1, 4));
  is("spark.shuffle.file.buffer", SparkType::SizeKiB, "32k", spark(1, 4));
  is("spark.driver.maxResultSize", SparkType::SizeB, "1g", spark(1, 2));
  is("spark.sql.shuffle.partitions", SparkType::Int, "200", spark(1, 1));
  is("spark.sql.adaptive.enabled", SparkType::Flag, "true", spark(1, 6));
  is("spark.sql.autoBroadcastJoinThreshold", SparkType::SizeB, "10m", spark(1, 1));
  is("spark.yarn.scheduler.heartbeat.interval-ms", SparkType::Millis, "3s", spark(0, 8, 1));
  is("spark.kubernetes.allocation.batch.size", SparkType::Int, "5", spark(2, 3));
  EXPECT_EQ(find_spark_key("spark.kubernetes.allocation.batch.size")->default_since_4, "10");
  EXPECT_EQ(find_spark_key("spark.speculation.multiplier")->default_since_4, "3.0");
  EXPECT_EQ(find_spark_key("spark.storage.memoryFraction")->removed, spark(3, 0));
  EXPECT_EQ(find_spark_key("spark.no.such"), nullptr);
}

TEST(SparkKeys, MisspeltNames) {
  const std::pair<const char*, const char*> slips[] = {
      {"spark.executer.memory", "spark.executor.memory"},
      {"spark.executor.memroy", "spark.executor.memory"},
      {"spark.executors.memory", "spark.executor.memory"},
      {"spark.executor.Memory", "spark.executor.memory"},
      {"spark.executor.memory.overhead", "spark.executor.memoryOverhead"},
      {"spark.executor.memoryoverhead", "spark.executor.memoryOverhead"},
      {"spark.executor.instance", "spark.executor.instances"},
      {"spark.dynamicAllocation.enable", "spark.dynamicAllocation.enabled"},
      {"spark.dynamicallocation.enabled", "spark.dynamicAllocation.enabled"},
      {"spark.sql.shuffle.partition", "spark.sql.shuffle.partitions"},
      {"park.executor.cores", "spark.executor.cores"},
      {"executor.cores", "spark.executor.cores"},
      {"spark.yarn.executor.memoryOverhed", "spark.yarn.executor.memoryOverhead"},
  };
  for (const auto& [slip, meant] : slips) {
    EXPECT_EQ(likely_spark_name(slip), meant);
    EXPECT_EQ(spark_setting_problem(slip, "1"),
              "unknown setting: did you mean `" + std::string(meant) + "`?");
  }
  EXPECT_EQ(spark_setting_problem("hadoop.tmp.dir", "x"),
            "Spark ignores settings whose names do not begin with `spark.`");
}

TEST(SparkKeys, UnknownNamesOfOthersAreAccepted) {
  for (const char* name :
       {"spark.rapids.sql.enabled", "spark.hadoop.fs.s3a.access.key", "spark.mine",
        "spark.sql.catalog.prod.type", "spark.executorEnv.PYTHONPATH", "spark.databricks.x",
        "spark.executor.resource.gpu.amount", "spark.kubernetes.driver.label.a",
        "spark.yarn.executor.memoryOverhead", "spark.blacklist.enabled"})
    EXPECT_EQ(spark_setting_problem(name, "x"), "") << name;
}

TEST(SparkKeys, Values) {
  const auto good = [](const char* name, const char* value) {
    EXPECT_EQ(spark_setting_problem(name, value), "") << name << "=" << value;
  };
  const auto bad = [](const char* name, const char* value, const char* expected) {
    const std::string what = spark_setting_problem(name, value);
    EXPECT_EQ(what, std::string("expected ") + expected + ", got \"" + value + "\"");
  };
  for (const char* value : {"4g", "4096", "4G", "4gb", " 4g ", "512m", "${MEM}"})
    good("spark.executor.memory", value);
  for (const char* value : {"4gigs", "4.5g", "four", "", "4 g"})
    bad("spark.executor.memory", value,
        "a size such as \"4g\" (b, k, m, g, t, p; whole numbers; without a suffix: MiB)");
  for (const char* value : {"3s", "3", "100ms", "2min", "1h", "0"})
    good("spark.locality.wait", value);
  bad("spark.locality.wait", "3 sec",
      "a time such as \"120s\" (us, ms, s, m, min, h, d; whole numbers; without a suffix: ms)");
  good("spark.sql.autoBroadcastJoinThreshold", "-1");
  good("spark.sql.autoBroadcastJoinThreshold", "10MB");
  good("spark.speculation", "TRUE");
  bad("spark.speculation", "yes", "true or false");
  good("spark.task.cpus", "2");
  bad("spark.task.cpus", "2.0", "a whole number of 32 bits");
  bad("spark.task.cpus", "2147483648", "a whole number of 32 bits");
  good("spark.memory.fraction", "0.75");
  good("spark.memory.fraction", "1");
  bad("spark.memory.fraction", "0,75", "a number");
}

TEST(SparkKeys, CheckConf) {
  Conf conf;
  conf.set("spark.executer.cores", "4");
  conf.set("spark.task.cpus", "many");
  conf.set("spark.fine", "x");
  Problems problems;
  check_spark_conf(conf, "f", "--conf ", problems);
  EXPECT_EQ(problems.text(),
            "f: --conf spark.executer.cores: unknown setting: did you mean "
            "`spark.executor.cores`?\n"
            "f: --conf spark.task.cpus: expected a whole number of 32 bits, got \"many\"\n");
}

}  // namespace
}  // namespace muster
