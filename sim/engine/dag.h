// Spark's DAGScheduler for one application: which jobs and stages wait for what. It knows no time;
// the simulation tells it what ended and asks what may start.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/workload/application.h"

namespace muster {

class Dag {
 public:
  explicit Dag(const Application& application);
  // As if nothing had happened yet.
  void restart() { *this = Dag(*application_); }

  // Rows of the jobs that wait for nothing but the application's start.
  void first_jobs(std::vector<std::uint32_t>& out) const;
  // The job has been submitted; fills `out` with its stages that can be submitted at once, in row
  // order (submitStage: missing parents first, ascending by id).
  void job_started(std::uint32_t job, std::vector<std::uint32_t>& out);
  // A stage attempt completed or failed; fills `out` with stages that can be submitted now.
  // Returns true when its job has no stage left.
  bool stage_ended(std::uint32_t stage, std::vector<std::uint32_t>& out);
  // The job failed before its stages were through: what waits in it is never submitted, and its
  // running stages end without consequence for it.
  void job_failed(std::uint32_t job);
  // The job has ended; fills `out` with the jobs that waited for it. Returns true when it was the
  // last.
  bool job_ended(std::uint32_t job, std::vector<std::uint32_t>& out);
  bool has_stages(std::uint32_t job) const { return stages_left_[job] > 0; }
  bool failed(std::uint32_t job) const { return failed_[job]; }
  std::uint32_t jobs_ended() const { return jobs_ended_; }

 private:
  const Application* application_;
  std::vector<std::uint32_t> parents_left_;  // by stage
  std::vector<std::uint32_t> stages_left_;   // by job
  std::vector<std::uint32_t> jobs_before_;   // by job: jobs it still waits for
  std::vector<bool> started_;                // by job
  std::vector<bool> failed_;                 // by job
  std::vector<std::uint32_t> child_begin_, children_;    // stages, compressed rows
  std::vector<std::uint32_t> next_begin_, next_;         // jobs, compressed rows
  std::uint32_t jobs_ended_ = 0;
};

}  // namespace muster
