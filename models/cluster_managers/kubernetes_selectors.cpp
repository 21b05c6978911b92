#include "models/cluster_managers/kubernetes_selectors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "sim/base/problems.h"
#include "sim/scenario/json_tree.h"

namespace muster {
namespace {

struct SelectorSetting {
  std::string setting;
  KubernetesLabel label;
};

// Config.scala, 3.5: KUBERNETES_NODE_SELECTOR_PREFIX and those of the roles (SPARK-37888, 3.3).
std::vector<SelectorSetting> selector_settings(const Conf& conf, int version,
                                               const std::string& role) {
  const std::string own = "spark.kubernetes." + role + ".node.selector.";
  std::vector<SelectorSetting> out;
  for (const auto& [key, value] : conf.entries())
    for (const std::string_view prefix : {std::string_view("spark.kubernetes.node.selector."),
                                          std::string_view(own)}) {
      const bool known = prefix != own || version == 0 || version >= spark(3, 3);
      if (known && key.starts_with(prefix) && key.size() > prefix.size())
        out.push_back({key, {key.substr(prefix.size()), value}});
    }
  return out;
}

bool selector_admits(const std::vector<KubernetesLabel>& labels, const KubernetesLabel& wanted) {
  return std::ranges::find(labels, wanted) != labels.end();
}

std::string label_text(const KubernetesLabel& label) { return label.first + "=" + label.second; }

class SelectorDoubts {
 public:
  explicit SelectorDoubts(const Scenario& scenario) : nodes_(scenario.cluster.nodes) {
    for (const NodeSpec& node : nodes_)
      for (const KubernetesLabel& label : kubernetes_labels(node))
        if (std::string text = label_text(label); std::ranges::find(all_, text) == all_.end())
          all_.push_back(std::move(text));
  }

  void look(const Conf& conf, int version, const std::string& path) {
    for (const char* role : {"driver", "executor"}) {
      const auto settings = selector_settings(conf, version, role);
      const bool none = kubernetes_groups(conf, version, role, nodes_) == 0 && nodes_.size() < 64;
      bool told = false;
      for (const SelectorSetting& one : settings) told = look(one, path) || told;
      if (!none || told) continue;
      add("", fmt::format("no node has all the labels that the node selectors of {} pods want: "
                          "they would wait for ever",
                          role),
          "/cluster/nodes");
    }
  }

  ModelFaults doubts() && { return std::move(doubts_); }

 private:
  // Whether no node has this one label.
  bool look(const SelectorSetting& one, const std::string& path) {
    const bool there = std::ranges::any_of(nodes_, [&](const NodeSpec& node) {
      return selector_admits(kubernetes_labels(node), one.label);
    });
    if (there) return false;
    const std::vector<std::string_view> names(all_.begin(), all_.end());
    const std::string near = did_you_mean(label_text(one.label), names);
    add("", "no node has the label " + label_text(one.label) +
                ": pods that want it would wait for ever" +
                (near.empty() ? fmt::format("; the nodes have: {}", fmt::join(all_, ", ")) : near),
        json_path(path, one.setting));
    return true;
  }

  void add(std::string parameter, std::string what, std::string path) {
    const auto same = [&](const ModelFault& fault) { return fault.path == path; };
    if (std::ranges::none_of(doubts_, same))
      doubts_.push_back({std::move(parameter), std::move(what), std::move(path)});
  }

  const std::vector<NodeSpec>& nodes_;
  std::vector<std::string> all_;
  ModelFaults doubts_;
};

}  // namespace

std::vector<KubernetesLabel> kubernetes_labels(const NodeSpec& node) {
  std::vector<KubernetesLabel> out;
  std::string_view rest = node.labels;
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find_first_of(", "));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    const std::size_t equal = std::min(one.find('='), one.size());
    if (!one.empty())
      out.emplace_back(one.substr(0, equal), one.substr(std::min(equal + 1, one.size())));
  }
  out.emplace_back("kubernetes.io/os", "linux");
  if (!node.instance.empty())
    out.emplace_back("node.kubernetes.io/instance-type", node.instance);
  return out;
}

std::uint64_t kubernetes_groups(const Conf& conf, int version, const std::string& role,
                                const std::vector<NodeSpec>& nodes) {
  const auto settings = selector_settings(conf, version, role);
  std::uint64_t groups = ~std::uint64_t{0};
  for (std::size_t row = 0; row < nodes.size() && row < 64; ++row) {
    const std::vector<KubernetesLabel> labels = kubernetes_labels(nodes[row]);
    const bool admitted = std::ranges::all_of(settings, [&](const SelectorSetting& one) {
      return selector_admits(labels, one.label);
    });
    if (!admitted) groups &= ~(std::uint64_t{1} << row);
  }
  if (nodes.size() < 64 && !settings.empty())
    groups &= (std::uint64_t{1} << nodes.size()) - 1;
  return groups;
}

ModelFaults kubernetes_doubts(const Scenario& scenario) {
  const int version = version_number(scenario.spark_version);
  SelectorDoubts doubts(scenario);
  doubts.look(scenario.conf, version, "/spark/conf");
  for (std::size_t a = 0; a < scenario.applications.size(); ++a)
    doubts.look(scenario.applications[a].conf, version,
                "/applications/" + std::to_string(a) + "/conf");
  return std::move(doubts).doubts();
}

}  // namespace muster
