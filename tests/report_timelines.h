// Small timelines made by hand for the tests of reports and explanations.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/timeline/timeline.h"

namespace muster {

// Times are milliseconds after the application's start, which is at kEpochMs.
class TimelineMaker {
 public:
  static constexpr std::int64_t kEpochMs = 1'700'000'000'000;

  TimelineMaker();
  TimelineMaker& executor(std::string id, std::string host, int cores, std::int64_t added,
                          std::int64_t removed = -1);
  // `completed` -1: did not end.
  TimelineMaker& job(std::int64_t id, std::int64_t submitted, std::int64_t completed,
                     std::vector<std::int64_t> stage_ids);
  TimelineMaker& stage(std::int64_t id, std::int64_t submitted, std::int64_t completed, int tasks,
                       std::vector<std::int64_t> parents = {});
  // Rows count from 0, in the order in which they were added.
  TimelineMaker& task(std::size_t stage_row, std::uint32_t index, std::size_t executor_row,
                      std::int64_t launch, std::int64_t finish,
                      Locality locality = Locality::ProcessLocal,
                      Outcome outcome = Outcome::Success);
  TimelineMaker& end(std::int64_t at);

  Timeline timeline;

 private:
  static Time at(std::int64_t ms) {
    return ms < 0 ? Time::never() : Time::millis(kEpochMs + ms);
  }
};

// Two jobs of three stages on two hosts with everything an event log can say: a failure of each
// kind, a speculative copy, a lost executor, cached blocks, SQL, texts with quotes and control
// characters, a skipped stage and a second stage attempt.
Timeline rich_timeline();

// A consistent random application: `jobs` jobs of a few stages on a few executors.
Timeline random_timeline(std::uint64_t seed, int jobs);

// A fresh folder that is removed with its content at the end of the test.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
};

std::string read_text(const std::string& path);

}  // namespace muster
