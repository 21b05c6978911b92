#include "sim/trace/event_kinds.h"

#include <array>
#include <utility>

namespace muster {
namespace {

using enum EventKind;

// Without "SparkListener". The frequent ones stand first.
constexpr std::array<std::pair<std::string_view, EventKind>, 42> kNames = {{
    {"TaskEnd", TaskEnd},
    {"TaskStart", TaskStart},
    {"BlockUpdated", BlockUpdated},
    {"TaskGettingResult", TaskGettingResult},
    {"StageExecutorMetrics", Ignored},
    {"ExecutorMetricsUpdate", Ignored},
    {"StageSubmitted", StageSubmitted},
    {"StageCompleted", StageCompleted},
    {"JobStart", JobStart},
    {"JobEnd", JobEnd},
    {"SQLExecutionStart", SqlStart},
    {"SQLAdaptiveExecutionUpdate", SqlUpdate},
    {"SQLExecutionEnd", SqlEnd},
    {"DriverAccumUpdates", Ignored},
    {"SQLAdaptiveSQLMetricUpdates", Ignored},
    {"ExecutorAdded", ExecutorAdded},
    {"ExecutorRemoved", ExecutorRemoved},
    {"BlockManagerAdded", BlockManagerAdded},
    {"BlockManagerRemoved", BlockManagerRemoved},
    {"EnvironmentUpdate", Environment},
    {"ApplicationStart", ApplicationStart},
    {"ApplicationEnd", ApplicationEnd},
    {"LogStart", LogStart},
    {"DBCEventLoggingListenerMetadata", DatabricksPart},
    {"UnpersistRDD", Unpersist},
    {"ResourceProfileAdded", Ignored},
    {"MiscellaneousProcessAdded", Ignored},
    {"SpeculativeTaskSubmitted", Ignored},
    {"UnschedulableTaskSetAdded", Ignored},
    {"UnschedulableTaskSetRemoved", Ignored},
    {"ExecutorBlacklisted", Ignored},
    {"ExecutorUnblacklisted", Ignored},
    {"ExecutorBlacklistedForStage", Ignored},
    {"NodeBlacklisted", Ignored},
    {"NodeUnblacklisted", Ignored},
    {"NodeBlacklistedForStage", Ignored},
    {"ExecutorExcluded", Ignored},
    {"ExecutorUnexcluded", Ignored},
    {"ExecutorExcludedForStage", Ignored},
    {"NodeExcluded", Ignored},
    {"NodeUnexcluded", Ignored},
    {"NodeExcludedForStage", Ignored},
}};

}  // namespace

EventKind event_kind(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot != std::string_view::npos) name.remove_prefix(dot + 1);
  constexpr std::string_view kListener = "SparkListener";
  if (name.starts_with(kListener)) name.remove_prefix(kListener.size());
  for (const auto& [known, kind] : kNames)
    if (known == name) return kind;
  return Unknown;
}

std::string_view leading_event_name(std::string_view line) {
  constexpr std::string_view kStart = "{\"Event\":\"";
  if (!line.starts_with(kStart)) return {};
  line.remove_prefix(kStart.size());
  const std::size_t end = line.find('"');
  return end == std::string_view::npos ? std::string_view() : line.substr(0, end);
}

}  // namespace muster
