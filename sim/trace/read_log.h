// A Spark event log (1.3 to 4.x) as a Timeline. Reads plain, .zstd, .lz4, .snappy, .lzf and .gz
// files and rolling folders; goes by the bytes, not by the names. See reference: Spark's
// EventLogFileReaders, JsonProtocol and EventLoggingListener.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "sim/base/problems.h"
#include "sim/timeline/timeline.h"
#include "sim/trace/health.h"

namespace muster {

struct LogRead {
  Timeline timeline;
  LogHealth health;
};

// Called about every megabyte and at the end, on the caller's thread. The total is that of the
// files' sizes; 0 where there is none, as for standard input.
using Progress = std::function<void(std::uint64_t bytes_read, std::uint64_t bytes_total_or_0)>;

// Reads the log at `path`: a file, a rolling folder, or "-" for standard input. Nothing, with
// `problems` telling why, when it is absent, unreadable or no event log at all; a log that is cut
// off, edited or half broken is a success whose health says so. Never throws for what it reads.
// Needs memory for its tasks, stages and plans, not for its bytes. `stop` is asked about every
// megabyte: then it gives nothing, without a problem.
std::optional<LogRead> read_log(const std::string& path, Problems& problems,
                                const Progress& progress = {}, std::stop_token stop = {});

// The same from memory; `name` stands in messages where a path would.
std::optional<LogRead> read_log_bytes(std::string_view bytes, const std::string& name,
                                      Problems& problems);

}  // namespace muster
