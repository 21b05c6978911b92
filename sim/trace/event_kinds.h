// The kinds of events that a log may hold, and their names in it.
#pragma once

#include <cstdint>
#include <string_view>

namespace muster {

enum class EventKind : std::uint8_t {
  Unknown,
  Ignored,  // known, with nothing in it that a timeline holds
  LogStart,
  DatabricksPart,  // comes again whenever Databricks starts another part
  ApplicationStart,
  ApplicationEnd,
  Environment,
  ResourceProfile,
  ExecutorAdded,
  ExecutorRemoved,
  BlockManagerAdded,
  BlockManagerRemoved,
  BlockUpdated,
  JobStart,
  JobEnd,
  StageSubmitted,
  StageCompleted,
  TaskStart,
  TaskGettingResult,
  TaskEnd,
  Unpersist,
  SqlStart,
  SqlUpdate,
  SqlEnd,
};

// By the class name in "Event", with or without its package.
EventKind event_kind(std::string_view name);

// The event's name if `line` begins as Spark's own do, {"Event":"NAME"; empty otherwise.
std::string_view leading_event_name(std::string_view line);

}  // namespace muster
