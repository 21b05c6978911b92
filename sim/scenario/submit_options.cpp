// From SparkSubmitOptionParser.java (names), SparkSubmitArguments.scala (checks) and
// SparkSubmit.scala (prepareSubmitEnvironment: which option becomes which setting, where) of Spark
// 3.5; tests/scenario_submit_test.cpp holds what the real SparkSubmit of 3.5.7 makes of each.
#include "sim/scenario/submit_options.h"

#include <algorithm>
#include <array>

namespace muster {
namespace {

constexpr std::uint8_t on(Master::Kind kind) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(kind));
}

constexpr std::uint8_t kLocal = on(Master::Kind::Local) | on(Master::Kind::LocalCluster);
constexpr std::uint8_t kStandalone = on(Master::Kind::Standalone);
constexpr std::uint8_t kYarn = on(Master::Kind::Yarn);
constexpr std::uint8_t kKubernetes = on(Master::Kind::Kubernetes);
constexpr std::uint8_t kMesos = on(Master::Kind::Mesos);
constexpr std::uint8_t kClusters = kStandalone | kYarn | kKubernetes | kMesos;
constexpr std::uint8_t kAll = kLocal | kClusters;

constexpr auto Value = SubmitOption::Kind::Value;
constexpr auto Switch = SubmitOption::Kind::Switch;
constexpr auto Action = SubmitOption::Kind::Action;
constexpr auto None = SubmitCheck::None;
constexpr auto Positive = SubmitCheck::Positive;
constexpr auto Size = SubmitCheck::Size;

constexpr std::array kOptions = std::to_array<SubmitOption>({
    {"--archives", "", Value, None, "spark.archives", "spark.yarn.dist.archives", kAll},
    {"--class", "", Value, None, "", "", 0},
    {"--conf", "-c", Value, None, "", "", 0},
    {"--deploy-mode", "", Value, None, "", "", 0},
    {"--driver-class-path", "", Value, None, "spark.driver.extraClassPath", "", kAll},
    {"--driver-cores", "", Value, Positive, "spark.driver.cores", "", kClusters, true},
    {"--driver-java-options", "", Value, None, "spark.driver.extraJavaOptions", "", kAll},
    {"--driver-library-path", "", Value, None, "spark.driver.extraLibraryPath", "", kAll},
    {"--driver-memory", "", Value, Size, "spark.driver.memory", "", kAll},
    {"--exclude-packages", "", Value, None, "spark.jars.excludes", "", kAll},
    {"--executor-cores", "", Value, Positive, "spark.executor.cores", "",
     kStandalone | kYarn | kKubernetes},
    {"--executor-memory", "", Value, Size, "spark.executor.memory", "", kClusters},
    {"--files", "", Value, None, "spark.files", "spark.yarn.dist.files", kAll},
    {"--help", "-h", Action, None, "", "", 0},
    {"--jars", "", Value, None, "spark.jars", "spark.yarn.dist.jars", kAll},
    {"--keytab", "", Value, None, "spark.kerberos.keytab", "", kAll},
    {"--kill", "", Action, None, "", "", 0},
    {"--master", "", Value, None, "", "", 0},
    {"--name", "", Value, None, "", "", 0},
    {"--num-executors", "", Value, Positive, "spark.executor.instances", "", kYarn | kKubernetes},
    {"--packages", "", Value, None, "spark.jars.packages", "", kAll},
    {"--principal", "", Value, None, "spark.kerberos.principal", "", kAll},
    {"--properties-file", "", Value, None, "", "", 0},
    {"--proxy-user", "", Value, None, "", "", 0},
    {"--py-files", "", Value, None, "spark.submit.pyFiles", "", kAll},
    {"--queue", "", Value, None, "spark.yarn.queue", "", kYarn},
    {"--remote", "", Value, None, "", "", 0},
    {"--repositories", "", Value, None, "spark.jars.repositories", "", kAll},
    {"--status", "", Action, None, "", "", 0},
    {"--supervise", "", Switch, None, "spark.driver.supervise", "", kStandalone | kMesos, true},
    {"--total-executor-cores", "", Value, Positive, "spark.cores.max", "", kStandalone | kMesos},
    {"--verbose", "-v", Switch, None, "", "", 0},
    {"--version", "", Action, None, "", "", 0},
});

}  // namespace

std::span<const SubmitOption> submit_options() { return kOptions; }

const SubmitOption* find_submit_option(std::string_view name) {
  if (name.empty()) return nullptr;
  const auto same = [&](const SubmitOption& o) { return o.name == name || o.short_name == name; };
  const auto at = std::ranges::find_if(kOptions, same);
  return at == kOptions.end() ? nullptr : &*at;
}

std::vector<std::string_view> submit_option_names() {
  std::vector<std::string_view> names;
  for (const SubmitOption& option : kOptions) names.push_back(option.name);
  return names;
}

}  // namespace muster
