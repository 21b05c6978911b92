#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/scenario/read_scenario.h"
#include "sim/scenario/validate.h"

namespace muster {
namespace {

std::string problems_of(const Scenario& scenario) {
  Problems problems;
  validate(scenario, problems);
  return problems.text();
}

// Reads well, and then validate() says this.
std::string problems_of(const std::string& text) {
  Problems problems;
  SourceLines lines;
  const auto scenario = parse_scenario(text, "f", problems, &lines);
  EXPECT_EQ(problems.text(), "") << text;
  if (scenario) validate(*scenario, problems, &lines);
  return problems.text();
}

// One executor with one core, and these jobs.
std::string with_jobs(const std::string& jobs, const std::string& more = "") {
  return problems_of("{\"cluster\": {\"executors\": [{}]}, \"workload\": {\"jobs\": [" + jobs +
                     "]}" + more + "}");
}

std::string with_stages(const std::string& stages) {
  return with_jobs("{\"stages\": [" + stages + "]}");
}

const std::string kJob = R"({"stages": [{"tasks": 1}]})";

std::string with_conf(const std::string& conf) {
  return with_jobs(kJob, ", \"spark\": {\"conf\": {" + conf + "}}");
}

std::string with_cluster(const std::string& cluster, const std::string& version = "3.5.7") {
  return problems_of("{\"cluster\": {" + cluster + "}, \"spark\": {\"version\": \"" + version +
                     "\"}, \"workload\": {\"jobs\": [" + kJob + "]}}");
}

TEST(Validate, TheSmallestGoodScenario) { EXPECT_EQ(with_jobs(kJob), ""); }

TEST(Validate, NothingGiven) {
  EXPECT_EQ(problems_of("{}"),
            "f: line 1 /cluster: nothing to run on: list `executors`, or `nodes` for a cluster "
            "manager\n"
            "f: line 1 /workload: no workload given: name an `event_log`, or write out `jobs`\n");
  EXPECT_EQ(problems_of(Scenario{}),
            "/cluster: nothing to run on: list `executors`, or `nodes` for a cluster manager\n"
            "/workload: no workload given: name an `event_log`, or write out `jobs`\n");
  EXPECT_EQ(problems_of(R"({"workload": {"event_log": "x"}})"), "");
}

TEST(Validate, LinesOfFieldsThatAreThereAndNot) {
  EXPECT_EQ(problems_of("{\n"
                        "\"cluster\": {\"executors\": [{}]},\n"
                        "\"workload\": {\"jobs\": [\n"
                        "  {\"stages\": [\n"
                        "    {\"tasks\": 2,\n"
                        "     \"preferred_hosts\": [\"a\", \"b\", \"c\"]}]}\n"
                        "]}}"),
            "f: line 6 /workload/jobs/0/stages/0/preferred_hosts: 3 hosts for 2 tasks: give none, "
            "one for all tasks, or one for each\n");
}

TEST(Validate, StageGraph) {
  EXPECT_EQ(with_stages(R"({"name": "a", "tasks": 1}, {"tasks": 1, "parents": ["a"]})"), "");
  EXPECT_EQ(with_stages(R"({"name": "map", "tasks": 1}, {"tasks": 1, "parents": ["mpa", "q"]})"),
            "f: line 1 /workload/jobs/0/stages/1/parents/0: there is no stage \"mpa\": did you "
            "mean `map`?\n"
            "f: line 1 /workload/jobs/0/stages/1/parents/1: there is no stage \"q\"\n");
  EXPECT_EQ(with_stages(R"({"name": "a", "tasks": 1, "parents": ["a"]})"),
            "f: line 1 /workload/jobs/0/stages: stages in a cycle: `a` waits for `a`\n");
  EXPECT_EQ(with_stages(R"({"name": "o", "tasks": 1},
                           {"name": "a", "tasks": 1, "parents": ["o", "b"]},
                           {"name": "b", "tasks": 1, "parents": ["c"]},
                           {"name": "c", "tasks": 1, "parents": ["o", "a"]})"),
            "f: line 1 /workload/jobs/0/stages: stages in a cycle: `a` waits for `b` waits for "
            "`c` waits for `a`\n");
  EXPECT_EQ(with_stages(R"({"name": "a", "tasks": 1}, {"name": "a", "tasks": 1},
                           {"name": "b", "tasks": 1, "parents": ["a"]})"),
            "f: line 2 /workload/jobs/0/stages/2/parents/0: there are 2 of the name \"a\"\n");
  EXPECT_EQ(with_jobs(R"({"stages": []})"),
            "f: line 1 /workload/jobs/0/stages: a job needs at least one stage\n");
}

TEST(Validate, LongChainsAndLongCycles) {
  Scenario scenario;
  scenario.cluster.executors.resize(1);
  JobSpec job;
  job.stages.resize(100'000);
  for (std::size_t i = 0; i < job.stages.size(); ++i) {
    job.stages[i].name = std::to_string(i);
    if (i > 0) job.stages[i].parents = {std::to_string(i - 1)};
  }
  std::get<JobsWorkload>(scenario.workload).jobs = {job};
  EXPECT_EQ(problems_of(scenario), "");
  job.stages[0].parents = {"99999"};
  std::get<JobsWorkload>(scenario.workload).jobs = {job};
  EXPECT_NE(problems_of(scenario).find("waits for ... (100000 in all)\n"), std::string::npos);
}

TEST(Validate, CountsOfAStage) {
  EXPECT_EQ(with_stages(R"({"tasks": 3, "duration": ["2 x 1s"]})"),
            "f: line 1 /workload/jobs/0/stages/0/duration: 2 durations for 3 tasks\n");
  EXPECT_EQ(with_stages(R"({"tasks": 1, "duration": ["1s", "1s"]})"),
            "f: line 1 /workload/jobs/0/stages/0/duration: 2 durations for 1 task\n");
  EXPECT_EQ(with_stages(R"({"tasks": 3, "duration": ["3 x 1s"], "preferred_hosts": ["h"]})"), "");
  EXPECT_EQ(with_stages(R"({"tasks": 2, "preferred_hosts": ["g", "h"]})"), "");
}

TEST(Validate, JobGraph) {
  const auto job = [](const std::string& fields) {
    return "{" + fields + ", \"stages\": [{\"tasks\": 1}]}";
  };
  EXPECT_EQ(with_jobs(job(R"("name": "a")") + "," + job(R"("name": "b", "after": ["a"])")), "");
  EXPECT_EQ(with_jobs(job(R"("name": "first")") + "," + job(R"("after": ["frist"])")),
            "f: line 1 /workload/jobs/1/after/0: there is no job \"frist\": did you mean "
            "`first`?\n");
  EXPECT_EQ(with_jobs(job(R"("name": "a", "after": ["b"])") + "," + job(R"("name": "b")")),
            "f: line 1 /workload/jobs: jobs in a cycle: `a` waits for `b` waits for `a`; a job "
            "without `after` waits for the one before it\n");
  EXPECT_EQ(with_jobs(job(R"("name": "a", "after": ["b"])") + "," +
                      job(R"("name": "b", "concurrent": true)")),
            "");
  EXPECT_EQ(with_jobs(job(R"("name": "a")") + "," + job(R"("concurrent": true, "after": ["a"])")),
            "f: line 1 /workload/jobs/1/concurrent: has no effect on a job that names what it "
            "comes `after`\n");
}

TEST(Validate, Pools) {
  const std::string job = R"({"pool": "etl", "stages": [{"tasks": 1}]})";
  EXPECT_EQ(with_jobs(job), "");  // Spark makes pools when they are named
  EXPECT_EQ(with_jobs(job, R"(, "pools": [{"name": "etl"}])"), "");
  // Likewise those that an allocation file does not declare (golden/cluster_names.test: a warning).
  EXPECT_EQ(with_jobs(job, R"(, "pools": [{"name": "elt"}])"), "");
  EXPECT_EQ(with_jobs(kJob, R"(, "pools": [{"name": "a"}, {"name": "b"}, {"name": "a"}])"),
            "f: line 1 /pools/2/name: there is already one with the name \"a\"\n");
}

TEST(Validate, Executors) {
  EXPECT_EQ(with_cluster(R"("executors": [{"id": "1", "count": 2}])"),
            "f: line 1 /cluster/executors/0/id: 2 executors cannot share the id \"1\"\n");
  EXPECT_EQ(with_cluster(R"("executors": [{"id": "1"}, {}, {}, {"id": "1"}])"),
            "f: line 1 /cluster/executors/3/id: there is already one with the name \"1\"\n");
  EXPECT_EQ(with_cluster(R"("executors": [{"registered_at": "5s", "usable_at": "4s"}])"),
            "f: line 1 /cluster/executors/0/usable_at: is before registered_at\n");
  EXPECT_EQ(with_cluster(R"("executors": [{"registered_at": "5s", "removed_at": "5s"}])"),
            "f: line 1 /cluster/executors/0/removed_at: must be after registered_at\n");
  EXPECT_EQ(with_cluster(R"("executors": [{"usable_at": "5s", "removed_at": "4s"}])"),
            "f: line 1 /cluster/executors/0/removed_at: is before usable_at\n");
  EXPECT_EQ(with_conf(R"("spark.task.cpus": 2)"),
            "f: line 1 /cluster/executors/0/cores: no task fits: it needs 2 cores "
            "(spark.task.cpus), the executor has 1\n");
  EXPECT_EQ(with_cluster(R"("executors": [{}], "nodes": [{}, {}])"),
            "f: line 1 /cluster/nodes/1/name: there is already one with the name \"node\"\n");
}

// What fleets make has a name too: NAME, and NAME-spot.
TEST(Validate, WhatSparkRefusesWhenItStarts) {
  using testing::HasSubstr;
  const std::string slow = R"("spark.network.timeout": "10s",)"
                           R"("spark.executor.heartbeatInterval": "20s")";
  EXPECT_THAT(with_conf(slow),
              HasSubstr("The value of spark.network.timeout=10000ms must be greater than the value "
                        "of spark.executor.heartbeatInterval=20000ms"));
  EXPECT_EQ(with_conf(R"("spark.executor.memory": "450m")"), "");
  EXPECT_THAT(with_conf(R"("spark.executor.memory": "449m")"),
              HasSubstr("Executor memory 470810624 must be at least 471859200. "));
  EXPECT_THAT(with_conf(R"("spark.executor.instances": 0)"),
              HasSubstr("Number of executors must be a positive number"));
}

// In the words of Spark 3.5.
TEST(Validate, WhatSparkRefusesOfMemoryAndSizes) {
  const std::pair<const char*, const char*> refused[] = {
      {R"("spark.driver.memory": "449m")", "System memory 470810624 must be at least 471859200. "},
      {R"("spark.executor.extraJavaOptions": "-verbose -Xmx4g")",
       "is not allowed to specify max heap memory settings (was '-verbose -Xmx4g')"},
      {R"("spark.executor.extraJavaOptions": "-Dspark.ui.port=1")",
       "is not allowed to set Spark options (was '-Dspark.ui.port=1')"},
      {R"("spark.driver.extraJavaOptions": "-server -Xmx4g")",
       "Not allowed to specify max heap(Xmx) memory settings through java options"},
      {R"("spark.memory.fraction": 1.5)", "should be between 0 and 1 (was '1.5')."},
      {R"("spark.memory.storageFraction": "-0.1")", "should be between 0 and 1 (was '-0.1')."},
      {R"("spark.memory.offHeap.enabled": true)", "spark.memory.offHeap.size must be > 0 when"},
      {R"("spark.kryoserializer.buffer.max": "2g")", "must be less than 2048 mb, got: 2048 mb."},
      {R"("spark.rpc.message.maxSize": 2048)", "should not be greater than 2047 MB"},
      {R"("spark.sql.shuffle.partitions": 0)", "'0' in spark.sql.shuffle.partitions is invalid."},
  };
  for (const auto& [conf, words] : refused)
    EXPECT_THAT(with_conf(conf), testing::HasSubstr(words)) << conf;
  for (const char* conf :
       {R"("spark.driver.memory": "450m")", R"("spark.executor.extraJavaOptions": "-Xms1g -Dx=y")",
        R"("spark.driver.extraJavaOptions": "-Dspark.a=-Xmx")", R"("spark.memory.fraction": 1)",
        R"("spark.memory.offHeap.enabled": true, "spark.memory.offHeap.size": 1)",
        R"("spark.kryoserializer.buffer.max": "2047m")", R"("spark.rpc.message.maxSize": 2047)",
        R"("spark.sql.shuffle.partitions": 1)"})
    EXPECT_EQ(with_conf(conf), "") << conf;
}

TEST(Validate, WhatSparkRefusesOfExclusionAndAllocation) {
  using testing::HasSubstr;
  const std::string on = R"("spark.excludeOnFailure.enabled": true, )";
  const std::string few = R"("spark.task.maxFailures": 2)";
  EXPECT_EQ(with_conf(few), "");
  EXPECT_THAT(with_conf(on + few),
              HasSubstr("maxTaskAttemptsPerNode ( = 2) was >= spark.task.maxFailures ( = 2 )"));
  EXPECT_THAT(with_conf(on + R"("spark.excludeOnFailure.stage.maxFailedTasksPerExecutor": 0)"),
              HasSubstr("maxFailedTasksPerExecutor was 0, but must be > 0."));
  const auto with = [](const std::string& key, const std::string& value,
                       const std::string& more = R"("spark.master": "yarn")") {
    return with_conf(more + R"(, "spark.dynamicAllocation.enabled": true)" +
                     ", \"spark.dynamicAllocation." + key + "\": \"" + value + "\"");
  };
  EXPECT_THAT(with("maxExecutors", "0"), HasSubstr("maxExecutors cannot be 0!"));
  EXPECT_THAT(with("schedulerBacklogTimeout", "0s"),
              HasSubstr("schedulerBacklogTimeout must be > 0!"));
  EXPECT_THAT(with("executorIdleTimeout", "-1s"), HasSubstr("executorIdleTimeout must be >= 0!"));
  EXPECT_EQ(with("executorIdleTimeout", "0s"), "");
  for (const char* ratio : {"0", "1.1"})
    EXPECT_THAT(with("executorAllocationRatio", ratio), HasSubstr("must be > 0 and <= 1.0"));
  EXPECT_EQ(with("executorAllocationRatio", "1"), "");
  const std::string twenty = R"("spark.executor.instances": 20, "spark.master": ")";
  EXPECT_THAT(with("maxExecutors", "10", twenty + "yarn\""),
              HasSubstr("spark.executor.instances: initial executor number 20 must between min "
                        "executor number 0 and max executor number 10"));
  EXPECT_EQ(with("maxExecutors", "20", twenty + "yarn\""), "");
  EXPECT_EQ(with("maxExecutors", "10", twenty + "spark://h:7077\""), "");
}

TEST(Validate, FleetsAndNodesHaveNamesOfTheirOwn) {
  const auto with = [](const std::string& nodes, const std::string& fleets) {
    return with_cluster(R"("cloud": "emr", "nodes": [)" + nodes + R"(], "fleets": [)" + fleets +
                        "]");
  };
  const auto fleet = [](const std::string& name, int on_demand, int spot) {
    return R"({"name": ")" + name + R"(", "on_demand_capacity": )" + std::to_string(on_demand) +
           R"(, "spot_capacity": )" + std::to_string(spot) +
           R"(, "types": [{"instance": "m5.xlarge"}]})";
  };
  EXPECT_EQ(with(R"({"name": "core", "role": "core"})", fleet("task", 1, 1)), "");
  EXPECT_EQ(with(R"({"name": "task", "role": "core"})", fleet("task", 0, 1)), "");
  EXPECT_EQ(with(R"({"name": "task-spot", "role": "core"})", fleet("task", 1, 1)),
            "f: line 1 /cluster/fleets/0/name: its machines on spot are the group \"task-spot\", "
            "and so are other nodes\n");
  EXPECT_EQ(with(R"({"name": "core", "role": "core"})",
                 fleet("task", 1, 1) + ", " + fleet("task-spot", 1, 0)),
            "f: line 1 /cluster/fleets/1/name: its machines on demand are the group "
            "\"task-spot\", and so are those of fleet \"task\"\n");
}

TEST(Validate, Masters) {
  for (const char* good : {"local[4]", "local[4, 2]", "local", "local-cluster[2,1,1024]"})
    EXPECT_EQ(with_cluster("\"master\": \"" + std::string(good) + "\""), "") << good;
  for (const char* good : {"yarn", "spark://h:7077", "k8s://https://h", "mesos://h:5050"})
    EXPECT_EQ(with_cluster("\"nodes\": [{}], \"master\": \"" + std::string(good) + "\""), "");
  EXPECT_EQ(with_cluster(R"("master": "local[*]")"),
            "f: line 1 /cluster/master: how many cores the machine has is not known here: write "
            "local[N]\n");
  EXPECT_EQ(with_cluster(R"("master": "yarnn", "executors": [{}])"),
            "f: line 1 /cluster/master: expected yarn, local, local[N], spark://..., k8s://... or "
            "mesos://..., got \"yarnn\"\n");
  EXPECT_EQ(with_cluster(R"("master": "yarn")"),
            "f: line 1 /cluster: nothing to run on: list `executors`, or `nodes` for a cluster "
            "manager\n");
  EXPECT_EQ(with_cluster(R"("master": "local[2]", "deploy_mode": "cluster")"),
            "f: line 1 /cluster/deploy_mode: a local master runs in client mode only\n");
  EXPECT_EQ(with_cluster(R"("master": "yarn-client", "nodes": [{}])"),
            "f: line 1 /cluster/master: Spark 3 and later want the master yarn and a deploy mode, "
            "not \"yarn-client\"\n");
  EXPECT_EQ(with_cluster(R"("master": "yarn-client", "nodes": [{}])", "1.6.3"), "");
}

TEST(Validate, Versions) {
  for (const char* good : {"1.3.1", "1.6", "2.4.8", "3.5.7-amzn-0", "4.2.0"})
    EXPECT_EQ(with_cluster(R"("executors": [{}])", good), "") << good;
  for (const char* bad : {"1.2.0", "5.0", "DBR 13.3", "x", "99999999999.1"})
    EXPECT_EQ(with_cluster(R"("executors": [{}])", bad),
              "f: line 1 /spark/version: expected a version of Spark from 1.3 to 4.x, such as "
              "\"3.5.7\", got \"" +
                  std::string(bad) + "\"\n");
}

TEST(Validate, SettingsThatSparkRefuses) {
  EXPECT_EQ(with_conf(R"("spark.scheduler.mode": "fair")"), "");
  EXPECT_EQ(with_conf(R"("spark.scheduler.mode": "fare")"),
            "f: line 1 /spark/conf/spark.scheduler.mode: expected FIFO or FAIR, got \"FARE\"\n");
  EXPECT_EQ(with_conf(R"("spark.task.maxFailures": 0)"),
            "f: line 1 /spark/conf/spark.task.maxFailures: must be at least 1, is 0\n");
  EXPECT_EQ(with_conf(R"("spark.task.cpus": 3, "spark.executor.cores": 2)"),
            "f: line 1 /spark/conf/spark.task.cpus: a task needs 3 cores, an executor has 2 "
            "(spark.executor.cores)\n"
            "f: line 1 /cluster/executors/0/cores: no task fits: it needs 3 cores "
            "(spark.task.cpus), the executor has 2\n");
  EXPECT_EQ(with_conf(R"("spark.dynamicAllocation.minExecutors": 3,
                         "spark.dynamicAllocation.maxExecutors": 2)"),
            "f: line 1 /spark/conf/spark.dynamicAllocation.minExecutors: is 3, more than "
            "maxExecutors, 2\n");
}

TEST(Validate, TheSameSaidTwice) {
  EXPECT_EQ(problems_of(R"({"cluster": {"master": "yarn", "nodes": [{}]},
                            "spark": {"conf": {"spark.master": "local[2]"}},
                            "workload": {"event_log": "x"}})"),
            "f: line 1 /cluster/master: is \"yarn\", but spark.master is \"local[2]\"\n");
}

// What a file cannot hold, but a program can make.
TEST(Validate, LimitsOfFieldsMadeInMemory) {
  Scenario s;
  s.until = Duration();
  s.spark_version = "3.5";
  s.conf.set("spark.executer.cores", "1");
  s.conf.set("spark.task.cpus", "x");
  s.cluster.deploy_mode = "clsuter";
  s.cluster.nodes.resize(1);
  s.cluster.nodes[0].memory = Bytes(-1);
  s.cluster.executors.resize(1);
  s.cluster.executors[0].cores = 0;
  s.cluster.executors[0].registered_at = Duration::seconds(-1);
  JobSpec job;
  job.stages.resize(3);
  job.stages[0].tasks = 0;
  job.stages[1].duration = LognormalDuration{Duration::seconds(1), std::nan("")};
  job.stages[2].duration = ListedDurations{{Duration::seconds(-1)}};
  std::get<JobsWorkload>(s.workload).jobs = {job};
  s.pools.resize(1);
  EXPECT_EQ(problems_of(s),
            "/cluster/deploy_mode: no such choice: \"clsuter\": did you mean `cluster`?\n"
            "/cluster/nodes/0/memory: must be more than 0\n"
            "/cluster/executors/0/cores: must be at least 1, is 0\n"
            "/cluster/executors/0/registered_at: must not be negative\n"
            "/workload/jobs/0/stages/0/tasks: must be at least 1, is 0\n"
            "/workload/jobs/0/stages/1/duration/sigma: must be a number from 0 to 10\n"
            "/workload/jobs/0/stages/2/duration: must not be negative\n"
            "/pools/0/name: must not be empty\n"
            "/until: must be longer than 0\n"
            "/spark/conf/spark.executer.cores: unknown setting: did you mean "
            "`spark.executor.cores`?\n"
            "/spark/conf/spark.task.cpus: expected a whole number of 32 bits, got \"x\"\n");
}

TEST(ValidateScenario, ProgramsNameWhatThereIs) {
  EXPECT_EQ(problems_of(R"({"cluster": {"executors": [{}]}, "workload": {"rdds": [
      {"id": "a", "partitions": 2, "work": ["1s"]},
      {"id": "b", "op": "map", "parents": ["aa"]},
      {"id": "a", "op": "join", "parents": ["a"]}],
    "rounds": [{"threads": [{"steps": [{"job": "c"}, {"job": "a", "gap": "1s"}, {}]}]}]}})"),
            "f: line 2 /workload/rdds/0/work: has 1 durations for 2 partitions\n"
            "f: line 3 /workload/rdds/1/parents/0: no RDD above this one is called `aa`: did you "
            "mean `a`?\n"
            "f: line 4 /workload/rdds/2/parents: a join has two or more, got 1\n"
            "f: line 4 /workload/rdds/2/id: another RDD is called `a` as well\n"
            "f: line 5 /workload/rounds/0/threads/0/steps/0/job: no RDD is called `c`: did you "
            "mean `a`?\n"
            "f: line 5 /workload/rounds/0/threads/0/steps/1: expected one of `job`, `gap`, "
            "`wait_executors` and `unpersist`\n"
            "f: line 5 /workload/rounds/0/threads/0/steps/2: expected one of `job`, `gap`, "
            "`wait_executors` and `unpersist`\n");
}

}  // namespace
}  // namespace muster
