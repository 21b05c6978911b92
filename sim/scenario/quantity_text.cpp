#include "sim/scenario/quantity_text.h"

#include <array>
#include <cctype>
#include <cstdint>
#include <span>

namespace muster {
namespace {

// g++ and clang++ both have it; -Wpedantic wants it said that we know.
__extension__ using Wide = __int128;

struct Unit {
  std::string_view name;
  std::int64_t size;
};

constexpr std::array kTimeUnits = {Unit{"us", 1},
                                   Unit{"ms", 1000},
                                   Unit{"s", 1'000'000},
                                   Unit{"m", 60'000'000},
                                   Unit{"min", 60'000'000},
                                   Unit{"h", 3'600'000'000},
                                   Unit{"d", 86'400'000'000}};

constexpr std::array kByteUnits = {
    Unit{"b", 1},           Unit{"k", 1LL << 10},   Unit{"kb", 1LL << 10},  Unit{"kib", 1LL << 10},
    Unit{"m", 1LL << 20},   Unit{"mb", 1LL << 20},  Unit{"mib", 1LL << 20}, Unit{"g", 1LL << 30},
    Unit{"gb", 1LL << 30},  Unit{"gib", 1LL << 30}, Unit{"t", 1LL << 40},   Unit{"tb", 1LL << 40},
    Unit{"tib", 1LL << 40}, Unit{"p", 1LL << 50},   Unit{"pb", 1LL << 50},  Unit{"pib", 1LL << 50}};

constexpr int kMostDigits = 19;          // of the whole part: fits 64 bits
constexpr int kMostFractionDigits = 18;  // the parts of one fit 64 bits

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view take_digits(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && is_digit(text[n])) ++n;
  const std::string_view digits = text.substr(0, n);
  text.remove_prefix(n);
  return digits;
}

void skip_spaces(std::string_view& text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
}

Wide value_of(std::string_view digits) {
  Wide n = 0;
  for (const char c : digits) n = n * 10 + (c - '0');
  return n;
}

const Unit* find_unit(std::string_view name, std::span<const Unit> units) {
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const Unit& unit : units)
    if (unit.name == lower) return &unit;
  return nullptr;
}

// Exact decimal arithmetic: 0.1s is 100000 us on every machine.
std::optional<std::int64_t> parse(std::string_view text, std::span<const Unit> units,
                                  std::int64_t most) {
  skip_spaces(text);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  const std::string_view whole = take_digits(text);
  std::string_view fraction;
  if (!whole.empty() && text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = take_digits(text);
    if (fraction.empty()) return std::nullopt;
  }
  if (whole.empty() || whole.size() > kMostDigits || fraction.size() > kMostFractionDigits)
    return std::nullopt;
  skip_spaces(text);
  const Unit* unit = find_unit(text, units);
  if (!unit) return std::nullopt;
  std::int64_t parts = 1;  // the fraction counts in 1/parts
  for (std::size_t i = 0; i < fraction.size(); ++i) parts *= 10;
  const Wide below = (value_of(fraction) * unit->size + parts / 2) / parts;
  const Wide total = value_of(whole) * unit->size + below;
  if (total > most) return std::nullopt;
  return static_cast<std::int64_t>(total);
}

// `n` divided by `unit`, a power of ten, with as many decimals as it takes.
std::string decimal(std::int64_t n, std::int64_t unit) {
  std::string out = std::to_string(n / unit);
  std::string rest = std::to_string(unit + n % unit).substr(1);
  while (!rest.empty() && rest.back() == '0') rest.pop_back();
  return rest.empty() ? out : out + "." + rest;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  const auto n = parse(text, kTimeUnits, Duration::max().in_micros());
  return n ? std::optional(Duration::micros(*n)) : std::nullopt;
}

std::optional<Bytes> parse_bytes(std::string_view text) {
  const auto n = parse(text, kByteUnits, (std::int64_t{1} << 62) - 1);
  return n ? std::optional(Bytes(*n)) : std::nullopt;
}

std::string duration_literal(Duration value) {
  const std::int64_t us = value.in_micros();
  if (us == 0) return "0s";
  if (us % 3'600'000'000 == 0) return std::to_string(us / 3'600'000'000) + "h";
  if (us % 60'000'000 == 0 && us >= 120'000'000) return std::to_string(us / 60'000'000) + "min";
  if (us >= 1'000'000) return decimal(us, 1'000'000) + "s";
  return us >= 1000 ? decimal(us, 1000) + "ms" : std::to_string(us) + "us";
}

std::string bytes_literal(Bytes value) {
  const std::int64_t n = value.count();
  std::string_view name = "b";
  std::int64_t size = 1;
  for (const std::string_view larger : {"k", "m", "g", "t", "p"}) {
    if (n == 0 || n % (size << 10) != 0) break;
    size <<= 10, name = larger;
  }
  return std::to_string(n / size) + std::string(name);
}

}  // namespace muster
