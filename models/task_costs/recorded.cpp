#include "models/task_costs/recorded.h"

#include "models/disturbances/task_failure.h"

namespace muster {
namespace {

class RecordedCost final : public TaskCost {
 public:
  RecordedCost(const Application& application, const Scenario& scenario)
      : app_(application),
        failures_(scenario, application),
        fails_(!failures_.none() || !application.planned_failures.empty()) {}

  void plan(const command::Launch& launch, const AttemptContext& context, const View& view,
            AttemptPlan& out) override {
    const std::uint32_t task = view.task_set(launch.task_set).first_task + launch.index;
    out.phase_count = 1;
    out.phases[0].delay = app_.tasks.slot_time[task];
    out.phases[0].amount = 0;  // of whoever used the plan before
    out.handling = app_.tasks.handling.empty() ? app_.result_handling : app_.tasks.handling[task];
    if (fails_) plan_failure(task, context.number, out);
  }

 private:
  void plan_failure(std::uint32_t task, std::uint16_t number, AttemptPlan& out) {
    const PlannedFailure* planned = failures_.of(task, number, 0);
    if (!planned) return;
    out.phases[0].delay = planned->after;
    out.outcome = static_cast<Outcome>(planned->outcome);
    out.failure_counts = planned->counts;
    out.failure = &planned->reason;
  }

  const Application& app_;
  TaskFailures failures_;
  bool fails_;
};

}  // namespace

std::unique_ptr<TaskCost> make_recorded_cost(const Application& application,
                                             const Scenario& scenario) {
  return std::make_unique<RecordedCost>(application, scenario);
}

}  // namespace muster
