#include "models/task_costs/work.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace muster {
namespace {

constexpr std::array kWorkParameters = {
    Parameter{"start_cpu", ParameterType::Number, "0.0027",
              "core-seconds from the launch to the task's own work: driver, deserialisation",
              "recordings, sched: later tasks", 0, 1000},
    Parameter{"end_cpu", ParameterType::Number, "0.0056",
              "core-seconds from the end of its work to the status update",
              "recordings, sched: later tasks", 0, 1000},
    Parameter{"binary_latency", ParameterType::Duration, "57ms",
              "until an executor has the stage's task binary: what its first tasks wait for",
              "recordings, sched: first wave"},
    Parameter{"first_cpu", ParameterType::Number, "0.0017",
              "core-seconds more in each of an executor's first tasks of a stage",
              "recordings, sched: first wave", 0, 1000},
    Parameter{"shuffle_first_cpu", ParameterType::Number, "0.0032",
              "core-seconds more in each of its first tasks of a stage that reads a shuffle",
              "recordings, sched/c1, j1", 0, 1000},
    Parameter{"shuffle_cpu", ParameterType::Number, "0.007",
              "core-seconds more in every task that writes or reads a shuffle",
              "recordings, sched/c1: 7 ms of executor CPU against 1", 0, 1000},
    Parameter{"block_cpu", ParameterType::Number, "0.003",
              "core-seconds more in every other task of an application that persists RDDs",
              "recordings, sched/e1 and one more: 2 ms to read blocks, 5 to store them",
              0, 1000},
    Parameter{"cold_cpu", ParameterType::Number, "0.55",
              "core-seconds that an executor's first tasks wait for: classes loaded on one core",
              "recordings, sched/a1c: 1.1-1.6 s for four executors on two cores; one: 0.5-1 s",
              0, 1000},
    Parameter{"cold_shuffle_cpu", ParameterType::Number, "0.75",
              "core-seconds more if they write a shuffle: its classes too",
              "recordings, sched: the first job of an application, 4.0-5.0 s", 0, 1000},
    Parameter{"warm_up", ParameterType::Number, "2.8",
              "how much more all this takes on an executor that has run few tasks: 1 + warm_up x "
              "exp(-tasks / warm_up_tasks)",
              "recordings, sched/a1, a4, c4, j1: compilers at work", 0, 100},
    Parameter{"warm_up_tasks", ParameterType::Number, "25", "see warm_up",
              "recordings, sched/a1, a4, c4, j1", 1, 1e6},
    Parameter{"driver_warm_up", ParameterType::Number, "0.65",
              "the part of all this that a driver saves after many tasks: driver_warm_up x "
              "(1 - exp(-tasks / driver_warm_up_tasks))",
              "recordings, sched/a4 and a5: 15,000 tasks, from 8 to 3 core-ms each", 0, 1},
    Parameter{"driver_warm_up_tasks", ParameterType::Number, "1800", "see driver_warm_up",
              "recordings, sched/a4, a5", 1, 1e9},
    Parameter{"executor_spread", ParameterType::Number, "0.45",
              "sigma of the logarithm of what the tasks of one wave on an executor share in it",
              "recordings, sched/a1, d1, k5: tasks that start together on an executor end within "
              "10-50 ms, those of other executors 100-200 ms apart",
              0, 3},
    Parameter{"spread", ParameterType::Number, "0.2",
              "sigma of the logarithm of a task's own share in it",
              "recordings, sched: with executor_spread p90/p50 of later tasks", 0, 3},
    Parameter{"first_spread", ParameterType::Number, "0.12",
              "the same for an executor's first tasks of a stage, which wait for the same classes",
              "recordings, sched: those of one executor end within 4-47 ms", 0, 3},
    Parameter{"first_wave", ParameterType::Duration, "60ms",
              "tasks launched so soon after an executor's first one of a stage count as its first",
              "recordings, sched: first wave"},
    Parameter{"first_failure", ParameterType::Duration, "80ms",
              "that the driver takes more over the first attempt that fails: it loads the classes",
              "recordings, sched/h4: 60 ms; seven more: 50-130 ms, later failures 0-5 ms"},
    Parameter{"fetch_failure", ParameterType::Duration, "500ms",
              "until a map output is known to be lost whose executor is gone",
              "spark-semantics.md, 18.2: 0.1-1.1 s"},
};

// Tasks that start on an executor before the first of them has loaded Spark's classes.
constexpr Duration kColdFor = Duration::millis(500);

class WorkCost final : public TaskCost {
 public:
  // `bare`: nothing but the task's own work.
  WorkCost(const Application& app, const Scenario& scenario, bool bare)
      : app_(app),
        bare_(bare),
        start_cpu_(read(scenario, "start_cpu")),
        end_cpu_(read(scenario, "end_cpu")),
        first_cpu_(read(scenario, "first_cpu")),
        shuffle_first_cpu_(read(scenario, "shuffle_first_cpu")),
        shuffle_cpu_(read(scenario, "shuffle_cpu")),
        block_cpu_(read(scenario, "block_cpu")),
        cold_cpu_(read(scenario, "cold_cpu")),
        cold_shuffle_cpu_(read(scenario, "cold_shuffle_cpu")),
        warm_up_(read(scenario, "warm_up")),
        warm_up_tasks_(read(scenario, "warm_up_tasks")),
        driver_warm_up_(read(scenario, "driver_warm_up")),
        driver_warm_up_tasks_(read(scenario, "driver_warm_up_tasks")),
        executor_spread_(read(scenario, "executor_spread")),
        spread_(read(scenario, "spread")),
        first_spread_(read(scenario, "first_spread")),
        binary_latency_(of(scenario).duration("binary_latency")),
        first_wave_(of(scenario).duration("first_wave")),
        first_failure_(of(scenario).duration("first_failure")),
        fetch_failure_(of(scenario).duration("fetch_failure")),
        unreachable_after_(tries(app.conf)),
        unreachable_(
            "org.apache.spark.shuffle.FetchFailedException: connecting timed out (" +
            std::to_string(connection_timeout(app.conf).in_micros() / 1000) + " ms)") {}

  bool wants_context() const override { return true; }

  void plan(const command::Launch& launch, const AttemptContext& context, const View& view,
            AttemptPlan& out) override {
    const TaskSetState& set = view.task_set(launch.task_set);
    const std::uint32_t task = set.task_row(launch.index);
    out.handling = app_.result_handling;
    const PlannedFailure* planned =
        context.stage_attempt == 0 ? find_planned_failure(app_, task, context.number) : nullptr;
    Duration own = work(task, context);
    if (planned && planned->after > Duration()) own = std::min(own, planned->after);
    if (bare_) {
      if (loses_fetch(context, out)) return;
      add_delay(own, out);
      return planned ? fail(*planned, out) : void();
    }
    const bool first = context.since_first <= first_wave_;
    double start = start_cpu_;
    if (first) start += first_cpu_ + (context.reads_shuffle ? shuffle_first_cpu_ : 0);
    if (context.writes_shuffle || context.reads_shuffle)
      start += shuffle_cpu_;
    else if (set.leaves_data)
      start += block_cpu_;
    const double scale = scale_of(task, launch.executor, first, context, view);
    if (first) add_delay(std::max(Duration(), binary_latency_ - context.since_first), out);
    if (context.executor_age < kColdFor)
      load_classes(context, view.executor(launch.executor).cores / set.cpus, out);
    add_cpu(start * scale, context.cpu, out);
    if (loses_fetch(context, out)) return;
    add_delay(own, out);
    add_cpu(end_cpu_ * scale, context.cpu, out);
    if (planned) fail(*planned, out);
  }

 private:
  static Parameters of(const Scenario& scenario) {
    return Parameters(kWorkParameters, scenario.task_cost);
  }
  static double read(const Scenario& scenario, std::string_view name) {
    return of(scenario).number(name);
  }

  double scale_of(std::uint32_t task, ExecutorId executor, bool first,
                  const AttemptContext& context, const View& view) {
    const auto before = static_cast<double>(context.tasks_before);
    const auto launched = static_cast<double>(context.launched_before);
    const double saved = driver_warm_up_ * (1 - std::exp(-launched / driver_warm_up_tasks_));
    const double warm = 1 - saved + warm_up_ * std::exp(-before / warm_up_tasks_);
    const std::uint64_t draw = std::uint64_t{task} * 8 + context.number % 8;
    const double own =
        view.stream(Purpose::TaskOverhead, 0).lognormal(draw, 1, first ? first_spread_ : spread_);
    // Tasks on an executor that start together end together: one process, run or not run.
    const double shared = view.stream(Purpose::TaskOverhead, 1 + executor.index())
                              .lognormal(wave_on(executor, view.now), 1, executor_spread_);
    return warm * own * shared;
  }

  // Number of the wave of launches on the executor that this one belongs to.
  std::uint32_t wave_on(ExecutorId executor, Time now) {
    if (waves_.size() <= executor.index()) waves_.resize(executor.index() + 1);
    Wave& wave = waves_[executor.index()];
    if (!wave.start.happened() || now - wave.start > first_wave_) wave = {now, wave.number + 1};
    return wave.number;
  }

  Duration work(std::uint32_t task, const AttemptContext& context) const {
    const bool again = context.number > 0 && !app_.tasks.retry_time.empty();
    const Duration whole = again ? app_.tasks.retry_time[task] : app_.tasks.slot_time[task];
    const Duration left = std::max(Duration(), whole - context.spared);
    return context.slowness == 1 ? left
                                 : Duration::from_seconds(left.in_seconds() * context.slowness);
  }

  // One thread of the executor loads what all its `slots` wait for: each waits for it with a share.
  void load_classes(const AttemptContext& context, std::int32_t slots, AttemptPlan& out) const {
    const double share = 1.0 / std::max(1, slots);
    const double seconds = cold_cpu_ + (context.writes_shuffle ? cold_shuffle_cpu_ : 0);
    add_cpu(seconds * share, context.cpu, out, share);
  }

  static void add_delay(Duration delay, AttemptPlan& out) {
    out.phases[out.phase_count++] = {.delay = delay};
  }
  // `most`: of one core.
  static void add_cpu(double seconds, ResourceId cpu, AttemptPlan& out, double most = 1) {
    if (!cpu.valid() || seconds <= 0) return add_delay(Duration::from_seconds(seconds / most), out);
    out.phases[out.phase_count++] = {
        .delay = {}, .amount = seconds, .resources = {cpu}, .cap = Rate::per_second(most)};
  }

  // A lost output is known at once. A machine that does not answer lets every try run into its
  // time-out (RetryingBlockTransferor and TransportClientFactory, 3.5).
  bool loses_fetch(const AttemptContext& context, AttemptPlan& out) const {
    if (!context.output_missing && !context.output_unreachable) return false;
    add_delay(context.output_missing ? fetch_failure_ : unreachable_after_, out);
    out.outcome = Outcome::FetchFailed;
    out.failure_counts = false;
    out.failure = context.output_missing ? &missing_output_ : &unreachable_;
    return true;
  }
  static Duration connection_timeout(const Conf& conf) {
    const Duration second = Duration::seconds(1);
    const Duration network = conf.duration("spark.network.timeout", second * 120, second);
    return conf.duration("spark.shuffle.io.connectionTimeout", network, second);
  }
  static Duration tries(const Conf& conf) {
    const Duration second = Duration::seconds(1);
    const std::int64_t more = conf.integer("spark.shuffle.io.maxRetries", 3);
    return connection_timeout(conf) * (more + 1) +
           conf.duration("spark.shuffle.io.retryWait", second * 5, second) * more;
  }

  void fail(const PlannedFailure& planned, AttemptPlan& out) {
    out.outcome = static_cast<Outcome>(planned.outcome);
    out.failure_counts = planned.counts;
    out.failure = &planned.reason;
    if (!bare_ && !failed_) out.handling = out.handling + first_failure_;
    failed_ = true;
  }

  const Application& app_;
  bool bare_;
  double start_cpu_, end_cpu_, first_cpu_, shuffle_first_cpu_, shuffle_cpu_, block_cpu_, cold_cpu_,
      cold_shuffle_cpu_, warm_up_, warm_up_tasks_, driver_warm_up_, driver_warm_up_tasks_,
      executor_spread_, spread_, first_spread_;
  bool failed_ = false;  // some attempt was planned to
  struct Wave {
    Time start = Time::never();
    std::uint32_t number = 0;
  };
  std::vector<Wave> waves_;  // by executor: the latest
  Duration binary_latency_, first_wave_, first_failure_, fetch_failure_, unreachable_after_;
  const std::string missing_output_ =
      "org.apache.spark.shuffle.MetadataFetchFailedException: Missing an output location";
  const std::string unreachable_;
};

}  // namespace

std::span<const Parameter> work_cost_parameters() { return kWorkParameters; }

std::unique_ptr<TaskCost> make_work_cost(const Application& application,
                                         const Scenario& scenario) {
  return std::make_unique<WorkCost>(application, scenario, false);
}

std::unique_ptr<TaskCost> make_written_cost(const Application& application,
                                            const Scenario& scenario) {
  return std::make_unique<WorkCost>(application, scenario, true);
}

}  // namespace muster
