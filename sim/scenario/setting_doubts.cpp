#include "sim/scenario/setting_doubts.h"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "sim/workload/custom_resources.h"

namespace muster {
namespace {

// StandaloneSchedulerBackend.start, Master.scheduleExecutorsOnWorkers and the warning of
// SparkConf.validateSettings, 3.5.
void doubt_standalone(const Conf& conf, bool dynamic, std::vector<SettingDoubt>& out) {
  if (conf.find("spark.executor.instances") && !dynamic)
    out.push_back({"spark.executor.instances",
                   "does nothing on a standalone cluster: there spark.cores.max and "
                   "spark.executor.cores say how many executors"});
  const std::int64_t total = conf.integer("spark.cores.max", 0);
  const std::int64_t cores = conf.integer("spark.executor.cores", 0);
  if (total < 1 || cores < 1 || total % cores == 0) return;
  if (cores > total)
    out.push_back({"spark.executor.cores",
                   "is " + std::to_string(cores) + ", more than spark.cores.max, " +
                       std::to_string(total) + ": no executor starts, the application waits "
                       "for ever"});
  else
    out.push_back({"spark.cores.max", "Total executor cores: " + std::to_string(total) +
                                          " is not divisible by cores per executor: " +
                                          std::to_string(cores) + ", the left cores: " +
                                          std::to_string(total % cores) +
                                          " will not be allocated"});
}

bool cores_known(const Conf& conf, Master::Kind kind) {
  return conf.find("spark.executor.cores") || kind == Master::Kind::Yarn ||
         kind == Master::Kind::Kubernetes;
}

std::string wasted(const std::string& what, std::int64_t runnable, const std::string& limiting,
                   std::int64_t most) {
  return "The configuration of " + what + ", runnable tasks = " + std::to_string(runnable) +
         ") will result in wasted resources due to resource " + limiting +
         " limiting the number of runnable tasks per executor to: " + std::to_string(most) +
         ". Please adjust your configuration.";
}

// ResourceProfile.calculateTasksAndLimitingResource, ResourceUtils.warnOnWastedResources, 3.5.
void doubt_resources(const Conf& conf, Master::Kind kind, std::vector<SettingDoubt>& out) {
  const std::vector<CustomResource> all = custom_resources(conf);
  const std::int64_t cpus = std::max<std::int64_t>(1, conf.integer("spark.task.cpus", 1));
  const std::int64_t cores = conf.integer("spark.executor.cores", 1);
  const bool known = cores_known(conf, kind);
  std::int64_t most = known ? cores / cpus : CustomResource::kNoLimit;
  std::string limiting = "cpus";
  for (const CustomResource& one : all) {
    if (one.of_executor > 0 && one.of_task <= 0)
      out.push_back({one.key("executor"),
                     "The executor resource config for resource: " + one.name +
                         " was specified but no corresponding task resource request was "
                         "specified."});
    if (one.slots() < most) most = one.slots(), limiting = one.name;
  }
  if (!known) return;
  if (limiting != "cpus" && cpus * most < cores)
    out.push_back({"spark.executor.cores",
                   wasted("cores (exec = " + std::to_string(cores) + " task = " +
                              std::to_string(cpus),
                          cores / cpus, limiting, most)});
  for (const CustomResource& one : all)
    if (one.slots() < CustomResource::kNoLimit && most < one.slots())
      out.push_back({one.key("executor"),
                     wasted("resource: " + one.name + " (exec = " +
                                std::to_string(one.of_executor) + ", task = " +
                                one.task_text() + "/" + std::to_string(one.parts()),
                            one.slots(), limiting, most)});
}

}  // namespace

std::vector<SettingDoubt> setting_doubts(const Conf& conf, Master::Kind kind, bool dynamic,
                                         int version) {
  std::vector<SettingDoubt> out;
  if (!known_before(version, spark(3, 0))) doubt_resources(conf, kind, out);
  if (kind == Master::Kind::Standalone) doubt_standalone(conf, dynamic, out);
  std::string mode = conf.text("spark.scheduler.mode", "FIFO");
  for (char& c : mode) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (conf.find("spark.scheduler.allocation.file") && mode == "FIFO")
    out.push_back({"spark.scheduler.allocation.file",
                   "does nothing: pools are of spark.scheduler.mode FAIR"});
  return out;
}

}  // namespace muster
