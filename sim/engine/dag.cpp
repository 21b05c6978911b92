#include "sim/engine/dag.h"

namespace muster {
namespace {

// Turns "row r waits for w[r]" into compressed rows of "w is waited for by r".
template <class WaitsFor>
void invert(std::size_t rows, WaitsFor waits_for, std::vector<std::uint32_t>& begin,
            std::vector<std::uint32_t>& out) {
  begin.assign(rows + 1, 0);
  for (std::uint32_t r = 0; r < rows; ++r)
    for (const std::uint32_t w : waits_for(r)) ++begin[w + 1];
  for (std::size_t r = 0; r < rows; ++r) begin[r + 1] += begin[r];
  out.resize(begin[rows]);
  std::vector<std::uint32_t> at(begin.begin(), begin.end() - 1);
  for (std::uint32_t r = 0; r < rows; ++r)
    for (const std::uint32_t w : waits_for(r)) out[at[w]++] = r;
}

}  // namespace

Dag::Dag(const Application& application)
    : application_(&application),
      parents_left_(application.stages.size(), 0),
      stages_left_(application.jobs.size(), 0),
      jobs_before_(application.jobs.size(), 0),
      started_(application.jobs.size(), false),
      failed_(application.jobs.size(), false) {
  const std::vector<Stage>& stages = application.stages;
  for (std::size_t s = 0; s < stages.size(); ++s) {
    parents_left_[s] = static_cast<std::uint32_t>(stages[s].parents.size());
    if (!stages[s].skipped) ++stages_left_[stages[s].job];
  }
  for (std::size_t j = 0; j < application.jobs.size(); ++j)
    jobs_before_[j] = static_cast<std::uint32_t>(application.jobs[j].after.size());
  invert(stages.size(), [&](std::uint32_t s) -> auto& { return stages[s].parents; }, child_begin_,
         children_);
  invert(application.jobs.size(),
         [&](std::uint32_t j) -> auto& { return application.jobs[j].after; }, next_begin_, next_);
}

void Dag::first_jobs(std::vector<std::uint32_t>& out) const {
  for (std::uint32_t j = 0; j < jobs_before_.size(); ++j)
    if (jobs_before_[j] == 0) out.push_back(j);
}

void Dag::job_started(std::uint32_t job, std::vector<std::uint32_t>& out) {
  started_[job] = true;
  for (const std::uint32_t s : application_->jobs[job].stages)
    if (!application_->stages[s].skipped && parents_left_[s] == 0) out.push_back(s);
}

bool Dag::stage_ended(std::uint32_t stage, std::vector<std::uint32_t>& out) {
  for (std::uint32_t c = child_begin_[stage]; c < child_begin_[stage + 1]; ++c) {
    const std::uint32_t child = children_[c];
    const std::uint32_t job = application_->stages[child].job;
    const bool ready = --parents_left_[child] == 0 && !application_->stages[child].skipped;
    if (ready && started_[job] && !failed_[job]) out.push_back(child);
  }
  const std::uint32_t job = application_->stages[stage].job;
  return --stages_left_[job] == 0 && !failed_[job];
}

void Dag::job_failed(std::uint32_t job) { failed_[job] = true; }

bool Dag::job_ended(std::uint32_t job, std::vector<std::uint32_t>& out) {
  for (std::uint32_t n = next_begin_[job]; n < next_begin_[job + 1]; ++n)
    if (--jobs_before_[next_[n]] == 0) out.push_back(next_[n]);
  return ++jobs_ended_ == application_->jobs.size();
}

}  // namespace muster
