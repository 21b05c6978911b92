// What can be turned in a scenario: one knob for each field of the scenario file (by its field
// table) and for each model and parameter (by the catalog), so that new ones appear by themselves.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/scenario.h"

namespace muster::gui {

struct Knob {
  enum class Kind { Number, Flag, Choice, Text };
  std::string group;  // "cluster.nodes 1", "spark", "cluster.manager"
  std::string name;
  std::string doc;  // with its range
  Kind kind = Kind::Text;
  bool whole = false;  // a Number without a fraction: it can be stepped by one
  std::vector<std::string> choices;  // of Choice; the first may be "", the default
  std::string value;                 // as in a scenario file; empty: not given
  std::string fallback;              // what holds then, if known
  // Changes the scenario; false where the text is no such value, and then nothing changed.
  std::function<bool(Scenario&, const std::string&)> set;
};

// In the order of the field table, the most used of Spark's settings first. How many executors
// there are is not among them: see sim/run/executor_knob.h.
std::vector<Knob> knobs_of(const Scenario& scenario);
inline constexpr std::string_view kSettingsGroup = "spark.conf";

// Says in the knobs of Spark's settings, and in those of the models that they choose, what holds by
// `more`: settings that the scenario does not have itself. `from`: whose, "the log".
void tell_conf(const Scenario& scenario, const Conf& more, const std::string& from,
               std::vector<Knob>& knobs);

}  // namespace muster::gui
