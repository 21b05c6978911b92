// What a simulation gives back: the timeline it decided, how it ended, sums over it, what it cost,
// where it came from and why its policies did what they did.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/units.h"
#include "sim/timeline/timeline.h"

namespace muster {

// Sums over one timeline. Core time is a Duration too: one core for one second is one second.
struct Totals {
  Duration wall;       // from the application's start to its end, or to the last time seen
  Duration busy;       // core time held by task attempts
  Duration available;  // core time of registered executors
  std::uint64_t jobs = 0;
  std::uint64_t failed_jobs = 0;
  std::uint64_t stages = 0;          // stage attempts that were submitted
  std::uint64_t skipped_stages = 0;  // announced by a job, never submitted
  std::uint64_t failed_stages = 0;   // stage attempts
  std::uint64_t tasks = 0;           // distinct (stage attempt, index) that were launched
  std::uint64_t attempts = 0;
  std::uint64_t failed_attempts = 0;  // neither succeeded nor killed nor cut off by the end
  std::uint64_t killed_attempts = 0;
  std::uint64_t speculative_attempts = 0;
  std::uint64_t executors = 0;  // that were ever registered
  std::uint64_t removed_executors = 0;  // before the application's end, for whatever reason
  std::uint64_t peak_executors = 0;  // registered at the same time
  std::uint64_t peak_cores = 0;

  bool operator==(const Totals&) const = default;
};

// One thing that was paid for by time.
struct Lease {
  std::string what;  // instance type or resource, and its group: "m5.xlarge (task, spot)"
  Time from = {};    // of the first
  Time to = {};      // of the last
  Money cost = {};
  std::uint64_t machines = 1;  // that were paid for, be it for a part of the time
  Duration time = {};          // the sum over the machines
  Money per_hour = {};         // of one machine
  bool spot = false;
  // What it would have cost on demand; `cost` where the price of spot is not known.
  Money on_demand = {};
  Money saved() const {
    return Money::micro_dollars(on_demand.in_micro_dollars() - cost.in_micro_dollars());
  }
  bool operator==(const Lease&) const = default;
};

// Everything needed to get the same result again.
struct Provenance {
  std::string muster_version;
  std::string scenario;              // its name
  std::string scenario_fingerprint;  // hex digest of the scenario's canonical text
  std::uint64_t seed = 0;
  std::uint32_t replication = 0;
  std::vector<std::string> warnings;  // one sentence each, without a full stop
  bool operator==(const Provenance&) const = default;
};

// Why the engine or a policy did something, in simulated time; what --explain shows.
struct Reason {
  Time at;
  std::string subject;  // "stage 3.0", "executor 7", "application"
  std::string text;
  bool operator==(const Reason&) const = default;
};

// The way from spark-submit to work; never: did not happen. Of the last application attempt, but
// for the first.
struct Milestones {
  Time submitted = Time::never();       // spark-submit was called
  Time driver_started = Time::never();  // ApplicationStart
  Time registered = Time::never();      // the cluster manager knows the application
  Time first_executor = Time::never();  // ExecutorAdded
  Time context_ready = Time::never();   // the user's program begins
  Time first_task = Time::never();      // TaskStart
  std::string driver_place;             // host of the driver; empty: outside the cluster
  std::uint32_t attempts = 1;           // of the application
};

// A machine of a simulated cluster.
struct NodeSpan {
  std::string host;
  std::string group;
  Time ordered = Time::never();
  Time ready = Time::never();
  Time gone = Time::never();
  std::string gone_reason;
};

// Another application on the same cluster, or an earlier attempt of this one.
struct OtherApplication {
  Timeline timeline;
  Milestones milestones;
  std::string failure;  // empty: succeeded, or cut off
  bool waits_for_ever = false;  // it did not fail: nothing more would ever happen
};

// A pool of the fair scheduler: weight and minShare as in fairscheduler.xml.
struct PoolShare {
  std::string name;
  std::int32_t weight = 1;
  std::int32_t min_share = 0;
};

struct Result {
  Timeline timeline;
  Milestones milestones;
  std::vector<NodeSpan> nodes;  // none in a replay
  std::vector<OtherApplication> others;  // in the order of the scenario
  std::vector<OtherApplication> lost_attempts;  // that ended with their driver; the run began anew
  bool succeeded = true;
  std::string failure;  // why not: what Spark itself would say, first
  bool waits_for_ever = false;  // it did not fail: nothing more would ever happen
  Totals totals;
  Money cost;  // the sum over `leases`
  std::vector<Lease> leases;
  std::vector<PoolShare> pools;  // as described; of a recording they are not known
  Provenance provenance;
  std::vector<Reason> reasons;  // ascending by time
};

// The application and all others on its cluster.
bool all_succeeded(const Result& result);

// What else is to be shown of a run: its lost attempts, then the other applications.
struct Further {
  std::string title;  // "attempt 1, lost with its driver", "question"
  Result result;      // with those of the machines that it had executors or its driver on
};
std::vector<Further> further_of(const Result& result);

// The job that ended last, or null.
const JobSpan* last_job(const Timeline& timeline);

// A recording as a result, so that it can be shown and compared like a simulated one: it failed if
// its last job did.
Result recorded_result(Timeline timeline);

// Sums over `timeline`, recorded or simulated. Core time is that of Slots (slots.h), so a task
// whose result the driver handles late does not count twice.
Totals totals_of(const Timeline& timeline);

}  // namespace muster
