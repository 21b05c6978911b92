// Quantities of the simulated world: integers underneath, one type per dimension, so that adding a
// time to a byte count does not compile. Units are microseconds, bytes and millionths of a dollar.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace muster {

// A span of simulated or recorded time, in microseconds. May be negative (a gap can be).
class Duration {
 public:
  constexpr Duration() = default;
  static constexpr Duration micros(std::int64_t n) { return Duration(n); }
  static constexpr Duration millis(std::int64_t n) { return Duration(n * 1000); }
  static constexpr Duration seconds(std::int64_t n) { return Duration(n * 1'000'000); }
  static constexpr Duration max() { return Duration(std::numeric_limits<std::int64_t>::max() / 4); }
  // Rounds half away from zero; the one door through which floating point becomes time.
  static constexpr Duration from_seconds(double s) {
    if (s > kMostSeconds) return max();
    if (s < -kMostSeconds) return -max();
    return Duration(static_cast<std::int64_t>(s * 1e6 + (s < 0 ? -0.5 : 0.5)));
  }

  constexpr std::int64_t in_micros() const { return us_; }
  constexpr std::int64_t in_millis() const { return us_ / 1000; }
  constexpr double in_seconds() const { return static_cast<double>(us_) / 1e6; }

  constexpr auto operator<=>(const Duration&) const = default;
  constexpr Duration operator-() const { return Duration(-us_); }
  constexpr Duration operator+(Duration o) const { return Duration(us_ + o.us_); }
  constexpr Duration operator-(Duration o) const { return Duration(us_ - o.us_); }
  constexpr Duration operator*(std::int64_t n) const { return Duration(us_ * n); }
  constexpr Duration operator/(std::int64_t n) const { return Duration(us_ / n); }
  constexpr Duration& operator+=(Duration o) { return us_ += o.us_, *this; }
  constexpr Duration& operator-=(Duration o) { return us_ -= o.us_, *this; }

 private:
  static constexpr double kMostSeconds = 2e12;  // max() has 2.3e12
  explicit constexpr Duration(std::int64_t us) : us_(us) {}
  std::int64_t us_ = 0;
};

// A point on one clock, in microseconds since the clock's origin: the Unix epoch for a recorded
// run, the start of the simulation (0) for a simulated one.
class Time {
 public:
  constexpr Time() = default;
  static constexpr Time micros(std::int64_t n) { return Time(n); }
  static constexpr Time millis(std::int64_t n) { return Time(n * 1000); }
  // "Has not happened": later than every time that a run can reach.
  static constexpr Time never() { return Time(std::numeric_limits<std::int64_t>::max() / 2); }

  constexpr std::int64_t in_micros() const { return us_; }
  constexpr std::int64_t in_millis() const { return us_ / 1000; }
  constexpr bool happened() const { return *this != never(); }

  constexpr auto operator<=>(const Time&) const = default;
  constexpr Time operator+(Duration d) const { return Time(us_ + d.in_micros()); }
  constexpr Time operator-(Duration d) const { return Time(us_ - d.in_micros()); }
  constexpr Duration operator-(Time o) const { return Duration::micros(us_ - o.us_); }
  constexpr Time& operator+=(Duration d) { return us_ += d.in_micros(), *this; }

 private:
  explicit constexpr Time(std::int64_t us) : us_(us) {}
  std::int64_t us_ = 0;
};

// An amount of data.
class Bytes {
 public:
  constexpr Bytes() = default;
  constexpr explicit Bytes(std::int64_t n) : n_(n) {}
  static constexpr Bytes kib(std::int64_t n) { return Bytes(n << 10); }
  static constexpr Bytes mib(std::int64_t n) { return Bytes(n << 20); }
  static constexpr Bytes gib(std::int64_t n) { return Bytes(n << 30); }

  constexpr std::int64_t count() const { return n_; }
  constexpr auto operator<=>(const Bytes&) const = default;
  constexpr Bytes operator+(Bytes o) const { return Bytes(n_ + o.n_); }
  constexpr Bytes operator-(Bytes o) const { return Bytes(n_ - o.n_); }
  constexpr Bytes operator*(std::int64_t n) const { return Bytes(n_ * n); }
  constexpr Bytes& operator+=(Bytes o) { return n_ += o.n_, *this; }
  constexpr Bytes& operator-=(Bytes o) { return n_ -= o.n_, *this; }

 private:
  std::int64_t n_ = 0;
};

// A speed: units of work (bytes, unless the resource says otherwise) per second.
class Rate {
 public:
  constexpr Rate() = default;
  static constexpr Rate per_second(double n) { return Rate(n); }
  constexpr double per_second() const { return n_; }
  constexpr auto operator<=>(const Rate&) const = default;

 private:
  explicit constexpr Rate(double n) : n_(n) {}
  double n_ = 0;
};

// Money in millionths of a US dollar, so that sums of leases are exact.
class Money {
 public:
  constexpr Money() = default;
  static constexpr Money micro_dollars(std::int64_t n) { return Money(n); }
  constexpr std::int64_t in_micro_dollars() const { return n_; }
  constexpr double in_dollars() const { return static_cast<double>(n_) / 1e6; }
  constexpr auto operator<=>(const Money&) const = default;
  constexpr Money operator+(Money o) const { return Money(n_ + o.n_); }
  constexpr Money& operator+=(Money o) { return n_ += o.n_, *this; }

 private:
  explicit constexpr Money(std::int64_t n) : n_(n) {}
  std::int64_t n_ = 0;
};

}  // namespace muster
