#include "models/clouds/emr.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/clouds/instance_types.h"
#include "sim/scenario/master.h"

namespace muster {
namespace {

using EmrType = ParameterType;

constexpr std::array kEmrParameters = {
    Parameter{"release", EmrType::Text, "6.15", "EMR's release, as in 5.36, 6.15 or emr-7.1.0",
              "9.1"},
    Parameter{"node_labels", EmrType::Text, "auto",
              "yarn.node-labels.enabled; auto: on from 5.19 to the end of 5, else off", "9.1", 0, 0,
              "auto|true|false"},
    Parameter{"label_by", EmrType::Text, "role",
              "Labels are CORE and TASK, or from 7.2 on ON_DEMAND and SPOT", "9.1; market [K]", 0,
              0, "role|market"},
    Parameter{"am_label", EmrType::Text, "",
              "yarn.node-labels.am.default-node-label-expression; absent: CORE in 5 with labels, "
              "else none",
              "9.1"},
    Parameter{"maximize_resource_allocation", EmrType::Flag, "false",
              "One executor that takes all of a node", "9.2"},
    Parameter{"minimum_allocation", EmrType::Size, "32m", "yarn.scheduler.minimum-allocation-mb",
              "9.2", 1},
    Parameter{"overhead_factor", EmrType::Number, "0.1875",
              "Overhead of executors over their heap, from 5.22 on", "9.2", 0, 10},
    Parameter{"driver_memory", EmrType::Size, "2g", "spark.driver.memory where nothing sets it",
              "9.2", 1},
};

// The last releases of their series (EMR release guide, as of 2025-12); 7 goes on.
constexpr std::array kEmrLast = {std::pair{4, 9}, std::pair{5, 36}, std::pair{6, 15},
                                 std::pair{7, 12}};

constexpr int emr_series(int version) { return version / 10'000; }
constexpr int emr_minor(int version) { return version / 100 % 100; }

int emr_last_minor(int release) {
  for (const auto& [series, last] : kEmrLast)
    if (series == emr_series(release)) return last;
  return 0;
}

constexpr std::string_view kEmrCore = "core", kEmrMaster = "master";

class Emr {
 public:
  explicit Emr(Scenario& scenario)
      : scenario_(scenario), given_(kEmrParameters, scenario.cluster.cloud) {}

  EmrChanges apply() {
    if (!read()) return std::move(changes_);
    set_nodes();
    if (!changes_.faults.empty()) return std::move(changes_);
    set_manager();
    set_spark();
    return std::move(changes_);
  }

 private:
  bool read();
  void set_nodes();
  void set_label(NodeSpec& node);
  void set_manager();
  void set_spark();
  void set_executors();
  void set_largest(const NodeSpec& core);
  void manage(std::string_view name, const std::string& value);
  void conf(std::string_view key, const std::string& value);
  void fault(std::string text) { changes_.faults.push_back(std::move(text)); }
  const NodeSpec* with_role(std::string_view role) const;

  Scenario& scenario_;
  Parameters given_;
  EmrChanges changes_;
  int release_ = 0;
  bool labels_ = false;
  bool by_market_ = false;
  std::string am_label_;
};

bool Emr::read() {
  std::string text = given_.text("release");
  if (text.starts_with("emr-")) text.erase(0, 4);
  release_ = version_number(text);
  const int last = emr_last_minor(release_);
  if (release_ < spark(4, 4) || release_ >= spark(8, 0))
    fault("release: expected an EMR release from 4.4 to 7, as in 5.36, got `" + text + "`");
  else if (release_ < spark(7, 0) && emr_minor(release_) > last)
    fault(fmt::format("release: there is no EMR {}: the last of its series is {}.{}", text,
                      emr_series(release_), last));
  const std::string labels = given_.text("node_labels");
  labels_ =
      labels == "auto" ? release_ >= spark(5, 19) && release_ < spark(6, 0) : labels == "true";
  by_market_ = given_.text("label_by") == "market";
  if (by_market_ && release_ < spark(7, 2))
    fault("label_by: nodes have labels by market from EMR 7.2 on");
  am_label_ = given_.text("am_label");
  if (labels_ && !given_.given("am_label") && release_ < spark(6, 0)) am_label_ = "CORE";
  if (!labels_) am_label_.clear();
  std::string& manager = scenario_.cluster.manager.name;
  if (manager.empty()) manager = "yarn";
  if (manager != "yarn") fault("EMR's cluster manager is yarn, not " + manager);
  return changes_.faults.empty();
}

void Emr::set_nodes() {
  for (NodeSpec& node : scenario_.cluster.nodes) {
    if (!node.instance.empty()) {
      std::string why;
      const InstanceType* type = find_instance_type(node.instance, why);
      if (!type) {
        fault(fmt::format("nodes {}: {}", node.name, why));
        continue;
      }
      const bool workers = node.role != kEmrMaster;
      node.cores = type->vcpu;
      node.memory = workers ? type->yarn_memory() : type->memory();
      changes_.set.push_back(fmt::format("{}: {} cores, {} MB{} ({})", node.name, node.cores,
                                         node.memory.count() >> 20, workers ? " for YARN" : "",
                                         node.instance));
    }
    set_label(node);
  }
  if (!with_role(kEmrCore)) fault("EMR needs nodes of role core: they hold HDFS");
}

void Emr::set_label(NodeSpec& node) {
  if (!labels_ || !node.labels.empty() || node.role == kEmrMaster) return;
  // Only core nodes have a label by role: the others are in the default partition.
  if (by_market_)
    node.labels = node.spot ? "SPOT" : "ON_DEMAND";
  else if (node.role == kEmrCore)
    node.labels = "CORE";
  if (!node.labels.empty())
    changes_.set.push_back(fmt::format("{}: node label {}", node.name, node.labels));
}

const NodeSpec* Emr::with_role(std::string_view role) const {
  for (const NodeSpec& node : scenario_.cluster.nodes)
    if (node.role == role) return &node;
  return nullptr;
}

void Emr::manage(std::string_view name, const std::string& value) {
  auto& parameters = scenario_.cluster.manager.parameters;
  const auto same = [&](const auto& parameter) { return parameter.first == name; };
  if (std::ranges::any_of(parameters, same)) return;
  parameters.emplace_back(name, value);
  changes_.set.push_back(fmt::format("yarn {}: {}", name, value));
}

void Emr::conf(std::string_view key, const std::string& value) {
  if (scenario_.conf.find(key)) return;
  scenario_.conf.set(key, value);
  changes_.set.push_back(fmt::format("{} {}", key, value));
}

void Emr::set_manager() {
  Bytes largest;
  for (const NodeSpec& node : scenario_.cluster.nodes)
    if (node.role != kEmrMaster) largest = std::max(largest, node.memory);
  manage("minimum_allocation", fmt::format("{}m", given_.size("minimum_allocation").count() >> 20));
  manage("maximum_allocation", fmt::format("{}m", largest.count() >> 20));
  manage("maximum_vcores", "128");  // [K] yarn-site of EMR 5 to 7
  if (!labels_) return;
  if (!am_label_.empty()) manage("am_label", am_label_);
  manage("share_labels", "true");  // 9.1: not exclusive for executors
}

void Emr::set_spark() {
  const bool largest = given_.flag("maximize_resource_allocation");
  // EMR sets the number of executors unless dynamic allocation is asked for by name.
  const bool own_dynamic = scenario_.conf.find("spark.dynamicAllocation.enabled") != nullptr;
  if (!largest || own_dynamic)
    conf("spark.dynamicAllocation.enabled", "true");
  else
    conf("spark.dynamicAllocation.enabled", "false");
  conf("spark.shuffle.service.enabled", "true");
  if (release_ >= spark(5, 9)) conf("spark.blacklist.decommissioning.enabled", "true");
  if (release_ >= spark(5, 9)) conf("spark.blacklist.decommissioning.timeout", "1h");
  if (release_ >= spark(5, 11)) conf("spark.decommissioning.timeout.threshold", "20");
  if (release_ >= spark(5, 22) && !scenario_.conf.find("spark.executor.memoryOverheadFactor"))
    conf("spark.yarn.executor.memoryOverheadFactor",
         fmt::format("{:g}", given_.number("overhead_factor")));
  set_executors();
  conf("spark.driver.memory", fmt::format("{}m", given_.size("driver_memory").count() >> 20));
}

void Emr::set_executors() {
  const NodeSpec& core = *with_role(kEmrCore);
  const double factor = release_ >= spark(5, 22) ? given_.number("overhead_factor") : 0.10;
  const bool largest = given_.flag("maximize_resource_allocation");
  const std::int64_t yarn_mib = core.memory.count() >> 20;
  const EmrExecutor executor = largest ? emr_largest_executor(core.cores, yarn_mib, factor)
                                       : emr_default_executor(core.cores, yarn_mib, factor);
  conf("spark.executor.cores", fmt::format("{}", executor.cores));
  conf("spark.executor.memory", fmt::format("{}M", executor.heap_mib));
  if (largest) set_largest(core);
}

// 9.2: parallelism is twice the cores; the driver is as large as the smaller of master and core.
void Emr::set_largest(const NodeSpec& core) {
  std::int64_t cores = 0;
  std::int64_t machines = 0;
  for (const NodeSpec& node : scenario_.cluster.nodes) {
    if (node.role == kEmrMaster) continue;
    cores += std::int64_t{node.cores} * node.count;
    machines += node.count;
  }
  conf("spark.default.parallelism", fmt::format("{}", 2 * cores));
  if (!scenario_.conf.flag("spark.dynamicAllocation.enabled", false))
    conf("spark.executor.instances", fmt::format("{}", machines));
  const NodeSpec* master = with_role(kEmrMaster);
  const Bytes smaller = master ? std::min(master->memory, core.memory) : core.memory;
  const EmrExecutor driver = emr_largest_executor(1, smaller.count() >> 20, 0.10);
  conf("spark.driver.memory", fmt::format("{}M", driver.heap_mib));
}

// The largest heap that fits a container with its overhead (384 MiB at least).
std::int64_t emr_heap(std::int64_t container_mib, double factor) {
  const auto overhead = [&](std::int64_t heap) {
    return std::max<std::int64_t>(384,
                                  static_cast<std::int64_t>(static_cast<double>(heap) * factor));
  };
  auto heap = static_cast<std::int64_t>(static_cast<double>(container_mib) / (1 + factor)) + 2;
  while (heap > 1 && heap + overhead(heap) > container_mib) --heap;
  return heap;
}

}  // namespace

std::span<const Parameter> emr_parameters() { return kEmrParameters; }

EmrChanges apply_emr(Scenario& scenario) { return Emr(scenario).apply(); }

std::string emr_release_doubt(const ModelChoice& cloud) {
  const std::string text = Parameters(kEmrParameters, cloud).text("release");
  const int release = version_number(text.starts_with("emr-") ? text.substr(4) : text);
  const int last = emr_last_minor(release);
  if (last == 0 || emr_minor(release) <= last) return "";
  return fmt::format("EMR {} is not known here, whose last is {}.{} (2025-12): taken to be like it",
                     text, emr_series(release), last);
}

int emr_hdfs_replication(int core_nodes) {
  if (core_nodes >= 10) return 3;
  return core_nodes >= 4 ? 2 : 1;
}

// EMR does not publish its rule. Known: 4 cores and 9486M where YARN has 12288 MB and 4 cores,
// 18971M with 24576 MB, 4743M with 6144 MB (all eleven twelfths of the node); 3 cores and 4743M on
// c5.12xlarge (9.2), which 16 of them fill. Recorded on 16 cores and 54272 MB: 3 cores, 9397M,
// where this rule says 9140M.
EmrExecutor emr_default_executor(std::int32_t vcpu, std::int64_t yarn_mib, double factor) {
  if (vcpu <= 4) return {vcpu, emr_heap(yarn_mib * 11 / 12, factor)};
  return {3, emr_heap(yarn_mib / (vcpu / 3), factor)};
}

EmrExecutor emr_largest_executor(std::int32_t vcpu, std::int64_t yarn_mib, double factor) {
  return {vcpu, emr_heap(yarn_mib, factor)};
}

ModelFaults emr_faults(const ModelChoice&, const Scenario& scenario) {
  Scenario copy = scenario;
  ModelFaults faults;
  const auto master = parse_master(scenario.cluster.master);
  if (master && master->kind != Master::Kind::Yarn)
    faults.push_back({"", "runs Spark on YARN: the master is yarn, not " +
                              scenario.cluster.master});
  for (std::string& what : apply_emr(copy).faults) faults.push_back({"", std::move(what)});
  return faults;
}

}  // namespace muster
