#include "sim/report/event_log.h"

#include "sim/report/event_log_lines.h"
#include "sim/report/event_log_order.h"
#include "sim/report/output_file.h"

namespace muster {
namespace {

void write_line(EventLogLines& lines, LogEvent event, std::size_t row) {
  switch (event) {
    case LogEvent::TaskGettingResult: return lines.task_getting_result(row);
    case LogEvent::TaskEnd: return lines.task_end(row);
    case LogEvent::TaskResubmitted: return lines.task_resubmitted(row);
    case LogEvent::StageCompleted: return lines.stage_completed(row);
    case LogEvent::JobEnd: return lines.job_end(row);
    case LogEvent::SqlEnd: return lines.sql_end(row);
    case LogEvent::ExecutorRemoved: return lines.executor_removed(row);
    case LogEvent::BlockManagerRemoved: return lines.block_manager_removed(row);
    case LogEvent::SqlStart: return lines.sql_start(row);
    case LogEvent::ExecutorAdded: return lines.executor_added(row);
    case LogEvent::BlockManagerAdded: return lines.block_manager_added(row);
    case LogEvent::JobStart: return lines.job_start(row);
    case LogEvent::StageSubmitted: return lines.stage_submitted(row);
    case LogEvent::TaskStart: return lines.task_start(row);
    case LogEvent::Unpersist: return lines.unpersist(row);
    case LogEvent::BlockUpdated: return lines.block_updated(row);
  }
}

// Spark announces the driver's block manager before anything else; its row is then the first.
bool driver_comes_first(const Timeline& timeline) {
  return !timeline.executors.empty() && timeline.executors[0].is_driver() &&
         timeline.executors[0].block_manager_added.happened();
}

void write_head(const Timeline& timeline, EventLogLines& lines) {
  lines.log_start();
  lines.resource_profiles();
  if (driver_comes_first(timeline)) lines.block_manager_added(0);
  lines.environment();
  if (timeline.application.start.happened() || !timeline.application.name.empty())
    lines.application_start();
}

}  // namespace

std::optional<Problem> write_event_log(const std::string& path, const Timeline& timeline) {
  OutputFile file(path, compression_by_name(path));
  const bool needs_shift = timeline.application.start < Time::millis(1);
  const Duration shift = needs_shift ? Duration::seconds(86'400) : Duration();
  std::string buffer;
  buffer.reserve(2 * OutputFile::kPieceBytes);
  EventLogLines lines(timeline, shift, buffer);
  write_head(timeline, lines);
  const bool driver_written = driver_comes_first(timeline);
  for_each_event(timeline, [&](LogEvent event, std::uint32_t row) {
    if (event == LogEvent::BlockManagerAdded && row == 0 && driver_written) return;
    write_line(lines, event, row);
    if (buffer.size() < OutputFile::kPieceBytes) return;
    file.write(buffer);
    buffer.clear();
  });
  lines.application_end();
  file.write(buffer);
  return file.commit();
}

}  // namespace muster
