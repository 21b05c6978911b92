#include "sim/trace/json_fields.h"

#include <cmath>

namespace muster::json {

std::int64_t odd_integer(Value value, std::int64_t fallback) {
  simdjson::ondemand::json_type type;
  if (value.type().get(type)) return fallback;
  if (type == simdjson::ondemand::json_type::number) {
    double number = 0;
    // The bounds are those of doubles that fit; 9.3e18 does not.
    if (value.get_double().get(number) || !(std::fabs(number) < 9.2e18)) return fallback;
    return static_cast<std::int64_t>(number);
  }
  if (type != simdjson::ondemand::json_type::string) return fallback;
  const std::string_view digits = text(value);
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return error == std::errc() && end == digits.data() + digits.size() ? out : fallback;
}

}  // namespace muster::json
