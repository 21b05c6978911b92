// What a model can be told: named parameters with unit, default, range and source. Every model has
// one table of them; the scenario reader, `muster models`, the JSON schema and the window read it.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "sim/base/units.h"
#include "sim/scenario/scenario.h"

namespace muster {

enum class ParameterType : std::uint8_t { Duration, Size, Count, Number, Flag, Text };

struct Parameter {
  std::string_view name;      // as in scenario files
  ParameterType type = ParameterType::Duration;
  std::string_view fallback;  // the default, as it would be written in a scenario
  std::string_view doc;       // one line
  std::string_view source;    // where the default comes from
  // Of counts and numbers; of durations in seconds; of sizes in MiB.
  double least = 0;
  double most = std::numeric_limits<double>::max();
  std::string_view choices = {};  // of texts: "a|b|c"; empty: any
};

// The values for one use of a model: what the scenario gives, else the defaults. Names that are not
// in the table, and values that do not parse, are the validator's business: here they count as not
// given.
class Parameters {
 public:
  // Both must outlive this.
  Parameters(std::span<const Parameter> table, const ModelChoice& given)
      : table_(table), given_(given) {}

  // The name must be in the table, with that type.
  Duration duration(std::string_view name) const;
  Bytes size(std::string_view name) const;
  std::int64_t count(std::string_view name) const;
  double number(std::string_view name) const;
  bool flag(std::string_view name) const;
  std::string text(std::string_view name) const;
  bool given(std::string_view name) const;

 private:
  std::string_view value(std::string_view name, ParameterType type) const;
  std::string_view fallback(std::string_view name) const;

  std::span<const Parameter> table_;
  const ModelChoice& given_;
};

// What is wrong with a value, as "expected a duration such as 30s"; empty: nothing.
std::string parameter_fault(const Parameter& parameter, std::string_view value);

}  // namespace muster
