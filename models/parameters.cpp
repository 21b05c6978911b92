#include "models/parameters.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "sim/base/check.h"
#include "sim/scenario/quantity_text.h"

namespace muster {
namespace {

constexpr double kMicrosPerSecond = 1e6;
constexpr double kBytesPerMib = 1024.0 * 1024.0;

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_whole(std::string_view text) {
  const auto value = parse_number(text);
  if (!value || *value != static_cast<double>(static_cast<std::int64_t>(*value)))
    return std::nullopt;
  return value;
}

// In the unit of the parameter's range.
std::optional<double> measure(const Parameter& parameter, std::string_view text) {
  switch (parameter.type) {
    case ParameterType::Duration:
      if (const auto d = parse_duration(text))
        return static_cast<double>(d->in_micros()) / kMicrosPerSecond;
      return std::nullopt;
    case ParameterType::Size:
      if (const auto b = parse_bytes(text)) return static_cast<double>(b->count()) / kBytesPerMib;
      return std::nullopt;
    case ParameterType::Count: return parse_whole(text);
    case ParameterType::Number: return parse_number(text);
    case ParameterType::Flag:
      return text == "true" || text == "false" ? std::optional(0.0) : std::nullopt;
    case ParameterType::Text: return 0.0;
  }
  return std::nullopt;
}

std::string_view form(ParameterType type) {
  switch (type) {
    case ParameterType::Duration: return "a duration such as 30s";
    case ParameterType::Size: return "a size such as 2g";
    case ParameterType::Count: return "a whole number";
    case ParameterType::Number: return "a number";
    case ParameterType::Flag: return "true or false";
    case ParameterType::Text: return "a text";
  }
  return "";
}

std::string_view unit(ParameterType type) {
  if (type == ParameterType::Duration) return " s";
  return type == ParameterType::Size ? " MiB" : "";
}

bool is_choice(std::string_view choices, std::string_view value) {
  while (!choices.empty()) {
    const std::size_t bar = choices.find('|');
    if (choices.substr(0, bar) == value) return true;
    if (bar == std::string_view::npos) return false;
    choices.remove_prefix(bar + 1);
  }
  return false;
}

}  // namespace

std::string parameter_fault(const Parameter& parameter, std::string_view value) {
  const auto amount = measure(parameter, value);
  if (!amount) return fmt::format("expected {}, got `{}`", form(parameter.type), value);
  if (!parameter.choices.empty() && !is_choice(parameter.choices, value))
    return fmt::format("expected one of {}, got `{}`", parameter.choices, value);
  if (*amount < parameter.least)
    return fmt::format("expected at least {:g}{}, got `{}`", parameter.least,
                       unit(parameter.type), value);
  if (*amount > parameter.most)
    return fmt::format("expected at most {:g}{}, got `{}`", parameter.most, unit(parameter.type),
                       value);
  return "";
}

std::string_view Parameters::fallback(std::string_view name) const {
  for (const Parameter& parameter : table_)
    if (parameter.name == name) return parameter.fallback;
  MUSTER_CHECK(false, "no parameter " + std::string(name));
  return "";
}

bool Parameters::given(std::string_view name) const {
  for (const auto& [key, value] : given_.parameters)
    if (key == name) return true;
  return false;
}

std::string_view Parameters::value(std::string_view name, ParameterType type) const {
  for (const Parameter& parameter : table_) {
    if (parameter.name != name) continue;
    MUSTER_CHECK(parameter.type == type, "another type of parameter " + std::string(name));
    for (const auto& [key, text] : given_.parameters)
      if (key == name && parameter_fault(parameter, text).empty()) return text;
  }
  return fallback(name);
}

Duration Parameters::duration(std::string_view name) const {
  return parse_duration(value(name, ParameterType::Duration)).value_or(Duration());
}

Bytes Parameters::size(std::string_view name) const {
  return parse_bytes(value(name, ParameterType::Size)).value_or(Bytes());
}

std::int64_t Parameters::count(std::string_view name) const {
  return static_cast<std::int64_t>(
      parse_whole(value(name, ParameterType::Count)).value_or(0.0));
}

double Parameters::number(std::string_view name) const {
  return parse_number(value(name, ParameterType::Number)).value_or(0.0);
}

bool Parameters::flag(std::string_view name) const {
  return value(name, ParameterType::Flag) == "true";
}

std::string Parameters::text(std::string_view name) const {
  return std::string(value(name, ParameterType::Text));
}

}  // namespace muster
