#include "models/task_costs/recorded.h"

namespace muster {
namespace {

class RecordedCost final : public TaskCost {
 public:
  explicit RecordedCost(const Application& application) : app_(application) {}

  void plan(const command::Launch& launch, const AttemptContext& context, const View& view,
            AttemptPlan& out) override {
    const std::uint32_t task = view.task_set(launch.task_set).first_task + launch.index;
    out.phase_count = 1;
    out.phases[0].delay = app_.tasks.slot_time[task];
    out.phases[0].amount = 0;  // of whoever used the plan before
    out.handling = app_.tasks.handling.empty() ? app_.result_handling : app_.tasks.handling[task];
    if (!app_.planned_failures.empty()) plan_failure(task, context.number, out);
  }

 private:
  void plan_failure(std::uint32_t task, std::uint16_t number, AttemptPlan& out) const {
    const PlannedFailure* planned = find_planned_failure(app_, task, number);
    if (!planned) return;
    out.phases[0].delay = planned->after;
    out.outcome = static_cast<Outcome>(planned->outcome);
    out.failure_counts = planned->counts;
    out.failure = &planned->reason;
  }

  const Application& app_;
};

}  // namespace

std::unique_ptr<TaskCost> make_recorded_cost(const Application& application) {
  return std::make_unique<RecordedCost>(application);
}

}  // namespace muster
