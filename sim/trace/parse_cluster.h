// The application, its environment, executors, block managers and SQL executions.
#pragma once

#include "sim/trace/json_fields.h"
#include "sim/trace/records.h"

namespace muster {

// All return false when the JSON is broken; missing fields keep their defaults.
bool parse_application_start(json::Object root, ApplicationSpan& out);
bool parse_application_end(json::Object root, ApplicationSpan& out);
bool parse_log_start(json::Object root, LogStartRecord& out);
bool parse_environment(json::Object root, EnvironmentRecord& out);
bool parse_resource_profile(json::Object root, ResourceProfile& out);
bool parse_executor(json::Object root, ExecutorRecord& out);  // added and removed
bool parse_block_manager(json::Object root, BlockManagerRecord& out);
bool parse_unpersist(json::Object root, UnpersistRecord& out);
bool parse_sql(json::Object root, SqlRecord& out);  // start, adaptive update, end

}  // namespace muster
