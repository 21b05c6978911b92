#include "gui/window/knob_text.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

namespace muster::gui {
namespace {

Duration times(Duration duration, double factor) {
  const double us = static_cast<double>(duration.in_micros()) * factor;
  const auto most = static_cast<double>(kLongestDuration.in_micros());
  return Duration::micros(std::llround(std::min(us, most)));
}

}  // namespace

std::string number_text(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& one : list) out += (out.empty() ? "" : ", ") + one;
  return out;
}

std::vector<std::string> parted(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view one = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (!one.empty()) out.emplace_back(one);
  }
  return out;
}

std::string value_of(const DurationSpec& spec) {
  if (const auto* constant = std::get_if<ConstantDuration>(&spec))
    return duration_literal(constant->value);
  if (const auto* law = std::get_if<LognormalDuration>(&spec)) return duration_literal(law->median);
  return "";
}

bool read_duration(const std::string& text, DurationSpec& to) {
  if (text.empty()) return std::holds_alternative<ListedDurations>(to);
  if (text.starts_with('x')) {
    double factor = 0;
    const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), factor);
    if (error != std::errc() || end != text.data() + text.size()) return false;
    if (!(factor > 0 && factor <= 1e6)) return false;
    if (auto* constant = std::get_if<ConstantDuration>(&to))
      constant->value = times(constant->value, factor);
    else if (auto* law = std::get_if<LognormalDuration>(&to))
      law->median = times(law->median, factor);
    else
      for (Duration& one : std::get<ListedDurations>(to).values) one = times(one, factor);
    return true;
  }
  const auto value = parse_duration(text);
  if (!value || *value > kLongestDuration) return false;
  if (auto* law = std::get_if<LognormalDuration>(&to))
    law->median = *value;
  else
    to = ConstantDuration{*value};
  return true;
}

}  // namespace muster::gui
