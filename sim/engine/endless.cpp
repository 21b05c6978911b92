// Applications that would go on for ever: Spark repeats what fails through no fault of theirs
// without a limit, a simulation must not.

#include <algorithm>
#include <limits>

#include "sim/engine/simulation.h"

namespace muster {

// Of one task in one attempt of its stage. Recordings end as they did.
std::size_t Simulation::most_launches(const Driver& driver) const {
  if (!driver.decides) return std::numeric_limits<std::size_t>::max();
  return std::clamp(driver.max_failures, kMostRepeats, 10 * kMostRepeats);
}

void Simulation::give_up_task(AttemptId id, Driver& driver, const TaskSetState& set) {
  const AttemptState& attempt = attempts_[id.index()];
  const std::size_t launches = driver.tasks[set.task_row(attempt.index)].attempts;
  const std::string what = "task " + std::to_string(attempt.index) + in_stage(driver, set) +
                           " was launched " + std::to_string(launches) + " times";
  if (attempt.outcome == Outcome::Success)
    return give_up(driver, what + ", and each time its output was lost with the executor: "
                                  "executors live shorter than the stage runs");
  const bool lost = attempt.outcome == Outcome::ExecutorLostFailure;
  give_up(driver, what + " and never ended well: " +
                      (lost ? "executors live shorter than it runs, and such losses do not count"
                            : "its failures do not count") +
                      " towards spark.task.maxFailures, so Spark would go on; most recent "
                      "failure: " + lost_task_text(id, driver, set));
}

// An executor or a machine is gone. Where nothing of the application runs although it waits, and
// this goes on, none will ever live long enough.
void Simulation::went_in_vain(Driver& driver) {
  const ApplicationState& state = states_[id_of(driver).index()];
  const bool waits = !driver.started.happened() || !state.active_sets.empty();
  if (!driver.decides || !state.submitted.happened() || driver.ended.happened() || !waits) return;
  const bool runs = std::ranges::any_of(state.active_sets, [this](TaskSetId set) {
    return task_sets_[set.index()].running > 0;
  });
  if (runs || driver.launched != driver.launched_before) driver.gone_in_vain = 0;
  driver.launched_before = driver.launched;
  if (runs) return;
  const std::uint32_t there = std::max(state.launched, nodes_there_);
  if (++driver.gone_in_vain < std::max(kMostRepeats, 10 * there)) return;
  give_up(driver, std::to_string(driver.gone_in_vain) +
                      " executors and machines in a row were gone before they ran anything of it: "
                      "they live shorter than they take to start");
}

// Only noted here: the caller is at work on what the end of the application would clear.
void Simulation::give_up(Driver& driver, std::string why) {
  if (!driver.endless.empty()) return;
  driver.endless = std::move(why);
  gives_up_ = true;
}

void Simulation::end_endless() {
  gives_up_ = false;
  for (Driver& driver : drivers_) {
    if (driver.endless.empty() || driver.failure == driver.endless) continue;
    driver.failure = driver.endless;
    note("application " + driver.input.application->id, "is given up: " + driver.endless);
    if (!driver.ended.happened()) end_application(driver);
  }
}

}  // namespace muster
