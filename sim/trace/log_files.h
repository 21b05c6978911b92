// Which files make up an event log. Spark writes one file per application, or from 4.0 a rolling
// folder `eventlog_v2_<id>`; Databricks writes a folder with `eventlog` and dated parts beside it.
// (deploy/history/EventLogFileReaders.scala)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/problems.h"

namespace muster {

enum class LogKind : std::uint8_t { File, RollingFolder, DatabricksFolder, StandardInput };

struct LogFiles {
  std::string path;  // as given, or as found below the folder given to find_logs
  LogKind kind = LogKind::File;
  std::vector<std::string> parts;  // to be read in this order
  bool in_progress = false;        // ".inprogress" on the file, or on the folder's appstatus
  // Rolling folders: numbers that are not there, before the first part and between parts.
  std::vector<std::int64_t> missing_parts;
  // From the name, "<application id>_<attempt>"; empty where the name has no attempt. Logs with the
  // same application are attempts of one submission (YARN).
  std::string application;
  std::string attempt;
};

// What `path` is. Nothing, with `problems` telling why, when it does not exist, when it is a folder
// without any log, or one with several logs (then their names are in the message).
std::optional<LogFiles> locate_log(const std::string& path, Problems& problems);

// Every event log at or below `folder`, by its first bytes and not by its name, sorted by path.
// Files and folders whose name starts with a dot are left out, as Spark's history server does.
std::vector<LogFiles> find_logs(const std::string& folder, Problems& problems);

}  // namespace muster
