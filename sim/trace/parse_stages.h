// Stages, RDDs and jobs.
#pragma once

#include "sim/trace/json_fields.h"
#include "sim/trace/records.h"

namespace muster {

// All return false when the JSON is broken; missing fields keep their defaults.
bool parse_storage_level(json::Value value, StorageLevel& out);
// "Stage Info" of StageSubmitted and StageCompleted, an element of "Stage Infos" of JobStart.
bool parse_stage_info(json::Value value, StageSpan& out);
// StageSubmitted and StageCompleted: the id stays -1 when there is no Stage Info.
bool parse_stage(json::Object root, StageSpan& out);
bool parse_job_start(json::Object root, JobRecord& out);
bool parse_job_end(json::Object root, JobSpan& out);

}  // namespace muster
