#include "sim/scenario/spark_submit.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "sim/scenario/fields.h"
#include "sim/scenario/master.h"
#include "sim/scenario/quote.h"
#include "sim/scenario/setting_doubts.h"
#include "sim/scenario/shell_words.h"
#include "sim/scenario/spark_keys.h"
#include "sim/scenario/submit_arguments.h"

namespace muster {
namespace {

using MasterKind = Master::Kind;

constexpr std::int64_t kMostExecutors = 1'000'000;

// SparkSubmitArguments.loadEnvironmentArguments and SparkSubmit.prepareSubmitEnvironment.
class Submission {
 public:
  Submission(SubmitArguments arguments, Problems& problems, Problems* ignored)
      : arguments_(std::move(arguments)), conf_(arguments_.conf), problems_(problems),
        ignored_(ignored) {}

  Scenario scenario() {
    choose();
    Scenario scenario = default_record<Scenario>(conf_);
    scenario.name = conf_.text("spark.app.name", "");
    scenario.conf = conf_;
    scenario.cluster.executors = implied_executors();
    scenario.driver.python = is_python();
    tell_doubts();
    return scenario;
  }

  // What `base` runs, set up by this line.
  Scenario scenario_over(const Scenario& base) {
    over_ = true;
    version_ = base.spark_version;
    const std::optional<MasterKind> was = take_defaults(base);
    choose();
    Scenario scenario = base;
    scenario.conf = conf_;
    scenario.cluster.master = conf_.text("spark.master", "");
    scenario.cluster.deploy_mode = conf_.text("spark.submit.deployMode", "client");
    scenario.driver.python = is_python();
    const bool given = base.cluster.nodes.empty() && base.cluster.cloud.name.empty();
    if (given && (was != master_.kind || names_executors()))
      scenario.cluster.executors = executors_instead_of(base.cluster.executors);
    for (ApplicationSpec& further : scenario.applications)  // are not submitted by this line
      for (const auto& [key, value] : base.conf.entries())
        if (!further.conf.find(key)) further.conf.set(key, value);
    tell_doubts();
    return scenario;
  }

 private:
  void choose() {
    choose_master();
    choose_deploy_mode();
    assign_options();
    choose_name();
    check_application();
  }

  // The settings of `base` where the line has none, as spark-defaults.conf; the kind of its master.
  std::optional<MasterKind> take_defaults(const Scenario& base) {
    for (const auto& [key, value] : base.conf.entries())
      if (!conf_.find(key)) conf_.set(key, value);
    std::string master = base.cluster.master, mode = base.cluster.deploy_mode;
    if (master == "yarn-client" || master == "yarn-cluster") {  // of Spark 1
      mode = master.substr(master.find('-') + 1);
      master = "yarn";
    }
    if (first_of("--master", "spark.master", "MASTER").starts_with("yarn-") &&
        !arguments_.option("--master") && !arguments_.conf.find("spark.master"))
      conf_.set("spark.master", "yarn");
    if (!master.empty() && !conf_.find("spark.master")) conf_.set("spark.master", master);
    if (!conf_.find("spark.submit.deployMode")) conf_.set("spark.submit.deployMode", mode);
    if (first_of("--master", "spark.master", "MASTER").empty())
      add("--master", "the line names none, and neither does what it is to run");
    const auto known = parse_master(master);
    return known ? std::optional(known->kind) : std::nullopt;
  }

  // Whether the line itself says how many executors, or of what size, in a way that counts there.
  bool names_executors() const {
    constexpr std::string_view kOptions[] = {"--num-executors", "--executor-cores",
                                             "--executor-memory", "--total-executor-cores"};
    constexpr std::string_view kSettings[] = {"spark.executor.instances", "spark.executor.cores",
                                              "spark.executor.memory", "spark.cores.max"};
    const bool by_option = std::ranges::any_of(submit_options(), [&](const SubmitOption& one) {
      return std::ranges::find(kOptions, one.name) != std::end(kOptions) &&
             arguments_.option(one.name) && one.used_on(master_.kind, cluster_mode_);
    });
    return by_option ||
           std::ranges::any_of(kSettings, [&](auto one) { return arguments_.conf.find(one); }) ||
           (master_.kind == MasterKind::Local && arguments_.option("--master"));
  }

  // The executors that are certain from the settings, on the hosts of those that were there and as
  // late as these; as many, where only their size is known. The same ones stay as they were.
  std::vector<ExecutorSpec> executors_instead_of(const std::vector<ExecutorSpec>& before) {
    std::vector<ExecutorSpec> implied = implied_executors();
    if (implied.empty()) {
      tell_unknown_executors();
      return before;
    }
    ExecutorSpec one = std::move(implied.front());
    std::int32_t there = 0;
    for (const ExecutorSpec& executor : before) there += executor.count;
    const bool resource_manager =
        master_.kind == MasterKind::Yarn || master_.kind == MasterKind::Kubernetes;
    if (resource_manager && there > 0 && !conf_.find("spark.executor.instances")) one.count = there;
    const bool same = one.count == there && std::ranges::all_of(before, [&](const auto& its) {
      return its.cores == one.cores && its.memory == one.memory;
    });
    if (same) return before;
    const auto leaves = [](const ExecutorSpec& its) { return its.removed_at.has_value(); };
    if (ignored_ && std::ranges::any_of(before, leaves))
      ignored_->add("", "executors", "some were lost or left; those of the line come and stay, and "
                                     "what was lost is computed again all the same");
    return on_hosts_of(before, std::move(one));
  }

  void tell_unknown_executors() {
    const std::int64_t cores = conf_.integer("spark.executor.cores", 0);
    const std::int64_t most = conf_.integer("spark.cores.max", 0);
    if (master_.kind == MasterKind::Standalone && most > 0 && cores > most)
      return add("spark.executor.cores", std::to_string(cores) + " is more than spark.cores.max, " +
                                             std::to_string(most) + ": no executor would start");
    if (master_.kind == MasterKind::Local && arguments_.option("--master"))
      return add("--master", "local[*] has the cores of a machine that is not known here: write "
                             "local[N]");
    if (ignored_)
      ignored_->add("", "executors", "stay those that there were: their number and size do not "
                                     "follow from the settings");
  }

  static std::vector<ExecutorSpec> on_hosts_of(const std::vector<ExecutorSpec>& before,
                                               ExecutorSpec one) {
    if (before.empty()) return {one};
    if (std::ranges::any_of(before, [](const ExecutorSpec& its) { return its.count != 1; })) {
      one.registered_at = before.front().registered_at;
      one.usable_at = before.front().usable_at;
      return {one};
    }
    std::vector<ExecutorSpec> out(static_cast<std::size_t>(std::exchange(one.count, 1)), one);
    if (!one.id.empty()) return out;  // local: the driver's own
    std::vector<ExecutorSpec> first = before;  // those that took another's place came late for it
    std::erase_if(first, [&](const ExecutorSpec& its) {
      return std::ranges::any_of(before, [&](const ExecutorSpec& gone) {
        return gone.removed_at && *gone.removed_at <= its.registered_at;
      });
    });
    for (std::size_t e = 0; e < out.size(); ++e) {
      const ExecutorSpec& late = first[std::min(e, first.size() - 1)];
      out[e].host = first[e % first.size()].host;
      out[e].registered_at = late.registered_at;
      out[e].usable_at = late.usable_at;
    }
    return out;
  }

  // An option, else a setting, else a variable; empty: none of them.
  std::string first_of(std::string_view option, std::string_view setting,
                       std::string_view variable) const {
    if (const std::string* value = arguments_.option(option)) return *value;
    if (const std::string* value = conf_.find(setting)) return *value;
    return environment(variable);
  }

  std::string environment(std::string_view variable) const {
    const auto at = arguments_.environment.find(std::string(variable));
    return at == arguments_.environment.end() ? "" : at->second;
  }

  void choose_master() {
    std::string text = first_of("--master", "spark.master", "MASTER");
    if (text.empty()) text = "local[*]";
    const auto master = parse_master(text);
    if (master)
      master_ = *master;
    else
      add("--master",
          "expected yarn, local, local[N], spark://..., k8s://... or mesos://..., got " +
              in_quotes(text));
    // Without a version a line is of the Spark that a scenario has by default.
    if (text == "yarn-client" || text == "yarn-cluster") {
      add("--master",
          "Master must either be yarn or start with spark, mesos, k8s, or local: from Spark 3 on "
          "write --master yarn --deploy-mode " + text.substr(text.find('-') + 1));
      cluster_mode_ = text == "yarn-cluster";
      text = "yarn";
    }
    // As Spark does: an address without a scheme is https.
    constexpr std::string_view kKubernetes = "k8s://";
    if (master_.kind == MasterKind::Kubernetes && text.find("://", kKubernetes.size()) == text.npos)
      text.insert(kKubernetes.size(), "https://");
    conf_.set("spark.master", text);
  }

  void choose_deploy_mode() {
    std::string mode = first_of("--deploy-mode", "spark.submit.deployMode", "DEPLOY_MODE");
    if (mode.empty()) mode = cluster_mode_ ? "cluster" : "client";
    if (mode != "client" && mode != "cluster")
      add("--deploy-mode",
          "expected client or cluster, got " + in_quotes(mode) + did_you_mean(mode, kDeployModes));
    cluster_mode_ = mode == "cluster";
    if (cluster_mode_ &&
        (master_.kind == MasterKind::Local || master_.kind == MasterKind::LocalCluster))
      add("--deploy-mode", "a local master runs in client mode only");
    if (cluster_mode_ && arguments_.is_shell())
      add("--deploy-mode", arguments_.program + " runs in client mode only");
    conf_.set("spark.submit.deployMode", mode);
  }

  void assign_options() {
    const std::pair<const char*, const char*> variables[] = {
        {"--driver-memory", "SPARK_DRIVER_MEMORY"},
        {"--executor-memory", "SPARK_EXECUTOR_MEMORY"},
        {"--executor-cores", "SPARK_EXECUTOR_CORES"}};
    for (const SubmitOption& option : submit_options()) {
      std::string value;
      for (const auto& [name, variable] : variables)
        if (option.name == name && !conf_.find(option.setting)) value = environment(variable);
      if (const std::string* given = arguments_.option(option.name)) value = *given;
      if (value.empty()) continue;
      check_value(option, value);
      if (!option.used_on(master_.kind, cluster_mode_)) {
        tell_ignored(option);
        continue;
      }
      const bool yarn = master_.kind == MasterKind::Yarn && !option.yarn_setting.empty();
      conf_.set(yarn ? option.yarn_setting : option.setting, value);
    }
    if (arguments_.option("--proxy-user") && arguments_.option("--principal"))
      add("--proxy-user", "cannot be given together with --principal");
  }

  void tell_ignored(const SubmitOption& option) {
    if (!ignored_ || option.setting.empty() || !arguments_.option(option.name)) return;
    std::string what = "spark-submit ignores it with the master " + conf_.text("spark.master", "") +
                       " in " + (cluster_mode_ ? "cluster" : "client") + " mode";
    if (option.used_on(master_.kind, true)) what += ": it is for cluster mode";
    if (option.name == "--num-executors" && master_.kind == MasterKind::Standalone)
      what += ": there --total-executor-cores and --executor-cores say how many";
    if (option.name == "--total-executor-cores" &&
        (master_.kind == MasterKind::Yarn || master_.kind == MasterKind::Kubernetes))
      what += ": there --num-executors and --executor-cores say how many";
    ignored_->add("", std::string(option.name), std::move(what));
  }

  void tell_doubts() const {
    if (!ignored_) return;
    for (const Problem& one : arguments_.ignored.list())
      ignored_->add(one.file, one.where, one.what);
    const int version = version_number(version_);
    for (const SettingDoubt& one :
         setting_doubts(conf_, master_.kind, dynamic_allocation(), version))
      ignored_->add("", one.key, one.what);
  }

  bool dynamic_allocation() const { return conf_.flag("spark.dynamicAllocation.enabled", false); }

  void check_value(const SubmitOption& option, const std::string& value) {
    const std::string name(option.name);
    Conf one;
    one.set("k", value);
    const bool zero_is_fine = option.name == "--num-executors" && dynamic_allocation();
    const std::int64_t least = zero_is_fine ? 0 : 1;
    const std::int64_t count = one.integer("k", -1);
    if (option.check == SubmitCheck::Positive &&
        (count < least || count > std::numeric_limits<std::int32_t>::max()))
      add(name, "expected a whole number of at least " + std::to_string(least) + ", got " +
                    in_quotes(value));
    if (option.check == SubmitCheck::Size && one.bytes("k", Bytes(0), Bytes::mib(1)) <= Bytes(0))
      add(name, "expected a size such as \"4g\" (whole numbers; without a suffix: MiB), got " +
                    in_quotes(value));
  }

  void choose_name() {
    std::string name = first_of("--name", "spark.app.name", "");
    if (name.empty() && master_.kind == MasterKind::Yarn) name = environment("SPARK_YARN_APP_NAME");
    if (const std::string* main_class = arguments_.option("--class"); name.empty() && main_class)
      name = *main_class;
    if (name.empty() && !arguments_.application.empty()) {
      const std::string& file = arguments_.application.front();
      name = file.substr(file.find_last_of('/') + 1);  // npos + 1 is 0
    }
    if (name.empty()) name = arguments_.program;
    conf_.set("spark.app.name", name);
  }

  void check_application() {
    if (arguments_.is_shell()) return;
    if (arguments_.application.empty())
      return add("", "no application: the line must end with a JAR, Python or R file");
    if (master_.kind == MasterKind::Kubernetes && !over_) check_pods();
    if (is_python() && cluster_mode_ && master_.kind == MasterKind::Standalone)
      add("--deploy-mode", "a standalone cluster runs Python applications in client mode only");
  }

  // What the submission client and the driver throw (BasicDriverFeatureStep,
  // BasicExecutorFeatureStep, KubernetesUtils.uploadFileUri, 3.5). In client mode the files are the
  // driver's, on this machine.
  void check_pods() {
    constexpr const char* kImage = "spark.kubernetes.container.image";
    const auto has_image = [&](const char* role) {
      return conf_.find(kImage) ||
             conf_.find("spark.kubernetes." + std::string(role) + ".container.image");
    };
    for (const char* role : {"driver", "executor"})
      if (!has_image(role) && (cluster_mode_ || role == std::string_view("executor"))) {
        add("--conf", "Must specify the " + std::string(role) + " container image (" + kImage +
                          "=...)");
        break;
      }
    const std::string& file = arguments_.application.front();
    if (cluster_mode_ && is_here(file) && !conf_.find("spark.kubernetes.file.upload.path"))
      add("", "Please specify spark.kubernetes.file.upload.path property. (" + printable(file) +
                  " is a file of this machine; local:// names one of the image)");
  }

  // KubernetesUtils.isLocalDependency: no scheme, or file.
  static bool is_here(const std::string& file) {
    const std::size_t colon = file.find(':');
    return colon == file.npos || file.starts_with("file:") || file.find('/') < colon;
  }

  bool is_python() const {
    if (arguments_.is_shell()) return arguments_.program.ends_with("pyspark");
    return !arguments_.application.empty() && arguments_.application.front().ends_with(".py");
  }

  std::vector<ExecutorSpec> implied_executors() const {
    ExecutorSpec executor = default_record<ExecutorSpec>(conf_);
    std::int64_t count = 0;
    switch (master_.kind) {
      case MasterKind::Local:
        executor.id = "driver";
        executor.memory = conf_.bytes("spark.driver.memory", Bytes::gib(1), Bytes::mib(1));
        executor.cores = master_.cores;
        count = master_.cores > 0 ? 1 : 0;  // local[*]: who knows
        break;
      case MasterKind::LocalCluster:
        executor.cores = master_.cores;
        executor.memory = master_.memory;
        count = master_.executors;
        break;
      case MasterKind::Yarn:
      case MasterKind::Kubernetes:
        count = conf_.integer("spark.executor.instances", 2);
        break;
      case MasterKind::Standalone:
        if (conf_.find("spark.executor.cores"))
          count = conf_.integer("spark.cores.max", 0) / executor.cores;
        break;
      case MasterKind::Mesos:
        break;
    }
    if (count < 1 || count > kMostExecutors || dynamic_allocation()) return {};
    executor.count = static_cast<std::int32_t>(count);
    return {executor};
  }

  void add(const std::string& option, std::string what) {
    problems_.add("", option, std::move(what));
  }

  SubmitArguments arguments_;
  Conf conf_;
  Problems& problems_;
  Problems* ignored_;
  Master master_;
  bool cluster_mode_ = false;
  bool over_ = false;  // what runs, and with which image, is another's
  std::string version_ = Scenario().spark_version;
};

}  // namespace

std::optional<Scenario> from_spark_submit(const std::vector<std::string>& args, Problems& problems,
                                          Problems* ignored) {
  const std::size_t before = problems.list().size();
  Scenario scenario =
      Submission(parse_submit_arguments(args, problems), problems, ignored).scenario();
  if (problems.list().size() > before) return std::nullopt;
  return scenario;
}

std::optional<Scenario> from_spark_submit(std::string_view command_line, Problems& problems,
                                          Problems* ignored) {
  const auto words = shell_words(command_line, problems);
  return words ? from_spark_submit(*words, problems, ignored) : std::nullopt;
}

std::optional<Scenario> from_spark_submit(std::string_view command_line, const Scenario& base,
                                          Problems& problems, Problems* ignored) {
  const std::size_t before = problems.list().size();
  const auto words = shell_words(command_line, problems);
  if (!words) return std::nullopt;
  Scenario scenario =
      Submission(parse_submit_arguments(*words, problems), problems, ignored).scenario_over(base);
  if (problems.list().size() > before) return std::nullopt;
  return scenario;
}

}  // namespace muster
