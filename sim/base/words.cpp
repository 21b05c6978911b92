#include "sim/base/words.h"

#include <cstdio>

namespace muster {
namespace {

std::int64_t rounded(std::int64_t value, std::int64_t step) { return (value + step / 2) / step; }

std::string seconds_text(std::int64_t us, int digits) {
  char out[32];
  std::snprintf(out, sizeof out, "%.*f s", digits, static_cast<double>(us) / 1e6);
  return out;
}

std::string two_digits(std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); }

std::string positive_text(std::int64_t us) {
  constexpr std::int64_t kSecond = 1'000'000;
  if (us == 0) return "0 s";
  if (us < 1000) return std::to_string(us) + " µs";
  if (us < 999'500) return std::to_string(rounded(us, 1000)) + " ms";
  if (us < 9'995'000) return seconds_text(us, 2);
  if (us < 59'950'000) return seconds_text(us, 1);
  const std::int64_t seconds = rounded(us, kSecond);
  if (seconds < 3600)
    return std::to_string(seconds / 60) + " min " + two_digits(seconds % 60) + " s";
  const std::int64_t minutes = rounded(seconds, 60);
  if (minutes < 24 * 60)
    return std::to_string(minutes / 60) + " h " + two_digits(minutes % 60) + " min";
  const std::int64_t hours = rounded(minutes, 60);
  return std::to_string(hours / 24) + " d " + two_digits(hours % 24) + " h";
}

}  // namespace

std::string duration_text(Duration duration) {
  const std::int64_t us = duration.in_micros();
  return us < 0 ? "-" + positive_text(-us) : positive_text(us);
}

std::string count_text(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return count_text(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace muster
