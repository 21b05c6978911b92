#include "sim/trace/read_log.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "sim/trace/chunks.h"
#include "sim/trace/event_reader.h"
#include "sim/trace/health_check.h"
#include "sim/trace/lines.h"
#include "sim/trace/log_files.h"
#include "sim/trace/note_book.h"
#include "sim/trace/timeline_builder.h"

namespace muster {
namespace {

// One log while it is read: its parts go through one builder.
class Reading {
 public:
  Reading() : builder_(notes_, health_.counts), events_(builder_, notes_, health_.counts) {}

  // False when nothing in the part's first megabytes is an event and nothing was before, or when
  // it was stopped.
  bool read_part(const std::string& name, std::unique_ptr<ByteSource> raw, const Progress& progress,
                 std::uint64_t total, const std::stop_token& stop);
  void mark(const LogFiles& files);
  bool any_event() const { return events_.events() > 0; }
  LogRead finish();

 private:
  void tell_end(const Chunks& chunks);

  NoteBook notes_;
  LogHealth health_;
  TimelineBuilder builder_;
  EventReader events_;
  std::uint64_t bytes_before_ = 0;
};

bool Reading::read_part(const std::string& name, std::unique_ptr<ByteSource> raw,
                        const Progress& progress, std::uint64_t total,
                        const std::stop_token& stop) {
  constexpr std::uint64_t kGiveUp = std::uint64_t{16} << 20;
  // Of a plain log; room that turns out to be too much is never touched.
  constexpr std::uint64_t kBytesPerTask = 2500, kMost = 1 << 22;
  constexpr std::uint64_t kLarge = std::uint64_t{8} << 20;
  constexpr std::uint64_t kTellEvery = std::uint64_t{1} << 20;
  events_.begin_part(name);
  Chunks chunks(std::move(raw), total > kLarge);
  if (health_.counts.files++ == 0) {
    health_.codec = name_of(chunks.codec());
    if (chunks.codec() == Codec::Plain) builder_.reserve(std::min(total / kBytesPerTask, kMost));
  }
  Lines lines(chunks);
  Line line;
  std::uint64_t told = 0;
  while (lines.next(line)) {
    events_.read(line);
    if (!any_event() && lines.text_bytes() > kGiveUp) return false;
    if (lines.text_bytes() >= told + kTellEvery) {
      told = lines.text_bytes();
      if (stop.stop_requested()) return false;
      if (progress) progress(bytes_before_ + chunks.position(), total);
    }
  }
  tell_end(chunks);
  bytes_before_ += chunks.position();
  if (progress) progress(bytes_before_, total);
  health_.counts.file_bytes += chunks.position();
  health_.counts.text_bytes += lines.text_bytes();
  return true;
}

void Reading::tell_end(const Chunks& chunks) {
  switch (chunks.end()) {
    case StreamEnd::Complete:
      break;
    case StreamEnd::CutOff:
      notes_.add("cut_data", 1, chunks.fault());
      break;
    case StreamEnd::Corrupt:
      notes_.add("corrupt_data", 1, chunks.fault());
      break;
    case StreamEnd::Unreadable:
      notes_.add("read_error", 1, chunks.fault());
      break;
  }
}

void Reading::mark(const LogFiles& files) {
  notes_.nowhere();
  health_.in_progress = files.in_progress;
  if (files.missing_parts.empty()) return;
  std::string which = "number " + std::to_string(files.missing_parts.front());
  if (files.missing_parts.size() > 1) which += " to " + std::to_string(files.missing_parts.back());
  notes_.add("missing_parts", static_cast<std::int64_t>(files.missing_parts.size()), which);
}

LogRead Reading::finish() {
  check_health(builder_, health_.in_progress, notes_, health_.counts);
  LogRead out;
  out.timeline = builder_.finish();
  out.health = std::move(health_);
  out.health.notes = notes_.notes();
  out.health.missing = missing_inputs(out.timeline, notes_);
  for (const auto& [name, count] : events_.unknown())
    out.health.unknown_events.push_back({name, count});
  return out;
}

std::uint64_t total_size(const LogFiles& files) {
  std::uint64_t total = 0;
  for (const std::string& part : files.parts) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(part, error);
    if (!error) total += size;
  }
  return total;
}

std::optional<LogRead> result(Reading& reading, const std::string& path, Problems& problems) {
  if (reading.any_event()) return reading.finish();
  problems.add(path, "",
               "is no Spark event log: no line of it is an event such as "
               "{\"Event\":\"SparkListenerLogStart\",...}");
  return std::nullopt;
}

}  // namespace

std::optional<LogRead> read_log(const std::string& path, Problems& problems,
                                const Progress& progress, std::stop_token stop) {
  const std::optional<LogFiles> files = locate_log(path, problems);
  if (!files) return std::nullopt;
  const std::uint64_t total = total_size(*files);
  Reading reading;
  reading.mark(*files);
  for (const std::string& part : files->parts) {
    std::string why;
    std::unique_ptr<ByteSource> raw = open_file(part, why);
    if (!raw) {
      problems.add(part, "", "cannot be read: " + why);
      return std::nullopt;
    }
    if (!reading.read_part(part, std::move(raw), progress, total, stop)) break;
  }
  if (stop.stop_requested()) return std::nullopt;
  return result(reading, path, problems);
}

std::optional<LogRead> read_log_bytes(std::string_view bytes, const std::string& name,
                                      Problems& problems) {
  Reading reading;
  reading.read_part(name, std::make_unique<MemorySource>(bytes), {}, bytes.size(), {});
  return result(reading, name, problems);
}

}  // namespace muster
