// The one table of the scenario file: every field with its name, meaning and limits. The reader,
// the writer and the JSON schema for editors visit it, so they cannot drift; a window or a manual
// may.
//
// A visitor has   template <class M> void field(const Field&, M Record::* member);
//           and   template <class Body> void section(const Field&, Body body);
// where a section is an object in the file without a struct of its own: body(visitor) gives the
// fields in it, members of the same record.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/scenario/field.h"
#include "sim/scenario/fields_cluster.h"
#include "sim/scenario/scenario.h"

namespace muster {

template <class V>
void describe(V& v, Of<LognormalDuration>) {
  v.field({.name = "median", .doc = "Half of the tasks take longer", .required = true, .least = 1},
          &LognormalDuration::median);
  v.field({.name = "sigma", .doc = "Of the logarithm: 0 is constant, 1 is wild", .most = 10},
          &LognormalDuration::sigma);
}

template <class V>
void describe(V& v, Of<StageSpec>) {
  v.field({.name = "name", .doc = "For `parents` and for reports"}, &StageSpec::name);
  v.field({.name = "tasks",
           .doc = "Tasks of the stage",
           .required = true,
           .least = 1,
           .most = kMostTasks},
          &StageSpec::tasks);
  v.field({.name = "duration",
           .doc = "Time of a task on its slot, from launch to finish; absent: 1s. One for all, a "
                  "list with one for each (\"99 x 1s\" stands for 99), or a log-normal law"},
          &StageSpec::duration);
  v.field({.name = "parents", .doc = "Names of stages of this job that must end before"},
          &StageSpec::parents);
  v.field({.name = "preferred_hosts", .doc = "None, one for all tasks, or one for each task"},
          &StageSpec::preferred_hosts);
  v.field({.name = "input", .doc = "What the whole stage reads from storage"}, &StageSpec::input);
  v.field({.name = "shuffle_write", .doc = "What the whole stage writes for its children"},
          &StageSpec::shuffle_write);
  v.field({.name = "resource_profile",
           .doc = "As by RDD.withResources: a name of resource_profiles; absent: the default one"},
          &StageSpec::resource_profile);
}

template <class V>
void describe(V& v, Of<ResourceProfileSpec>) {
  v.field({.name = "name", .doc = "For stages", .required = true, .least = 1},
          &ResourceProfileSpec::name);
  v.field({.name = "conf",
           .doc = "What it asks for: spark.executor.cores, .memory, .memoryOverhead and "
                  ".pyspark.memory, spark.memory.offHeap.size, spark.task.cpus",
           .required = true},
          &ResourceProfileSpec::conf);
}

template <class V>
void describe(V& v, Of<JobSpec>) {
  v.field({.name = "name", .doc = "For `after` and for reports"}, &JobSpec::name);
  v.field({.name = "stages", .doc = "Stages, in any order", .required = true}, &JobSpec::stages);
  v.field(
      {.name = "after", .doc = "Names of jobs that must have ended; absent: the one before this"},
      &JobSpec::after);
  v.field({.name = "concurrent",
           .doc = "True: does not wait for the job before; counts from the application's start"},
          &JobSpec::concurrent);
  v.field({.name = "delay", .doc = "Of the driver, before it submits the job"}, &JobSpec::delay);
  v.field({.name = "pool", .doc = "spark.scheduler.pool of the job"}, &JobSpec::pool);
}

template <class V>
void describe(V& v, Of<LogWorkload>) {
  v.field({.name = "event_log",
           .doc = "A Spark event log to replay; a path relative to this file",
           .required = true,
           .least = 1},
          &LogWorkload::event_log);
  v.field({.name = "pinned", .doc = "Keep each task on the executor that ran it"},
          &LogWorkload::pinned);
}

template <class V>
void describe(V& v, Of<JobsWorkload>) {
  v.field({.name = "application_name", .doc = "Absent: spark.app.name, else application"},
          &JobsWorkload::application_name);
  v.field({.name = "jobs", .doc = "Jobs in the order of their submission", .required = true},
          &JobsWorkload::jobs);
  v.field({.name = "resource_profiles",
           .doc = "Other executors than the application's, or other cores of a task (Spark 3.1)"},
          &JobsWorkload::resource_profiles);
  v.field({.name = "tail", .doc = "From the last job's end to the application's end"},
          &JobsWorkload::tail);
}

inline constexpr std::string_view kRddOps[] = {"source", "map", "shuffle", "join", "union"};
inline constexpr std::string_view kProgramEvents[] = {"kill_executor", "decommission_executor",
                                                      "start_node", "lose_node"};

template <class V>
void describe(V& v, Of<RddSpec>) {
  v.field({.name = "id", .doc = "For parents, jobs and reports", .required = true, .least = 1},
          &RddSpec::id);
  v.field({.name = "op",
           .doc = "source; map: narrow; shuffle: reduceByKey; join: a cogroup over shuffles of all "
                  "parents; union: the partitions of all parents",
           .choices = kRddOps},
          &RddSpec::op);
  v.field({.name = "parents", .doc = "Ids of RDDs above this one"}, &RddSpec::parents);
  v.field({.name = "partitions",
           .doc = "Of a source, shuffle or join",
           .least = 1,
           .most = kMostTasks},
          &RddSpec::partitions);
  v.field({.name = "work", .doc = "Its own time for each partition; absent: 1s"}, &RddSpec::work);
  v.field({.name = "retry_work", .doc = "In attempts after a task's first; absent: the same"},
          &RddSpec::retry_work);
  v.field({.name = "keys", .doc = "Records that each partition emits"}, &RddSpec::keys);
  v.field({.name = "cached", .doc = "persist(MEMORY_ONLY)"}, &RddSpec::cached);
  v.field({.name = "barrier", .doc = "Its tasks start all at once"}, &RddSpec::barrier);
  v.field({.name = "preferred_hosts", .doc = "By partition, and around again"},
          &RddSpec::preferred_hosts);
  v.field({.name = "failing_partition", .doc = "Throws at its end"},
          &RddSpec::failing_partition);
  v.field({.name = "failing_attempts", .doc = "In so many attempts"}, &RddSpec::failing_attempts);
  v.field({.name = "slow_host", .doc = "Where its work takes slow_factor times as long"},
          &RddSpec::slow_host);
  v.field({.name = "slow_factor", .doc = "See slow_host"}, &RddSpec::slow_factor);
}

template <class V>
void describe(V& v, Of<StepSpec>) {
  v.field({.name = "job", .doc = "An action on this RDD"}, &StepSpec::job);
  v.field({.name = "gap", .doc = "The driver works or sleeps"}, &StepSpec::gap);
  v.field({.name = "wait_executors", .doc = "Until so many are registered"},
          &StepSpec::wait_executors);
  v.field({.name = "timeout", .doc = "Of that wait; absent: 30s"}, &StepSpec::timeout);
  v.field({.name = "unpersist", .doc = "Forget the blocks of this RDD"}, &StepSpec::unpersist);
}

template <class V>
void describe(V& v, Of<ThreadSpec>) {
  v.field({.name = "start", .doc = "After its round begins"}, &ThreadSpec::start);
  v.field({.name = "pool", .doc = "spark.scheduler.pool of its jobs"}, &ThreadSpec::pool);
  v.field({.name = "steps", .doc = "One after another", .required = true}, &ThreadSpec::steps);
}

template <class V>
void describe(V& v, Of<RoundSpec>) {
  v.field({.name = "threads", .doc = "Side by side", .required = true}, &RoundSpec::threads);
}

template <class V>
void describe(V& v, Of<ProgramEventSpec>) {
  v.field({.name = "what", .doc = "What is done to the target", .choices = kProgramEvents},
          &ProgramEventSpec::what);
  v.field({.name = "at", .doc = "After the first round begins"}, &ProgramEventSpec::at);
  v.field({.name = "target", .doc = "Executor id, or host", .required = true, .least = 1},
          &ProgramEventSpec::target);
}

template <class V>
void describe(V& v, Of<ProgramWorkload>) {
  v.field({.name = "application_name", .doc = "Absent: application"},
          &ProgramWorkload::application_name);
  v.field({.name = "rdds", .doc = "Parents before children", .required = true},
          &ProgramWorkload::rdds);
  v.field({.name = "before", .doc = "Steps that run first"}, &ProgramWorkload::before);
  v.field({.name = "rounds", .doc = "Threads that run jobs, round after round", .required = true},
          &ProgramWorkload::rounds);
  v.field({.name = "round_gap", .doc = "Of the driver, between rounds"},
          &ProgramWorkload::round_gap);
  v.field({.name = "after", .doc = "Steps that run last"}, &ProgramWorkload::after);
  v.field({.name = "events", .doc = "What happens to the cluster meanwhile"},
          &ProgramWorkload::events);
  v.field({.name = "survives_failed_jobs", .doc = "The program catches a failed job's exception"},
          &ProgramWorkload::survives_failed_jobs);
}

template <class V>
void describe(V& v, Of<ApplicationSpec>) {
  v.field({.name = "name", .doc = "Absent: the workload's application_name"},
          &ApplicationSpec::name);
  v.field({.name = "starts_at",
           .doc = "When it is submitted, from the submission of the first application"},
          &ApplicationSpec::starts_at);
  v.field({.name = "workload", .doc = "What it runs: jobs written out", .required = true},
          &ApplicationSpec::workload);
  v.field({.name = "conf", .doc = "Its own settings, which win over spark.conf"},
          &ApplicationSpec::conf);
  v.field({.name = "queue", .doc = "Of YARN; absent: spark.yarn.queue"}, &ApplicationSpec::queue);
}

template <class V>
void describe(V& v, Of<DriverSpec>) {
  v.field({.name = "python",
           .doc = "A Python program, an interpreter beside the driver's JVM (--submit: a .py file "
                  "or pyspark)"},
          &DriverSpec::python);
  v.field({.name = "start", .doc = "From spark-submit to ApplicationStart, in client mode"},
          &DriverSpec::start);
  v.field({.name = "context_start",
           .doc = "From ApplicationStart until the context is ready, executors aside"},
          &DriverSpec::context_start);
  v.field({.name = "registration",
           .doc = "From ApplicationStart until the cluster manager knows the application"},
          &DriverSpec::registration);
  v.field({.name = "first_job", .doc = "That the first job's submission takes more than others"},
          &DriverSpec::first_job);
  v.field({.name = "first_stage", .doc = "That preparing the first stage takes more than others"},
          &DriverSpec::first_stage);
  v.field({.name = "dispatch", .doc = "Driver time for each task launch, one after the other"},
          &DriverSpec::dispatch);
  v.field({.name = "result_handling",
           .doc = "From the status update that frees the slot to the task's end in the log"},
          &DriverSpec::result_handling);
  v.field({.name = "stage_prepare", .doc = "From a stage's submission to its first offer"},
          &DriverSpec::stage_prepare);
}

template <class V>
void describe(V& v, Of<PoolSpec>) {
  v.field({.name = "name", .doc = "As in spark.scheduler.pool", .required = true, .least = 1},
          &PoolSpec::name);
  v.field({.name = "mode", .doc = "Order within the pool", .choices = kPoolModes}, &PoolSpec::mode);
  v.field({.name = "weight", .doc = "Share relative to other pools", .least = 1},
          &PoolSpec::weight);
  v.field({.name = "min_share", .doc = "Cores it gets before shares are counted"},
          &PoolSpec::min_share);
}

template <class V>
void describe(V& v, Of<Scenario>) {
  v.field({.name = "name", .doc = "A short name for reports"}, &Scenario::name);
  v.field({.name = "description", .doc = "What the scenario shows"}, &Scenario::description);
  v.section({.name = "spark", .doc = "Spark and its settings"}, [](auto& spark) {
    spark.field({.name = "version", .doc = "Spark's version, as in 3.5.7", .least = 1},
                &Scenario::spark_version);
    spark.field({.name = "conf", .doc = "Settings under Spark's own names"}, &Scenario::conf);
  });
  v.field({.name = "cluster", .doc = "Where it runs"}, &Scenario::cluster);
  v.field({.name = "workload", .doc = "What runs: a recorded event log, or jobs written out"},
          &Scenario::workload);
  v.field({.name = "applications",
           .doc = "Further applications that arrive over time on the same cluster"},
          &Scenario::applications);
  v.field({.name = "driver",
           .doc = "What the driver costs; absent: from the recording, else the built-in defaults"},
          &Scenario::driver);
  v.field({.name = "pools", .doc = "The fair scheduler's pools, as in fairscheduler.xml"},
          &Scenario::pools);
  v.field({.name = "task_scheduler", .doc = "A model; absent: spark.scheduler.mode decides"},
          &Scenario::task_scheduler);
  v.field({.name = "executor_allocator",
           .doc = "A model; absent: spark.dynamicAllocation.enabled decides"},
          &Scenario::executor_allocator);
  v.field({.name = "seed", .doc = "Of the random streams"}, &Scenario::seed);
  v.field({.name = "replication", .doc = "Which of the seed's independent repetitions"},
          &Scenario::replication);
  v.field({.name = "until", .doc = "Stop the simulation here, as if it were cut off", .least = 1},
          &Scenario::until);
}

// The types that describe() knows.
struct FieldProbe {
  template <class M>
  void field(const Field&, M) {}
  template <class Body>
  void section(const Field&, Body) {}
};
template <class T>
concept Record = requires(FieldProbe probe) {
  describe(probe, Of<T>{});
};

// What a record holds before its fields are read: the struct's own defaults, and where a Spark
// setting says the same as a field (spark.executor.memory and an executor's memory), the setting.
template <class T>
T default_record(const Conf&) {
  return T{};
}
template <>
ExecutorSpec default_record<ExecutorSpec>(const Conf& conf);
template <>
ClusterSpec default_record<ClusterSpec>(const Conf& conf);
template <>
JobsWorkload default_record<JobsWorkload>(const Conf& conf);
template <>
ApplicationSpec default_record<ApplicationSpec>(const Conf& conf);
// With the cluster and the workload that follow from `conf`, but without `conf` itself.
template <>
Scenario default_record<Scenario>(const Conf& conf);

}  // namespace muster
