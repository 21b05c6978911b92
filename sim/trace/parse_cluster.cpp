#include "sim/trace/parse_cluster.h"

#include <string>

namespace muster {

using json::Key;
using json::Value;

namespace {

bool parse_executor_info(Value value, ExecutorRecord& out) {
  return json::each_field(value, [&](Key k, Value v) {
    if (k.is("Host"))
      out.host = json::text(v);
    else if (k.is("Total Cores"))
      out.cores = json::integer(v);
    else if (k.is("Resource Profile Id"))
      out.resource_profile = json::integer(v);
  });
}

bool parse_block_manager_id(Value value, BlockManagerRecord& out) {
  return json::each_field(value, [&](Key k, Value v) {
    if (k.is("Executor ID"))
      out.executor = json::text(v);
    else if (k.is("Host"))
      out.host = json::text(v);
    else if (k.is("Port"))
      out.port = json::integer(v);
  });
}

bool parse_properties(Value value, EnvironmentRecord& out) {
  json::Object object;
  if (value.get_object().get(object)) return true;
  for (auto field : object) {
    std::string_view key;
    Value v;
    if (field.unescaped_key().get(key) || field.value().get(v)) return false;
    out.spark_properties.emplace_back(key, json::text(v));
  }
  return true;
}

}  // namespace

// The amounts of memory are in MiB, off-heap too.
bool parse_resource_profile(json::Object root, ResourceProfile& out) {
  bool fine = true;
  const auto amount_of = [&fine](Value request) {
    std::int64_t amount = 0;
    fine &= json::each_field(request, [&](Key k, Value v) {
      if (k.is("Amount")) amount = json::integer(v);
    });
    return std::to_string(amount);
  };
  out.id = -1;
  fine &= json::each_field(root, [&](Key k, Value v) {
    if (k.is("Resource Profile Id"))
      out.id = json::integer(v, -1);
    else if (k.is("Executor Resource Requests"))
      fine &= json::each_field(v, [&](Key name, Value request) {
        for (std::size_t i = 0; i < kProfileRequests.size(); ++i)
          if (name.is(kProfileRequests[i]))
            out.conf.set(kProfileExecutorKeys[i], amount_of(request) + (i == 0 ? "" : "m"));
      });
    else if (k.is("Task Resource Requests"))
      fine &= json::each_field(v, [&](Key name, Value request) {
        if (name.is("cpus")) out.conf.set(kProfileTaskCpus, amount_of(request));
      });
  });
  return fine;
}

bool parse_application_start(json::Object root, ApplicationSpan& out) {
  return json::each_field(root, [&](Key k, Value v) {
    if (k.is("App Name"))
      out.name = json::text(v);
    else if (k.is("App ID"))
      out.id = json::text(v);
    else if (k.is("Timestamp"))
      out.start = log_time(json::integer(v));
    else if (k.is("User"))
      out.user = json::text(v);
    else if (k.is("App Attempt ID"))
      out.attempt = json::text(v);
  });
}

bool parse_application_end(json::Object root, ApplicationSpan& out) {
  return json::each_field(root, [&](Key k, Value v) {
    if (k.is("Timestamp"))
      out.end = log_time(json::integer(v));
    else if (k.is("ExitCode"))
      out.exit_code = json::integer(v, -1);
  });
}

bool parse_log_start(json::Object root, LogStartRecord& out) {
  return json::each_field(root, [&](Key k, Value v) {
    if (k.is("Spark Version")) out.spark_version = json::text(v);
  });
}

bool parse_environment(json::Object root, EnvironmentRecord& out) {
  bool good = true;
  good &= json::each_field(root, [&](Key k, Value v) {
    if (k.is("Spark Properties")) good &= parse_properties(v, out);
    if (k.is("JVM Information"))
      good &= json::each_field(v, [&](Key name, Value info) {
        if (name.is("Java Version")) out.java_version = json::text(info);
      });
  });
  return good;
}

bool parse_executor(json::Object root, ExecutorRecord& out) {
  bool good = true;
  good &= json::each_field(root, [&](Key k, Value v) {
    if (k.is("Timestamp"))
      out.at = log_time(json::integer(v));
    else if (k.is("Executor ID"))
      out.id = json::text(v);
    else if (k.is("Removed Reason"))
      out.reason = json::text(v);
    else if (k.is("Executor Info"))
      good &= parse_executor_info(v, out);
  });
  return good;
}

bool parse_block_manager(json::Object root, BlockManagerRecord& out) {
  bool good = true;
  good &= json::each_field(root, [&](Key k, Value v) {
    if (k.is("Block Manager ID"))
      good &= parse_block_manager_id(v, out);
    else if (k.is("Maximum Memory"))
      out.memory = json::integer(v);
    else if (k.is("Maximum Onheap Memory"))
      out.on_heap = json::integer(v);
    else if (k.is("Maximum Offheap Memory"))
      out.off_heap = json::integer(v);
    else if (k.is("Timestamp"))
      out.at = log_time(json::integer(v));
  });
  return good;
}

bool parse_unpersist(json::Object root, UnpersistRecord& out) {
  return json::each_field(root, [&](Key k, Value v) {
    if (k.is("RDD ID")) out.rdd = json::integer(v, -1);
  });
}

bool parse_sql(json::Object root, SqlRecord& out) {
  return json::each_field(root, [&](Key k, Value v) {
    if (k.is("executionId"))
      out.id = json::integer(v, -1);
    else if (k.is("rootExecutionId"))
      out.root_id = json::integer(v, -1);
    else if (k.is("description"))
      out.description = json::text(v);
    else if (k.is("physicalPlanDescription"))
      out.plan = json::text(v);
    else if (k.is("errorMessage"))
      out.error = json::text(v);
    else if (k.is("time"))
      out.at = log_time(json::integer(v));
  });
}

}  // namespace muster
