#include "models/disturbances/machines.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "models/disturbances/heartbeats.h"
#include "sim/base/problems.h"
#include "sim/base/random.h"

namespace muster {
namespace {

std::uint32_t number_in_group(const View& view, std::uint32_t row) {
  std::uint32_t number = 0;
  for (std::uint32_t n = 0; n <= row; ++n)
    if (view.nodes[n].group == view.nodes[row].group) ++number;
  return number;
}

class MachinesGo final : public Disturbances {
 public:
  explicit MachinesGo(MachineLoss loss) : loss_(std::move(loss)), moment_(loss_.at) {}

  void decide(const View& view, ClusterCommands& commands) override {
    if (loss_.lifetimes.drawn()) return decide_drawn(view, commands);
    const auto origin = loss_.origin.get(view, commands);
    if (origin && moment_.reached(*origin, view, commands)) strike(view, commands);
  }

  void missed(std::vector<std::string>& out) const override {
    if (loss_.lifetimes.drawn()) return;
    const std::string who = loss_.model + (loss_.node.empty() ? "" : " of " + loss_.node) + " ";
    if (const std::string what = moment_.missed(); !what.empty())
      out.push_back(who + what);
    else if (!found_)
      out.push_back(who + "finds no machine: none is there then");
  }

 private:
  std::vector<std::uint32_t> ready(const View& view) const {
    std::vector<std::uint32_t> rows = machines_called(view, loss_.groups, loss_.node);
    std::erase_if(rows, [&](std::uint32_t row) {
      const NodeState& node = view.nodes[row];
      return node.phase != NodePhase::Ready || (loss_.only_spot && !loss_.groups[node.group].spot);
    });
    return rows;
  }

  void strike(const View& view, ClusterCommands& commands) {
    std::vector<std::uint32_t> rows = ready(view);
    found_ = !rows.empty();
    if (!found_)
      commands.push_back(command::Note{"disturbance", "no machine is there that " + loss_.note});
    if (loss_.count > 0 && rows.size() > loss_.count) rows.resize(loss_.count);
    for (const std::uint32_t row : rows) remove(row, view, commands);
  }

  void decide_drawn(const View& view, ClusterCommands& commands) {
    if (all_ended(view)) return;
    ends_.resize(view.nodes.size(), std::nullopt);
    Time next = loss_.more_come ? view.now + kLookForNew : Time::never();
    for (const std::uint32_t row : ready(view)) {
      if (!ends_[row]) ends_[row] = view.nodes[row].since + loss_.lifetimes.of(row, view);
      if (*ends_[row] <= view.now)
        remove(row, view, commands);
      else
        next = std::min(next, *ends_[row]);
    }
    if (next.happened()) wake_disturbance(next, commands);
  }

  void remove(std::uint32_t row, const View& view, ClusterCommands& commands) const {
    commands.push_back(command::Note{"node " + machine_name(view, loss_.groups, row), loss_.note});
    Duration notice = loss_.notice;
    if (loss_.silent) {
      silence(row, view, commands);
      const double late = view.stream(Purpose::Disturbance, kNotice | row).uniform(0);
      notice += Duration::from_seconds(late * loss_.notice_spread.in_seconds());
    }
    commands.push_back(command::RemoveNode{.node = row,
                                           .notice = notice,
                                           .decommissions = loss_.decommissions,
                                           .silent = loss_.silent,
                                           .reason = loss_.reason});
  }

  // What runs there says nothing more; where a driver does, nobody answers its executors either.
  void silence(std::uint32_t row, const View& view, ClusterCommands& commands) const {
    for (std::uint32_t e = 0; e < view.executors.size(); ++e) {
      const ExecutorState& executor = view.executors[e];
      if (!executor.alive()) continue;
      const bool alone = view.state(executor.application).driver_node == row;
      if (executor.node != row && !alone) continue;
      const Conf& conf = view.applications[executor.application.index()]->conf;
      const bool stays = alone && executor.node != row && loss_.orphans_stay;
      commands.push_back(command::SilenceExecutor{
          ExecutorId(e), stays ? view.now + until_it_exits(conf, view, ExecutorId(e))
                               : Time::never()});
      if (alone) continue;
      commands.push_back(command::StopExecutor{.executor = ExecutorId(e),
                                               .how = command::StopHow::Crash,
                                               .after = until_given_up(conf, view, ExecutorId(e)),
                                               .reason = heartbeat_text(conf),
                                               .registers_failure = false});
    }
  }

  // Of draws, apart from those of lifetimes.
  static constexpr std::uint64_t kNotice = std::uint64_t{1} << 62;

  MachineLoss loss_;
  Moment moment_;
  bool found_ = true;
  std::vector<std::optional<Time>> ends_;  // by row of View::nodes; of those seen ready
};

}  // namespace

std::optional<MachineName> find_machine(const std::vector<NodeSpec>& groups,
                                        std::string_view name) {
  for (std::uint32_t g = 0; g < groups.size(); ++g)
    if (groups[g].name == name) return MachineName{g, 0};
  for (std::uint32_t g = 0; g < groups.size(); ++g) {
    const std::string_view group = groups[g].name;
    if (!name.starts_with(group) || name.substr(group.size(), 1) != "-") continue;
    const std::string_view digits = name.substr(group.size() + 1);
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error == std::errc() && end == digits.data() + digits.size() && number > 0)
      return MachineName{g, number};
  }
  return std::nullopt;
}

std::vector<std::uint32_t> machines_called(const View& view, const std::vector<NodeSpec>& groups,
                                           std::string_view name) {
  const auto wanted = find_machine(groups, name);
  std::vector<std::uint32_t> rows;
  if (!wanted && !name.empty()) return rows;
  std::uint32_t number = 0;
  for (std::uint32_t row = 0; row < view.nodes.size(); ++row) {
    if (wanted && view.nodes[row].group != wanted->group) continue;
    ++number;
    if (wanted && wanted->number > 0 && wanted->number != number) continue;
    if (view.nodes[row].phase != NodePhase::Gone) rows.push_back(row);
  }
  return rows;
}

std::string machine_name(const View& view, const std::vector<NodeSpec>& groups, std::uint32_t row) {
  const NodeSpec& group = groups[view.nodes[row].group];
  const std::uint32_t number = number_in_group(view, row);
  return group.count == 1 && number == 1 ? group.name : group.name + "-" + std::to_string(number);
}

std::string machine_name_fault(const std::vector<NodeSpec>& groups, std::string_view name) {
  const auto found = find_machine(groups, name);
  if (!found) {
    std::vector<std::string_view> names;
    for (const NodeSpec& group : groups) names.push_back(group.name);
    return "no machine and no group of nodes is called `" + std::string(name) + "`" +
           did_you_mean(name, names);
  }
  const NodeSpec& group = groups[found->group];
  const std::int32_t most = std::max(group.count, group.max_count);
  if (found->number <= static_cast<std::uint32_t>(most)) return "";
  return "the group `" + group.name + "` has " + std::to_string(most) +
         (most == 1 ? " machine" : " machines") + " at most";
}

std::unique_ptr<Disturbances> make_machine_loss(MachineLoss loss) {
  return std::make_unique<MachinesGo>(std::move(loss));
}

bool machines_come_later(const ClusterSpec& cluster) {
  return !cluster.autoscaler.name.empty() ||
         std::ranges::any_of(cluster.nodes,
                             [](const NodeSpec& node) { return node.starts_at > Duration(); });
}

}  // namespace muster
