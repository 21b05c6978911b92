// Settings that hold although the scenario does not say them: a log's, or those of EMR's release.
#include "gui/window/knobs.h"
#include "models/catalog.h"

namespace muster::gui {
namespace {

// The setting that chooses the model where the scenario names none.
const char* setting_of(const Knob& knob) {
  if (knob.name == "task_scheduler") return "spark.scheduler.mode";
  if (knob.name == "executor_allocator") return "spark.dynamicAllocation.enabled";
  return nullptr;
}

}  // namespace

void tell_conf(const Scenario& scenario, const Conf& more, const std::string& from,
               std::vector<Knob>& knobs) {
  Conf all = more;
  for (const auto& [key, value] : scenario.conf.entries()) all.set(key, value);
  for (Knob& knob : knobs) {
    if (knob.group == kSettingsGroup) {
      const std::string* value = more.find(knob.name);
      if (!value) continue;
      if (knob.value == *value) knob.doc += "\nAs in " + from + ".";
      if (!knob.value.empty()) continue;
      knob.fallback = *value + " (from " + from + ")";
      knob.doc += "\nTaken from " + from + ", as nothing else is set.";
    } else if (const char* key = setting_of(knob); key && knob.value.empty()) {
      const std::string* value = more.find(key);
      const std::string* set = scenario.conf.find(key);
      if (!value || (set && *set != *value)) continue;
      const bool tasks = knob.name == "task_scheduler";
      const std::string model = tasks ? task_scheduler_name(scenario, all)
                                      : executor_allocator_name(scenario, all);
      knob.fallback = model + " (from " + from + ")";
      knob.doc += "\nTaken from " + from + ": " + key + " is " + *value + " there.";
    }
  }
}

}  // namespace muster::gui
