#include "sim/scenario/spark_keys.h"

#include <algorithm>
#include <cctype>
#include <limits>
#include <optional>

#include "sim/scenario/quote.h"
#include "sim/scenario/spark_key_tables.h"

namespace muster {
namespace {

bool same_letter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

// Calls visit(name) for every name that is known without a type, until it returns true.
template <class Visit>
bool any_other_name(Visit visit) {
  std::string_view text = other_spark_names();
  std::string name;
  std::size_t prefix = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    if (word.front() == '@') {
      name = word.substr(1);
      prefix = name.size();
      continue;
    }
    name.resize(prefix);
    name += word;
    if (visit(std::string_view(name))) return true;
  }
  return false;
}

// Settings whose last part is the user's own: names of variables, labels, catalogs.
bool open_ended(std::string_view name) {
  constexpr std::string_view kFamilies[] = {"spark.hadoop.",
                                            "spark.executorEnv.",
                                            "spark.yarn.appMasterEnv.",
                                            "spark.metrics.conf.",
                                            "spark.ssl.",
                                            "spark.sql.catalog.",
                                            "spark.plugins.",
                                            "spark.kubernetes.driverEnv.",
                                            "spark.kubernetes.driver.",
                                            "spark.kubernetes.node.",
                                            "spark.kubernetes.executor."};
  return std::ranges::any_of(kFamilies, [&](auto family) { return name.starts_with(family); });
}

// One slip of the hand apart: a letter replaced, one or two letters more or less in one place, two
// neighbours swapped, or capitals. Looser tests take settings of plug-ins for misspellings, because
// Spark's own names are alike: minExecutors, maxExecutors.
bool one_slip_apart(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty() && same_letter(a.front(), b.front()))
    a.remove_prefix(1), b.remove_prefix(1);
  while (!a.empty() && !b.empty() && same_letter(a.back(), b.back()))
    a.remove_suffix(1), b.remove_suffix(1);
  if (a.size() > b.size()) std::swap(a, b);
  if (a.size() == b.size()) {
    const bool swapped = a.size() == 2 && same_letter(a[0], b[1]) && same_letter(a[1], b[0]);
    return a.size() <= 1 || swapped;
  }
  return a.empty() && b.size() <= 2;
}

std::string nearest_spark_name(std::string_view name) {
  for (const auto table : spark_key_tables())
    for (const SparkKey& key : table)
      if (one_slip_apart(name, key.name)) return std::string(key.name);
  std::string found;
  any_other_name([&](std::string_view other) {
    if (one_slip_apart(name, other)) found = other;
    return !found.empty();
  });
  return found;
}

// A whole number in [-2^63, 2^63) with nothing around it but white space.
std::optional<std::int64_t> whole_number(std::string_view value) {
  Conf one;
  one.set("k", value);
  const std::int64_t low = one.integer("k", 0), high = one.integer("k", 1);
  return low == high ? std::optional(low) : std::nullopt;
}

bool is_number(std::string_view value) {
  Conf one;
  one.set("k", value);
  return one.number("k", 0) == one.number("k", 1);
}

bool is_flag(std::string_view value) {
  Conf one;
  one.set("k", value);
  return one.flag("k", false) == one.flag("k", true);
}

std::string time_problem(std::string_view value, std::string_view bare) {
  if (parse_spark_time(value, Duration::seconds(1))) return {};
  return "expected a time such as \"120s\" (us, ms, s, m, min, h, d; whole numbers; without a "
         "suffix: " +
         std::string(bare) + "), got " + in_quotes(value);
}

std::string size_problem(std::string_view value, std::string_view bare) {
  if (parse_spark_bytes(value, Bytes(1))) return {};
  return "expected a size such as \"4g\" (b, k, m, g, t, p; whole numbers; without a suffix: " +
         std::string(bare) + "), got " + in_quotes(value);
}

std::string value_problem(SparkType type, std::string_view value) {
  using enum SparkType;
  using Range = std::numeric_limits<std::int32_t>;
  switch (type) {
    case Text:
      return {};
    case Flag:
      return is_flag(value) ? "" : "expected true or false, got " + in_quotes(value);
    case Int: {
      const auto n = whole_number(value);
      return n && *n >= Range::min() && *n <= Range::max()
                 ? ""
                 : "expected a whole number of 32 bits, got " + in_quotes(value);
    }
    case Long:
      return whole_number(value) ? "" : "expected a whole number, got " + in_quotes(value);
    case Number:
      return is_number(value) ? "" : "expected a number, got " + in_quotes(value);
    case Millis:
      return time_problem(value, "ms");
    case Seconds:
      return time_problem(value, "s");
    case Minutes:
      return time_problem(value, "min");
    case SizeB:
      return size_problem(value, "bytes");
    case SizeKiB:
      return size_problem(value, "KiB");
    case SizeMiB:
      return size_problem(value, "MiB");
  }
  return {};
}

}  // namespace

std::array<std::span<const SparkKey>, 3> spark_key_tables() {
  return {core_keys(), sql_keys(), cluster_keys()};
}

const SparkKey* find_spark_key(std::string_view name) {
  for (const auto table : spark_key_tables()) {
    const auto at = std::ranges::lower_bound(table, name, {}, &SparkKey::name);
    if (at != table.end() && at->name == name) return &*at;
  }
  return nullptr;
}

std::string likely_spark_name(std::string_view name) {
  const auto equals = [&](std::string_view other) { return other == name; };
  if (find_spark_key(name) || open_ended(name) || any_other_name(equals)) return {};
  const std::string full = "spark." + std::string(name);
  return find_spark_key(full) ? full : nearest_spark_name(name);
}

std::string spark_setting_problem(std::string_view name, std::string_view value) {
  if (const SparkKey* key = find_spark_key(name))
    return value.find("${") == value.npos ? value_problem(key->type, value) : "";
  const std::string meant = likely_spark_name(name);
  if (!meant.empty()) return "unknown setting: did you mean `" + meant + "`?";
  return name.starts_with("spark.")
             ? ""
             : "Spark ignores settings whose names do not begin with `spark.`";
}

void check_spark_conf(const Conf& conf, const std::string& file, const std::string& where_prefix,
                      Problems& problems) {
  for (const auto& [name, value] : conf.entries()) {
    std::string what = spark_setting_problem(name, value);
    if (!what.empty()) problems.add(file, where_prefix + name, std::move(what));
  }
}

}  // namespace muster
