#include "models/disturbances/slow_node.h"

#include <array>
#include <string>
#include <vector>

#include "models/disturbances/machines.h"

namespace muster {
namespace {

using SlowType = ParameterType;

constexpr std::array kSlowNode = {
    Parameter{"node", SlowType::Text, "", "A machine (worker-3), or a group of nodes", "[K]"},
    Parameter{"factor", SlowType::Number, "2", "Tasks that start there take so many times as long",
              "[K]", 0.01, 1000},
    Parameter{"from", SlowType::Duration, "0s", "When it begins", "[K]"},
    Parameter{"until", SlowType::Duration, "0s", "When it ends; absent: never", "[K]"},
    Parameter{"after", SlowType::Text, "start",
              "What the times count from: the first application's start, or its first job", "[K]",
              0, 0, Origin::kChoices},
};

class SlowMachines final : public Disturbances {
 public:
  SlowMachines(const Parameters& given, const Scenario& scenario)
      : groups_(scenario.cluster.nodes),
        node_(given.text("node")),
        factor_(given.number("factor")),
        ends_(given.given("until")),
        origin_(given.text("after")),
        from_(given.duration("from")),
        until_(given.duration("until")) {}

  void decide(const View& view, ClusterCommands& commands) override {
    const auto origin = origin_.get(view, commands);
    if (!origin) return;
    if (from_.reached(*origin, view, commands)) set(factor_, "is slow", view, commands);
    if (ends_ && from_.is_past() && until_.reached(*origin, view, commands))
      set(1, "is as fast as before", view, commands);
  }

  void missed(std::vector<std::string>& out) const override {
    if (const std::string what = from_.missed(); !what.empty())
      out.push_back("slow_node of " + node_ + " " + what);
    else if (!found_)
      out.push_back("slow_node of " + node_ + " finds no machine: none is there then");
  }

 private:
  void set(double slowness, const char* note, const View& view, ClusterCommands& commands) {
    const std::vector<std::uint32_t> rows = machines_called(view, groups_, node_);
    if (rows.empty() && slowness != 1) found_ = false;
    for (const std::uint32_t row : rows) {
      commands.push_back(command::Note{"node " + machine_name(view, groups_, row), note});
      commands.push_back(command::SlowNode{.node = row, .slowness = slowness});
    }
  }

  std::vector<NodeSpec> groups_;
  std::string node_;
  double factor_;
  bool ends_, found_ = true;
  Origin origin_;
  Moment from_, until_;
};

}  // namespace

std::span<const Parameter> slow_node_parameters() { return kSlowNode; }

std::unique_ptr<Disturbances> make_slow_node(const ModelChoice& choice, std::uint32_t,
                                             const Scenario& scenario) {
  return std::make_unique<SlowMachines>(Parameters(kSlowNode, choice), scenario);
}

ModelFaults slow_node_faults(const ModelChoice& choice, const Scenario& scenario) {
  const Parameters given(kSlowNode, choice);
  ModelFaults faults;
  if (given.text("node").empty())
    faults.push_back({"node", "which machine? Name a machine or a group of nodes"});
  else if (std::string what = machine_name_fault(scenario.cluster.nodes, given.text("node"));
           !what.empty())
    faults.push_back({"node", std::move(what)});
  if (given.given("until") && given.duration("until") <= given.duration("from"))
    faults.push_back({"until", "must be later than `from`"});
  return faults;
}

}  // namespace muster
