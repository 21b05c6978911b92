// Settings that Spark takes and that do nothing, or not what they look like.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/master.h"
#include "sim/workload/conf.h"

namespace muster {

struct SettingDoubt {
  std::string key;
  std::string what;  // a sentence without a full stop
  bool operator==(const SettingDoubt&) const = default;
};

// For an application on a cluster of this kind; `dynamic`: with dynamic allocation;
// `version`: version_number() of its Spark.
std::vector<SettingDoubt> setting_doubts(const Conf& conf, Master::Kind kind, bool dynamic,
                                         int version);

}  // namespace muster
