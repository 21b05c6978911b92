// One run, prepared to be drawn at any zoom: rows of core slots, bands of jobs and stages, what the
// driver did, counters. Times are microseconds from the application's start, so that two runs lie
// on one axis. Built once for a result; only colours change afterwards.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "gui/layout/bars.h"
#include "gui/layout/colour.h"
#include "gui/layout/steps.h"
#include "sim/timeline/driver_place.h"
#include "sim/timeline/explanation.h"
#include "sim/timeline/result.h"
#include "sim/timeline/slots.h"

namespace muster::gui {

// A period of IdleMap::driver on the picture's axis.
struct DriverSpan {
  std::int64_t from = 0, to = 0;
  DriverPeriod what;
  bool endless = false;  // it goes on for ever
};

// Rows of one executor: [first, first + rows) of the picture.
struct ExecutorRows {
  std::uint32_t executor = 0;  // row of Timeline::executors; Slots::kNone: a machine without any
  std::uint32_t host = 0;      // row of Scene::hosts
  std::uint32_t first = 0, rows = 0;
  std::uint32_t slot = 0;         // row of Slots of the first
  std::int64_t from = 0, to = 0;  // when it was there
};
struct HostRows {
  std::string name, group;
  std::uint32_t first = 0, executors = 0;  // of Scene::executors
  // Of a simulated machine; kUnknown: not known or did not happen.
  std::int64_t ordered, ready, gone;
  std::string gone_reason;
  std::int64_t first_executor = INT64_MAX;  // when it came
};

struct StageFacts {
  std::int64_t submitted, completed, first_launch, last_launch, last_finish;  // kUnknown: never
  std::uint32_t attempts = 0, failed = 0, open = 0;  // open: without an end
  std::int64_t work = 0, longest = 0;  // microseconds of its attempts
  std::uint32_t longest_attempt = 0;
  std::optional<double> error;  // of its length against the other run
  std::int64_t other_length = 0;
};

class Scene {
 public:
  static constexpr std::int64_t kUnknown = INT64_MAX / 2;

  // `reference`: the run that this one is compared with; null: none. Both are kept. `of`: the run
  // that this is a further application of (further_of); null: none. Its axis is that run's. A scene
  // that `stop` came in the way of is not whole: it is to be thrown away.
  Scene(std::shared_ptr<const Result> result, std::string title,
        std::shared_ptr<const Result> reference = nullptr,
        std::shared_ptr<const Result> of = nullptr, const std::stop_token& stop = {});

  void colour_by(ColourMode mode);
  ColourMode colour_mode() const { return mode_; }
  // Key of an attempt or a stage under the present mode.
  std::uint8_t key_of_attempt(std::uint32_t attempt) const;
  std::uint8_t key_of_stage(std::uint32_t stage) const;
  // Microseconds of each Part; they sum up to launch to finish.
  std::array<std::int64_t, kPartCount> parts_of(std::uint32_t attempt) const;
  // Relative error of the attempt's length; nothing where the other run has no such task.
  std::optional<double> error_of(std::uint32_t attempt) const;

  // Why nothing ran in [from, to) on a row of `block`, and until when that cause holds. `after` and
  // `before`: the attempts that the row ran last and runs next, or Slots::kNone.
  struct Gap {
    IdleCause cause = IdleCause::NoRunnableTask;
    std::int64_t to = 0;
    std::int64_t stage = -1;  // row: whose last tasks were waited for, or whose task for its launch
    const DriverSpan* driver = nullptr;  // of the driver's causes
  };
  struct Between {
    std::uint32_t after = Slots::kNone, before = Slots::kNone;
  };
  Gap gap(const ExecutorRows& block, std::uint32_t row, std::int64_t from, std::int64_t to,
          Between attempts) const;
  // The part of [ready, first launch) in which other stages had the cores; empty: they were free.
  std::pair<std::int64_t, std::int64_t> core_wait(std::uint32_t stage) const;
  // Whether it is a barrier stage that had too few free slots for its tasks.
  bool waits_for_slots(std::uint32_t stage) const;
  // As words_of(), and which stage or job: "waiting for a stage's last tasks (stage 3)".
  std::string words_of(const Gap& gap) const;
  const DriverSpan* driver_at(std::int64_t at) const;
  bool has_driver(const HostRows& host) const;

  std::int64_t relative(Time at) const;
  Time time(std::int64_t at) const { return zero_ + Duration::micros(at); }
  const Timeline& timeline() const { return result->timeline; }

  std::shared_ptr<const Result> result;
  std::shared_ptr<const Result> reference;
  std::shared_ptr<const Result> of;
  std::string title;
  std::int64_t first = 0, last = 0;  // what there is to see
  std::int64_t begin = 0;            // the application's start; not 0 for a further one
  std::uint32_t rows = 0;
  std::vector<HostRows> hosts;
  std::vector<ExecutorRows> executors;           // in the order of their rows
  std::vector<std::uint32_t> block_of_executor;  // row of `executors` by ExecutorId
  BarTable tasks, jobs, stages;
  Density density;
  std::vector<DriverSpan> driver;
  DriverPlace driver_place;
  // When the driver and the cluster did not hear each other: [from, to).
  std::vector<std::pair<std::int64_t, std::int64_t>> cut_off;
  std::vector<Steps> counters;
  std::vector<StageFacts> stage_facts;        // by row of Timeline::stages
  std::vector<TimeSpan> full;  // full_times(), if a stage waited long for its first launch
  std::vector<std::uint32_t> row_of_attempt;  // Slots::kNone: not drawn
  std::vector<std::uint32_t> wave_of_attempt;
  Pace pace;
  std::uint8_t marks = 0;  // of all its attempts
  bool waits_for_locality = false;

  // Of an executor's row in Timeline::executors: how many times as long its tasks took, if it is
  // slow; else nothing.
  std::optional<double> slowness(std::uint32_t executor) const;

 private:
  void find_hosts();
  void find_rows(const Slots& slots);
  void find_tasks(const Slots& slots);
  void find_stage_facts();
  void find_bands();
  void find_driver(const Slots& slots);
  void find_endless_wait();
  void find_cut_off();
  void find_counters();
  void find_reference();
  void find_extent();

  Time zero_;
  ColourMode mode_ = ColourMode::Stage;
  IdleMap idle_;
  std::vector<float> error_;  // by attempt; empty or NaN: none
};

// A run and its further applications, each prepared to be drawn, below each other.
std::vector<std::shared_ptr<const Scene>> scenes_of(std::shared_ptr<const Result> result,
                                                    const std::string& title,
                                                    std::shared_ptr<const Result> reference,
                                                    ColourMode colour,
                                                    const std::stop_token& stop = {});

// "stage 3", "stage 3.1": with its attempt where that is not the first.
std::string stage_name(const StageSpan& stage);

}  // namespace muster::gui
