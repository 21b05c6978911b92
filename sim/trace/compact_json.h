// A reader of JSON without blanks and escapes, that stops at the first byte it does not expect. It
// exists for speed: fields are tried in the order in which they came the last time.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace muster {

class CompactJson {
 public:
  // kParsePadding bytes behind `text` are readable.
  explicit CompactJson(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool good() const { return good_; }
  bool at_end() const { return at_ == end_; }
  const char* at() const { return at_; }
  void jump(const char* to) { at_ = to; }
  // Gives up; everything that follows is refused.
  void fail() { good_ = false, at_ = end_; }

  bool peek(char c) const { return at_ < end_ && *at_ == c; }
  // Steps over `text` (8 bytes or more) if it comes next.
  bool take(std::string_view text) {
    if (static_cast<std::size_t>(end_ - at_) < text.size() || !same(at_, text)) return false;
    at_ += text.size();
    return true;
  }
  bool take(char c) {
    if (!peek(c)) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) fail();
  }
  void expect(std::string_view text) {
    if (!take(text)) fail();
  }

  // A non-negative integer of at most 16 digits.
  std::int64_t integer();
  // A string of printable ASCII without escapes.
  std::string_view string();
  bool boolean();
  // A key that the caller does not know, with its value, `depth` objects deep at most.
  void skip_field(int depth);
  void skip_value(int depth);

 private:
  static std::uint64_t load(const char* from) {
    std::uint64_t word;
    std::memcpy(&word, from, sizeof word);
    return word;
  }
  static bool same(const char* a, std::string_view b) {
    std::size_t i = 0;
    for (; i + 8 <= b.size(); i += 8)
      if (load(a + i) != load(b.data() + i)) return false;
    return load(a + b.size() - 8) == load(b.data() + b.size() - 8);
  }
  // How many of the eight bytes are digits before the first that is none.
  static unsigned leading_digits(std::uint64_t word);
  // The same for printable ASCII that is neither a quote nor a backslash.
  static unsigned leading_plain(std::uint64_t word);

  const char* at_;
  const char* end_;
  bool good_ = true;
};

inline unsigned CompactJson::leading_digits(std::uint64_t word) {
  // A digit is 0x30..0x39: high nibble 3, and still 3 when 6 is added.
  const std::uint64_t high = 0xf0f0f0f0f0f0f0f0;
  const std::uint64_t odd = ((word & high) ^ 0x3030303030303030) |
                            (((word + 0x0606060606060606) & high) ^ 0x3030303030303030);
  return odd == 0 ? 8 : static_cast<unsigned>(std::countr_zero(odd)) / 8;
}

inline unsigned CompactJson::leading_plain(std::uint64_t word) {
  // The high bit of each byte that is zero in x, and of no byte below the first such one.
  const auto zero_bytes = [](std::uint64_t x) {
    return (x - 0x0101010101010101) & ~x & 0x8080808080808080;
  };
  const std::uint64_t odd = zero_bytes(word ^ 0x2222222222222222) |  // "
                            zero_bytes(word ^ 0x5c5c5c5c5c5c5c5c) |  // backslash
                            zero_bytes(word ^ 0x7f7f7f7f7f7f7f7f) |  // DEL
                            (word & 0x8080808080808080) |            // not ASCII
                            ((word - 0x2020202020202020) & ~word & 0x8080808080808080);  // control
  return odd == 0 ? 8 : static_cast<unsigned>(std::countr_zero(odd)) / 8;
}

inline std::int64_t CompactJson::integer() {
  static_assert(std::endian::native == std::endian::little, "digits are taken from the low end");
  // Half of all numbers in a log are zeros.
  if (*at_ == '0' && (at_[1] == ',' || at_[1] == '}') && at_ < end_) return ++at_, 0;
  std::int64_t value = 0;
  unsigned total = 0;
  for (unsigned count = 8; count == 8; total += count) {
    std::uint64_t word = load(at_);
    count = leading_digits(word);
    if (count == 0) break;
    if (total + count > 16) return fail(), 0;
    // The digits to the high end, zeros before them; then pairs, fours and eights at once.
    word = (word << (8 * (8 - count))) & 0x0f0f0f0f0f0f0f0f;
    word = (word * 10 + (word >> 8)) & 0x00ff00ff00ff00ff;
    word = (word * 100 + (word >> 16)) & 0x0000ffff0000ffff;
    word = (word * 10000 + (word >> 32)) & 0xffffffff;
    static constexpr std::array<std::int64_t, 9> kPowers = {
        1, 10, 100, 1000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000};
    value = value * kPowers[count] + static_cast<std::int64_t>(word);
    at_ += count;
  }
  if (total == 0 || at_ > end_) fail();
  return value;
}

inline std::string_view CompactJson::string() {
  expect('"');
  const char* from = at_;
  unsigned plain = 8;
  for (; plain == 8 && at_ < end_; at_ += plain) plain = leading_plain(load(at_));
  if (!peek('"')) {
    fail();
    return {};
  }
  return {from, static_cast<std::size_t>(at_++ - from)};
}

inline bool CompactJson::boolean() {
  if (end_ - at_ >= 5 && std::memcmp(at_, "false", 5) == 0) {
    at_ += 5;
    return false;
  }
  if (end_ - at_ >= 4 && std::memcmp(at_, "true", 4) == 0)
    at_ += 4;
  else
    fail();
  return true;
}

}  // namespace muster
