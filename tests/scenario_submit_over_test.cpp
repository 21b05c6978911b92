// A spark-submit line over a scenario that says what runs.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/scenario/spark_submit.h"

namespace muster {
namespace {

// Three executors of a recording, on two hosts, the last one later and gone in the end.
Scenario recorded() {
  Scenario out;
  out.name = "mine";
  out.cluster.master = "spark://master:7077";
  out.conf.set("spark.executor.memory", "2g");
  out.conf.set("spark.sql.shuffle.partitions", "64");
  for (int e = 0; e < 3; ++e) {
    ExecutorSpec one;
    one.id = std::to_string(e);
    one.host = e % 2 == 0 ? "a" : "b";
    one.cores = 4;
    one.registered_at = Duration::seconds(e);
    out.cluster.executors.push_back(one);
  }
  out.cluster.executors[2].removed_at = Duration::seconds(60);
  return out;
}

Scenario over(const Scenario& base, const std::string& line) {
  Problems problems;
  const auto scenario = from_spark_submit("spark-submit " + line + " app.jar", base, problems);
  EXPECT_EQ(problems.text(), "") << line;
  return scenario.value_or(Scenario{});
}

TEST(SubmitOver, SettingsOfTheLineWinAndTheOthersStay) {
  const Scenario out =
      over(recorded(), "--executor-memory 6g --conf spark.locality.wait=0s --name theirs");
  EXPECT_EQ(out.conf.text("spark.executor.memory", ""), "6g");
  EXPECT_EQ(out.conf.text("spark.locality.wait", ""), "0s");
  EXPECT_EQ(out.conf.text("spark.sql.shuffle.partitions", ""), "64");
  EXPECT_EQ(out.conf.text("spark.app.name", ""), "theirs");
  EXPECT_EQ(out.cluster.master, "spark://master:7077");
  EXPECT_EQ(out.cluster.deploy_mode, "client");
}

TEST(SubmitOver, ALineWithoutExecutorsLeavesThemAsTheyAre) {
  const Scenario base = recorded();
  EXPECT_EQ(over(base, "--conf spark.locality.wait=0s").cluster.executors, base.cluster.executors);
}

TEST(SubmitOver, MoreExecutorsStandOnTheSameHostsAndStay) {
  const Scenario out = over(recorded(), "--executor-cores 2 --total-executor-cores 10");
  ASSERT_EQ(out.cluster.executors.size(), 5U);
  const std::vector<std::string> hosts = {"a", "b", "a", "a", "b"};
  for (std::size_t e = 0; e < hosts.size(); ++e) {
    const ExecutorSpec& one = out.cluster.executors[e];
    EXPECT_EQ(one.host, hosts[e]);
    EXPECT_EQ(one.cores, 2);
    EXPECT_EQ(one.memory, Bytes::gib(2));
    EXPECT_EQ(one.registered_at, Duration::seconds(std::min<std::int64_t>(e, 2)));
    EXPECT_FALSE(one.removed_at);
    EXPECT_EQ(one.id, "");
  }
}

TEST(SubmitOver, ASizeAloneKeepsTheirNumberOnYarn) {
  const Scenario out = over(recorded(), "--master yarn --executor-cores 8");
  ASSERT_EQ(out.cluster.executors.size(), 3U);
  EXPECT_EQ(out.cluster.executors[0].cores, 8);
  EXPECT_EQ(out.cluster.master, "yarn");
  EXPECT_EQ(over(recorded(), "--master yarn --num-executors 7").cluster.executors.size(), 7U);
}

TEST(SubmitOver, AGroupStaysAGroup) {
  Scenario base = recorded();
  base.cluster.executors.resize(1);
  base.cluster.executors[0].count = 2;
  const Scenario out = over(base, "--master yarn --num-executors 5");
  ASSERT_EQ(out.cluster.executors.size(), 1U);
  EXPECT_EQ(out.cluster.executors[0].count, 5);
}

TEST(SubmitOver, MachinesStayAndTheirManagerDecides) {
  Scenario base = recorded();
  base.cluster.executors.clear();
  base.cluster.master = "yarn";
  base.cluster.nodes.emplace_back();
  const Scenario out = over(base, "--num-executors 9");
  EXPECT_TRUE(out.cluster.executors.empty());
  EXPECT_EQ(out.cluster.nodes, base.cluster.nodes);
  EXPECT_EQ(out.conf.text("spark.executor.instances", ""), "9");
}

TEST(SubmitOver, TheSameExecutorsStayAsTheyWere) {
  Scenario base = recorded();
  for (ExecutorSpec& one : base.cluster.executors) one.memory = Bytes::gib(2);
  EXPECT_EQ(over(base, "--executor-cores 4 --total-executor-cores 12").cluster.executors,
            base.cluster.executors);
}

// spark-submit drops --num-executors with a standalone master.
TEST(SubmitOver, OptionsThatSparkIgnoresChangeNothingAndAreNamed) {
  const Scenario base = recorded();
  Problems problems, ignored;
  const auto out =
      from_spark_submit("spark-submit --num-executors 8 app.jar", base, problems, &ignored);
  ASSERT_TRUE(out) << problems.text();
  EXPECT_EQ(out->cluster.executors, base.cluster.executors);
  EXPECT_NE(ignored.text().find("--num-executors"), std::string::npos);
}

TEST(SubmitOver, ExecutorsOfNoKnownNumberStayAndThatIsSaid) {
  Scenario base = recorded();
  Problems problems, ignored;
  const auto out =
      from_spark_submit("spark-submit --total-executor-cores 16 app.jar", base, problems, &ignored);
  ASSERT_TRUE(out) << problems.text();
  EXPECT_EQ(out->cluster.executors, base.cluster.executors);
  EXPECT_NE(ignored.text().find("stay those that there were"), std::string::npos);
}

// In Spark the application would wait for ever.
TEST(SubmitOver, AnExecutorThatNeverFitsIsRefused) {
  Problems problems;
  EXPECT_FALSE(from_spark_submit(
      "spark-submit --executor-cores 17 --total-executor-cores 16 app.jar", recorded(), problems));
  EXPECT_NE(problems.text().find("no executor would start"), std::string::npos);
}

TEST(SubmitOver, LogsOfSpark1AndFurtherApplicationsKeepWhatTheyHad) {
  Scenario base = recorded();
  base.cluster.master = "yarn-client";
  base.applications.emplace_back();
  const Scenario out = over(base, "--executor-memory 6g");
  EXPECT_EQ(out.cluster.master, "yarn");
  EXPECT_EQ(out.applications[0].conf.text("spark.executor.memory", ""), "2g");
}

TEST(SubmitOver, SomebodyMustNameTheMaster) {
  Scenario base = recorded();
  base.cluster.master.clear();
  Problems problems;
  EXPECT_FALSE(from_spark_submit("spark-submit app.jar", base, problems));
  EXPECT_NE(problems.text().find("--master"), std::string::npos);
}

TEST(SubmitOver, TellsWhatIsWrongWithTheLine) {
  Problems problems;
  const std::string line = "spark-submit --executor-cores none app.jar";
  EXPECT_FALSE(from_spark_submit(line, recorded(), problems));
  EXPECT_NE(problems.text().find("--executor-cores"), std::string::npos);
}

}  // namespace
}  // namespace muster
