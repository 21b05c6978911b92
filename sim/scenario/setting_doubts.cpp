#include "sim/scenario/setting_doubts.h"

#include <cctype>
#include <cstdint>

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

}  // namespace

std::vector<SettingDoubt> setting_doubts(const Conf& conf, Master::Kind kind, bool dynamic) {
  std::vector<SettingDoubt> out;
  if (kind == Master::Kind::Standalone) doubt_standalone(conf, dynamic, out);
  std::string mode = conf.text("spark.scheduler.mode", "FIFO");
  for (char& c : mode) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (conf.find("spark.scheduler.allocation.file") && mode == "FIFO")
    out.push_back({"spark.scheduler.allocation.file",
                   "does nothing: pools are of spark.scheduler.mode FAIR"});
  return out;
}

}  // namespace muster
