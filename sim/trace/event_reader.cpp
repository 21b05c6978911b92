#include "sim/trace/event_reader.h"

#include <utility>
#include <vector>

#include "sim/trace/fast_tasks.h"
#include "sim/trace/json_fields.h"
#include "sim/trace/parse_cluster.h"
#include "sim/trace/parse_stages.h"
#include "sim/trace/parse_tasks.h"

namespace muster {

struct EventReader::Json {
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  json::Object root;
  TaskRecord task;
  std::vector<char> scratch;  // a repaired copy of a line

  // `text` has kParsePadding readable bytes behind it. False when it is no JSON object at all.
  bool start(std::string_view text) {
    if (parser.iterate(text, text.size() + kParsePadding).get(document)) return false;
    return !document.get_object().get(root);
  }
  // Everything was walked through and nothing stands behind the root object.
  bool whole() { return document.current_location().error() == simdjson::OUT_OF_BOUNDS; }
};

EventReader::EventReader(TimelineBuilder& builder, NoteBook& notes, LogCounts& counts)
    : builder_(builder), notes_(notes), counts_(counts), json_(std::make_unique<Json>()) {}

EventReader::~EventReader() = default;

namespace {

// The length of the UTF-8 character at `at`, 0 when there is none.
std::size_t character_length(const std::vector<char>& text, std::size_t at) {
  const unsigned char lead = static_cast<unsigned char>(text[at]);
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const bool good = at + length <= text.size() && simdjson::validate_utf8(text.data() + at, length);
  return good ? length : 0;
}

// Bytes that are no UTF-8 become question marks: Spark before 3.0 wrote in the machine's charset.
void repair_encoding(std::vector<char>& text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = character_length(text, i);
    if (length == 0) text[i] = '?';
    i += length == 0 ? 1 : length;
  }
}

// Whether the event says what it is about; without an id there is no row for it.
bool identified(const TaskRecord& r) { return r.task_id >= 0; }
bool identified(const StageSpan& r) { return r.id >= 0; }
bool identified(const JobRecord& r) { return r.job.id >= 0; }
bool identified(const JobSpan& r) { return r.id >= 0; }
bool identified(const ExecutorRecord& r) { return !r.id.empty(); }
bool identified(const BlockManagerRecord& r) { return !r.executor.empty(); }
bool identified(const BlockRecord& r) { return !r.executor.empty(); }
bool identified(const SqlRecord& r) { return r.id >= 0; }
bool identified(const UnpersistRecord& r) { return r.rdd >= 0; }
bool identified(const ApplicationSpan&) { return true; }
bool identified(const EnvironmentRecord&) { return true; }
bool identified(const LogStartRecord&) { return true; }
bool identified(const ResourceProfile& r) { return r.id >= 0; }

}  // namespace

void EventReader::begin_part(const std::string& name) { notes_.at_file(name); }

void EventReader::malformed(const Line& line, const char* why) {
  ++counts_.malformed_lines;
  // The last line of a log that is still written, or that was cut, is a case of its own.
  if (line.ended)
    notes_.add("malformed_lines", 1, why);
  else
    notes_.add("cut_line");
}

void EventReader::count_unknown(std::string_view name) {
  constexpr std::size_t kMostNames = 1000;  // a hostile log must not fill the memory
  const std::string_view kept = name.substr(0, 200);
  ++counts_.unknown_events;
  notes_.add("unknown_events", 1, [&] { return "the first is " + std::string(kept); });
  const auto at = unknown_.find(kept);
  if (at != unknown_.end())
    ++at->second;
  else if (unknown_.size() < kMostNames)
    unknown_.emplace(kept, 1);
}

void EventReader::read(const Line& line) {
  notes_.at_line(line.number);
  if (line.too_long) return malformed(line, "too long");
  if (line.text.find_last_not_of(" \t") == std::string_view::npos) return;
  ++counts_.lines;
  if (read_fast(line.text)) return;
  const std::string_view name = leading_event_name(line.text);
  if (!name.empty()) return read_event(event_kind(name), name, line);
  // Not as Spark writes it: blanks, or another field first.
  std::string odd;
  const auto find_name = [&odd](json::Key k, json::Value v) {
    if (k.is("Event")) odd = json::text(v);
  };
  if (!json_->start(line.text) || !json::each_field(json_->root, find_name) || odd.empty())
    return malformed(line, "no event name");
  read_event(event_kind(odd), odd, line);
}

bool EventReader::read_fast(std::string_view text) {
  if (other_application_) return false;
  TaskRecord& task = json_->task;
  task.clear();
  const FastTask kind = parse_fast_task(text, task);
  if (kind == FastTask::No) return false;
  if (kind == FastTask::Start)
    builder_.task_start(task);
  else
    builder_.task_end(task);
  ++events_;
  return true;
}

void EventReader::read_event(EventKind kind, std::string_view name, const Line& line) {
  if (line.text[line.text.find_last_not_of(" \t")] != '}') return malformed(line, "it is cut");
  Verdict verdict = Verdict::Good;
  if (of_other_application(kind))
    notes_.add("two_applications");
  else if (kind == EventKind::Unknown)
    count_unknown(name);
  else if (kind != EventKind::Ignored)
    verdict = parse(kind, line.text);
  if (verdict == Verdict::Broken) verdict = parse_repaired(kind, line.text);
  if (verdict == Verdict::Broken) return malformed(line, "broken JSON");
  if (verdict == Verdict::Nameless)
    notes_.add("events_without_id", 1, [&] { return "the first is a " + std::string(name); });
  ++events_;
}

// Task ids, stage ids and times of another application would mix with those of the first one.
bool EventReader::of_other_application(EventKind kind) {
  const bool starts = kind == EventKind::ApplicationStart || kind == EventKind::LogStart;
  if (starts && builder_.has_application()) other_application_ = true;
  return other_application_;
}

EventReader::Verdict EventReader::parse_repaired(EventKind kind, std::string_view text) {
  if (simdjson::validate_utf8(text.data(), text.size())) return Verdict::Broken;
  std::vector<char>& copy = json_->scratch;
  copy.assign(text.begin(), text.end());
  repair_encoding(copy);
  copy.resize(text.size() + kParsePadding);
  const Verdict verdict = parse(kind, {copy.data(), text.size()});
  if (verdict != Verdict::Broken) notes_.add("bad_encoding");
  return verdict;
}

template <class Record, class Fill, class Put>
EventReader::Verdict EventReader::take(Fill fill, Put put) {
  Record record;
  if (!fill(json_->root, record) || !json_->whole()) return Verdict::Broken;
  if (!identified(record)) return Verdict::Nameless;
  put(std::move(record));
  return Verdict::Good;
}

EventReader::Verdict EventReader::parse_task(EventKind kind) {
  TaskRecord& task = json_->task;
  task.clear();
  if (!parse_task_event(json_->root, task) || !json_->whole()) return Verdict::Broken;
  if (!identified(task)) return Verdict::Nameless;
  if (kind == EventKind::TaskEnd)
    builder_.task_end(task);
  else if (kind == EventKind::TaskStart)
    builder_.task_start(task);
  else
    builder_.task_getting_result(task);
  return Verdict::Good;
}

EventReader::Verdict EventReader::parse(EventKind kind, std::string_view text) {
  using enum EventKind;
  if (!json_->start(text)) return Verdict::Broken;
  TimelineBuilder& b = builder_;
  switch (kind) {
    case Unknown:
    case Ignored:
      return Verdict::Good;
    case TaskStart:
    case TaskGettingResult:
    case TaskEnd:
      return parse_task(kind);
    case LogStart:
    case DatabricksPart:
      return take<LogStartRecord>(parse_log_start, [&b](auto&& r) { b.log_start(r); });
    case ApplicationStart:
      return take<ApplicationSpan>(parse_application_start,
                                   [&b](auto&& r) { b.application_start(std::move(r)); });
    case ApplicationEnd:
      return take<ApplicationSpan>(parse_application_end, [&b](auto&& r) { b.application_end(r); });
    case Environment:
      return take<EnvironmentRecord>(parse_environment, [&b](auto&& r) { b.environment(r); });
    case ResourceProfile:
      return take<muster::ResourceProfile>(parse_resource_profile,
                                           [&b](auto&& r) { b.resource_profile(std::move(r)); });
    case ExecutorAdded:
      return take<ExecutorRecord>(parse_executor, [&b](auto&& r) { b.executor_added(r); });
    case ExecutorRemoved:
      return take<ExecutorRecord>(parse_executor, [&b](auto&& r) { b.executor_removed(r); });
    case BlockManagerAdded:
      return take<BlockManagerRecord>(parse_block_manager,
                                      [&b](auto&& r) { b.block_manager_added(r); });
    case BlockManagerRemoved:
      return take<BlockManagerRecord>(parse_block_manager,
                                      [&b](auto&& r) { b.block_manager_removed(r); });
    case BlockUpdated:
      return take<BlockRecord>(parse_block_updated, [&b](auto&& r) { b.block_updated(r); });
    case JobStart:
      return take<JobRecord>(parse_job_start, [&b](auto&& r) { b.job_start(std::move(r)); });
    case JobEnd:
      return take<JobSpan>(parse_job_end, [&b](auto&& r) { b.job_end(std::move(r)); });
    case StageSubmitted:
      return take<StageSpan>(parse_stage, [&b](auto&& r) { b.stage_submitted(std::move(r)); });
    case StageCompleted:
      return take<StageSpan>(parse_stage, [&b](auto&& r) { b.stage_completed(std::move(r)); });
    case Unpersist:
      return take<UnpersistRecord>(parse_unpersist, [&b](auto&& r) { b.unpersist(r.rdd); });
    case SqlStart:
      return take<SqlRecord>(parse_sql, [&b](auto&& r) { b.sql_start(std::move(r)); });
    case SqlUpdate:
      return take<SqlRecord>(parse_sql, [&b](auto&& r) { b.sql_update(std::move(r)); });
    case SqlEnd:
      return take<SqlRecord>(parse_sql, [&b](auto&& r) { b.sql_end(std::move(r)); });
  }
  return Verdict::Good;
}

}  // namespace muster
