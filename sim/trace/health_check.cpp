#include "sim/trace/health_check.h"

#include <algorithm>
#include <string>

namespace muster {
namespace {

// "stage 3: 5, stage 7: 2, ..." of the stages with a positive count.
class StageList {
 public:
  void add(const StageSpan& stage, std::int64_t count) {
    ++stages_;
    total_ += count;
    if (stages_ > 5) return;
    text_ += (text_.empty() ? "stage " : ", stage ") + std::to_string(stage.id);
    if (stage.attempt > 0) text_ += "." + std::to_string(stage.attempt);
    if (count > 0) text_ += ": " + std::to_string(count);
  }
  std::int64_t stages() const { return stages_; }
  std::int64_t total() const { return total_; }
  std::string text() const { return text_ + (stages_ > 5 ? ", ..." : ""); }

 private:
  std::int64_t stages_ = 0;
  std::int64_t total_ = 0;
  std::string text_;
};

std::vector<std::int64_t> running_tasks(const Timeline& timeline) {
  std::vector<std::int64_t> running(timeline.stages.size(), 0);
  const AttemptTable& a = timeline.attempts;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a.outcome[i] == Outcome::Running) ++running[a.stage[i].index()];
  return running;
}

void check_stages(const TimelineBuilder& builder, NoteBook& notes, LogCounts& counts) {
  const Timeline& timeline = builder.timeline();
  const std::vector<std::int64_t> running = running_tasks(timeline);
  StageList unended, open, short_of, unannounced;
  for (std::size_t i = 0; i < timeline.stages.size(); ++i) {
    const StageSpan& stage = timeline.stages[i];
    const TimelineBuilder::StageState& state = builder.stage_states()[i];
    if (running[i] > 0) unended.add(stage, running[i]);
    if (state.submit_event && !state.complete_event) open.add(stage, 0);
    if (!state.announced) unannounced.add(stage, 0);
    // A stage attempt after the first runs only the tasks that were lost, and says so.
    const std::int64_t lacking = stage.tasks - state.successes;
    if (state.complete_event && stage.failure.empty() && lacking > 0) short_of.add(stage, lacking);
  }
  counts.tasks_unended = unended.total();
  if (unended.stages()) notes.add("tasks_never_ended", unended.total(), unended.text());
  if (open.stages()) notes.add("stages_without_end", open.stages(), open.text());
  if (short_of.stages()) notes.add("task_counts_differ", short_of.stages(), short_of.text());
  if (unannounced.stages())
    notes.add("stages_not_announced", unannounced.stages(), unannounced.text());
}

void check_jobs(const Timeline& timeline, NoteBook& notes) {
  for (const JobSpan& job : timeline.jobs) {
    const std::string first = "the first is job " + std::to_string(job.id);
    if (!job.completed.happened() && job.outcome == JobOutcome::Unknown)
      notes.add("jobs_without_end", 1, first);
    if (job.outcome == JobOutcome::Failed)
      notes.add("failed_jobs", 1, first + ", " + first_words(job.failure));
  }
}

// Whether the run is all there. A file's name is not proof: some writers never rename it.
void check_end(const Timeline& timeline, bool in_progress, NoteBook& notes) {
  const bool ended = timeline.application.end.happened();
  if (in_progress)
    notes.add(ended ? "in_progress_and_ended" : "in_progress");
  else if (!ended)
    notes.add("cut_off");
}

void check_application(const TimelineBuilder& builder, NoteBook& notes) {
  const Timeline& timeline = builder.timeline();
  if (!timeline.application.start.happened()) notes.add("missing_application_start");
  if (builder.has_application() && timeline.application.id.empty())
    notes.add("missing_application_id");
  if (!builder.has_environment()) notes.add("missing_environment");
  if (timeline.application.spark_version.empty()) notes.add("missing_version");
  if (timeline.attempts.size() == 0) notes.add("no_tasks");
}

}  // namespace

void check_health(const TimelineBuilder& builder, bool in_progress, NoteBook& notes,
                  LogCounts& counts) {
  notes.nowhere();
  check_end(builder.timeline(), in_progress, notes);
  check_application(builder, notes);
  check_jobs(builder.timeline(), notes);
  check_stages(builder, notes, counts);
  if (counts.tasks_speculative) notes.add("speculative_tasks", counts.tasks_speculative);
}

}  // namespace muster
