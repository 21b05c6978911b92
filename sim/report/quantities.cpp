#include "sim/report/quantities.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace muster {

std::string bytes_text(Bytes bytes) {
  constexpr std::array kUnits = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  double value = static_cast<double>(bytes.count());
  std::size_t unit = 0;
  while (std::fabs(value) >= 1023.95 && unit + 1 < kUnits.size()) value /= 1024, ++unit;
  const bool whole = unit == 0 || std::fabs(value) >= 99.95;
  return whole ? fmt::format("{:.0f} {}", value, kUnits[unit])
               : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string share_text(double share) {
  if (share > 0 && share < 0.0005) return "<0.1 %";
  return fmt::format("{:.1f} %", share * 100);
}

std::string error_text(std::optional<double> error) {
  if (!error || !std::isfinite(*error)) return "-";
  const double percent = *error * 100;
  if (std::fabs(percent) < 0.05) return "0.0 %";
  if (std::fabs(percent) < 999.95) return fmt::format("{:+.1f} %", percent);
  if (std::fabs(percent) > 1e9) return percent > 0 ? "> +1e9 %" : "< -1e9 %";
  const std::string digits =
      count_text(static_cast<std::uint64_t>(std::llround(std::fabs(percent))));
  return (percent < 0 ? "-" : "+") + digits + " %";
}

std::string money_text(Money money) {
  const double dollars = money.in_dollars();
  return std::fabs(dollars) < 1 ? fmt::format("${:.4f}", dollars) : fmt::format("${:.2f}", dollars);
}

}  // namespace muster
