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

constexpr std::string_view kHostname = "kubernetes.io/hostname";

// What a cloud or its autoscaler writes on every node, whether the scenario says it or not.
constexpr std::string_view kCloudLabels[] = {"topology.kubernetes.io/", "eks.amazonaws.com/",
                                             "karpenter.sh/", "cloud.google.com/"};

bool has_key(const std::vector<KubernetesLabel>& labels, std::string_view key) {
  return std::ranges::find(labels, key, &KubernetesLabel::first) != labels.end();
}

// A label of a cloud that no node of the scenario has: nothing says which nodes it leaves out.
bool selector_unknown(const std::vector<NodeSpec>& nodes, std::string_view key) {
  const auto begins = [&](std::string_view prefix) { return key.starts_with(prefix); };
  return std::ranges::any_of(kCloudLabels, begins) &&
         std::ranges::none_of(nodes, [&](const NodeSpec& node) {
           return has_key(kubernetes_labels(node), key);
         });
}

// Whether `host` is NAME-1, NAME-2 and so on of a group of several machines.
bool selector_names_one(const NodeSpec& node, std::string_view host) {
  const std::int32_t most = std::max(node.count, node.max_count);
  if (most <= 1 || !host.starts_with(node.name + "-")) return false;
  for (std::int32_t n = 1; n <= most; ++n)
    if (host.substr(node.name.size() + 1) == std::to_string(n)) return true;
  return false;
}

bool selector_admits(const NodeSpec& node, const KubernetesLabel& wanted) {
  if (wanted.first == kHostname && selector_names_one(node, wanted.second)) return true;
  const std::vector<KubernetesLabel> labels = kubernetes_labels(node);
  return std::ranges::find(labels, wanted) != labels.end();
}

// EC2's names of instance types: a `g` behind the generation is Graviton (m6g, c7gn, im4gn); a1 was
// the first.
bool is_graviton(std::string_view instance) {
  const std::string_view family = instance.substr(0, instance.find('.'));
  const std::size_t generation = family.find_first_of("0123456789");
  if (generation == family.npos) return false;
  return family == "a1" || family.find('g', generation) != family.npos;
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

  // `own`: the settings that stand at `path`; the others of `conf` are the scenario's.
  void look(const Conf& conf, const Conf& own, int version, const std::string& path) {
    for (const char* role : {"driver", "executor"}) {
      const auto settings = selector_settings(conf, version, role);
      const bool none = kubernetes_groups(conf, version, role, nodes_) == 0 && nodes_.size() < 64;
      bool told = false;
      for (const SelectorSetting& one : settings)
        told = look(one, own.find(one.setting) ? path : "/spark/conf") || told;
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
    if (selector_unknown(nodes_, one.label.first)) {
      add("", "no node says its label " + one.label.first + ": all are taken to have " +
                  label_text(one.label),
          json_path(path, one.setting));
      return false;
    }
    const auto there = std::ranges::find_if(
        nodes_, [&](const NodeSpec& node) { return selector_admits(node, one.label); });
    if (there != nodes_.end()) {
      if (one.label.first == kHostname && selector_names_one(*there, one.label.second))
        add("", "is taken as any machine of the group `" + there->name + "`, not as this one",
            json_path(path, one.setting));
      return false;
    }
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
  const auto built_in = [&](std::string_view key, std::string_view value) {
    if (!has_key(out, key)) out.emplace_back(key, value);
  };
  built_in("kubernetes.io/os", "linux");
  built_in("kubernetes.io/arch", is_graviton(node.instance) ? "arm64" : "amd64");
  if (std::max(node.count, node.max_count) == 1) {
    const bool numbered = node.count == 0;  // an autoscaler's first
    built_in(kHostname, numbered ? node.name + "-1" : node.name);
  }
  if (!node.instance.empty()) built_in("node.kubernetes.io/instance-type", node.instance);
  return out;
}

std::uint64_t kubernetes_groups(const Conf& conf, int version, const std::string& role,
                                const std::vector<NodeSpec>& nodes) {
  const auto settings = selector_settings(conf, version, role);
  std::uint64_t groups = ~std::uint64_t{0};
  for (std::size_t row = 0; row < nodes.size() && row < 64; ++row) {
    const bool admitted = std::ranges::all_of(settings, [&](const SelectorSetting& one) {
      return selector_admits(nodes[row], one.label) || selector_unknown(nodes, one.label.first);
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
  doubts.look(scenario.conf, scenario.conf, version, "/spark/conf");
  for (std::size_t a = 0; a < scenario.applications.size(); ++a) {
    Conf conf = scenario.conf;  // an application's own settings win, as when it runs
    const Conf& own = scenario.applications[a].conf;
    for (const auto& [key, value] : own.entries()) conf.set(key, value);
    doubts.look(conf, own, version, "/applications/" + std::to_string(a) + "/conf");
  }
  return std::move(doubts).doubts();
}

}  // namespace muster
