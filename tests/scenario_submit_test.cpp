#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/random.h"
#include "sim/scenario/fields.h"
#include "sim/scenario/read_scenario.h"
#include "sim/scenario/spark_submit.h"
#include "sim/scenario/validate.h"
#include "sim/scenario/write_scenario.h"

namespace muster {
namespace {

Scenario submit(const std::string& line) {
  Problems problems;
  const auto scenario = from_spark_submit(line, problems);
  EXPECT_EQ(problems.text(), "") << line;
  EXPECT_EQ(scenario.has_value(), problems.empty());
  return scenario.value_or(Scenario{});
}

std::string problems_of(const std::string& line) {
  Problems problems;
  EXPECT_FALSE(from_spark_submit(line, problems)) << line;
  return problems.text();
}

// What Spark on Kubernetes cannot do without.
constexpr const char* kPods = " --conf spark.kubernetes.container.image=i local:///a.jar";

// "a=b c=d": all settings but for the three that are always there, and the image of pods.
std::string settings_of(const std::string& line) {
  std::string out;
  const Scenario scenario = submit(line);
  for (const auto& [name, value] : scenario.conf.entries())
    if (name != "spark.master" && name != "spark.submit.deployMode" && name != "spark.app.name" &&
        name != "spark.kubernetes.container.image")
      out += (out.empty() ? "" : " ") + name + "=" + value;
  return out;
}

TEST(SparkSubmit, WhatEachOptionBecomesWhere) {
  // From the real SparkSubmit of 3.5.7 (prepareSubmitEnvironment): for each way to run, whether the
  // option reached the settings.
  const std::pair<const char*, const char*> ways[] = {{"local[2]", "client"},
                                                      {"local-cluster[2,1,1024]", "client"},
                                                      {"spark://h:7077", "client"},
                                                      {"spark://h:7077", "cluster"},
                                                      {"yarn", "client"},
                                                      {"yarn", "cluster"},
                                                      {"k8s://https://h", "client"},
                                                      {"k8s://https://h", "cluster"},
                                                      {"mesos://h:5050", "client"}};
  struct Row {
    const char* option;
    const char* setting;
    const char* reached;
  };
  const Row rows[] = {
      {"--num-executors 4", "spark.executor.instances=4", "----yyyy-"},
      {"--executor-cores 2", "spark.executor.cores=2", "--yyyyyy-"},
      {"--executor-memory 4g", "spark.executor.memory=4g", "--yyyyyyy"},
      {"--driver-memory 2g", "spark.driver.memory=2g", "yyyyyyyyy"},
      {"--driver-cores 3", "spark.driver.cores=3", "---y-y-y-"},
      {"--total-executor-cores 8", "spark.cores.max=8", "--yy----y"},
      {"--queue q", "spark.yarn.queue=q", "----yy---"},
      {"--driver-java-options -Dx=1", "spark.driver.extraJavaOptions=-Dx=1", "yyyyyyyyy"},
      {"--driver-class-path cp", "spark.driver.extraClassPath=cp", "yyyyyyyyy"},
      {"--driver-library-path lp", "spark.driver.extraLibraryPath=lp", "yyyyyyyyy"},
      {"--principal pr", "spark.kerberos.principal=pr", "yyyyyyyyy"},
      {"--supervise", "spark.driver.supervise=true", "---y-----"},
      {"--verbose", "", "yyyyyyyyy"}};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < std::size(ways); ++i) {
      const std::string line = "spark-submit --class A --master " + std::string(ways[i].first) +
                               " --deploy-mode " + ways[i].second + " " + row.option + kPods;
      EXPECT_EQ(settings_of(line), row.reached[i] == 'y' ? row.setting : "") << line;
    }
  }
}

// From the submission client and the driver of 3.5 (BasicDriverFeatureStep,
// BasicExecutorFeatureStep, KubernetesUtils.uploadFileUri).
TEST(SparkSubmit, PodsNeedAnImageAndFilesThatTheySee) {
  const std::string image = " --conf spark.kubernetes.container.image=i ";
  const std::string cluster = "spark-submit --master k8s://h --deploy-mode cluster ";
  EXPECT_THAT(problems_of(cluster + "local:///a.jar"),
              ::testing::HasSubstr("Must specify the driver container image"));
  EXPECT_THAT(problems_of("spark-submit --master k8s://h a.jar"),
              ::testing::HasSubstr("Must specify the executor container image"));
  EXPECT_THAT(problems_of(cluster +
                          "--conf spark.kubernetes.driver.container.image=i s3a://b/a.py"),
              ::testing::HasSubstr("Must specify the executor container image"));
  for (const char* file : {"a.jar", "/opt/a.py", "file:///opt/a.jar"})
    EXPECT_THAT(problems_of(cluster + image + file),
                ::testing::HasSubstr("Please specify spark.kubernetes.file.upload.path property."))
        << file;
  for (const std::string file : {"local:///a.jar", "s3a://b/a.jar", "https://h/a.jar",
                                 "--conf spark.kubernetes.file.upload.path=s3a://b a.jar"})
    EXPECT_EQ(settings_of(cluster + image + file).find("image"), std::string::npos) << file;
  submit("spark-submit --master k8s://h" + image + "a.jar");  // client mode: the driver is here
}

TEST(SparkSubmit, Files) {
  const std::string options =
      "--jars j.jar,k.jar --files f --py-files p.py --archives z --packages g:a:1 "
      "--exclude-packages x --repositories r --keytab k --proxy-user u";
  EXPECT_EQ(settings_of("spark-submit --master k8s://h " + options + kPods),
            "spark.archives=z spark.files=f spark.jars=j.jar,k.jar spark.jars.excludes=x "
            "spark.jars.packages=g:a:1 spark.jars.repositories=r spark.kerberos.keytab=k "
            "spark.submit.pyFiles=p.py");
  EXPECT_EQ(settings_of("spark-submit --master yarn --jars j --files f --archives z a.py"),
            "spark.yarn.dist.archives=z spark.yarn.dist.files=f spark.yarn.dist.jars=j");
}

TEST(SparkSubmit, MasterModeAndName) {
  const auto check = [](const std::string& line, const char* master, const char* mode,
                        const char* name) {
    const Scenario s = submit(line);
    EXPECT_EQ(s.cluster.master, master) << line;
    EXPECT_EQ(s.cluster.deploy_mode, mode) << line;
    EXPECT_EQ(std::get<JobsWorkload>(s.workload).application_name, name) << line;
    EXPECT_EQ(s.conf.text("spark.master", ""), master) << line;
    EXPECT_EQ(s.conf.text("spark.submit.deployMode", ""), mode) << line;
    EXPECT_EQ(s.conf.text("spark.app.name", ""), name) << line;
  };
  check("spark-submit --class A app.jar x y", "local[*]", "client", "A");
  check("spark-submit --master yarn s3://b/z.py --conf spark.a=b", "yarn", "client", "z.py");
  check("spark-submit --conf spark.master=yarn -c spark.submit.deployMode=cluster a.py", "yarn",
        "cluster", "a.py");
  check("spark-submit --name Q --conf spark.app.name=Z a.py", "local[*]", "client", "Q");
  check("spark-submit --conf spark.app.name=Z --class A a.jar", "local[*]", "client", "Z");
  const std::string pods = kPods;
  check("spark-submit --master k8s://h:1" + pods, "k8s://https://h:1", "client", "a.jar");
  check("spark-submit --master k8s://http://h" + pods, "k8s://http://h", "client", "a.jar");
  check("spark-submit --master=yarn --deploy-mode=cluster a.py", "yarn", "cluster", "a.py");
  check("MASTER=spark://e:1 DEPLOY_MODE=cluster spark-submit a.jar", "spark://e:1", "cluster",
        "a.jar");
  check("MASTER=yarn SPARK_YARN_APP_NAME=yy spark-submit --class A a.jar", "yarn", "client", "yy");
  check("pyspark --master local[4]", "local[4]", "client", "pyspark");
}

TEST(SparkSubmit, Precedence) {
  EXPECT_EQ(settings_of("spark-submit --master yarn --executor-memory 4g --executor-memory 5g "
                        "--conf spark.executor.memory=3g a.py"),
            "spark.executor.memory=5g");
  EXPECT_EQ(settings_of("spark-submit --conf spark.a.b=c=d --conf=spark.x.y= -c spark.a.b=e a.py"),
            "spark.a.b=e spark.x.y=");
  EXPECT_EQ(settings_of("SPARK_EXECUTOR_MEMORY=3g SPARK_DRIVER_MEMORY=5g SPARK_EXECUTOR_CORES=7 "
                        "SPARK_EXECUTOR_INSTANCES=9 spark-submit --master yarn "
                        "--conf spark.executor.cores=2 --driver-memory 1g a.py"),
            "spark.driver.memory=1g spark.executor.cores=2 spark.executor.memory=3g");
  EXPECT_EQ(settings_of("spark-submit --conf foo.bar=1 --conf ' spark.a = b ' a.py"), "");
}

TEST(SparkSubmit, PropertiesFile) {
  const std::string path = testing::TempDir() + "muster_submit" + std::to_string(getpid());
  std::ofstream(path) << "# comment\nspark.executor.memory 2g\nspark.executor.cores=3\n"
                         "spark.master: yarn\nfoo.bar x\nspark.long  a,\\\n   b\n";
  const std::string line = "spark-submit --properties-file " + path;
  EXPECT_EQ(settings_of(line + " --executor-cores 5 a.py"),
            "spark.executor.cores=5 spark.executor.memory=2g spark.long=a,b");
  EXPECT_EQ(settings_of(line + " --conf spark.executor.cores=6 a.py"),
            "spark.executor.cores=6 spark.executor.memory=2g spark.long=a,b");
  EXPECT_EQ(submit(line + " a.py").cluster.master, "yarn");
  std::ofstream(path) << "spark.executor.memory 2gigs\n\nspark.executer.cores 3\n";
  EXPECT_EQ(problems_of(line + " a.py"),
            path +
                ": line 1: spark.executor.memory: expected a size such as \"4g\" (b, k, m, g, "
                "t, p; whole numbers; without a suffix: MiB), got \"2gigs\"\n" +
                path +
                ": line 3: spark.executer.cores: unknown setting: did you mean "
                "`spark.executor.cores`?\n");
  EXPECT_EQ(problems_of("spark-submit --properties-file no/such a.py"),
            "--properties-file: cannot read \"no/such\"\n");
  EXPECT_EQ(problems_of("spark-submit --properties-file . a.py"),
            "--properties-file: cannot read \".\"\n");
  std::filesystem::remove(path);
}

TEST(SparkSubmit, ImpliedExecutors) {
  const auto count = [](const std::string& options, int cores, Bytes memory) {
    const Scenario s = submit("spark-submit " + options + " a.py");
    if (s.cluster.executors.empty()) return 0;
    EXPECT_EQ(s.cluster.executors.size(), 1U);
    EXPECT_EQ(s.cluster.executors[0].cores, cores) << options;
    EXPECT_EQ(s.cluster.executors[0].memory, memory) << options;
    return s.cluster.executors[0].count;
  };
  const Bytes gib = Bytes::gib(1);
  EXPECT_EQ(
      count("--master yarn --num-executors 4 --executor-cores 2 --executor-memory 3g", 2, gib * 3),
      4);
  EXPECT_EQ(count("--master yarn", 1, gib), 2);
  EXPECT_EQ(count("--master k8s://h --conf spark.kubernetes.container.image=i "
                  "--conf spark.executor.instances=7", 1, gib), 7);
  EXPECT_EQ(count("--master spark://h:1 --total-executor-cores 9 --executor-cores 2", 2, gib), 4);
  EXPECT_EQ(count("--master spark://h:1 --total-executor-cores 9", 1, gib), 0);
  EXPECT_EQ(count("--master local[6] --driver-memory 2g", 6, gib * 2), 1);
  EXPECT_EQ(count("--master local[*]", 0, gib), 0);
  EXPECT_EQ(count("--master local-cluster[3,2,512]", 2, Bytes::mib(512)), 3);
  EXPECT_EQ(
      count("--master yarn --num-executors 4 --conf spark.dynamicAllocation.enabled=true", 1, gib),
      0);
}

TEST(SparkSubmit, SaysThatTheWorkloadIsMissing) {
  const Scenario s = submit("spark-submit --master yarn --num-executors 4 a.py");
  Problems problems;
  validate(s, problems);
  EXPECT_EQ(problems.text(),
            "/workload: no workload given: name an `event_log`, or write out `jobs`\n");
}

TEST(SparkSubmit, PastedLines) {
  const Scenario s = submit(
      "# nightly\n"
      "export HADOOP_CONF_DIR=/etc/hadoop\n"
      "nohup /opt/spark/bin/spark-submit \\\n"
      "  --master yarn --deploy-mode cluster \\ \n"
      "  --num-executors=4 \\\r\n"
      "  --conf \"spark.executor.extraJavaOptions=-XX:+UseG1GC -Dq='a b'\" \\\n"
      "  --conf 'spark.mine=$HOME' # why not\n"
      "  jobs/app.py --date \"2020-01-01\" > log 2>&1 &\n");
  EXPECT_EQ(*s.conf.find("spark.executor.extraJavaOptions"), "-XX:+UseG1GC -Dq='a b'");
  EXPECT_EQ(*s.conf.find("spark.mine"), "$HOME");
  EXPECT_EQ(s.cluster.executors.at(0).count, 4);
  EXPECT_EQ(s.name, "app.py");
  // Options alone, without the program.
  EXPECT_EQ(submit("--master local[2] pyspark").cluster.master, "local[2]");
}

TEST(SparkSubmit, EveryProblemAtOnce) {
  EXPECT_EQ(problems_of("spark-submit --master yarnn --num-executor 4 --executor-memory 4.5g "
                        "--conf spark.executer.cores=4 --conf x --kill a "
                        "--conf spark.task.cpus=many --deploy-mode clusterr "
                        "--principal p --proxy-user u"),
            "--num-executor: unknown option: did you mean `--num-executors`?\n"
            "--conf spark.executer.cores: unknown setting: did you mean `spark.executor.cores`?\n"
            "--conf: expected name=value, got \"x\"\n"
            "--kill: submits no application\n"
            "--conf spark.task.cpus: expected a whole number of 32 bits, got \"many\"\n"
            "--master: expected yarn, local, local[N], spark://..., k8s://... or mesos://..., got "
            "\"yarnn\"\n"
            "--deploy-mode: expected client or cluster, got \"clusterr\": did you mean "
            "`cluster`?\n"
            "--executor-memory: expected a size such as \"4g\" (whole numbers; without a suffix: "
            "MiB), got \"4.5g\"\n"
            "--proxy-user: cannot be given together with --principal\n"
            "no application: the line must end with a JAR, Python or R file\n");
}

TEST(SparkSubmit, ProblemsThatSparkSubmitHasToo) {
  const std::pair<const char*, const char*> bad[] = {
      {"--master",
       "--master: needs a value\n"
       "no application: the line must end with a JAR, Python or R file\n"},
      {"--bogus x a.py", "--bogus: unknown option\n"},
      {"--name= a.py", "--name=: unknown option: did you mean `--name`?\n"},
      {"--master yarn --executor-cores two a.py",
       "--executor-cores: expected a whole number of at least 1, got \"two\"\n"},
      {"--master yarn --num-executors 0 a.py",
       "--num-executors: expected a whole number of at least 1, got \"0\"\n"},
      {"--master yarn --executor-memory -1g a.py",
       "--executor-memory: expected a size such as \"4g\" (whole numbers; without a suffix: MiB), "
       "got \"-1g\"\n"},
      {"--master spark://h:1 --deploy-mode cluster a.py",
       "--deploy-mode: a standalone cluster runs Python applications in client mode only\n"},
      {"--master local[2] --deploy-mode cluster a.jar",
       "--deploy-mode: a local master runs in client mode only\n"},
      {"--version",
       "--version: submits no application\n"
       "no application: the line must end with a JAR, Python or R file\n"}};
  for (const auto& [line, expected] : bad) EXPECT_EQ(problems_of(line), expected) << line;
  EXPECT_EQ(problems_of("pyspark --master yarn --deploy-mode cluster"),
            "--deploy-mode: pyspark runs in client mode only\n");
  EXPECT_EQ(problems_of("spark-submit --name \"My app a.py"),
            "a quote does not end: it begins before \"My app a.py\"\n");
  EXPECT_EQ(settings_of("--master yarn --num-executors 0 "
                        "--conf spark.dynamicAllocation.enabled=true a.py"),
            "spark.dynamicAllocation.enabled=true spark.executor.instances=0");
}

TEST(SparkSubmit, CanBeSavedAsAScenario) {
  const Scenario s = submit("spark-submit --master yarn --num-executors 4 --executor-cores 2 a.py");
  Problems problems;
  EXPECT_EQ(to_json(s), R"({
  "name": "a.py",
  "spark": {
    "conf": {
      "spark.app.name": "a.py",
      "spark.executor.cores": "2",
      "spark.executor.instances": "4",
      "spark.master": "yarn",
      "spark.submit.deployMode": "client"
    }
  },
  "cluster": {
    "executors": [{"count": 4}]
  },
  "driver": {"python": true}
}
)");
  EXPECT_EQ(parse_scenario(to_json(s), "", problems), s);
}

TEST(SparkSubmit, WhetherTheDriverHasAPython) {
  EXPECT_TRUE(submit("spark-submit x.py").driver.python);
  EXPECT_TRUE(submit("spark-submit --master yarn /jobs/x.py y.jar").driver.python);
  EXPECT_TRUE(submit("pyspark").driver.python);
  EXPECT_FALSE(submit("spark-submit --class a.B x.jar y.py").driver.python);
  EXPECT_FALSE(submit("spark-submit x.R").driver.python);
  EXPECT_FALSE(submit("spark-shell").driver.python);
}

// SparkSubmit.scala, 3.0 and later.
TEST(SparkSubmit, MastersOfOldAreRefused) {
  EXPECT_EQ(problems_of("spark-submit --master yarn-cluster a.py"),
            "--master: Master must either be yarn or start with spark, mesos, k8s, or local: from "
            "Spark 3 on write --master yarn --deploy-mode cluster\n");
}

std::string ignored_of(const std::string& line) {
  Problems problems, ignored;
  EXPECT_TRUE(from_spark_submit(line, problems, &ignored)) << problems.text();
  return ignored.text();
}

TEST(SparkSubmit, OptionsAfterTheApplicationAreItsOwn) {
  const std::string why =
      ": stands after the application, which gets it as an argument: spark-submit reads only what "
      "stands before app.py\n";
  EXPECT_EQ(ignored_of("spark-submit --master yarn app.py --num-executors 4 --conf=spark.a=b"),
            "--num-executors" + why + "--conf" + why);
  EXPECT_EQ(ignored_of("spark-submit --master yarn --num-executors 4 app.py -c --name x"), "");
}

TEST(SparkSubmit, DashesAreNoHyphens) {
  EXPECT_EQ(problems_of("spark-submit --master yarn \u2013-num-executors 4 a.py"),
            "\u2013-num-executors: begins with a dash, not with hyphens: write --num-executors\n");
  EXPECT_EQ(problems_of("spark-submit \u2014master=local[2] \u2013v a.py"),
            "\u2014master=local[2]: begins with a dash, not with hyphens: write "
            "--master=local[2]\n"
            "\u2013v: begins with a dash, not with hyphens: write -v\n");
}

TEST(SparkSubmit, NamesThatAreNoneOfSparks) {
  EXPECT_EQ(ignored_of("spark-submit --conf num-executors=4 --conf hive.x=1 a.py"),
            "--conf: Ignoring non-Spark config property: num-executors: the option is "
            "--num-executors\n"
            "--conf: Ignoring non-Spark config property: hive.x\n");
}

TEST(SparkSubmit, SparkSqlHasOptionsOfHive) {
  EXPECT_EQ(settings_of("spark-sql -S -e 'select 1' --hiveconf a=b --database d -i init.sql -v "
                        "--driver-memory 2g -f q.sql"),
            "spark.driver.memory=2g");
  EXPECT_EQ(problems_of("spark-sql -e"), "-e: needs a value\n");
  EXPECT_NE(problems_of("spark-submit -f q.sql a.jar").find("-f: unknown option"),
            std::string::npos);
}

TEST(SparkSubmit, WhatDoesNothingOnAStandaloneCluster) {
  const std::string line = "spark-submit --master spark://h:7077 ";
  EXPECT_EQ(ignored_of(line + "--conf spark.executor.instances=4 a.py"),
            "spark.executor.instances: does nothing on a standalone cluster: there "
            "spark.cores.max and spark.executor.cores say how many executors\n");
  EXPECT_EQ(ignored_of(line + "--executor-cores 8 --total-executor-cores 4 a.py"),
            "spark.executor.cores: is 8, more than spark.cores.max, 4: no executor starts, the "
            "application waits for ever\n");
  EXPECT_EQ(ignored_of(line + "--executor-cores 4 --total-executor-cores 10 a.py"),
            "spark.cores.max: Total executor cores: 10 is not divisible by cores per executor: 4, "
            "the left cores: 2 will not be allocated\n");
  EXPECT_EQ(ignored_of(line + "--executor-cores 4 --total-executor-cores 8 a.py"), "");
  EXPECT_EQ(ignored_of("spark-submit --master yarn --conf spark.executor.instances=4 a.py"), "");
}

TEST(SparkSubmit, PoolsAreOfFairScheduling) {
  const std::string line = "spark-submit --conf spark.scheduler.allocation.file=f.xml ";
  EXPECT_EQ(ignored_of(line + "a.py"),
            "spark.scheduler.allocation.file: does nothing: pools are of spark.scheduler.mode "
            "FAIR\n");
  EXPECT_EQ(ignored_of(line + "--conf spark.scheduler.mode=fair a.py"), "");
}

TEST(SparkSubmit, AnyWordsInAnyOrder) {
  const std::vector<std::string> words = {"spark-submit",
                                          "--master",
                                          "yarn",
                                          "local[2]",
                                          "--conf",
                                          "spark.task.cpus=1",
                                          "-c",
                                          "=",
                                          "--num-executors",
                                          "4",
                                          "--num-executors=",
                                          "--verbose",
                                          "a.py",
                                          "'",
                                          "\"",
                                          "\\",
                                          "\n",
                                          "#",
                                          "--",
                                          "-",
                                          "A=b",
                                          "=x",
                                          "--executor-memory=4g",
                                          "--properties-file",
                                          "/",
                                          "--help",
                                          "\xff",
                                          "--kill",
                                          "pyspark",
                                          "--total-executor-cores",
                                          "99999999999999999999",
                                          "--deploy-mode"};
  for (std::uint64_t round = 0; round < 3000; ++round) {
    const Stream random(2, 0, Purpose::Test, round);
    std::string line;
    const std::uint32_t size = random.below(0, 12);
    for (std::uint32_t i = 0; i < size; ++i)
      line += words[random.below(1 + 2 * i, static_cast<std::uint32_t>(words.size()))] +
              (random.below(2 + 2 * i, 8) == 0 ? "" : " ");
    Problems problems;
    const auto scenario = from_spark_submit(line, problems);
    ASSERT_EQ(scenario.has_value(), problems.empty()) << line;
    if (scenario) validate(*scenario, problems);
  }
}

}  // namespace
}  // namespace muster
