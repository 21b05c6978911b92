#include "sim/timeline/explanation.h"

namespace muster {
namespace {

struct Name {
  std::string_view words, key;
};

constexpr std::array<Name, kIdleCauseCount> kCauses = {{
    {"driver: before the first job", "driver_startup"},
    {"driver: between jobs", "driver_between_jobs"},
    {"driver: preparing a stage", "driver_stage_preparation"},
    {"driver: ending stages and jobs", "driver_completion"},
    {"driver: after the last job", "driver_shutdown"},
    {"waiting for a launch", "dispatch"},
    {"locality wait", "locality_wait"},
    {"fewer tasks than cores", "no_runnable_task"},
    {"waiting for a stage's last tasks", "skew_tail"},
    {"left over by spark.task.cpus", "task_cpus_remainder"},
}};

constexpr std::array<Name, kPathKindCount> kKinds = {{
    {"before the first job", "startup"},
    {"driver between jobs", "driver_gap"},
    {"submitting the stage", "stage_submission"},
    {"waiting for an executor", "executor_wait"},
    {"preparing the stage", "stage_preparation"},
    {"waiting for a core", "core_wait"},
    {"running the last task", "task"},
    {"ending the stage", "stage_end"},
    {"ending the job", "job_end"},
    {"after the last job", "shutdown"},
}};

}  // namespace

std::string_view words_of(IdleCause cause) {
  return kCauses[static_cast<std::size_t>(cause)].words;
}
std::string_view key_of(IdleCause cause) { return kCauses[static_cast<std::size_t>(cause)].key; }
std::string_view words_of(PathKind kind) { return kKinds[static_cast<std::size_t>(kind)].words; }
std::string_view key_of(PathKind kind) { return kKinds[static_cast<std::size_t>(kind)].key; }

}  // namespace muster
