// The thread that offers all executors every spark.scheduler.revive.interval
// (CoarseGrainedSchedulerBackend's driver-revive-thread, 3.5; local mode has none). Its phase is
// drawn: it depends on when the driver came up.
#pragma once

#include "sim/base/random.h"
#include "sim/engine/view.h"
#include "sim/scenario/master.h"
#include "sim/workload/application.h"

namespace muster {

class ReviveTimer {
 public:
  ReviveTimer(ApplicationId id, const Application& app)
      : id_(id),
        start_(app.start),
        interval_(app.conf.duration("spark.scheduler.revive.interval", Duration::seconds(1),
                                    Duration::millis(1))),
        runs_(!is_local(app.conf) && interval_ > Duration()) {}

  bool runs() const { return runs_; }
  // The first tick after now.
  Time next(const View& view) const {
    const double at = view.stream(Purpose::RevivePhase, id_.index()).uniform(0);
    const Duration phase = Duration::from_seconds(at * interval_.in_seconds());
    const Duration since = view.now - start_;
    if (since < phase) return start_ + phase;
    const std::int64_t ticks = (since - phase).in_micros() / interval_.in_micros() + 1;
    return start_ + phase + interval_ * ticks;
  }

 private:
  ApplicationId id_;
  Time start_;
  Duration interval_;
  bool runs_;
};

}  // namespace muster
