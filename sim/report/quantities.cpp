#include "sim/report/quantities.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace muster {
namespace {

std::int64_t rounded(std::int64_t value, std::int64_t step) { return (value + step / 2) / step; }

std::string positive_text(std::int64_t us) {
  constexpr std::int64_t kSecond = 1'000'000;
  if (us == 0) return "0 s";
  if (us < 1000) return fmt::format("{} µs", us);
  if (us < 999'500) return fmt::format("{} ms", rounded(us, 1000));
  if (us < 9'995'000) return fmt::format("{:.2f} s", static_cast<double>(us) / kSecond);
  if (us < 59'950'000) return fmt::format("{:.1f} s", static_cast<double>(us) / kSecond);
  const std::int64_t seconds = rounded(us, kSecond);
  if (seconds < 3600) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
  const std::int64_t minutes = rounded(seconds, 60);
  if (minutes < 24 * 60) return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
  const std::int64_t hours = rounded(minutes, 60);
  return fmt::format("{} d {:02} h", hours / 24, hours % 24);
}

}  // namespace

std::string duration_text(Duration duration) {
  const std::int64_t us = duration.in_micros();
  return us < 0 ? "-" + positive_text(-us) : positive_text(us);
}

std::string bytes_text(Bytes bytes) {
  constexpr std::array kUnits = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  double value = static_cast<double>(bytes.count());
  std::size_t unit = 0;
  while (std::fabs(value) >= 1023.95 && unit + 1 < kUnits.size()) value /= 1024, ++unit;
  const bool whole = unit == 0 || std::fabs(value) >= 99.95;
  return whole ? fmt::format("{:.0f} {}", value, kUnits[unit])
               : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string count_text(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
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
