#include "sim/report/csv.h"

#include <charconv>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "sim/report/compare.h"
#include "sim/report/output_file.h"

namespace muster {
namespace {

class CsvFile {
 public:
  CsvFile(const std::string& path, std::string_view header) : file_(path) {
    out_ = header;
    out_ += '\n';
  }

  CsvFile& text(std::string_view value) {
    separate();
    if (value.find_first_of("\",\r\n") == value.npos) {
      out_ += value;
      return *this;
    }
    out_ += '"';
    for (const char c : value) {
      if (c == '"') out_ += '"';
      out_ += c;
    }
    out_ += '"';
    return *this;
  }

  CsvFile& number(std::int64_t value) {
    separate();
    char digits[24];
    out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    return *this;
  }

  CsvFile& empty() {
    separate();
    return *this;
  }

  CsvFile& time(Time t) { return t.happened() ? number(t.in_millis()) : empty(); }

  CsvFile& ids(const std::vector<std::int64_t>& values) {
    std::string joined;
    for (const std::int64_t value : values)
      joined += (joined.empty() ? "" : " ") + std::to_string(value);
    return text(joined);
  }

  void end_row() {
    out_ += '\n';
    first_ = true;
    if (out_.size() < OutputFile::kPieceBytes) return;
    file_.write(out_);
    out_.clear();
  }

  void close(Problems& problems) {
    file_.write(out_);
    if (const auto problem = file_.commit())
      problems.add(problem->file, problem->where, problem->what);
  }

 private:
  void separate() {
    if (!first_) out_ += ',';
    first_ = false;
  }

  OutputFile file_;
  std::string out_;
  bool first_ = true;
};

void write_application(const std::string& path, const Timeline& timeline, Problems& problems) {
  CsvFile csv(path, "id,name,user,attempt,spark_version,start_ms,end_ms");
  const ApplicationSpan& app = timeline.application;
  csv.text(app.id).text(app.name).text(app.user).text(app.attempt).text(app.spark_version);
  csv.time(app.start).time(app.end).end_row();
  csv.close(problems);
}

void write_executors(const std::string& path, const Timeline& timeline, Problems& problems) {
  CsvFile csv(path,
              "id,host,cores,resource_profile,added_ms,removed_ms,removed_reason,"
              "storage_memory_bytes,on_heap_bytes,off_heap_bytes");
  for (const ExecutorSpan& e : timeline.executors) {
    csv.text(e.id).text(e.host).number(e.cores).number(e.resource_profile);
    csv.time(e.added).time(e.removed).text(e.removed_reason);
    csv.number(e.max_memory).number(e.max_on_heap).number(e.max_off_heap).end_row();
  }
  csv.close(problems);
}

void write_jobs(const std::string& path, const Timeline& timeline, Problems& problems) {
  CsvFile csv(path,
              "id,submitted_ms,completed_ms,outcome,failure,description,group,pool,sql_execution,"
              "stage_ids");
  for (const JobSpan& j : timeline.jobs) {
    csv.number(j.id).time(j.submitted).time(j.completed).text(outcome_name(j.outcome));
    csv.text(j.failure).text(j.description).text(j.group).text(j.pool);
    if (j.sql_execution < 0) csv.empty();
    else csv.number(j.sql_execution);
    csv.ids(j.stage_ids).end_row();
  }
  csv.close(problems);
}

void write_stages(const std::string& path, const Timeline& timeline, Problems& problems) {
  CsvFile csv(path,
              "id,attempt,name,tasks,parent_ids,submitted_ms,completed_ms,failure,shuffle_map,"
              "resource_profile");
  for (const StageSpan& s : timeline.stages) {
    csv.number(s.id).number(s.attempt).text(s.name).number(s.tasks).ids(s.parents);
    csv.time(s.submitted).time(s.completed).text(s.failure).number(s.shuffle_map);
    csv.number(s.resource_profile).end_row();
  }
  csv.close(problems);
}

void write_tasks(const std::string& path, const Timeline& timeline, Problems& problems) {
  const AttemptTable& a = timeline.attempts;
  std::string header =
      "task_id,stage_id,stage_attempt,index,partition,attempt,executor_id,host,locality,"
      "speculative,outcome,launch_ms,getting_result_ms,finish_ms,failure";
  for (const AmountField& field : amount_fields()) header += "," + std::string(field.column);
  CsvFile csv(path, header);
  std::size_t failure = 0;  // the first of an attempt that is not before this row
  for (std::size_t row = 0; row < a.size(); ++row) {
    const StageSpan& stage = timeline.stages[a.stage[row].index()];
    csv.number(a.task_id[row]).number(stage.id).number(stage.attempt).number(a.index[row]);
    csv.number(a.partition[row]).number(a.number[row]);
    if (a.executor[row].valid()) {
      const ExecutorSpan& executor = timeline.executors[a.executor[row].index()];
      csv.text(executor.id).text(executor.host);
    } else {
      csv.empty().empty();
    }
    csv.text(name_of(a.locality[row])).number(a.speculative[row]).text(name_of(a.outcome[row]));
    csv.time(a.launch[row]).time(a.getting_result[row]).time(a.finish[row]);
    const auto& failures = timeline.failures;
    while (failure < failures.size() && failures[failure].attempt < AttemptId(row)) ++failure;
    if (failure < failures.size() && failures[failure].attempt == AttemptId(row))
      csv.text(failures[failure].reason);
    else
      csv.empty();
    for (const AmountField& field : amount_fields())
      if (a.has_metrics[row]) csv.number(a.amount(row, field.amount));
      else csv.empty();
    csv.end_row();
  }
  csv.close(problems);
}

}  // namespace

void write_csv(const std::string& folder, const Timeline& timeline, Problems& problems) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    problems.add(folder, "", "cannot be made a folder: " + error.message());
    return;
  }
  const auto path = [&](const char* name) {
    return (std::filesystem::path(folder) / name).string();
  };
  write_application(path("applications.csv"), timeline, problems);
  write_executors(path("executors.csv"), timeline, problems);
  write_jobs(path("jobs.csv"), timeline, problems);
  write_stages(path("stages.csv"), timeline, problems);
  write_tasks(path("tasks.csv"), timeline, problems);
}

}  // namespace muster
