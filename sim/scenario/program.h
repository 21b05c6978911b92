// A driver program written out: RDDs with the work of their partitions, and threads that run jobs
// on them one after another. Closer to Spark than jobs with stages: which stages there are, and
// which of them are skipped, follows from the lineage, from what is cached and from what was
// shuffled before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/units.h"
#include "sim/scenario/duration_spec.h"

namespace muster {

struct RddSpec {
  std::string id;
  // source; map: narrow; shuffle: reduceByKey, a ShuffledRDD; join: a CoGroupedRDD over shuffles of
  // all parents; union: the partitions of all parents.
  std::string op = "source";
  std::vector<std::string> parents;
  std::int32_t partitions = 1;               // of sources, shuffles and joins
  DurationSpec work = ConstantDuration{};    // of its own, for each partition
  std::optional<Duration> retry_work = {};   // in attempts after a task's first; absent: the same
  std::int32_t keys = 48;                    // records that each partition emits, keys 0, 1, ...
  bool cached = false;                       // persist(MEMORY_ONLY)
  bool barrier = false;
  std::vector<std::string> preferred_hosts;  // by partition and around again; empty: none
  std::optional<std::int32_t> failing_partition = {};  // throws at its end ...
  std::int32_t failing_attempts = 0;         // ... in so many attempts
  std::string slow_host = {};                // where its work takes so many times as long
  double slow_factor = 1;
  bool operator==(const RddSpec&) const = default;
};

// Exactly one of the four is given.
struct StepSpec {
  std::string job = {};             // an action on this RDD
  std::optional<Duration> gap = {}; // the driver works or sleeps
  std::int32_t wait_executors = 0;  // until so many are registered
  Duration timeout = Duration::seconds(30);  // of that wait
  std::string unpersist = {};       // this RDD
  bool operator==(const StepSpec&) const = default;
};

struct ThreadSpec {
  Duration start;    // after its round begins
  std::string pool;  // spark.scheduler.pool
  std::vector<StepSpec> steps;
  bool operator==(const ThreadSpec&) const = default;
};

struct RoundSpec {
  std::vector<ThreadSpec> threads;  // side by side
  bool operator==(const RoundSpec&) const = default;
};

// What somebody does to the cluster while the program runs, from the start of its first round on.
struct ProgramEventSpec {
  std::string what = "kill_executor";  // or decommission_executor, start_node, lose_node
  Duration at;
  std::string target;  // executor id, or host
  bool operator==(const ProgramEventSpec&) const = default;
};

struct ProgramWorkload {
  std::string application_name = "application";
  std::vector<RddSpec> rdds;      // parents before children
  std::vector<StepSpec> before;   // run first
  std::vector<RoundSpec> rounds;  // one after another
  Duration round_gap;             // of the driver, between rounds
  std::vector<StepSpec> after;
  std::vector<ProgramEventSpec> events;
  bool survives_failed_jobs = true;  // the program catches a failed job's exception
  bool operator==(const ProgramWorkload&) const = default;
};

}  // namespace muster
