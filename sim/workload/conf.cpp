#include "sim/workload/conf.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <span>

namespace muster {
namespace {

std::string lower_trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())))
    text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())))
    text.remove_suffix(1);
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// The leading integer of `text` and what follows it; nothing when there is no integer.
std::optional<std::pair<std::int64_t, std::string_view>> split_number(std::string_view text) {
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc()) return std::nullopt;
  return std::pair{n, text.substr(static_cast<std::size_t>(end - text.data()))};
}

std::optional<std::int64_t> scaled(std::int64_t n, std::int64_t factor) {
  std::int64_t out = 0;
  if (__builtin_mul_overflow(n, factor, &out)) return std::nullopt;
  return out;
}

struct Suffix {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::array kTimeSuffixes = {
    Suffix{"us", 1},           Suffix{"ms", 1000},           Suffix{"s", 1'000'000},
    Suffix{"m", 60'000'000},   Suffix{"min", 60'000'000},    Suffix{"h", 3'600'000'000},
    Suffix{"d", 86'400'000'000}};

constexpr std::array kByteSuffixes = {
    Suffix{"b", 1},          Suffix{"k", 1LL << 10},  Suffix{"kb", 1LL << 10},
    Suffix{"m", 1LL << 20},  Suffix{"mb", 1LL << 20}, Suffix{"g", 1LL << 30},
    Suffix{"gb", 1LL << 30}, Suffix{"t", 1LL << 40},  Suffix{"tb", 1LL << 40},
    Suffix{"p", 1LL << 50},  Suffix{"pb", 1LL << 50}};

std::optional<std::int64_t> parse_suffixed(std::string_view text, std::int64_t bare,
                                           std::span<const Suffix> suffixes) {
  const std::string clean = lower_trimmed(text);
  const auto split = split_number(clean);
  if (!split) return std::nullopt;
  if (split->second.empty()) return scaled(split->first, bare);
  for (const Suffix& s : suffixes)
    if (split->second == s.name) return scaled(split->first, s.factor);
  return std::nullopt;
}

}  // namespace

void Conf::set(std::string_view key, std::string_view value) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), key,
                                   [](const auto& e, std::string_view k) { return e.first < k; });
  if (at != entries_.end() && at->first == key)
    at->second = value;
  else
    entries_.emplace(at, key, value);
}

const std::string* Conf::find(std::string_view key) const {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), key,
                                   [](const auto& e, std::string_view k) { return e.first < k; });
  return at != entries_.end() && at->first == key ? &at->second : nullptr;
}

std::string Conf::text(std::string_view key, std::string_view fallback) const {
  const std::string* value = find(key);
  return value ? *value : std::string(fallback);
}

bool Conf::flag(std::string_view key, bool fallback) const {
  const std::string* value = find(key);
  if (!value) return fallback;
  const std::string clean = lower_trimmed(*value);
  return clean == "true" ? true : clean == "false" ? false : fallback;
}

std::int64_t Conf::integer(std::string_view key, std::int64_t fallback) const {
  const std::string* value = find(key);
  if (!value) return fallback;
  const std::string clean = lower_trimmed(*value);
  const auto split = split_number(clean);
  return split && split->second.empty() ? split->first : fallback;
}

double Conf::number(std::string_view key, double fallback) const {
  const std::string* value = find(key);
  if (!value) return fallback;
  const std::string clean = lower_trimmed(*value);
  double out = fallback;
  const auto [end, error] = std::from_chars(clean.data(), clean.data() + clean.size(), out);
  return error == std::errc() && end == clean.data() + clean.size() ? out : fallback;
}

Duration Conf::duration(std::string_view key, Duration fallback, Duration unit_if_bare) const {
  const std::string* value = find(key);
  return value ? parse_spark_time(*value, unit_if_bare).value_or(fallback) : fallback;
}

Bytes Conf::bytes(std::string_view key, Bytes fallback, Bytes unit_if_bare) const {
  const std::string* value = find(key);
  return value ? parse_spark_bytes(*value, unit_if_bare).value_or(fallback) : fallback;
}

std::optional<Duration> parse_spark_time(std::string_view text, Duration unit_if_bare) {
  const auto n = parse_suffixed(text, unit_if_bare.in_micros(), kTimeSuffixes);
  return n ? std::optional(Duration::micros(*n)) : std::nullopt;
}

std::optional<Bytes> parse_spark_bytes(std::string_view text, Bytes unit_if_bare) {
  const auto n = parse_suffixed(text, unit_if_bare.count(), kByteSuffixes);
  return n ? std::optional(Bytes(*n)) : std::nullopt;
}

int version_number(std::string_view version) {
  int parts[3] = {0, 0, 0};
  for (int& part : parts) {
    const auto split = split_number(version);
    if (!split) break;
    part = static_cast<int>(std::clamp<std::int64_t>(split->first, 0, 99));
    version = split->second;
    if (version.empty() || version.front() != '.') break;
    version.remove_prefix(1);
  }
  return parts[0] * 10000 + parts[1] * 100 + parts[2];
}

}  // namespace muster
