// A 64-bit digest of everything that a run decided: equal on both compilers, in debug and release,
// or something is not deterministic.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace muster {

class Fingerprint {
 public:
  void add(std::uint64_t value);
  void add(std::string_view text);
  std::uint64_t value() const { return state_; }
  // Sixteen lower-case hex digits.
  std::string hex() const;

 private:
  std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

}  // namespace muster
