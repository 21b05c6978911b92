// Applications that would go on for ever: Spark repeats what fails through no fault of theirs
// without a limit, a simulation must not.

#include <algorithm>

#include "sim/engine/simulation.h"

namespace muster {

// An attempt that did not bring its task further was one too many: of the task in this attempt of
// its stage, or of all that failed without counting since one succeeded. Recordings end as they
// did.
bool Simulation::is_endless(const AttemptState& attempt, Driver& driver, const TaskSetState& set) {
  if (!driver.decides) return false;
  const std::uint32_t most = std::clamp(driver.max_failures, kMostRepeats, 10 * kMostRepeats);
  if (driver.tasks[set.task_row(attempt.index)].attempts >= most) return true;
  if (attempt.failure_counts || attempt.outcome == Outcome::Success) return false;
  std::uint32_t running = 1;
  for (const TaskSetId each : states_[id_of(driver).index()].active_sets)
    running += task_sets_[each.index()].running;
  driver.ran_at_most = std::max(driver.ran_at_most, running);
  return ++driver.failed_in_vain >= std::max(kMostRepeats, 20 * driver.ran_at_most);
}

void Simulation::give_up_task(AttemptId id, Driver& driver, const TaskSetState& set) {
  const AttemptState& attempt = attempts_[id.index()];
  const std::uint32_t launches = driver.tasks[set.task_row(attempt.index)].attempts;
  const std::string task = "task " + std::to_string(attempt.index) + in_stage(driver, set) +
                           " was launched " + std::to_string(launches) + " times";
  if (attempt.outcome == Outcome::Success)
    return give_up(driver, task + ", and each time its output was lost with the executor: "
                                  "executors live shorter than the stage runs");
  const std::string what =
      launches < driver.failed_in_vain
          ? std::to_string(driver.failed_in_vain) + " attempts of its tasks failed in a row"
          : task + " and never ended well";
  const bool lost = attempt.outcome == Outcome::ExecutorLostFailure;
  give_up(driver, what + ": " + (lost ? "executors live shorter than tasks run, and " : "") +
                      (attempt.failure_counts ? "spark.task.maxFailures lets Spark go on"
                                              : "what does not count towards "
                                                "spark.task.maxFailures Spark repeats for ever") +
                      "; most recent failure: " + lost_task_text(id, driver, set));
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
