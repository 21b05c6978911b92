#include "models/disturbances/executor_loss.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/disturbances/heartbeats.h"
#include "models/disturbances/moments.h"

namespace muster {
namespace {

using LossType = ParameterType;

constexpr std::array kExecutorLoss = {
    Parameter{"executor", LossType::Text, "",
              "Its id, of executors that are given as facts; empty: by number", "[K]"},
    Parameter{"number", LossType::Count, "1",
              "The n-th executor that the application was granted, from 1", "[K]", 1, 1e6},
    Parameter{"application", LossType::Count, "1", "The n-th application, from 1", "[K]", 1, 1e6},
    Parameter{"at", LossType::Duration, "0s", "When", "[K]"},
    Parameter{"after", LossType::Text, "start",
              "What `at` counts from: the first application's start, or its first job", "[K]", 0, 0,
              Origin::kChoices},
    Parameter{"per_hour", LossType::Number, "0",
              "Drawn instead of `at`: losses of each executor of the application in an hour, on "
              "average",
              "[K]", 0, 3600},
    Parameter{"how", LossType::Text, "crash",
              "crash: its tasks' failures count; lost: they do not; decommission: it goes when "
              "they have ended; silent: it hangs, and is missed by its heartbeats",
              "3.3 [C]", 0, 0, "crash|lost|decommission|silent"},
    Parameter{"noticed", LossType::Duration, "35ms",
              "Until the driver knows that it is gone, if it is not silent",
              "18.2: 28-43 ms", 0, 86400},
    Parameter{"reason", LossType::Text, "",
              "As in the event log; absent: Command exited with code 137, worker lost, or "
              "Executor decommission",
              "3.3, 5.5 [C]"},
};

command::StopHow how_it_goes(const std::string& how) {
  if (how == "lost") return command::StopHow::Lost;
  return how == "decommission" ? command::StopHow::Decommission : command::StopHow::Crash;
}

std::string usual_reason(command::StopHow how) {
  if (how == command::StopHow::Lost) return "worker lost";
  if (how == command::StopHow::Decommission) return "Executor decommission";
  return "Command exited with code 137";
}

// Ids as the scenario gives them, groups expanded.
std::vector<std::string> given_ids(const std::vector<ExecutorSpec>& groups) {
  std::vector<std::string> ids;
  for (const ExecutorSpec& group : groups) {
    for (std::int32_t i = 1; i <= group.count; ++i) {
      if (group.id.empty())
        ids.push_back(std::to_string(ids.size()));
      else
        ids.push_back(group.count > 1 ? group.id + "-" + std::to_string(i) : group.id);
    }
  }
  return ids;
}

// Which of the application's executors, from 0.
std::optional<std::uint32_t> place_of(const Parameters& given, const Scenario& scenario) {
  const std::string id = given.text("executor");
  if (id.empty()) return static_cast<std::uint32_t>(given.count("number") - 1);
  const std::vector<std::string> ids = given_ids(scenario.cluster.executors);
  const auto found = std::ranges::find(ids, id);
  if (found == ids.end()) return std::nullopt;
  return static_cast<std::uint32_t>(found - ids.begin());
}

class ExecutorsGo final : public Disturbances {
 public:
  ExecutorsGo(const Parameters& given, std::uint32_t row, const Scenario& scenario)
      : application_(static_cast<std::size_t>(given.count("application") - 1)),
        place_(place_of(given, scenario)),
        origin_(given.text("after")),
        moment_(given.duration("at")),
        lifetimes_(given.number("per_hour"), row),
        how_(how_it_goes(given.text("how"))),
        silent_(given.text("how") == "silent"),
        noticed_(given.duration("noticed")),
        reason_(given.text("reason")) {
    if (reason_.empty() && !silent_) reason_ = usual_reason(how_);
  }

  void decide(const View& view, ClusterCommands& commands) override {
    if (lifetimes_.drawn()) return decide_drawn(view, commands);
    const auto origin = origin_.get(view, commands);
    if (!origin || !moment_.reached(*origin, view, commands)) return;
    const auto executor = find(view);
    if (executor) return stop(*executor, view, commands);
    found_ = false;
    commands.push_back(
        command::Note{"disturbance", "the executor that should be lost now is not there"});
  }

  void missed(std::vector<std::string>& out) const override {
    if (lifetimes_.drawn()) return;
    if (std::string what = moment_.missed(); !what.empty())
      out.push_back("executor_loss " + what);
    else if (!found_)
      out.push_back("executor_loss finds nobody: the application has no such executor then");
  }

 private:
  std::optional<std::uint32_t> find(const View& view) const {
    if (!place_) return std::nullopt;
    std::uint32_t place = 0;
    for (std::uint32_t e = 0; e < view.executors.size(); ++e) {
      if (view.executors[e].application != application_) continue;
      if (place++ == *place_) return view.executors[e].alive() ? std::optional(e) : std::nullopt;
    }
    return std::nullopt;
  }

  // Lives count from the moment that an executor is first seen, or was granted.
  void decide_drawn(const View& view, ClusterCommands& commands) {
    if (all_ended(view)) return;
    ends_.resize(view.executors.size(), std::nullopt);
    Time next = view.now + kLookForNew;
    for (std::uint32_t e = 0; e < view.executors.size(); ++e) {
      const ExecutorState& executor = view.executors[e];
      if (executor.application != application_ || !executor.alive() || executor.stopping) continue;
      const Time begin = executor.granted.happened() ? executor.granted : view.now;
      if (!ends_[e]) ends_[e] = begin + lifetimes_.of(e, view);
      if (*ends_[e] <= view.now)
        stop(e, view, commands);
      else
        next = std::min(next, *ends_[e]);
    }
    wake_disturbance(next, commands);
  }

  void stop(std::uint32_t executor, const View& view, ClusterCommands& commands) const {
    const bool told = how_ == command::StopHow::Decommission;
    if (!told) commands.push_back(command::SilenceExecutor{ExecutorId(executor)});
    Duration after = told ? Duration() : noticed_;
    std::string reason = reason_;
    if (silent_) {
      const Conf& conf = view.applications[application_.index()]->conf;
      after = until_given_up(conf, view, ExecutorId(executor));
      if (reason.empty()) reason = heartbeat_text(conf);
    }
    commands.push_back(command::StopExecutor{.executor = ExecutorId(executor),
                                             .how = how_,
                                             .after = after,
                                             .reason = std::move(reason),
                                             .registers_failure = !silent_});
  }

  ApplicationId application_;
  std::optional<std::uint32_t> place_;
  Origin origin_;
  Moment moment_;
  Lifetimes lifetimes_;
  command::StopHow how_;
  bool silent_;
  Duration noticed_;
  std::string reason_;
  bool found_ = true;
  std::vector<std::optional<Time>> ends_;  // by ExecutorId; of those seen
};

}  // namespace

std::span<const Parameter> executor_loss_parameters() { return kExecutorLoss; }

std::unique_ptr<Disturbances> make_executor_loss(const ModelChoice& choice, std::uint32_t row,
                                                 const Scenario& scenario) {
  return std::make_unique<ExecutorsGo>(Parameters(kExecutorLoss, choice), row, scenario);
}

ModelFaults executor_loss_faults(const ModelChoice& choice, const Scenario& scenario) {
  const Parameters given(kExecutorLoss, choice);
  const std::size_t applications = scenario.applications.size() + 1;
  ModelFaults faults;
  if (!place_of(given, scenario))
    faults.push_back({"executor", scenario.cluster.executors.empty()
                                      ? "only executors that are given have an id here: say which "
                                        "by its `number`"
                                      : "there is no executor `" + given.text("executor") + "`"});
  const std::size_t facts = given_ids(scenario.cluster.executors).size();
  if (facts > 0 && static_cast<std::size_t>(given.count("number")) > facts)
    faults.push_back({"number", "there are only " + std::to_string(facts) + " executors"});
  if (static_cast<std::size_t>(given.count("application")) > applications)
    faults.push_back({"application", "the scenario has only " + std::to_string(applications)});
  if (given.number("per_hour") > 0 && given.given("at"))
    faults.push_back({"at", "has no effect on losses that are drawn `per_hour`"});
  return faults;
}

}  // namespace muster
