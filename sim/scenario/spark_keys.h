// What Spark's settings are called and how their values are written, so that a misspelt name or an
// impossible value is found before anything runs.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sim/base/problems.h"
#include "sim/workload/conf.h"

namespace muster {

// How a value is written. For times and sizes, the unit of a number without suffix.
enum class SparkType : std::uint8_t {
  Text,
  Flag,    // true or false
  Int,     // 32 bits
  Long,    // 64 bits
  Number,  // with a fraction
  Millis,
  Seconds,
  Minutes,
  SizeB,
  SizeKiB,
  SizeMiB,
};

struct SparkKey {
  std::string_view name;
  SparkType type = SparkType::Text;
  // As Spark 3.5 writes it. Empty: no default, no limit, or the value of another setting.
  std::string_view default_value;
  int since = 0;    // version_number() of the first release; 0: not known
  int removed = 0;  // version_number() of the first release without; 0: none yet
  std::string_view default_since_4 = {};  // where Spark 4 changed it; empty: unchanged
};

// The settings that matter to a simulation, in tables sorted by name.
std::array<std::span<const SparkKey>, 3> spark_key_tables();

// Null: not in the tables; Spark may know it all the same.
const SparkKey* find_spark_key(std::string_view name);

// The known setting that a name is probably meant to be, one slip of the hand away or just without
// its "spark."; empty: none. Of a name that is known itself: empty.
std::string likely_spark_name(std::string_view name);

// What is wrong with one setting, as a sentence: a name that is one slip away from a known one, a
// name that Spark would ignore, a value of the wrong form. Empty: nothing. A name far from every
// known one is accepted, because plug-ins have their own; so is a value with a ${variable}.
std::string spark_setting_problem(std::string_view name, std::string_view value);

// Adds a problem for each wrong setting, at `where_prefix` followed by the setting's name.
void check_spark_conf(const Conf& conf, const std::string& file, const std::string& where_prefix,
                      Problems& problems);

}  // namespace muster
