// What to run: plain structs with their defaults, no behaviour. A scenario comes from a JSON file,
// a spark-submit command line or a recorded log, and can be written back. Spark's own settings stay
// under their own keys in `conf`; everything here is what Spark's configuration does not say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/base/units.h"
#include "sim/scenario/duration_spec.h"
#include "sim/scenario/program.h"
#include "sim/workload/conf.h"

namespace muster {

// One choice from the catalog of models, with what the user set of its parameters. Values are text
// as written ("120s", "4", "true"); the model's own row in the catalog says type, unit and range.
struct ModelChoice {
  std::string name;  // empty: the catalog's default for this port
  std::vector<std::pair<std::string, std::string>> parameters;
  bool operator==(const ModelChoice&) const = default;
};

// A group of equal machines.
struct NodeSpec {
  std::string name = "node";  // hosts are name-1, name-2, ... (just the name if count is 1)
  std::int32_t count = 1;     // at the start; 0 only where an autoscaler can add some
  std::int32_t cores = 4;  // of `cores` and `memory` what is 0 is that of the instance type
  Bytes memory = Bytes::gib(16);
  std::string instance;  // its type in the cloud, "m5.xlarge": gives cores, memory and price
  std::string role;      // EMR: master, core or task; else empty
  bool spot = false;
  std::string labels;    // YARN: node label; Kubernetes: "pool=spark disk=ssd"
  Duration starts_at;    // from the submission of the first application; a late worker
  // Autoscalers keep the number of the group's machines between these two; both 0: it is fixed.
  std::int32_t min_count = 0, max_count = 0;
  bool operator==(const NodeSpec&) const = default;
};

// One type of an instance fleet.
struct FleetTypeSpec {
  std::string instance;
  std::int32_t weight = 1;  // units of capacity that one machine has (WeightedCapacity)
  bool operator==(const FleetTypeSpec&) const = default;
};

// EMR: machines by capacity, of whichever type is cheapest.
struct FleetSpec {
  std::string name = "fleet";
  std::string role = "task";
  std::int32_t on_demand_capacity = 0;  // units (TargetOnDemandCapacity)
  std::int32_t spot_capacity = 0;       // units (TargetSpotCapacity)
  std::vector<FleetTypeSpec> types;
  // Of the group of nodes that its units on demand or on spot become.
  std::string group_name(bool spot) const { return spot ? name + "-spot" : name; }
  bool operator==(const FleetSpec&) const = default;
};

// What an hour of a machine costs, in US dollars.
struct PriceSpec {
  std::string instance;
  double on_demand = 0;  // 0: the built-in price of the type
  double spot = 0;       // 0: not known, counted as on demand
  bool operator==(const PriceSpec&) const = default;
};

// An executor whose life is given as fact, not decided by a cluster manager: what a replay has, and
// the simplest cluster in a hand-written scenario. Times count from the application's start.
struct ExecutorSpec {
  std::string id;    // Spark's executor id; empty: numbered from 0
  std::string host;  // empty: one host for each executor
  // Where its block manager is reached, if that is not `host`.
  std::string block_manager_host;
  std::int32_t count = 1;
  std::int32_t cores = 1;
  Bytes memory = Bytes::gib(1);
  Duration registered_at;            // ExecutorAdded
  std::optional<Duration> usable_at; // first offer; absent: at registration
  std::optional<Duration> removed_at;
  // True: it gets no new tasks from removed_at on and leaves when its last one ends. False: it is
  // lost with whatever runs on it.
  bool removed_when_idle = true;
  std::int32_t resource_profile = 0;  // Spark's id; 0: the default one
  std::string removed_reason = "Command exited with code 0";
  Bytes storage_memory;  // 0: unlimited
  bool operator==(const ExecutorSpec&) const = default;
};

struct ClusterSpec {
  std::string master;  // verbatim, as for --master: "local[4]", "spark://...", "yarn"; or empty
  std::string deploy_mode = "client";
  std::vector<NodeSpec> nodes;
  std::vector<FleetSpec> fleets;
  std::vector<PriceSpec> prices;
  std::vector<ExecutorSpec> executors;
  // Real cores of the one machine that all nodes and the driver share (many workers on a laptop);
  // 0: each node has its own.
  std::int32_t shared_cores = 0;
  ModelChoice manager;     // empty name: the master decides; with `executors`: given
  ModelChoice cloud;       // empty: none
  ModelChoice autoscaler;  // empty: none
  std::vector<ModelChoice> disturbances;
  bool operator==(const ClusterSpec&) const = default;
};

struct StageSpec {
  std::string name;
  std::int32_t tasks = 1;
  DurationSpec duration;
  std::vector<std::string> parents;           // names of stages of the same job
  std::vector<std::string> preferred_hosts;   // empty, one for all tasks, or one for each task
  Bytes input;                                // of the whole stage
  Bytes shuffle_write;                        // of the whole stage
  std::string resource_profile;               // RDD.withResources: its name; empty: the default
  bool operator==(const StageSpec&) const = default;
};

// ResourceProfileBuilder.build, under the keys that say the same of the whole application.
struct ResourceProfileSpec {
  std::string name;
  Conf conf;
  bool operator==(const ResourceProfileSpec&) const = default;
};

struct JobSpec {
  std::string name;
  std::vector<StageSpec> stages;
  std::vector<std::string> after;  // names of jobs that must have ended; empty: the one before
  bool concurrent = false;  // with empty `after`: counts from the application's start
  Duration delay;           // of the driver, between that moment and the job's submission
  std::string pool;         // spark.scheduler.pool
  bool operator==(const JobSpec&) const = default;
};

// The workload is a recorded log (path relative to the scenario file) or jobs written out.
struct LogWorkload {
  std::string event_log;
  bool pinned = false;  // keep each task on the executor that ran it in the recording
  bool operator==(const LogWorkload&) const = default;
};
struct JobsWorkload {
  std::string application_name = "application";
  std::vector<JobSpec> jobs;
  std::vector<ResourceProfileSpec> resource_profiles;  // Spark numbers them from 1
  Duration tail;  // from the last job's end to the application's end
  bool operator==(const JobsWorkload&) const = default;
};
using WorkloadSpec = std::variant<LogWorkload, JobsWorkload, ProgramWorkload>;

// What the driver costs. Absent: taken from the recording if there is one, else the default named
// in docs/model.md.
struct DriverSpec {
  bool python = false;  // the program is Python's: an interpreter beside the driver's JVM
  std::optional<Duration> start;          // from spark-submit to ApplicationStart, in client mode
  std::optional<Duration> context_start;  // from there to the context's readiness, executors aside
  std::optional<Duration> registration;   // from there until the cluster manager knows it
  std::optional<Duration> first_job;      // that its first job's submission takes more
  std::optional<Duration> first_stage;    // that preparing its first stage takes more
  std::optional<Duration> dispatch;         // driver time for each task launch (a server: serial)
  std::optional<Duration> result_handling;  // from the status update that frees the slot to TaskEnd
  std::optional<Duration> stage_prepare;    // from StageSubmitted to the first offer
  bool operator==(const DriverSpec&) const = default;
};

// The fair scheduler's pools (fairscheduler.xml).
struct PoolSpec {
  std::string name;
  std::string mode = "FIFO";  // within the pool
  std::int32_t weight = 1;
  std::int32_t min_share = 0;
  bool operator==(const PoolSpec&) const = default;
};

// A further application that arrives on the same cluster. What it does not say is as for the first.
struct ApplicationSpec {
  std::string name;    // empty: the workload's application_name
  Duration starts_at;  // spark-submit, from that of the first application
  JobsWorkload workload;
  Conf conf;           // wins over the scenario's
  std::string queue;   // of YARN; empty: spark.yarn.queue
  bool operator==(const ApplicationSpec&) const = default;
};

struct Scenario {
  std::string name;
  std::string description;
  std::string file;  // where it was read from; empty: made in memory. Not written
  std::string spark_version = "3.5.7";
  Conf conf;
  ClusterSpec cluster;
  WorkloadSpec workload = JobsWorkload{};
  std::vector<ApplicationSpec> applications;  // that arrive later
  DriverSpec driver;
  std::vector<PoolSpec> pools;
  ModelChoice task_cost;       // empty name: recorded in a replay, else work
  ModelChoice task_scheduler;  // empty name: spark.scheduler.mode decides, FIFO or FAIR
  ModelChoice executor_allocator;  // empty name: spark.dynamicAllocation.enabled decides
  std::uint64_t seed = 1;
  std::uint32_t replication = 0;
  std::optional<Duration> until;  // stop the simulation here, as if it were cut off
  bool operator==(const Scenario&) const = default;
};

}  // namespace muster
