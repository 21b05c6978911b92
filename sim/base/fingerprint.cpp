#include "sim/base/fingerprint.h"

namespace muster {

void Fingerprint::add(std::uint64_t value) {
  state_ = (state_ ^ value) * 0x9fb21c651e98df25ULL;
  state_ ^= state_ >> 32;
}

void Fingerprint::add(std::string_view text) {
  for (const char c : text) add(static_cast<unsigned char>(c));
  add(text.size());
}

std::string Fingerprint::hex() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out(16, '0');
  for (int i = 0; i < 16; ++i) out[i] = kDigits[(state_ >> (60 - 4 * i)) & 15];
  return out;
}

}  // namespace muster
