// When disturbances happen: at a time of the script, or drawn.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/parameters.h"
#include "sim/engine/policy.h"

namespace muster {

// A disturbance is called again at `at`.
void wake_disturbance(Time at, ClusterCommands& commands);

// Every application has ended: nothing can go wrong any more.
bool all_ended(const View& view);

// What the times of a script count from. Waits for the first job by looking every 100 ms; its start
// is seen by the first stage that is submitted.
class Origin {
 public:
  static constexpr std::string_view kChoices = "start|first_job";

  // `after`: one of kChoices.
  explicit Origin(std::string_view after) : first_job_(after == "first_job") {}

  // Once known it is always the same; before, asks to be called again.
  std::optional<Time> get(const View& view, ClusterCommands& commands);

 private:
  bool first_job_;
  std::optional<Time> origin_;
};

// One time of a script.
class Moment {
 public:
  explicit Moment(Duration after_origin) : after_origin_(after_origin) {}
  // True for one call, the first at that time or later; before, asks to be called then. What comes
  // after the end of all applications is not reached.
  bool reached(Time origin, const View& view, ClusterCommands& commands);
  bool is_past() const { return past_; }
  // "at 5min: the run had ended by then"; empty: it was reached.
  std::string missed() const;

 private:
  Duration after_origin_;
  bool past_ = false, in_time_ = false;
};

// How long each of many equal things lives: exponential times, one stream for each thing.
class Lifetimes {
 public:
  // `disturbance`: its row in the scenario's list, so that two do not draw the same.
  Lifetimes(double ends_per_hour, std::uint32_t disturbance)
      : per_hour_(ends_per_hour), disturbance_(disturbance) {}
  bool drawn() const { return per_hour_ > 0; }
  Duration of(std::uint32_t row, const View& view) const;

 private:
  double per_hour_;
  std::uint32_t disturbance_;
};

// Machines and executors that come later are not announced to disturbances: they are found by
// looking so often. One that should be lost before it is found is lost then.
inline constexpr Duration kLookForNew = Duration::seconds(10);

}  // namespace muster
