// Values of a scenario's fields as people type them, and back.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "sim/base/units.h"
#include "sim/scenario/duration_spec.h"
#include "sim/scenario/fields.h"
#include "sim/scenario/quantity_text.h"

namespace muster::gui {

template <class T>
inline constexpr bool kIsNumber = std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;
// What one text holds.
template <class T>
inline constexpr bool kIsPlain =
    std::is_arithmetic_v<T> || std::is_same_v<T, std::string> || std::is_same_v<T, Duration> ||
    std::is_same_v<T, Bytes> || std::is_same_v<T, std::vector<std::string>>;
template <class T>
inline constexpr bool kIsPlain<std::optional<T>> = kIsPlain<T>;
std::string number_text(double value);
std::string joined(const std::vector<std::string>& list);         // "a, b"
std::vector<std::string> parted(std::string_view text);

// How long tasks take: a constant as such, the median of a law; of a list nothing.
std::string value_of(const DurationSpec& spec);
// "2s" for all tasks (of a law: its median), or "x1.5": as long as now, times 1.5. False: neither.
bool read_duration(const std::string& text, DurationSpec& to);

template <class T>
std::string value_of(const T& value) {
  if constexpr (std::is_same_v<T, bool>)
    return value ? "true" : "false";
  else if constexpr (std::is_floating_point_v<T>)
    return number_text(value);
  else if constexpr (kIsNumber<T>)
    return std::to_string(value);
  else if constexpr (std::is_same_v<T, std::string>)
    return value;
  else if constexpr (std::is_same_v<T, std::vector<std::string>>)
    return joined(value);
  else if constexpr (std::is_same_v<T, Bytes>)
    return value == Bytes() ? "" : bytes_literal(value);
  else if constexpr (std::is_same_v<T, Duration>)
    return duration_literal(value);
  else
    return value ? value_of(*value) : "";
}

template <class T>
bool read_value(const std::string& text, const Field& field, T& to) {
  if constexpr (std::is_same_v<T, bool>) {
    if (text != "true" && text != "false") return false;
    to = text == "true";
    return true;
  } else if constexpr (kIsNumber<T>) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    // Written so that what is no number at all is refused, too.
    if (!whole || !(static_cast<double>(value) >= static_cast<double>(field.least)) ||
        !(static_cast<double>(value) <= static_cast<double>(field.most)))
      return false;
    to = value;
    return true;
  } else if constexpr (std::is_same_v<T, std::string>) {
    to = text;
    return true;
  } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
    to = parted(text);
    return true;
  } else if constexpr (std::is_same_v<T, Bytes>) {
    const auto value = text.empty() ? std::optional(Bytes()) : parse_bytes(text);
    if (value) to = *value;
    return value.has_value();
  } else if constexpr (std::is_same_v<T, Duration>) {
    const auto value = parse_duration(text);
    if (value) to = *value;
    return value.has_value();
  } else {  // an optional one
    typename T::value_type value{};
    if (!text.empty() && !read_value(text, field, value)) return false;
    to = text.empty() ? T() : T(value);
    return true;
  }
}

}  // namespace muster::gui
