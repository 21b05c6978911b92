// Spark configuration as given: keys verbatim, values as text. Kept sorted by key, so that two
// configurations with the same content are equal and iteration order is fixed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/units.h"

namespace muster {

class Conf {
 public:
  // A later value for the same key replaces the earlier one, as spark-submit does.
  void set(std::string_view key, std::string_view value);
  // Null when the key was not set: Spark's own default then applies, which the caller must know.
  const std::string* find(std::string_view key) const;
  bool empty() const { return entries_.empty(); }
  const std::vector<std::pair<std::string, std::string>>& entries() const { return entries_; }
  bool operator==(const Conf&) const = default;

  // Typed look-ups; `fallback` where the key is not set or its text does not parse (scenario
  // validation reports such text, a recorded log is taken as it is).
  std::string text(std::string_view key, std::string_view fallback) const;
  bool flag(std::string_view key, bool fallback) const;
  std::int64_t integer(std::string_view key, std::int64_t fallback) const;
  double number(std::string_view key, double fallback) const;
  // `unit_if_bare` is what a number without suffix means; Spark has both ms and s keys.
  Duration duration(std::string_view key, Duration fallback, Duration unit_if_bare) const;
  Bytes bytes(std::string_view key, Bytes fallback, Bytes unit_if_bare) const;

 private:
  std::vector<std::pair<std::string, std::string>> entries_;
};

// Spark's own notations (JavaUtils.timeStringAs and byteStringAs, common/utils, 3.5): a number and
// one of us, ms, s, m, min, h, d; b, k, kb, m, mb, g, gb, t, tb, p, pb (powers of 1024).
std::optional<Duration> parse_spark_time(std::string_view text, Duration unit_if_bare);
std::optional<Bytes> parse_spark_bytes(std::string_view text, Bytes unit_if_bare);

// "3.5.7" -> 30507, "2.4" -> 20400, "DBR 13.3" and other unknown texts -> 0.
int version_number(std::string_view spark_version);
constexpr int spark(int major, int minor, int patch = 0) {
  return major * 10000 + minor * 100 + patch;
}
// False for 0: what is not known is taken for a new one.
constexpr bool known_before(int number, int version) { return number != 0 && number < version; }

}  // namespace muster
