#include "sim/trace/event_kinds.h"

#include <array>
#include <utility>

namespace muster {
namespace {

// Without "SparkListener". The frequent ones stand first.
constexpr std::array<std::pair<std::string_view, EventKind>, 42> kEventNames = {{
    {"TaskEnd", EventKind::TaskEnd},
    {"TaskStart", EventKind::TaskStart},
    {"BlockUpdated", EventKind::BlockUpdated},
    {"TaskGettingResult", EventKind::TaskGettingResult},
    {"StageExecutorMetrics", EventKind::Ignored},
    {"ExecutorMetricsUpdate", EventKind::Ignored},
    {"StageSubmitted", EventKind::StageSubmitted},
    {"StageCompleted", EventKind::StageCompleted},
    {"JobStart", EventKind::JobStart},
    {"JobEnd", EventKind::JobEnd},
    {"SQLExecutionStart", EventKind::SqlStart},
    {"SQLAdaptiveExecutionUpdate", EventKind::SqlUpdate},
    {"SQLExecutionEnd", EventKind::SqlEnd},
    {"DriverAccumUpdates", EventKind::Ignored},
    {"SQLAdaptiveSQLMetricUpdates", EventKind::Ignored},
    {"ExecutorAdded", EventKind::ExecutorAdded},
    {"ExecutorRemoved", EventKind::ExecutorRemoved},
    {"BlockManagerAdded", EventKind::BlockManagerAdded},
    {"BlockManagerRemoved", EventKind::BlockManagerRemoved},
    {"EnvironmentUpdate", EventKind::Environment},
    {"ApplicationStart", EventKind::ApplicationStart},
    {"ApplicationEnd", EventKind::ApplicationEnd},
    {"LogStart", EventKind::LogStart},
    {"DBCEventLoggingListenerMetadata", EventKind::DatabricksPart},
    {"UnpersistRDD", EventKind::Unpersist},
    {"ResourceProfileAdded", EventKind::ResourceProfile},
    {"MiscellaneousProcessAdded", EventKind::Ignored},
    {"SpeculativeTaskSubmitted", EventKind::Ignored},
    {"UnschedulableTaskSetAdded", EventKind::Ignored},
    {"UnschedulableTaskSetRemoved", EventKind::Ignored},
    {"ExecutorBlacklisted", EventKind::Ignored},
    {"ExecutorUnblacklisted", EventKind::Ignored},
    {"ExecutorBlacklistedForStage", EventKind::Ignored},
    {"NodeBlacklisted", EventKind::Ignored},
    {"NodeUnblacklisted", EventKind::Ignored},
    {"NodeBlacklistedForStage", EventKind::Ignored},
    {"ExecutorExcluded", EventKind::Ignored},
    {"ExecutorUnexcluded", EventKind::Ignored},
    {"ExecutorExcludedForStage", EventKind::Ignored},
    {"NodeExcluded", EventKind::Ignored},
    {"NodeUnexcluded", EventKind::Ignored},
    {"NodeExcludedForStage", EventKind::Ignored},
}};

}  // namespace

EventKind event_kind(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot != std::string_view::npos) name.remove_prefix(dot + 1);
  constexpr std::string_view kListener = "SparkListener";
  if (name.starts_with(kListener)) name.remove_prefix(kListener.size());
  for (const auto& [known, kind] : kEventNames)
    if (known == name) return kind;
  return EventKind::Unknown;
}

std::string_view leading_event_name(std::string_view line) {
  constexpr std::string_view kStart = "{\"Event\":\"";
  if (!line.starts_with(kStart)) return {};
  line.remove_prefix(kStart.size());
  const std::size_t end = line.find('"');
  return end == std::string_view::npos ? std::string_view() : line.substr(0, end);
}

}  // namespace muster
