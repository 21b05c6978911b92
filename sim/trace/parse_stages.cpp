#include "sim/trace/parse_stages.h"

#include <algorithm>
#include <limits>

namespace muster {
namespace {

using json::Key;
using json::Value;

bool parse_ids(Value value, std::vector<std::int64_t>& out) {
  out.clear();
  return json::each_element(value, [&](Value v) { out.push_back(json::integer(v)); });
}

bool parse_rdd(Value value, Rdd& out) {
  bool good = true;
  good &= json::each_field(value, [&](Key k, Value v) {
    if (k.is("RDD ID"))
      out.id = json::integer(v);
    else if (k.is("Name"))
      out.name = json::text(v);
    else if (k.is("Scope"))
      out.scope = json::text(v);
    else if (k.is("Callsite"))
      out.callsite = json::text(v);
    else if (k.is("Parent IDs"))
      good &= parse_ids(v, out.parents);
    else if (k.is("Storage Level"))
      good &= parse_storage_level(v, out.level);
    else if (k.is("Number of Partitions"))
      out.partitions = json::integer(v);
    else if (k.is("Number of Cached Partitions"))
      out.cached_partitions = json::integer(v);
    else if (k.is("Memory Size"))
      out.memory_bytes = json::integer(v);
    else if (k.is("Disk Size"))
      out.disk_bytes = json::integer(v);
    else if (k.is("Barrier"))
      out.barrier = json::flag(v);
  });
  return good;
}

bool parse_rdds(Value value, std::vector<Rdd>& out) {
  out.clear();
  bool good = true;
  good &= json::each_element(value, [&](Value v) {
    out.emplace_back();
    good &= parse_rdd(v, out.back());
  });
  return good;
}

bool parse_job_properties(Value value, JobSpan& out) {
  return json::each_field(value, [&](Key k, Value v) {
    if (k.is("spark.scheduler.pool"))
      out.pool = json::text(v);
    else if (k.is("spark.job.description"))
      out.description = json::text(v);
    else if (k.is("spark.jobGroup.id"))
      out.group = json::text(v);
    // A string in the log: odd_integer reads it.
    else if (k.is("spark.sql.execution.id"))
      out.sql_execution = json::integer(v, -1);
  });
}

bool parse_exception(Value value, JobSpan& out) {
  return json::each_field(value, [&](Key k, Value v) {
    if (k.is("Message")) out.failure = json::text(v);
  });
}

bool parse_job_result(Value value, JobSpan& out) {
  bool good = true;
  good &= json::each_field(value, [&](Key k, Value v) {
    if (k.is("Result"))
      out.outcome = json::text(v) == "JobSucceeded" ? JobOutcome::Succeeded : JobOutcome::Failed;
    else if (k.is("Exception"))
      good &= parse_exception(v, out);
  });
  return good;
}

}  // namespace

bool parse_storage_level(Value value, StorageLevel& out) {
  return json::each_field(value, [&](Key k, Value v) {
    if (k.is("Use Disk"))
      out.use_disk = json::flag(v);
    else if (k.is("Use Memory"))
      out.use_memory = json::flag(v);
    // Off-heap storage was Tachyon, then an external block store, before it was Spark's own.
    else if (k.is("Use Off Heap") || k.is("Use ExternalBlockStore") || k.is("Use Tachyon"))
      out.use_off_heap = json::flag(v);
    else if (k.is("Deserialized"))
      out.deserialized = json::flag(v);
    else if (k.is("Replication"))
      out.replication =
          static_cast<std::uint8_t>(std::clamp<std::int64_t>(json::integer(v, 1), 0, 255));
  });
}

bool parse_stage_info(Value value, StageSpan& out) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  bool good = true;
  good &= json::each_field(value, [&](Key k, Value v) {
    if (k.is("Stage ID"))
      out.id = json::integer(v, -1);
    else if (k.is("Stage Attempt ID"))
      out.attempt = static_cast<std::int32_t>(std::clamp<std::int64_t>(json::integer(v), 0, kMost));
    else if (k.is("Stage Name"))
      out.name = json::text(v);
    else if (k.is("Number of Tasks"))
      out.tasks = json::integer(v);
    else if (k.is("RDD Info"))
      good &= parse_rdds(v, out.rdds);
    else if (k.is("Parent IDs"))
      good &= parse_ids(v, out.parents);
    else if (k.is("Details"))
      out.details = json::text(v);
    else if (k.is("Submission Time"))
      out.submitted = log_time(json::integer(v));
    else if (k.is("Completion Time"))
      out.completed = log_time(json::integer(v));
    else if (k.is("Failure Reason"))
      out.failure = json::text(v);
    else if (k.is("Resource Profile Id"))
      out.resource_profile = json::integer(v);
  });
  return good;
}

bool parse_stage(json::Object root, StageSpan& out) {
  out.id = -1;
  bool good = true;
  good &= json::each_field(root, [&](Key k, Value v) {
    if (k.is("Stage Info")) good &= parse_stage_info(v, out);
  });
  return good;
}

bool parse_job_start(json::Object root, JobRecord& out) {
  out.job.id = -1;
  bool good = true;
  good &= json::each_field(root, [&](Key k, Value v) {
    if (k.is("Job ID"))
      out.job.id = json::integer(v, -1);
    else if (k.is("Submission Time"))
      out.job.submitted = log_time(json::integer(v));
    else if (k.is("Stage IDs"))
      good &= parse_ids(v, out.job.stage_ids);
    else if (k.is("Properties"))
      good &= parse_job_properties(v, out.job);
    else if (k.is("Stage Infos"))
      good &= json::each_element(v, [&](Value info) {
        out.stages.emplace_back();
        out.stages.back().id = -1;
        good &= parse_stage_info(info, out.stages.back());
      });
  });
  return good;
}

bool parse_job_end(json::Object root, JobSpan& out) {
  out.id = -1;
  bool good = true;
  good &= json::each_field(root, [&](Key k, Value v) {
    if (k.is("Job ID"))
      out.id = json::integer(v, -1);
    else if (k.is("Completion Time"))
      out.completed = log_time(json::integer(v));
    else if (k.is("Job Result"))
      good &= parse_job_result(v, out);
  });
  return good;
}

}  // namespace muster
